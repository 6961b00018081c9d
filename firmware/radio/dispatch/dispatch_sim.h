/*
 * A SIM as the dispatcher sees it, and sets of SIMs. Part of dispatch_snapshot.h; others
 * include that.
 */
#ifndef RADIO_DISPATCH_SIM_H
#define RADIO_DISPATCH_SIM_H

#include "firmware/radio/dispatch/breaker.h"
#include "firmware/radio/dispatch/limits.h"
#include "firmware/store/plan.h"
#include "firmware/store/sim.h"

enum {
	DISPATCH_SIMS_MAX = 128
};

struct dispatch_set { /* of SIMs, by place */
	uint64_t bits[DISPATCH_SIMS_MAX / 64];
};

struct dispatch_sim_state { /* as the bank sees it */
	bool is_present;    /* works, may be held */
	bool is_live;	    /* works and is not held */
	bool is_idle;	    /* could take a message now */
	bool is_gone;	    /* away for so long that those who know it may move */
	int64_t hold_until; /* UTC ms, while present but not live; 0: not known */
};

struct dispatch_hand {			   /* the message that a SIM has taken */
	int64_t message_id, source, owner; /* message_id 0: none */
	int64_t price;
	struct limits_sum left; /* of its cost */
};

struct dispatch_sim {
	int64_t id;		 /* 0: the place is free */
	const struct sim *row;	 /* NULL: the configuration does not know it yet */
	const struct plan *plan; /* NULL: none */
	int16_t sim_group;
	uint8_t busy_rank; /* DISPATCH_RANKS: it has nothing in hand */
	struct limits limits;
	struct breaker breaker;
	struct dispatch_sim_state state;
	uint64_t idle_ms; /* since, monotonic */
	struct dispatch_hand hand;
};

#endif
