#include "firmware/office/campaign/feeder.h"

#include <stdlib.h>
#include <string.h>

#define LOG_MODULE "feeder"
#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "firmware/base/tz.h"
#include "firmware/office/campaign/feed_times.h"
#include "firmware/office/bank/lines.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/campaign/recipient.h"
#include "firmware/store/campaign.h"
#include "firmware/store/source.h"

#define CAMPAIGNS_MAX 64 /* fed or settled in one turn; the newest */
#define SETTLE_MAX 500	 /* messages a transaction: under 20 ms */
#define COLLECT_MS 8	 /* of a transaction, for reading and rendering */
#define LATER_RETRY_MS 60000
#define TEXTS_MAX (FEEDER_STEP_MAX * (TEMPLATE_TEXT_MAX + 1))

struct fed_campaign {
	struct campaign c; /* without its texts */
	struct feed_times times;
};

struct turn {
	struct office *o;
	size_t n;
	struct fed_campaign campaigns[CAMPAIGNS_MAX];
};

static bool on_campaign(void *user, const struct campaign *c)
{
	struct turn *t = user;
	struct campaign *out = &t->campaigns[t->n++].c;
	*out = *c;
	out->name = out->text = out->topic = out->created_by = NULL;
	return t->n < CAMPAIGNS_MAX;
}

static enum err find_campaigns(struct turn *t, enum campaign_state state)
{
	struct campaign_query query = { .state = (int)state, .max = CAMPAIGNS_MAX };
	if (t->n == CAMPAIGNS_MAX)
		return ERR_OK;
	query.max = CAMPAIGNS_MAX - t->n;
	enum err err = campaign_list(t->o->store, &query, on_campaign, t);
	return err ? office_fail(t->o, err, "campaign") : ERR_OK;
}

/* ---- settling: what waits follows the campaign's state ---- */

static bool is_settled(enum campaign_state state, const struct message_tally *tally)
{
	switch (state) {
	case CAMPAIGN_RUNNING:
		return tally->n[MESSAGE_HELD] == 0;
	case CAMPAIGN_PAUSED:
		return tally->n[MESSAGE_QUEUED] == 0;
	case CAMPAIGN_CANCELLED:
		return tally->n[MESSAGE_HELD] + tally->n[MESSAGE_QUEUED] == 0;
	case CAMPAIGN_DRAFT:
	case CAMPAIGN_DONE:
		return true;
	}
	return true;
}

static enum err settle(
	struct office *o, const struct fed_campaign *c, struct feeder_result *out)
{
	struct message_tally tally;
	size_t n = 0;
	enum err err = message_count(o->store, c->c.id, &tally);
	if (err || is_settled(c->c.state, &tally))
		return err ? office_fail(o, err, "campaign") : ERR_OK;
	err = campaign_settle_step(o->store, c->c.id, SETTLE_MAX, &n);
	if (err)
		return office_fail(o, err, "campaign");
	out->settled += n;
	if (n) {
		out->has_more = true;
		hub_tell(o->hub, HUB_CAMPAIGN, c->c.id);
		office_wake(o, OFFICE_WAKE_RADIO);
	}
	return ERR_OK;
}

/* ---- feeding ---- */

struct step {
	struct office *o;
	const struct fed_campaign *c;
	struct template text;
	char *source; /* what text points into */
	struct recipient_rule rule;
	struct destinations *where;
	uint64_t until_ms;
	size_t n;
	struct buf texts;
	size_t start[FEEDER_STEP_MAX]; /* of each text; buf may move while it grows */
	struct campaign_row rows[FEEDER_STEP_MAX];
	struct copied {
		char msisdn[20], country[4], time_zone[TZ_NAME_SIZE];
	} of[FEEDER_STEP_MAX];
};

static bool on_text(void *user, const struct campaign *c)
{
	char **out = user;
	*out = strdup(c->text);
	return true;
}

/* What a row needs of its contact, which goes when the reading goes on. */
static void copy_contact(struct copied *of, const struct contact *c)
{
	/* Each fits, or is as good as not known. */
	(void)str_copy(of->msisdn, sizeof(of->msisdn), c->msisdn);
	(void)str_copy(of->country, sizeof(of->country), c->country);
	(void)str_copy(of->time_zone, sizeof(of->time_zone), c->time_zone);
}

