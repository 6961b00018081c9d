#include "firmware/radio/dispatch/limits.h"

void limits_init(struct limits *l)
{
	l->minute.step_ms = METER_MINUTE_STEP_MS;
	l->hour.step_ms = METER_HOUR_STEP_MS;
}

static int64_t bundle_left(const struct limits *l)
{
	int64_t left = l->rule.bundle - l->month_sum.bundle - l->hand.bundle;

	return left > 0 ? left : 0;
}

struct limits_sum limits_cost(const struct limits *l, const struct limits_ask *ask)
{
	int64_t left = ask->in_bundle ? bundle_left(l) : 0;
	int64_t bundle = left < ask->parts ? left : ask->parts;

	return (struct limits_sum){ .parts = ask->parts,
		.bundle = bundle,
		.money = ask->price * (ask->parts - bundle) };
}

static bool needs_date(const struct limits_rule *r)
{
	return r->per_day || r->per_month || r->recipients || r->bundle || r->spend ||
	       r->is_bundle_only;
}

/* Frees with the month, but for what a whole month would not let through. */
static struct limits_answer till_month(
	const struct limits *l, enum limits_code code, bool is_ever)
{
	return (struct limits_answer){ code, is_ever ? l->month.to : 0 };
}

static struct limits_answer fit_month(
	const struct limits *l, const struct limits_ask *ask)
{
	const struct limits_rule *r = &l->rule;
	const struct limits_sum cost = limits_cost(l, ask);
	int64_t money = l->month_sum.money + l->hand.money + cost.money;

	if (r->has_floor && l->balance - l->hand.money - cost.money < r->balance_floor)
		return (struct limits_answer){ LIMITS_BALANCE, 0 };
	if (r->is_bundle_only && cost.bundle < ask->parts)
		return till_month(
			l, LIMITS_BUNDLE, ask->in_bundle && ask->parts <= r->bundle);
	if (r->spend && cost.money > 0 && money > r->spend)
		return till_month(l, LIMITS_SPEND, cost.money <= r->spend);
	if (r->recipients && !ask->is_bound && l->recipients >= r->recipients)
		return till_month(l, LIMITS_RECIPIENTS, true);
	if (r->per_month &&
		l->month_sum.parts + l->hand.parts + ask->parts > r->per_month)
		return till_month(l, LIMITS_MONTH, ask->parts <= r->per_month);
	return (struct limits_answer){ LIMITS_FREE, 0 };
}

static struct limits_answer fit_meter(const struct limits_meter *m, uint32_t limit,
	uint32_t hand, uint16_t parts, const struct limits_now *now)
{
	uint32_t used = meter_sum(m, now->mono_ms) + hand;
	uint32_t max = parts < limit ? limit - parts : 0;

	if (limit == 0 || used <= max)
		return (struct limits_answer){ LIMITS_FREE, 0 };
	if (hand > max) /* not before what is in hand has ended */
		return (struct limits_answer){ LIMITS_MINUTE, 0 };
	uint64_t at = meter_frees_at(m, max - hand, now->mono_ms);
	return (struct limits_answer){ LIMITS_MINUTE,
		now->wall_ms + (int64_t)(at - now->mono_ms) };
}

static struct limits_answer fit_meters(const struct limits *l, uint32_t hand,
	uint16_t parts, const struct limits_now *now)
{
	const struct limits_rule *r = &l->rule;
	struct limits_answer hour = fit_meter(&l->hour, r->per_hour, hand, parts, now);
	struct limits_answer minute =
		fit_meter(&l->minute, r->per_minute, hand, parts, now);

	if (hour.code == LIMITS_FREE)
		return minute;
	hour.code = LIMITS_HOUR;
	return hour;
}

struct limits_answer limits_fit(const struct limits *l, const struct limits_ask *ask,
	const struct limits_now *now)
{
	const struct limits_rule *r = &l->rule;

	if (!now->is_wall_sane && needs_date(r))
		return (struct limits_answer){ LIMITS_CLOCK, 0 };
	struct limits_answer a = fit_month(l, ask);
	if (a.code != LIMITS_FREE)
		return a;
	if (r->per_day && l->day_parts + l->hand.parts + ask->parts > r->per_day)
		return (struct limits_answer){ LIMITS_DAY,
			ask->parts <= r->per_day ? l->day.to : 0 };
	return fit_meters(l, (uint32_t)l->hand.parts, ask->parts, now);
}

/* Days and months had room for the whole message when it was taken. */
struct limits_answer limits_fit_part(const struct limits *l, const struct limits_now *now)
{
	return fit_meters(l, 0, 1, now);
}

static void add(struct limits_sum *to, const struct limits_sum *what, int sign)
{
	to->parts += sign * what->parts;
	to->bundle += sign * what->bundle;
	to->money += sign * what->money;
}

void limits_take(struct limits *l, const struct limits_sum *cost)
{
	add(&l->hand, cost, 1);
}

void limits_settle(
	struct limits *l, const struct limits_sum *part, const struct limits_now *now)
{
	add(&l->hand, part, -1);
	add(&l->month_sum, part, 1);
	l->day_parts += part->parts;
	l->balance -= part->money;
	meter_add(&l->minute, (uint32_t)part->parts, now->mono_ms);
	meter_add(&l->hour, (uint32_t)part->parts, now->mono_ms);
}

void limits_release(struct limits *l, const struct limits_sum *rest)
{
	add(&l->hand, rest, -1);
}
