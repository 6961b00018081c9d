/*
 * From a port to a registered SIM. Each handler asks the modem for one thing; its answer
 * is the next event. TS 27.007 7.2 (registration), 8.3 (PIN).
 */
#include "firmware/radio/slot/slot_parts.h"

#include <string.h>

#include "firmware/base/str.h"

#define LOG_MODULE "slot"
#include "firmware/base/log.h"

enum {
	REOPEN_MS = 500,	/* after the port failed: it may be back at once */
	REOPEN_AGAIN_MS = 5000, /* if it has not worked since */
	ABSENT_RETRY_MS = 30000,
	REFUSED_RETRY_MS =
		1000,	     /* udev may not have let us to it yet: it is slow where */
	REFUSALS_SOON = 20,  /* much is plugged in at once, or the board is busy */
	AWAY_MS = 30000,     /* a USB modem that restarts: until its ports are back */
	BUSY_RETRY_MS = 500, /* the modem does something else for us */
	REBOOT_MS = 2000,
	SIM_START_MS = 45000,	  /* a SIM that says no more: the modem is asked anew */
	NET_RETRY_MS = 15000,	  /* the modem tells by itself; this is the safety net */
	NET_PATIENCE_MS = 300000, /* without a network: then it is restarted */
};

void slot_close(struct slot *slot)
{
	slot->is_set_up = false;
	slot->is_open = false;
	slot->pin.is_entering = false; /* how that ended is not known any more */
	slot_puk_lost(slot);
	modem_close(slot->modem);
	slot_test_stop(slot);
	slot->scan.is_due = false;
	inbox_lost(&slot->inbox);
	slot->sim_id = 0;
	inbox_set_sim(&slot->inbox, 0);
}

/* A request could not be started. */
static void again_if_busy(struct slot *slot, enum err err)
{
	if (err == ERR_BUSY)
		slot_wait(slot, BUSY_RETRY_MS);
	else if (err != ERR_OK)
		EV(slot, SLOT_EV_FAILED, &err);
}

/* The port. */

/* Its ports are away as it restarts by our own doing, which is no failure more. */
static void await_port(struct slot *slot, uint64_t ms)
{
	slot_close(slot);
	slot_go(slot, SLOT_POWERING, slot->reason);
	slot_wait(slot, ms);
}

static void open_failed(struct slot *slot, enum err err)
{
	if (err == ERR_NOTFOUND && slot->is_awaited) {
		slot->is_awaited = false;
		await_port(slot, AWAY_MS);
		return;
	}
	if (err == ERR_NOTFOUND) {
		slot_log_failed(slot, REASON_UNPLUGGED, RUNG_COUNT);
		slot_go(slot, SLOT_ABSENT, REASON_UNPLUGGED);
		slot_wait(slot, ABSENT_RETRY_MS);
		return;
	}
	if (err != ERR_BUSY && slot->refusals++ < REFUSALS_SOON) {
		slot_go(slot, SLOT_POWERING,
			slot->reason ? slot->reason : REASON_STARTING);
		slot_wait(slot, REFUSED_RETRY_MS);
		return;
	}
	slot->ladder.faults++;
	slot_go(slot, SLOT_FAULT,
		err == ERR_BUSY ? REASON_PORT_BUSY : REASON_PORT_REFUSED);
	slot_wait(slot, ladder_pause_ms(&slot->ladder, RUNG_FAULT));
}

void slot_boot_open(void *user, const void *data)
{
	struct slot *slot = user;
	enum err err = modem_open(slot->modem);

	(void)data;
	if (err != ERR_OK) {
		open_failed(slot, err);
		return;
	}
	slot->is_open = true;
	slot->refusals = 0;
	slot_go(slot, SLOT_PROBING, slot->reason ? slot->reason : REASON_STARTING);
	slot_boot_probe(slot, NULL);
}

void slot_boot_gone(void *user, const void *data)
{
	struct slot *slot = user;
	bool worked = slot->worked_ms != 0;

	(void)data;
	if (slot->is_awaited) {
		await_port(slot, REOPEN_AGAIN_MS);
		return;
	}
	slot_log_failed(slot, REASON_UNPLUGGED, RUNG_COUNT);
	slot_close(slot);
	slot->worked_ms = 0;
	slot_go(slot, SLOT_POWERING, REASON_UNPLUGGED);
	slot_wait(slot, worked ? REOPEN_MS : REOPEN_AGAIN_MS);
}

