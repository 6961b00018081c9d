#include "web/api/events.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"

enum {
	IDS_PER_MS = 1000, /* of wall time at the start: no process makes more events */
	FRAME_MAX = 64,	   /* octets around an event's name and data */
};

struct event {
	uint64_t id;
	const char *name;
	char *data;
};

struct events_listener {
	struct events *events;
	struct events_listener *next;
	uint64_t cursor; /* the last id read */
	struct buf rest; /* of an event that did not fit the last read */
	bool must_reset, wants_ping, is_asleep;
	events_wake_fn wake;
	void *user;
};

struct events {
	pthread_mutex_t lock;
	uint64_t first, last; /* ids in the ring; last < first: empty */
	struct event ring[EVENTS_RING];
	struct events_listener *listeners;
	size_t n_listeners;
	bool is_closed;
};

enum err events_create(struct events **out, const struct clock *clock)
{
	struct events *e = calloc(1, sizeof(*e));

	if (!e)
		return ERR_MEM;
	(void)pthread_mutex_init(
		&e->lock, NULL); /* cannot fail with default attributes */
	e->last = (uint64_t)clock_wall_ms(clock) * IDS_PER_MS;
	e->first = e->last + 1;
	*out = e;
	return ERR_OK;
}

void events_destroy(struct events *events)
{
	if (!events)
		return;
	for (size_t i = 0; i < EVENTS_RING; i++)
		free(events->ring[i].data);
	(void)pthread_mutex_destroy(&events->lock);
	free(events);
}

static void wake_sleepers(struct events *e)
{
	for (struct events_listener *l = e->listeners; l; l = l->next) {
		if (!l->is_asleep)
			continue;
		l->is_asleep = false;
		l->wake(l->user);
	}
}

void events_publish(struct events *events, const char *name, const char *data)
{
	char *copy = strdup(data);

	if (!copy)
		return; /* a hint less; the panel reloads what it shows anyway */
	(void)pthread_mutex_lock(&events->lock);
	uint64_t id = ++events->last;
	struct event *slot = &events->ring[id % EVENTS_RING];
	free(slot->data);
	*slot = (struct event){ .id = id, .name = name, .data = copy };
	if (id - events->first >= EVENTS_RING)
		events->first = id - EVENTS_RING + 1;
	wake_sleepers(events);
	(void)pthread_mutex_unlock(&events->lock);
}

void events_ping(struct events *events)
{
	(void)pthread_mutex_lock(&events->lock);
	for (struct events_listener *l = events->listeners; l; l = l->next)
		l->wants_ping = true;
	wake_sleepers(events);
	(void)pthread_mutex_unlock(&events->lock);
}

bool events_has_listeners(struct events *events)
{
	(void)pthread_mutex_lock(&events->lock);
	bool has = events->n_listeners > 0;
	(void)pthread_mutex_unlock(&events->lock);
	return has;
}

struct events_listener *events_listen(
	struct events *events, uint64_t after, events_wake_fn wake, void *user)
{
	struct events_listener *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	*l = (struct events_listener){ .events = events, .wake = wake, .user = user };
	(void)pthread_mutex_lock(&events->lock);
	bool full = events->is_closed || events->n_listeners == EVENTS_LISTENERS_MAX;
	if (!full) {
		l->cursor = after > 0 ? after : events->last;
		l->must_reset = after > events->last;
		l->wants_ping = true; /* the first octets tell that it works */
		l->next = events->listeners;
		events->listeners = l;
		events->n_listeners++;
	}
	(void)pthread_mutex_unlock(&events->lock);
	if (full) {
		free(l);
		return NULL;
	}
	return l;
}

void events_leave(struct events_listener *listener)
{
	if (!listener)
		return;
	struct events *e = listener->events;
	(void)pthread_mutex_lock(&e->lock);
	for (struct events_listener **at = &e->listeners; *at; at = &(*at)->next)
		if (*at == listener) {
			*at = listener->next;
			e->n_listeners--;
			break;
		}
	(void)pthread_mutex_unlock(&e->lock);
	buf_fini(&listener->rest);
	free(listener);
}

/* Gives what is left of the event that was begun. */
static void read_rest(struct events_listener *l, struct buf *out)
{
	size_t room = out->cap - out->len;
	size_t n = l->rest.len < room ? l->rest.len : room;

	if (n == 0)
		return;
	buf_put(out, l->rest.data, n);
	buf_consume(&l->rest, n);
	if (l->rest.len == 0)
		buf_fini(&l->rest);
}

static void read_event(struct events_listener *l, const char *name, uint64_t id,
	const char *data, struct buf *out)
{
	buf_init(&l->rest, strlen(data) + strlen(name) + FRAME_MAX);
	buf_printf(&l->rest, "event: %s\nid: %llu\ndata: %s\n\n", name,
		(unsigned long long)id, data);
	if (buf_ok(&l->rest))
		read_rest(l, out);
	else
		l->must_reset = true;
}

static void read_locked(struct events_listener *l, struct buf *out)
{
	struct events *e = l->events;

	read_rest(l, out);
	if (l->rest.len == 0 && (l->must_reset || l->cursor + 1 < e->first)) {
		l->must_reset = false;
		l->cursor = e->last;
		read_event(l, "reset", e->last, "{}", out);
	}
	while (l->rest.len == 0 && l->cursor < e->last && out->len < out->cap) {
		const struct event *next = &e->ring[++l->cursor % EVENTS_RING];
		read_event(l, next->name, next->id, next->data, out);
	}
	if (l->wants_ping && l->rest.len == 0 && out->cap - out->len > 4) {
		buf_puts(out, ":\n\n");
		l->wants_ping = false;
	}
}

size_t events_read(
	struct events_listener *listener, char *dst, size_t size, events_sleep_fn sleep)
{
	struct buf out;

	buf_init_fixed(&out, dst, size);
	(void)pthread_mutex_lock(&listener->events->lock);
	if (!listener->events->is_closed)
		read_locked(listener, &out);
	if (out.len == 0 && !listener->events->is_closed) {
		listener->is_asleep = true;
		sleep(listener->user);
	}
	(void)pthread_mutex_unlock(&listener->events->lock);
	return out.len;
}

void events_close(struct events *events)
{
	(void)pthread_mutex_lock(&events->lock);
	events->is_closed = true;
	wake_sleepers(events);
	(void)pthread_mutex_unlock(&events->lock);
}

bool events_is_closed(struct events *events)
{
	(void)pthread_mutex_lock(&events->lock);
	bool closed = events->is_closed;
	(void)pthread_mutex_unlock(&events->lock);
	return closed;
}
