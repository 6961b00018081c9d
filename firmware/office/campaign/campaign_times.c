#include "firmware/office/campaign/campaign_times.h"

#include "firmware/base/str.h"
#include "firmware/office/dispatch/hours.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/dispatch/quotas.h"

static enum err check_window(struct office *o, const struct campaign_schedule *s)
{
	const struct hours_rule rule = { s->from_minute, s->to_minute, s->days, true };
	bool has_none = s->from_minute < 0 && s->to_minute < 0;
	if (s->days == 0 || s->days > 127)
		return office_refuse_field(o, "days", "invalid_time",
			"It needs at least one day of the week.");
	if (has_none || hours_rule_is_valid(&rule))
		return ERR_OK;
	return office_refuse_field(o, "window", "invalid_time",
		"A window is from one time of the day to another one.");
}

static enum err check_schedule(struct office *o, const struct campaign_schedule *s)
{
	int64_t now = office_now(o), start = s->start_at > now ? s->start_at : now;
	if (s->start_at < 0 || s->end_at < 0 || (s->end_at && s->end_at <= start))
		return office_refuse_field(
			o, "end_at", "invalid_time", "It would end before it can begin.");
	if (s->is_spread && !s->end_at)
		return office_refuse_field(o, "end_at", "end_required",
			"To spread the messages over the time it needs an end.");
	return check_window(o, s);
}

static struct quota to_quota(int64_t id, const struct campaign_limits *l)
{
	struct quota q = { .source = source_of_campaign(id),
		.per_minute = l->per_minute,
		.per_day = l->per_day,
		.budget = l->budget };
	(void)str_copy(q.group, sizeof(q.group), l->group); /* the same size */
	return q;
}

enum err campaign_times_take(
	struct office *o, const struct campaign_draft *d, struct campaign *c)
{
	const struct campaign_schedule *s = d->schedule;
	if (d->limits) {
		const struct quota q = to_quota(0, d->limits);
		enum err err = quotas_check(o, &q);
		if (err)
			return err;
	}
	if (!s)
		return ERR_OK;
	c->start_at = s->start_at;
	c->end_at = s->end_at;
	c->from_minute = s->from_minute;
	c->to_minute = s->to_minute;
	c->days = s->days;
	c->is_spread = s->is_spread;
	return check_schedule(o, s);
}

enum err campaign_times_put_limits(
	struct office *o, int64_t id, const struct campaign_limits *limits)
{
	if (!limits)
		return ERR_OK;
	const struct quota q = to_quota(id, limits);
	enum err err = quota_put(o->store, &q);
	office_wake(o, OFFICE_WAKE_CONFIG);
	return err ? office_fail(o, err, "limit") : ERR_OK;
}

enum err campaign_times_get_limits(
	struct office *o, int64_t id, struct campaign_limits *out)
{
	struct quota q;
	*out = (struct campaign_limits){ .per_minute = 0 };
	enum err err = quota_get(o->store, source_of_campaign(id), &q);
	if (err)
		return err == ERR_NOTFOUND ? ERR_OK : office_fail(o, err, "limit");
	out->per_minute = q.per_minute;
	out->per_day = q.per_day;
	out->budget = q.budget;
	(void)str_copy(out->group, sizeof(out->group), q.group); /* the same size */
	return ERR_OK;
}

struct campaign_schedule campaign_times_schedule(const struct campaign *c)
{
	return (struct campaign_schedule){ .start_at = c->start_at,
		.end_at = c->end_at,
		.from_minute = c->from_minute,
		.to_minute = c->to_minute,
		.days = c->days ? c->days : 127,
		.is_spread = c->is_spread };
}

enum err campaign_times_check_start(struct office *o, const struct campaign *c)
{
	if (!c->end_at || c->end_at > office_now(o))
		return ERR_OK;
	return office_refuse_field(o, "end_at", "invalid_time",
		"The time at which it ends has come already.");
}
