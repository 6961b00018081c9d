#include "firmware/office/forecast/forecast.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/dispatch/countries.h"
#include "firmware/office/forecast/forecast_bank.h"
#include "firmware/office/office_internal.h"
#include "firmware/store/source.h"

#define EARLY 0.95	/* quicker, when it goes well */
#define SLACK_MS 4000	/* feeding, the last message, its answer */
#define SOON_MS 1000	/* what is on air counts as not begun */
#define DAYS_MAX 64	/* holidays of a country that are looked at */
#define RANK_OWN_LATE 6 /* behind all others of its class */

/* One run: prices and hours that the flows point into. */
struct run {
	struct office *o;
	const struct forecast_bank *b;
	const struct forecast_ask *ask;
	bool is_late;
	struct simulate_world world;
	struct simulate_result result;
	struct hours hours[SIMULATE_FLOWS_MAX];
	struct hours_day days[FORECAST_FLOWS_MAX][DAYS_MAX];
	int64_t prices[FORECAST_FLOWS_MAX][SIMULATE_LINES_MAX];
	bool in_bundle[FORECAST_FLOWS_MAX][SIMULATE_LINES_MAX];
};

static int rank_of(enum message_class class)
{
	switch (class) {
	case CLASS_OTP:
		return 0;
	case CLASS_ALERT:
		return 1;
	case CLASS_TRANSACTIONAL:
	case CLASS_CONVERSATION:
		return 2;
	case CLASS_PROMOTIONAL:
		return 4;
	}
	return 4;
}

static bool has_role(const struct sim *sim, enum message_class class)
{
	bool is_promotional = class == CLASS_PROMOTIONAL;
	return sim->role == SIM_ROLE_BOTH ||
	       (sim->role == SIM_ROLE_PROMOTIONAL) == is_promotional;
}

/* What keeps the SIM from these recipients whatever its limits say. */
static bool may_send(const struct run *r, const struct forecast_line *line,
	const struct forecast_flow *f, const char *group)
{
	const struct plan_price *price = NULL;
	if (!has_role(&line->sim, r->ask->campaign->class) ||
		!str_eq(line->sim.group, group))
		return false;
	if (!line->plan)
		return true;
	price = forecast_bank_price(r->b, line->plan->id, f->route_id);
	return !(price && price->is_blocked) &&
	       countries_have(line->plan->countries, f->country);
}

static void add_price(struct run *r, size_t flow, size_t l, const struct forecast_flow *f)
{
	const struct plan *plan = r->b->lines[l].plan;
	if (!plan)
		return;
	const struct plan_price *price = forecast_bank_price(r->b, plan->id, f->route_id);
	r->prices[flow][l] = price ? price->price : plan->price;
	r->in_bundle[flow][l] = !price || price->in_bundle;
}

static enum err add_hours(struct run *r, size_t flow, const struct forecast_flow *f)
{
	const struct hours *hours;
	const struct campaign *c = r->ask->campaign;
	const struct planner_ask ask = { .class = c->class,
		.country = f->country,
		.time_zone = f->time_zone,
		.from = office_now(r->o),
		.campaign = c };
	enum err err = planner_hours(r->o, &ask, &hours);
	if (!err) {
		r->hours[flow] = *hours;
		/* The planner's days are those of the country asked for last. */
		size_t n = hours->n_holidays < DAYS_MAX ? hours->n_holidays : DAYS_MAX;
		if (n)
			memcpy(r->days[flow], hours->holidays, n * sizeof(r->days[0][0]));
		r->hours[flow].holidays = r->days[flow];
		r->hours[flow].n_holidays = n;
	}
	return err;
}

