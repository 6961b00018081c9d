/*
 * The API document and the API are one: every route is in it, all its references lead
 * somewhere, and what the box really answers has exactly the members that are documented,
 * of the documented types.
 */
#include "tests/unit/web_box.h"

#include <ctype.h>

#include "web/api/endpoint.h"

static json_t *document(struct web_box *box)
{
	struct web_reply r = web_ask(box->port,
		&(struct web_ask){ .method = "GET", .path = "/api/v1/openapi.json" });

	assert_int_equal(r.status, 200);
	assert_non_null(r.json);
	json_t *json = json_incref(r.json);
	web_reply_fini(&r);
	return json;
}

static const json_t *operation_of(const json_t *doc, const struct endpoint *r)
{
	char method[8] = "";

	for (size_t i = 0; r->method[i]; i++)
		method[i] = (char)tolower((unsigned char)r->method[i]);
	return json_object_get(
		json_object_get(json_object_get(doc, "paths"), r->path), method);
}

static void test_every_route_is_documented(void **state)
{
	json_t *doc = document(*state);
	json_t *ids = json_object();

	assert_string_equal(json_string_value(json_object_get(doc, "openapi")), "3.1.0");
	for (size_t i = 0; i < endpoint_count(); i++) {
		const struct endpoint *r = endpoint_at(i);
		if (str_eq(r->path, "/*"))
			continue;
		const json_t *op = operation_of(doc, r);
		if (!op)
			fail_msg("%s %s is not in the document", r->method, r->path);
		const char *id = json_string_value(json_object_get(op, "operationId"));
		assert_null(json_object_get(ids, id));
		assert_int_equal(json_object_set_new(ids, id, json_true()), 0);
		assert_true(
			strlen(json_string_value(json_object_get(op, "summary"))) > 5);
		const json_t *security = json_object_get(op, "security");
		assert_int_equal(json_array_size(security) == 0, r->scope == AUTH_NONE);
		bool body = r->body != ROUTE_NO_BODY;
		assert_int_equal(json_object_get(op, "requestBody") != NULL, body);
	}
	json_decref(ids);
	json_decref(doc);
}

static const json_t *resolve(const json_t *doc, const char *ref)
{
	static const char start[] = "#/components/schemas/";

	assert_true(str_starts(ref, start));
	const json_t *schema = json_object_get(
		json_object_get(json_object_get(doc, "components"), "schemas"),
		ref + sizeof(start) - 1);
	if (!schema)
		fail_msg("%s leads nowhere", ref);
	return schema;
}

static void check_references(const json_t *doc, const json_t *at)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)at, key, value)
	{
		if (str_eq(key, "$ref"))
			(void)resolve(doc, json_string_value(value));
		check_references(doc, value);
	}
	json_array_foreach(at, i, value) check_references(doc, value);
}

static void test_references_lead_somewhere(void **state)
{
	json_t *doc = document(*state);

	check_references(doc, doc);
	json_decref(doc);
}

/* ---- real answers ---- */

static bool type_is(const json_t *value, const char *type)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return str_eq(type, "object");
	case JSON_ARRAY:
		return str_eq(type, "array");
	case JSON_STRING:
		return str_eq(type, "string");
	case JSON_INTEGER:
		return str_eq(type, "integer") || str_eq(type, "number");
	case JSON_REAL:
		return str_eq(type, "number");
	case JSON_TRUE:
	case JSON_FALSE:
		return str_eq(type, "boolean");
	case JSON_NULL:
		return str_eq(type, "null");
	}
	return false;
}

static bool fits_type(const json_t *value, const json_t *type)
{
	size_t i;
	json_t *one;

	if (json_is_string(type))
		return type_is(value, json_string_value(type));
	json_array_foreach(
		type, i, one) if (type_is(value, json_string_value(one))) return true;
	return false;
}

static void check_object(const json_t *schema, const json_t *object, const char *where)
{
	const json_t *properties = json_object_get(schema, "properties");
	const char *key;
	json_t *value;
	size_t i;
	json_t *item;

	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		const json_t *property = json_object_get(properties, key);
		if (!property)
			fail_msg("%s: \"%s\" is not documented", where, key);
		if (!fits_type(value, json_object_get(property, "type")))
			fail_msg("%s: \"%s\" has another type", where, key);
		if (json_object_get(property, "properties"))
			check_object(property, value, where);
		if (json_object_get(property, "items"))
			json_array_foreach(value, i, item) check_object(
				json_object_get(property, "items"), item, where);
	}
	json_array_foreach(json_object_get(schema, "required"), i,
		item) if (!json_object_get(object, json_string_value(item)))
		fail_msg("%s: \"%s\" is missing", where, json_string_value(item));
}

