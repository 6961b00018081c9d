#include "web/api/pump.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "firmware/office/campaign/campaigns.h"
#include "firmware/office/desk/conversations.h"
#include "firmware/office/import/import.h"
#include "firmware/office/overview.h"
#include "web/api/shapes.h"

#define LOG_MODULE "pump"
#include "firmware/base/log.h"

enum {
	CHANGES_MAX = 500, /* messages in one event; beyond: only how many */
	SET_MAX = 128,	   /* campaigns, bays, jobs between two turns */
	INBOUND_MAX = 200,
	TURN_MS = 100,
	SLOW_MS = 500, /* counters, campaigns, slots, jobs */
	PING_MS = 15000,
	EVENT_MAX = 256 * 1024,
};

/* Ids that something happened to, each once. Full: everything is to be reloaded. */
struct id_set {
	size_t n;
	bool is_over;
	int64_t ids[INBOUND_MAX];
};

struct pending {
	struct hub_change changes[CHANGES_MAX];
	size_t n_changes, n_more;
	struct id_set campaigns, slots, jobs, inbound;
	bool link, counters;
};

struct pump {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct pending pending;
	bool is_stopping, is_started;
	pthread_t thread;
	const struct clock *clock;
	struct pump_options options;
	struct office office;
	uint64_t slow_at_ms, ping_at_ms; /* when they are next due */
};

/* ---- taking in: on the threads on which things happen ---- */

static void set_add(struct id_set *set, size_t max, int64_t id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->ids[i] == id)
			return;
	if (set->n < max)
		set->ids[set->n++] = id;
	else
		set->is_over = true;
}

static void add_change(struct pending *p, const struct hub_change *change)
{
	/* The latest changes are at the end; a message rarely changes twice in a turn. */
	for (size_t i = p->n_changes; i > 0 && i + 16 > p->n_changes; i--)
		if (p->changes[i - 1].id == change->id) {
			p->changes[i - 1] = *change;
			return;
		}
	if (p->n_changes < CHANGES_MAX)
		p->changes[p->n_changes++] = *change;
	else
		p->n_more++;
}

static void take_locked(struct pending *p, const struct hub_event *event)
{
	p->counters = true;
	switch (event->kind) {
	case HUB_MESSAGES:
		for (size_t i = 0; i < event->n; i++)
			add_change(p, &event->changed[i]);
		p->n_more += event->n == 0;
		return;
	case HUB_CAMPAIGN:
		set_add(&p->campaigns, SET_MAX, event->id);
		return;
	case HUB_SLOT:
		set_add(&p->slots, SET_MAX, event->id);
		return;
	case HUB_INBOUND:
		set_add(&p->inbound, INBOUND_MAX, event->id);
		return;
	case HUB_JOB:
		set_add(&p->jobs, SET_MAX, event->id);
		return;
	case HUB_LINK:
		p->link = true;
		return;
	}
}

void pump_take(void *pump, const struct hub_event *event)
{
	struct pump *p = pump;

	(void)pthread_mutex_lock(&p->lock);
	take_locked(&p->pending, event);
	(void)pthread_cond_signal(&p->more);
	(void)pthread_mutex_unlock(&p->lock);
}

/* ---- telling: on the pump's thread ---- */

struct telling {
	struct pump *pump;
	const char *name;
	const struct shape *shape;
	struct id_set *told; /* of campaigns: once a turn */
};

static void tell(struct pump *p, const char *name, struct buf *text)
{
	if (buf_ok(text) && text->len > 0)
		events_publish(p->options.events, name, buf_str(text));
	buf_fini(text);
}

static void tell_object(const struct telling *t, const void *object)
{
	struct buf text;

	buf_init(&text, EVENT_MAX);
	struct json_out j = json_out_to(&text);
	shape_write(&j, NULL, t->shape, object);
	tell(t->pump, t->name, &text);
}

