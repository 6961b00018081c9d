#include "firmware/office/forecast/forecast_bank.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/tz.h"
#include "firmware/office/bank/lines.h"
#include "firmware/office/office_internal.h"
#include "firmware/store/source.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define MONTH_MS (30 * DAY_MS)
#define FAST_MS 1000 /* a submit of a modem that was never measured */
#define SLOW_MS 8000
#define LATE 1.3 /* slower than measured, when it goes slowly */

/* ---- the SIMs ---- */

static const struct plan *find_plan(const struct dispatch_config *c, int64_t id)
{
	for (size_t i = 0; i < c->n_plans; i++) {
		if (c->plans[i].id == id)
			return &c->plans[i];
	}
	return NULL;
}

static bool on_line(void *user, const struct line_view *v)
{
	struct forecast_bank *b = user;
	if (v->can_send)
		b->lines[b->n_lines++] = (struct forecast_line){ .sim = v->sim,
			.plan = find_plan(&b->config, v->sim.plan_id) };
	return b->n_lines < SIMULATE_LINES_MAX;
}

static enum err read_usage(struct office *o, struct forecast_line *line, int64_t now)
{
	const struct plan *p = line->plan;
	const struct tz *tz = p && p->time_zone[0] ? tz_find(p->time_zone) : NULL;
	tz = tz ? tz : tz_default();
	line->now = now;
	if (!p)
		return ERR_OK;
	const struct dispatch_since since = { .hour = now - HOUR_MS,
		.day = tz_day_start(tz, now),
		.month = tz_month_start(tz, now, p->reset_day) };
	line->day_end = tz_day_end(tz, now);
	line->month_end = tz_month_end(tz, now, p->reset_day);
	return dispatch_used_read(o->store, line->sim.id, &since, &line->used);
}

/* One that was never measured is as the others are; where none was, anything goes. */
static void set_speeds(struct forecast_bank *b)
{
	double sum = 0, n = 0;
	for (size_t i = 0; i < b->n_lines; i++) {
		sum += b->lines[i].sim.submit_ms;
		n += b->lines[i].sim.submit_ms > 0;
	}
	b->is_measured = b->n_lines > 0 && n >= (double)b->n_lines;
	for (size_t i = 0; i < b->n_lines; i++) {
		struct forecast_line *l = &b->lines[i];
		uint32_t ms = l->sim.submit_ms ? l->sim.submit_ms
			      : n > 0	       ? (uint32_t)(sum / n)
					       : 0;
		l->fast_ms = ms ? ms : FAST_MS;
		l->slow_ms = ms ? (uint32_t)(ms * LATE) : SLOW_MS;
		b->rate_per_min += 60000.0 / (ms ? ms : LINES_UNMEASURED_MS);
	}
}

static void set_reserve(struct forecast_bank *b)
{
	double kept = b->config.reserve;
	double all = (double)b->n_lines;
	if (b->config.is_reserve_share)
		kept = (double)(int64_t)(all * kept / 100 + 0.999);
	b->promotional_share = all > 0 && kept < all ? (all - kept) / all : 0;
}

static enum err read_lines(struct office *o, struct forecast_bank *b)
{
	enum err err = lines_sims(o, on_line, b);
	for (size_t i = 0; i < b->n_lines && !err; i++) {
		err = read_usage(o, &b->lines[i], b->now);
		if (err)
			return office_fail(o, err, "SIM");
	}
	set_speeds(b);
	set_reserve(b);
	return err;
}

/* ---- what waits ---- */

struct reading {
	struct office *o;
	struct forecast_bank *b;
	enum err err;
};

static double parts_waiting(const struct message_tally *t)
{
	return (double)(t->parts[MESSAGE_HELD] + t->parts[MESSAGE_QUEUED] +
			t->parts[MESSAGE_SENDING]);
}

