#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/campaigns.h"
#include "firmware/office/contact_values.h"
#include "firmware/office/eta.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/recipient.h"
#include "firmware/store/list.h"

#define CHUNK 4000 /* members a read: a long one would keep the log from shrinking */

struct estimating {
	struct estimate *e;
	struct recipient_rule rule;
	struct destinations *where;
	struct buf text;
	int64_t after;
	size_t n; /* of this chunk */
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
static void scale(struct estimate *e, int64_t members)
{
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
	e->recipients = members;
}

static enum err add_times(struct office *o, struct estimate *e)
{
	struct lines_speed speed;
	struct message_tally all;
	struct eta eta;
	enum err err = lines_speed(o, &speed);
	if (err)
		return err;
	err = message_count(o->store, -1, &all);
	if (err)
		return office_fail(o, err, "queue");
	int64_t ahead = all.parts[MESSAGE_QUEUED] + all.parts[MESSAGE_SENDING];
	eta_of_parts(e->parts_total, ahead, &speed, &eta);
	e->sims = speed.sims;
	e->rate_per_min = speed.rate_per_min;
	e->is_rate_measured = speed.sims > 0 && speed.unmeasured == 0;
	if (!eta.is_known)
		return ERR_OK;
	e->seconds_from = (eta.from_ms + 999) / 1000;
	e->seconds_to = (eta.to_ms + 999) / 1000;
	e->done_from = office_now(o) + eta.from_ms;
	e->done_to = office_now(o) + eta.to_ms;
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
	scale(x->e, count.members);
	return add_times(o, x->e);
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
