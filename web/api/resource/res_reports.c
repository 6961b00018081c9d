/*
 * How a campaign went.
 */
#include "web/api/resources.h"

#include <stdlib.h>

#include "firmware/base/str.h"
#include "firmware/office/campaign/campaigns.h"
#include "firmware/office/campaign/reports.h"
#include "web/api/api.h"
#include "web/api/shapes.h"

struct report_view {
	struct campaign_report sums;
	struct report_detail detail;
};

static void write_skipped(struct json_out *j, const char *key, const void *object)
{
	const struct report_view *view = object;

	json_out_object(j, key);
	for (int reason = 1; reason < SKIP_REASON_COUNT; reason++)
		if (view->sums.skipped[reason] > 0)
			json_out_i64(j, vstr_name(skip_reason_names, reason),
				view->sums.skipped[reason]);
	json_out_object_end(j);
}

/* Who is still to be looked at counts as sendable until something speaks against it, so
 * that recipients are always the sendable and the skipped. */
static void write_sendable(struct json_out *j, const char *key, const void *object)
{
	const struct report_view *view = object;

	json_out_i64(j, key, view->sums.sendable + view->sums.remaining);
}

/* What waits, in whatever way, is one figure in a report. */
static void write_queued(struct json_out *j, const char *key, const void *object)
{
	const struct report_view *view = object;
	const int64_t *n = view->sums.tally.n;

	json_out_i64(j, key,
		n[MESSAGE_HELD] + n[MESSAGE_QUEUED] + n[MESSAGE_SENDING] +
			view->sums.remaining);
}

static const struct shape_field bucket_fields[] = {
	SHAPE_FIELD(struct report_bucket, TIME, "at", at),
	SHAPE_FIELD(struct report_bucket, I64, "sent", sent),
	SHAPE_FIELD(struct report_bucket, I64, "delivered", delivered),
	SHAPE_FIELD(struct report_bucket, I64, "failed", failed),
	{ 0 },
};
static const struct shape bucket_shape = { .name = "Bucket", .fields = bucket_fields };

static const struct shape_field sim_fields[] = {
	SHAPE_FIELD(struct report_sim, I64, "sim_id", sim_id),
	SHAPE_FIELD(struct report_sim, TEXT, "sim", name),
	SHAPE_FIELD(struct report_sim, I64, "parts", parts),
	SHAPE_FIELD(struct report_sim, I64, "delivered", delivered),
	SHAPE_FIELD(struct report_sim, I64, "failed", failed),
	SHAPE_FIELD(struct report_sim, MONEY, "cost", money),
	SHAPE_FIELD(struct report_sim, TEXT, "currency", currency),
	{ 0 },
};
static const struct shape by_sim_shape = { .name = "ReportSim", .fields = sim_fields };

static const struct shape_field cause_fields[] = {
	SHAPE_FIELD(struct report_cause, TEXT, "cause", cause),
	SHAPE_FIELD(struct report_cause, TEXT, "text", text),
	SHAPE_FIELD(struct report_cause, I64, "n", n),
	{ 0 },
};
static const struct shape cause_shape = { .name = "ReportCause", .fields = cause_fields };

static void write_timeline(struct json_out *j, const char *key, const void *object)
{
	const struct report_view *view = object;

	json_out_array(j, key);
	for (size_t i = 0; i < view->detail.n_buckets; i++)
		shape_write(j, NULL, &bucket_shape, &view->detail.buckets[i]);
	json_out_array_end(j);
}

static void write_by_sim(struct json_out *j, const char *key, const void *object)
{
	const struct report_view *view = object;

	json_out_array(j, key);
	for (size_t i = 0; i < view->detail.n_sims; i++)
		shape_write(j, NULL, &by_sim_shape, &view->detail.sims[i]);
	json_out_array_end(j);
}

static void write_said(struct json_out *j, const char *key, const void *object)
{
	const struct report_view *view = object;

	campaign_span_write(j, key, view->detail.estimate_from, view->detail.estimate_to);
}

/* SIMs before it with the same currency are in its sum already. */
static bool is_counted(const struct report_detail *r, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (str_eq(r->sims[i].currency, r->sims[at].currency))
			return true;
	return false;
}

static void write_costs(struct json_out *j, const char *key, const void *object)
{
	const struct report_detail *r = &((const struct report_view *)object)->detail;

	json_out_array(j, key);
	for (size_t at = 0; at < r->n_sims; at++) {
		struct estimate_cost cost = { 0 };
		if (is_counted(r, at))
			continue;
		(void)str_copy(
			cost.currency, sizeof(cost.currency), r->sims[at].currency);
		for (size_t i = at; i < r->n_sims; i++)
			if (str_eq(r->sims[i].currency, cost.currency))
				cost.amount += r->sims[i].money;
		shape_write(j, NULL, &cost_shape, &cost);
	}
	json_out_array_end(j);
}

static void write_causes(struct json_out *j, const char *key, const void *object)
{
	const struct report_view *view = object;

	json_out_array(j, key);
	for (size_t i = 0; i < view->detail.n_causes; i++)
		shape_write(j, NULL, &cause_shape, &view->detail.causes[i]);
	json_out_array_end(j);
}

#define TALLY(name_, state_)                                                             \
	SHAPE_FIELD(struct report_view, I64, name_, sums.tally.n[state_])

static const struct shape_field report_fields[] = {
	SHAPE_FIELD(struct report_view, I64, "recipients", sums.recipients),
	SHAPE_BY("sendable", "integer", write_sendable),
	SHAPE_BY("skipped", "object", write_skipped),
	SHAPE_BY("queued", "integer", write_queued),
	TALLY("sent", MESSAGE_SENT),
	TALLY("delivered", MESSAGE_DELIVERED),
	TALLY("undelivered", MESSAGE_UNDELIVERED),
	TALLY("failed", MESSAGE_FAILED),
	TALLY("expired", MESSAGE_EXPIRED),
	TALLY("cancelled", MESSAGE_CANCELLED),
	TALLY("unknown", MESSAGE_UNKNOWN),
	SHAPE_FIELD(struct report_view, I64, "parts", sums.parts),
	SHAPE_FIELD(struct report_view, I64, "replies", sums.replies),
	SHAPE_FIELD(struct report_view, I64, "opt_outs", sums.opt_outs),
	SHAPE_BY("estimate", "object?", write_said),
	SHAPE_FIELD(struct report_view, TIME, "ended_at", detail.ended_at),
	SHAPE_LIST("cost", &cost_shape, write_costs),
	SHAPE_LIST("timeline", &bucket_shape, write_timeline),
	SHAPE_LIST("by_sim", &by_sim_shape, write_by_sim),
	SHAPE_LIST("causes", &cause_shape, write_causes),
	{ 0 },
};
static const struct shape report_shape = { .name = "Report", .fields = report_fields };

static void report_get(struct call *c)
{
	struct report_view *view = calloc(1, sizeof(*view));
	int64_t id = c->params.id;

	if (!view) {
		call_refuse(c, 503, "busy", "Out of memory; try again.");
		return;
	}
	if (!call_failed(c, campaigns_report(c->office, id, &view->sums)) &&
		!call_failed(c, reports_detail(c->office, id, &view->detail)))
		call_answer_shape(c, &report_shape, view);
	free(view);
}

const struct endpoint report_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/campaigns/{id}/report",
		.scope = AUTH_READ,
		.run = report_get,
		.summary = "How a campaign went: sums, over time, by SIM, by cause",
		.answer = &report_shape,
	},
	{ 0 },
};