static enum err add_own_flow(
	struct run *r, const struct forecast_flow *f, const char *group)
{
	size_t i = r->world.n_flows++;
	bool is_promotional = r->ask->campaign->class == CLASS_PROMOTIONAL;
	struct simulate_flow *out = &r->world.flows[i];
	*out = (struct simulate_flow){ .parts = (double)f->parts,
		.rank = r->is_late && is_promotional
				? RANK_OWN_LATE
				: rank_of(r->ask->campaign->class) + r->is_late,
		.is_own = true,
		.is_promotional = is_promotional,
		.prices = r->prices[i],
		.in_bundle = r->in_bundle[i],
		.hours = &r->hours[i] };
	for (size_t l = 0; l < r->world.n_lines; l++) {
		add_price(r, i, l, f);
		if (may_send(r, &r->b->lines[l], f, group))
			out->lines |= UINT64_C(1) << l;
	}
	return add_hours(r, i, f);
}

static void add_backlog(struct run *r)
{
	for (size_t i = 0; i < r->b->n_waiting; i++) {
		const struct forecast_waiting *w = &r->b->waiting[i];
		if (w->campaign_id == r->ask->campaign->id ||
			r->world.n_flows == SIMULATE_FLOWS_MAX)
			continue;
		struct simulate_flow *out = &r->world.flows[r->world.n_flows++];
		*out = (struct simulate_flow){ .parts = w->parts,
			.rank = rank_of(w->class),
			.is_promotional = w->class == CLASS_PROMOTIONAL };
		for (size_t l = 0; l < r->world.n_lines; l++) {
			if (has_role(&r->b->lines[l].sim, w->class) &&
				str_eq(r->b->lines[l].sim.group, w->group))
				out->lines |= UINT64_C(1) << l;
		}
	}
}

static double own_parts(const struct forecast_ask *ask)
{
	double sum = 0;
	for (size_t i = 0; i < ask->n_flows; i++)
		sum += (double)ask->flows[i].parts;
	return sum;
}

static double own_messages(const struct forecast_ask *ask)
{
	double sum = 0;
	for (size_t i = 0; i < ask->n_flows; i++)
		sum += (double)ask->flows[i].messages;
	return sum;
}

/* The own hours of the first kind of recipients are what it is spread over. */
static double spread_rate(const struct run *r)
{
	const struct campaign *c = r->ask->campaign;
	int64_t now = office_now(r->o), from = c->start_at > now ? c->start_at : now;
	if (!c->is_spread || !c->end_at || r->ask->n_flows == 0)
		return 0;
	int64_t open = hours_open_ms(&r->hours[0], from, c->end_at);
	return open > 0 ? own_parts(r->ask) / (double)open : 0;
}

/* Of a part, over all SIMs that any of it may go over. */
static double mean_price(const struct run *r)
{
	double sum = 0, n = 0;
	for (size_t f = 0; f < r->ask->n_flows; f++) {
		for (size_t l = 0; l < r->world.n_lines; l++) {
			if (!(r->world.flows[f].lines & (UINT64_C(1) << l)))
				continue;
			sum += (double)r->prices[f][l];
			n++;
		}
	}
	return n > 0 ? sum / n : 0;
}

static void set_pace(struct run *r)
{
	const struct campaign *c = r->ask->campaign;
	const int64_t sources[] = { source_of_campaign(c->id),
		c->user_id ? source_of_user(c->user_id) : 0 };
	double each = mean_price(r);
	r->world.own_per_ms = spread_rate(r);
	for (size_t i = 0; i < 2 && sources[i]; i++) {
		const struct forecast_quota *q = forecast_bank_quota(r->b, sources[i]);
		if (!q)
			continue;
		double rate = (double)q->quota.per_minute / 60000.0;
		if (rate > 0 && (r->world.own_per_ms <= 0 || rate < r->world.own_per_ms))
			r->world.own_per_ms = rate;
		r->world.n_own_caps += forecast_quota_caps(
			q, each, &r->world.own_caps[r->world.n_own_caps]);
	}
}

/* What may be spent, as parts at what they cost there on average. */
static void add_money_caps(struct run *r, size_t l)
{
	double sum = 0, parts = own_parts(r->ask);
	double each = own_messages(r->ask) > 0 ? parts / own_messages(r->ask) : 1;
	for (size_t f = 0; f < r->ask->n_flows; f++)
		sum += (double)(r->prices[f][l] * r->ask->flows[f].parts);
	const struct forecast_mean mean = {
		.price = parts > 0 ? sum / parts : 0, .parts = each, .is_late = r->is_late
	};
	forecast_line_money(&r->b->lines[l], &mean, &r->world.lines[l]);
}

