/*
 * Small work that needs the modem, between messages: acknowledging and deleting what is
 * safely stored, sweeping its memories, asking for signal and SIM and whether it still
 * knows what it was told, setting it up again in case that it restarted without a word.
 * One at a time; while messages wait only what cannot, and at most one before each part,
 * in the time that the store needs for the claim.
 */
#include "firmware/radio/slot/slot_chore.h"

#include "firmware/base/str.h"
#include "firmware/radio/slot/slot_parts.h"

#define LOG_MODULE "chore"
#include "firmware/base/log.h"

enum {
	SWEEP_EVERY_MS = 600000,
	SWEEP_UNTOLD_MS = 60000,  /* where nothing else tells of a text */
	AGAIN_MS = 5000,	  /* what was in vain; doubled up to SWEEP_EVERY_MS */
	SWEEP_DOUBTED_MS = 60000, /* after one that may have missed a text */
	DOUBTS_MAX = 3,		  /* in a row; each doubles the wait for the next sweep */
	SWEEPS_SICK = 3,	  /* failed in a row: the modem is restarted */
	LOOK_EVERY_MS = 60000,	  /* signal and SIM */
	CHECK_EVERY_MS = 60000,	  /* does the modem know what it was told? */
	NEWS_EVERY_MS = 5000,  /* the SIM is looked at for what the modem tells of it */
	FRESH_MS = 10000,      /* a set-up and what the modem has to say of it */
	NET_BUSY_MS = 900000,  /* signal, while messages wait: its history has no hole */
	LOOK_BUSY_MS = 300000, /* at the SIM, while messages wait: it may be another */
	BACKLOG_MAX = 8 /* stored texts that may wait on the SIM for a quiet moment */
};

void slot_chore_init(struct slot *slot)
{
	slot->chore = (struct slot_chore){ .first_sweep = true };
}

static void ended(struct slot *slot)
{
	slot->chore.runs = false;
	slot_send_go(slot);
	slot->host->changed(slot->host->user, slot);
}

static void on_entry_done(void *user, enum err err)
{
	struct slot *slot = user;

	if (err != ERR_OK && err != ERR_NOTFOUND)
		log_warn("slot=%s cannot take a stored message off: %s", slot->name,
			err_name(err));
	struct inbox_entry *e = slot->chore.entry;
	if (e && inbox_deleted(&slot->inbox, e))
		slot->chore.is_unread = true;
	if (e) /* a sweep finds it again where that failed */
		inbox_free(e);
	slot->chore.entry = NULL;
	ended(slot);
}

/* Too late, and what came in is on its way again, or stored; and the modem may have ended
 * its routing (TS 27.005 3.4.4). */
static void on_acked(void *user, enum err err)
{
	struct slot *slot = user;

	struct slot_chore *c = &slot->chore;

	if (err == ERR_OK) {
		c->vain_acks = 0;
	} else if (!c->is_route_doubted) {
		log_info("slot=%s a message was acknowledged in vain: %s", slot->name,
			err_name(err));
		c->is_route_doubted = true;
		c->vain_acks++;
	}
	ended(slot);
}

static void on_swept(void *user, const struct modem_stored *stored)
{
	struct slot *slot = user;

	inbox_take(&slot->inbox, stored);
}

/* 3, 6, 12, 24: a SIM that no modem can read must not have it restarted for ever. */
static bool is_sick(unsigned fails)
{
	unsigned times = fails / SWEEPS_SICK;

	return fails % SWEEPS_SICK == 0 && (times & (times - 1)) == 0;
}

/* Before the first sweep nothing is sent, as a STOP may wait on the SIM; unless not even
 * a restart made the modem hand over what it holds. */
static void sweep_failed(struct slot *slot)
{
	static const enum reason reason = REASON_TEXTS_UNREAD;
	struct slot_chore *c = &slot->chore;

	c->sweep_fails++;
	log_warn("slot=%s sweep failed times=%u", slot->name, c->sweep_fails);
	slot_log_keep(slot, reason_name(reason));
	if (is_sick(c->sweep_fails)) {
		EV(slot, SLOT_EV_SICK, &reason);
	} else if (c->first_sweep && c->sweep_fails < SWEEPS_SICK) {
		slot_hold(slot, reason, 0);
	} else {
		c->first_sweep = false;
		slot_release(slot, reason);
	}
}

