#include "firmware/office/feeder.h"

#include <stdlib.h>
#include <string.h>

#define LOG_MODULE "feeder"
#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "firmware/office/lines.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/recipient.h"
#include "firmware/store/campaign.h"

#define CAMPAIGNS_MAX 64 /* fed or settled in one turn; the newest */
#define SETTLE_MAX 500	 /* messages a transaction: under 20 ms */
#define COLLECT_MS 8	 /* of a transaction, for reading and rendering */
#define TEXTS_MAX (FEEDER_STEP_MAX * (TEMPLATE_TEXT_MAX + 1))

struct fed_campaign {
	int64_t id, list_id;
	enum campaign_state state;
	enum message_class class;
};

struct turn {
	struct office *o;
	size_t n;
	struct fed_campaign campaigns[CAMPAIGNS_MAX];
};

static bool on_campaign(void *user, const struct campaign *c)
{
	struct turn *t = user;
	t->campaigns[t->n++] =
		(struct fed_campaign){ c->id, c->list_id, c->state, c->class };
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
	enum err err = message_count(o->store, c->id, &tally);
	if (err || is_settled(c->state, &tally))
		return err ? office_fail(o, err, "campaign") : ERR_OK;
	err = campaign_settle_step(o->store, c->id, SETTLE_MAX, &n);
	if (err)
		return office_fail(o, err, "campaign");
	out->settled += n;
	if (n) {
		out->has_more = true;
		hub_tell(o->hub, HUB_CAMPAIGN, c->id);
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
	char msisdn[FEEDER_STEP_MAX][20];
};

static bool on_text(void *user, const struct campaign *c)
{
	char **out = user;
	*out = strdup(c->text);
	return true;
}

static bool on_member(void *user, const struct campaign_member *member)
{
	struct step *s = user;
	struct preview_size size = { .encoding = MESSAGE_GSM7 };
	struct campaign_row *row = &s->rows[s->n];
	size_t start = s->texts.len;
	*row = (struct campaign_row){ .contact_id = member->contact.id,
		.reason = recipient_decide(&s->rule, member, &s->texts, &size) };
	if (row->reason == SKIP_NONE) {
		buf_putc(&s->texts, '\0');
		(void)str_copy(s->msisdn[s->n], sizeof(s->msisdn[0]),
			member->contact.msisdn); /* E.164 fits */
		row->message = (struct message){ .state = MESSAGE_QUEUED,
			.class = s->c->class,
			.encoding = size.encoding,
			.parts = size.parts,
			.national = size.national,
			.source = s->c->id,
			.campaign_id = s->c->id,
			.contact_id = member->contact.id,
			.list_id = s->c->list_id,
			.msisdn = s->msisdn[s->n],
			.cause = "",
			.due_at = office_now(s->o) };
	}
	s->start[s->n++] = start;
	return s->n < FEEDER_STEP_MAX && clock_mono_ms(s->o->clock) < s->until_ms;
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
	for (size_t i = 0; i < s->n; i++) {
		if (s->rows[i].reason == SKIP_NONE)
			s->rows[i].message.text = s->texts.data + s->start[i];
	}
	return campaign_feed_put(s->o->store, feed, s->rows, s->n);
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
	struct campaign_feed at = { .campaign_id = c->id,
		.max = max < FEEDER_STEP_MAX ? max : FEEDER_STEP_MAX };
	struct template_fault fault;
	struct step *s = calloc(1, sizeof(*s));
	*out_n = 0;
	if (!s)
		return office_fail(o, ERR_MEM, "campaign");
	s->o = o;
	s->c = c;
	buf_init(&s->texts, TEXTS_MAX);
	enum err err = campaign_get(o->store, c->id, on_text, &s->source);
	if (!err)
		err = destinations_load(o, &s->where);
	s->rule = (struct recipient_rule){ &s->text, c->class, s->where };
	if (!err)
		err = campaign_get(o->store, c->id, on_position, &at);
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

static int64_t waiting(const struct message_tally *tally)
{
	return tally->n[MESSAGE_HELD] + tally->n[MESSAGE_QUEUED] +
	       tally->n[MESSAGE_SENDING];
}

static enum err finish(struct office *o, const struct fed_campaign *c)
{
	enum err err = campaign_finish(o->store, c->id);
	if (err == ERR_BUSY) /* paused or cancelled in between */
		return ERR_OK;
	if (err)
		return office_fail(o, err, "campaign");
	log_info("campaign=%lld state=done", (long long)c->id);
	return ERR_OK;
}

/* Messages that one campaign should have waiting: its share of ten minutes. */
static int64_t share(const struct lines_speed *speed, size_t running)
{
	double ahead = speed->rate_per_min * FEEDER_AHEAD_MS / 60000.0;
	int64_t n = (int64_t)(ahead / (double)(running ? running : 1));
	return n > FEEDER_AHEAD_MIN ? n : FEEDER_AHEAD_MIN;
}

static enum err serve(struct office *o, const struct fed_campaign *c, int64_t want,
	struct feeder_result *out)
{
	struct message_tally tally;
	size_t n = 0;
	enum err err = message_count(o->store, c->id, &tally);
	if (err)
		return office_fail(o, err, "campaign");
	int64_t missing = want - waiting(&tally);
	if (missing <= 0)
		return ERR_OK;
	err = feed(o, c, (size_t)missing, &n);
	if (err == ERR_BUSY) {
		out->retry_ms = 100; /* the store is busy, or the campaign changed */
		return ERR_OK;
	}
	if (err)
		return err;
	out->fed += n;
	out->has_more = out->has_more || n > 0;
	return n == 0 && waiting(&tally) == 0 ? finish(o, c) : ERR_OK;
}

/* Room for new messages is worth a step only when a good part of it is free: else every
 * sent message would cost a transaction of its own. */
static bool wants_step(int64_t want, const struct message_tally *tally)
{
	return waiting(tally) <= want - want / 10;
}

static enum err serve_all(struct turn *t, struct feeder_result *out)
{
	struct lines_speed speed;
	enum err err = lines_speed(t->o, &speed);
	int64_t want = share(&speed, t->n);
	for (size_t i = 0; i < t->n && !err; i++) {
		struct message_tally tally;
		err = message_count(t->o->store, t->campaigns[i].id, &tally);
		if (err)
			return office_fail(t->o, err, "campaign");
		if (wants_step(want, &tally))
			err = serve(t->o, &t->campaigns[i], want, out);
		hub_tell(t->o->hub, HUB_CAMPAIGN, t->campaigns[i].id);
	}
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
