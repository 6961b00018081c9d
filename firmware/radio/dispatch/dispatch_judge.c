/*
 * One predicate: may this message go over this SIM now, and if not, why and until when.
 * Choosing and explaining both ask it.
 */
#include "firmware/radio/dispatch/dispatch_parts.h"

static const enum dispatch_why why_limit[LIMITS_CODES] = {
	[LIMITS_FREE] = DISPATCH_READY,
	[LIMITS_BALANCE] = DISPATCH_LIMIT_BALANCE,
	[LIMITS_BUNDLE] = DISPATCH_LIMIT_BUNDLE,
	[LIMITS_SPEND] = DISPATCH_LIMIT_SPEND,
	[LIMITS_RECIPIENTS] = DISPATCH_LIMIT_RECIPIENTS,
	[LIMITS_MONTH] = DISPATCH_LIMIT_MONTH,
	[LIMITS_DAY] = DISPATCH_LIMIT_DAY,
	[LIMITS_HOUR] = DISPATCH_LIMIT_HOUR,
	[LIMITS_MINUTE] = DISPATCH_LIMIT_MINUTE,
	[LIMITS_CLOCK] = DISPATCH_CLOCK,
};

static struct dispatch_verdict verdict(enum dispatch_why why, int place, int64_t until)
{
	return (struct dispatch_verdict){ why, place, until };
}

struct dispatch_verdict dispatch_judge_time(
	const struct queue_item *item, const struct limits_now *now)
{
	if (item->due_at > now->wall_ms)
		return verdict(DISPATCH_NOT_DUE, DISPATCH_NONE, item->due_at);
	if ((item->pause_at || item->expires_at) && !now->is_wall_sane)
		return verdict(DISPATCH_CLOCK, DISPATCH_NONE, 0);
	if (item->expires_at && item->expires_at <= now->wall_ms)
		return verdict(DISPATCH_EXPIRED, DISPATCH_NONE, 0);
	if (item->pause_at && item->pause_at <= now->wall_ms)
		return verdict(DISPATCH_WINDOW, DISPATCH_NONE, 0);
	return verdict(DISPATCH_READY, DISPATCH_NONE, 0);
}

struct dispatch_verdict dispatch_judge_quota(const struct dispatch *d, int quota,
	const struct queue_item *item, const struct limits_now *now)
{
	static const enum dispatch_why why[LIMITS_CODES] = {
		[LIMITS_FREE] = DISPATCH_READY,
		[LIMITS_DAY] = DISPATCH_QUOTA_DAY,
		[LIMITS_MINUTE] = DISPATCH_QUOTA_PACE,
		[LIMITS_CLOCK] = DISPATCH_CLOCK,
	};
	const struct limits_ask ask = { .parts = item->parts, .is_bound = true };

	if (quota == DISPATCH_NONE)
		return verdict(DISPATCH_READY, DISPATCH_NONE, 0);
	struct limits_answer a = limits_fit(&d->quotas[quota], &ask, now);
	return verdict(why[a.code], DISPATCH_NONE, a.until);
}

struct dispatch_verdict dispatch_sim_limit(
	const struct dispatch *d, int place, const struct limits_now *now)
{
	static const struct limits_ask least = {
		.parts = 1, .in_bundle = true, .is_bound = true
	};
	struct limits_answer a = limits_fit(&d->sims[place].limits, &least, now);

	return verdict(why_limit[a.code], place, a.until);
}

static struct dispatch_verdict judge_budget(
	const struct dispatch *d, int quota, const struct limits_sum *cost)
{
	if (quota == DISPATCH_NONE || cost->money == 0)
		return verdict(DISPATCH_READY, DISPATCH_NONE, 0);
	const struct limits *l = &d->quotas[quota];
	if (l->rule.spend == 0 ||
		l->month_sum.money + l->hand.money + cost->money <= l->rule.spend)
		return verdict(DISPATCH_READY, DISPATCH_NONE, 0);
	return verdict(DISPATCH_QUOTA_BUDGET, DISPATCH_NONE, l->month.to);
}

struct limits_ask dispatch_limits_ask(
	const struct dispatch *d, const struct dispatch_ask *ask, int place)
{
	const struct dispatch_sim *sim = &d->sims[place];
	int64_t lane = ask->item->lane;
	struct limits_ask out = { .parts = ask->item->parts,
		.in_bundle = true,
		.is_bound = lane == sim->id || lane == -sim->id };

	if (!sim->plan)
		return out;
	const struct plan_price *tariff =
		dispatch_tariff(d, sim->plan, ask->item->route_id);
	out.price = tariff ? tariff->price : sim->plan->price;
	out.in_bundle = !tariff || tariff->in_bundle;
	return out;
}

static bool is_refused(const struct dispatch_ask *ask, int place)
{
	return ask->refusal && dispatch_set_has(&ask->refusal->refused, place);
}

static enum dispatch_why may_ever(
	const struct dispatch *d, const struct dispatch_ask *ask, int place)
{
	if (!ask->is_quick)
		return dispatch_may_ever(d, ask->lane, place);
	return dispatch_set_has(&ask->lane->may, place) ? DISPATCH_READY
							: DISPATCH_OTHER_SIM;
}

