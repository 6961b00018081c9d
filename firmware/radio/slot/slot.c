#include "firmware/radio/slot/slot.h"

#include <stdlib.h>
#include <string.h>

#include "drivers/power.h"
#include "firmware/base/str.h"
#include "firmware/radio/slot/slot_parts.h"

#define LOG_MODULE "slot"
#include "firmware/base/log.h"

enum {
	HELD_MIN_MS = 1000
};

static const char *const state_names[] = {
	[SLOT_ABSENT] = "ABSENT",
	[SLOT_POWERING] = "POWERING",
	[SLOT_PROBING] = "PROBING",
	[SLOT_SIM_WAIT] = "SIM_WAIT",
	[SLOT_PIN] = "PIN",
	[SLOT_REGISTERING] = "REGISTERING",
	[SLOT_READY] = "READY",
	[SLOT_SENDING] = "SENDING",
	[SLOT_HELD] = "HELD",
	[SLOT_RECOVERING] = "RECOVERING",
	[SLOT_FAULT] = "FAULT",
};

static const char *const event_names[] = {
	[SLOT_EV_PLUGGED] = "plugged",
	[SLOT_EV_UNPLUGGED] = "unplugged",
	[SLOT_EV_GONE] = "gone",
	[SLOT_EV_REBOOTED] = "rebooted",
	[SLOT_EV_STUCK] = "stuck",
	[SLOT_EV_SICK] = "sick",
	[SLOT_EV_SIM_NEWS] = "sim_news",
	[SLOT_EV_SIM] = "sim",
	[SLOT_EV_NET] = "net",
	[SLOT_EV_TIMER] = "timer",
	[SLOT_EV_PROBED] = "probed",
	[SLOT_EV_SIM_READ] = "sim_read",
	[SLOT_EV_KNOWN] = "known",
	[SLOT_EV_SET_UP] = "set_up",
	[SLOT_EV_NET_READ] = "net_read",
	[SLOT_EV_FAILED] = "failed",
	[SLOT_EV_RESET_DONE] = "reset_done",
	[SLOT_EV_SEND] = "send",
	[SLOT_EV_SENT] = "sent",
	[SLOT_EV_HOLD] = "hold",
	[SLOT_EV_RELEASE] = "release",
	[SLOT_EV_RESET] = "reset",
};

static void on_timer(void *user)
{
	struct slot *slot = user;

	EV(slot, SLOT_EV_TIMER, NULL);
}

void slot_wait(struct slot *slot, uint64_t delay_ms)
{
	loop_timer_set(slot->host->loop, &slot->timer, delay_ms, on_timer, slot);
}

static bool is_work(unsigned state)
{
	return state == SLOT_READY || state == SLOT_SENDING;
}

static void entered(void *user, unsigned from, unsigned to)
{
	struct slot *slot = user;

	slot->since_ms = loop_now_ms(slot->host->loop);
	slot_time_note(slot);
	if (from == SLOT_REGISTERING) /* what comes next asks the modem, too */
		slot_scan_stop(slot);
	if (is_work(from) && is_work(to))
		return;
	log_info("slot=%s port=%s state=%s from=%s reason=%s", slot->name, slot->port,
		state_names[to], state_names[from],
		slot->reason ? reason_name(slot->reason) : "-");
	slot_tell_bay(slot);
}

void slot_go(struct slot *slot, enum slot_state state, enum reason reason)
{
	bool told_again = slot->fsm.state == (unsigned)state && slot->reason != reason;

	loop_timer_cancel(&slot->timer);
	slot->reason = reason;
	fsm_go(&slot->fsm, state);
	if (told_again)
		slot_tell_bay(slot);
	slot->host->changed(slot->host->user, slot);
}

/* READY, SENDING, HELD. */

static void on_plugged(void *user, const void *data)
{
	struct slot *slot = user;
	(void)data;
	slot->refusals = 0;
	slot_way_doubt(slot);
	slot_go(slot, SLOT_POWERING, REASON_STARTING);
	slot_wait(slot, 0);
}

/* Back from a restart that we began. */
static void on_returned(void *user, const void *data)
{
	(void)data;
	slot_wait(user, 0);
}

static void on_send(void *user, const void *data)
{
	(void)data;
	slot_go(user, SLOT_SENDING, REASON_NONE);
}

static void go_held(struct slot *slot, const struct slot_hold *hold)
{
	uint64_t hold_ms = hold->hold_ms;

	slot_go(slot, SLOT_HELD, hold->reason);
	if (hold_ms > 0)
		slot_wait(slot, hold_ms > HELD_MIN_MS ? hold_ms : HELD_MIN_MS);
}

