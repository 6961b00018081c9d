/*
 * Contacts from a file: inspected first, then taken in piece by piece onto the disk, for
 * the importer to work off. The file is never held in memory.
 */
#include "web/api/resources.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/import/import.h"
#include "web/api/api.h"

struct import_in {
	struct policy_given given;
	const char *country, *map, *delimiter, *encoding, *name;
	bool dry_run;
};
static const struct policy_field import_fields[] = {
	POLICY_FIELD(struct import_in, TEXT, "country", country, false, 3),
	POLICY_FIELD(struct import_in, BOOL, "dry_run", dry_run, false, 0),
	POLICY_FIELD(struct import_in, TEXT, "map", map, false, 3000),
	POLICY_FIELD(struct import_in, TEXT, "delimiter", delimiter, false, 8),
	POLICY_FIELD(struct import_in, TEXT, "encoding", encoding, false, 32),
	POLICY_FIELD(struct import_in, TEXT, "name", name, false, 255),
	{ 0 },
};
static const struct policy import_policy = {
	.name = "ImportQuery",
	.fields = import_fields,
	.size = sizeof(struct import_in),
};

static struct import_options options_of(const struct call *c)
{
	const struct import_in *in = (const void *)c->query;

	return (struct import_options){
		.list_id = c->params.id,
		.country = in->country,
		.map = in->map,
		.delimiter = in->delimiter,
		.encoding = in->encoding,
		.file_name = in->name ? in->name : "",
		.dry_run = in->dry_run,
	};
}

/* ---- upload ---- */

static void upload_begin(struct call *c)
{
	struct problem p;

	/* Before the file comes: its sender should not wait to learn of a typing error.
	 */
	if (policy_read_query(
		    &import_policy, c->target.pairs, c->target.n_pairs, c->query, &p)) {
		call_problem(c, &p);
		return;
	}
	memset(c->query, 0, sizeof(c->query)); /* to be read again by the common path */
	if (!call_failed(c, import_upload_begin(c->office, c->api->options.spool_dir,
				    c->body_octets, &c->upload)))
		c->is_uploading = true;
}

/* On the server's own thread: the disk's cache takes a piece at once. */
static void upload_write(struct call *c, const void *data, size_t len)
{
	struct office none = { .clock = c->api->options.clock };
	struct problem p;

	if (import_upload_write(&none, &c->upload, data, len)) {
		problem_from_refusal(&p, &none.why);
		call_problem(c, &p);
	}
}

static void upload_run(struct call *c)
{
	struct import_options options = options_of(c);
	int64_t job;

	c->is_uploading = false; /* from here on the office minds the file */
	if (call_failed(c, import_upload_end(
				   c->office, &c->who.actor, &c->upload, &options, &job)))
		return;
	struct json_out j = call_json(c);
	json_out_object(&j, NULL);
	json_out_i64(&j, "job", job);
	json_out_object_end(&j);
}

static void upload_end(struct call *c)
{
	if (c->is_uploading)
		import_upload_abort(&c->upload);
	c->is_uploading = false;
}

struct job_started {
	int64_t job;
};
static const struct shape_field started_fields[] = {
	SHAPE_FIELD(struct job_started, I64, "job", job),
	{ 0 },
};
static const struct shape started_shape = {
	.name = "ImportStarted",
	.fields = started_fields,
};

/* ---- inspect ---- */

static void write_header(struct json_out *j, const char *key, const void *object)
{
	const struct import_inspection *i = object;

	json_out_array(j, key);
	for (size_t k = 0; k < i->n_columns; k++)
		json_out_text(j, NULL, i->header[k]);
	json_out_array_end(j);
}

static void write_map(struct json_out *j, const char *key, const void *object)
{
	const struct import_inspection *i = object;

	json_out_object(j, key);
	for (size_t k = 0; k < i->n_columns; k++)
		if (i->target[k])
			json_out_text(j, i->target[k], i->header[k]);
	json_out_object_end(j);
}

static void write_unmapped(struct json_out *j, const char *key, const void *object)
{
	const struct import_inspection *i = object;

	json_out_array(j, key);
	for (size_t k = 0; k < i->n_columns; k++)
		if (!i->target[k])
			json_out_text(j, NULL, i->header[k]);
	json_out_array_end(j);
}

static void write_rows(struct json_out *j, const char *key, const void *object)
{
	const struct import_inspection *i = object;

	json_out_array(j, key);
	for (size_t r = 0; r < i->n_rows; r++) {
		json_out_array(j, NULL);
		for (size_t k = 0; k < i->n_columns; k++)
			json_out_text(j, NULL, i->cells[r][k]);
		json_out_array_end(j);
	}
	json_out_array_end(j);
}

/* "code: sentence", as jobs keep their errors. */
static void write_warnings(struct json_out *j, const char *key, const void *object)
{
	const struct import_inspection *i = object;
	char code[40];

	json_out_array(j, key);
	for (size_t k = 0; k < i->n_warnings; k++) {
		const char *text = i->warnings[k];
		size_t len = strcspn(text, ": ");
		bool has_code =
			text[len] == ':' && str_copy_n(code, sizeof(code), text, len);
		json_out_object(j, NULL);
		json_out_text(j, "code", has_code ? code : "warning");
		json_out_text(j, "detail",
			has_code ? text + len + 1 + strspn(text + len + 1, " ") : text);
		json_out_object_end(j);
	}
	json_out_array_end(j);
}

static void write_delimiter(struct json_out *j, const char *key, const void *object)
{
	const struct import_inspection *i = object;

	json_out_text_n(j, key, &i->delimiter, i->delimiter != '\0');
}

static const struct shape_field inspection_fields[] = {
	SHAPE_FIELD(struct import_inspection, TEXT, "encoding", encoding),
	SHAPE_BY("delimiter", "string", write_delimiter),
	SHAPE_BY("header", "array", write_header),
	SHAPE_BY("map", "object", write_map),
	SHAPE_BY("unmapped", "array", write_unmapped),
	SHAPE_BY("rows", "array", write_rows),
	SHAPE_BY("warnings", "array", write_warnings),
	{ 0 },
};
static const struct shape inspection_shape = {
	.name = "Inspection",
	.fields = inspection_fields,
};

static void inspect_run(struct call *c)
{
	struct import_options options = options_of(c);
	struct import_inspection inspection = { 0 };

	if (!call_failed(c, import_inspect(c->office, &options, buf_str(&c->body),
				    c->body.len, &inspection)))
		call_answer_shape(c, &inspection_shape, &inspection);
	import_inspection_fini(&inspection);
}

const struct endpoint import_routes[] = {
	{
		.method = "POST",
		.path = "/api/v1/lists/{id}/import",
		.scope = AUTH_SEND,
		.body = ROUTE_STREAM,
		.query = &import_policy,
		.begin = upload_begin,
		.write = upload_write,
		.run = upload_run,
		.end = upload_end,
		.status = 202,
		.summary =
			"Contacts from a CSV file of any size (the body); see /jobs/{id}",
		.answer = &started_shape,
	},
	{
		.method = "POST",
		.path = "/api/v1/lists/{id}/import/inspect",
		.scope = AUTH_SEND,
		.body = ROUTE_BYTES,
		.body_max = IMPORT_INSPECT_MAX,
		.query = &import_policy,
		.run = inspect_run,
		.summary = "What an import would make of the first 256 KB of a file",
		.answer = &inspection_shape,
	},
	{ 0 },
};