static void tell_messages(struct pump *p, const struct pending *now)
{
	struct buf text;

	if (now->n_changes == 0 && now->n_more == 0)
		return;
	buf_init(&text, EVENT_MAX);
	struct json_out j = json_out_to(&text);
	json_out_object(&j, NULL);
	json_out_array(&j, "changed");
	for (size_t i = 0; i < now->n_changes; i++) {
		json_out_object(&j, NULL);
		json_out_i64(&j, "id", now->changes[i].id);
		json_out_text(&j, "state",
			vstr_name(message_state_names, (int)now->changes[i].state));
		json_out_object_end(&j);
	}
	json_out_array_end(&j);
	json_out_i64(&j, "n", (int64_t)(now->n_changes + now->n_more));
	json_out_object_end(&j);
	tell(p, "message", &text);
}

static bool tell_campaign(void *user, const struct campaign_view *view)
{
	const struct telling *t = user;
	size_t before = t->told->n;

	set_add(t->told, SET_MAX, view->c.id);
	if (t->told->n > before)
		tell_object(t, view);
	return true;
}

static bool tell_slot(void *user, const struct line_view *line)
{
	tell_object(user, line);
	return true;
}

static bool tell_job(void *user, const struct job_view *view)
{
	tell_object(user, view);
	return true;
}

static bool tell_inbound(void *user, const struct inbound_view *view)
{
	const struct telling *t = user;
	struct buf text;

	buf_init(&text, EVENT_MAX);
	struct json_out j = json_out_to(&text);
	inbound_view_write(&j, NULL, view);
	tell(t->pump, t->name, &text);
	return true;
}

/* What cannot be read now is not told: the panel asks again on its next visit. */
static void tell_campaigns(struct pump *p, const struct id_set *set, bool running)
{
	static const struct campaign_query query = {
		.state = CAMPAIGN_RUNNING,
		.max = SET_MAX,
	};
	struct id_set told = { 0 };
	struct telling t = { p, "campaign", &campaign_shape, &told };

	/* While messages go out, their campaigns' figures change with them. */
	if (running)
		(void)campaigns_list(&p->office, &query, tell_campaign, &t);
	for (size_t i = 0; i < set->n; i++)
		(void)campaigns_get(&p->office, set->ids[i], tell_campaign, &t);
}

static void tell_slots(struct pump *p, const struct id_set *set)
{
	struct telling t = { p, "slot", &bay_shape, NULL };

	for (size_t i = 0; i < set->n; i++)
		(void)lines_bay(&p->office, set->ids[i], tell_slot, &t);
}

static void tell_jobs(struct pump *p, const struct id_set *set)
{
	struct telling t = { p, "job", &job_shape, NULL };

	for (size_t i = 0; i < set->n; i++)
		(void)jobs_get(&p->office, set->ids[i], tell_job, &t);
}

static void tell_inbounds(struct pump *p, const struct id_set *set)
{
	struct telling t = { p, "inbound", NULL, NULL };

	for (size_t i = 0; i < set->n; i++)
		(void)inbound_view_get(&p->office, set->ids[i], tell_inbound, &t);
}

static void tell_counters(struct pump *p)
{
	struct telling t = { p, "overview", &counters_shape, NULL };
	struct overview *overview = calloc(1, sizeof(*overview));

	if (overview && overview_get(&p->office, overview) == ERR_OK)
		tell_object(&t, overview);
	free(overview);
}

static bool is_over(const struct pending *now)
{
	return now->link || now->campaigns.is_over || now->slots.is_over ||
	       now->jobs.is_over || now->inbound.is_over;
}

/* What goes out at once, and what may wait for its turn. */
static void tell_quick(struct pump *p, const struct pending *now)
{
	if (is_over(now))
		events_publish(p->options.events, "reset", "{}");
	tell_messages(p, now);
	tell_inbounds(p, &now->inbound);
}

static void tell_slow(struct pump *p, const struct pending *now, bool messages)
{
	tell_slots(p, &now->slots);
	tell_jobs(p, &now->jobs);
	tell_campaigns(p, &now->campaigns, messages);
	tell_counters(p);
}

/* Takes what is due from the pending; slow: also what waits for the slow turn. */
static void take_due(struct pending *pending, bool slow, struct pending *out)
{
	*out = *pending;
	pending->n_changes = 0;
	pending->n_more = 0;
	pending->link = false;
	pending->inbound = (struct id_set){ 0 };
	pending->campaigns.is_over = false;
	pending->slots.is_over = false;
	pending->jobs.is_over = false;
	if (slow)
		*pending = (struct pending){ 0 };
}

