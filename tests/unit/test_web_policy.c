/*
 * What a request may say is checked before any handler sees it: types, limits, names that
 * were nearly right; and the address is taken apart without a way around the tree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "firmware/base/str.h"
#include "web/api/policy.h"
#include "web/api/policy_value.h"
#include "web/api/target.h"

struct input {
	struct policy_given given;
	const char *name;
	int64_t count, at;
	bool loud;
	int colour;
	const json_t *tags, *extra, *words;
	int64_t days, price, open;
};
static const struct vstr day_names[] = { { 0, "mon" }, { 1, "tue" }, { 6, "sun" },
	{ 0, NULL } };
static const struct vstr colours[] = { { 1, "red" }, { 2, "blue" }, { 0, NULL } };
static const struct policy_field fields[] = {
	POLICY_FIELD(struct input, TEXT, "name", name, true, 10),
	POLICY_NUMBER(struct input, "count", count, 1, 500),
	POLICY_FIELD(struct input, BOOL, "loud", loud, false, 0),
	POLICY_FIELD(struct input, TIME, "send_after", at, false, 0),
	POLICY_ENUM(struct input, "colour", colour, colours),
	POLICY_FIELD(struct input, IDS, "tags", tags, false, 3),
	POLICY_FIELD(struct input, STRINGS, "extra", extra, false, 0),
	POLICY_FIELD(struct input, TEXTS, "words", words, false, 2),
	POLICY_BITS(struct input, "days", days, day_names),
	POLICY_AMOUNT(struct input, "price", price, 0),
	POLICY_FIELD(struct input, MINUTE, "open", open, false, 0),
	{ 0 },
};
static const struct policy policy = {
	.name = "Input",
	.fields = fields,
	.size = sizeof(struct input),
};

static enum err read_json(const char *text, struct input *in, struct problem *p)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(json);
	*in = (struct input){ 0 };
	enum err err = policy_read_json(&policy, json, in, p);
	json_decref(json);
	return err;
}

static void test_reads_all_kinds(void **state)
{
	struct input in;
	struct problem p;

	(void)state;
	json_t *json =
		json_loads("{\"name\":\"Ana\",\"count\":500,\"loud\":true,"
			   "\"send_after\":\"2026-11-21T19:30:00Z\",\"colour\":\"blue\","
			   "\"tags\":[1,2],\"extra\":{\"a\":\"b\"},"
			   "\"words\":[\"x\"],\"days\":[\"sun\",\"mon\",\"sun\"],"
			   "\"price\":0.045,\"open\":\"09:30\"}",
			0, NULL);
	in = (struct input){ 0 };
	assert_int_equal(policy_read_json(&policy, json, &in, &p), ERR_OK);
	assert_string_equal(in.name, "Ana");
	assert_int_equal(in.count, 500);
	assert_true(in.loud);
	assert_int_equal(in.at, 1795289400000);
	assert_int_equal(in.colour, 2);
	assert_int_equal(json_array_size(in.tags), 2);
	assert_true(policy_has(&in, 0) && policy_has(&in, 6));
	assert_string_equal(json_string_value(json_array_get(in.words, 0)), "x");
	assert_int_equal(in.days, 1 | 1 << 6);
	assert_int_equal(in.price, 45000);
	assert_int_equal(in.open, 9 * 60 + 30);
	json_decref(json);
}

struct refused {
	const char *json, *code, *field;
};

static void test_refuses_what_does_not_fit(void **state)
{
	static const struct refused rows[] = {
		{ "{}", "missing_field", "name" },
		{ "{\"name\":null}", "missing_field", "name" },
		{ "[]", "wrong_type", "" },
		{ "{\"name\":1}", "wrong_type", "name" },
		{ "{\"name\":\"12345678901\"}", "too_long", "name" },
		{ "{\"name\":\"a\",\"count\":\"1\"}", "wrong_type", "count" },
		{ "{\"name\":\"a\",\"count\":1.5}", "wrong_type", "count" },
		{ "{\"name\":\"a\",\"count\":0}", "out_of_range", "count" },
		{ "{\"name\":\"a\",\"count\":501}", "out_of_range", "count" },
		{ "{\"name\":\"a\",\"loud\":1}", "wrong_type", "loud" },
		{ "{\"name\":\"a\",\"send_after\":\"tomorrow\"}", "wrong_type",
			"send_after" },
		{ "{\"name\":\"a\",\"colour\":\"green\"}", "unknown_value", "colour" },
		{ "{\"name\":\"a\",\"tags\":{}}", "wrong_type", "tags" },
		{ "{\"name\":\"a\",\"tags\":[\"1\"]}", "wrong_type", "tags" },
		{ "{\"name\":\"a\",\"tags\":[0]}", "wrong_type", "tags" },
		{ "{\"name\":\"a\",\"tags\":[1,2,3,4]}", "too_many", "tags" },
		{ "{\"name\":\"a\",\"extra\":{\"a\":1}}", "wrong_type", "extra" },
		{ "{\"name\":\"a\",\"words\":[1]}", "wrong_type", "words" },
		{ "{\"name\":\"a\",\"words\":[\"1\",\"2\",\"3\"]}", "too_many", "words" },
		{ "{\"name\":\"a\",\"days\":\"mon\"}", "wrong_type", "days" },
		{ "{\"name\":\"a\",\"days\":[0]}", "wrong_type", "days" },
		{ "{\"name\":\"a\",\"days\":[\"Mon\"]}", "unknown_value", "days" },
		{ "{\"name\":\"a\",\"price\":\"1\"}", "wrong_type", "price" },
		{ "{\"name\":\"a\",\"price\":-0.000001}", "out_of_range", "price" },
		{ "{\"name\":\"a\",\"price\":1e300}", "out_of_range", "price" },
		{ "{\"name\":\"a\",\"price\":1000000000.1}", "out_of_range", "price" },
		{ "{\"name\":\"a\",\"open\":540}", "wrong_type", "open" },
		{ "{\"name\":\"a\",\"open\":\"9:00\"}", "wrong_type", "open" },
		{ "{\"name\":\"a\",\"open\":\"24:01\"}", "wrong_type", "open" },
		{ "{\"name\":\"a\",\"open\":\"09:60\"}", "wrong_type", "open" },
		{ "{\"name\":\"a\",\"open\":\"-9:00\"}", "wrong_type", "open" },
		{ "{\"name\":\"a\",\"nmae\":\"b\"}", "unknown_field", "nmae" },
	};
	struct input in;
	struct problem p;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_json(rows[i].json, &in, &p), ERR_INPUT);
		assert_string_equal(p.code, rows[i].code);
		assert_string_equal(p.field, rows[i].field);
		assert_int_equal(p.status, 400);
		assert_true(strlen(p.detail) > 10);
	}
}

static void test_values_that_json_has_no_type_for(void **state)
{
	static const struct {
		double amount;
		int64_t millionths;
		const char *text;
	} rows[] = {
		{ 0, 0, "0" },
		{ 0.045, 45000, "0.045" },
		{ 12.40, 12400000, "12.4" },
		{ 0.000001, 1, "0.000001" },
		{ -3.5, -3500000, "-3.5" },
		{ 100, 100000000, "100" },
		{ 1e10, 10000000000000000, "10000000000" },
	};
	char text[POLICY_VALUE_SIZE];
	int64_t got;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(policy_millionths(rows[i].amount, &got));
		assert_int_equal(got, rows[i].millionths);
		assert_string_equal(
			policy_amount_text(rows[i].millionths, text), rows[i].text);
	}
	assert_false(policy_millionths(1.1e10, &got));
	assert_false(policy_millionths(0.0 / 0.0, &got));
	assert_string_equal(policy_amount_text(INT64_MIN, text), "-9223372036854.775808");
	for (int64_t minute = 0; minute <= 24 * 60; minute++) {
		assert_true(policy_minute(policy_minute_text(minute, text), &got));
		assert_int_equal(got, minute);
	}
	assert_false(policy_minute("", &got));
	assert_false(policy_minute("0900", &got));
	assert_false(policy_minute("09:+1", &got));
	assert_false(policy_minute("-0:00", &got));
	assert_false(policy_minute("09:000", &got));
}

static void test_names_the_nearest_field(void **state)
{
	struct input in;
	struct problem p;

	(void)state;
	assert_int_equal(read_json("{\"name\":\"a\",\"cuont\":1}", &in, &p), ERR_INPUT);
	assert_non_null(strstr(p.detail, "\"count\""));
	assert_int_equal(
		read_json("{\"name\":\"a\",\"qqqqqqqq\":1}", &in, &p), ERR_INPUT);
	assert_null(strstr(p.detail, "Did you mean"));
}

static void test_query_values_are_typed_too(void **state)
{
	static const struct policy_pair good[] = {
		{ "name", "x" },
		{ "count", "7" },
		{ "loud", "1" },
		{ "colour", "" },
	};
	static const struct policy_pair bad[] = { { "name", "x" }, { "count", "7x" } };
	struct input in = { 0 };
	struct problem p;

	(void)state;
	assert_int_equal(policy_read_query(&policy, good, 4, &in, &p), ERR_OK);
	assert_int_equal(in.count, 7);
	assert_true(in.loud);
	assert_false(policy_has(&in, 4));
	assert_int_equal(policy_read_query(&policy, bad, 2, &in, &p), ERR_INPUT);
	assert_string_equal(p.code, "wrong_type");
}

static void test_addresses_decode(void **state)
{
	struct target t;
	struct problem p;

	(void)state;
	assert_int_equal(target_parse("/a%20b/%CE%B1?x=1+2&y=%2B&z", &t, &p), ERR_OK);
	assert_int_equal(t.n_segments, 2);
	assert_string_equal(t.segments[0], "a b");
	assert_string_equal(t.segments[1], "α");
	assert_int_equal(t.n_pairs, 3);
	assert_string_equal(t.pairs[0].value, "1 2");
	assert_string_equal(t.pairs[1].value, "+");
	assert_string_equal(t.pairs[2].value, "");
	target_fini(&t);
	assert_int_equal(target_parse("/suppressions/+306912345678", &t, &p), ERR_OK);
	assert_string_equal(t.segments[1], "+306912345678");
	target_fini(&t);
}

static void test_crooked_addresses_are_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"api",
		"http://x/",
		"//",
		"/a//b",
		"/a/",
		"/..",
		"/a/../b",
		"/a/./b",
		"/%2e%2e/a",
		"/a%2fb",
		"/a%5cb",
		"/a%00b",
		"/a%0ab",
		"/a%zz",
		"/a%",
		"/a%4",
		"/%ff",
		"/a?x=%ff",
		"/a?x=%",
		"/a?%00=1",
		"/1/2/3/4/5/6/7/8/9",
	};
	char longest[5000];
	struct target t;
	struct problem p;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(target_parse(rows[i], &t, &p), ERR_INPUT);
	memset(longest, 'a', sizeof(longest));
	longest[0] = '/';
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(target_parse(longest, &t, &p), ERR_INPUT);
	assert_int_equal(p.status, 414);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_all_kinds),
		cmocka_unit_test(test_refuses_what_does_not_fit),
		cmocka_unit_test(test_values_that_json_has_no_type_for),
		cmocka_unit_test(test_names_the_nearest_field),
		cmocka_unit_test(test_query_values_are_typed_too),
		cmocka_unit_test(test_addresses_decode),
		cmocka_unit_test(test_crooked_addresses_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