static bool on_member(void *user, const struct campaign_member *member)
{
	struct step *s = user;
	struct preview_size size = { .encoding = MESSAGE_GSM7 };
	struct campaign_row *row = &s->rows[s->n];
	size_t start = s->texts.len;
	*row = (struct campaign_row){ .contact_id = member->contact.id,
		.reason = recipient_decide(&s->rule, member, &s->texts, &size) };
	if (row->reason == SKIP_NONE && s->c->times.is_ended)
		row->reason = SKIP_TOO_LATE;
	if (row->reason == SKIP_NONE) {
		buf_putc(&s->texts, '\0');
		copy_contact(&s->of[s->n], &member->contact);
		row->message = (struct message){ .state = MESSAGE_QUEUED,
			.class = s->c->c.class,
			.encoding = size.encoding,
			.parts = size.parts,
			.national = size.national,
			.source = source_of_campaign(s->c->c.id),
			.campaign_id = s->c->c.id,
			.contact_id = member->contact.id,
			.list_id = s->c->c.list_id,
			.msisdn = s->of[s->n].msisdn,
			.cause = "" };
	}
	s->start[s->n++] = start;
	return s->n < FEEDER_STEP_MAX && clock_mono_ms(s->o->clock) < s->until_ms;
}

/* Where each goes and when, in the order of the list. */
static enum err place_rows(struct step *s)
{
	enum err err = ERR_OK;
	size_t turn = 0;
	for (size_t i = 0; i < s->n && !err; i++) {
		struct campaign_row *row = &s->rows[i];
		if (row->reason != SKIP_NONE)
			continue;
		const struct feed_place place = { s->of[i].country, s->of[i].time_zone };
		row->message.text = s->texts.data + s->start[i];
		err = feed_times_due(
			s->o, &s->c->c, &s->c->times, turn++, &row->message.due_at);
		if (!err)
			err = feed_times_place(
				s->o, &s->c->c, &place, &row->message, &row->reason);
	}
	return err;
}

/* In the transaction: reads members, decides, writes. Consent and suppression are thus
 * those of the commit. */
static enum err put_step(struct step *s, struct campaign_feed *feed)
{
	enum err err = campaign_feed_next(s->o->store, feed, on_member, s);
	if (err || s->n == 0)
		return err;
	if (!buf_ok(&s->texts))
		return ERR_MEM;
	err = place_rows(s);
	return err ? err : campaign_feed_put(s->o->store, feed, s->rows, s->n);
}

static enum err run_step(struct step *s, struct campaign_feed *feed)
{
	bool own;
	s->until_ms = clock_mono_ms(s->o->clock) + COLLECT_MS;
	enum err err = office_enter(s->o, &own);
	if (err)
		return err;
	err = put_step(s, feed);
	if (!err)
		office_wake(s->o, OFFICE_WAKE_RADIO);
	if (err && err != ERR_BUSY)
		(void)office_fail(s->o, err, "campaign");
	return office_leave(s->o, own, err);
}

static bool on_position(void *user, const struct campaign *c)
{
	struct campaign_feed *feed = user;
	feed->after = c->fed_after;
	return true;
}

/* One step; *out_n members were looked at, 0: none is left. */
static enum err feed(
	struct office *o, const struct fed_campaign *c, size_t max, size_t *out_n)
{
	struct campaign_feed at = { .campaign_id = c->c.id,
		.max = max < FEEDER_STEP_MAX ? max : FEEDER_STEP_MAX };
	struct template_fault fault;
	struct step *s = calloc(1, sizeof(*s));
	*out_n = 0;
	if (!s)
		return office_fail(o, ERR_MEM, "campaign");
	s->o = o;
	s->c = c;
	buf_init(&s->texts, TEXTS_MAX);
	enum err err = campaign_get(o->store, c->c.id, on_text, &s->source);
	if (!err)
		err = destinations_load(o, &s->where);
	s->rule = (struct recipient_rule){ &s->text, c->c.class, s->where };
	if (!err)
		err = campaign_get(o->store, c->c.id, on_position, &at);
	/* It was parsed when it was taken in; a text that does not parse feeds nobody. */
	if (!err && (!s->source || template_parse(s->source, strlen(s->source), &s->text,
					   &fault)))
		err = ERR_INPUT;
	if (err)
		(void)office_fail(o, err, "campaign");
	if (!err)
		err = run_step(s, &at);
	/* Paused, cancelled or fed by another process meanwhile: nothing happened. */
	*out_n = err ? 0 : s->n;
	buf_fini(&s->texts);
	destinations_free(s->where);
	free(s->source);
	free(s);
	return err;
}

