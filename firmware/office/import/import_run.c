#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define LOG_MODULE "import"
#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "firmware/office/import/import.h"
#include "firmware/office/import/import_options.h"
#include "firmware/office/import/import_reader.h"
#include "firmware/office/import/import_rejects.h"
#include "firmware/office/office_internal.h"
#include "firmware/store/contact.h"
#include "firmware/store/list.h"

#define CHUNK_MS 12   /* of rows in one transaction, leaving room for its commit */
#define CHECK_ROWS 16 /* the clock is looked at after so many */
#define TELL_MS 250
#define JOB_ERROR_MAX 400

struct running {
	struct office *o;
	const struct import_run *run;
	struct job job; /* its strings are owned below or static */
	char *options, *file, *actor;
	char error[JOB_ERROR_MAX];
	struct import_settled settled;
	struct import_rejects rejects;
	int64_t skip_rows; /* written before a restart */
	int lock_fd;
	bool is_cancelled;
	uint64_t told_ms;
};

/* ---- the job's row ---- */

static bool take_job(void *user, const struct job *job)
{
	struct running *r = user;
	r->job = *job;
	r->options = strdup(job->options);
	r->file = strdup(job->file);
	r->actor = strdup(job->actor);
	r->job.options = r->options;
	r->job.file = r->file;
	r->job.actor = r->actor;
	r->job.kind = "import";
	r->job.error = "";
	return true;
}

static bool see_state(void *user, const struct job *job)
{
	struct running *r = user;
	r->is_cancelled = str_eq(job->state, "cancelled");
	return true;
}

/* Inside a transaction, so that a cancel from elsewhere is never overwritten. */
static enum err put_job(struct running *r)
{
	enum err err = job_get(r->o->store, r->job.id, see_state, r);
	if (err || r->is_cancelled)
		return err;
	return job_update(r->o->store, &r->job);
}

static enum err save_job(struct running *r, const char *state)
{
	bool own;
	r->job.state = state;
	enum err err = office_enter(r->o, &own);
	if (err)
		return err;
	err = put_job(r);
	if (err)
		(void)office_fail(r->o, err, "job");
	return office_leave(r->o, own, err);
}

static void tell(struct running *r, bool now)
{
	uint64_t at = clock_mono_ms(r->o->clock);
	if (r->run->progress)
		r->run->progress(r->run->user, &r->job);
	if (!now && at - r->told_ms < TELL_MS)
		return;
	r->told_ms = at;
	hub_tell(r->o->hub, HUB_JOB, r->job.id);
}

static enum err end(struct running *r, const char *state)
{
	enum err err = save_job(r, state);
	if (err)
		return err;
	(void)unlink(r->file); /* what is left is only in the way */
	log_info("job=%lld state=%s rows=%lld accepted=%lld rejected=%lld",
		(long long)r->job.id, r->is_cancelled ? "cancelled" : state,
		(long long)r->job.rows, (long long)r->job.accepted,
		(long long)r->job.rejected);
	tell(r, true);
	return ERR_OK;
}

static enum err fail_job(struct running *r, const struct import_fault *fault)
{
	/* A sentence that is too long may be cut. */
	(void)str_format(r->error, sizeof(r->error), "%s: %s", fault->code, fault->text);
	r->job.error = r->error;
	return end(r, "failed");
}

/* ---- rows ---- */

