/*
 * What a text becomes: alphabet, parts, what makes it dear, how it would read.
 */
#include "web/api/resources.h"

#include <stdlib.h>

#include "firmware/office/text/preview_list.h"
#include "web/api/api.h"
#include "web/api/preview_shape.h"

#define FIELDS_MAX 64

static const struct shape_field because_fields[] = {
	SHAPE_FIELD(struct preview_because, TEXT, "char", character),
	SHAPE_FIELD(struct preview_because, U32, "code_point", code_point),
	SHAPE_FIELD(struct preview_because, U32, "offset", offset),
	SHAPE_FIELD(struct preview_because, U32, "count", count),
	SHAPE_FIELD(struct preview_because, TEXT_OR_NULL, "name", name),
	{ 0 },
};
static const struct shape because_shape = { .name = "Because", .fields = because_fields };

static void write_kinds(struct json_out *j, const char *key, const void *object)
{
	const struct preview_cheaper *c = object;
	const char *name;

	json_out_array(j, key);
	for (unsigned kind = 0; (name = preview_kind_name(kind)) != NULL; kind++) {
		if (c->kinds >> kind & 1)
			json_out_text(j, NULL, name);
	}
	json_out_array_end(j);
}

static const struct shape_field cheaper_fields[] = {
	SHAPE_FIELD(struct preview_cheaper, POINTER, "text", text),
	SHAPE_FIELD(struct preview_cheaper, U16, "parts", parts),
	SHAPE_FIELD(struct preview_cheaper, TEXT, "how", how),
	SHAPE_ENUM(struct preview_cheaper, "encoding", encoding, message_encoding_names),
	SHAPE_FIELD(struct preview_cheaper, U16, "parts_saved", parts_saved),
	SHAPE_FIELD(struct preview_cheaper, U32, "units_left", units_left),
	SHAPE_FIELD(struct preview_cheaper, U32, "changes", changes),
	SHAPE_BY("kinds", "array", write_kinds),
	SHAPE_FIELD(struct preview_cheaper, I64, "list_saved", list_saved),
	{ 0 },
};
static const struct shape cheaper_shape = { .name = "Cheaper", .fields = cheaper_fields };

static void write_fallback(struct json_out *j, const char *key, const void *object)
{
	const struct preview_placeholder *p = object;

	if (p->has_fallback)
		json_out_text(j, key, p->fallback);
	else
		json_out_null(j, key);
}

static const struct shape_field placeholder_fields[] = {
	SHAPE_FIELD(struct preview_placeholder, TEXT, "name", name),
	SHAPE_FIELD(struct preview_placeholder, BOOL, "known", is_known),
	SHAPE_BY("fallback", "string?", write_fallback),
	{ 0 },
};
static const struct shape placeholder_shape = {
	.name = "Placeholder",
	.fields = placeholder_fields,
};

static const struct shape_field error_fields[] = {
	SHAPE_FIELD(struct preview_error, TEXT, "code", code),
	SHAPE_FIELD(struct preview_error, TEXT, "detail", detail),
	SHAPE_FIELD(struct preview_error, U32, "offset", offset),
	{ 0 },
};
static const struct shape error_shape = { .name = "TextError", .fields = error_fields };

static const struct shape_field warning_fields[] = {
	SHAPE_FIELD(struct preview_warning, TEXT, "code", code),
	SHAPE_FIELD(struct preview_warning, U32, "offset", offset),
	SHAPE_FIELD(struct preview_warning, U32, "length", length),
	SHAPE_FIELD(struct preview_warning, U32, "at", at),
	SHAPE_FIELD(struct preview_warning, U32, "code_point", code_point),
	SHAPE_FIELD(struct preview_warning, TEXT_OR_NULL, "name", name),
	SHAPE_FIELD(struct preview_warning, I64, "recipients", recipients),
	SHAPE_FIELD(struct preview_warning, U16, "parts", parts),
	{ 0 },
};
static const struct shape warning_shape = {
	.name = "TextWarning",
	.fields = warning_fields,
};

/* An array inside struct preview, element by element. */
struct span {
	const void *first;
	size_t n, size;
};

static void write_span(struct json_out *j, const char *key, const struct shape *shape,
	const struct span *span)
{
	json_out_array(j, key);
	for (size_t i = 0; i < span->n; i++)
		shape_write(j, NULL, shape, (const char *)span->first + i * span->size);
	json_out_array_end(j);
}

#define SPAN(array_, n_)                                                                 \
	(&(struct span){ .first = (array_), .n = (n_), .size = sizeof((array_)[0]) })

static void write_because(struct json_out *j, const char *key, const void *object)
{
	const struct preview *p = object;

	write_span(j, key, &because_shape, SPAN(p->because, p->n_because));
}

static void write_cheaper(struct json_out *j, const char *key, const void *object)
{
	const struct preview *p = object;

	write_span(j, key, &cheaper_shape, SPAN(p->cheaper, p->n_cheaper));
}

static void write_placeholders(struct json_out *j, const char *key, const void *object)
{
	const struct preview *p = object;

	write_span(j, key, &placeholder_shape, SPAN(p->placeholders, p->n_placeholders));
}

