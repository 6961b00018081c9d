/*
 * Messages as the office side sees them: added, listed, shown, cancelled, counted. (What
 * the radio side does with them is in queue.h.)
 */
#ifndef STORE_MESSAGE_H
#define STORE_MESSAGE_H

#include <stddef.h>

#include "firmware/store/store.h"

struct message {
	int64_t id;
	enum message_state state;
	enum message_class class;
	enum message_encoding encoding;
	uint16_t parts;
	unsigned flags; /* enum message_flag */
	int64_t source; /* fairness: campaign id, minus the API key's id, or 0 */
	int64_t campaign_id, contact_id, list_id, sim_id, key_id; /* 0: none */
	const char *msisdn, *text;
	const char *client_ref, *reference; /* NULL: none */
	const char *cause;		    /* machine name, "" where there is none */
	int64_t due_at, expires_at;	    /* expires_at 0: never */
	int64_t created_at, updated_at;	    /* not read on input */
	uint32_t attempts;
	int64_t route_id;	/* route.h; 0: not known */
	int64_t pause_at;	/* not sent from then on until planned again; 0: never */
	uint32_t national;	/* tables allowed: locking bits << 16 | single bits */
	enum sim_choice choice; /* why that SIM; not read on input */
};
typedef bool (*message_fn)(void *user, const struct message *message);

/* Adds a message in state HELD or QUEUED (text at most QUEUE_TEXT_MAX - 1 octets; sim_id
 * with MESSAGE_FLAG_SIM_FIXED or, for the SIM that its number knows (affinity.h),
 * MESSAGE_FLAG_AFFINE only). Where key_id has used this client_ref before, nothing is
 * added and that message is the answer. Many between store_begin() and store_commit() are
 * one transaction. */
struct message_added {
	int64_t id;
	enum message_state state;
	bool existed;
};
enum err message_add(
	struct store *s, const struct message *in, struct message_added *out);
/* The message with in's key_id and client_ref. ERR_NOTFOUND: none, or no client_ref. */
enum err message_find_ref(
	struct store *s, const struct message *in, struct message_added *out);

struct message_part {
	uint16_t seq;
	enum part_state state;
	int64_t sim_id, sending_at, answered_at, settled_at; /* times 0: not yet */
	int mr, st;					     /* -1: not known */
	const char *cause;
};
struct message_note {
	int64_t at, sim_id;
	const char *kind, *detail; /* retry, cancel, report, recovery … */
};
struct message_detail_fn {  /* NULL: not asked for */
	message_fn message; /* called first, once; never NULL */
	bool (*part)(void *user, const struct message_part *part);
	bool (*note)(void *user, const struct message_note *note);
};
enum err message_get(
	struct store *s, int64_t id, const struct message_detail_fn *fn, void *user);

struct message_query {
	int state;	     /* enum message_state, -1: any */
	int64_t campaign_id; /* 0: any */
	const char *msisdn;  /* NULL: any */
	int64_t before;	     /* id, 0: from the newest */
	size_t max;
};
/* Newest first. */
enum err message_list(
	struct store *s, const struct message_query *query, message_fn fn, void *user);

/* HELD and QUEUED become CANCELLED; of a message between its parts the parts not yet on
 * air are never sent. ERR_BUSY: too late, it is on air or settled. ERR_NOTFOUND. */
enum err message_cancel(struct store *s, int64_t id, const char *cause);

/* The last message that went out to this number since then, for what it may answer:
 * ERR_NOTFOUND. out->campaign_id 0: not from a campaign. */
struct message_last {
	int64_t id, campaign_id, contact_id, sim_id;
};
enum err message_find_last(
	struct store *s, const char *msisdn, int64_t since, struct message_last *out);

/* How many, by state, in one read of the tallies (sending counts as queued). campaign_id
 * 0: those of no campaign; -1: all. */
struct message_tally {
	int64_t n[MESSAGE_STATE_COUNT], parts[MESSAGE_STATE_COUNT];
};
enum err message_count(struct store *s, int64_t campaign_id, struct message_tally *out);

#endif
