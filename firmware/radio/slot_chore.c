/*
 * Small work that needs the modem, between messages: acknowledging and deleting what is
 * safely stored, sweeping its memories, asking for the signal. One at a time; while
 * messages wait only what cannot, and at most one before each part, in the time that the
 * store needs for the claim.
 */
#include "firmware/radio/slot_parts.h"

#define LOG_MODULE "chore"
#include "firmware/base/log.h"

enum {
	SWEEP_EVERY_MS = 600000,
	NET_EVERY_MS = 60000,
	BACKLOG_MAX = 8 /* stored texts that may wait on the SIM for a quiet moment */
};

void slot_chore_init(struct slot *slot)
{
	slot->chore = (struct slot_chore){ .first_sweep = true };
}

void slot_chore_reset(struct slot *slot)
{
	slot->chore.first_sweep = true;
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
	if (slot->chore.entry) /* a sweep finds it again where that failed */
		inbox_free(slot->chore.entry);
	slot->chore.entry = NULL;
	ended(slot);
}

static void on_swept(void *user, const struct modem_stored *stored)
{
	struct slot *slot = user;

	inbox_take(&slot->inbox, stored);
}

static void on_sweep_done(void *user, enum err err)
{
	struct slot *slot = user;

	if (err != ERR_OK)
		log_warn("slot=%s sweep failed: %s", slot->name, err_name(err));
	slot->chore.first_sweep = false;
	slot->chore.swept_ms = loop_now_ms(slot->host->loop);
	ended(slot);
}

static void on_net(void *user, enum err err, const struct modem_net_info *net)
{
	struct slot *slot = user;

	slot->chore.net_ms = loop_now_ms(slot->host->loop);
	if (err == ERR_OK) {
		slot->net = *net;
		if (!slot_is_registered(slot))
			EV(slot, SLOT_EV_NET, NULL);
	}
	ended(slot);
}

static size_t backlog(const struct slot *slot)
{
	size_t n = 0;

	for (size_t i = 0; i < INBOX_MAX; i++)
		n += slot->inbox.entries[i].state == INBOX_STORED;
	return n;
}

static bool entry_is_due(struct slot *slot, bool may_rest)
{
	const struct inbox_entry *e = inbox_next(&slot->inbox);

	return e &&
	       (e->store == MODEM_STORE_NONE || may_rest || backlog(slot) >= BACKLOG_MAX);
}

static bool sweep_is_due(const struct slot *slot, bool may_rest)
{
	const struct slot_chore *c = &slot->chore;
	uint64_t now = loop_now_ms(slot->host->loop);

	return c->first_sweep || c->sweep_due ||
	       (may_rest &&
		       (slot->inbox.overflowed || now - c->swept_ms >= SWEEP_EVERY_MS));
}

static bool net_is_due(const struct slot *slot, bool may_rest)
{
	uint64_t now = loop_now_ms(slot->host->loop);

	return may_rest && now - slot->chore.net_ms >= NET_EVERY_MS;
}

bool slot_chore_is_due(struct slot *slot, bool may_rest)
{
	if (slot->chore.runs || slot->send.phase > SLOT_PHASE_CLAIMING)
		return false;
	if (slot->send.phase == SLOT_PHASE_CLAIMING)
		return entry_is_due(slot, false);
	return entry_is_due(slot, may_rest) || sweep_is_due(slot, may_rest) ||
	       net_is_due(slot, may_rest);
}

static enum err start_entry(struct slot *slot)
{
	struct inbox_entry *e = inbox_next(&slot->inbox);

	slot->chore.entry = e;
	if (e->store == MODEM_STORE_NONE)
		return modem_ack(slot->modem, on_entry_done, slot);
	return modem_delete(slot->modem, e->store, e->index, on_entry_done, slot);
}

void slot_chore_start(struct slot *slot, bool may_rest)
{
	enum err err;

	slot->chore.runs = true;
	if (entry_is_due(slot, may_rest)) {
		err = start_entry(slot);
	} else if (sweep_is_due(slot, may_rest)) {
		slot->chore.sweep_due = slot->inbox.overflowed = false;
		err = modem_sweep(slot->modem, on_swept, on_sweep_done, slot);
	} else {
		err = modem_read_net(slot->modem, on_net, slot);
	}
	if (err != ERR_OK) {
		log_warn(
			"slot=%s chore refused by driver: %s", slot->name, err_name(err));
		slot->chore.runs = false;
		slot->chore.entry = NULL;
	}
}
