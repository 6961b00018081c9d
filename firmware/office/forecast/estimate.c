#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/campaign/campaigns.h"
#include "firmware/office/people/contact_values.h"
#include "firmware/office/forecast/forecast.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/campaign/recipient.h"
#include "firmware/store/list.h"

#define CHUNK 4000 /* members a read: a long one would keep the log from shrinking */

struct estimating {
	struct estimate *e;
	struct recipient_rule rule;
	struct destinations *where;
	struct buf text;
	int64_t after;
	size_t n;	      /* of this chunk */
	size_t n_flows, flow; /* flow: that of the member before */
	struct forecast_flow flows[FORECAST_FLOWS_MAX];
	char *campaign_text;
	struct campaign c;
};

static void take_sample(struct estimate *e, const struct contact *c,
	const struct buf *text, uint16_t parts)
{
	struct estimate_sample *s = &e->samples[e->n_samples];
	s->text = strdup(buf_str(text));
	if (!s->text)
		return;
	office_full_name(c->first_name, c->last_name, s->name, sizeof(s->name));
	(void)str_copy(s->to, sizeof(s->to), c->msisdn); /* a number of the store */
	s->parts = parts;
	e->n_samples++;
}

static bool is_of(
	const struct forecast_flow *f, const struct contact *c, int64_t route_id)
{
	return f->route_id == route_id && str_eq(f->country, c->country) &&
	       str_eq(f->time_zone, c->time_zone);
}

/* Those who are alike for the bank; where they are of too many kinds, the rest is counted
 * with the last. */
static void add_to_flow(
	struct estimating *x, const struct contact *c, const struct preview_size *size)
{
	const struct destination *to = destinations_find(x->where, c->msisdn, c->country);
	int64_t route_id = to ? to->route_id : 0;
	if (x->n_flows == 0 || !is_of(&x->flows[x->flow], c, route_id)) {
		x->flow = 0;
		while (x->flow < x->n_flows && !is_of(&x->flows[x->flow], c, route_id))
			x->flow++;
	}
	if (x->flow == FORECAST_FLOWS_MAX)
		x->flow--;
	struct forecast_flow *f = &x->flows[x->flow];
	if (x->flow == x->n_flows) {
		f->route_id = route_id;
		/* Each fits, or is as good as not known. */
		(void)str_copy(f->country, sizeof(f->country), c->country);
		(void)str_copy(f->time_zone, sizeof(f->time_zone), c->time_zone);
		x->n_flows++;
	}
	f->messages++;
	f->parts += size->parts;
}

static bool on_member(void *user, const struct campaign_member *member)
{
	struct estimating *x = user;
	struct estimate *e = x->e;
	struct preview_size size;
	buf_reset(&x->text);
	enum skip_reason reason = recipient_decide(&x->rule, member, &x->text, &size);
	x->after = member->contact.id;
	x->n++;
	e->recipients++;
	if (reason != SKIP_NONE) {
		e->skipped[reason]++;
		return true;
	}
	e->sendable++;
	e->parts_total += size.parts;
	add_to_flow(x, &member->contact, &size);
	if (size.encoding == MESSAGE_GSM7)
		e->gsm7++;
	else
		e->ucs2++;
	e->spread[size.parts < ESTIMATE_SPREAD_MAX ? size.parts : ESTIMATE_SPREAD_MAX]++;
	if (e->n_samples < ESTIMATE_SAMPLES)
		take_sample(e, &member->contact, &x->text, size.parts);
	return true;
}

static enum err read_members(struct office *o, int64_t id, struct estimating *x)
{
	do {
		struct campaign_feed feed = {
			.campaign_id = id, .after = x->after, .max = CHUNK
		};
		x->n = 0;
		enum err err = campaign_feed_next(o->store, &feed, on_member, x);
		if (err)
			return office_fail(o, err, "such campaign");
	} while (x->n == CHUNK && x->e->recipients < ESTIMATE_MEMBERS_MAX);
	return ERR_OK;
}

static void sum_up(struct estimate *e)
{
	int64_t seen = 0;
	for (uint16_t parts = 0; parts <= ESTIMATE_SPREAD_MAX; parts++) {
		if (!e->spread[parts])
			continue;
		if (!e->parts_min)
			e->parts_min = parts;
		e->parts_max = parts;
		if (seen * 2 < e->sendable)
			e->parts_median = parts;
		seen += e->spread[parts];
	}
}