static bool on_running(void *user, const struct campaign *c)
{
	struct reading *r = user;
	struct campaign_report report;
	int64_t n = 0, parts = 0;
	if (c->start_at > r->b->now)
		return true;
	r->err = campaign_progress(r->o->store, c->id, &report);
	if (r->err)
		return false;
	for (int i = 0; i < MESSAGE_STATE_COUNT; i++) {
		n += report.tally.n[i];
		parts += report.tally.parts[i];
	}
	double each = n ? (double)parts / (double)n : 1;
	struct forecast_waiting *w = &r->b->waiting[r->b->n_waiting++];
	const struct forecast_quota *q =
		forecast_bank_quota(r->b, source_of_campaign(c->id));
	*w = (struct forecast_waiting){ .campaign_id = c->id,
		.class = c->class,
		.parts = parts_waiting(&report.tally) + each * (double)report.remaining };
	if (q) /* the same size */
		(void)str_copy(w->group, sizeof(w->group), q->quota.group);
	return r->b->n_waiting < FORECAST_WAITING_MAX;
}

static enum err read_waiting(struct office *o, struct forecast_bank *b)
{
	const struct campaign_query running = { .state = CAMPAIGN_RUNNING,
		.max = FORECAST_WAITING_MAX - 1 };
	struct reading r = { o, b, ERR_OK };
	struct message_tally tally;
	enum err err = message_count(o->store, 0, &tally);
	if (err)
		return err;
	/* Those of no campaign: codes, alerts and answers go before any campaign. */
	b->waiting[b->n_waiting++] = (struct forecast_waiting){ .class = CLASS_ALERT,
		.parts = parts_waiting(&tally) - (double)tally.parts[MESSAGE_HELD] };
	err = campaign_list(o->store, &running, on_running, &r);
	return err ? err : r.err;
}

/* ---- senders' limits ---- */

static enum err read_quotas(struct office *o, struct forecast_bank *b)
{
	const struct tz *tz = tz_default();
	size_t n = b->config.n_quotas;
	enum err err = ERR_OK;
	b->quotas = calloc(n ? n : 1, sizeof(*b->quotas));
	if (!b->quotas)
		return ERR_MEM;
	for (size_t i = 0; i < n && !err; i++) {
		struct forecast_quota *q = &b->quotas[b->n_quotas++];
		struct quota_usage day = { 0, 0 }, all = { 0, 0 };
		q->quota = b->config.quotas[i];
		bool is_campaign = source_kind(q->quota.source) == SOURCE_IS_CAMPAIGN;
		q->day_end = tz_day_end(tz, b->now);
		q->month_end = is_campaign ? 0 : tz_month_end(tz, b->now, 1);
		if (q->quota.per_day)
			err = quota_usage_read(o->store, q->quota.source,
				tz_day_start(tz, b->now), &day);
		if (!err && q->quota.budget)
			err = quota_usage_read(o->store, q->quota.source,
				is_campaign ? 0 : tz_month_start(tz, b->now, 1), &all);
		q->day_parts = day.parts;
		q->money = all.money;
	}
	return err;
}

enum err forecast_bank_read(struct office *o, struct forecast_bank **out)
{
	struct forecast_bank *b = calloc(1, sizeof(*b));
	if (!b)
		return office_fail(o, ERR_MEM, "estimate");
	b->now = office_now(o);
	enum err err = dispatch_config_read(o->store, &b->config);
	if (!err)
		err = read_quotas(o, b);
	if (!err)
		err = read_waiting(o, b);
	if (err)
		err = office_fail(o, err, "estimate");
	else
		err = read_lines(o, b);
	if (err)
		forecast_bank_free(b);
	else
		*out = b;
	return err;
}

void forecast_bank_free(struct forecast_bank *b)
{
	if (!b)
		return;
	dispatch_config_free(&b->config);
	free(b->quotas);
	free(b);
}

unsigned forecast_bank_sims(const struct forecast_bank *b)
{
	return (unsigned)b->n_lines;
}

bool forecast_bank_is_measured(const struct forecast_bank *b)
{
	return b->is_measured;
}

double forecast_bank_rate(const struct forecast_bank *b)
{
	return b->rate_per_min;
}

const struct plan_price *forecast_bank_price(
	const struct forecast_bank *b, int64_t plan_id, int64_t route_id)
{
	for (size_t i = 0; i < b->config.n_prices; i++) {
		const struct plan_price *p = &b->config.prices[i];
		if (p->plan_id == plan_id && p->route_id == route_id)
			return p;
	}
	return NULL;
}

