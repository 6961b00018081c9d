#include "web/api/preview_shape.h"

#include "firmware/office/preview_list.h"

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
	{ 0 },
};
const struct shape preview_list_shape = { .name = "PreviewList", .fields = list_fields };
