#include "firmware/office/hub.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "firmware/base/clock.h"
#include "firmware/base/str.h"
#include "firmware/office/hub_link.h"

#define OUT_MAX 16	 /* commands that wait to be sent */
#define COMMAND_MS 20000 /* a modem's reset is answered when it is begun */
#define USSD_MS 110000	 /* its turn on the SIM, the operator's minute, the end */
#define CHANGES_MAX 128	 /* of one line */

struct waiting { /* on its caller's stack */
	int64_t seq;
	bool is_answered, ok, is_ussd;
	int64_t timeout_ms;
	struct hub_answer *out;
	struct waiting *next;
};

struct hub {
	pthread_mutex_t lock;
	pthread_cond_t cond[HUB_WORKER_COUNT];
	pthread_cond_t answered;
	bool woken[HUB_WORKER_COUNT];
	bool is_stopping, is_linked, wants_work, wants_config;
	hub_fn fn;
	void *user;
	int event_fd;
	int64_t next_seq;
	uint64_t written_ms; /* monotonic; 0: not told */
	size_t n_out, n_slots;
	char out[OUT_MAX][320];
	struct waiting *waiting; /* no two for an operator */
	struct hub_slot slots[HUB_SLOTS_MAX];
};

static bool init_cond(pthread_cond_t *cond)
{
	pthread_condattr_t attr;
	if (pthread_condattr_init(&attr))
		return false;
	bool ok = !pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) &&
		  !pthread_cond_init(cond, &attr);
	(void)pthread_condattr_destroy(&attr); /* nothing to be done about it */
	return ok;
}

enum err hub_create(struct hub **out, hub_fn fn, void *user)
{
	struct hub *hub = calloc(1, sizeof(*hub));
	if (!hub)
		return ERR_MEM;
	hub->fn = fn;
	hub->user = user;
	hub->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	bool ok = hub->event_fd >= 0 && !pthread_mutex_init(&hub->lock, NULL) &&
		  init_cond(&hub->answered);
	for (int i = 0; i < HUB_WORKER_COUNT; i++)
		ok = ok && init_cond(&hub->cond[i]);
	if (!ok) {
		free(hub);
		return ERR_SYS;
	}
	*out = hub;
	return ERR_OK;
}

void hub_destroy(struct hub *hub)
{
	if (!hub)
		return;
	for (int i = 0; i < HUB_WORKER_COUNT; i++)
		pthread_cond_destroy(&hub->cond[i]);
	pthread_cond_destroy(&hub->answered);
	pthread_mutex_destroy(&hub->lock);
	close(hub->event_fd);
	free(hub);
}

void hub_tell(struct hub *hub, enum hub_event_kind kind, int64_t id)
{
	struct hub_event event = { .kind = kind, .id = id };
	if (hub && hub->fn)
		hub->fn(hub->user, &event);
}

void hub_tell_messages(struct hub *hub, const struct hub_change *changed, size_t n)
{
	struct hub_event event = { .kind = HUB_MESSAGES, .changed = changed, .n = n };
	if (hub && hub->fn)
		hub->fn(hub->user, &event);
}

void hub_wake(struct hub *hub, enum hub_worker worker)
{
	if (!hub)
		return;
	pthread_mutex_lock(&hub->lock);
	hub->woken[worker] = true;
	pthread_cond_signal(&hub->cond[worker]);
	pthread_mutex_unlock(&hub->lock);
}

static struct timespec deadline(int64_t timeout_ms)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* it exists */
	t.tv_sec += (time_t)(timeout_ms / 1000);
	t.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

bool hub_wait(struct hub *hub, enum hub_worker worker, int64_t timeout_ms)
{
	struct timespec until = deadline(timeout_ms > 0 ? timeout_ms : 0);
	int rc = 0;
	pthread_mutex_lock(&hub->lock);
	while (!hub->woken[worker] && !hub->is_stopping && rc != ETIMEDOUT) {
		if (timeout_ms < 0)
			rc = pthread_cond_wait(&hub->cond[worker], &hub->lock);
		else
			rc = pthread_cond_timedwait(
				&hub->cond[worker], &hub->lock, &until);
	}
	hub->woken[worker] = false;
	bool go_on = !hub->is_stopping;
	pthread_mutex_unlock(&hub->lock);
	return go_on;
}

static void poke(struct hub *hub)
{
	uint64_t one = 1;
	/* It can only be full, and then it is readable, which is all that matters. */
	(void)!write(hub->event_fd, &one, sizeof(one));
}

