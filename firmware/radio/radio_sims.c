/*
 * Between slots and dispatcher: what the bank knows of each SIM, what became of its
 * parts, and slots that a limit stops.
 */
#include "firmware/radio/radio_parts.h"

#define LOG_MODULE "limits"
#include "firmware/base/log.h"

enum {
	GONE_MS = 300000,	/* away so long: those who know the SIM may move */
	GONE_HOLD_MS = 3600000, /* held for longer than this: as good as gone */
	HOLD_MIN_MS = 60000,	/* a shorter limit is waited for without a word */
	PART_LOOK_MS = 250,
};

struct limits_now radio_now(const struct radio *radio)
{
	int64_t wall_ms = clock_wall_ms(loop_clock(radio->loop));

	return (struct limits_now){ .mono_ms = loop_now_ms(radio->loop),
		.wall_ms = wall_ms,
		.is_wall_sane = clock_wall_is_sane(wall_ms) };
}

/* What was noted is true while the SIM is the same and nobody else has it. */
int radio_place(const struct radio *radio, const struct slot *slot)
{
	int place = radio->places[slot->index];
	bool is_its = slot->sim_id && radio->sims[place].slot == slot &&
		      radio->dispatch.sims[place].id == slot->sim_id;

	return is_its ? place : DISPATCH_NONE;
}

static bool is_limit(enum reason reason)
{
	return reason >= REASON_LIMIT_BALANCE && reason <= REASON_LIMIT_MINUTE;
}

/* Works, but is held for a reason that the dispatcher knows of. */
static bool is_resting(const struct slot *slot)
{
	return slot->fsm.state == SLOT_HELD &&
	       (is_limit(slot->reason) || slot->reason == REASON_REFUSING ||
		       slot->reason == REASON_BREAKER ||
		       slot->reason == REASON_NETWORK_BUSY);
}

/* Unplugged or restarting may be for a moment; out, switched off or broken is not. */
static bool is_gone(const struct radio *radio, int place)
{
	const struct dispatch_sim *d = &radio->dispatch.sims[place];
	const struct radio_sim *sim = &radio->sims[place];
	const struct slot *slot = sim->slot;
	int64_t wall_ms = radio_now(radio).wall_ms;

	if (d->breaker.is_open || (d->row && !d->row->enabled) ||
		(slot && slot->fsm.state == SLOT_FAULT))
		return true;
	if (slot && slot_is_live(slot))
		return false;
	if (slot && is_resting(slot) && is_limit(slot->reason))
		return sim->hold_until == 0 || sim->hold_until - wall_ms > GONE_HOLD_MS;
	return loop_now_ms(radio->loop) - sim->live_ms >= GONE_MS;
}

static void tell(struct radio *radio, int place)
{
	struct radio_sim *sim = &radio->sims[place];
	const struct slot *slot = sim->slot;
	bool works = slot && sim->is_loaded && radio->config.is_read;
	struct dispatch_sim_state state = {
		.is_present = works && (slot_is_live(slot) || is_resting(slot)),
		.is_live = works && slot_is_live(slot),
		.is_idle = works && slot_can_send(slot) && radio->start.done,
		.hold_until = sim->hold_until,
	};

	if (slot && slot_is_live(slot))
		sim->live_ms = loop_now_ms(radio->loop);
	state.is_gone = is_gone(radio, place);
	dispatch_sim_set(&radio->dispatch, place, &state, loop_now_ms(radio->loop));
}

/* A SIM that is new in a slot gets a place; what it has used is read before it sends. */
static void settle_in(struct radio *radio, struct slot *slot)
{
	if (slot->sim_id == 0 || radio_place(radio, slot) != DISPATCH_NONE)
		return;
	int place = dispatch_sim_find(&radio->dispatch, slot->sim_id);
	if (place == DISPATCH_NONE) {
		place = dispatch_sim_add(&radio->dispatch, slot->sim_id);
		if (place == DISPATCH_NONE)
			return; /* more SIMs than places */
		radio->sims[place] =
			(struct radio_sim){ .live_ms = loop_now_ms(radio->loop) };
	}
	radio->sims[place].slot = slot;
	radio->places[slot->index] = place;
	if (!radio->sims[place].is_loaded || !radio->dispatch.sims[place].row)
		radio_config_want(radio);
}

void radio_sims_tell(struct radio *radio)
{
	struct dispatch *d = &radio->dispatch;

	for (int i = 0; i < d->n_places; i++) {
		struct radio_sim *sim = &radio->sims[i];
		if (sim->slot && sim->slot->sim_id != d->sims[i].id)
			sim->slot = NULL;
	}
	for (size_t i = 0; i < radio->n_slots; i++)
		settle_in(radio, radio->slots[i]);
	for (int i = 0; i < d->n_places; i++)
		tell(radio, i);
}