static bool has_quick(const struct pending *p)
{
	return p->n_changes > 0 || p->n_more > 0 || p->inbound.n > 0 || is_over(p);
}

static void wait_until(struct pump *p, uint64_t at_ms)
{
	uint64_t now = clock_mono_ms(p->clock);
	struct timespec until;

	if (at_ms <= now)
		return;
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)((at_ms - now) / 1000);
	until.tv_nsec += (long)((at_ms - now) % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	(void)pthread_cond_timedwait(&p->more, &p->lock, &until);
}

/* With the lock held: sleeps until something is due. */
static void wait_for_work(struct pump *p, uint64_t quick_at_ms)
{
	while (!p->is_stopping) {
		uint64_t now = clock_mono_ms(p->clock);
		uint64_t due = p->ping_at_ms;
		if (p->pending.counters && p->slow_at_ms < due)
			due = p->slow_at_ms;
		if (has_quick(&p->pending) && quick_at_ms < due)
			due = quick_at_ms;
		if (due <= now)
			return;
		wait_until(p, due);
	}
}

static void turn(struct pump *p, struct pending *now, bool *messages)
{
	uint64_t at = clock_mono_ms(p->clock);

	(void)pthread_mutex_lock(&p->lock);
	bool slow = p->pending.counters && at >= p->slow_at_ms;
	take_due(&p->pending, slow, now);
	(void)pthread_mutex_unlock(&p->lock);
	*messages = *messages || now->n_changes > 0 || now->n_more > 0;
	if (at >= p->ping_at_ms) {
		events_ping(p->options.events);
		p->ping_at_ms = at + PING_MS;
	}
	if (slow)
		p->slow_at_ms = at + SLOW_MS;
	if (!events_has_listeners(p->options.events))
		return;
	tell_quick(p, now);
	if (slow) {
		tell_slow(p, now, *messages);
		*messages = false;
	}
}

static void *pump_main(void *user)
{
	struct pump *p = user;
	struct pending *now = calloc(1, sizeof(*now));
	uint64_t quick_at_ms = 0;
	bool messages = false, stop = !now;

	p->ping_at_ms = clock_mono_ms(p->clock) + PING_MS;
	while (!stop) {
		(void)pthread_mutex_lock(&p->lock);
		wait_for_work(p, quick_at_ms);
		stop = p->is_stopping;
		(void)pthread_mutex_unlock(&p->lock);
		if (stop)
			break;
		turn(p, now, &messages);
		quick_at_ms = clock_mono_ms(p->clock) + TURN_MS;
	}
	free(now);
	return NULL;
}

/* ---- life ---- */

enum err pump_create(struct pump **out, const struct clock *clock)
{
	struct pump *p = calloc(1, sizeof(*p));
	pthread_condattr_t attributes;

	if (!p)
		return ERR_MEM;
	p->clock = clock;
	(void)pthread_mutex_init(
		&p->lock, NULL); /* cannot fail with default attributes */
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&p->more, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	*out = p;
	return ERR_OK;
}

enum err pump_start(
	struct pump *pump, const struct pump_options *options, struct refusal *why)
{
	pump->options = *options;
	enum err err = office_open(&pump->office, options->store_path, STORE_OFFICE,
		options->hub, pump->clock);
	if (err) {
		if (why)
			*why = pump->office.why;
		return err;
	}
	if (pthread_create(&pump->thread, NULL, pump_main, pump) != 0) {
		log_error("thread=pump not started");
		return ERR_SYS;
	}
	pump->is_started = true;
	return ERR_OK;
}

void pump_stop(struct pump *pump)
{
	if (!pump)
		return;
	(void)pthread_mutex_lock(&pump->lock);
	pump->is_stopping = true;
	(void)pthread_cond_signal(&pump->more);
	(void)pthread_mutex_unlock(&pump->lock);
	if (pump->is_started)
		(void)pthread_join(pump->thread, NULL);
	pump->is_started = false;
	office_close(&pump->office);
}

void pump_destroy(struct pump *pump)
{
	if (!pump)
		return;
	pump_stop(pump);
	(void)pthread_cond_destroy(&pump->more);
	(void)pthread_mutex_destroy(&pump->lock);
	free(pump);
}
