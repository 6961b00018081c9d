#include "firmware/store/job.h"

#include "firmware/store/db.h"

enum {
	CREATE,
	UPDATE,
	GET,
	NEXT,
	CANCEL,
	EACH
};
#define COLUMNS                                                                          \
	"SELECT id, list_id, kind, state, options, file, error, actor, bytes_total, "    \
	"bytes_done, rows, accepted, updated, duplicate, quarantined, rejected, "        \
	"created_at, finished_at FROM job "
static const char *const sql[] = {
	[CREATE] = "INSERT INTO job (list_id, kind, state, options, file, actor, "
		   "bytes_total, created_at) "
		   "VALUES (?1, ?2, 'waiting', ?3, ?4, ?5, ?6, ?7)",
	/* One that was cancelled meanwhile stays so. */
	[UPDATE] =
		"UPDATE job SET state = iif(state = 'cancelled', state, ?2), error = ?3, "
		"bytes_total = ?4, bytes_done = ?5, rows = ?6, accepted = ?7, "
		"updated = ?8, duplicate = ?9, quarantined = ?10, rejected = ?11, "
		"finished_at = iif(?2 IN ('done', 'failed', 'cancelled'), "
		"coalesce(finished_at, ?12), finished_at) WHERE id = ?1",
	[GET] = COLUMNS "WHERE id = ?1",
	[NEXT] = COLUMNS "WHERE state IN ('waiting', 'running') ORDER BY id LIMIT 1",
	[CANCEL] = "UPDATE job SET state = 'cancelled', finished_at = ?2 "
		   "WHERE id = ?1 AND state IN ('waiting', 'running')",
	[EACH] = COLUMNS "WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
};
static const struct db_table table = { DB_JOB, sql, sizeof(sql) / sizeof(sql[0]) };

enum err job_create(struct store *s, const struct job *in, int64_t *out_id)
{
	enum err err = db_run(s, &table, CREATE,
		DB_VALUES(db_id(in->list_id), db_text(in->kind),
			db_text(in->options ? in->options : "{}"), db_text(in->file),
			db_text(in->actor), db_int(in->bytes_total), db_int(db_now(s))));
	if (!err)
		*out_id = sqlite3_last_insert_rowid(s->db);
	return err;
}

enum err job_update(struct store *s, const struct job *in)
{
	enum err err = db_run(s, &table, UPDATE,
		DB_VALUES(db_int(in->id), db_text(in->state), db_text(in->error),
			db_int(in->bytes_total), db_int(in->bytes_done), db_int(in->rows),
			db_int(in->accepted), db_int(in->updated), db_int(in->duplicate),
			db_int(in->quarantined), db_int(in->rejected),
			db_int(db_now(s))));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

/* ERR_NOTFOUND: no row at all. */
static enum err give(struct db_rows *rows, job_fn fn, void *user)
{
	bool more = true, any = false;

	while (more && db_next(rows)) {
		const struct job job = { .id = db_col_int(rows, 0),
			.list_id = db_col_int(rows, 1),
			.kind = db_col_text(rows, 2),
			.state = db_col_text(rows, 3),
			.options = db_col_text(rows, 4),
			.file = db_col_text(rows, 5),
			.error = db_col_text(rows, 6),
			.actor = db_col_text(rows, 7),
			.bytes_total = db_col_int(rows, 8),
			.bytes_done = db_col_int(rows, 9),
			.rows = db_col_int(rows, 10),
			.accepted = db_col_int(rows, 11),
			.updated = db_col_int(rows, 12),
			.duplicate = db_col_int(rows, 13),
			.quarantined = db_col_int(rows, 14),
			.rejected = db_col_int(rows, 15),
			.created_at = db_col_int(rows, 16),
			.finished_at = db_col_int(rows, 17) };
		any = true;
		more = fn(user, &job);
	}
	enum err err = db_end(rows);
	return err || any ? err : ERR_NOTFOUND;
}

enum err job_get(struct store *s, int64_t id, job_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, GET, DB_VALUES(db_int(id)), &rows);
	return err ? err : give(&rows, fn, user);
}

enum err job_next(struct store *s, job_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, NEXT, db_none, &rows);
	return err ? err : give(&rows, fn, user);
}

static bool ignore_job(void *user, const struct job *job)
{
	(void)user;
	(void)job;
	return false;
}

enum err job_cancel(struct store *s, int64_t id)
{
	enum err err =
		db_run(s, &table, CANCEL, DB_VALUES(db_int(id), db_int(db_now(s))));

	if (err || db_changed(s))
		return err;
	err = job_get(s, id, ignore_job, NULL);
	return err ? err : ERR_BUSY;
}

enum err job_each(struct store *s, int64_t before, size_t max, job_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, EACH,
		DB_VALUES(db_int(before ? before : INT64_MAX), db_int((int64_t)max)),
		&rows);

	if (!err)
		err = give(&rows, fn, user);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}