void slot_boot_unplugged(void *user, const void *data)
{
	struct slot *slot = user;

	(void)data;
	if (slot->is_awaited) {
		await_port(slot, AWAY_MS);
		return;
	}
	slot_log_failed(slot, REASON_UNPLUGGED, RUNG_COUNT);
	slot_close(slot);
	slot_go(slot, SLOT_ABSENT, REASON_UNPLUGGED);
}

void slot_boot_restart(void *user, const void *data)
{
	struct slot *slot = user;

	(void)data;
	slot->is_set_up = false;
	slot->pin.is_entering = false;
	slot_puk_lost(slot);
	inbox_lost(&slot->inbox);
	slot_go(slot, SLOT_PROBING, REASON_REBOOTED);
	slot_wait(slot, REBOOT_MS);
}

/* The modem. */

static void on_probed(void *user, enum err err, const struct modem_info *info)
{
	if (err == ERR_OK)
		EV((struct slot *)user, SLOT_EV_PROBED, info);
	else
		EV((struct slot *)user, SLOT_EV_FAILED, &err);
}

void slot_boot_probe(void *user, const void *data)
{
	struct slot *slot = user;

	(void)data;
	again_if_busy(slot, modem_probe(slot->modem, on_probed, slot));
}

void slot_boot_probed(void *user, const void *data)
{
	struct slot *slot = user;

	const struct modem_info *info = data;

	if (slot->info.imei[0] && info->imei[0] &&
		!str_eq(slot->info.imei,
			info->imei)) /* not to blame for that one's past */
		slot_log_forget(slot);
	slot->info = *info;
	slot->is_known = true;
	slot->is_awaited = false;
	slot_way_note(slot);
	slot_go(slot, SLOT_SIM_WAIT, REASON_STARTING);
	slot_boot_read_sim(slot, NULL);
}

/* The SIM. */

static const struct {
	enum slot_state state;
	enum reason reason;
	uint32_t again_ms;
} sim_answers[] = {
	[MODEM_SIM_READY] = { SLOT_REGISTERING, REASON_SEARCHING, 0 },
	[MODEM_SIM_PIN] = { SLOT_PIN, REASON_SIM_PIN, SLOT_PIN_POLL_MS },
	[MODEM_SIM_PUK] = { SLOT_PIN, REASON_SIM_PUK, SLOT_PIN_POLL_MS },
	[MODEM_SIM_ABSENT] = { SLOT_SIM_WAIT, REASON_NO_SIM, 15000 },
	[MODEM_SIM_BUSY] = { SLOT_SIM_WAIT, REASON_SIM_BUSY, 1500 },
	[MODEM_SIM_FAILED] = { SLOT_SIM_WAIT, REASON_SIM_FAILED, 30000 },
};

static void on_sim(void *user, enum err err, const struct modem_sim_info *sim)
{
	if (err == ERR_OK)
		EV((struct slot *)user, SLOT_EV_SIM_READ, sim);
	else
		EV((struct slot *)user, SLOT_EV_FAILED, &err);
}

void slot_boot_read_sim(void *user, const void *data)
{
	struct slot *slot = user;

	(void)data;
	again_if_busy(slot, modem_read_sim(slot->modem, on_sim, slot));
}

bool slot_is_same_sim(const struct modem_sim_info *a, const struct modem_sim_info *b)
{
	bool by_imsi = str_eq(a->iccid, a->imsi) || str_eq(b->iccid, b->imsi);

	return str_eq(a->iccid, b->iccid) ||
	       (by_imsi && a->imsi[0] && str_eq(a->imsi, b->imsi));
}

/* The SIM may have moved, and the bay that had it not know yet. */
static void refuse_twin(struct slot *slot, struct slot *twin)
{
	bool same_modem = slot->info.imei[0] && str_eq(slot->info.imei, twin->info.imei);

	slot->sim.iccid[0] = '\0';
	slot_close(slot);
	slot->ladder.faults++;
	if (!same_modem) {
		twin->chore.is_sim_news = true;
		slot->host->changed(slot->host->user, twin);
	}
	slot_go(slot, SLOT_FAULT, same_modem ? REASON_SECOND_PORT : REASON_SECOND_SIM);
	slot_wait(slot, ladder_pause_ms(&slot->ladder, RUNG_FAULT));
}

static void on_net(void *user, enum err err, const struct modem_net_info *net)
{
	if (err == ERR_OK)
		EV((struct slot *)user, SLOT_EV_NET_READ, net);
	else
		EV((struct slot *)user, SLOT_EV_FAILED, &err);
}

static void read_net(struct slot *slot)
{
	again_if_busy(slot, modem_read_net(slot->modem, on_net, slot));
}