static enum err put_row(struct running *r, const struct import_batch *batch,
	const struct import_record *rec)
{
	const char *text = batch->text.data;
	char evidence[1400];
	struct consent_evidence given = { .kind = CONSENT_IN,
		.source = text + rec->consent_source,
		.given_at = text + rec->consent_date,
		.evidence = evidence,
		.actor = r->job.actor };
	struct list_import_row row = { .list_id = r->job.list_id,
		.contact = { .msisdn = rec->msisdn,
			.first_name = text + rec->first_name,
			.last_name = text + rec->last_name,
			.language = text + rec->language,
			.country = rec->country,
			.fields = text + rec->fields },
		.evidence = rec->has_consent ? &given : NULL };
	struct list_import done;
	if (rec->has_consent)
		(void)str_format(evidence, sizeof(evidence), "%s; %s, row %llu",
			text + rec->consent_text, r->settled.file_name,
			(unsigned long long)rec->row + 1); /* its parts are bounded */
	enum err err = list_import_row(r->o->store, &row, &done);
	if (err)
		return err;
	r->job.accepted += done.is_new_member;
	r->job.updated += !done.is_new_member;
	r->job.quarantined += done.consent == CONSENT_NONE && !done.is_opted_out;
	return ERR_OK;
}

static enum err take_record(struct running *r, const struct import_batch *batch,
	const struct import_record *rec)
{
	bool is_new = (int64_t)rec->row > r->skip_rows;
	if (rec->reason != IMPORT_OK) {
		/* As a spreadsheet numbers it: the header is row 1. */
		const struct rejected_row row = { .row = (int64_t)rec->row + 1,
			.reason = import_reason_name(rec->reason),
			.detail = import_reason_text(rec->reason),
			.raw = batch->text.data + rec->raw };
		import_rejects_put(&r->rejects, &row);
		r->job.duplicate += is_new && rec->reason == IMPORT_DUPLICATE;
		r->job.rejected += is_new && rec->reason != IMPORT_DUPLICATE;
	} else if (is_new) {
		enum err err = put_row(r, batch, rec);
		if (err)
			return err;
	}
	r->job.rows += is_new;
	return ERR_OK;
}

/* From record *at on, for as long as a transaction may take; *at moves on. */
static enum err put_rows(struct running *r, const struct import_batch *batch, size_t *at)
{
	uint64_t until = clock_mono_ms(r->o->clock) + CHUNK_MS;
	for (size_t n = 1; *at < batch->n; n++) {
		enum err err = take_record(r, batch, &batch->at[*at]);
		if (err)
			return err;
		(*at)++;
		if (n % CHECK_ROWS == 0 && clock_mono_ms(r->o->clock) >= until)
			break;
	}
	return ERR_OK;
}

/* A dry run does all of it and takes it back, but for the job's own row. */
static enum err run_chunk(struct running *r, const struct import_batch *batch, size_t *at)
{
	const struct job before = r->job;
	size_t from = *at;
	enum err err = office_begin(r->o);
	if (err)
		return err;
	err = put_rows(r, batch, at);
	if (!err && r->settled.dry_run) {
		office_rollback(r->o);
		err = office_begin(r->o);
		if (err)
			return err;
	}
	r->job.bytes_done = batch->offset;
	if (!err)
		err = put_job(r);
	if (!err && r->is_cancelled) {
		office_rollback(r->o);
		r->job = before;
		return ERR_OK;
	}
	if (!err)
		return office_commit(r->o);
	(void)office_fail(r->o, err, "import");
	office_rollback(r->o);
	r->job = before;
	*at = from;
	return err;
}

/* What was written before a restart is only read again: for the numbers that later rows
 * repeat, and for the list of rejected rows. */
static enum err run_batch(struct running *r, const struct import_batch *batch)
{
	size_t at = 0;
	while (at < batch->n && (int64_t)batch->at[at].row <= r->skip_rows) {
		enum err err = take_record(r, batch, &batch->at[at++]);
		if (err)
			return err;
	}
	while (at < batch->n && !r->is_cancelled) {
		if (hub_is_stopping(r->o->hub))
			return ERR_BUSY;
		enum err err = run_chunk(r, batch, &at);
		if (err)
			return err;
		tell(r, false);
	}
	return ERR_OK;
}

/* ERR_BUSY: the hub stops. */
static enum err run_batches(struct running *r, struct import_reader *reader)
{
	struct import_batch *batch;
	while (!r->is_cancelled && (batch = import_reader_next(reader)) != NULL) {
		import_rejects_header(&r->rejects, import_reader_columns(reader));
		enum err err = run_batch(r, batch);
		if (err)
			return err;
	}
	return ERR_OK;
}

