#include "firmware/radio/radio.h"

#include <stdlib.h>

#include "drivers/power.h"
#include "firmware/base/str.h"
#include "firmware/radio/front/front.h"
#include "firmware/radio/radio_parts.h"

#define LOG_MODULE "radio"
#include "firmware/base/log.h"

enum {
	TICK_MS = 5000 /* chores and shown rates fall due while nothing else happens */
};

/* The slots' host. */

static void on_changed(void *user, struct slot *slot)
{
	struct radio *radio = user;

	radio->is_moved = true;
	radio_hint_slot(radio, slot);
	radio_times_note(radio, slot);
	if (radio->front)
		front_show(radio->front,
			&(struct front_slot){ .index = slot->index,
				.bay = slot->board_bay,
				.state = (enum slot_state)slot->fsm.state });
}

static bool has_sim(const struct slot *slot)
{
	unsigned state = slot->fsm.state;

	return state >= SLOT_REGISTERING && state <= SLOT_HELD;
}

static struct slot *find_twin(void *user, const struct slot *slot)
{
	const struct radio *radio = user;

	for (size_t i = 0; i < radio->n_slots; i++) {
		struct slot *other = radio->slots[i];
		if (other != slot && has_sim(other) &&
			slot_is_same_sim(&other->sim, &slot->sim))
			return other;
	}
	return NULL;
}

static void on_message(void *user, int64_t id, enum message_state state)
{
	radio_hint_message(user, id, state);
}

static void on_inbound(void *user, int64_t id)
{
	struct radio *radio = user;

	radio_hint_inbound(radio, id);
	if (radio->front)
		front_inbound(radio->front);
}

/* A SIM has done with a message: what becomes of it in the window. */
static void on_finished(void *user, struct slot *slot, const struct slot_end *end)
{
	struct radio *radio = user;
	struct dispatch *d = &radio->dispatch;
	int place = dispatch_sim_find(d, slot->send.claim.sim_id);

	radio->is_moved = true;
	if (place != DISPATCH_NONE) {
		if (d->sims[place].hand.message_id == end->message_id)
			dispatch_hand_over(d, place);
		if (end->sim_refused)
			dispatch_note_refusal(d, end->message_id, place);
		if (end->kind == SLOT_END_BARRED)
			dispatch_note_barred(d, end->message_id, place);
	}
	switch (end->kind) {
	case SLOT_END_DONE:
	case SLOT_END_GONE:
		dispatch_forget(d, end->message_id);
		break;
	case SLOT_END_RETRY:
		dispatch_forget(d, end->message_id);
		radio_fetch_plan(radio, end->due_at);
		break;
	case SLOT_END_LATER:
		dispatch_forget(d, end->message_id);
		radio_fetch_want(radio); /* to know when */
		break;
	case SLOT_END_UNREAD:
		dispatch_set_aside(d, end->message_id);
		break;
	case SLOT_END_BARRED:
	case SLOT_END_UNSTORED:
		dispatch_put_back(d, end->message_id);
		break;
	}
}

/* Choosing. */

static void give(struct radio *radio, const struct dispatch_choice *choice,
	const struct limits_now *now)
{
	struct dispatch *d = &radio->dispatch;
	const struct dispatch_sim *sim = &d->sims[choice->place];
	const struct queue_notice *notice = &radio->config.notice;

	dispatch_take(d, choice, now);
	struct queue_take take = { .id = sim->hand.message_id,
		.price = dispatch_part_cost(d, choice->place).money,
		.choice = choice->choice,
		.notice =
			choice->choice == CHOICE_MOVED && notice->text ? notice : NULL };
	if (sim->limits.rule.recipients) {
		take.month_at = sim->limits.month.from;
		take.recipients_left =
			sim->limits.rule.recipients - sim->limits.recipients;
	}
	slot_send(radio->sims[choice->place].slot, &take);
	radio->sims[choice->place].is_given = true;
}

static void choose(struct radio *radio)
{
	const struct limits_now now = radio_now(radio);
	struct dispatch_choice choice;

	while (dispatch_choose(&radio->dispatch, &now, &choice))
		give(radio, &choice, &now);
}

/* New bays are numbered as their ports are, however long each modem takes to answer. */
static void number_bays(struct radio *radio)
{
	for (size_t i = 0; i < radio->n_slots; i++) {
		slot_number(radio->slots[i]);
		if (slot_is_starting(radio->slots[i]))
			return;
	}
}

