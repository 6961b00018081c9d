/*
 * The rows of a slot's bay and SIM in the store. Only what lasts: the moves of a start
 * and each message's flip are for the bus.
 */
#include "firmware/radio/slot/slot_parts.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/bay_log.h"

#define LOG_MODULE "slot"
#include "firmware/base/log.h"

enum {
	START_PATIENCE_MS = 4000 /* those after it wait no longer */
};

static enum err bay_run(struct store *s, struct store_job *job)
{
	struct slot_bay *b = (struct slot_bay *)job;
	enum err err = ERR_OK;

	b->row.id = b->id; /* one of a group that was rolled back may be another's now */
	if (b->id != 0)
		err = bay_update(s, &b->row);
	if (b->id == 0 || err == ERR_NOTFOUND) { /* new, or forgotten meanwhile */
		err = bay_find_or_add(s, &b->row, &b->row.id);
		if (err == ERR_OK)
			err = bay_update(s, &b->row);
	}
	if (err == ERR_OK)
		err = bay_modem_seen(s, &b->row, &b->arrival);
	if (err == ERR_OK && (b->asks_failed || b->arrival.is_new))
		err = bay_is_failed(s, b->row.id, &b->is_failed);
	return err;
}

/* Once an arrival: a bank of one IMEI is said when its second modem comes. */
static void log_arrival(const struct slot_bay *b)
{
	const struct bay_arrival *a = &b->arrival;

	if (a->is_other)
		log_info("slot=%s bay=%lld another modem: model=%s before=bay %lld",
			b->slot->name, (long long)b->id, b->row.model,
			(long long)a->from_bay_id);
	if (a->is_new && a->n_same == 1)
		log_warn("slot=%s bay=%lld another bay's modem tells the same IMEI; they "
			 "are told apart by their sockets",
			b->slot->name, (long long)b->id);
}

/* What was open is of the last run, or of the modem before; so is what was measured. */
static void settle(const struct slot_bay *b)
{
	if (b->arrival.is_new)
		slot_time_forget(b->slot);
	if (b->asks_failed || b->arrival.is_new)
		slot_log_settle(b->slot, b->is_failed);
}

static void bay_done(struct store_job *job, enum err err)
{
	struct slot_bay *b = (struct slot_bay *)job;
	struct slot *slot = b->slot;

	b->posted = false;
	if (err == ERR_OK) {
		b->id = b->row.id;
		log_arrival(b);
		settle(b);
	} else {
		log_error("slot=%s its bay cannot be stored: %s", slot->name,
			err_name(err));
	}
	if (b->is_dirty)
		slot_tell_bay(slot);
	slot->host->changed(slot->host->user, slot);
}

static bool is_passing(const struct slot *slot)
{
	enum slot_state state = (enum slot_state)slot->fsm.state;

	return state == SLOT_POWERING || state == SLOT_PROBING ||
	       (slot->reason == REASON_SECOND_PORT && slot->bay.id == 0) ||
	       (slot->reason == REASON_STARTING && slot->bay.id == 0);
}

/* The socket, without how it is spoken to: "usb:1-1.4" of "usb:1-1.4:rtscts". */
static void copy_key(const char *port, char *dst, size_t size)
{
	size_t len = str_starts(port, "usb:") ? 4 + strcspn(port + 4, ":") : strlen(port);

	(void)str_copy_n(dst, size, port, len); /* a port's name fits */
}

void slot_tell_bay(struct slot *slot)
{
	struct slot_bay *b = &slot->bay;
	bool sending = slot->fsm.state == SLOT_SENDING;

	b->is_dirty = false;
	if (is_passing(slot))
		return;
	if (b->posted || (b->id == 0 && !b->may_add)) {
		b->is_dirty = true;
		return;
	}
	b->row.sim_id = slot->sim_id;
	copy_key(slot->port, b->row.key, sizeof(b->row.key));
	(void)str_copy(
		b->row.port, sizeof(b->row.port), slot->port); /* all of these fit */
	(void)str_copy(b->row.iccid, sizeof(b->row.iccid), slot->sim.iccid);
	(void)str_copy(b->row.imei, sizeof(b->row.imei), slot->info.imei);
	(void)str_copy(b->row.manufacturer, sizeof(b->row.manufacturer),
		slot->info.manufacturer);
	(void)str_copy(b->row.model, sizeof(b->row.model), slot->info.model);
	(void)str_copy(b->row.revision, sizeof(b->row.revision), slot->info.revision);
	(void)str_copy(b->row.state, sizeof(b->row.state),
		sending ? "READY" : slot_state_name(slot));
	(void)str_copy(b->row.reason, sizeof(b->row.reason), reason_name(slot->reason));
	b->asks_failed = slot->log.is_unsure;
	b->posted = true;
	store_thread_post(slot->host->store, &b->job);
}

void slot_number(struct slot *slot)
{
	struct slot_bay *b = &slot->bay;

	b->may_add = true;
	if (b->is_dirty && !b->posted)
		slot_tell_bay(slot);
}

bool slot_is_starting(const struct slot *slot)
{
	uint64_t in_state_ms = loop_now_ms(slot->host->loop) - slot->since_ms;

	return slot->bay.id == 0 && !slot->bay.posted && slot->fsm.state != SLOT_ABSENT &&
	       slot->reason == REASON_STARTING && in_state_ms < START_PATIENCE_MS;
}

static enum err sim_run(struct store *s, struct store_job *job)
{
	struct slot_row *r = (struct slot_row *)job;

	enum err err = sim_find_or_add(s, &r->sim, &r->id);
	return err ? err : sim_get(s, r->id, &r->kept);
}

static void sim_done(struct store_job *job, enum err err)
{
	struct slot_row *r = (struct slot_row *)job;
	struct slot *slot = r->slot;

	r->posted = false;
	if (err != ERR_OK)
		log_error("slot=%s its SIM cannot be stored: %s", slot->name,
			err_name(err));
	else
		EV(slot, SLOT_EV_KNOWN, NULL);
}

void slot_tell_sim(struct slot *slot)
{
	struct slot_row *r = &slot->row;

	if (r->posted)
		return; /* SLOT_EV_KNOWN compares */
	r->id = 0;
	(void)str_copy(
		r->sim.iccid, sizeof(r->sim.iccid), slot->sim.iccid); /* they fit */
	(void)str_copy(r->sim.imsi, sizeof(r->sim.imsi), slot->sim.imsi);
	(void)str_copy(r->sim.msisdn, sizeof(r->sim.msisdn), slot->sim.msisdn);
	(void)str_copy(r->sim.operator, sizeof(r->sim.operator), slot->net.operator_name);
	r->posted = true;
	store_thread_post(slot->host->store, &r->job);
}

void slot_tell_init(struct slot *slot)
{
	slot->bay.slot = slot->row.slot = slot;
	slot->bay.job = (struct store_job){
		.run = bay_run, .done = bay_done, .urgency = STORE_LAZY
	};
	slot->row.job = (struct store_job){ .run = sim_run, .done = sim_done };
}
