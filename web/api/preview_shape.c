#include "web/api/preview_shape.h"

#include "firmware/office/text/preview_list.h"

void preview_shape_national(struct json_out *j, const char *key, uint32_t national)
{
	char name[PREVIEW_NATIONAL_SIZE];

	preview_national_name(national, name);
	if (*name)
		json_out_text(j, key, name);
	else
		json_out_null(j, key);
}

static const struct shape_field sample_fields[] = {
	SHAPE_FIELD(struct preview_sample, TEXT, "name", name),
	SHAPE_FIELD(struct preview_sample, TEXT, "to", to),
	SHAPE_FIELD(struct preview_sample, POINTER, "text", text),
	SHAPE_FIELD(struct preview_sample, U16, "parts", parts),
	SHAPE_ENUM(struct preview_sample, "encoding", encoding, message_encoding_names),
	{ 0 },
};
const struct shape preview_sample_shape = { .name = "SampleText",
	.fields = sample_fields };

static void write_parts(struct json_out *j, const char *key, const void *object)
{
	const struct preview_list *l = object;

	json_out_object(j, key);
	json_out_i64(j, "min", l->parts_min);
	json_out_i64(j, "median", l->parts_median);
	json_out_i64(j, "max", l->parts_max);
	json_out_i64(j, "total", l->parts_total);
	json_out_object_end(j);
}

static void write_encoding(struct json_out *j, const char *key, const void *object)
{
	const struct preview_list *l = object;

	json_out_object(j, key);
	json_out_i64(j, "gsm7", l->gsm7);
	json_out_i64(j, "ucs2", l->ucs2);
	json_out_object_end(j);
}

static void write_skipped(struct json_out *j, const char *key, const void *object)
{
	const struct preview_list *l = object;

	json_out_object(j, key);
	for (int reason = 1; reason < SKIP_REASON_COUNT; reason++)
		if (l->skipped[reason] > 0)
			json_out_i64(j, vstr_name(skip_reason_names, reason),
				l->skipped[reason]);
	json_out_object_end(j);
}

/* A row of the spread; what one of these recipients would get stands with it. */
struct spread_row {
	uint16_t parts;
	int64_t recipients;
	struct preview_sample example;
};
static const struct shape_field spread_fields[] = {
	SHAPE_FIELD(struct spread_row, U16, "parts", parts),
	SHAPE_FIELD(struct spread_row, I64, "recipients", recipients),
	SHAPE_INSIDE(struct spread_row, "example", example, &preview_sample_shape),
	{ 0 },
};
static const struct shape spread_shape = { .name = "SpreadRow", .fields = spread_fields };

static void write_spread(struct json_out *j, const char *key, const void *object)
{
	const struct preview_list *l = object;

	json_out_array(j, key);
	for (uint16_t parts = 1; parts <= MESSAGES_PARTS_MAX; parts++) {
		const struct spread_row row = { parts, l->spread[parts],
			l->of_parts[parts] };
		if (row.recipients > 0)
			shape_write(j, NULL, &spread_shape, &row);
	}
	json_out_array_end(j);
}

static const struct shape_field dear_fields[] = {
	SHAPE_FIELD(struct preview_because, TEXT, "char", character),
	SHAPE_FIELD(struct preview_because, U32, "code_point", code_point),
	SHAPE_FIELD(struct preview_because, U32, "recipients", count),
	{ 0 },
};
static const struct shape dear_shape = { .name = "BecauseOfValues",
	.fields = dear_fields };

static void write_because(struct json_out *j, const char *key, const void *object)
{
	const struct preview_list *l = object;

	json_out_array(j, key);
	for (size_t i = 0; i < l->n_because; i++)
		shape_write(j, NULL, &dear_shape, &l->because[i]);
	json_out_array_end(j);
}

static const struct shape_field list_fields[] = {
	SHAPE_FIELD(struct preview_list, I64, "members", members),
	SHAPE_FIELD(struct preview_list, I64, "recipients", recipients),
	SHAPE_FIELD(struct preview_list, I64, "read", read),
	SHAPE_FIELD(struct preview_list, I64, "measured", measured),
	SHAPE_BY("skipped", "object", write_skipped),
	SHAPE_BY("parts", "object", write_parts),
	SHAPE_BY("encoding", "object", write_encoding),
	SHAPE_FIELD(struct preview_list, I64, "national", national),
	SHAPE_LIST("spread", &spread_shape, write_spread),
	SHAPE_LIST("because", &dear_shape, write_because),
	{ 0 },
};
const struct shape preview_list_shape = { .name = "PreviewList", .fields = list_fields };

