#include "web/api/policy.h"

#include <string.h>

#include "firmware/base/clock.h"
#include "firmware/base/str.h"
#include "web/api/policy_value.h"

#define NAME_MAX_LEN 40

bool policy_has(const void *input, unsigned field)
{
	const struct policy_given *given = input;

	return (given->fields >> field & 1) != 0;
}

bool policy_is_null(const void *input, unsigned field)
{
	const struct policy_given *given = input;

	return (given->nulls >> field & 1) != 0;
}

/* Letters to change, add or drop to make b of a (Levenshtein), for names of up to
 * NAME_MAX_LEN; longer ones are as far as can be. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LEN + 1];
	size_t m = strlen(a), n = strlen(b);

	if (m > NAME_MAX_LEN || n > NAME_MAX_LEN)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[n];
}

/* The name among the policy's fields that is nearest to `name`, NULL if none is near. */
static const char *nearest(const struct policy *policy, const char *name)
{
	const char *best = NULL;
	size_t best_distance = strlen(name) / 2 + 1;

	for (const struct policy_field *f = policy->fields; f->name; f++) {
		size_t d = distance(name, f->name);
		if (d < best_distance) {
			best = f->name;
			best_distance = d;
		}
	}
	return best;
}

static enum err unknown(const struct policy *policy, const char *name, const char *what,
	struct problem *out)
{
	const char *near = nearest(policy, name);

	if (near)
		(void)problem_set(out, 400, "unknown_field",
			"There is no %s \"%.40s\" here. Did you mean \"%s\"?", what, name,
			near);
	else
		(void)problem_set(out, 400, "unknown_field",
			"There is no %s \"%.40s\" here; leave it out.", what, name);
	(void)str_copy(out->field, sizeof(out->field), name);
	problem_param(out, "nearest", near ? near : "");
	return ERR_INPUT;
}

static const char *const wanted[] = {
	[POLICY_TEXT] = "a text",
	[POLICY_I64] = "a whole number",
	[POLICY_BOOL] = "true or false",
	[POLICY_TIME] = "a time like 2026-11-21T19:30:00Z",
	[POLICY_NAME] = "one of its names",
	[POLICY_OBJECT] = "an object",
	[POLICY_STRINGS] = "an object with a text for each name",
	[POLICY_ARRAY] = "an array",
	[POLICY_IDS] = "an array of ids",
	[POLICY_TEXTS] = "an array of texts",
	[POLICY_SET] = "an array of names",
	[POLICY_MONEY] = "a number",
	[POLICY_MINUTE] = "a time of day like 09:00",
};

static enum err wrong_type(const struct policy_field *f, struct problem *out)
{
	(void)problem_set(
		out, 400, "wrong_type", "\"%s\" must be %s.", f->name, wanted[f->kind]);
	(void)str_copy(out->field, sizeof(out->field), f->name);
	problem_param(out, "expected", wanted[f->kind]);
	return ERR_INPUT;
}

static enum err out_of_range(const struct policy_field *f, struct problem *out)
{
	(void)problem_set(out, 400, "out_of_range", "\"%s\" must be from %lld to %lld.",
		f->name, (long long)f->min, (long long)f->max);
	(void)str_copy(out->field, sizeof(out->field), f->name);
	out->limit = f->max;
	return ERR_INPUT;
}

static enum err set_text(
	const struct policy_field *f, const char *text, char *at, struct problem *out)
{
	size_t max = f->max > 0 ? (size_t)f->max : POLICY_TEXT_MAX;

	if (strlen(text) > max) {
		(void)problem_set(out, 400, "too_long",
			"\"%s\" may have %zu bytes at most.", f->name, max);
		(void)str_copy(out->field, sizeof(out->field), f->name);
		out->limit = (int64_t)max;
		return ERR_INPUT;
	}
	*(const char **)(void *)at = text;
	return ERR_OK;
}