static void swept_all(struct slot *slot)
{
	struct slot_chore *c = &slot->chore;

	c->sweep_fails = 0;
	c->first_sweep = false;
	c->swept_ms = loop_now_ms(slot->host->loop);
	slot_release(slot, REASON_TEXTS_UNREAD);
}

static uint64_t pause_ms(unsigned fails)
{
	uint64_t pause = AGAIN_MS;

	while (fails-- > 1 && pause < SWEEP_EVERY_MS)
		pause *= 2;
	return pause < SWEEP_EVERY_MS ? pause : SWEEP_EVERY_MS;
}

static void on_sweep_done(void *user, enum err err)
{
	struct slot *slot = user;
	struct slot_chore *c = &slot->chore;

	if (err == ERR_OK)
		swept_all(slot);
	else if (err != ERR_SYS) /* the port's end, or a new start: told as such */
		sweep_failed(slot);
	if (err != ERR_OK) {
		c->is_unread = true;
		c->sweep_again_ms =
			loop_now_ms(slot->host->loop) + pause_ms(c->sweep_fails);
	}
	ended(slot);
}

static void on_net(void *user, enum err err, const struct modem_net_info *net)
{
	struct slot *slot = user;

	if (err == ERR_OK) {
		bool moved = slot->net.reg != net->reg;
		slot->net = *net;
		slot_time_signal(slot, net->rssi_dbm);
		if (moved || !slot_is_registered(slot))
			EV(slot, SLOT_EV_NET, NULL);
	}
	ended(slot);
}

bool slot_is_its_sim(const struct slot *slot, const struct modem_sim_info *sim)
{
	const char *name = sim->iccid[0] ? sim->iccid : sim->imsi;

	return sim->state == MODEM_SIM_READY && str_eq(name, slot->sim.iccid);
}

static void on_sim(void *user, enum err err, const struct modem_sim_info *sim)
{
	struct slot *slot = user;

	if (err == ERR_OK && !slot_is_its_sim(slot, sim))
		EV(slot, SLOT_EV_SIM, NULL);
	ended(slot);
}

static void on_set_up(void *user, enum err err)
{
	struct slot *slot = user;
	struct slot_chore *c = &slot->chore;

	if (err != ERR_OK)
		log_warn("slot=%s cannot be set up again: %s", slot->name, err_name(err));
	c->is_sim_news |= c->is_doubted;     /* a last look: it may have been too early */
	c->is_unread |= c->is_route_doubted; /* stored meanwhile, without a word */
	c->is_doubted = c->is_route_doubted = false;
	ended(slot);
}

static void on_checked(void *user, enum err err)
{
	(void)err; /* a start is told as an event, silence as well */
	ended(user);
}

static void on_parked(void *user, enum err err)
{
	struct slot *slot = user;

	if (err != ERR_OK)
		log_warn("slot=%s cannot be told that we end: %s", slot->name,
			err_name(err));
	ended(slot);
}

static size_t backlog(const struct slot *slot)
{
	size_t n = 0;

	for (size_t i = 0; i < INBOX_MAX; i++)
		n += slot->inbox.entries[i].state == INBOX_STORED;
	return n;
}

static bool park_is_due(struct slot *slot, bool may_rest)
{
	(void)may_rest;
	return slot->is_stopping && !slot->chore.is_parked && !slot_send_is_busy(slot);
}

static bool is_direct(const struct inbox_entry *e)
{
	return e && e->store == MODEM_STORE_NONE;
}

/* The network waits no longer than some twelve seconds (TS 24.011 5.3.2.1). */
static bool ack_is_due(struct slot *slot, bool may_rest)
{
	(void)may_rest;
	return is_direct(inbox_next(&slot->inbox));
}

static bool entry_is_due(struct slot *slot, bool may_rest)
{
	const struct inbox_entry *e = inbox_next(&slot->inbox);

	return e && (is_direct(e) || may_rest || backlog(slot) >= BACKLOG_MAX);
}