const struct forecast_quota *forecast_bank_quota(
	const struct forecast_bank *b, int64_t source)
{
	for (size_t i = 0; i < b->n_quotas; i++) {
		if (b->quotas[i].quota.source == source)
			return &b->quotas[i];
	}
	return NULL;
}

/* ---- for the simulation ---- */

static void add_cap(struct simulate_line *out, struct simulate_cap cap)
{
	cap.left = cap.left > 0 ? cap.left : 0;
	if (out->n_caps < SIMULATE_CAPS_MAX)
		out->caps[out->n_caps++] = cap;
}

static double left(int64_t max, int64_t used)
{
	return (double)(max - used);
}

void forecast_line_make(
	const struct forecast_line *line, bool is_late, struct simulate_line *out)
{
	int64_t now = line->now;
	const struct plan *p = line->plan;
	const struct dispatch_used *u = &line->used;
	*out = (struct simulate_line){ .per_ms = 1.0 / (is_late ? line->slow_ms
								: line->fast_ms) };
	if (!p)
		return;
	if (p->per_minute && (double)p->per_minute / 60000.0 < out->per_ms) {
		out->per_ms = (double)p->per_minute / 60000.0;
		out->is_minute_limited = true;
	}
	/* What the last hour holds goes out of it between now and in an hour. */
	if (p->per_hour)
		add_cap(out, (struct simulate_cap){ SIMULATE_HOUR,
				     left(p->per_hour, is_late ? u->hour : 0),
				     (double)p->per_hour, now + HOUR_MS, HOUR_MS });
	if (p->per_day)
		add_cap(out,
			(struct simulate_cap){ SIMULATE_DAY, left(p->per_day, u->day),
				(double)p->per_day, line->day_end, DAY_MS });
	if (p->per_month)
		add_cap(out, (struct simulate_cap){ SIMULATE_MONTH,
				     left(p->per_month, u->month), (double)p->per_month,
				     line->month_end, MONTH_MS });
	if (p->bundle_month > u->month)
		out->bundle = left(p->bundle_month, u->month);
	if (p->is_bundle_only)
		add_cap(out,
			(struct simulate_cap){ SIMULATE_BUNDLE, out->bundle,
				(double)p->bundle_month, line->month_end, MONTH_MS });
}

void forecast_line_money(const struct forecast_line *line,
	const struct forecast_mean *mean, struct simulate_line *out)
{
	const struct plan *p = line->plan;
	const struct dispatch_used *u = &line->used;
	if (!p)
		return;
	if (p->spend_month && mean->price > 0)
		add_cap(out, (struct simulate_cap){ SIMULATE_SPEND,
				     left(p->spend_month, u->money_month) / mean->price +
					     out->bundle,
				     (double)p->spend_month / mean->price,
				     line->month_end, MONTH_MS });
	if (p->has_balance_floor && line->sim.balance_at && mean->price > 0)
		add_cap(out,
			(struct simulate_cap){ SIMULATE_BALANCE,
				left(line->sim.balance, p->balance_floor) / mean->price +
					out->bundle,
				0, 0, 0 });
	/* At worst every number is new to the SIM. */
	if (p->recipients_month && mean->is_late)
		add_cap(out, (struct simulate_cap){ SIMULATE_RECIPIENTS,
				     left(p->recipients_month, u->recipients_month) *
					     mean->parts,
				     (double)p->recipients_month * mean->parts,
				     line->month_end, MONTH_MS });
}

size_t forecast_quota_caps(
	const struct forecast_quota *q, double price, struct simulate_cap *out)
{
	size_t n = 0;
	if (q->quota.per_day)
		out[n++] = (struct simulate_cap){ SIMULATE_QUOTA_DAY,
			left(q->quota.per_day, q->day_parts), (double)q->quota.per_day,
			q->day_end, DAY_MS };
	if (q->quota.budget && price > 0)
		out[n++] = (struct simulate_cap){ SIMULATE_QUOTA_BUDGET,
			left(q->quota.budget, q->money) / price,
			(double)q->quota.budget / price, q->month_end,
			q->month_end ? MONTH_MS : 0 };
	for (size_t i = 0; i < n; i++)
		out[i].left = out[i].left > 0 ? out[i].left : 0;
	return n;
}
