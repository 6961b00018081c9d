/*
 * What came in, and the conversation with one number.
 */
#ifndef OFFICE_CONVERSATIONS_H
#define OFFICE_CONVERSATIONS_H

#include "firmware/office/message/messages.h"
#include "firmware/office/office.h"
#include "firmware/store/inbound.h"

struct inbound_view {
	const struct inbound *i;
	const char *contact_name, *sim, *campaign; /* "" if none */
};
typedef bool (*inbound_view_fn)(void *user, const struct inbound_view *view);
struct inbound_filter {		/* newest first */
	const char *search;	/* part of the text or start of a number; NULL: any */
	const char *originator; /* as written; NULL: any */
	bool unread;
	int64_t before; /* id; 0: from the newest */
	size_t max;
};
enum err inbound_views(struct office *o, const struct inbound_filter *filter,
	inbound_view_fn fn, void *user);
enum err inbound_view_get(struct office *o, int64_t id, inbound_view_fn fn, void *user);
enum err inbound_see(struct office *o, int64_t id);

struct conversation_view {
	const char *msisdn, *contact_name, *last_text;
	int64_t contact_id, last_at, unread;
	int64_t cursor; /* pass as `before` for the next page */
	bool is_last_in;
	enum inbound_kind last_kind; /* text where the last went out */
};
typedef bool (*conversation_view_fn)(void *user, const struct conversation_view *view);
/* Numbers that wrote, the latest to write first. */
enum err conversations_list(struct office *o, int64_t before, size_t max,
	conversation_view_fn fn, void *user);

struct conversation_entry {
	bool is_in;
	enum inbound_kind kind; /* text for what went out */
	int64_t id, at, sim_id;
	const char *text, *state; /* state: message_state_names or inbound_state_names */
};
typedef bool (*conversation_entry_fn)(void *user, const struct conversation_entry *e);
/* Both directions, newest first, before this time (0: from now). Marks what is shown as
 * seen if see. */
struct conversation_query {
	const char *msisdn;
	int64_t before_at;
	size_t max;
	bool see;
};
enum err conversations_thread(struct office *o, const struct conversation_query *query,
	conversation_entry_fn fn, void *user);
/* An answer, class conversation, over the SIM that got the last text. Refusals:
 * not_answerable (a name or short code), no_conversation (they never wrote),
 * suppressed. */
enum err conversations_reply(struct office *o, const struct office_actor *actor,
	const char *msisdn, const char *text, struct message_accepted *out);

#endif