static bool is_time(const struct slot *slot, uint64_t last_ms, uint64_t every_ms)
{
	uint64_t now = loop_now_ms(slot->host->loop);

	return now - last_ms >= every_ms;
}

static bool sweep_is_due(struct slot *slot, bool may_rest)
{
	const struct slot_chore *c = &slot->chore;
	bool is_left = c->is_unread || slot->inbox.overflowed;

	if (loop_now_ms(slot->host->loop) < c->sweep_again_ms)
		return false;
	if (c->sweep_fails > 0)
		return true;
	if (c->sweep_anew_ms && loop_now_ms(slot->host->loop) >= c->sweep_anew_ms)
		return true;
	/* It may be a STOP; yet a memory that never reads must not stop the traffic. */
	if (is_left && (may_rest || is_time(slot, c->swept_ms, LOOK_EVERY_MS)))
		return true;
	/* Not only at rest: a campaign takes hours, and news of a text gets lost. */
	return c->first_sweep || c->sweep_due ||
	       is_time(slot, c->swept_ms,
		       modem_tells_texts(slot->modem) ? SWEEP_EVERY_MS : SWEEP_UNTOLD_MS);
}

static bool set_up_is_due(struct slot *slot, bool may_rest)
{
	const struct slot_chore *c = &slot->chore;

	if (c->is_doubted && !c->is_sim_news)
		return true;
	if (c->is_route_doubted && !slot->is_stopping &&
		is_time(slot, c->set_up_ms, pause_ms(c->vain_acks)))
		return true;
	return may_rest && is_time(slot, c->set_up_ms, SWEEP_EVERY_MS);
}

static bool net_is_due(struct slot *slot, bool may_rest)
{
	return is_time(slot, slot->chore.net_ms, may_rest ? LOOK_EVERY_MS : NET_BUSY_MS);
}

/* While messages wait, too: the answers to them would lie on the SIM. Not once it has
 * been parked, which changes what is asked about. */
static bool check_is_due(struct slot *slot, bool may_rest)
{
	(void)may_rest;
	return !slot->is_stopping &&
	       is_time(slot, slot->chore.checked_ms, CHECK_EVERY_MS);
}

static bool sim_is_due(struct slot *slot, bool may_rest)
{
	return is_time(slot, slot->chore.sim_ms, may_rest ? LOOK_EVERY_MS : LOOK_BUSY_MS);
}

/* Some modems never stop telling: a look now and then will do. */
bool slot_chore_doubts_sim(const struct slot *slot)
{
	return slot->chore.is_sim_news &&
	       is_time(slot, slot->chore.sim_ms, NEWS_EVERY_MS);
}

/* Before anything is deleted from it, or sent over it. */
static bool sim_news_are_due(struct slot *slot, bool may_rest)
{
	(void)may_rest;
	return slot_chore_doubts_sim(slot);
}

static enum err start_park(struct slot *slot)
{
	slot->chore.is_parked = true;
	return modem_park(slot->modem, on_parked, slot);
}

/* However it ends there is nothing left to do: in vain, it comes again. */
static enum err start_ack(struct slot *slot, struct inbox_entry *e)
{
	enum err err = modem_ack(slot->modem, on_acked, slot);

	if (err == ERR_OK)
		inbox_free(e);
	return err;
}

static enum err start_entry(struct slot *slot)
{
	struct inbox_entry *e = inbox_next(&slot->inbox);

	if (is_direct(e))
		return start_ack(slot, e);
	slot->chore.entry = e;
	return modem_delete(slot->modem, e->store, e->index, on_entry_done, slot);
}

static enum err start_sweep(struct slot *slot)
{
	slot->chore.sweep_due = slot->chore.is_unread = false;
	slot->inbox.overflowed = false;
	if (!slot->chore.sweep_anew_ms)
		slot->chore.doubts = 0;
	slot->chore.sweep_anew_ms = 0;
	return modem_sweep(slot->modem, on_swept, on_sweep_done, slot);
}

static enum err start_set_up(struct slot *slot)
{
	slot->chore.set_up_ms = loop_now_ms(slot->host->loop);
	return modem_setup(slot->modem, on_set_up, slot);
}

