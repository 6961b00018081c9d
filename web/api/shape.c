#include "web/api/shape.h"

#include <string.h>

#include "firmware/base/str.h"
#include "web/api/policy_value.h"

static int64_t number_at(const struct shape_field *f, const char *place)
{
	const void *at = place;

	switch (f->kind) {
	case SHAPE_I32:
	case SHAPE_I32_OR_NULL:
	case SHAPE_NAME:
	case SHAPE_MINUTE:
		return *(const int32_t *)at;
	case SHAPE_U32:
	case SHAPE_SET:
		return *(const uint32_t *)at;
	case SHAPE_U16:
	case SHAPE_NAME_U16:
	case SHAPE_SET_U16:
		return *(const uint16_t *)at;
	case SHAPE_I64:
	case SHAPE_I64_OR_NULL:
	case SHAPE_ID:
	case SHAPE_TIME:
	case SHAPE_MONEY:
		return *(const int64_t *)at;
	case SHAPE_DOUBLE:
	case SHAPE_BOOL:
	case SHAPE_TEXT:
	case SHAPE_TEXT_OR_NULL:
	case SHAPE_POINTER:
	case SHAPE_POINTER_OR_NULL:
	case SHAPE_JSON:
	case SHAPE_WORDS:
	case SHAPE_OBJECT:
	case SHAPE_CUSTOM:
		break;
	}
	return 0;
}

static void write_text(struct json_out *j, const struct shape_field *f, const char *text)
{
	bool absent = !text || text[0] == '\0';
	bool nullable = f->kind == SHAPE_TEXT_OR_NULL || f->kind == SHAPE_POINTER_OR_NULL;

	if (f->kind == SHAPE_JSON)
		json_out_raw(j, f->name, absent ? "{}" : text);
	else if (absent && nullable)
		json_out_null(j, f->name);
	else
		json_out_text(j, f->name, absent ? "" : text);
}

static void write_minute(struct json_out *j, const char *key, int64_t minute)
{
	char text[POLICY_VALUE_SIZE];

	if (minute < 0)
		json_out_null(j, key);
	else
		json_out_text(j, key, policy_minute_text(minute, text));
}

static void write_set(struct json_out *j, const struct shape_field *f, int64_t bits)
{
	json_out_array(j, f->name);
	for (const struct vstr *v = f->names; v->name; v++)
		if ((bits >> v->value & 1) != 0)
			json_out_text(j, NULL, v->name);
	json_out_array_end(j);
}

static void write_words(struct json_out *j, const char *key, const char *words)
{
	json_out_array(j, key);
	while (words[0] != '\0') {
		size_t len = strcspn(words, ",");
		json_out_text_n(j, NULL, words, len);
		words += len + (words[len] == ',');
	}
	json_out_array_end(j);
}

static void write_unless(struct json_out *j, const char *key, int64_t value, bool is_null)
{
	if (is_null)
		json_out_null(j, key);
	else
		json_out_i64(j, key, value);
}

static void write_field(
	struct json_out *j, const struct shape_field *f, const void *object)
{
	const char *at = (const char *)object + f->offset;

	switch (f->kind) {
	case SHAPE_ID:
		write_unless(j, f->name, number_at(f, at), number_at(f, at) == 0);
		return;
	case SHAPE_I32_OR_NULL:
	case SHAPE_I64_OR_NULL:
		write_unless(j, f->name, number_at(f, at), number_at(f, at) < 0);
		return;
	case SHAPE_I64:
	case SHAPE_I32:
	case SHAPE_U32:
	case SHAPE_U16:
		json_out_i64(j, f->name, number_at(f, at));
		return;
	case SHAPE_TIME:
		json_out_time(j, f->name, number_at(f, at));
		return;
	case SHAPE_NAME:
	case SHAPE_NAME_U16:
		json_out_text(j, f->name, vstr_name(f->names, (int)number_at(f, at)));
		return;
	case SHAPE_DOUBLE:
		json_out_double(j, f->name, *(const double *)(const void *)at);
		return;
	case SHAPE_BOOL:
		json_out_bool(j, f->name, *(const bool *)at);
		return;
	case SHAPE_TEXT:
	case SHAPE_TEXT_OR_NULL:
		write_text(j, f, at);
		return;
	case SHAPE_POINTER:
	case SHAPE_POINTER_OR_NULL:
	case SHAPE_JSON:
		write_text(j, f, *(const char *const *)(const void *)at);
		return;
	case SHAPE_MONEY:
		json_out_money(j, f->name, number_at(f, at));
		return;
	case SHAPE_MINUTE:
		write_minute(j, f->name, number_at(f, at));
		return;
	case SHAPE_SET:
	case SHAPE_SET_U16:
		write_set(j, f, number_at(f, at));
		return;
	case SHAPE_WORDS:
		write_words(j, f->name, at);
		return;
	case SHAPE_OBJECT:
		shape_write(j, f->name, f->shape, at);
		return;
	case SHAPE_CUSTOM:
		f->fn(j, f->name, object);
		return;
	}
}