static void find_work(struct radio *radio)
{
	radio_sims_tell(radio);
	choose(radio);
	radio_sims_hold(radio);
	for (size_t i = 0; i < radio->n_slots; i++) {
		int place = radio_place(radio, radio->slots[i]);
		bool is_given = place != DISPATCH_NONE && radio->sims[place].is_given;
		slot_turn(radio->slots[i], !is_given);
	}
	for (int i = 0; i < radio->dispatch.n_places; i++)
		radio->sims[i].is_given = false;
}

static void check_stopped(struct radio *radio)
{
	loop_fn fn = radio->stopped;

	for (size_t i = 0; i < radio->n_slots; i++) {
		if (slot_is_busy(radio->slots[i]))
			return;
	}
	radio_times_end(radio);
	if (!fn || !store_thread_is_idle(radio->host.store))
		return;
	radio->stopped = NULL;
	fn(radio->stopped_user);
}

static void before_wait(void *user)
{
	struct radio *radio = user;

	while (radio->is_moved) {
		radio->is_moved = false;
		number_bays(radio);
		find_work(radio);
		radio_config_turn(radio);
		radio_fetch_turn(radio);
		radio_times_turn(radio);
	}
	radio_hints_flush(radio);
	store_thread_flush(radio->host.store);
	if (radio->is_stopping) {
		check_stopped(radio);
		store_thread_flush(radio->host.store);
	}
}

static void on_tick(void *user)
{
	struct radio *radio = user;

	radio->is_moved = true;
	for (size_t i = 0; i < radio->n_slots; i++)
		radio_hint_slot(radio, radio->slots[i]);
	loop_timer_set(radio->loop, &radio->tick, TICK_MS, on_tick, radio);
}

/* The start. */

struct stale_bays {
	struct store *store;
	struct bay rows[RADIO_SLOTS_MAX];
	size_t n;
};

static bool note_stale(void *user, const struct bay *bay)
{
	struct stale_bays *stale = user;

	if (!str_eq(bay->state, "ABSENT") && stale->n < RADIO_SLOTS_MAX)
		stale->rows[stale->n++] = *bay;
	return true;
}

/* What the last run showed of its bays holds no more; a slot that starts says so anew. */
static enum err clear_bays(struct store *s)
{
	struct stale_bays *stale = calloc(1, sizeof(*stale));
	enum err err = stale ? bay_each(s, note_stale, stale) : ERR_MEM;

	for (size_t i = 0; err == ERR_OK && i < stale->n; i++) {
		struct bay *bay = &stale->rows[i];
		(void)str_copy(bay->state, sizeof(bay->state), "ABSENT"); /* these fit */
		(void)str_copy(
			bay->reason, sizeof(bay->reason), reason_name(REASON_UNPLUGGED));
		bay->sim_id = 0;
		err = bay_update(s, bay);
	}
	free(stale);
	return err;
}

static enum err start_run(struct store *s, struct store_job *job)
{
	struct radio_start *start = (struct radio_start *)job;
	enum err err = queue_recover(s, &start->n_unknown);

	return err == ERR_OK ? clear_bays(s) : err;
}

static void start_done(struct store_job *job, enum err err)
{
	struct radio_start *start = (struct radio_start *)job;
	struct radio *radio = start->radio;

	if (err != ERR_OK) { /* not a matter of waiting: without it nothing may be sent */
		log_error("the queue cannot be recovered, nothing is sent: %s",
			err_name(err));
		return;
	}
	if (start->n_unknown)
		log_warn("unknown=%zu: parts on air when the last run was cut off",
			start->n_unknown);
	start->done = true;
	radio_config_want(radio);
}

static void on_health(void *user, bool works, const char *why)
{
	struct radio *radio = user;

	(void)why;
	radio->host.store_fails = !works;
	for (size_t i = 0; i < radio->n_slots; i++) {
		if (works)
			slot_release(radio->slots[i], REASON_STORE_FULL);
		else
			slot_hold(radio->slots[i], REASON_STORE_FULL, 0);
	}
	if (works)
		radio_fetch_want(radio);
}

enum err radio_create(struct radio **out, const struct radio_env *env)
{
	struct radio *radio = calloc(1, sizeof(*radio));

