/*
 * Jobs: how far an import is, and what it left out.
 */
#include "web/api/resources.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "firmware/office/import/import.h"
#include "web/api/api.h"
#include "web/api/page.h"
#include "web/api/shapes.h"

#define REJECTED_DEFAULT 100

static void write_delimiter(struct json_out *j, const char *key, const void *object)
{
	const struct job_view *view = object;

	json_out_text_n(j, key, &view->delimiter, view->delimiter != '\0');
}

static void write_error(struct json_out *j, const char *key, const void *object)
{
	const struct job_view *view = object;

	if (!view->error_code || view->error_code[0] == '\0') {
		json_out_null(j, key);
		return;
	}
	json_out_object(j, key);
	json_out_text(j, "code", view->error_code);
	json_out_text(j, "detail", view->error_detail);
	json_out_object_end(j);
}

static const struct shape_field job_fields[] = {
	SHAPE_FIELD(struct job_view, I64, "id", j.id),
	SHAPE_FIELD(struct job_view, POINTER, "kind", j.kind),
	SHAPE_FIELD(struct job_view, ID, "list_id", j.list_id),
	SHAPE_FIELD(struct job_view, POINTER_OR_NULL, "list", list),
	SHAPE_FIELD(struct job_view, POINTER, "state", j.state),
	SHAPE_FIELD(struct job_view, BOOL, "dry_run", dry_run),
	SHAPE_FIELD(struct job_view, POINTER, "file_name", file_name),
	SHAPE_FIELD(struct job_view, POINTER, "encoding", encoding),
	SHAPE_BY("delimiter", "string", write_delimiter),
	SHAPE_FIELD(struct job_view, JSON, "map", map),
	SHAPE_FIELD(struct job_view, I64, "bytes_total", j.bytes_total),
	SHAPE_FIELD(struct job_view, I64, "bytes_done", j.bytes_done),
	SHAPE_FIELD(struct job_view, I64, "rows", j.rows),
	SHAPE_FIELD(struct job_view, I64, "accepted", j.accepted),
	SHAPE_FIELD(struct job_view, I64, "updated", j.updated),
	SHAPE_FIELD(struct job_view, I64, "duplicate", j.duplicate),
	SHAPE_FIELD(struct job_view, I64, "quarantined", j.quarantined),
	SHAPE_FIELD(struct job_view, I64, "rejected", j.rejected),
	SHAPE_BY("error", "object?", write_error),
	SHAPE_FIELD(struct job_view, I64_OR_NULL, "eta_s", eta_s),
	SHAPE_FIELD(struct job_view, TIME, "created_at", j.created_at),
	SHAPE_FIELD(struct job_view, TIME, "finished_at", j.finished_at),
	{ 0 },
};
const struct shape job_shape = { .name = "Job", .fields = job_fields };

static const struct shape_field rejected_fields[] = {
	SHAPE_FIELD(struct rejected_row, I64, "row", row),
	SHAPE_FIELD(struct rejected_row, POINTER, "reason", reason),
	SHAPE_FIELD(struct rejected_row, POINTER, "detail", detail),
	SHAPE_FIELD(struct rejected_row, POINTER, "raw", raw),
	{ 0 },
};
static const struct shape rejected_shape = {
	.name = "RejectedRow",
	.fields = rejected_fields,
};

static bool one(void *user, const struct job_view *view)
{
	call_answer_shape(user, &job_shape, view);
	return true;
}

static bool item(void *user, const struct job_view *view)
{
	struct page *page = user;

	if (!page_item(page, view->j.id))
		return false;
	shape_write(&page->j, NULL, &job_shape, view);
	return true;
}

struct query_in {
	struct page_query page;
	int kind;
};
static const struct vstr kind_names[] = { { 0, "import" }, { 0, NULL } };
static const struct policy_field query_fields[] = {
	PAGE_FIELDS(struct query_in),
	POLICY_ENUM(struct query_in, "kind", kind, kind_names),
	{ 0 },
};
static const struct policy query_policy = {
	.name = "JobQuery",
	.fields = query_fields,
	.size = sizeof(struct query_in),
};