static enum err finish(struct office *o, const struct fed_campaign *c)
{
	enum err err = campaign_finish(o->store, c->c.id);
	if (err == ERR_BUSY) /* paused or cancelled in between */
		return ERR_OK;
	if (err)
		return office_fail(o, err, "campaign");
	log_info("campaign=%lld state=done", (long long)c->c.id);
	return ERR_OK;
}

/* Messages that one campaign should have waiting: its share of ten minutes. */
static int64_t share(const struct lines_speed *speed, size_t running)
{
	double ahead = speed->rate_per_min * FEEDER_AHEAD_MS / 60000.0;
	int64_t n = (int64_t)(ahead / (double)(running ? running : 1));
	return n > FEEDER_AHEAD_MIN ? n : FEEDER_AHEAD_MIN;
}

static void look_again(struct feeder_result *out, int64_t ms)
{
	if (out->retry_ms < 0 || ms < out->retry_ms)
		out->retry_ms = ms;
}

/* Room for new messages is worth a step only when a good part of it is free: else every
 * sent message would cost a transaction of its own. */
static bool wants_step(const struct feed_times *t)
{
	return t->is_ended ||
	       (t->soon <= t->want - t->want / 10 && t->later < FEED_LATER_MAX);
}

static enum err serve_step(
	struct office *o, const struct fed_campaign *c, struct feeder_result *out)
{
	const struct feed_times *t = &c->times;
	size_t n = 0;
	int64_t missing = t->is_ended ? FEEDER_STEP_MAX : t->want - t->soon;
	enum err err = feed(o, c, missing > 0 ? (size_t)missing : 1, &n);
	if (err == ERR_BUSY) {
		look_again(out, 100); /* the store is busy, or the campaign changed */
		return ERR_OK;
	}
	if (err)
		return err;
	out->fed += n;
	out->has_more = out->has_more || n > 0;
	return n == 0 && t->soon + t->later == 0 ? finish(o, c) : ERR_OK;
}

static enum err serve(
	struct office *o, struct fed_campaign *c, int64_t want, struct feeder_result *out)
{
	int64_t now = office_now(o);
	enum err err = feed_times_find(o, &c->c, want, &c->times);
	if (err)
		return err;
	if (c->times.wait_ms > 0) {
		look_again(out, c->times.wait_ms);
		return ERR_OK;
	}
	if (c->c.end_at > now)
		look_again(out, c->c.end_at - now);
	if (wants_step(&c->times))
		err = serve_step(o, c, out);
	else if (c->times.later >= FEED_LATER_MAX)
		look_again(out, LATER_RETRY_MS);
	hub_tell(o->hub, HUB_CAMPAIGN, c->c.id);
	return err;
}

static enum err serve_all(struct turn *t, struct feeder_result *out)
{
	struct lines_speed speed;
	enum err err = lines_speed(t->o, &speed);
	int64_t want = share(&speed, t->n);
	for (size_t i = 0; i < t->n && !err; i++)
		err = serve(t->o, &t->campaigns[i], want, out);
	return err;
}

enum err feeder_run(struct office *o, struct feeder_result *out)
{
	static const enum campaign_state settled[] = { CAMPAIGN_CANCELLED,
		CAMPAIGN_PAUSED, CAMPAIGN_RUNNING };
	struct turn t = { .o = o };
	enum err err = ERR_OK;
	*out = (struct feeder_result){ .retry_ms = -1 };
	for (size_t i = 0; i < sizeof(settled) / sizeof(settled[0]) && !err; i++) {
		t.n = 0;
		err = find_campaigns(&t, settled[i]);
		for (size_t k = 0; k < t.n && !err; k++)
			err = settle(o, &t.campaigns[k], out);
	}
	/* The running ones are those found last. */
	return err ? err : serve_all(&t, out);
}