/* A list beyond the limit is scaled up from the members read. */
static void scale(struct estimating *x, int64_t members)
{
	struct estimate *e = x->e;
	e->is_exact = members <= e->recipients;
	if (e->is_exact || !e->recipients)
		return;
	double factor = (double)members / (double)e->recipients;
	int64_t *sums[] = { &e->sendable, &e->parts_total, &e->gsm7, &e->ucs2 };
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		*sums[i] = (int64_t)((double)*sums[i] * factor);
	for (int i = 0; i < SKIP_REASON_COUNT; i++)
		e->skipped[i] = (int64_t)((double)e->skipped[i] * factor);
	for (int i = 0; i <= ESTIMATE_SPREAD_MAX; i++)
		e->spread[i] = (int64_t)((double)e->spread[i] * factor);
	for (size_t i = 0; i < x->n_flows; i++) {
		struct forecast_flow *f = &x->flows[i];
		f->messages = (int64_t)((double)f->messages * factor);
		f->parts = (int64_t)((double)f->parts * factor);
	}
	e->recipients = members;
}

static int64_t seconds_until(int64_t now, int64_t at)
{
	return at > now ? (at - now + 999) / 1000 : 0;
}

static enum err add_times(struct office *o, struct estimating *x)
{
	const struct forecast_ask ask = { &x->c, x->flows, x->n_flows };
	struct forecast_bank *bank;
	struct forecast f;
	struct estimate *e = x->e;
	int64_t now = office_now(o);
	enum err err = forecast_bank_read(o, &bank);
	if (err)
		return err;
	err = forecast_run(o, bank, &ask, &f);
	e->sims = forecast_bank_sims(bank);
	e->rate_per_min = forecast_bank_rate(bank);
	e->is_rate_measured = forecast_bank_is_measured(bank);
	forecast_bank_free(bank);
	if (err)
		return err;
	e->done_from = f.from;
	e->done_to = f.to;
	e->seconds_from = seconds_until(now, f.from);
	e->seconds_to = seconds_until(now, f.to);
	e->will_not_make = f.will_not_make;
	(void)str_copy(e->limited_by, sizeof(e->limited_by), f.limited_by); /* the same */
	e->n_costs = f.n_costs;
	memcpy(e->costs, f.costs, sizeof(e->costs));
	return ERR_OK;
}

static bool on_campaign(void *user, const struct campaign *c)
{
	struct estimating *x = user;
	x->c = *c;
	x->campaign_text = strdup(c->text);
	return true;
}

struct counting {
	int64_t members;
};

static bool on_list(void *user, const struct list *list)
{
	struct counting *c = user;
	c->members = list->members;
	return true;
}

static enum err run(struct office *o, int64_t id, struct estimating *x)
{
	struct template t;
	struct counting count = { 0 };
	enum err err = contact_values_parse(o, x->campaign_text, &t);
	if (err)
		return err;
	/* A name that nobody has leaves out everybody without a fallback: the figures say
	 * so, and the fault says why. */
	err = contact_values_check(o, &t);
	if (err && o->why.kind != REFUSAL_INVALID)
		return err;
	if (err)
		x->e->fault = o->why;
	err = destinations_load(o, &x->where);
	if (err)
		return err;
	x->rule = (struct recipient_rule){ &t, x->c.class, x->where };
	err = read_members(o, id, x);
	if (err)
		return err;
	if (x->e->recipients >= ESTIMATE_MEMBERS_MAX)
		err = list_get(o->store, x->c.list_id, on_list, &count);
	if (err)
		return office_fail(o, err, "list");
	sum_up(x->e);
	scale(x, count.members);
	return add_times(o, x);
}

enum err campaigns_estimate(struct office *o, int64_t id, struct estimate *out)
{
	struct estimating x = { .e = out };
	memset(out, 0, sizeof(*out));
	enum err err = campaign_get(o->store, id, on_campaign, &x);
	if (!err && !x.campaign_text)
		err = ERR_MEM;
	if (err) {
		free(x.campaign_text);
		return office_fail(o, err, "such campaign");
	}
	x.c.name = x.c.text = x.c.topic = x.c.created_by = NULL; /* they are gone */
	buf_init(&x.text, TEMPLATE_TEXT_MAX + 1);
	err = run(o, id, &x);
	buf_fini(&x.text);
	destinations_free(x.where);
	free(x.campaign_text);
	if (err)
		estimate_fini(out);
	return err;
}

void estimate_fini(struct estimate *e)
{
	for (size_t i = 0; i < e->n_samples; i++)
		free(e->samples[i].text);
	e->n_samples = 0;
}
