#include "web/api/openapi.h"

#include <ctype.h>
#include <string.h>

#include "firmware/base/str.h"
#include "web/api/api.h"

static void write_type(struct json_out *j, const char *type)
{
	json_out_object(j, "schema");
	json_out_text(j, "type", type);
	json_out_object_end(j);
}

/* ---- parameters ---- */

static void path_parameter(struct json_out *j, const char *name, size_t len)
{
	bool id = len == 2 && memcmp(name, "id", 2) == 0;

	json_out_object(j, NULL);
	json_out_text_n(j, "name", name, len);
	json_out_text(j, "in", "path");
	json_out_bool(j, "required", true);
	write_type(j, id ? "integer" : "string");
	json_out_object_end(j);
}

static void query_parameter(struct json_out *j, const struct policy_field *f)
{
	json_out_object(j, NULL);
	json_out_text(j, "name", f->name);
	json_out_text(j, "in", "query");
	json_out_bool(j, "required", f->required);
	json_out_object(j, "schema");
	policy_field_schema(j, f);
	json_out_object_end(j);
	json_out_object_end(j);
}

static void header_parameter(struct json_out *j, const char *name)
{
	json_out_object(j, NULL);
	json_out_text(j, "name", name);
	json_out_text(j, "in", "header");
	write_type(j, "string");
	json_out_object_end(j);
}

static void write_parameters(struct json_out *j, const struct endpoint *r)
{
	json_out_array(j, "parameters");
	for (const char *p = strchr(r->path, '{'); p; p = strchr(p + 1, '{'))
		path_parameter(j, p + 1, strcspn(p + 1, "}"));
	if (r->query)
		for (const struct policy_field *f = r->query->fields; f->name; f++)
			query_parameter(j, f);
	if (r->flags & ROUTE_IDEMPOTENT)
		header_parameter(j, "Idempotency-Key");
	json_out_array_end(j);
}

/* ---- bodies and answers ---- */

static void write_body(struct json_out *j, const struct endpoint *r)
{
	bool json = r->body == ROUTE_JSON || r->body == ROUTE_OPTIONAL_JSON;

	if (r->body == ROUTE_NO_BODY)
		return;
	json_out_object(j, "requestBody");
	json_out_bool(j, "required", r->body != ROUTE_OPTIONAL_JSON);
	json_out_object(j, "content");
	json_out_object(j, json ? "application/json" : "text/csv");
	if (json)
		policy_schema(j, "schema", r->policy);
	else
		write_type(j, "string");
	json_out_object_end(j);
	json_out_object_end(j);
	json_out_object_end(j);
}

static void write_reference(struct json_out *j, const char *key, const char *name)
{
	char at[96];

	(void)str_format(at, sizeof(at), "#/components/schemas/%s", name);
	json_out_object(j, key);
	json_out_text(j, "$ref", at);
	json_out_object_end(j);
}

static void write_items(struct json_out *j, const struct endpoint *r)
{
	json_out_object(j, "schema");
	json_out_text(j, "type", "object");
	json_out_object(j, "properties");
	json_out_object(j, "items");
	json_out_text(j, "type", "array");
	write_reference(j, "items", r->answer->name);
	json_out_object_end(j);
	if (r->form == ROUTE_PAGE) {
		json_out_object(j, "next");
		json_out_array(j, "type");
		json_out_text(j, NULL, "string");
		json_out_text(j, NULL, "null");
		json_out_array_end(j);
		json_out_object_end(j);
	}
	json_out_object_end(j);
	json_out_object_end(j);
}

static void write_one(struct json_out *j, const struct endpoint *r)
{
	if (!r->or_answer) {
		write_reference(j, "schema", r->answer->name);
		return;
	}
	json_out_object(j, "schema");
	json_out_array(j, "oneOf");
	write_reference(j, NULL, r->answer->name);
	write_reference(j, NULL, r->or_answer->name);
	json_out_array_end(j);
	json_out_object_end(j);
}

static void write_answers(struct json_out *j, const struct endpoint *r)
{
	char status[8];

	(void)str_format(status, sizeof(status), "%d", r->status ? r->status : 200);
	json_out_object(j, "responses");
	json_out_object(j, status);
	json_out_text(j, "description", "Done");
	if (r->answer) {
		json_out_object(j, "content");
		json_out_object(j, "application/json");
		if (r->form == ROUTE_ONE)
			write_one(j, r);
		else
			write_items(j, r);
		json_out_object_end(j);
		json_out_object_end(j);
	}
	json_out_object_end(j);
	json_out_object(j, "default");
	json_out_text(j, "description", "Why it was not done");
	json_out_object(j, "content");
	json_out_object(j, "application/problem+json");
	write_reference(j, "schema", "Problem");
	json_out_object_end(j);
	json_out_object_end(j);
	json_out_object_end(j);
	json_out_object_end(j);
}

