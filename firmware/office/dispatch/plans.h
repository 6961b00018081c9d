/*
 * Plans (operators' contracts), and what is used and left of a SIM's limits.
 */
#ifndef OFFICE_PLANS_H
#define OFFICE_PLANS_H

#include "firmware/office/office.h"
#include "firmware/store/plan.h"

struct plan_view {
	struct plan p;
	const struct plan_price *prices; /* by route */
	size_t n_prices;
	int64_t sims; /* how many have it */
};
typedef bool (*plan_view_fn)(void *user, const struct plan_view *view);
enum err plans_each(struct office *o, plan_view_fn fn, void *user); /* by name */
enum err plans_get(struct office *o, int64_t id, plan_view_fn fn, void *user);

/* Sets all of a plan, or adds it (p.id 0). A change of one value starts from what
 * plans_get() shows. Refusals: field_required (name), text_too_long, conflict (the name
 * is taken), invalid_currency, invalid_time_zone, invalid_day (reset_day), invalid_limit
 * (its field), invalid_country (countries), unknown_route (prices). */
struct plan_draft {
	struct plan p;
	bool has_prices;		 /* false: they stay */
	const struct plan_price *prices; /* exactly these; plan_id is not read */
	size_t n_prices;
};
enum err plans_put(struct office *o, const struct office_actor *actor,
	const struct plan_draft *draft, int64_t *out_id);
/* Its SIMs have no plan then. */
enum err plans_delete(struct office *o, const struct office_actor *actor, int64_t id);

/* ---- what is used of a SIM's limits ---- */

enum plan_limit {
	PLAN_LIMIT_MINUTE,
	PLAN_LIMIT_HOUR,
	PLAN_LIMIT_DAY,
	PLAN_LIMIT_MONTH,
	PLAN_LIMIT_RECIPIENTS,
	PLAN_LIMIT_BUNDLE,
	PLAN_LIMIT_SPEND,
	PLAN_LIMIT_BALANCE,
	PLAN_LIMIT_COUNT,
};
extern const struct vstr plan_limit_names[]; /* "minute" … "balance" */

struct plan_use {
	enum plan_limit limit;
	int64_t used, max; /* parts, numbers or millionths; balance: what is left, and the
			      floor; minute and hour: at most that, from the quarters */
	int64_t frees_at;  /* UTC ms at which it is counted anew; 0: not by itself */
	bool is_reached;
};
struct plan_usage {
	int64_t plan_id;
	char plan[64], currency[4];
	size_t n; /* limits that the plan has */
	struct plan_use uses[PLAN_LIMIT_COUNT];
};
/* Of one SIM; n 0 where it has no plan. not_found. */
enum err plans_usage(struct office *o, int64_t sim_id, struct plan_usage *out);

#endif