static const struct shape_field price_fields[] = {
	SHAPE_FIELD(struct preview_price, I64, "sim_id", sim_id),
	SHAPE_FIELD(struct preview_price, TEXT, "sim", sim),
	SHAPE_FIELD(struct preview_price, TEXT, "operator", operator),
	SHAPE_FIELD(struct preview_price, I64, "plan_id", plan_id),
	SHAPE_FIELD(struct preview_price, TEXT, "plan", plan),
	SHAPE_FIELD(struct preview_price, TEXT, "currency", currency),
	SHAPE_FIELD(struct preview_price, I64, "parts", parts),
	SHAPE_FIELD(struct preview_price, I64, "blocked", blocked),
	SHAPE_FIELD(struct preview_price, I64_OR_NULL, "bundle_left", bundle_left),
	SHAPE_FIELD(struct preview_price, I64, "in_bundle", covered),
	SHAPE_FIELD(struct preview_price, MONEY, "money", money),
	{ 0 },
};
const struct shape preview_price_shape = { .name = "PriceBySim", .fields = price_fields };

/* What one plan takes for a destination, before its bundle. */
struct rate_row {
	struct preview_plan plan;
	struct price_rule rule;
	int64_t money; /* for all parts */
};
static const struct shape_field rate_fields[] = {
	SHAPE_FIELD(struct rate_row, I64, "plan_id", plan.id),
	SHAPE_FIELD(struct rate_row, TEXT, "plan", plan.name),
	SHAPE_FIELD(struct rate_row, TEXT, "currency", plan.currency),
	SHAPE_FIELD(struct rate_row, MONEY, "price", rule.price),
	SHAPE_FIELD(struct rate_row, BOOL, "in_bundle", rule.in_bundle),
	SHAPE_FIELD(struct rate_row, BOOL, "blocked", rule.is_blocked),
	SHAPE_FIELD(struct rate_row, MONEY, "money", money),
	{ 0 },
};
static const struct shape rate_shape = { .name = "PriceByPlan", .fields = rate_fields };

struct destination_row {
	const struct preview_prices *prices;
	const struct price_rule *rules; /* of each plan */
	int64_t route_id, recipients, parts;
	const char *name;
};

static void write_rates(struct json_out *j, const char *key, const void *object)
{
	const struct destination_row *d = object;

	json_out_array(j, key);
	for (size_t i = 0; i < d->prices->n_plans; i++) {
		struct rate_row row = { d->prices->plans[i], d->rules[i], 0 };
		struct price_sum sum = { 0 };

		price_add(&sum, &row.rule, d->parts);
		row.money = price_total(&sum, 0);
		shape_write(j, NULL, &rate_shape, &row);
	}
	json_out_array_end(j);
}

static const struct shape_field destination_fields[] = {
	SHAPE_FIELD(struct destination_row, ID, "route_id", route_id),
	SHAPE_FIELD(struct destination_row, POINTER_OR_NULL, "route", name),
	SHAPE_FIELD(struct destination_row, I64, "recipients", recipients),
	SHAPE_FIELD(struct destination_row, I64, "parts", parts),
	SHAPE_LIST("prices", &rate_shape, write_rates),
	{ 0 },
};
const struct shape preview_destination_shape = { .name = "Destination",
	.fields = destination_fields };

void preview_shape_destinations(
	struct json_out *j, const char *key, const struct preview_prices *prices)
{
	json_out_array(j, key);
	for (size_t i = 0; i < prices->n_destinations; i++) {
		const struct preview_destination *d = &prices->destinations[i];
		const struct destination_row row = { .prices = prices,
			.rules = prices->rules ? prices->rules + i * prices->n_plans
					       : NULL,
			.route_id = d->to ? d->to->route_id : 0,
			.name = d->to ? d->to->name : NULL,
			.recipients = d->recipients,
			.parts = d->parts };

		shape_write(j, NULL, &preview_destination_shape, &row);
	}
	json_out_array_end(j);
}