static void write_security(struct json_out *j, const struct endpoint *r)
{
	json_out_array(j, "security");
	if (r->scope != AUTH_NONE) {
		if (!(r->flags & ROUTE_PERSON)) {
			json_out_object(j, NULL);
			json_out_array(j, "key");
			json_out_array_end(j);
			json_out_object_end(j);
		}
		json_out_object(j, NULL);
		json_out_array(j, "session");
		json_out_array_end(j);
		json_out_object_end(j);
	}
	json_out_array_end(j);
	if (r->scope != AUTH_NONE)
		json_out_text(j, "x-scope", vstr_name(auth_scope_names, (int)r->scope));
}

/* "GET /api/v1/lists/{id}" is "get_lists_id", "GET /health" is "get_root_health". */
static void write_operation_id(struct json_out *j, const struct endpoint *r)
{
	char id[128] = "";
	size_t n = 0;
	bool api = str_starts(r->path, "/api/v1");
	const char *path = api ? r->path + 7 : r->path;

	for (const char *p = r->method; *p; p++)
		id[n++] = (char)tolower((unsigned char)*p);
	if (!api)
		n += str_copy(id + n, sizeof(id) - n, "_root") ? 5 : 0;
	for (const char *p = path; *p && n < sizeof(id) - 1; p++) {
		if (isalnum((unsigned char)*p))
			id[n++] = *p;
		else if (id[n - 1] != '_' && *p != '}')
			id[n++] = '_';
	}
	id[n] = '\0';
	json_out_text(j, "operationId", id);
}

static void write_operation(struct json_out *j, const struct endpoint *r)
{
	char method[8] = "";

	for (size_t i = 0; i < sizeof(method) - 1 && r->method[i]; i++)
		method[i] = (char)tolower((unsigned char)r->method[i]);
	json_out_object(j, method);
	write_operation_id(j, r);
	json_out_text(j, "summary", r->summary);
	write_security(j, r);
	write_parameters(j, r);
	write_body(j, r);
	write_answers(j, r);
	json_out_object_end(j);
}

/* ---- the document ---- */

static bool is_first_of_path(size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(endpoint_at(k)->path, endpoint_at(i)->path))
			return false;
	return true;
}

static void write_paths(struct json_out *j)
{
	size_t n = endpoint_count();

	json_out_object(j, "paths");
	for (size_t i = 0; i < n; i++) {
		const char *path = endpoint_at(i)->path;
		if (strchr(path, '*') || !is_first_of_path(i))
			continue;
		json_out_object(j, path);
		for (size_t k = i; k < n; k++)
			if (str_eq(endpoint_at(k)->path, path))
				write_operation(j, endpoint_at(k));
		json_out_object_end(j);
	}
	json_out_object_end(j);
}

static bool is_first_of_shape(size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (endpoint_at(k)->answer && str_eq(endpoint_at(k)->answer->name,
						      endpoint_at(i)->answer->name))
			return false;
	return true;
}

static void write_problem_schema(struct json_out *j)
{
	static const char *const texts[] = { "type", "title", "code", "detail", "field" };
	static const char *const numbers[] = { "status", "line", "limit", "offset" };

	json_out_object(j, "Problem");
	json_out_text(j, "type", "object");
	json_out_object(j, "properties");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_out_object(j, texts[i]);
		json_out_text(j, "type", "string");
		json_out_object_end(j);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		json_out_object(j, numbers[i]);
		json_out_text(j, "type", "integer");
		json_out_object_end(j);
	}
	json_out_object(j, "params");
	json_out_text(j, "type", "object");
	json_out_object_end(j);
	json_out_object_end(j);
	json_out_object_end(j);
}

static void write_components(struct json_out *j)
{
	json_out_object(j, "components");
	json_out_raw(j, "securitySchemes",
		"{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
		"\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\","
		"\"name\":\"chapar_session\"}}");
	json_out_object(j, "schemas");
	for (size_t i = 0; i < endpoint_count(); i++) {
		const struct endpoint *r = endpoint_at(i);
		if (r->answer && is_first_of_shape(i))
			shape_schema(j, r->answer->name, r->answer);
		if (r->or_answer)
			shape_schema(j, r->or_answer->name, r->or_answer);
	}
	write_problem_schema(j);
	json_out_object_end(j);
	json_out_object_end(j);
}

void openapi_write(struct json_out *j)
{
	json_out_object(j, NULL);
	json_out_text(j, "openapi", "3.1.0");
	json_out_object(j, "info");
	json_out_text(j, "title", "Chapar");
	json_out_text(j, "version", API_VERSION);
	json_out_text(j, "description",
		"Text messages over the SIMs of this box. Times are RFC 3339 in UTC. "
		"Lists "
		"page by cursor. Errors are RFC 9457 problem documents with a stable "
		"code.");
	json_out_object_end(j);
	write_paths(j);
	write_components(j);
	json_out_object_end(j);
}
