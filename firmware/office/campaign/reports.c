#include "firmware/office/campaign/reports.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/cause_text.h"
#include "firmware/office/office_internal.h"
#include "firmware/store/campaign.h"
#include "firmware/store/campaign_detail.h"
#include "firmware/store/plan.h"
#include "firmware/store/sim.h"

/* Steps that a person reads easily; the first that gives few enough buckets. */
static const int64_t steps_ms[] = { 60000, 300000, 600000, 1800000, 3600000,
	6 * 3600000LL, 24 * 3600000LL, 7 * 24 * 3600000LL, 365 * 24 * 3600000LL };

struct span {
	int64_t from, to;
};

struct found {
	struct span span;
	struct report_detail *detail;
};

static bool on_campaign(void *user, const struct campaign *c)
{
	struct found *f = user;
	f->span = (struct span){ c->started_at, c->ended_at };
	f->detail->estimate_from = c->estimate_from;
	f->detail->estimate_to = c->estimate_to;
	f->detail->ended_at = c->ended_at;
	return true;
}

static bool on_bucket(void *user, const struct campaign_bucket *b)
{
	struct report_detail *r = user;
	int64_t i = (b->at - r->buckets[0].at) / r->step_ms;
	if (i < 0 || i >= (int64_t)r->n_buckets)
		return true;
	r->buckets[i].sent += b->sent;
	r->buckets[i].delivered += b->delivered;
	r->buckets[i].failed += b->failed;
	return true;
}

static bool on_sim(void *user, const struct campaign_sim *s)
{
	struct report_detail *r = user;
	r->sims[r->n_sims++] = (struct report_sim){ .sim_id = s->sim_id,
		.parts = s->parts,
		.delivered = s->delivered,
		.failed = s->failed,
		.money = s->money };
	return r->n_sims < REPORT_SIMS_MAX;
}

static bool on_cause(void *user, const struct campaign_cause *c)
{
	struct report_detail *r = user;
	struct report_cause *out = &r->causes[r->n_causes++];
	char text[200];
	*out = (struct report_cause){ .n = c->n };
	/* Shown: what is too long may be cut. */
	(void)str_copy(out->cause, sizeof(out->cause), c->cause);
	(void)str_copy(
		out->text, sizeof(out->text), cause_text(c->cause, text, sizeof(text)));
	return r->n_causes < REPORT_CAUSES_MAX;
}

static bool on_plan(void *user, const struct plan *plan)
{
	(void)str_copy(user, sizeof(plan->currency), plan->currency);
	return true;
}

/* A SIM of the bank: the plan of the one in the report, if it has one. */
struct contract {
	int64_t sim_id, plan_id;
};

static bool on_contract(void *user, const struct sim *sim, const struct sim_usage *today)
{
	struct contract *c = user;
	(void)today;
	if (sim->id == c->sim_id)
		c->plan_id = sim->plan_id;
	return sim->id != c->sim_id;
}

/* Names and currencies decorate: what cannot be read is left out. */
static void name_sims(struct office *o, struct report_detail *r)
{
	for (size_t i = 0; i < r->n_sims; i++) {
		struct report_sim *sim = &r->sims[i];
		struct contract contract = { .sim_id = sim->sim_id };
		office_sim_name(o, sim->sim_id, sim->name, sizeof(sim->name));
		(void)sim_each(o->store, office_now(o), on_contract, &contract);
		if (contract.plan_id)
			(void)plan_get(
				o->store, contract.plan_id, on_plan, sim->currency);
	}
}

static void lay_out(struct report_detail *r, struct span span, int64_t now)
{
	int64_t to = span.to ? span.to : now;
	size_t i = 0;
	while (i + 1 < sizeof(steps_ms) / sizeof(steps_ms[0]) &&
		(to - span.from) / steps_ms[i] + 2 > REPORT_BUCKETS_MAX)
		i++;
	r->step_ms = steps_ms[i];
	int64_t first = span.from - span.from % r->step_ms;
	for (int64_t at = first; at <= to && r->n_buckets < REPORT_BUCKETS_MAX;
		at += r->step_ms)
		r->buckets[r->n_buckets++].at = at;
}

enum err reports_detail(struct office *o, int64_t campaign_id, struct report_detail *out)
{
	struct found found = { .detail = out };
	memset(out, 0, sizeof(*out));
	enum err err = campaign_get(o->store, campaign_id, on_campaign, &found);
	if (!err && found.span.from) {
		lay_out(out, found.span, office_now(o));
		struct campaign_timeline timeline = { .campaign_id = campaign_id,
			.from = out->buckets[0].at,
			.step_ms = out->step_ms };
		err = campaign_timeline(o->store, &timeline, on_bucket, out);
	}
	if (!err)
		err = campaign_by_sim(o->store, campaign_id, on_sim, out);
	if (!err)
		err = campaign_causes(o->store, campaign_id, on_cause, out);
	name_sims(o, out);
	return err ? office_fail(o, err, "such campaign") : ERR_OK;
}
