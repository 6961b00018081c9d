#include "firmware/office/campaign/feed_times.h"

#include "firmware/base/str.h"
#include "firmware/office/campaign/feeder.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/dispatch/planner.h"
#include "firmware/office/dispatch/routes.h"
#include "firmware/office/settings.h"
#include "firmware/store/quota.h"
#include "firmware/store/replan.h"
#include "firmware/store/source.h"

#define MINUTE_MS 60000.0
#define NEAR 2 /* messages that wait at least, however far apart they are */

static int64_t waiting(const struct message_tally *tally)
{
	return tally->n[MESSAGE_HELD] + tally->n[MESSAGE_QUEUED] +
	       tally->n[MESSAGE_SENDING];
}

/* A message as long as those so far, at the campaign's pace. */
static enum err pace(struct office *o, const struct campaign *c,
	const struct message_tally *tally, double *out_ms)
{
	struct quota q;
	int64_t n = 0, parts = 0;
	enum err err = quota_get(o->store, source_of_campaign(c->id), &q);
	*out_ms = 0;
	if (err || q.per_minute == 0)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	for (int i = 0; i < MESSAGE_STATE_COUNT; i++) {
		n += tally->n[i];
		parts += tally->parts[i];
	}
	double each = n ? (double)parts / (double)n : 1;
	*out_ms = MINUTE_MS * each / (double)q.per_minute;
	return ERR_OK;
}

/* The hours in which a campaign sends at home: what it is spread over. */
static enum err home_hours(
	struct office *o, const struct campaign *c, const struct hours **out)
{
	char country[4];
	enum err err = settings_country(o, country);
	const struct planner_ask ask = { .class = c->class,
		.country = country,
		.time_zone = "",
		.from = office_now(o),
		.campaign = c };
	return err ? err : planner_hours(o, &ask, out);
}

/* Evenly over the open time that is left, with those that wait already. */
static enum err spread(struct office *o, const struct campaign *c,
	const struct feed_times *t, double *out_ms)
{
	struct campaign_report r;
	const struct hours *hours;
	*out_ms = 0;
	if (!c->is_spread || !c->end_at)
		return ERR_OK;
	enum err err = campaign_progress(o->store, c->id, &r);
	if (err)
		return office_fail(o, err, "campaign");
	err = home_hours(o, c, &hours);
	if (err)
		return err;
	int64_t open = hours_open_ms(hours, office_now(o), c->end_at);
	int64_t left = r.remaining + t->soon;
	*out_ms = left > 0 ? (double)open / (double)left : 0;
	return ERR_OK;
}

static enum err count(struct office *o, const struct campaign *c,
	const struct message_tally *tally, struct feed_times *t)
{
	const struct queue_group of = { .class = c->class,
		.source = source_of_campaign(c->id) };
	int64_t all = waiting(tally);
	if (all > 0) {
		enum err err = replan_count_later(
			o->store, &of, office_now(o) + FEEDER_AHEAD_MS, &t->later);
		if (err)
			return office_fail(o, err, "campaign");
	}
	t->soon = all > t->later ? all - t->later : 0;
	return ERR_OK;
}

enum err feed_times_find(
	struct office *o, const struct campaign *c, int64_t share, struct feed_times *t)
{
	struct message_tally tally;
	double by_pace, by_spread;
	int64_t now = office_now(o);
	*t = (struct feed_times){ .want = share };
	enum err err = message_count(o->store, c->id, &tally);
	if (err)
		return office_fail(o, err, "campaign");
	t->is_ended = c->end_at && now >= c->end_at;
	t->wait_ms = c->start_at > now ? c->start_at - now : 0;
	err = count(o, c, &tally, t);
	if (!err)
		err = pace(o, c, &tally, &by_pace);
	if (!err)
		err = spread(o, c, t, &by_spread);
	if (err)
		return err;
	t->space_ms = by_pace > by_spread ? by_pace : by_spread;
	if (t->space_ms > 0 && FEEDER_AHEAD_MS / t->space_ms + NEAR < (double)t->want)
		t->want = (int64_t)(FEEDER_AHEAD_MS / t->space_ms) + NEAR;
	return ERR_OK;
}

enum err feed_times_due(struct office *o, const struct campaign *c,
	const struct feed_times *t, size_t n, int64_t *out)
{
	const struct hours *hours;
	int64_t now = office_now(o);
	int64_t ms = (int64_t)((double)(t->soon + (int64_t)n) * t->space_ms);
	*out = now + ms;
	if (!c->is_spread || ms == 0)
		return ERR_OK;
	enum err err = home_hours(o, c, &hours);
	if (!err)
		*out = hours_after(hours, now, ms);
	return err;
}

enum err feed_times_place(struct office *o, const struct campaign *c,
	const struct feed_place *place, struct message *m, enum skip_reason *out)
{
	struct routes_place to;
	struct planner_when when;
	enum err err = routes_find(o, m->msisdn, place->country, &to);
	const struct planner_ask ask = { .class = m->class,
		.country = to.country,
		.time_zone = place->time_zone,
		.from = m->due_at,
		.campaign = c };
	m->route_id = to.route_id;
	if (!err)
		err = routes_set_sim(o, m);
	if (!err)
		err = planner_when(o, &ask, &when);
	if (err)
		return err;
	m->due_at = when.due_at;
	m->pause_at = when.pause_at;
	m->expires_at = c->end_at;
	*out = when.is_never || (c->end_at && when.due_at >= c->end_at) ? SKIP_TOO_LATE
									: SKIP_NONE;
	return ERR_OK;
}
