/*
 * What the bank keeps for its questions to the store: the window on the queue, the
 * configuration, why a message waits. Part of radio_parts.h.
 */
#ifndef RADIO_RADIO_JOBS_H
#define RADIO_RADIO_JOBS_H

#include "firmware/radio/dispatch/dispatch.h"
#include "firmware/radio/radio.h"
#include "firmware/radio/store_thread.h"
#include "firmware/store/queue.h"

struct slot;

enum {
	FETCH_ITEMS_MAX = DISPATCH_ITEMS_MAX / 2,
	RADIO_WENT_MAX = 1024,
};

struct radio_got { /* of a fetch: one group */
	struct queue_group group;
	uint32_t first, n;	/* in items */
	bool is_kept, has_more; /* kept: enough of it waits already, it was not read */
};

struct radio_fetch { /* a new window on the queue */
	struct store_job job;
	struct radio *radio;
	/* Keys by group, sorted: of those that are on their way or aside, one for each;
	 * of groups of which enough waits. Written before the job, read by it. */
	struct queue_group marked[DISPATCH_ITEMS_MAX], kept[DISPATCH_GROUPS_MAX];
	size_t n_marked, n_kept;
	size_t per_group; /* to read of each */
	struct radio_got got[DISPATCH_GROUPS_MAX];
	struct queue_item items[FETCH_ITEMS_MAX];
	size_t n_got, n_items;
	int64_t next_due, next_expiry;
	size_t n_expired;
	struct sim restricted[RADIO_SLOTS_MAX]; /* switched off, new, must stay home */
	size_t n_restricted;
	bool posted, is_wanted;
	uint64_t at_ms;
	int64_t due_at; /* UTC ms: the next one, 0: none planned */
	struct loop_timer timer;
};

struct radio_load { /* of the configuration: what one SIM or sender has used */
	int64_t id; /* SIM or source */
	struct limits_span day, month;
	struct dispatch_used used;
	int64_t last_parts,
		since_money; /* of the last minute; since the balance was read */
};

struct radio_went { /* a part that ended while the configuration was being read */
	int64_t sim_id, source, owner;
	struct limits_sum cost;
};

struct radio_config { /* plans, routes, quotas, settings; what is used of the limits */
	struct store_job job;
	struct radio *radio;
	struct dispatch_config now, next; /* now: in use; next: the job's */
	struct limits *quotas;		  /* of now */
	struct radio_load sims[DISPATCH_SIMS_MAX], *loads; /* loads: of next's quotas */
	size_t n_sims;
	struct limits_span valid; /* in which no day or month turns */
	struct radio_went went[RADIO_WENT_MAX];
	size_t n_went;
	struct queue_notice notice;
	bool posted, is_wanted, is_read;
};

struct radio_sim {	    /* what the bank remembers of a SIM, by its place */
	struct slot *slot;  /* NULL: it is in none */
	bool is_loaded;	    /* what it has used is known */
	bool is_given;	    /* a message, in this turn */
	uint64_t live_ms;   /* when it could send last */
	int64_t hold_until; /* of a limit; 0: not known */
};

struct radio_explain { /* one question at a time goes to the store */
	struct store_job job;
	struct radio *radio;
	uint64_t peer;
	int64_t seq, id;
	struct queue_explain found;
	bool posted, is_there;
};

#endif