/* A placeholder may use what the file brings, from now on. */
static enum err name_fields(struct running *r, const struct columns *columns)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < columns->n && !err && !r->settled.dry_run; i++) {
		if (columns->at[i].column == COLUMN_FIELD)
			err = contact_field_put(
				r->o->store, columns->at[i].name, columns->at[i].header);
	}
	return err ? office_fail(r->o, err, "field") : ERR_OK;
}

static enum err finish(struct running *r, struct import_reader *reader)
{
	struct import_fault fault;
	if (r->is_cancelled)
		return end(r, "cancelled");
	enum err err = import_reader_result(reader, &fault);
	if (err && err != ERR_INPUT)
		import_fault_set(&fault, "box_failed", 0,
			"The box could not read the file (%s).", err_name(err));
	if (!import_rejects_close(&r->rejects) && !err) {
		import_fault_set(&fault, "disk_full", 0,
			"The list of rejected rows could not be written: the disk is "
			"full.");
		err = ERR_SYS;
	}
	if (err)
		return fail_job(r, &fault);
	err = name_fields(r, import_reader_columns(reader));
	r->job.bytes_done = r->job.bytes_total;
	return err ? err : end(r, "done");
}

static enum err import(struct running *r)
{
	struct import_reader *reader;
	struct import_fault fault;
	struct import_source source = { r->file,
		{ r->settled.country, r->settled.encoding, r->settled.map_given,
			r->settled.delimiter } };
	enum err err = import_reader_open(&reader, &source, &fault);
	if (err == ERR_NOTFOUND)
		import_fault_set(&fault, "file_gone", 0,
			"The uploaded file is gone. Upload it again.");
	if (err && err != ERR_MEM && err != ERR_SYS)
		return fail_job(r, &fault);
	if (err)
		return office_fail(r->o, err, "import");
	err = import_rejects_open(&r->rejects, r->file);
	if (!err)
		err = run_batches(r, reader);
	if (err == ERR_NOTFOUND) {
		import_fault_set(&fault, "list_gone", 0,
			"The list was deleted while the file was imported.");
		err = fail_job(r, &fault);
	} else if (!err) {
		err = finish(r, reader);
	}
	(void)import_rejects_close(&r->rejects); /* finish() looked at it */
	import_reader_close(reader);
	return err;
}

/* One importer a file: paneld and chaparctl may both be at work. */
static bool lock_file(struct running *r)
{
	r->lock_fd = open(r->file, O_RDONLY | O_CLOEXEC);
	return r->lock_fd < 0 || flock(r->lock_fd, LOCK_EX | LOCK_NB) == 0;
}

static enum err run_job(struct running *r)
{
	if (!r->options || !r->file || !r->actor ||
		!import_settled_read(r->options, &r->settled))
		return office_fail(r->o, ERR_MEM, "job");
	if (!lock_file(r)) {
		(void)office_refuse(r->o, REFUSAL_BUSY, "store_busy",
			"Another process imports this file.");
		return ERR_BUSY;
	}
	r->skip_rows = r->job.rows;
	enum err err = save_job(r, "running");
	return err ? err : import(r);
}

enum err import_run_next(struct office *o, const struct import_run *run, int64_t *out_job)
{
	struct running *r = calloc(1, sizeof(*r));
	*out_job = 0;
	if (!r)
		return office_fail(o, ERR_MEM, "job");
	r->o = o;
	r->run = run;
	r->lock_fd = -1;
	enum err err = job_next(o->store, take_job, r);
	if (err == ERR_NOTFOUND) {
		free(r);
		return ERR_OK;
	}
	err = err ? office_fail(o, err, "job") : run_job(r);
	*out_job = r->job.id;
	if (r->lock_fd >= 0)
		close(r->lock_fd);
	import_settled_fini(&r->settled);
	free(r->options);
	free(r->file);
	free(r->actor);
	free(r);
	return err;
}
