/*
 * What was measured of the bays is written down: every ten minutes, when a modem has
 * stopped working (which is written anyway), and at the end. What a power cut takes is
 * missing from all of the sums alike.
 */
#include "firmware/radio/radio_parts.h"

#define LOG_MODULE "radio"
#include "firmware/base/log.h"

enum {
	WRITE_EVERY_MS = 600000
};

static enum err times_run(struct store *s, struct store_job *job)
{
	const struct radio_times *t = (struct radio_times *)job;
	enum err err = bay_time_ran(s, t->ran_ms);

	for (size_t i = 0; err == ERR_OK && i < t->n; i++)
		err = bay_time_add(s, t->rows[i].bay_id, &t->rows[i].time);
	return err;
}

static void give_back(struct radio *radio)
{
	struct radio_times *t = &radio->times;

	t->since_ms -= (uint64_t)t->ran_ms;
	for (size_t i = 0; i < t->n; i++) {
		struct slot *slot = radio->slots[t->rows[i].slot];
		if (slot->bay.id == t->rows[i].bay_id)
			slot_time_give_back(slot, &t->rows[i].time);
	}
}

static void times_done(struct store_job *job, enum err err)
{
	struct radio_times *t = (struct radio_times *)job;

	t->posted = false;
	if (err != ERR_OK) {
		log_warn("times of bays are not stored yet: %s", err_name(err));
		give_back(t->radio);
	}
	radio_hint_times(t->radio);
}

static void collect(struct radio *radio)
{
	struct radio_times *t = &radio->times;
	uint64_t now = loop_now_ms(radio->loop);

	t->ran_ms = (int64_t)(now - t->since_ms);
	t->since_ms = now;
	t->n = 0;
	for (size_t i = 0; i < radio->n_slots; i++) {
		struct slot *slot = radio->slots[i];
		struct radio_time *row = &t->rows[t->n];
		if (slot->bay.id == 0 || !slot_time_take(slot, &row->time))
			continue;
		row->slot = i;
		row->bay_id = slot->bay.id;
		t->n++;
	}
}

static void on_due(void *user)
{
	struct radio *radio = user;

	radio->times.is_wanted = true;
	radio->is_moved = true;
	loop_timer_set(radio->loop, &radio->times.timer, WRITE_EVERY_MS, on_due, radio);
}

uint64_t radio_times_unwritten_ms(const struct radio *radio)
{
	const struct radio_times *t = &radio->times;

	return loop_now_ms(radio->loop) - t->since_ms +
	       (t->posted ? (uint64_t)t->ran_ms : 0);
}

void radio_times_note(struct radio *radio, const struct slot *slot)
{
	radio->times.is_wanted |= slot_time_has_ended(slot);
}

/* An hour of a clock that does not know the date is nobody's. */
void radio_times_turn(struct radio *radio)
{
	struct radio_times *t = &radio->times;

	if (!t->is_wanted || t->posted)
		return;
	t->is_wanted = false;
	if (!clock_wall_is_sane(clock_wall_ms(loop_clock(radio->loop))))
		return;
	collect(radio);
	t->posted = true;
	store_thread_post(radio->host.store, &t->job);
}

void radio_times_end(struct radio *radio)
{
	struct radio_times *t = &radio->times;

	if (t->is_ended)
		return;
	t->is_ended = t->is_wanted = true;
	radio_times_turn(radio);
}

void radio_times_init(struct radio *radio)
{
	struct radio_times *t = &radio->times;

	t->radio = radio;
	t->since_ms = loop_now_ms(radio->loop);
	t->job = (struct store_job){
		.run = times_run, .done = times_done, .urgency = STORE_LAZY, .once = true
	};
	loop_timer_set(radio->loop, &t->timer, WRITE_EVERY_MS, on_due, radio);
}