/* What the store says of its SIM, and where that one is. */
static enum reason sim_holds(const struct slot *slot)
{
	if (!slot->is_enabled)
		return REASON_SIM_DISABLED;
	if (slot->is_new)
		return REASON_SIM_NEW;
	if (slot->net.reg == MODEM_REG_ROAMING && slot->stays_home)
		return REASON_ROAMING;
	return REASON_NONE;
}

static bool is_of_sim(enum reason reason)
{
	return reason == REASON_SIM_DISABLED || reason == REASON_SIM_NEW ||
	       reason == REASON_ROAMING;
}

void slot_apply_sim(struct slot *slot, const struct sim *sim)
{
	bool is_same = slot->is_enabled == sim->enabled &&
		       slot->is_new == !sim->is_admitted &&
		       slot->stays_home == !sim->may_roam;

	if (is_same)
		return;
	slot->is_enabled = sim->enabled;
	slot->is_new = !sim->is_admitted;
	slot->stays_home = !sim->may_roam;
	enum reason reason = sim_holds(slot);

	if (is_of_sim(slot->hold.reason))
		slot->hold = (struct slot_hold){ 0 };
	if (slot->fsm.state == SLOT_HELD && is_of_sim(slot->reason) &&
		slot->reason != reason)
		EV(slot, SLOT_EV_RELEASE, NULL);
	else if (reason)
		slot_hold(slot, reason, 0);
}

static void go_ready(struct slot *slot)
{
	slot_go(slot, SLOT_READY, REASON_NONE);
	slot_log_works(slot);
}

/* The modem works; it is the SIM that must not send. */
static void go_held_by_sim(struct slot *slot)
{
	go_held(slot, &(struct slot_hold){ sim_holds(slot), 0 });
	slot_log_works(slot);
}

/* Where a working slot stands when nothing is in hand. */
void slot_rest(struct slot *slot)
{
	const struct slot_hold hold = slot->hold;

	slot->hold = (struct slot_hold){ 0 };
	switch (hold.reason) {
	case REASON_NO_SIM: /* what the SIM and the network say now decides */
	case REASON_SIM_PIN:
	case REASON_SIM_PUK:
	case REASON_SIM_FAILED:
		slot_go(slot, SLOT_SIM_WAIT, hold.reason);
		slot_wait(slot, hold.hold_ms < 5000 ? hold.hold_ms : 5000);
		return;
	case REASON_NO_NETWORK:
	case REASON_DENIED:
		slot_go(slot, SLOT_REGISTERING, hold.reason);
		slot_wait(slot, hold.hold_ms < 5000 ? hold.hold_ms : 5000);
		return;
	default:
		break;
	}
	if (hold.reason)
		go_held(slot, &hold);
	else if (slot->host->store_fails)
		go_held(slot, &(struct slot_hold){ REASON_STORE_FULL, 0 });
	else if (!slot_is_registered(slot))
		slot_boot_registering(slot);
	else if (sim_holds(slot))
		go_held_by_sim(slot);
	else
		go_ready(slot);
}

static void on_sent(void *user, const void *data)
{
	(void)data;
	slot_rest(user);
}

static void on_hold(void *user, const void *data)
{
	go_held(user, data);
}

static void on_hold_later(void *user, const void *data)
{
	struct slot *slot = user;
	const struct slot_hold *hold = data;

	slot->hold = *hold;
}

static void on_release(void *user, const void *data)
{
	(void)data;
	slot_rest(user);
}

static void on_net(void *user, const void *data)
{
	struct slot *slot = user;
	(void)data;
	if (!slot_is_registered(slot))
		slot_boot_registering(slot);
	else if (sim_holds(slot))
		go_held(slot, &(struct slot_hold){ sim_holds(slot), 0 });
}

static void on_net_in_held(void *user, const void *data)
{
	struct slot *slot = user;
	(void)data;
	if (slot->reason == REASON_ROAMING && !sim_holds(slot))
		slot_rest(slot);
}

static void on_net_in_registering(void *user, const void *data)
{
	struct slot *slot = user;
	(void)data;
	if (slot->is_set_up)
		slot_boot_take_net(slot, &slot->net);
}

/* Whatever came of the SIM, it may have taken the modem's settings with it. */
static void on_sim_changed(void *user, const void *data)
{
	struct slot *slot = user;
	(void)data;
	slot->is_set_up = false;
	slot_go(slot, SLOT_SIM_WAIT, REASON_SIM_BUSY);
	slot_wait(slot, 1000); /* it says so before the SIM answers */
}

