#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/import/csv.h"
#include "firmware/office/import/import.h"
#include "firmware/office/import/import_options.h"
#include "firmware/office/import/import_rejects.h"
#include "firmware/office/office_internal.h"

struct showing {
	struct office *o;
	job_view_fn fn;
	void *user;
	bool failed;
};

static bool is_open(const struct job *job)
{
	return str_eq(job->state, "waiting") || str_eq(job->state, "running");
}

static int64_t eta_s(const struct office *o, const struct job *job)
{
	int64_t spent = office_now(o) - job->created_at;
	if (!is_open(job) || job->bytes_done <= 0 || spent <= 0)
		return -1;
	double left = (double)(job->bytes_total - job->bytes_done);
	return (int64_t)(left * (double)spent / (double)job->bytes_done / 1000.0 + 0.999);
}

static bool on_job(void *user, const struct job *job)
{
	struct showing *s = user;
	struct import_settled settled;
	char list[128], code[32] = "";
	size_t len = strcspn(job->error, ":");
	bool split = len < sizeof(code) && job->error[len] == ':';
	s->failed = !import_settled_read(job->options, &settled);
	if (s->failed)
		return false;
	if (split)
		(void)str_copy_n(code, sizeof(code), job->error, len); /* looked at */
	office_list_name(s->o, job->list_id, list, sizeof(list));
	struct job_view view = { .j = *job,
		.list = list,
		.file_name = settled.file_name,
		.encoding = settled.encoding,
		.map = settled.map_found,
		.delimiter = settled.delimiter,
		.dry_run = settled.dry_run,
		.error_code = code,
		.error_detail = split ? job->error + len + 2 : job->error,
		.eta_s = eta_s(s->o, job) };
	bool more = s->fn(s->user, &view);
	import_settled_fini(&settled);
	return more;
}

enum err jobs_get(struct office *o, int64_t id, job_view_fn fn, void *user)
{
	struct showing s = { o, fn, user, false };
	enum err err = job_get(o->store, id, on_job, &s);
	if (!err && s.failed)
		err = ERR_MEM;
	return err ? office_fail(o, err, "such job") : ERR_OK;
}

enum err jobs_list(
	struct office *o, int64_t before, size_t max, job_view_fn fn, void *user)
{
	struct showing s = { o, fn, user, false };
	enum err err = job_each(o->store, before, max, on_job, &s);
	if (!err && s.failed)
		err = ERR_MEM;
	return err ? office_fail(o, err, "job") : ERR_OK;
}

enum err jobs_cancel(struct office *o, const struct office_actor *actor, int64_t id)
{
	char object[32];
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = job_cancel(o->store, id);
	if (err == ERR_BUSY)
		err = office_refuse(
			o, REFUSAL_CONFLICT, "wrong_state", "The job has ended already.");
	else if (err)
		err = office_fail(o, err, "such job");
	(void)str_format(object, sizeof(object), "job:%lld", (long long)id);
	if (!err)
		err = auth_audit(o, actor, "job.cancel", object, "");
	err = office_leave(o, own, err);
	if (!err)
		hub_tell(o->hub, HUB_JOB, id);
	return err;
}

struct path {
	char *dst;
	size_t size;
	bool ok;
};

static bool on_path(void *user, const struct job *job)
{
	struct path *p = user;
	p->ok = import_rejects_path(job->file, p->dst, p->size) &&
		access(p->dst, R_OK) == 0;
	return true;
}

enum err jobs_rejected_path(struct office *o, int64_t id, char *dst, size_t size)
{
	struct path p = { dst, size, false };
	enum err err = job_get(o->store, id, on_path, &p);
	if (err)
		return office_fail(o, err, "such job");
	return p.ok ? ERR_OK
		    : office_fail(o, ERR_NOTFOUND, "list of rejected rows (any more)");
}

struct reading {
	rejected_fn fn;
	void *user;
	size_t left;
	bool past_header;
	struct buf raw;
};

static bool on_row(void *user, const struct csv_row *row)
{
	struct reading *r = user;
	if (!r->past_header) {
		r->past_header = true;
		return true;
	}
	struct rejected_row out = { .reason = "", .detail = "" };
	if (row->n > 2) {
		(void)str_to_i64(row->cells[0].text, row->cells[0].len, &out.row);
		out.reason = row->cells[1].text;
		out.detail = row->cells[2].text;
	}
	buf_reset(&r->raw);
	for (size_t i = 3; i < row->n; i++) {
		buf_puts(&r->raw, i > 3 ? ", " : "");
		buf_put(&r->raw, row->cells[i].text, row->cells[i].len);
	}
	out.raw = buf_str(&r->raw);
	r->left--;
	return r->fn(r->user, &out) && r->left > 0;
}

static enum err read_rejects(int fd, struct csv *csv)
{
	char data[16 * 1024];
	bool is_first = true;
	for (;;) {
		ssize_t n = read(fd, data, sizeof(data));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ERR_SYS;
		if (n == 0)
			return csv_finish(csv);
		size_t bom = is_first && n >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0
				     ? 3
				     : 0;
		is_first = false;
		enum err err = csv_feed(csv, data + bom, (size_t)n - bom);
		if (err)
			return err == ERR_BUSY ? ERR_OK : err;
	}
}

enum err jobs_rejected(
	struct office *o, int64_t id, size_t max, rejected_fn fn, void *user)
{
	char path[420];
	struct reading r = { .fn = fn, .user = user, .left = max };
	struct csv *csv = NULL;
	enum err err = jobs_rejected_path(o, id, path, sizeof(path));
	if (err || max == 0)
		return err;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	buf_init(&r.raw, (size_t)CSV_COLUMNS_MAX * (CSV_FIELD_MAX + 2));
	err = fd >= 0 ? csv_open(&csv, ',', on_row, &r) : ERR_SYS;
	if (!err)
		err = read_rejects(fd, csv);
	/* While the job runs its file ends anywhere: what could be read is the answer. */
	if (err == ERR_INPUT || err == ERR_BUSY)
		err = ERR_OK;
	csv_close(csv);
	buf_fini(&r.raw);
	if (fd >= 0)
		close(fd);
	return err ? office_fail(o, err, "list of rejected rows") : ERR_OK;
}