static enum err build(struct run *r)
{
	const struct forecast_bank *b = r->b;
	const struct campaign *c = r->ask->campaign;
	const struct forecast_quota *q =
		forecast_bank_quota(b, source_of_campaign(c->id));
	enum err err = ERR_OK;
	r->world.now = office_now(r->o);
	r->world.start_at = c->start_at;
	r->world.end_at = c->end_at;
	r->world.promotional_share = b->promotional_share;
	r->world.n_lines = b->n_lines;
	for (size_t l = 0; l < b->n_lines; l++)
		forecast_line_make(&b->lines[l], r->is_late, &r->world.lines[l]);
	for (size_t i = 0; i < r->ask->n_flows && !err; i++)
		err = add_own_flow(r, &r->ask->flows[i], q ? q->quota.group : "");
	if (err)
		return err;
	for (size_t l = 0; l < b->n_lines; l++)
		add_money_caps(r, l);
	set_pace(r);
	add_backlog(r);
	return ERR_OK;
}

/* ---- what came out ---- */

static void add_cost(struct forecast *out, const char *currency, double amount)
{
	size_t i = 0;
	if (amount < 0.5)
		return;
	while (i < out->n_costs && !str_eq(out->costs[i].currency, currency))
		i++;
	if (i == ESTIMATE_COSTS_MAX)
		return;
	if (i == out->n_costs) {
		out->costs[out->n_costs++] = (struct estimate_cost){ .amount = 0 };
		(void)str_copy(out->costs[i].currency, sizeof(out->costs[i].currency),
			currency); /* the same size */
	}
	out->costs[i].amount += (int64_t)(amount + 0.5);
}

static void take_early(const struct run *r, struct forecast *out)
{
	const struct simulate_result *s = &r->result;
	int64_t now = r->world.now,
		start = r->world.start_at > now ? r->world.start_at : now;
	out->from = start + (int64_t)((double)(s->done_at - start) * EARLY) - SOON_MS;
	if (!s->done_at)
		out->from = r->world.end_at;
	else if (out->from < start)
		out->from = s->done_at < start ? s->done_at : start;
	for (size_t l = 0; l < r->b->n_lines; l++)
		add_cost(out, r->b->lines[l].plan ? r->b->lines[l].plan->currency : "",
			s->money[l]);
	(void)str_copy(out->limited_by, sizeof(out->limited_by),
		vstr_name(simulate_limit_names, (int)s->limit)); /* fits */
}

static void take_late(const struct run *r, struct forecast *out)
{
	const struct simulate_result *s = &r->result;
	double messages = own_messages(r->ask), parts = own_parts(r->ask);
	out->to = s->done_at ? s->done_at + SLACK_MS : r->world.end_at;
	if (r->world.end_at && out->to > r->world.end_at + SLACK_MS)
		out->to = r->world.end_at + SLACK_MS;
	if (s->left > 0.5 && parts > 0)
		out->will_not_make = (int64_t)(s->left * messages / parts + 0.999);
}

enum err forecast_run(struct office *o, const struct forecast_bank *b,
	const struct forecast_ask *ask, struct forecast *out)
{
	enum err err = ERR_OK;
	*out = (struct forecast){ .from = 0 };
	if (b->n_lines == 0)
		return ERR_OK;
	struct run *r = malloc(sizeof(*r));
	if (!r)
		return office_fail(o, ERR_MEM, "estimate");
	for (int late = 0; late <= 1 && !err; late++) {
		memset(r, 0, sizeof(*r));
		r->o = o;
		r->b = b;
		r->ask = ask;
		r->is_late = late;
		err = build(r);
		if (err)
			break;
		simulate_run(&r->world, &r->result);
		if (late)
			take_late(r, out);
		else
			take_early(r, out);
	}
	free(r);
	return err;
}
