/*
 * What is used and left of the limits of one SIM, for people and for estimates.
 */
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/tz.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/dispatch/plans.h"
#include "firmware/store/dispatch_config.h"

#define QUARTER_MS INT64_C(900000)
#define HOUR_MS (4 * QUARTER_MS)

const struct vstr plan_limit_names[] = {
	{ PLAN_LIMIT_MINUTE, "minute" },
	{ PLAN_LIMIT_HOUR, "hour" },
	{ PLAN_LIMIT_DAY, "day" },
	{ PLAN_LIMIT_MONTH, "month" },
	{ PLAN_LIMIT_RECIPIENTS, "recipients" },
	{ PLAN_LIMIT_BUNDLE, "bundle" },
	{ PLAN_LIMIT_SPEND, "spend" },
	{ PLAN_LIMIT_BALANCE, "balance" },
	{ 0, NULL },
};

struct reading {
	int64_t sim_id;
	bool found;
	struct sim sim;
	struct plan plan;
};

static bool on_sim(void *user, const struct sim *sim, const struct sim_usage *today)
{
	struct reading *r = user;
	(void)today;
	if (sim->id != r->sim_id)
		return true;
	r->found = true;
	r->sim = *sim;
	return false;
}

static bool on_plan(void *user, const struct plan *plan)
{
	struct reading *r = user;
	r->plan = *plan;
	return true;
}

static void add(struct plan_usage *out, struct plan_use use)
{
	if (use.max == 0 && use.limit != PLAN_LIMIT_BALANCE)
		return;
	use.is_reached = use.limit == PLAN_LIMIT_BALANCE ? use.used <= use.max
							 : use.used >= use.max;
	out->uses[out->n++] = use;
}

struct ends {
	int64_t day, month;
};

static void add_all(struct plan_usage *out, const struct reading *r,
	const struct dispatch_used *used, const struct ends *ends)
{
	const struct plan *p = &r->plan;
	/* The minute's meter is modemd's; a quarter of an hour says nothing of it. */
	if (p->per_minute)
		out->uses[out->n++] = (struct plan_use){ .limit = PLAN_LIMIT_MINUTE,
			.max = p->per_minute };
	add(out, (struct plan_use){ PLAN_LIMIT_HOUR, used->hour, p->per_hour, 0, false });
	add(out, (struct plan_use){
			 PLAN_LIMIT_DAY, used->day, p->per_day, ends->day, false });
	add(out, (struct plan_use){ PLAN_LIMIT_MONTH, used->month, p->per_month,
			 ends->month, false });
	add(out, (struct plan_use){ PLAN_LIMIT_RECIPIENTS, used->recipients_month,
			 p->recipients_month, ends->month, false });
	add(out, (struct plan_use){ PLAN_LIMIT_BUNDLE, used->month, p->bundle_month,
			 ends->month, false });
	add(out, (struct plan_use){ PLAN_LIMIT_SPEND, used->money_month, p->spend_month,
			 ends->month, false });
	if (p->has_balance_floor && r->sim.balance_at)
		add(out, (struct plan_use){ PLAN_LIMIT_BALANCE, r->sim.balance,
				 p->balance_floor, 0, false });
}

static enum err read_plan(struct office *o, struct reading *r)
{
	enum err err = sim_each(o->store, office_now(o), on_sim, r);
	if (!err && !r->found)
		err = ERR_NOTFOUND;
	if (!err && r->sim.plan_id)
		err = plan_get(o->store, r->sim.plan_id, on_plan, r);
	return err ? office_fail(o, err, "such SIM") : ERR_OK;
}

enum err plans_usage(struct office *o, int64_t sim_id, struct plan_usage *out)
{
	struct reading r = { .sim_id = sim_id };
	struct dispatch_used used;
	int64_t now = office_now(o);
	*out = (struct plan_usage){ .n = 0 };
	enum err err = read_plan(o, &r);
	if (err || !r.sim.plan_id)
		return err;
	out->plan_id = r.plan.id;
	(void)str_copy(out->plan, sizeof(out->plan), r.plan.name); /* the same sizes */
	(void)str_copy(out->currency, sizeof(out->currency), r.plan.currency);
	const struct tz *tz = r.plan.time_zone[0] ? tz_find(r.plan.time_zone) : NULL;
	tz = tz ? tz : tz_default();
	const struct dispatch_since since = { .hour = now - HOUR_MS,
		.day = tz_day_start(tz, now),
		.month = tz_month_start(tz, now, r.plan.reset_day) };
	const struct ends ends = { tz_day_end(tz, now),
		tz_month_end(tz, now, r.plan.reset_day) };
	err = dispatch_used_read(o->store, sim_id, &since, &used);
	if (err)
		return office_fail(o, err, "SIM");
	add_all(out, &r, &used, &ends);
	return ERR_OK;
}