static enum err set_number(
	const struct policy_field *f, int64_t value, char *at, struct problem *out)
{
	if (f->max > f->min && (value < f->min || value > f->max))
		return out_of_range(f, out);
	*(int64_t *)(void *)at = value;
	return ERR_OK;
}

static enum err set_name(
	const struct policy_field *f, const char *text, char *at, struct problem *out)
{
	int value;
	char names[160] = "";

	if (vstr_find(f->names, text, &value)) {
		*(int *)(void *)at = value;
		return ERR_OK;
	}
	for (const struct vstr *v = f->names; v->name; v++) {
		(void)str_append(names, sizeof(names), v == f->names ? "" : ", ");
		(void)str_append(names, sizeof(names), v->name);
	}
	(void)problem_set(
		out, 400, "unknown_value", "\"%s\" must be one of: %s.", f->name, names);
	(void)str_copy(out->field, sizeof(out->field), f->name);
	return ERR_INPUT;
}

/* What a text, of JSON or of a query, says for field f. */
static enum err set_from_text(
	const struct policy_field *f, const char *text, char *at, struct problem *out)
{
	if (f->kind == POLICY_TEXT)
		return set_text(f, text, at, out);
	if (f->kind == POLICY_NAME)
		return set_name(f, text, at, out);
	if (f->kind == POLICY_TIME && clock_parse(text, (int64_t *)(void *)at))
		return ERR_OK;
	if (f->kind == POLICY_MINUTE && policy_minute(text, (int64_t *)(void *)at))
		return ERR_OK;
	return wrong_type(f, out);
}

static bool elements_fit(const struct policy_field *f, const json_t *value)
{
	size_t i;
	json_t *element;
	const char *key;

	if (f->kind == POLICY_IDS)
		json_array_foreach(value, i,
			element) if (!json_is_integer(element) ||
				     json_integer_value(element) <= 0) return false;
	if (f->kind == POLICY_TEXTS)
		json_array_foreach(
			value, i, element) if (!json_is_string(element)) return false;
	if (f->kind == POLICY_STRINGS)
		json_object_foreach((json_t *)(uintptr_t)value, key,
			element) if (!json_is_string(element)) return false;
	return true;
}

static enum err set_container(
	const struct policy_field *f, const json_t *value, char *at, struct problem *out)
{
	bool array = f->kind != POLICY_OBJECT && f->kind != POLICY_STRINGS;

	if ((array ? !json_is_array(value) : !json_is_object(value)) ||
		!elements_fit(f, value))
		return wrong_type(f, out);
	if (array && f->max > 0 && json_array_size(value) > (size_t)f->max) {
		(void)problem_set(out, 400, "too_many", "\"%s\" may hold %lld at most.",
			f->name, (long long)f->max);
		(void)str_copy(out->field, sizeof(out->field), f->name);
		out->limit = f->max;
		return ERR_INPUT;
	}
	*(const json_t **)(void *)at = value;
	return ERR_OK;
}

/* Elements of a set go by the table of names, one by one. */
static enum err set_bits(
	const struct policy_field *f, const json_t *value, char *at, struct problem *out)
{
	int64_t bits = 0;
	size_t i;
	json_t *element;

	if (!json_is_array(value))
		return wrong_type(f, out);
	json_array_foreach(value, i, element)
	{
		int bit;
		if (!json_is_string(element))
			return wrong_type(f, out);
		if (set_name(f, json_string_value(element), (char *)&bit, out))
			return ERR_INPUT;
		bits |= (int64_t)1 << bit;
	}
	*(int64_t *)(void *)at = bits;
	return ERR_OK;
}

