/*
 * Keeping the window on the queue filled: at start, on a hint, when it runs low, and when
 * the next message falls due or expires. Nothing is asked of the store in between.
 */
#include "firmware/radio/radio_parts.h"

#define LOG_MODULE "fetch"
#include "firmware/base/log.h"

enum {
	FETCH_GAP_MS = 30, /* between two: hints come in bursts */
	FETCH_LOW = DISPATCH_ITEMS_MAX / 2,
	PLAN_MAX_MS = 60000, /* the wall clock may be set: look again, in memory only */
};

static int64_t wall_now(const struct radio *radio)
{
	return clock_wall_ms(loop_clock(radio->loop));
}

static bool note_disabled(
	void *user, const struct sim *sim, const struct sim_usage *today)
{
	struct radio_fetch *f = user;

	(void)today;
	if (!sim->enabled && f->n_disabled < RADIO_SLOTS_MAX)
		f->disabled[f->n_disabled++] = sim->id;
	return true;
}

static enum err run(struct store *s, struct store_job *job)
{
	struct radio_fetch *f = (struct radio_fetch *)job;
	int64_t now = clock_wall_ms(store_clock(s));

	f->n_disabled = 0;
	enum err err = queue_expire(s, now, &f->n_expired, &f->next_expiry);
	if (err == ERR_OK)
		err = queue_fetch(s, &f->fetch);
	if (err == ERR_OK) /* no hour lies that far ahead: the usage is not summed */
		err = sim_each(s, now + INT64_C(365) * 86400000, note_disabled, f);
	return err;
}

static bool is_disabled(const struct radio_fetch *f, int64_t sim_id)
{
	for (size_t i = 0; i < f->n_disabled; i++) {
		if (f->disabled[i] == sim_id)
			return true;
	}
	return false;
}

static void apply_enabled(struct radio *radio)
{
	for (size_t i = 0; i < radio->n_slots; i++) {
		struct slot *slot = radio->slots[i];
		bool enabled = !is_disabled(&radio->fetch, slot->sim_id);
		if (slot->sim_id == 0 || enabled == slot->is_enabled)
			continue;
		slot->is_enabled = enabled;
		if (enabled)
			slot_release(slot, REASON_SIM_DISABLED);
		else
			slot_hold(slot, REASON_SIM_DISABLED, 0);
	}
}

static void done(struct store_job *job, enum err err)
{
	struct radio_fetch *f = (struct radio_fetch *)job;
	struct radio *radio = f->radio;

	f->posted = false;
	radio->is_moved = true;
	if (err != ERR_OK) {
		log_error("the queue cannot be read: %s", err_name(err));
		radio_fetch_plan(radio, wall_now(radio) + 5000);
		return;
	}
	bool fits = dispatch_refill(&radio->dispatch, f->fetch.items, f->fetch.n);
	f->is_full = !fits || f->fetch.n == f->fetch.max;
	apply_enabled(radio);
	radio_fetch_plan(radio, f->fetch.next_due);
	radio_fetch_plan(radio, f->next_expiry);
	log_debug("waiting=%zu expired=%zu", f->fetch.n, f->n_expired);
}

static void on_plan(void *user)
{
	struct radio *radio = user;
	struct radio_fetch *f = &radio->fetch;
	int64_t due_at = f->due_at;
	bool is_due = due_at && due_at <= wall_now(radio);

	f->due_at = 0;
	if (is_due)
		f->is_wanted = true;
	else
		radio_fetch_plan(radio, due_at);
	radio->is_moved |= f->is_wanted;
}

void radio_fetch_plan(struct radio *radio, int64_t due_at)
{
	struct radio_fetch *f = &radio->fetch;
	int64_t left = due_at - wall_now(radio);

	if (due_at == 0 || (f->due_at && f->due_at <= due_at))
		return;
	f->due_at = due_at;
	left = left < FETCH_GAP_MS ? FETCH_GAP_MS : left;
	left = left > PLAN_MAX_MS ? PLAN_MAX_MS : left;
	loop_timer_set(radio->loop, &f->timer, (uint64_t)left, on_plan, radio);
}

void radio_fetch_want(struct radio *radio)
{
	radio->fetch.is_wanted = true;
	radio->is_moved = true;
}

void radio_fetch_turn(struct radio *radio)
{
	struct radio_fetch *f = &radio->fetch;
	uint64_t now = loop_now_ms(radio->loop);

	if (f->is_full && dispatch_waiting(&radio->dispatch, 0) < FETCH_LOW)
		f->is_wanted = true;
	if (!f->is_wanted || f->posted || radio->is_stopping || !radio->start.done)
		return;
	if (f->at_ms && now - f->at_ms < FETCH_GAP_MS) {
		f->due_at = 0;
		loop_timer_set(radio->loop, &f->timer, FETCH_GAP_MS - (now - f->at_ms),
			on_plan, radio);
		return;
	}
	f->at_ms = now;
	f->is_wanted = f->is_full = false;
	f->fetch.items = f->items;
	f->fetch.skip = f->skip;
	f->fetch.n_skip = dispatch_skip_ids(&radio->dispatch, f->skip);
	f->fetch.max = DISPATCH_ITEMS_MAX - f->fetch.n_skip;
	f->posted = true;
	store_thread_post(radio->host.store, &f->job);
}

void radio_fetch_init(struct radio *radio)
{
	radio->fetch.radio = radio;
	radio->fetch.job = (struct store_job){ .run = run, .done = done, .once = true };
}
