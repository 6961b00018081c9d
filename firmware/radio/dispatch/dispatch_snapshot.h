/*
 * What choosing looks at: SIMs with their limits, and a bounded window on the queue, by
 * groups of messages that wait alike. The struct is the caller's; only dispatch*.c and
 * choose.c look inside.
 *
 * Messages wait in groups, groups of one fate (class, route, lane, SIM group) in a lane,
 * ordered there by what their source has had. A lane knows the SIMs that may serve it as
 * a set of bits, so that choosing passes over all that no idle SIM can take.
 */
#ifndef RADIO_DISPATCH_SNAPSHOT_H
#define RADIO_DISPATCH_SNAPSHOT_H

#include "firmware/radio/dispatch/dispatch_sim.h"
#include "firmware/store/dispatch_config.h"
#include "firmware/store/queue_read.h"

enum {
	DISPATCH_ITEMS_MAX = 4096,
	DISPATCH_GROUPS_MAX = 2048,
	DISPATCH_FLOWS_MAX = DISPATCH_GROUPS_MAX + 256,
	DISPATCH_HASH = 4096,
	DISPATCH_REFUSALS = 1024,
	DISPATCH_RANKS = 4,
	DISPATCH_ASIDE_MAX = 512,
	DISPATCH_NONE = -1, /* no item, group, lane, flow, SIM */
};

enum dispatch_mark {
	DISPATCH_WAITING,
	DISPATCH_TAKEN, /* on its way over a SIM */
	DISPATCH_ASIDE, /* an inbound text of its number is unread: until the next hint */
};

struct dispatch_item {
	struct queue_item item;
	int64_t owner;
	enum dispatch_mark mark;
	int16_t group; /* while it waits */
	int16_t next;  /* of its group, by (due_at, id); or free */
	int16_t hash_next;
};

struct dispatch_group {
	struct queue_group key;
	int16_t first, last; /* items; last: if n > 0 */
	int16_t flow, lane;
	uint16_t n;	     /* that wait */
	bool is_used, is_in; /* is_in: its lane's order */
	bool has_more;	     /* the store has */
	bool is_seen;	     /* by the refill that runs */
	int16_t left, right; /* in the lane's order */
	int16_t flow_next, hash_next, free_next;
};

struct dispatch_lane {
	enum message_class class;
	int64_t route_id, lane;
	int16_t sim_group;
	int16_t groups;	   /* that belong to it */
	int16_t root;	   /* of those of which something waits */
	int16_t place;	   /* in lanes_of[rank] */
	int16_t hash_next; /* or free */
	struct dispatch_set may;
};

/* A source in a rank: the parts it has had, on the rank's virtual clock. */
struct dispatch_flow {
	int64_t source, owner;
	uint64_t served;
	uint8_t rank;
	int16_t sim_group;
	int32_t quota, owner_quota;
	int16_t groups, first; /* how many it has, and those */
	int16_t hash_next;     /* or free */
};

struct dispatch_refusal { /* a hint, overwritten by another */
	int64_t message_id;
	struct dispatch_set refused, barred; /* barred: a new recipient there, too many */
};

struct dispatch {
	const struct dispatch_config *config; /* borrowed until the next one */
	struct limits *quotas;		      /* by config->quotas */
	struct dispatch_sim sims[DISPATCH_SIMS_MAX];
	int n_places, n_live, n_promotional;
	struct dispatch_set idle;
	struct breaker_bank bank;
	struct dispatch_item items[DISPATCH_ITEMS_MAX];
	struct dispatch_group groups[DISPATCH_GROUPS_MAX];
	struct dispatch_lane lanes[DISPATCH_GROUPS_MAX];
	struct dispatch_flow flows[DISPATCH_FLOWS_MAX];
	int16_t free_item, free_group, free_lane, free_flow;
	int n_items, n_waiting, n_aside, n_groups;
	int n_more;	      /* groups of which the store has more */
	int16_t group_places; /* none is used from here on */
	int16_t item_of[DISPATCH_HASH], group_of[DISPATCH_HASH], lane_of[DISPATCH_HASH],
		flow_of[DISPATCH_HASH];
	int16_t lanes_of[DISPATCH_RANKS]
			[DISPATCH_GROUPS_MAX]; /* with something waiting */
	int n_lanes[DISPATCH_RANKS];
	uint64_t floor[DISPATCH_RANKS]; /* virtual time: where a newcomer starts */
	struct dispatch_refusal refusals[DISPATCH_REFUSALS];
};

#endif
