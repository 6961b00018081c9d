/*
 * Messages one by one: checked, accepted durably or refused; listed, shown, cancelled.
 */
#ifndef OFFICE_MESSAGES_H
#define OFFICE_MESSAGES_H

#include "firmware/office/office.h"
#include "firmware/store/message.h"

#define MESSAGES_PARTS_MAX 10 /* parts of one message: too_many_parts beyond */
#define MESSAGES_BATCH_MAX 10000

struct explanation;

struct message_draft {	/* borrowed; NULL or 0: not given */
	const char *to; /* E.164, or as written in the box's country */
	const char *text;
	const char *class; /* "otp" … ; required */
	int64_t sim_id, send_after, expires_at;
	const char *client_ref, *reference;
};

struct message_accepted {
	int64_t id;
	enum message_state state;
	enum message_encoding encoding;
	uint16_t parts;
	bool existed; /* this client_ref was used before: the first one's answer */
	char to[24];
};

/* Refusals: invalid_number (field to), landline, empty_text, too_many_parts (limit),
 * invalid_class, reference_required, invalid_time, unknown_sim, suppressed, no_consent,
 * invalid_ref, country_not_allowed (to). With no transaction open it is committed on
 * return. */
enum err messages_send(struct office *o, const struct office_actor *actor,
	const struct message_draft *draft, struct message_accepted *out);

struct message_result {
	bool is_refused;
	struct message_accepted accepted;
	struct refusal refusal; /* if is_refused */
};
/* n drafts, a result each, in order. One transaction if one is open, else chunks of at
 * most 20 ms. A store that fails after the first chunk refuses the rest, result by
 * result, so that what was accepted is known. */
struct message_batch {
	const struct message_draft *drafts;
	struct message_result *results; /* the caller's, n of them */
	size_t n;
};
enum err messages_send_many(
	struct office *o, const struct office_actor *actor, struct message_batch *batch);

/* A message with the names that it is shown with. */
struct message_view {
	struct message m;
	const char *campaign;	  /* "" if none */
	const char *contact_name; /* "" if none */
	const char *cause_text;	  /* "" or a sentence */
	/* Of messages_get() alone: names ("" none); explain.h (NULL: nothing to explain)
	 */
	const char *route, *sim;
	const struct explanation *waiting, *choice;
};
typedef bool (*message_view_fn)(void *user, const struct message_view *view);

struct message_filter {
	const char *state; /* "queued" …, NULL: any */
	const char *to;	   /* as written, NULL: any */
	int64_t campaign_id, before;
	size_t max;
};
enum err messages_list(struct office *o, const struct message_filter *filter,
	message_view_fn fn, void *user);

struct message_part_view {
	struct message_part p;
	const char *sim;	/* its name, "" if it has none */
	const char *cause_text; /* of the cause, or of what TP-ST says */
};
struct message_show {
	message_view_fn message; /* called first, once */
	bool (*part)(void *user, const struct message_part_view *part);
	bool (*note)(void *user, const struct message_note *note); /* history */
};
enum err messages_get(
	struct office *o, int64_t id, const struct message_show *show, void *user);
/* wrong_state: it is on air or settled. */
enum err messages_cancel(struct office *o, const struct office_actor *actor, int64_t id);

#endif
