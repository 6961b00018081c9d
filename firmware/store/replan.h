/*
 * Waiting messages whose times are to be planned again: a window has closed before their
 * turn came, or the rules have changed. In small steps: read some, put their new times.
 */
#ifndef STORE_REPLAN_H
#define STORE_REPLAN_H

#include <stddef.h>

#include "firmware/store/queue_read.h"

struct replan_row {
	int64_t id, campaign_id;  /* campaign_id 0: none */
	enum message_state state; /* HELD or QUEUED */
	enum message_class class;
	int64_t due_at, pause_at, expires_at, created_at; /* 0: none */
	const char *msisdn;				  /* valid until fn returns */
	const char *country, *time_zone; /* of its contact, "" not known */
	unsigned flags;			 /* enum message_flag */
};
typedef bool (*replan_fn)(void *user, const struct replan_row *row); /* false: stop */

/* Those whose pause_at has come, the earliest first. */
enum err replan_each_paused(struct store *s, size_t max, replan_fn fn, void *user);
/* When the next pause_at comes, 0: never. */
enum err replan_next_pause(struct store *s, int64_t *out_at);

/* All that wait, up to max a step: zeroed at first, and again until is_done. One that is
 * put on the way may come by once more. Held ones of no campaign are left out. */
struct replan_walk {
	struct queue_group group; /* where it is */
	int64_t due_at, id, held_campaign;
	bool is_inside, is_held, is_done;
};
enum err replan_walk(
	struct store *s, struct replan_walk *walk, size_t max, replan_fn fn, void *user);

/* How many of a source and class are due after then only: a step in an index each. */
enum err replan_count_later(
	struct store *s, const struct queue_group *of, int64_t after, int64_t *out_n);

/* pause_at 0: none. Not while fn runs. ERR_NOTFOUND: it does not wait any more. */
enum err replan_put(struct store *s, int64_t id, int64_t due_at, int64_t pause_at);

#endif
