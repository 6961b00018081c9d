/*
 * The outbound queue as the radio side uses it (modemd's store thread): fetch candidates,
 * claim one for a SIM, record what became of each part. A state change that precedes an
 * outside effect is committed, with fsync, before the effect: the caller begins and
 * commits the transaction around any number of these calls (group commit).
 */
#ifndef STORE_QUEUE_H
#define STORE_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "firmware/store/queue_read.h"
#include "firmware/store/store.h"

#define QUEUE_TEXT_MAX 8192 /* octets of UTF-8 in one message, the terminator counted */

/* A claimed message: all that is needed to build its parts. */
struct queue_claim {
	int64_t id, sim_id, expires_at;
	enum message_class class;
	enum message_encoding encoding;
	uint16_t parts, next_seq; /* next_seq: the first part not yet on air, 1-based */
	uint16_t concat_ref;
	uint16_t attempts;     /* refused so far, those that counted */
	bool is_new_recipient; /* counts to the recipients of the SIM's month */
	int64_t notice_id;     /* the notice that was added; 0: none */
	uint32_t national;     /* tables allowed: locking bits << 16 | single bits */
	char msisdn[20];
	char text[QUEUE_TEXT_MAX];
};

enum queue_claim_result {
	QUEUE_CLAIMED,
	QUEUE_GONE,	  /* cancelled, expired or claimed meanwhile: forget it */
	QUEUE_SUPPRESSED, /* its number said stop: now cancelled */
	QUEUE_NO_CONSENT, /* promotional without recorded consent: now cancelled */
	QUEUE_UNREAD, /* an inbound text of this number is not processed yet: it waits */
	QUEUE_FREQUENCY,  /* its number has had enough of the class: due again when it may
			   */
	QUEUE_RECIPIENTS, /* a number that is new to this SIM's month, which is full */
};

/* At start-up, in one transaction: parts left in `sending` by a kill or power cut become
 * `unknown`; their messages go on with the parts not yet on air, or get their final
 * state. out_unknown: how many parts. */
enum err queue_recover(struct store *s, size_t *out_unknown);

/* What the dispatcher has decided. Where the SIM's plan counts recipients, a number new
 * in the month that began at month_at is let through while recipients_left is above 0. */
struct queue_notice { /* "we write from this number now": one message over the new SIM */
	const char *text;
	enum message_encoding encoding;
	uint16_t parts;
};
struct queue_take {
	int64_t id, sim_id;
	int64_t price; /* of the part to begin, millionths */
	enum sim_choice choice;
	int64_t month_at, recipients_left; /* month_at 0: not counted */
	const struct queue_notice *notice; /* where it knows another SIM; NULL: none */
};
/* Claims the message and marks its next part `sending` in one go, checking state, due
 * time, pause, expiry, suppression, consent, unread inbound and frequency in the claiming
 * statement. For a message already bound to this SIM (parts on air) it claims the next
 * part. */
enum err queue_claim(struct store *s, const struct queue_take *take,
	struct queue_claim *out, enum queue_claim_result *out_result);
/* Marks part seq of a message this SIM has claimed as `sending` (multi-part, seq >
 * first); price as in queue_take. ERR_NOTFOUND: the message was cancelled meanwhile; its
 * state is settled by this call. */
enum err queue_next_part(struct store *s, int64_t id, uint16_t seq, int64_t price);

/* What became of the part on air. */
enum err queue_part_accepted(
	struct store *s, int64_t id, uint16_t seq, uint8_t mr, uint32_t submit_ms);
/* Lost answer: unknown; never sent again by software. */
enum err queue_part_unknown(struct store *s, int64_t id, uint16_t seq, const char *cause);
/* Certainly not on air (no prompt, port gone before Ctrl-Z, or a refusal to be retried):
 * the message waits again, not before due_at. counts: adds to attempts. */
struct queue_retry {
	int64_t due_at;
	const char *cause; /* "cms 42 congestion"; noted in the history */
	bool counts;
};
enum err queue_part_retry(
	struct store *s, int64_t id, uint16_t seq, const struct queue_retry *retry);
/* Refused for good: the message fails, parts not yet on air are never sent. */
enum err queue_part_failed(struct store *s, int64_t id, uint16_t seq, const char *cause);

/* A status report. Matches SIM, recipient (by its last digits) and TP-MR, or, for an
 * unknown part without one, SIM, recipient and time; the newest that fits. */
struct queue_report {
	int64_t sim_id;
	const char *msisdn;	 /* TP-RA as received */
	int64_t scts, discharge; /* UTC ms; 0: not given */
	int64_t received_at;	 /* UTC ms, of one kept; 0: now */
	uint8_t mr, st;
	enum part_state
		outcome; /* what st means: PART_SENT while the network still tries */
};
/* out_message: 0 where nothing matched and the report was kept for later. */
enum err queue_report(
	struct store *s, const struct queue_report *report, int64_t *out_message);

/* Waiting messages past their expiry become `expired`; out_next: the next expiry, 0 none.
 */
enum err queue_expire(struct store *s, int64_t now, size_t *out_n, int64_t *out_next);

#endif
