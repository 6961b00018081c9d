#include "firmware/radio/slot/slot_parts.h"

static const struct {
	bool is_up, is_ready;
} counts[SLOT_STATES] = {
	[SLOT_SIM_WAIT] = { true, false },
	[SLOT_PIN] = { true, false },
	[SLOT_REGISTERING] = { true, false },
	[SLOT_READY] = { true, true },
	[SLOT_SENDING] = { true, true },
	[SLOT_HELD] = { true, false },
};

static void pass(struct slot *slot)
{
	struct slot_time *t = &slot->time;
	uint64_t now = loop_now_ms(slot->host->loop);
	int64_t ms = (int64_t)(now - t->since_ms);

	t->since_ms = now;
	if (t->is_up)
		t->kept.up_ms += ms;
	if (t->is_ready)
		t->kept.ready_ms += ms;
}

void slot_time_note(struct slot *slot)
{
	struct slot_time *t = &slot->time;
	unsigned state = slot->fsm.state;

	pass(slot);
	t->is_ready = counts[state].is_ready;
	t->is_up = t->is_ready || (counts[state].is_up && !slot->log.is_failed);
}

static void add_signal(struct bay_signal *to, const struct bay_signal *from)
{
	if (from->n == 0)
		return;
	if (to->n == 0 || from->min_dbm < to->min_dbm)
		to->min_dbm = from->min_dbm;
	if (to->n == 0 || from->max_dbm > to->max_dbm)
		to->max_dbm = from->max_dbm;
	to->n += from->n;
	to->sum_dbm += from->sum_dbm;
}

void slot_time_signal(struct slot *slot, int dbm)
{
	const struct bay_signal reading = { 1, dbm, dbm, dbm };

	if (dbm)
		add_signal(&slot->time.kept.signal, &reading);
}

void slot_time_forget(struct slot *slot)
{
	pass(slot);
	slot->time.kept = (struct bay_time){ .up_ms = 0 };
}

bool slot_time_has_ended(const struct slot *slot)
{
	return !slot->time.is_up && slot->time.kept.up_ms > 0;
}

bool slot_time_take(struct slot *slot, struct bay_time *out)
{
	struct slot_time *t = &slot->time;

	pass(slot);
	*out = t->kept;
	t->kept = (struct bay_time){ .up_ms = 0 };
	return out->up_ms > 0 || out->signal.n > 0;
}

void slot_time_give_back(struct slot *slot, const struct bay_time *time)
{
	struct bay_time *kept = &slot->time.kept;

	kept->up_ms += time->up_ms;
	kept->ready_ms += time->ready_ms;
	add_signal(&kept->signal, &time->signal);
}

void slot_time_init(struct slot *slot)
{
	slot->time = (struct slot_time){ .since_ms = loop_now_ms(slot->host->loop) };
}
