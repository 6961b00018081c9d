/*
 * Consent: append-only evidence in a hash chain, and the two transactions that a STOP and
 * a START are.
 */
#ifndef STORE_CONSENT_H
#define STORE_CONSENT_H

#include <stddef.h>

#include "firmware/store/store.h"

#define CONSENT_EVENT_OCTETS 4096 /* all texts of one event together; else ERR_MEM */

struct consent_evidence {
	enum consent kind;    /* CONSENT_NONE: a stop was lifted, without consent */
	const char *source;   /* web, shop, keyword, sms, panel … */
	const char *given_at; /* as the source states it */
	const char *evidence; /* wording, form version, file and row */
	const char *actor;    /* "user:3 maria", "key:2 shop", "box" */
};

/* Records an opt-in or opt-out, and what it means for list_id (0: every list). An
 * explicit opt-in after an opt-out counts; a suppression still stands above it.
 * ERR_NOTFOUND: no such contact, or not on that list. */
enum err consent_record(struct store *s, int64_t contact_id, int64_t list_id,
	const struct consent_evidence *evidence);

struct consent_event {
	int64_t id, contact_id, list_id; /* list_id 0: all lists */
	struct consent_evidence evidence;
	int64_t recorded_at;
};
typedef bool (*consent_fn)(void *user, const struct consent_event *event);
/* Oldest first. */
enum err consent_each(struct store *s, int64_t contact_id, consent_fn fn, void *user);
/* Walks the chain. out_checked: rows read. ERR_INPUT: *out_bad is the first row whose
 * hash does not follow from the row before it. */
enum err consent_verify(struct store *s, int64_t *out_checked, int64_t *out_bad);

/* STOP, one transaction: suppressed, opted out of every list with evidence, and every
 * waiting message to the number cancelled but otp, alert and a STOP confirmation.
 * inbound_id 0: not by text. Again for a suppressed number: the same, harmless. */
struct consent_change {
	const char *msisdn;
	const char *source;  /* sms, panel, api */
	const char *wording; /* what was said, as evidence */
	const char *actor;
	int64_t inbound_id;
};
enum err consent_stop(
	struct store *s, const struct consent_change *change, size_t *out_cancelled);
/* START: a suppression of reason "stop" is lifted and the event recorded (as a note of
 * what was said; it gives no consent to any list). ERR_NOTFOUND: none stood. */
enum err consent_start(struct store *s, const struct consent_change *change);

#endif