static enum err set_money(
	const struct policy_field *f, const json_t *value, char *at, struct problem *out)
{
	int64_t millionths;

	if (!json_is_number(value))
		return wrong_type(f, out);
	if (!policy_millionths(json_number_value(value), &millionths) ||
		millionths < f->min || millionths > f->max) {
		(void)problem_set(out, 400, "out_of_range",
			"\"%s\" must be from %lld to %lld.", f->name,
			(long long)(f->min / 1000000), (long long)(f->max / 1000000));
		(void)str_copy(out->field, sizeof(out->field), f->name);
		out->limit = f->max / 1000000;
		return ERR_INPUT;
	}
	*(int64_t *)(void *)at = millionths;
	return ERR_OK;
}

static enum err set_from_json(
	const struct policy_field *f, const json_t *value, char *at, struct problem *out)
{
	switch (f->kind) {
	case POLICY_TEXT:
	case POLICY_TIME:
	case POLICY_NAME:
	case POLICY_MINUTE:
		if (!json_is_string(value))
			return wrong_type(f, out);
		return set_from_text(f, json_string_value(value), at, out);
	case POLICY_I64:
		if (!json_is_integer(value))
			return wrong_type(f, out);
		return set_number(f, json_integer_value(value), at, out);
	case POLICY_BOOL:
		if (!json_is_boolean(value))
			return wrong_type(f, out);
		*(bool *)at = json_is_true(value);
		return ERR_OK;
	case POLICY_OBJECT:
	case POLICY_STRINGS:
	case POLICY_ARRAY:
	case POLICY_IDS:
	case POLICY_TEXTS:
		return set_container(f, value, at, out);
	case POLICY_SET:
		return set_bits(f, value, at, out);
	case POLICY_MONEY:
		return set_money(f, value, at, out);
	}
	return ERR_ARG;
}

static enum err missing(
	const struct policy *policy, const void *input, struct problem *out)
{
	for (unsigned i = 0; policy->fields[i].name; i++) {
		const struct policy_field *f = &policy->fields[i];
		if (!f->required || policy_has(input, i))
			continue;
		(void)problem_set(
			out, 400, "missing_field", "\"%s\" is missing.", f->name);
		(void)str_copy(out->field, sizeof(out->field), f->name);
		return ERR_INPUT;
	}
	return ERR_OK;
}

static int index_of(const struct policy *policy, const char *name)
{
	for (int i = 0; policy->fields[i].name; i++)
		if (str_eq(policy->fields[i].name, name))
			return i;
	return -1;
}

enum err policy_read_json(const struct policy *policy, const json_t *object, void *input,
	struct problem *out)
{
	struct policy_given *given = input;
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return problem_set(
			out, 400, "wrong_type", "The body must be a JSON object.");
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		int i = index_of(policy, key);
		if (i < 0)
			return unknown(policy, key, "field", out);
		if (json_is_null(value)) {
			given->nulls |= 1ull << i;
			continue;
		}
		const struct policy_field *f = &policy->fields[i];
		if (set_from_json(f, value, (char *)input + f->offset, out))
			return ERR_INPUT;
		given->fields |= 1ull << i;
	}
	return missing(policy, input, out);
}

static enum err set_from_query(
	const struct policy_field *f, const char *text, char *at, struct problem *out)
{
	int64_t number;

	if (f->kind == POLICY_I64) {
		if (!str_to_i64(text, strlen(text), &number))
			return wrong_type(f, out);
		return set_number(f, number, at, out);
	}
	if (f->kind == POLICY_BOOL) {
		bool yes = str_eq(text, "1") || str_eq(text, "true");
		if (!yes && !str_eq(text, "0") && !str_eq(text, "false"))
			return wrong_type(f, out);
		*(bool *)at = yes;
		return ERR_OK;
	}
	return set_from_text(f, text, at, out);
}