void shape_write_members(
	struct json_out *j, const struct shape *shape, const void *object)
{
	for (const struct shape *s = shape; s; s = s->also)
		for (const struct shape_field *f = s->fields; f->name; f++)
			write_field(j, f, object);
}

void shape_write(struct json_out *j, const char *key, const struct shape *shape,
	const void *object)
{
	json_out_object(j, key);
	shape_write_members(j, shape, object);
	json_out_object_end(j);
}

/* A JSON Schema type; a question mark at the end adds null. */
static void type_schema(struct json_out *j, const char *type)
{
	size_t len = strlen(type);

	if (len > 0 && type[len - 1] == '?') {
		json_out_array(j, "type");
		json_out_text_n(j, NULL, type, len - 1);
		json_out_text(j, NULL, "null");
		json_out_array_end(j);
	} else {
		json_out_text(j, "type", type);
	}
}

static const char *const type_of[] = {
	[SHAPE_I64] = "integer",
	[SHAPE_ID] = "integer?",
	[SHAPE_I32] = "integer",
	[SHAPE_I32_OR_NULL] = "integer?",
	[SHAPE_I64_OR_NULL] = "integer?",
	[SHAPE_U32] = "integer",
	[SHAPE_U16] = "integer",
	[SHAPE_DOUBLE] = "number",
	[SHAPE_BOOL] = "boolean",
	[SHAPE_TEXT] = "string",
	[SHAPE_TEXT_OR_NULL] = "string?",
	[SHAPE_POINTER] = "string",
	[SHAPE_POINTER_OR_NULL] = "string?",
	[SHAPE_TIME] = "string?",
	[SHAPE_NAME] = "string",
	[SHAPE_NAME_U16] = "string",
	[SHAPE_JSON] = "object",
	[SHAPE_MONEY] = "number",
	[SHAPE_MINUTE] = "string?",
	[SHAPE_SET] = "array",
	[SHAPE_SET_U16] = "array",
	[SHAPE_WORDS] = "array",
	[SHAPE_OBJECT] = "object",
	[SHAPE_CUSTOM] = "",
};

static void field_schema(struct json_out *j, const struct shape_field *f)
{
	if (f->kind == SHAPE_OBJECT) {
		shape_schema(j, f->name, f->shape);
		return;
	}
	json_out_object(j, f->name);
	type_schema(j, f->kind == SHAPE_CUSTOM ? f->type : type_of[f->kind]);
	if (f->kind == SHAPE_TIME)
		json_out_text(j, "format", "date-time");
	if (f->kind == SHAPE_CUSTOM && f->shape)
		shape_schema(j, "items", f->shape);
	bool words = f->kind == SHAPE_WORDS || f->kind == SHAPE_SET ||
		     f->kind == SHAPE_SET_U16;
	if (words) {
		json_out_object(j, "items");
		json_out_text(j, "type", "string");
	}
	if (f->names) {
		json_out_array(j, "enum");
		for (const struct vstr *v = f->names; v->name; v++)
			json_out_text(j, NULL, v->name);
		json_out_array_end(j);
	}
	if (words)
		json_out_object_end(j);
	json_out_object_end(j);
}

void shape_schema(struct json_out *j, const char *key, const struct shape *shape)
{
	json_out_object(j, key);
	json_out_text(j, "type", "object");
	json_out_object(j, "properties");
	for (const struct shape *s = shape; s; s = s->also)
		for (const struct shape_field *f = s->fields; f->name; f++)
			field_schema(j, f);
	json_out_object_end(j);
	json_out_array(j, "required");
	for (const struct shape *s = shape; s; s = s->also)
		for (const struct shape_field *f = s->fields; f->name; f++)
			json_out_text(j, NULL, f->name);
	json_out_array_end(j);
	json_out_object_end(j);
}
