/*
 * Campaigns: a plan over a list. The feeder asks for the next members, renders, and puts
 * messages and skips back in one transaction; pausing and cancelling go in small steps.
 */
#ifndef STORE_CAMPAIGN_H
#define STORE_CAMPAIGN_H

#include "firmware/store/contact.h"
#include "firmware/store/message.h"

struct campaign {
	int64_t id, list_id;
	const char *name, *text, *topic;
	enum message_class class;
	enum campaign_state state;
	int64_t recipients;			  /* list members when it started */
	int64_t fed_after;			  /* contact id */
	int64_t created_at, started_at, ended_at; /* 0: not yet */
	const char *created_by;
	int64_t user_id; /* whose limits its messages count to as well; 0: nobody's */
	int64_t start_at, end_at; /* feeds from, sends until; 0: at once, no end */
	/* Its own window in the recipient's time, minutes after midnight, from > to: over
	 * midnight; none where both are the same (given back as -1). */
	int from_minute, to_minute;
	unsigned days;			    /* bit 0 Monday to bit 6 Sunday; 0: all */
	bool is_spread;			    /* evenly until end_at */
	int64_t estimate_from, estimate_to; /* as said at its start; 0: not said */
};
typedef bool (*campaign_fn)(void *user, const struct campaign *campaign);

/* A draft. ERR_NOTFOUND: no such list. */
enum err campaign_create(struct store *s, const struct campaign *in, int64_t *out_id);
/* All that campaign_create() sets, of a draft. ERR_BUSY: it has started. ERR_NOTFOUND. */
enum err campaign_update(struct store *s, const struct campaign *in);
enum err campaign_delete(
	struct store *s, int64_t id); /* a draft; ERR_BUSY, ERR_NOTFOUND */
enum err campaign_get(struct store *s, int64_t id, campaign_fn fn, void *user);
/* Newest first, id < before (0: from the newest). state -1: any. */
struct campaign_query {
	int state;
	int64_t before;
	size_t max;
};
enum err campaign_list(
	struct store *s, const struct campaign_query *query, campaign_fn fn, void *user);

/* draft to running: fixes recipients and started_at. The others: running to paused,
 * paused to running, running or paused to cancelled, running to done. ERR_BUSY: not from
 * the state it is in; ERR_NOTFOUND. */
enum err campaign_start(struct store *s, int64_t id);
enum err campaign_pause(struct store *s, int64_t id);
enum err campaign_resume(struct store *s, int64_t id);
enum err campaign_cancel(struct store *s, int64_t id);
enum err campaign_finish(struct store *s, int64_t id);
/* When it will end, as it was said at its start. ERR_NOTFOUND. */
enum err campaign_set_estimate(struct store *s, int64_t id, int64_t from, int64_t to);
/* Brings up to max waiting messages in line with the campaign's state (paused: held;
 * running: queued; cancelled: cancelled). Call until out_n is 0; 500 take under 20 ms. */
enum err campaign_settle_step(struct store *s, int64_t id, size_t max, size_t *out_n);

/* Members with contact id > after who were on the list when it started (of a draft: who
 * are on it now), by id. */
struct campaign_member {
	struct contact contact;
	enum consent consent;
	bool is_suppressed;
};
typedef bool (*campaign_member_fn)(void *user, const struct campaign_member *member);
struct campaign_feed {
	int64_t campaign_id;
	int64_t after; /* contact id */
	size_t max;
};
enum err campaign_feed_next(struct store *s, const struct campaign_feed *feed,
	campaign_member_fn fn, void *user);

/* Records who got a message and who was left out, and moves fed_after from feed->after to
 * the last row's contact; one transaction. Message rows carry the campaign's id, class
 * and list whatever is in them. ERR_BUSY: not running any more, or fed by another
 * meanwhile: nothing happened. */
struct campaign_row {
	int64_t contact_id;
	enum skip_reason reason; /* SKIP_NONE: message is added */
	struct message message;
};
enum err campaign_feed_put(struct store *s, const struct campaign_feed *feed,
	const struct campaign_row *rows, size_t n);

struct campaign_report {
	int64_t recipients, sendable, skipped[SKIP_REASON_COUNT];
	int64_t remaining;	    /* not fed yet; 0 once it has ended */
	struct message_tally tally; /* queued, sent, delivered … and their parts */
	int64_t parts, replies, opt_outs;
};
/* The same without replies and opt-outs, which are counted one by one. */
enum err campaign_progress(struct store *s, int64_t id, struct campaign_report *out);
enum err campaign_report(struct store *s, int64_t id, struct campaign_report *out);

#endif