static void jobs_index(struct call *c)
{
	const struct query_in *in = (const void *)c->query;
	struct page page;

	if (page_begin(&page, c, &in->page))
		page_end(&page, jobs_list(c->office, page.before, page.max, item, &page));
}

static void job_show(struct call *c)
{
	(void)call_failed(c, jobs_get(c->office, c->params.id, one, c));
}

static void job_cancel_post(struct call *c)
{
	if (!call_failed(c, jobs_cancel(c->office, &c->who.actor, c->params.id)))
		job_show(c);
}

struct rejected_in {
	struct policy_given given;
	int format;
	int64_t limit;
};
enum format {
	FORMAT_CSV,
	FORMAT_JSON
};
static const struct vstr format_names[] = {
	{ FORMAT_CSV, "csv" },
	{ FORMAT_JSON, "json" },
	{ 0, NULL },
};
static const struct policy_field rejected_query_fields[] = {
	POLICY_ENUM(struct rejected_in, "format", format, format_names),
	POLICY_NUMBER(struct rejected_in, "limit", limit, 1, 1000),
	{ 0 },
};
static const struct policy rejected_policy = {
	.name = "RejectedQuery",
	.fields = rejected_query_fields,
	.size = sizeof(struct rejected_in),
};

static bool rejected_item(void *user, const struct rejected_row *row)
{
	shape_write(user, NULL, &rejected_shape, row);
	return true;
}

static void rejected_json(struct call *c, size_t max)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	enum err err = jobs_rejected(c->office, c->params.id, max, rejected_item, &j);
	json_out_array_end(&j);
	json_out_object_end(&j);
	(void)call_failed(c, err);
}

static void rejected_csv(struct call *c)
{
	char path[512];
	char name[96];
	struct stat st;
	struct answer *a = &c->answer;

	if (call_failed(
		    c, jobs_rejected_path(c->office, c->params.id, path, sizeof(path))))
		return;
	a->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (a->fd < 0 || fstat(a->fd, &st) != 0) {
		call_refuse(c, 404, "not_found",
			"The file of rejected rows of this job is gone.");
		return;
	}
	a->kind = ANSWER_FILE;
	a->status = 200;
	a->type = "text/csv; charset=utf-8";
	a->size = (size_t)st.st_size;
	(void)str_format(name, sizeof(name), "attachment; filename=\"rejected-%lld.csv\"",
		(long long)c->params.id);
	(void)call_header(c, "Content-Disposition", name);
}

static void job_rejected(struct call *c)
{
	const struct rejected_in *in = (const void *)c->query;

	if (in->format == FORMAT_JSON)
		rejected_json(c, in->limit > 0 ? (size_t)in->limit : REJECTED_DEFAULT);
	else
		rejected_csv(c);
}

const struct endpoint job_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/jobs",
		.scope = AUTH_READ,
		.query = &query_policy,
		.run = jobs_index,
		.summary = "Jobs, newest first",
		.answer = &job_shape,
		.form = ROUTE_PAGE,
	},
	{
		.method = "GET",
		.path = "/api/v1/jobs/{id}",
		.scope = AUTH_READ,
		.run = job_show,
		.summary = "How far a job is",
		.answer = &job_shape,
	},
	{
		.method = "POST",
		.path = "/api/v1/jobs/{id}/cancel",
		.scope = AUTH_SEND,
		.body = ROUTE_OPTIONAL_JSON,
		.policy = &policy_nothing,
		.run = job_cancel_post,
		.summary = "Stop a job; what it did so far stays",
		.answer = &job_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/jobs/{id}/rejected",
		.scope = AUTH_READ,
		.query = &rejected_policy,
		.run = job_rejected,
		.summary = "Rows that were left out and why, as CSV, or with format=json",
		.answer = &rejected_shape,
		.form = ROUTE_ITEMS,
	},
	{ 0 },
};
