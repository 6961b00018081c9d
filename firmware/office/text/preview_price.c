#include "firmware/office/text/preview_price.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/tz.h"
#include "firmware/office/office_internal.h"
#include "firmware/store/plan.h"
#include "firmware/store/sim.h"

#define PLANS_MAX 64
#define SIMS_MAX 256

/* The plans and their SIMs as the store has them. */
struct pricing {
	struct office *o;
	struct preview_prices *out;
	size_t n_plans;
	struct plan plans[PLANS_MAX];
	const struct plan *of; /* the plan whose SIMs are read */
};

static bool on_plan(void *user, const struct plan *plan)
{
	struct pricing *p = user;
	p->plans[p->n_plans++] = *plan;
	return p->n_plans < PLANS_MAX;
}

/* "GR" in "GR,CY"; a country that is not known is in none. */
static bool has_country(const char *countries, const char *country)
{
	size_t len = strlen(country);
	for (const char *at = countries; *at && len; at += *at == ',') {
		size_t n = strcspn(at, ",");
		if (n == len && strncmp(at, country, n) == 0)
			return true;
		at += n;
	}
	return false;
}

/* What a plan says of a destination that no price of its own names. */
static struct price_rule plan_rule(
	const struct plan *plan, const struct preview_destination *d)
{
	const char *country = d->to ? d->to->country : "";
	return (struct price_rule){ .price = plan->price,
		.in_bundle = true,
		.is_blocked = plan->countries[0] != '\0' && d->to &&
			      !has_country(plan->countries, country) };
}

static bool on_price(void *user, const struct plan_price *price)
{
	struct pricing *p = user;
	struct preview_prices *out = p->out;
	for (size_t i = 0; i < out->n_destinations; i++) {
		const struct destination *to = out->destinations[i].to;
		for (size_t k = 0; to && k < p->n_plans; k++) {
			struct price_rule *rule = &out->rules[i * p->n_plans + k];
			if (to->route_id != price->route_id ||
				p->plans[k].id != price->plan_id)
				continue;
			rule->price = price->price;
			rule->in_bundle = price->in_bundle;
			rule->is_blocked = rule->is_blocked || price->is_blocked;
		}
	}
	return true;
}

static enum err read_plans(struct pricing *p)
{
	struct preview_prices *out = p->out;
	enum err err = plan_each(p->o->store, on_plan, p);
	if (err || p->n_plans == 0)
		return err;
	out->plans = calloc(p->n_plans, sizeof(*out->plans));
	out->rules = calloc(p->n_plans * out->n_destinations + 1, sizeof(*out->rules));
	if (!out->plans || !out->rules)
		return ERR_MEM;
	for (size_t k = 0; k < p->n_plans; k++) {
		struct preview_plan *plan = &out->plans[out->n_plans++];
		plan->id = p->plans[k].id;
		(void)str_copy(plan->name, sizeof(plan->name), p->plans[k].name);
		(void)str_copy(plan->currency, sizeof(plan->currency),
			p->plans[k].currency); /* the same sizes */
		for (size_t i = 0; i < out->n_destinations; i++)
			out->rules[i * p->n_plans + k] =
				plan_rule(&p->plans[k], &out->destinations[i]);
	}
	return plan_price_each(p->o->store, 0, on_price, p);
}

/* Everything over one SIM. */
static void price_sim(struct pricing *p, struct preview_price *sim)
{
	const struct preview_prices *out = p->out;
	size_t k = (size_t)(p->of - p->plans);
	struct price_sum sum = { 0 };
	for (size_t i = 0; i < out->n_destinations; i++)
		price_add(&sum, &out->rules[i * p->n_plans + k],
			out->destinations[i].parts);
	sim->covered = price_covered(&sum, sim->bundle_left);
	sim->parts = sum.parts;
	sim->blocked = sum.blocked;
	sim->money = price_total(&sum, sim->bundle_left);
	if (!p->of->is_bundle_only)
		return;
	sim->blocked += sum.parts - sim->covered;
	sim->parts = sim->covered;
	sim->money = 0;
}

static bool on_sim(void *user, const struct sim *sim, const struct sim_usage *month)
{
	struct pricing *p = user;
	const struct plan *plan = p->of;
	if (!sim->enabled || sim->plan_id != plan->id)
		return true;
	struct preview_price *out = &p->out->sims[p->out->n++];
	*out = (struct preview_price){
		.sim_id = sim->id, .plan_id = plan->id, .bundle_left = -1
	};
	(void)str_copy(out->sim, sizeof(out->sim), sim->name);
	(void)str_copy(out->operator, sizeof(out->operator), sim->operator);
	(void)str_copy(out->plan, sizeof(out->plan), plan->name);
	(void)str_copy(out->currency, sizeof(out->currency), plan->currency);
	int64_t left = plan->bundle_month - month->sent - month->unknown;
	if (plan->bundle_month > 0)
		out->bundle_left = left > 0 ? left : 0;
	price_sim(p, out);
	return p->out->n < SIMS_MAX;
}

static enum err read_sims(struct pricing *p)
{
	struct preview_prices *out = p->out;
	enum err err = ERR_OK;
	out->sims = calloc(SIMS_MAX, sizeof(*out->sims));
	if (!out->sims)
		return ERR_MEM;
	for (size_t k = 0; !err && k < p->n_plans && out->n < SIMS_MAX; k++) {
		p->of = &p->plans[k];
		const struct tz *zone =
			p->of->time_zone[0] ? tz_find(p->of->time_zone) : NULL;
		int64_t month = tz_month_start(
			zone ? zone : tz_default(), office_now(p->o), p->of->reset_day);
		err = sim_each(p->o->store, month, on_sim, p);
	}
	return err;
}

enum err preview_prices_find(struct office *o,
	const struct preview_destination *destinations, size_t n,
	struct preview_prices *out)
{
	struct pricing *p = calloc(1, sizeof(*p));
	*out = (struct preview_prices){ .n_destinations = n };
	out->destinations = calloc(n + 1, sizeof(*destinations));
	enum err err = p && out->destinations ? ERR_OK : ERR_MEM;
	if (!err) {
		p->o = o;
		p->out = out;
		memcpy(out->destinations, destinations, n * sizeof(*destinations));
		err = read_plans(p);
	}
	if (!err)
		err = read_sims(p);
	free(p);
	if (!err)
		return ERR_OK;
	preview_prices_fini(out);
	return office_fail(o, err, "plan");
}

void preview_prices_fini(struct preview_prices *p)
{
	free(p->sims);
	free(p->destinations);
	free(p->plans);
	free(p->rules);
	*p = (struct preview_prices){ .n = 0 };
}
