/*
 * Reading the outbound queue, as the dispatcher does: which groups of messages wait, the
 * next ones of a group, and what the store knows of one. Each row costs a step in an
 * index, however many wait; nothing is walked over that was not asked for.
 */
#ifndef STORE_QUEUE_READ_H
#define STORE_QUEUE_READ_H

#include <stddef.h>
#include <stdint.h>

#include "firmware/store/source.h"
#include "firmware/store/store.h"

/* A waiting message as the dispatcher's snapshot holds it: ids and what choosing needs.
 * lane: 0 over any SIM; n over SIM n alone (asked for, or parts of it are on air); -n
 * over SIM n, which its number knows, while that one lives. */
struct queue_item {
	int64_t id, source, route_id, lane;
	int64_t due_at, expires_at, pause_at; /* 0: never; not sent from pause_at on */
	int64_t sim_id;			      /* lane where that is above 0, else 0 */
	enum message_class class;
	uint16_t parts;
};

/* Messages that wait alike: for the same SIMs, at the same price, for the same sender. */
struct queue_group {
	enum message_class class;
	int64_t source, route_id, lane;
	int64_t owner; /* source of the campaign's user, whose limits count too; 0 none */
	int64_t due_at; /* of its first */
};
/* The groups after `after` (NULL: from the first) by class, source, route, lane, whether
 * anything of them is due or not; a step in the index each. *out_n < max: no more. */
enum err queue_groups(struct store *s, const struct queue_group *after,
	struct queue_group *out, size_t max, size_t *out_n);

/* Up to max of one group that are due now, by (due_at, id), after the cursor; those past
 * their pause or expiry are left out. The cursor moves to the last one looked at, so that
 * nothing is walked over twice. */
struct queue_want {
	struct queue_group group; /* owner and due_at do not matter */
	int64_t due_at, id;	  /* cursor; INT64_MIN, 0: from the first */
	size_t max;
	size_t n;	  /* out: items given; may be 0 although has_more */
	bool has_more;	  /* out: more are due now, beyond the cursor */
	int64_t next_due; /* out, unless has_more: when the next one falls due; 0 none */
};
enum err queue_refill(struct store *s, struct queue_want *want, struct queue_item *items);

/* What the store knows of a waiting message that may keep it back. ERR_NOTFOUND. */
struct queue_explain {
	struct queue_item item;
	enum message_state state;
	char cause[64];
	int64_t campaign_id;
	int campaign_state;	   /* -1: none */
	int64_t frequency_free_at; /* 0: no cap is reached */
	int64_t refused_at;	   /* last refused by a SIM; 0: never */
	int64_t refused_by;	   /* that SIM */
	uint32_t attempts;
	bool is_unread, is_suppressed, is_unconsented;
};
enum err queue_explain_read(struct store *s, int64_t id, struct queue_explain *out);

#endif
