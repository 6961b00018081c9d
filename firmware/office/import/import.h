/*
 * Contacts from files. A request writes the upload to a spool file and makes a job; the
 * importer works it off in transactions of at most 20 ms, each with the byte offset it
 * has reached, so that it goes on where it was after any kill; memory does not grow with
 * the file. Rejected rows go, with their reason, into a CSV file beside the spool.
 */
#ifndef OFFICE_IMPORT_H
#define OFFICE_IMPORT_H

#include "firmware/base/buf.h"
#include "firmware/office/office.h"
#include "firmware/store/job.h"

#define IMPORT_INSPECT_MAX (256 * 1024) /* octets of a file that inspect reads */
#define IMPORT_COLUMNS_MAX 256
#define IMPORT_ROWS_SHOWN 5

struct import_options { /* borrowed; NULL: find out */
	int64_t list_id;
	const char *country;   /* for national numbers; NULL: the list's, the box's */
	const char *map;       /* "phone:Mobile,first_name:Name" */
	const char *delimiter; /* ; , | or tab ("\t" or "tab") */
	const char *encoding;  /* "utf-8", "utf-16le", "windows-1253" … */
	const char *file_name; /* as the user knows it */
	bool dry_run;
};

/* ---- upload: one at a time a struct; chunks as they come ---- */
struct import_upload {
	int fd;
	int64_t octets;
	char path[400];
};
/* The folder for uploads, beside the store; made if it is not there. False: it cannot. */
bool import_spool_dir(const char *store_path, char *dst, size_t size);
/* disk_full where less than 64 MB would stay free. total: Content-Length or -1. */
enum err import_upload_begin(
	struct office *o, const char *spool_dir, int64_t total, struct import_upload *up);
enum err import_upload_write(
	struct office *o, struct import_upload *up, const void *data, size_t len);
void import_upload_abort(struct import_upload *up); /* removes the file */
/* Makes the job (also checks the options: unknown_list, invalid_map, unknown_encoding,
 * invalid_country) and wakes the importer. On failure the file is removed. */
enum err import_upload_end(struct office *o, const struct office_actor *actor,
	struct import_upload *up, const struct import_options *options, int64_t *out_job);

/* ---- inspect: what the importer would make of the first bytes ---- */
struct import_inspection {
	char encoding[24];
	char delimiter;
	size_t n_columns, n_rows, n_warnings;
	size_t n_cells; /* private: of each row, while there are no columns yet */
	char **header;	/* owned; n_columns */
	const char *target[IMPORT_COLUMNS_MAX]; /* "phone" …, a field name, NULL: ignored
						 */
	char *target_names;			/* private: owned, behind target */
	char **cells[IMPORT_ROWS_SHOWN]; /* owned; n_columns each, "" where short */
	char warnings[4][200];
};
/* Refusals: empty_file, header_only, binary_file, wrong_encoding, quote_open (line),
 * no_phone_column, invalid_map … */
enum err import_inspect(struct office *o, const struct import_options *options,
	const void *data, size_t len, struct import_inspection *out);
void import_inspection_fini(struct import_inspection *i);

/* ---- jobs ---- */
struct job_view {
	struct job j;	  /* j.options: JSON; j.error: "code: sentence" or "" */
	const char *list; /* name */
	const char *file_name, *encoding; /* "" until known */
	const char *map;		  /* JSON object {"phone":"Mobile"} */
	char delimiter;			  /* 0 until known */
	bool dry_run;
	const char *error_code, *error_detail; /* "" if none */
	int64_t eta_s;			       /* -1: not known */
};
typedef bool (*job_view_fn)(void *user, const struct job_view *view);
enum err jobs_get(struct office *o, int64_t id, job_view_fn fn, void *user);
enum err jobs_list(
	struct office *o, int64_t before, size_t max, job_view_fn fn, void *user);
/* wrong_state: it has ended. Rows committed so far stay. */
enum err jobs_cancel(struct office *o, const struct office_actor *actor, int64_t id);
/* Path of the CSV of rejected rows into dst. ERR_NOTFOUND: no such job or none yet. */
enum err jobs_rejected_path(struct office *o, int64_t id, char *dst, size_t size);
struct rejected_row {
	int64_t row; /* as a spreadsheet numbers it: the header is row 1 */
	const char *reason, *detail, *raw;
};
typedef bool (*rejected_fn)(void *user, const struct rejected_row *row);
enum err jobs_rejected(
	struct office *o, int64_t id, size_t max, rejected_fn fn, void *user);

/* ---- the importer's thread (and chaparctl's) ---- */
/* Works on the next job until it ends or the hub stops (o->hub; NULL: never). out_job
 * 0: none waits. progress (may be NULL) is called after each transaction. */
struct import_run {
	void (*progress)(void *user, const struct job *job);
	void *user;
};
enum err import_run_next(
	struct office *o, const struct import_run *run, int64_t *out_job);

#endif
