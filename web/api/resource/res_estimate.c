/*
 * What a campaign will take, before it starts.
 */
#include "web/api/resources.h"

#include "firmware/office/campaign/campaigns.h"
#include "web/api/api.h"
#include "web/api/shapes.h"

static void write_skipped(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_object(j, key);
	for (int reason = 1; reason < SKIP_REASON_COUNT; reason++)
		if (e->skipped[reason] > 0)
			json_out_i64(j, vstr_name(skip_reason_names, reason),
				e->skipped[reason]);
	json_out_object_end(j);
}

static void write_parts(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_object(j, key);
	json_out_i64(j, "min", e->parts_min);
	json_out_i64(j, "median", e->parts_median);
	json_out_i64(j, "max", e->parts_max);
	json_out_i64(j, "total", e->parts_total);
	json_out_object_end(j);
}

static void write_encoding(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_object(j, key);
	json_out_i64(j, "gsm7", e->gsm7);
	json_out_i64(j, "ucs2", e->ucs2);
	json_out_object_end(j);
}

static void write_spread(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_array(j, key);
	for (int parts = 1; parts <= ESTIMATE_SPREAD_MAX; parts++) {
		if (e->spread[parts] == 0)
			continue;
		json_out_object(j, NULL);
		json_out_i64(j, "parts", parts);
		json_out_i64(j, "recipients", e->spread[parts]);
		json_out_object_end(j);
	}
	json_out_array_end(j);
}

static void write_seconds(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_object(j, key);
	json_out_i64(j, "from", e->seconds_from);
	json_out_i64(j, "to", e->seconds_to);
	json_out_object_end(j);
}

static void write_done(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	campaign_span_write(j, key, e->done_from, e->done_to);
}

static const struct shape_field cost_fields[] = {
	SHAPE_FIELD(struct estimate_cost, TEXT, "currency", currency),
	SHAPE_FIELD(struct estimate_cost, MONEY, "amount", amount),
	{ 0 },
};
const struct shape cost_shape = { .name = "Cost", .fields = cost_fields };

static void write_costs(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_array(j, key);
	for (size_t i = 0; i < e->n_costs; i++)
		shape_write(j, NULL, &cost_shape, &e->costs[i]);
	json_out_array_end(j);
}

static const struct shape_field sample_fields[] = {
	SHAPE_FIELD(struct estimate_sample, TEXT, "name", name),
	SHAPE_FIELD(struct estimate_sample, TEXT, "to", to),
	SHAPE_FIELD(struct estimate_sample, POINTER, "text", text),
	SHAPE_FIELD(struct estimate_sample, U16, "parts", parts),
	{ 0 },
};
static const struct shape sample_shape = {
	.name = "EstimateSample",
	.fields = sample_fields,
};

static void write_sample(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_array(j, key);
	for (size_t i = 0; i < e->n_samples; i++)
		shape_write(j, NULL, &sample_shape, &e->samples[i]);
	json_out_array_end(j);
}

/* Faults of the text refuse the whole call; the member is there for what is to come. */
static void write_no_errors(struct json_out *j, const char *key, const void *object)
{
	(void)object;
	json_out_array(j, key);
	json_out_array_end(j);
}

static const struct shape_field estimate_fields[] = {
	SHAPE_FIELD(struct estimate, I64, "recipients", recipients),
	SHAPE_FIELD(struct estimate, I64, "sendable", sendable),
	SHAPE_FIELD(struct estimate, BOOL, "exact", is_exact),
	SHAPE_BY("skipped", "object", write_skipped),
	SHAPE_BY("parts", "object", write_parts),
	SHAPE_BY("encoding", "object", write_encoding),
	SHAPE_BY("spread", "array", write_spread),
	SHAPE_FIELD(struct estimate, U32, "sims", sims),
	SHAPE_FIELD(struct estimate, DOUBLE, "rate_per_min", rate_per_min),
	SHAPE_FIELD(struct estimate, BOOL, "rate_measured", is_rate_measured),
	SHAPE_BY("seconds", "object", write_seconds),
	SHAPE_BY("done", "object?", write_done),
	SHAPE_FIELD(struct estimate, I64, "will_not_make_window", will_not_make),
	SHAPE_FIELD(struct estimate, TEXT, "limited_by", limited_by),
	SHAPE_LIST("cost", &cost_shape, write_costs),
	SHAPE_LIST("sample", &sample_shape, write_sample),
	SHAPE_BY("errors", "array", write_no_errors),
	{ 0 },
};
static const struct shape estimate_shape = {
	.name = "Estimate",
	.fields = estimate_fields,
};

static void estimate_post(struct call *c)
{
	struct estimate estimate = { 0 };

	if (!call_failed(c, campaigns_estimate(c->office, c->params.id, &estimate)))
		call_answer_shape(c, &estimate_shape, &estimate);
	estimate_fini(&estimate);
}

const struct endpoint estimate_routes[] = {
	{
		.method = "POST",
		.path = "/api/v1/campaigns/{id}/estimate",
		.scope = AUTH_READ,
		.body = ROUTE_OPTIONAL_JSON,
		.policy = &policy_nothing,
		.run = estimate_post,
		.summary =
			"Whom it would reach, in how many parts, and how long it takes",
		.answer = &estimate_shape,
	},
	{ 0 },
};