enum err policy_read_query(const struct policy *policy, const struct policy_pair *pairs,
	size_t n, void *input, struct problem *out)
{
	struct policy_given *given = input;

	for (size_t k = 0; k < n; k++) {
		int i = index_of(policy, pairs[k].name);
		if (i < 0)
			return unknown(policy, pairs[k].name, "parameter", out);
		const struct policy_field *f = &policy->fields[i];
		if (pairs[k].value[0] == '\0')
			continue; /* `?state=`: as if it were not there */
		if (set_from_query(f, pairs[k].value, (char *)input + f->offset, out))
			return ERR_INPUT;
		given->fields |= 1ull << i;
	}
	return missing(policy, input, out);
}

static const char *const type_names[] = {
	[POLICY_TEXT] = "string",
	[POLICY_I64] = "integer",
	[POLICY_BOOL] = "boolean",
	[POLICY_TIME] = "string",
	[POLICY_NAME] = "string",
	[POLICY_OBJECT] = "object",
	[POLICY_STRINGS] = "object",
	[POLICY_ARRAY] = "array",
	[POLICY_IDS] = "array",
	[POLICY_TEXTS] = "array",
	[POLICY_SET] = "array",
	[POLICY_MONEY] = "number",
	[POLICY_MINUTE] = "string",
};

static void write_names(struct json_out *j, const struct vstr *names)
{
	json_out_array(j, "enum");
	for (const struct vstr *v = names; v->name; v++)
		json_out_text(j, NULL, v->name);
	json_out_array_end(j);
}

/* What the elements of an array are. */
static void write_elements(struct json_out *j, const struct policy_field *f)
{
	if (f->kind == POLICY_ARRAY && f->elements) {
		policy_schema(j, "items", f->elements);
		return;
	}
	json_out_object(j, "items");
	if (f->kind == POLICY_IDS)
		json_out_text(j, "type", "integer");
	if (f->kind == POLICY_TEXTS || f->kind == POLICY_SET)
		json_out_text(j, "type", "string");
	if (f->names)
		write_names(j, f->names);
	json_out_object_end(j);
}

/* Bounds and form of a value that is no container. */
static void write_bounds(struct json_out *j, const struct policy_field *f)
{
	int64_t unit = f->kind == POLICY_MONEY ? 1000000 : 1;

	if (f->kind == POLICY_TIME)
		json_out_text(j, "format", "date-time");
	if (f->kind == POLICY_MINUTE)
		json_out_text(j, "pattern", "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$");
	if ((f->kind == POLICY_I64 || f->kind == POLICY_MONEY) && f->max > f->min) {
		json_out_i64(j, "minimum", f->min / unit);
		json_out_i64(j, "maximum", f->max / unit);
	}
	if (f->kind == POLICY_TEXT)
		json_out_i64(j, "maxLength", f->max > 0 ? f->max : POLICY_TEXT_MAX);
}

void policy_field_schema(struct json_out *j, const struct policy_field *f)
{
	const char *type = type_names[f->kind];

	json_out_text(j, "type", type);
	write_bounds(j, f);
	if (f->kind == POLICY_STRINGS) {
		json_out_object(j, "additionalProperties");
		json_out_text(j, "type", "string");
		json_out_object_end(j);
	}
	if (str_eq(type, "array"))
		write_elements(j, f);
	else if (f->names)
		write_names(j, f->names);
}

void policy_schema(struct json_out *j, const char *key, const struct policy *policy)
{
	json_out_object(j, key);
	json_out_text(j, "type", "object");
	json_out_bool(j, "additionalProperties", false);
	json_out_object(j, "properties");
	for (const struct policy_field *f = policy->fields; f->name; f++) {
		if (f->kind == POLICY_OBJECT && f->elements) {
			policy_schema(j, f->name, f->elements);
			continue;
		}
		json_out_object(j, f->name);
		policy_field_schema(j, f);
		json_out_object_end(j);
	}
	json_out_object_end(j);
	json_out_array(j, "required");
	for (const struct policy_field *f = policy->fields; f->name; f++)
		if (f->required)
			json_out_text(j, NULL, f->name);
	json_out_array_end(j);
	json_out_object_end(j);
}
