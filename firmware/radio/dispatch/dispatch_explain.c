/*
 * Why a message is not on air: the same predicate, asked of every SIM; the nearest answer
 * counts, of equal ones that which ends first.
 */
#include "firmware/radio/dispatch/dispatch_parts.h"

#include <assert.h>

static const char *const names[] = {
	[DISPATCH_READY] = "ready",
	[DISPATCH_NOT_DUE] = "not_due",
	[DISPATCH_WINDOW] = "window",
	[DISPATCH_EXPIRED] = "expired",
	[DISPATCH_CLOCK] = "clock",
	[DISPATCH_UNREAD] = "unread_inbound",
	[DISPATCH_QUOTA_PACE] = "quota_pace",
	[DISPATCH_QUOTA_DAY] = "quota_day",
	[DISPATCH_NO_SIM] = "no_live_sim",
	[DISPATCH_OTHER_SIM] = "no_live_sim",
	[DISPATCH_GROUP] = "group",
	[DISPATCH_ROLE] = "role",
	[DISPATCH_COUNTRY] = "country",
	[DISPATCH_ROUTE_BLOCKED] = "route_blocked",
	[DISPATCH_KNOWN_SIM] = "sim_gone",
	[DISPATCH_SIM_GONE] = "sim_gone",
	[DISPATCH_NOT_LIVE] = "no_live_sim",
	[DISPATCH_BREAKER] = "breaker",
	[DISPATCH_LIMIT_BALANCE] = "limit_balance",
	[DISPATCH_LIMIT_BUNDLE] = "limit_bundle",
	[DISPATCH_LIMIT_SPEND] = "limit_spend",
	[DISPATCH_LIMIT_RECIPIENTS] = "limit_recipients",
	[DISPATCH_LIMIT_MONTH] = "limit_month",
	[DISPATCH_LIMIT_DAY] = "limit_day",
	[DISPATCH_LIMIT_HOUR] = "limit_hour",
	[DISPATCH_LIMIT_MINUTE] = "limit_minute",
	[DISPATCH_REFUSED_HERE] = "refused_here",
	[DISPATCH_LEAST_COST] = "least_cost",
	[DISPATCH_QUOTA_BUDGET] = "quota_budget",
	[DISPATCH_RESERVE] = "reserve",
	[DISPATCH_HELD] = "sim_pauses",
	[DISPATCH_BUSY] = "busy",
};
static_assert(sizeof(names) / sizeof(names[0]) == DISPATCH_WHYS, "a name for each");

const char *dispatch_why_name(enum dispatch_why why)
{
	return names[why];
}

static bool is_nearer(const struct dispatch_verdict *a, const struct dispatch_verdict *b)
{
	if (a->why == DISPATCH_READY || b->why == DISPATCH_READY)
		return a->why < b->why;
	if (a->why != b->why)
		return a->why > b->why;
	return a->until && (b->until == 0 || a->until < b->until);
}

static struct dispatch_verdict explain_sims(
	const struct dispatch *d, const struct dispatch_ask *ask)
{
	struct dispatch_verdict best = { DISPATCH_NO_SIM, DISPATCH_NONE, 0 };

	for (int i = 0; i < d->n_places; i++) {
		struct dispatch_verdict v = dispatch_judge_sim(d, ask, i);
		if (d->sims[i].id && is_nearer(&v, &best))
			best = v;
	}
	return best;
}

struct dispatch_verdict dispatch_explain(const struct dispatch *d,
	const struct dispatch_item *it, const struct limits_now *now)
{
	const struct queue_item *item = &it->item;
	int quota = dispatch_quota_find(d, item->source);
	const struct dispatch_lane lane = { .class = item->class,
		.route_id = item->route_id,
		.lane = item->lane,
		.sim_group =
			quota == DISPATCH_NONE
				? 0
				: dispatch_sim_group(d, d->config->quotas[quota].group) };
	const struct dispatch_ask ask = { .item = item,
		.rank = dispatch_rank(item->class),
		.lane = &lane,
		.quota = quota,
		.owner_quota = dispatch_quota_find(d, it->owner),
		.refusal = dispatch_refusal_find(d, item->id),
		.now = now };

	struct dispatch_verdict v = dispatch_judge_time(item, now);
	if (v.why == DISPATCH_READY && it->mark == DISPATCH_ASIDE)
		v.why = DISPATCH_UNREAD;
	if (v.why == DISPATCH_READY)
		v = dispatch_judge_quota(d, ask.quota, item, now);
	if (v.why == DISPATCH_READY)
		v = dispatch_judge_quota(d, ask.owner_quota, item, now);
	return v.why == DISPATCH_READY ? explain_sims(d, &ask) : v;
}
