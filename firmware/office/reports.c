#include "firmware/office/reports.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/cause_text.h"
#include "firmware/office/office_internal.h"
#include "firmware/store/campaign.h"

/* Steps that a person reads easily; the first that gives few enough buckets. */
static const int64_t steps_ms[] = { 60000, 300000, 600000, 1800000, 3600000,
	6 * 3600000LL, 24 * 3600000LL, 7 * 24 * 3600000LL, 365 * 24 * 3600000LL };

struct span {
	int64_t from, to;
};

static bool on_campaign(void *user, const struct campaign *c)
{
	struct span *s = user;
	s->from = c->started_at;
	s->to = c->ended_at;
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
		.failed = s->failed };
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
	struct span span = { 0, 0 };
	memset(out, 0, sizeof(*out));
	enum err err = campaign_get(o->store, campaign_id, on_campaign, &span);
	if (!err && span.from) {
		lay_out(out, span, office_now(o));
		struct campaign_timeline timeline = { .campaign_id = campaign_id,
			.from = out->buckets[0].at,
			.step_ms = out->step_ms };
		err = campaign_timeline(o->store, &timeline, on_bucket, out);
	}
	if (!err)
		err = campaign_by_sim(o->store, campaign_id, on_sim, out);
	if (!err)
		err = campaign_causes(o->store, campaign_id, on_cause, out);
	for (size_t i = 0; i < out->n_sims; i++)
		office_sim_name(o, out->sims[i].sim_id, out->sims[i].name,
			sizeof(out->sims[i].name));
	return err ? office_fail(o, err, "such campaign") : ERR_OK;
}