static void on_sim_news(void *user, const void *data)
{
	(void)data;
	slot_chore_sim_news(user);
}

/* Set-up asks for such news, and some modems answer with the first at once. */
static void on_sim_news_in_registering(void *user, const void *data)
{
	struct slot *slot = user;

	if (slot_chore_is_set_up_fresh(slot))
		slot->chore.is_sim_news = true; /* slot_boot_set_up() looks */
	else
		on_sim_changed(slot, data);
}

/* The whole machine. NO: it may come and means nothing there; NULL: it cannot come, and
 * is logged if it does. */
#define NO fsm_ignore
#define OPEN slot_boot_open
#define PROBE slot_boot_probe
#define READ slot_boot_read_sim
#define POLL slot_pin_poll
#define FIND slot_boot_find
#define FAIL slot_boot_failed
#define GONE slot_boot_gone
#define AWAY slot_boot_unplugged
#define BOOT slot_boot_restart
#define STUCK slot_recover_stuck
#define SICK slot_recover_sick
#define ASKED slot_recover_asked
#define STEP slot_recover_step
#define AGAIN slot_recover_again
#define PLUG on_plugged
#define BACK on_returned
#define SIM on_sim_changed
#define NEWS on_sim_news
#define FREE on_release

/* clang-format off */
static const fsm_fn cells[SLOT_EVENTS][SLOT_STATES] = {
/*		       ABSENT POWER. PROB. SIM_W. PIN   REGIST. READY SEND. HELD  RECOV. FAULT */
[SLOT_EV_PLUGGED]   = { PLUG, BACK, NO,    NO,    NO,    NO,    NO,    NO,    NO,    NO,   PLUG },
[SLOT_EV_UNPLUGGED] = { NO,   AWAY, AWAY,  AWAY,  AWAY,  AWAY,  AWAY,  AWAY,  AWAY,  AWAY, AWAY },
[SLOT_EV_GONE]      = { NO,   GONE, GONE,  GONE,  GONE,  GONE,  GONE,  GONE,  GONE,  GONE, NO },
[SLOT_EV_REBOOTED]  = { NO,   NO,   BOOT,  BOOT,  BOOT,  BOOT,  BOOT,  BOOT,  BOOT,  BOOT, NO },
[SLOT_EV_STUCK]     = { NO,   NO,   STUCK, STUCK, STUCK, STUCK, STUCK, STUCK, STUCK, NO,   NO },
[SLOT_EV_SICK]      = { NO,   NO,   NO,    NO,    NO,    NO,    SICK,  SICK,  SICK,  NO,   NO },
[SLOT_EV_SIM_NEWS]  = { NO,   NO,   NO,    READ,  SIM,   on_sim_news_in_registering,
								NEWS,  NEWS,  NEWS,  NO,   NO },
[SLOT_EV_SIM]       = { NO,   NO,   NO,    READ,  SIM,   SIM,   SIM,   NEWS,  SIM,   NO,   NO },
[SLOT_EV_NET]       = { NO,   NO,   NO,    NO,    NO,    on_net_in_registering,
							       on_net, NO, on_net_in_held, NO, NO },
[SLOT_EV_TIMER]     = { OPEN, OPEN, PROBE, READ,  POLL,  FIND,  NULL,  NULL,  FREE,  STEP, AGAIN },
[SLOT_EV_PROBED]    = { NO,   NO, slot_boot_probed,
					   NO,    NO,    NO,    NO,    NO,    NO,    NO,   NO },
[SLOT_EV_SIM_READ]  = { NO,   NO,   NO, slot_boot_sim_read,
						  NO,    NO,    NO,    NO,    NO,    NO,   NO },
[SLOT_EV_KNOWN]     = { NO,   NO,   NO,    NO,    NO, slot_boot_known,
								NO,    NO,    NO,    NO,   NO },
[SLOT_EV_SET_UP]    = { NO,   NO,   NO,    NO,    NO, slot_boot_set_up,
								NO,    NO,    NO,    NO,   NO },
[SLOT_EV_NET_READ]  = { NO,   NO,   NO,    NO,    NO, slot_boot_net_read,
								NO,    NO,    NO,    NO,   NO },
[SLOT_EV_FAILED]    = { NO,   NO,   FAIL,  FAIL,  NO,    FAIL,  NO,    NO,    NO,    NO,   NO },
[SLOT_EV_RESET_DONE] = { NO,  NO,   NO,    NO,    NO,    NO,    NO,    NO,    NO,
								      slot_recover_done, NO },
[SLOT_EV_SEND]      = { NULL, NULL, NULL,  NULL,  NULL,  NULL, on_send, NULL, NULL,  NULL, NULL },
[SLOT_EV_SENT]      = { NO,   NO,   NO,    NO,    NO,    NO,    NO,  on_sent, NO,    NO,   NO },
[SLOT_EV_HOLD]      = { NO,   NO,   NO,    NO,    NO,    NO,  on_hold, on_hold_later,
									     on_hold, NO,  NO },
[SLOT_EV_RELEASE]   = { NO,   NO,   NO,    NO,    NO,    NO,    NO,    NO,    FREE,  NO,   NO },
[SLOT_EV_RESET]     = { OPEN, NO,   ASKED, ASKED, ASKED, ASKED, ASKED, ASKED, ASKED, NO,  AGAIN },
};
/* clang-format on */

