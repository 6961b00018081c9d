/*
 * All that the dispatcher needs to know but the messages: one read at start and after
 * each "config" hint. And what was used of the limits, for the meters that it keeps in
 * memory.
 */
#ifndef STORE_DISPATCH_CONFIG_H
#define STORE_DISPATCH_CONFIG_H

#include "firmware/store/plan.h"
#include "firmware/store/quota.h"
#include "firmware/store/sim.h"

struct dispatch_route {
	int64_t id;
	char country[4]; /* "" not known */
};

enum affinity_moves { /* when the SIM that a number knows does not live any more */
	AFFINITY_WAIT,
	AFFINITY_MOVE,
	AFFINITY_NOTICE, /* moves, and the number is told */
};
extern const struct vstr affinity_moves_names[]; /* "wait", "move", "notice" */

/* Arrays are owned: dispatch_config_free(). */
struct dispatch_config {
	struct sim *sims;	       /* by id */
	struct plan *plans;	       /* by id */
	struct plan_price *prices;     /* by plan, route */
	struct dispatch_route *routes; /* by id */
	struct quota *quotas;	       /* by source */
	size_t n_sims, n_plans, n_prices, n_routes, n_quotas;
	/* Settings dispatch.affinity_moves, .reserve, .least_cost, .notice. */
	enum affinity_moves affinity_moves; /* AFFINITY_MOVE where not set */
	int reserve;			    /* SIMs, or per cent of them */
	bool is_reserve_share, is_least_cost_strict;
	char notice[512]; /* text; "" none */
};
/* ERR_MEM. On failure there is nothing to free. */
enum err dispatch_config_read(struct store *s, struct dispatch_config *out);
void dispatch_config_free(struct dispatch_config *c); /* zeroed: fine */

/* Since each of these times (UTC ms, to the quarter of an hour); 0: not asked. */
struct dispatch_since {
	int64_t hour, day, month;
};
struct dispatch_used {
	int64_t hour, day, month; /* parts sent or unknown */
	int64_t money_month;
	int64_t recipients_month; /* different numbers, where the plan counts them */
};
enum err dispatch_used_read(struct store *s, int64_t sim_id,
	const struct dispatch_since *since, struct dispatch_used *out);
/* Forgets up to max numbers of months that began before then. */
enum err dispatch_recipients_sweep(
	struct store *s, int64_t month_at, size_t max, size_t *out_n);

#endif