void hub_stop(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	hub->is_stopping = true;
	for (int i = 0; i < HUB_WORKER_COUNT; i++)
		pthread_cond_broadcast(&hub->cond[i]);
	pthread_cond_broadcast(&hub->answered);
	pthread_mutex_unlock(&hub->lock);
	poke(hub);
}

bool hub_is_stopping(struct hub *hub)
{
	if (!hub)
		return false;
	pthread_mutex_lock(&hub->lock);
	bool stopping = hub->is_stopping;
	pthread_mutex_unlock(&hub->lock);
	return stopping;
}

bool hub_is_linked(struct hub *hub)
{
	if (!hub)
		return false;
	pthread_mutex_lock(&hub->lock);
	bool linked = hub->is_linked;
	pthread_mutex_unlock(&hub->lock);
	return linked;
}

void hub_work(struct hub *hub)
{
	if (!hub)
		return;
	pthread_mutex_lock(&hub->lock);
	hub->wants_work = true;
	pthread_mutex_unlock(&hub->lock);
	poke(hub);
}

void hub_config(struct hub *hub)
{
	if (!hub)
		return;
	pthread_mutex_lock(&hub->lock);
	hub->wants_config = true;
	pthread_mutex_unlock(&hub->lock);
	poke(hub);
}

/* From here on with the lock held. */

static bool wait_answer(struct hub *hub, const struct waiting *w)
{
	struct timespec until = deadline(w->timeout_ms ? w->timeout_ms
					 : w->is_ussd  ? USSD_MS
						       : COMMAND_MS);
	int rc = 0;
	while (!w->is_answered && hub->is_linked && !hub->is_stopping && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&hub->answered, &hub->lock, &until);
	return w->is_answered;
}

static bool is_operator_asked(const struct hub *hub)
{
	for (const struct waiting *w = hub->waiting; w; w = w->next) {
		if (w->is_ussd)
			return true;
	}
	return false;
}

static void put_command(struct hub *hub, int64_t seq, const struct hub_command *command)
{
	char *line = hub->out[hub->n_out++];
	size_t size = sizeof(hub->out[0]);
	(void)str_copy(line, size, "command"); /* all of it fits */
	(void)bus_add_i64(line, size, "seq", seq);
	(void)bus_add(line, size, "op", command->op);
	if (command->bay_id)
		(void)bus_add_i64(line, size, "bay", command->bay_id);
	if (command->sim_id)
		(void)bus_add_i64(line, size, "sim", command->sim_id);
	if (command->message_id)
		(void)bus_add_i64(line, size, "message", command->message_id);
	if (command->code)
		(void)bus_add(line, size, "code", command->code);
	poke(hub);
}

static enum err ask(struct hub *hub, const struct hub_command *command, struct waiting *w)
{
	if (!hub->is_linked)
		return ERR_NOTFOUND;
	if (hub->n_out == OUT_MAX || (w->is_ussd && is_operator_asked(hub))) {
		(void)str_copy(w->out->code, sizeof(w->out->code), "sim_busy");
		(void)str_copy(w->out->text, sizeof(w->out->text),
			"Another question waits for its answer. Try again in a minute.");
		return ERR_BUSY;
	}
	w->seq = ++hub->next_seq;
	w->next = hub->waiting;
	hub->waiting = w;
	put_command(hub, w->seq, command);
	bool answered = wait_answer(hub, w);
	struct waiting **p = &hub->waiting;
	while (*p != w)
		p = &(*p)->next;
	*p = w->next;
	if (!answered)
		return ERR_TIMEOUT;
	return w->ok ? ERR_OK : ERR_BUSY;
}

/* Without it again. */

enum err hub_ask(
	struct hub *hub, const struct hub_command *command, struct hub_answer *out)
{
	struct waiting w = { .is_ussd = command->code != NULL,
		.timeout_ms = command->timeout_ms,
		.out = out };
	*out = (struct hub_answer){ .text = "" };
	if (!hub)
		return ERR_NOTFOUND;
	pthread_mutex_lock(&hub->lock);
	enum err err = ask(hub, command, &w);
	pthread_mutex_unlock(&hub->lock);
	return err;
}

bool hub_slot_get(struct hub *hub, int64_t bay_id, struct hub_slot *out)
{
	bool found = false;
	if (!hub)
		return false;
	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < hub->n_slots && !found; i++) {
		found = hub->slots[i].bay_id == bay_id;
		if (found)
			*out = hub->slots[i];
	}
	pthread_mutex_unlock(&hub->lock);
	return found;
}