const struct fsm_def slot_fsm = {
	.name = "slot",
	.n_states = SLOT_STATES,
	.n_events = SLOT_EVENTS,
	.states = state_names,
	.events = event_names,
	.cells = &cells[0][0],
	.entered = entered,
};

/* The modem's events. */

static void on_modem_event(void *user, const struct modem_event *event)
{
	static const enum slot_event events[] = {
		[MODEM_EVENT_GONE] = SLOT_EV_GONE,
		[MODEM_EVENT_NET] = SLOT_EV_NET,
		[MODEM_EVENT_REBOOTED] = SLOT_EV_REBOOTED,
		[MODEM_EVENT_STUCK] = SLOT_EV_STUCK,
		[MODEM_EVENT_SIM] = SLOT_EV_SIM_NEWS,
	};
	struct slot *slot = user;

	switch (event->kind) {
	case MODEM_EVENT_MESSAGE:
		inbox_take(&slot->inbox, event->stored);
		return;
	case MODEM_EVENT_FULL:
		log_warn("slot=%s its message memory is full", slot->name);
		slot->chore.sweep_due = true;
		slot->host->changed(slot->host->user, slot);
		return;
	case MODEM_EVENT_UNREAD:
		slot->chore.is_unread = true;
		slot->host->changed(slot->host->user, slot);
		return;
	case MODEM_EVENT_DOUBT:
		slot_chore_sweep_anew(slot);
		return;
	case MODEM_EVENT_NET:
		slot->net.reg = event->reg;
		if (slot_is_registered(slot))
			slot_scan_forget(slot);
		slot->host->changed(slot->host->user, slot);
		break;
	case MODEM_EVENT_CALL:
		slot_call_take(slot, event->caller);
		return;
	case MODEM_EVENT_GONE:
	case MODEM_EVENT_REBOOTED:
	case MODEM_EVENT_STUCK:
	case MODEM_EVENT_SIM:
		break;
	}
	EV(slot, events[event->kind], NULL);
}

static void on_inbox_stored(void *user, const struct inbox_entry *entry)
{
	struct slot *slot = user;
	const struct slot_host *host = slot->host;
	const struct intake_result *r = &entry->result;

	log_info("slot=%s sim=%lld in=%s inbound=%lld message=%lld duplicate=%d",
		slot->name, (long long)entry->sim_id,
		r->kind == INTAKE_REPORT ? "report"
					 : (r->kind == INTAKE_TEXT ? "text" : "raw"),
		(long long)r->inbound_id, (long long)r->message_id, r->duplicate);
	if (r->message_id)
		host->message(host->user, r->message_id, r->state);
	if (r->inbound_id)
		host->inbound(host->user, r->inbound_id);
	host->changed(host->user, slot);
}

enum err slot_init(
	struct slot *slot, const struct slot_host *host, unsigned index, const char *port)
{
	memset(slot, 0, sizeof(*slot));
	slot->host = host;
	slot->index = index;
	slot->board_bay = POWER_NO_BAY;
	slot->is_enabled = true;
	if (!str_copy(slot->port, sizeof(slot->port), port))
		return ERR_MEM;
	(void)str_format(slot->name, sizeof(slot->name), "%u", index); /* fits */
	fsm_init(&slot->fsm, &slot_fsm, slot->name, slot, SLOT_ABSENT);
	slot->inbox_host = (struct inbox_host){
		.store = host->store, .stored = on_inbox_stored, .user = slot
	};
	inbox_init(&slot->inbox, &slot->inbox_host);
	slot_send_init(slot);
	slot_tell_init(slot);
	slot_chore_init(slot);
	slot_pin_init(slot);
	slot_puk_init(slot);
	slot_log_init(slot);
	slot_time_init(slot);
	slot_balance_init(slot);
	slot_call_init(slot);
	enum err err = modem_create(&slot->modem, host->loop, port, on_modem_event, slot);
	if (err != ERR_OK)
		return err;
	slot_care_init(slot);
	slot_way_init(slot);
	return ERR_OK;
}