/* The same SIM as before, and the modem knows what we want of it. */
static void find_network(struct slot *slot)
{
	slot_go(slot, SLOT_REGISTERING, REASON_SEARCHING);
	read_net(slot);
}

/* What comes from now on is not of the SIM that was, and lies in other places. */
static void forget_sim(struct slot *slot)
{
	slot->is_set_up = false;
	slot->sim_id = 0;
	slot_test_stop(slot);
	slot_scan_forget(slot);
	inbox_lost(&slot->inbox);
	inbox_set_sim(&slot->inbox, 0);
}

static bool has_other_sim(const struct slot *slot)
{
	const char *name = slot->sim.iccid[0] ? slot->sim.iccid : slot->sim.imsi;

	return slot->sim.state != MODEM_SIM_READY || !str_eq(name, slot->row.sim.iccid);
}

/* A modem that forgot what it was told (AT+CMEE) may refuse without saying why. */
static bool sim_starts_too_long(const struct slot *slot)
{
	uint64_t waited = loop_now_ms(slot->host->loop) - slot->since_ms;

	return slot->sim.state == MODEM_SIM_BUSY && waited >= SIM_START_MS;
}

void slot_boot_sim_read(void *user, const void *data)
{
	struct slot *slot = user;
	bool readable;

	slot->sim = *(const struct modem_sim_info *)data;
	if (slot->sim.state != MODEM_SIM_BUSY) {
		slot_pin_note(slot, slot->sim.state == MODEM_SIM_READY);
		slot_puk_note(slot);
	}
	if (sim_starts_too_long(slot)) {
		slot_go(slot, SLOT_PROBING, REASON_SIM_BUSY);
		slot_wait(slot, 0);
		return;
	}
	if (slot->sim_id && has_other_sim(slot)) {
		log_info("slot=%s the SIM that it had is gone", slot->name);
		forget_sim(slot);
	}
	if (slot->sim.state == MODEM_SIM_READY && has_other_sim(slot))
		slot_scan_forget(slot); /* put in while the modem was away */
	readable = slot->sim.iccid[0] || slot->sim.imsi[0];
	if (slot->sim.state != MODEM_SIM_READY || !readable) {
		enum reason reason = sim_answers[slot->sim.state].reason;
		uint32_t again_ms = sim_answers[slot->sim.state].again_ms;
		bool ready = slot->sim.state == MODEM_SIM_READY;
		slot_go(slot, ready ? SLOT_SIM_WAIT : sim_answers[slot->sim.state].state,
			ready ? REASON_SIM_UNREADABLE : reason);
		slot_wait(slot, ready ? 30000 : again_ms);
		if (slot->sim.state == MODEM_SIM_PIN)
			slot_pin_try(slot);
		if (slot->sim.state == MODEM_SIM_PUK)
			slot_puk_try(slot);
		return;
	}
	if (slot->sim.iccid[0] == '\0') /* the IMSI is as good a name */
		(void)str_copy(slot->sim.iccid, sizeof(slot->sim.iccid), slot->sim.imsi);
	struct slot *twin = slot->host->find_twin(slot->host->user, slot);
	if (twin)
		refuse_twin(slot, twin);
	else if (slot->is_set_up)
		find_network(slot);
	else
		slot_boot_registering(slot);
}

/* The network. */

bool slot_is_registered(const struct slot *slot)
{
	return slot->net.reg == MODEM_REG_HOME || slot->net.reg == MODEM_REG_ROAMING;
}

bool slot_is_refused(const struct slot *slot)
{
	const struct modem_net_info *net = &slot->net;

	return !slot_is_registered(slot) &&
	       (net->reg == MODEM_REG_DENIED || net->reject_cause ||
		       net->reject_words[0]);
}

static enum reason net_reason(const struct slot *slot)
{
	if (slot_is_refused(slot))
		return REASON_DENIED;
	if (slot_scan_is_all_forbidden(slot))
		return REASON_FORBIDDEN;
	return slot->net.reg == MODEM_REG_SEARCHING ? REASON_SEARCHING
						    : REASON_NO_NETWORK;
}

void slot_boot_registering(struct slot *slot)
{
	if (slot->is_set_up) {
		slot_go(slot, SLOT_REGISTERING, net_reason(slot));
		slot_wait(slot, NET_RETRY_MS);
		return;
	}
	slot_go(slot, SLOT_REGISTERING, REASON_SEARCHING);
	slot_chore_reset(slot);
	slot_tell_sim(slot);
}