size_t hub_slots(struct hub *hub, struct hub_slot *out, size_t max)
{
	if (!hub)
		return 0;
	pthread_mutex_lock(&hub->lock);
	size_t n = hub->n_slots < max ? hub->n_slots : max;
	memcpy(out, hub->slots, n * sizeof(*out));
	pthread_mutex_unlock(&hub->lock);
	return n;
}

int64_t hub_unwritten_ms(struct hub *hub)
{
	if (!hub)
		return 0;
	pthread_mutex_lock(&hub->lock);
	uint64_t since = hub->written_ms;
	pthread_mutex_unlock(&hub->lock);
	return since ? (int64_t)(clock_mono_ms(clock_system()) - since) : 0;
}

/* ---- towards the link ---- */

int hub_link_fd(const struct hub *hub)
{
	return hub->event_fd;
}

bool hub_link_take(struct hub *hub, char line[BUS_LINE_MAX])
{
	uint64_t count;
	bool found = true;
	pthread_mutex_lock(&hub->lock);
	if (hub->n_out) {
		(void)str_copy(line, BUS_LINE_MAX, hub->out[0]); /* larger */
		hub->n_out--;
		memmove(hub->out[0], hub->out[1], hub->n_out * sizeof(hub->out[0]));
	} else if (hub->wants_config) {
		hub->wants_config = false;
		(void)str_copy(line, BUS_LINE_MAX, "config"); /* larger */
	} else if (hub->wants_work) {
		hub->wants_work = false;
		(void)str_copy(line, BUS_LINE_MAX, "work"); /* larger */
	} else {
		found = false;
		/* Nothing there is fine. */
		(void)!read(hub->event_fd, &count, sizeof(count));
	}
	pthread_mutex_unlock(&hub->lock);
	return found;
}

void hub_link_set(struct hub *hub, bool linked)
{
	pthread_mutex_lock(&hub->lock);
	bool changed = hub->is_linked != linked;
	hub->is_linked = linked;
	hub->n_slots = 0;
	hub->n_out = 0;
	hub->written_ms = 0;
	pthread_cond_broadcast(&hub->answered);
	pthread_mutex_unlock(&hub->lock);
	if (!changed)
		return;
	/* What was missed while apart is in the store: everybody looks there. */
	for (int i = 0; i < HUB_WORKER_COUNT; i++)
		hub_wake(hub, (enum hub_worker)i);
	hub_tell(hub, HUB_LINK, linked);
}

static struct hub_slot *slot_of(struct hub *hub, int64_t bay_id)
{
	for (size_t i = 0; i < hub->n_slots; i++) {
		if (hub->slots[i].bay_id == bay_id)
			return &hub->slots[i];
	}
	if (hub->n_slots == HUB_SLOTS_MAX)
		return NULL;
	struct hub_slot *slot = &hub->slots[hub->n_slots++];
	*slot = (struct hub_slot){ .bay_id = bay_id };
	return slot;
}

/* A key that is not in the line keeps its value; one too long is left out. */
static void take_text(const char *line, const char *key, char *dst, size_t size)
{
	char value[64];
	if (bus_get(line, key, value, sizeof(value)))
		(void)str_copy(dst, size, value);
}

static void take_care(const char *line, struct hub_slot *slot)
{
	int64_t n;
	slot->has_temperature = bus_get_i64(line, "temperature", &n);
	slot->temperature_c = slot->has_temperature ? (int)n : 0;
	slot->supply_mv = bus_get_i64(line, "supply", &n) ? (int)n : 0;
	slot->clock_off_s = bus_get_i64(line, "clock_off", &n) ? n : 0;
	slot->fill_percent = bus_get_i64(line, "fill", &n) ? (int)n : -1;
	slot->pin_tries = bus_get_i64(line, "tries", &n) ? (int)n : -1;
	slot->puk_tries = bus_get_i64(line, "puk_tries", &n) ? (int)n : -1;
	slot->denied_cause = bus_get_i64(line, "cause", &n) ? (int)n : -1;
	slot->rung[0] = '\0';
	take_text(line, "rung", slot->rung, sizeof(slot->rung));
	take_text(line, "denied", slot->denied, sizeof(slot->denied));
}

static void take_network(const char *line, struct hub_slot *slot)
{
	int64_t n;
	slot->technology[0] = '\0';
	take_text(line, "tech", slot->technology, sizeof(slot->technology));
	slot->ims = bus_get_i64(line, "ims", &n) ? n == 1 : -1;
	slot->search[0] = slot->networks[0] = '\0';
	take_text(line, "search", slot->search, sizeof(slot->search));
	if (!bus_get(line, "networks", slot->networks, sizeof(slot->networks)))
		slot->networks[0] = '\0'; /* too long: of another version */
}