static void write_errors(struct json_out *j, const char *key, const void *object)
{
	const struct preview *p = object;

	write_span(j, key, &error_shape, SPAN(p->errors, p->n_errors));
}

static void write_warnings(struct json_out *j, const char *key, const void *object)
{
	const struct preview *p = object;

	write_span(j, key, &warning_shape, SPAN(p->warnings, p->n_warnings));
}

static void write_national(struct json_out *j, const char *key, const void *object)
{
	preview_shape_national(j, key, ((const struct preview *)object)->national);
}

static void write_list(struct json_out *j, const char *key, const void *object)
{
	const struct preview *p = object;

	if (p->list)
		shape_write(j, key, &preview_list_shape, p->list);
	else
		json_out_null(j, key);
}

static void write_samples(struct json_out *j, const char *key, const void *object)
{
	const struct preview *p = object;

	json_out_array(j, key);
	for (size_t i = 0; p->list && i < p->list->n_samples; i++)
		shape_write(j, NULL, &preview_sample_shape, &p->list->samples[i]);
	json_out_array_end(j);
}

static void write_prices(struct json_out *j, const char *key, const void *object)
{
	const struct preview_prices *prices = &((const struct preview *)object)->prices;

	json_out_array(j, key);
	for (size_t i = 0; i < prices->n; i++)
		shape_write(j, NULL, &preview_price_shape, &prices->sims[i]);
	json_out_array_end(j);
}

static void write_destinations(struct json_out *j, const char *key, const void *object)
{
	preview_shape_destinations(j, key, &((const struct preview *)object)->prices);
}

static const struct shape_field preview_fields[] = {
	SHAPE_ENUM(struct preview, "encoding", encoding, message_encoding_names),
	SHAPE_BY("national", "string?", write_national),
	SHAPE_FIELD(struct preview, U16, "parts", parts),
	SHAPE_FIELD(struct preview, U32, "units", units),
	SHAPE_FIELD(struct preview, U32, "units_left", units_left),
	SHAPE_FIELD(struct preview, U32, "units_per_part", units_per_part),
	SHAPE_LIST("because", &because_shape, write_because),
	SHAPE_LIST("cheaper", &cheaper_shape, write_cheaper),
	SHAPE_LIST("placeholders", &placeholder_shape, write_placeholders),
	SHAPE_FIELD(struct preview, POINTER, "filled", filled),
	SHAPE_LIST("errors", &error_shape, write_errors),
	SHAPE_LIST("warnings", &warning_shape, write_warnings),
	SHAPE_BY("list", "object?", write_list),
	SHAPE_LIST("sample", &preview_sample_shape, write_samples),
	SHAPE_LIST("prices", &preview_price_shape, write_prices),
	SHAPE_LIST("destinations", &preview_destination_shape, write_destinations),
	{ 0 },
};
static const struct shape preview_shape = { .name = "Preview", .fields = preview_fields };

struct preview_in {
	struct policy_given given;
	const char *text, *to;
	const json_t *fields;
	int64_t list_id;
	int class; /* 0: not given */
};
static const struct policy_field preview_in_fields[] = {
	POLICY_FIELD(struct preview_in, TEXT, "text", text, true, TEMPLATE_TEXT_MAX),
	POLICY_FIELD(struct preview_in, STRINGS, "fields", fields, false, 0),
	POLICY_FIELD(struct preview_in, TEXT, "to", to, false, 64),
	POLICY_ID(struct preview_in, "list_id", list_id),
	POLICY_ENUM(struct preview_in, "class", class, message_class_names),
	{ 0 },
};
static const struct policy preview_policy = {
	.name = "PreviewIn",
	.fields = preview_in_fields,
	.size = sizeof(struct preview_in),
};

static size_t read_fields(const json_t *object, struct preview_field fields[FIELDS_MAX])
{
	const char *key;
	json_t *value;
	size_t n = 0;

	json_object_foreach((json_t *)(uintptr_t)object, key, value) if (n < FIELDS_MAX)
		fields[n++] = (struct preview_field){
			.name = key,
			.value = json_string_value(value),
		};
	return n;
}

static void preview_post(struct call *c)
{
	const struct preview_in *in = (const void *)c->input;
	struct preview_field fields[FIELDS_MAX];
	struct preview_request request = { .text = in->text,
		.fields = fields,
		.to = in->to,
		.list_id = in->list_id,
		/* who said stop gets nothing of any class that people compose */
		.class = in->class ? (enum message_class)in->class : CLASS_CONVERSATION };
	struct preview *preview = calloc(1, sizeof(*preview));

	if (!preview) {
		call_refuse(c, 503, "busy", "Out of memory; try again.");
		return;
	}
	if (in->fields)
		request.n_fields = read_fields(in->fields, fields);
	if (!call_failed(c, preview_make(c->office, &request, preview)))
		call_answer_shape(c, &preview_shape, preview);
	preview_fini(preview);
	free(preview);
}

const struct endpoint preview_routes[] = {
	{
		.method = "POST",
		.path = "/api/v1/messages/preview",
		.scope = AUTH_READ,
		.body = ROUTE_JSON,
		.policy = &preview_policy,
		.run = preview_post,
		.summary = "What a text becomes; with list_id also for its members, with "
			   "their own values",
		.answer = &preview_shape,
	},
	{ 0 },
};