	if (!radio)
		return ERR_MEM;
	radio->loop = env->loop;
	radio->front = env->front;
	radio->host = (struct slot_host){
		.loop = env->loop,
		.store = env->store,
		.power = env->power,
		.pin_key = env->pin_key,
		.ways = env->ways,
		.changed = on_changed,
		.find_twin = find_twin,
		.message = on_message,
		.inbound = on_inbound,
		.may_go_on = radio_may_go_on,
		.claimed = radio_claimed,
		.part_ended = radio_part_ended,
		.draw = radio_draw,
		.finished = on_finished,
		.ussd_ended = radio_command_ussd_ended,
		.test_ended = radio_command_test_ended,
		.user = radio,
	};
	radio->started_ms = loop_now_ms(env->loop);
	radio->seed = env->seed ? env->seed : 1;
	dispatch_init(&radio->dispatch);
	radio_config_init(radio);
	radio_fetch_init(radio);
	radio_explain_init(radio);
	radio_times_init(radio);
	radio->start.radio = radio;
	radio->start.job = (struct store_job){ .run = start_run, .done = start_done };
	store_thread_on_health(env->store, on_health, radio);
	store_thread_post(env->store, &radio->start.job);
	loop_before_wait(env->loop, before_wait, radio);
	loop_timer_set(radio->loop, &radio->tick, TICK_MS, on_tick, radio);
	*out = radio;
	return ERR_OK;
}

void radio_destroy(struct radio *radio)
{
	if (!radio)
		return;
	loop_before_wait(radio->loop, NULL, NULL);
	loop_timer_cancel(&radio->tick);
	loop_timer_cancel(&radio->part_timer);
	loop_timer_cancel(&radio->fetch.timer);
	loop_timer_cancel(&radio->times.timer);
	loop_timer_cancel(&radio->hints.timer);
	for (size_t i = 0; i < radio->n_slots; i++) {
		slot_fini(radio->slots[i]);
		free(radio->slots[i]);
	}
	radio_config_fini(radio);
	free(radio);
}

void radio_set_bus(struct radio *radio, struct bus_server *bus)
{
	radio->hints.bus = bus;
}

/* Ports. */

static struct slot *slot_find(struct radio *radio, const char *port)
{
	for (size_t i = 0; i < radio->n_slots; i++) {
		if (str_eq(radio->slots[i]->port, port))
			return radio->slots[i];
	}
	return NULL;
}

static struct slot *slot_add(struct radio *radio, const char *port)
{
	struct slot *slot;

	if (radio->n_slots == RADIO_SLOTS_MAX) {
		log_error("port=%s not used: more than %d ports", port, RADIO_SLOTS_MAX);
		return NULL;
	}
	slot = calloc(1, sizeof(*slot));
	if (!slot || slot_init(slot, &radio->host, (unsigned)radio->n_slots, port)) {
		log_error("port=%s not used: no memory, or its name is too long", port);
		free(slot);
		return NULL;
	}
	radio->slots[radio->n_slots++] = slot;
	return slot;
}

void radio_port_added(struct radio *radio, const char *port)
{
	struct slot *slot = slot_find(radio, port);

	if (!slot)
		slot = slot_add(radio, port);
	if (slot && !radio->is_stopping)
		slot_plug(slot);
}

void radio_port_removed(struct radio *radio, const char *port)
{
	struct slot *slot = slot_find(radio, port);

	if (slot)
		slot_unplug(slot);
}

/* The bus. */

void radio_on_line(void *user, struct bus_peer *peer, const char *line)
{
	struct radio *radio = user;

	if (bus_is(line, "work")) {
		radio_look(radio);
	} else if (bus_is(line, "config")) {
		radio_config_want(radio);
	} else if (bus_is(line, "command")) {
		radio_command(radio, peer, line);
	} else {
		log_debug("unknown line: %.60s", line);
	}
}

void radio_look(struct radio *radio)
{
	dispatch_wake_aside(&radio->dispatch);
	radio_fetch_want(radio);
}

void radio_log_status(const struct radio *radio)
{
	for (size_t i = 0; i < radio->n_slots; i++) {
		const struct slot *slot = radio->slots[i];
		log_info("status slot=%s bay=%u port=%s state=%s reason=%s model=%s "
			 "climbs=%u",
			slot->name, power_bay_number(radio->host.power, slot->board_bay),
			slot->port, slot_state_name(slot), reason_name(slot->reason),
			slot->info.model, slot->ladder.climbs);
	}
}

void radio_on_join(void *user, struct bus_peer *peer)
{
	struct radio *radio = user;

	radio_hint_all(radio, peer);
	radio_config_want(radio);
	dispatch_wake_aside(&radio->dispatch); /* its hints may have been lost */
	radio_fetch_want(radio);
}

void radio_stop(struct radio *radio, loop_fn fn, void *user)
{
	radio->is_stopping = true;
	radio->is_moved = true;
	radio->stopped = fn;
	radio->stopped_user = user;
	for (size_t i = 0; i < radio->n_slots; i++)
		slot_stop(radio->slots[i]);
}