static enum err start_check(struct slot *slot)
{
	slot->chore.checked_ms = loop_now_ms(slot->host->loop);
	return modem_check(slot->modem, on_checked, slot);
}

static enum err start_net(struct slot *slot)
{
	slot->chore.net_ms = loop_now_ms(slot->host->loop);
	return modem_read_net(slot->modem, on_net, slot);
}

static enum err start_sim(struct slot *slot)
{
	slot->chore.sim_ms = loop_now_ms(slot->host->loop);
	slot->chore.is_sim_news = false;
	return modem_read_sim(slot->modem, on_sim, slot);
}

/* By urgency. */
static const struct {
	bool (*is_due)(struct slot *slot, bool may_rest);
	enum err (*start)(struct slot *slot);
} chores[] = {
	{ ack_is_due, start_entry },
	{ park_is_due, start_park },
	{ sim_news_are_due, start_sim },
	{ entry_is_due, start_entry },
	{ sweep_is_due, start_sweep },
	{ slot_ussd_is_due, slot_ussd_start },
	{ slot_test_is_due, slot_test_start },
	{ check_is_due, start_check },
	{ sim_is_due, start_sim },
	{ set_up_is_due, start_set_up },
	{ net_is_due, start_net },
	{ slot_health_is_due, slot_health_start },
};

enum {
	CHORES = sizeof(chores) / sizeof(chores[0])
};

static size_t find_due(struct slot *slot, bool may_rest)
{
	size_t i = 0;

	while (i < CHORES && !chores[i].is_due(slot, may_rest))
		i++;
	return i;
}

bool slot_chore_is_due(struct slot *slot, bool may_rest)
{
	if (slot->chore.runs || slot->send.phase > SLOT_PHASE_CLAIMING)
		return false;
	if (slot->send.phase == SLOT_PHASE_CLAIMING)
		return !slot_chore_doubts_sim(slot) && entry_is_due(slot, false);
	return find_due(slot, may_rest) < CHORES;
}

void slot_chore_start(struct slot *slot, bool may_rest)
{
	bool claiming = slot->send.phase == SLOT_PHASE_CLAIMING;
	enum err err;

	slot->chore.runs = true;
	if (claiming)
		err = start_entry(slot);
	else
		err = chores[find_due(slot, may_rest)].start(slot);
	if (err == ERR_OK)
		return;
	log_warn("slot=%s chore refused by driver: %s", slot->name, err_name(err));
	slot->chore.runs = false;
	slot->chore.entry = NULL;
}

void slot_chore_reset(struct slot *slot)
{
	uint64_t now = loop_now_ms(slot->host->loop);

	slot->chore.first_sweep = true;
	slot->chore.sweep_again_ms = 0;
	slot->chore.is_sim_news = slot->chore.is_doubted = false;
	slot->chore.is_route_doubted = false; /* just set up */
	slot->chore.set_up_ms = slot->chore.net_ms = slot->chore.sim_ms = now;
	slot->chore.checked_ms = now;
	slot_balance_reset(slot);
	slot_care_reset(slot);
}

void slot_chore_ended(struct slot *slot)
{
	ended(slot);
}

bool slot_chore_is_set_up_fresh(const struct slot *slot)
{
	return !is_time(slot, slot->chore.set_up_ms, FRESH_MS);
}

/* Not at once, and less often each time: some modems always end an answer twice. */
void slot_chore_sweep_anew(struct slot *slot)
{
	struct slot_chore *c = &slot->chore;

	c->sweep_anew_ms =
		loop_now_ms(slot->host->loop) + ((uint64_t)SWEEP_DOUBTED_MS << c->doubts);
	c->doubts += c->doubts < DOUBTS_MAX;
}

void slot_chore_check_soon(struct slot *slot)
{
	slot->chore.checked_ms = loop_now_ms(slot->host->loop) - CHECK_EVERY_MS;
}

/* Looked at before anything else is done about it: not every such news is one. */
void slot_chore_sim_news(struct slot *slot)
{
	slot->chore.is_sim_news = true;
	slot->chore.is_doubted |= !slot_chore_is_set_up_fresh(slot);
	slot->host->changed(slot->host->user, slot);
}