static void check_answer(const json_t *doc, const struct endpoint *r,
	const json_t *answer, size_t *out_items)
{
	char ref[128];
	size_t i;
	json_t *item;

	(void)str_format(ref, sizeof(ref), "#/components/schemas/%s", r->answer->name);
	const json_t *schema = resolve(doc, ref);
	if (r->form == ROUTE_ONE) {
		check_object(schema, answer, r->path);
		return;
	}
	const json_t *items = json_object_get(answer, "items");
	assert_true(json_is_array(items));
	assert_int_equal(json_object_get(answer, "next") != NULL, r->form == ROUTE_PAGE);
	json_array_foreach(items, i, item) check_object(schema, item, r->path);
	*out_items += json_array_size(items);
}

struct step {
	const char *path, *body;
};

/* One of each, so that lists have something to show. */
static void furnish(struct web_box *box)
{
	static const struct step steps[] = {
		{ "/api/v1/lists", "{\"name\":\"Friends\",\"country\":\"GR\"}" },
		{ "/api/v1/contacts", "{\"phone\":\"6912345678\",\"country\":\"GR\","
				      "\"first_name\":\"Ana\","
				      "\"fields\":{\"city\":\"Patras\"},\"lists\":[1],"
				      "\"consent\":{\"source\":"
				      "\"shop\",\"given_at\":\"2026-01-02\",\"evidence\":"
				      "\"form 3\"}}" },
		{ "/api/v1/messages",
			"{\"to\":\"+306912345678\",\"text\":\"t\",\"class\":\"alert\"}" },
		{ "/api/v1/campaigns",
			"{\"name\":\"Spring\",\"list_id\":1,\"text\":\"Hi "
			"{{first_name|you}}\",\"class\":\"promotional\"}" },
		{ "/api/v1/suppressions", "{\"msisdn\":\"+306911111111\"}" },
		{ "/api/v1/users",
			"{\"name\":\"nikos\",\"password\":\"long enough it is\","
			"\"role\":\"viewer\"}" },
		{ "/api/v1/campaigns/1/estimate", "{}" },
		{ "/api/v1/contacts/1/consents",
			"{\"list_id\":1,\"kind\":\"opt_in\",\"source\":\"web\",\"given_"
			"at\":"
			"\"2026-02-02\",\"evidence\":\"form 4\"}" },
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct web_reply r =
			web_ask(box->port, &(struct web_ask){
						   .method = "POST",
						   .path = steps[i].path,
						   .body = steps[i].body,
						   .key = box->keys[AUTH_ADMIN],
					   });
		if (r.status < 200 || r.status > 202)
			fail_msg("%s: %d %s", steps[i].path, r.status, r.body);
		web_reply_fini(&r);
	}
}

/* "/api/v1/lists/{id}" → "/api/v1/lists/1" */
static void first_path(const struct endpoint *r, char *dst, size_t size)
{
	const char *brace = strchr(r->path, '{');

	if (!brace) {
		(void)str_copy(dst, size, r->path);
		return;
	}
	bool id = str_starts(brace, "{id}");
	(void)str_format(dst, size, "%.*s%s%s", (int)(brace - r->path), r->path,
		id ? "1" : "+306911111111", brace + strcspn(brace, "}") + 1);
}

static void test_answers_are_as_documented(void **state)
{
	struct web_box *box = *state;
	json_t *doc = document(box);
	size_t items = 0, checked = 0;

	furnish(box);
	for (size_t i = 0; i < endpoint_count(); i++) {
		const struct endpoint *r = endpoint_at(i);
		char path[128];
		if (!str_eq(r->method, "GET") || !r->answer || r->flags & ROUTE_LOOPBACK)
			continue;
		first_path(r, path, sizeof(path));
		struct web_reply reply =
			web_ask(box->port, &(struct web_ask){
						   .method = "GET",
						   .path = path,
						   .key = box->keys[AUTH_ADMIN],
					   });
		/* No job and no inbound text is there; without SIMs health is degraded.
		 */
		if (reply.status == 200) {
			check_answer(doc, r, reply.json, &items);
			checked++;
		} else if (reply.status != 404) {
			fail_msg("%s: %d %s", path, reply.status, reply.body);
		}
		web_reply_fini(&reply);
	}
	assert_true(checked >= 24);
	assert_true(items >= 10);
	json_decref(doc);
}

#define BOXED(test_)                                                                     \
	cmocka_unit_test_setup_teardown(test_, web_box_setup, web_box_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOXED(test_every_route_is_documented),
		BOXED(test_references_lead_somewhere),
		BOXED(test_answers_are_as_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