static void on_slot(struct hub *hub, const char *line)
{
	int64_t bay, n;
	if (!bus_get_i64(line, "bay", &bay))
		return;
	pthread_mutex_lock(&hub->lock);
	struct hub_slot *slot = slot_of(hub, bay);
	if (slot) {
		if (bus_get_i64(line, "sim", &n))
			slot->sim_id = n;
		if (bus_get_i64(line, "signal", &n))
			slot->signal_dbm = (int)n;
		if (bus_get_i64(line, "until", &n))
			slot->until = n;
		if (bus_get_i64(line, "rate", &n) && n >= 0)
			slot->rate_per_min = (uint32_t)n;
		take_network(line, slot);
		take_care(line, slot);
		take_text(line, "state", slot->state, sizeof(slot->state));
		take_text(line, "reason", slot->reason, sizeof(slot->reason));
		take_text(line, "operator", slot->operator_name,
			sizeof(slot->operator_name));
		slot->at_ms = clock_mono_ms(clock_system());
	}
	pthread_mutex_unlock(&hub->lock);
	hub_tell(hub, HUB_SLOT, bay);
}

static void on_times(struct hub *hub, const char *line)
{
	const uint64_t now = clock_mono_ms(clock_system());
	int64_t n;
	if (!bus_get_i64(line, "unwritten", &n) || n < 0 || (uint64_t)n >= now)
		return;
	pthread_mutex_lock(&hub->lock);
	hub->written_ms = now - (uint64_t)n;
	pthread_mutex_unlock(&hub->lock);
}

/* "17:sent,18:queued"; states by name or number. */
static bool read_change(const char *s, size_t len, struct hub_change *out)
{
	char name[16];
	int64_t n;
	int state;
	const char *colon = memchr(s, ':', len);
	if (!colon || !str_to_i64(s, (size_t)(colon - s), &out->id))
		return false;
	size_t rest = len - (size_t)(colon - s) - 1;
	if (str_to_i64(colon + 1, rest, &n) && n >= 0 && n < MESSAGE_STATE_COUNT) {
		out->state = (enum message_state)n;
		return true;
	}
	if (!str_copy_n(name, sizeof(name), colon + 1, rest) ||
		!vstr_find(message_state_names, name, &state))
		return false;
	out->state = (enum message_state)state;
	return true;
}

static void on_messages(struct hub *hub, const char *line)
{
	char list[BUS_LINE_MAX];
	struct hub_change changes[CHANGES_MAX];
	size_t n = 0;
	if (bus_get(line, "list", list, sizeof(list))) {
		for (const char *s = list; *s && n < CHANGES_MAX;) {
			size_t len = strcspn(s, ",");
			if (read_change(s, len, &changes[n]))
				n++;
			s += len + (s[len] == ',');
		}
	}
	hub_tell_messages(hub, changes, n);
	hub_wake(hub, HUB_FEEDER);
}

static void read_answer(struct waiting *w, const char *line)
{
	int64_t n;
	w->is_answered = true;
	w->ok = bus_get_i64(line, "ok", &n) && n == 1;
	w->out->more = bus_get_i64(line, "more", &n) && n == 1;
	w->out->until = bus_get_i64(line, "until", &n) ? n : 0;
	w->out->n = bus_get_i64(line, "n", &n) ? n : 0;
	if (!bus_get(line, "code", w->out->code, sizeof(w->out->code)))
		w->out->code[0] = '\0';
	if (!bus_get(line, "text", w->out->text, sizeof(w->out->text)))
		w->out->text[0] = '\0';
}

static void on_answer(struct hub *hub, const char *line)
{
	int64_t seq;
	if (!bus_get_i64(line, "seq", &seq))
		return;
	pthread_mutex_lock(&hub->lock);
	for (struct waiting *w = hub->waiting; w; w = w->next) {
		if (w->seq == seq)
			read_answer(w, line);
	}
	pthread_cond_broadcast(&hub->answered);
	pthread_mutex_unlock(&hub->lock);
}

void hub_link_line(struct hub *hub, const char *line)
{
	if (bus_is(line, "slot"))
		on_slot(hub, line);
	else if (bus_is(line, "times"))
		on_times(hub, line);
	else if (bus_is(line, "messages"))
		on_messages(hub, line);
	else if (bus_is(line, "inbound"))
		hub_wake(hub, HUB_RULES);
	else if (bus_is(line, "answer"))
		on_answer(hub, line);
	else if (bus_is(line, "sim"))
		hub_tell(hub, HUB_SLOT, 0);
}
