#include "firmware/radio/slot/slot_log.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/radio/slot/slot_parts.h"
#include "firmware/store/bay_log.h"

#define LOG_MODULE "slot"
#include "firmware/base/log.h"

enum {
	RECORD_GAP_MS =
		20000, /* a failure that climbs the ladder is one record a while */
	RECORDS_A_FAILURE = 3, /* how it began is worth more than that it goes on */
};

static void post_event(struct slot *slot, bool is_back);

static enum err event_run(struct store *s, struct store_job *job)
{
	const struct slot_failure *e = (struct slot_failure *)job;
	const char *rung = e->rung < RUNG_COUNT ? ladder_rung_name(e->rung) : "";

	return e->is_back ? bay_back(s, e->bay_id)
			  : bay_failed(s, e->bay_id, reason_name(e->cause), rung);
}

static void event_done(struct store_job *job, enum err err)
{
	struct slot_failure *e = (struct slot_failure *)job;
	struct slot *slot = e->slot;

	e->posted = false;
	if (err != ERR_OK)
		log_error("slot=%s its history cannot be stored: %s", slot->name,
			err_name(err));
	if (slot->log.wants_back) {
		slot->log.wants_back = false;
		post_event(slot, true);
	}
}

static void post_event(struct slot *slot, bool is_back)
{
	struct slot_failure *e = &slot->log.event;

	e->bay_id = slot->bay.id;
	e->is_back = is_back;
	e->posted = true;
	store_thread_post(slot->host->store, &e->job);
}

void slot_log_failed(struct slot *slot, enum reason cause, enum rung rung)
{
	struct slot_log *l = &slot->log;

	if (slot->bay.id == 0 || cause == REASON_RESET_ASKED || slot->is_stopping)
		return;
	if (rung < RUNG_COUNT && l->n_kept < RECORDS_A_FAILURE)
		l->n_kept += slot_log_keep(slot, reason_name(cause));
	l->is_failed = true;
	l->is_unsure = false;
	slot_time_note(slot);
	l->wants_back = false;
	if (l->event.posted)
		return; /* one rung more or less of the same failure */
	l->event.cause = cause;
	l->event.rung = rung;
	post_event(slot, false);
}

void slot_log_works(struct slot *slot)
{
	struct slot_log *l = &slot->log;

	if (!l->is_failed || slot->bay.id == 0)
		return;
	l->is_failed = l->is_unsure = false;
	slot_time_note(slot);
	l->n_kept = 0;
	if (l->event.posted)
		l->wants_back = true;
	else
		post_event(slot, true);
}

void slot_log_settle(struct slot *slot, bool is_failed)
{
	struct slot_log *l = &slot->log;

	if (l->event.posted)
		return; /* what is on its way is newer */
	l->is_failed = is_failed;
	l->is_unsure = false;
	slot_time_note(slot);
}

static enum err record_run(struct store *s, struct store_job *job)
{
	const struct slot_record *r = (struct slot_record *)job;

	return bay_record_add(s, r->bay_id, r->cause, r->lines);
}

static void record_done(struct store_job *job, enum err err)
{
	struct slot_record *r = (struct slot_record *)job;

	if (err != ERR_OK)
		log_error("slot=%s its last lines cannot be stored: %s", r->slot->name,
			err_name(err));
	free(r->lines);
	r->lines = NULL;
}

bool slot_log_keep(struct slot *slot, const char *cause)
{
	struct slot_record *r = &slot->log.record;
	uint64_t now = loop_now_ms(slot->host->loop);
	bool is_recent = r->at_ms && now - r->at_ms < RECORD_GAP_MS;

	if (slot->bay.id == 0 || r->lines || is_recent || slot->log.recorder.len == 0)
		return false;
	r->lines = malloc(BAY_RECORD_TEXT_MAX);
	if (!r->lines)
		return false; /* the failure itself is told elsewhere */
	(void)recorder_text(
		&slot->log.recorder, now, r->lines, BAY_RECORD_TEXT_MAX); /* its length */
	r->bay_id = slot->bay.id;
	r->cause = cause;
	r->at_ms = now;
	store_thread_post(slot->host->store, &r->job);
	return true;
}

void slot_log_forget(struct slot *slot)
{
	slot->log.recorder = (struct recorder){ .len = 0 };
	slot->log.n_kept = 0;
	ladder_reset(&slot->ladder);
}

void slot_log_init(struct slot *slot)
{
	struct slot_log *l = &slot->log;

	l->event.slot = l->record.slot = slot;
	l->is_failed = l->is_unsure = true; /* until the store says */
	l->event.job = (struct store_job){
		.run = event_run, .done = event_done, .urgency = STORE_LAZY
	};
	l->record.job = (struct store_job){
		.run = record_run, .done = record_done, .urgency = STORE_LAZY
	};
}