/* Limits that stop a SIM. */

static enum reason reason_of(enum dispatch_why why)
{
	return why >= DISPATCH_LIMIT_BALANCE && why <= DISPATCH_LIMIT_MINUTE
		       ? REASON_LIMIT_BALANCE + (why - DISPATCH_LIMIT_BALANCE)
		       : REASON_NONE;
}

struct dispatch_verdict radio_sim_limit(const struct radio *radio, int place)
{
	const struct limits_now now = radio_now(radio);

	return dispatch_sim_limit(&radio->dispatch, place, &now);
}

void radio_sims_hold(struct radio *radio)
{
	int64_t now = radio_now(radio).wall_ms;

	for (int i = 0; i < radio->dispatch.n_places; i++) {
		struct radio_sim *sim = &radio->sims[i];
		if (!radio->dispatch.sims[i].state.is_idle)
			continue;
		struct dispatch_verdict v = radio_sim_limit(radio, i);
		enum reason reason = reason_of(v.why);
		if (reason == REASON_NONE || (v.until && v.until - now < HOLD_MIN_MS))
			continue;
		sim->hold_until = v.until;
		slot_hold(sim->slot, reason, v.until ? (uint64_t)(v.until - now) : 0);
	}
}

void radio_sims_release(struct radio *radio)
{
	for (size_t i = 0; i < radio->n_slots; i++) {
		struct slot *slot = radio->slots[i];
		if (slot->fsm.state == SLOT_HELD && is_limit(slot->reason))
			slot_release(slot, slot->reason);
	}
}

/* The slots' host. */

static void on_part_timer(void *user)
{
	struct radio *radio = user;

	radio->is_moved = true;
}

bool radio_may_go_on(void *user, struct slot *slot, int64_t *out_price)
{
	struct radio *radio = user;
	const struct limits_now now = radio_now(radio);
	int place = radio_place(radio, slot);

	*out_price = 0;
	if (place == DISPATCH_NONE)
		return true;
	if (dispatch_part_fit(&radio->dispatch, place, &now).why != DISPATCH_READY) {
		loop_timer_set(radio->loop, &radio->part_timer, PART_LOOK_MS,
			on_part_timer, radio);
		return false;
	}
	*out_price = dispatch_part_cost(&radio->dispatch, place).money;
	return true;
}

void radio_claimed(void *user, struct slot *slot, const struct queue_claim *claim)
{
	struct radio *radio = user;
	int place = radio_place(radio, slot);

	if (claim->is_new_recipient && place != DISPATCH_NONE)
		radio->dispatch.sims[place].limits.recipients++;
	if (claim->notice_id)
		radio_fetch_want(radio);
}

static uint32_t hash(const char *text)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * 16777619u;
	return h;
}

/* Something gets through: where nothing did, it was the network, which is back. A SIM
 * that goes on failing while others succeed is not woken by each of their texts. */
static void wake_refusing(struct radio *radio)
{
	const struct dispatch *d = &radio->dispatch;

	for (int i = 0; i < d->n_places; i++) {
		const struct breaker *b = &d->sims[i].breaker;

		if (radio->sims[i].slot && !b->is_open &&
			breaker_fails_with_all(b, &d->bank))
			slot_release(radio->sims[i].slot, REASON_REFUSING);
	}
}

void radio_part_ended(void *user, struct slot *slot, const struct slot_part_end *end)
{
	struct radio *radio = user;
	struct dispatch *d = &radio->dispatch;
	uint64_t now = loop_now_ms(radio->loop);
	int place = radio_place(radio, slot);

	if (place == DISPATCH_NONE)
		return;
	struct breaker *b = &d->sims[place].breaker;
	if (end->went)
		radio_config_went(radio, place);
	if (end->is_accepted) {
		wake_refusing(radio);
		breaker_accepted(b, &d->bank);
	} else if (end->blames_sim &&
		   breaker_failed(b, &d->bank, hash(end->msisdn), now)) {
		log_warn("sim=%lld refused on several numbers while others get through: "
			 "out for %llu s",
			(long long)slot->sim_id,
			(unsigned long long)(b->until_ms - now) / 1000);
		slot_hold(slot, REASON_BREAKER, b->until_ms - now);
	}
}

/* xorshift64*: nobody is to guess it, and nobody gains by doing so. */
uint32_t radio_draw(void *user)
{
	struct radio *radio = user;

	radio->seed ^= radio->seed >> 12;
	radio->seed ^= radio->seed << 25;
	radio->seed ^= radio->seed >> 27;
	return (uint32_t)(radio->seed * UINT64_C(2685821657736338717) >> 32);
}