void slot_fini(struct slot *slot)
{
	loop_timer_cancel(&slot->timer);
	loop_timer_cancel(&slot->ussd.timer);
	modem_destroy(slot->modem);
	free(slot->log.record.lines);
	slot->modem = NULL;
}

void slot_plug(struct slot *slot)
{
	slot->board_bay = power_bay_of(slot->host->power, slot->port);
	EV(slot, SLOT_EV_PLUGGED, NULL);
}

void slot_unplug(struct slot *slot)
{
	EV(slot, SLOT_EV_UNPLUGGED, NULL);
}

bool slot_is_live(const struct slot *slot)
{
	return is_work(slot->fsm.state);
}

bool slot_can_send(const struct slot *slot)
{
	return slot->fsm.state == SLOT_READY && !slot->is_stopping &&
	       !slot->reset_asked && !slot->ussd.is_asked && !slot->care.is_test_asked &&
	       !slot->scan.runs && !slot->chore.first_sweep &&
	       !slot_chore_doubts_sim(slot) && slot_send_is_ready(slot);
}

void slot_send(struct slot *slot, const struct queue_take *take)
{
	slot_send_claim(slot, take);
}

static bool works(const struct slot *slot)
{
	return is_work(slot->fsm.state) || slot->fsm.state == SLOT_HELD;
}

void slot_turn(struct slot *slot, bool may_rest)
{
	bool idle = slot->send.phase == SLOT_PHASE_NONE;

	if (slot->reset_asked && idle && works(slot) && !slot->chore.runs)
		EV(slot, SLOT_EV_RESET, NULL);
	if (slot->send.resume_seq && slot->fsm.state == SLOT_READY &&
		!slot->is_stopping) {
		bool is_ours =
			!slot->send.result.posted || !slot->send.result.job.is_handed;
		if (is_ours && !slot_chore_doubts_sim(slot))
			slot_send_resume(slot);
	} else if (slot->send.resume_seq && slot->fsm.state != SLOT_SENDING) {
		slot_send_leave(slot);
	}
	if (slot->fsm.state == SLOT_REGISTERING) {
		slot_test_turn(slot);
		slot_scan_turn(slot);
	}
	if (works(slot) && slot_chore_is_due(slot, may_rest))
		slot_chore_start(slot, may_rest);
	else if (may_rest)
		slot_balance_turn(slot);
}

void slot_hold(struct slot *slot, enum reason reason, uint64_t hold_ms)
{
	const struct slot_hold hold = { reason, hold_ms };

	EV(slot, SLOT_EV_HOLD, &hold);
}

void slot_release(struct slot *slot, enum reason reason)
{
	if (slot->hold.reason == reason)
		slot->hold = (struct slot_hold){ 0 };
	if (slot->fsm.state == SLOT_HELD && slot->reason == reason)
		EV(slot, SLOT_EV_RELEASE, NULL);
}

void slot_look_again(struct slot *slot)
{
	if (slot->fsm.state == SLOT_PIN && !slot->pin.is_entering &&
		!slot->puk.is_entering)
		EV(slot, SLOT_EV_SIM, NULL);
}

void slot_reset(struct slot *slot)
{
	slot_ussd_stop(slot);
	if (works(slot))
		slot->reset_asked = true; /* after the part in hand */
	else
		EV(slot, SLOT_EV_RESET, NULL);
	slot->host->changed(slot->host->user, slot);
}

void slot_power(struct slot *slot)
{
	slot->power_asked = works(slot); /* after the part in hand */
	if (slot->power_asked)
		slot_reset(slot);
	else
		slot_recover_power(slot);
}

void slot_stop(struct slot *slot)
{
	slot->is_stopping = true;
	slot_ussd_stop(slot);
	slot_test_stop(slot);
	slot_scan_stop(slot);
}

bool slot_is_busy(const struct slot *slot)
{
	const struct slot_chore *c = &slot->chore;
	bool parks = slot->is_stopping && works(slot) && (!c->is_parked || c->runs);

	return slot_send_is_busy(slot) || parks;
}

const char *slot_state_name(const struct slot *slot)
{
	return fsm_state_name(&slot->fsm);
}