static void on_set_up(void *user, enum err err)
{
	if (err == ERR_OK)
		EV((struct slot *)user, SLOT_EV_SET_UP, NULL);
	else
		EV((struct slot *)user, SLOT_EV_FAILED, &err);
}

void slot_boot_known(void *user, const void *data)
{
	struct slot *slot = user;

	(void)data;
	if (!str_eq(slot->row.sim.iccid, slot->sim.iccid)) {
		slot_tell_sim(slot); /* the SIM was changed meanwhile */
		return;
	}
	slot->sim_id = slot->row.id;
	slot_apply_sim(slot, &slot->row.kept);
	inbox_set_sim(&slot->inbox, slot->sim_id);
	slot_tell_bay(slot);
	again_if_busy(slot, modem_setup(slot->modem, on_set_up, slot));
}

/* Without a SIM there is no network either: few modems say which of the two it was. */
static void on_looked(void *user, enum err err, const struct modem_sim_info *sim)
{
	struct slot *slot = user;

	if (slot->fsm.state != SLOT_REGISTERING)
		return;
	slot->chore.is_sim_news = false;
	if (err != ERR_OK)
		EV(slot, SLOT_EV_FAILED, &err);
	else if (!slot_is_its_sim(slot, sim))
		EV(slot, SLOT_EV_SIM, NULL);
	else
		read_net(slot);
}

static void look_and_read_net(struct slot *slot)
{
	again_if_busy(slot, modem_read_sim(slot->modem, on_looked, slot));
}

void slot_boot_set_up(void *user, const void *data)
{
	struct slot *slot = user;

	(void)data;
	slot->is_set_up = true;
	if (slot->chore.is_sim_news)
		look_and_read_net(slot);
	else
		read_net(slot);
}

/* The timer of REGISTERING: whatever step was busy is tried again. */
void slot_boot_find(void *user, const void *data)
{
	struct slot *slot = user;

	(void)data;
	if (slot->sim_id == 0)
		slot_tell_sim(slot);
	else if (!slot->is_set_up)
		again_if_busy(slot, modem_setup(slot->modem, on_set_up, slot));
	else
		look_and_read_net(slot);
}

void slot_boot_take_net(struct slot *slot, const struct modem_net_info *net)
{
	bool has_new_name = net->operator_name[0] &&
			    !str_eq(net->operator_name, slot->row.sim.operator);

	if (net != &slot->net) {
		slot->net = *net;
		slot_time_signal(slot, net->rssi_dbm);
	}
	if (slot_is_registered(slot)) {
		slot_scan_forget(slot);
		slot_rest(slot);
		if (has_new_name)
			slot_tell_sim(slot);
		return;
	}
	uint64_t waited = loop_now_ms(slot->host->loop) - slot->since_ms;
	if (waited > NET_PATIENCE_MS && slot->net.reg != MODEM_REG_DENIED) {
		enum reason reason = net_reason(slot);
		slot_recover(slot,
			reason == REASON_SEARCHING ? REASON_NO_NETWORK : reason,
			RUNG_CFUN);
		return;
	}
	slot_go(slot, SLOT_REGISTERING, net_reason(slot));
	slot_wait(slot, NET_RETRY_MS);
}

void slot_boot_net_read(void *user, const void *data)
{
	slot_boot_take_net(user, data);
}

/* A request of the start ended badly. */
void slot_boot_failed(void *user, const void *data)
{
	struct slot *slot = user;
	enum err err = *(const enum err *)data;
	bool mute = err == ERR_TIMEOUT || err == ERR_SYS;

	log_info("slot=%s state=%s step failed: %s", slot->name, slot_state_name(slot),
		err_name(err));
	if (err == ERR_BUSY) {
		slot_wait(slot, BUSY_RETRY_MS);
	} else if (slot->fsm.state == SLOT_PROBING) {
		enum reason reason = mute ? REASON_NO_ANSWER : REASON_NOT_A_MODEM;
		slot_recover(slot, slot->is_known ? REASON_STUCK : reason, RUNG_DRAIN);
	} else if (mute) {
		slot_recover(slot, REASON_STUCK, RUNG_DRAIN);
	} else if (slot->fsm.state == SLOT_SIM_WAIT) {
		slot_go(slot, SLOT_SIM_WAIT, REASON_SIM_FAILED);
		slot_wait(slot, sim_answers[MODEM_SIM_FAILED].again_ms);
	} else if (slot->is_set_up) {
		slot_wait(slot, NET_RETRY_MS);
	} else {
		slot_recover(slot, REASON_SETUP_REFUSED, RUNG_REOPEN);
	}
}