/* Codes are not for trying a SIM out, while another may take them. */
static bool another_is_sound(
	const struct dispatch *d, const struct dispatch_ask *ask, int place)
{
	for (int i = 0; i < d->n_places; i++) {
		if (i != place && d->sims[i].state.is_live &&
			!d->sims[i].breaker.is_open &&
			may_ever(d, ask, i) == DISPATCH_READY)
			return true;
	}
	return false;
}

static struct dispatch_verdict judge_breaker(
	const struct dispatch *d, const struct dispatch_ask *ask, int place)
{
	const struct breaker *b = &d->sims[place].breaker;
	const struct limits_now *now = ask->now;
	enum breaker_state state = breaker_state(b, now->mono_ms);

	if (state == BREAKER_CLOSED)
		return verdict(DISPATCH_READY, place, 0);
	if (state == BREAKER_HALF && (ask->rank > dispatch_rank(CLASS_ALERT) ||
					     !another_is_sound(d, ask, place)))
		return verdict(DISPATCH_READY, place, 0);
	int64_t left = (int64_t)(b->until_ms - now->mono_ms);
	return verdict(DISPATCH_BREAKER, place, left > 0 ? now->wall_ms + left : 0);
}

/* All that does not depend on other SIMs' being better. */
static struct dispatch_verdict judge_alone(
	const struct dispatch *d, const struct dispatch_ask *ask, int place)
{
	const struct dispatch_sim *sim = &d->sims[place];
	enum dispatch_why why = may_ever(d, ask, place);

	if (why != DISPATCH_READY)
		return verdict(why, place, 0);
	if (!sim->state.is_present)
		return verdict(sim->state.is_gone && ask->lane->lane == -sim->id
				       ? DISPATCH_SIM_GONE
				       : DISPATCH_NOT_LIVE,
			place, 0);
	struct dispatch_verdict v = judge_breaker(d, ask, place);
	if (v.why != DISPATCH_READY)
		return v;
	if (ask->refusal && dispatch_set_has(&ask->refusal->barred, place))
		return verdict(DISPATCH_LIMIT_RECIPIENTS, place, sim->limits.month.to);
	const struct limits_ask limits = dispatch_limits_ask(d, ask, place);
	struct limits_answer a = limits_fit(&sim->limits, &limits, ask->now);
	return verdict(why_limit[a.code], place, a.until);
}

/* Is there another live SIM that has not refused it: any, or one that is cheaper? */
static bool another_may(const struct dispatch *d, const struct dispatch_ask *ask,
	int place, int64_t below)
{
	for (int i = 0; i < d->n_places; i++) {
		if (i == place || !d->sims[i].state.is_live || is_refused(ask, i) ||
			judge_alone(d, ask, i).why != DISPATCH_READY)
			continue;
		const struct limits_ask limits = dispatch_limits_ask(d, ask, i);
		if (limits_cost(&d->sims[i].limits, &limits).money < below)
			return true;
	}
	return false;
}

bool dispatch_is_reserved(const struct dispatch *d, unsigned rank)
{
	const struct dispatch_config *c = d->config;
	int reserve = c->reserve;

	if (rank < dispatch_rank(CLASS_PROMOTIONAL) || reserve <= 0)
		return false;
	if (c->is_reserve_share)
		reserve = (d->n_live * reserve + 99) / 100;
	return d->n_promotional >= d->n_live - reserve;
}

static struct dispatch_verdict judge_among(
	const struct dispatch *d, const struct dispatch_ask *ask, int place)
{
	const struct limits_ask limits = dispatch_limits_ask(d, ask, place);
	const struct limits_sum cost = limits_cost(&d->sims[place].limits, &limits);

	if (is_refused(ask, place) && another_may(d, ask, place, INT64_MAX))
		return verdict(DISPATCH_REFUSED_HERE, place, 0);
	if (d->config->is_least_cost_strict && cost.money > 0 &&
		another_may(d, ask, place, cost.money))
		return verdict(DISPATCH_LEAST_COST, place, 0);
	struct dispatch_verdict v = judge_budget(d, ask->quota, &cost);
	if (v.why == DISPATCH_READY)
		v = judge_budget(d, ask->owner_quota, &cost);
	v.place = place;
	return v;
}

struct dispatch_verdict dispatch_judge_sim(
	const struct dispatch *d, const struct dispatch_ask *ask, int place)
{
	const struct dispatch_sim *sim = &d->sims[place];
	struct dispatch_verdict v = judge_alone(d, ask, place);

	if (v.why == DISPATCH_READY)
		v = judge_among(d, ask, place);
	if (v.why != DISPATCH_READY)
		return v;
	if (dispatch_is_reserved(d, ask->rank))
		return verdict(DISPATCH_RESERVE, place, 0);
	if (!sim->state.is_live)
		return verdict(DISPATCH_HELD, place, sim->state.hold_until);
	if (!sim->state.is_idle)
		return verdict(DISPATCH_BUSY, place, 0);
	return v;
}
