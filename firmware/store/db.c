#include "firmware/store/db.h"

#include <string.h>

#include "firmware/base/str.h"

#define LOG_MODULE "store"
#include "firmware/base/log.h"

int64_t db_now(const struct store *s)
{
	return clock_wall_ms(s->clock);
}

static const struct {
	int rc;
	enum err err;
	const char *words; /* NULL: SQLite's own */
} failures[] = {
	{ SQLITE_BUSY, ERR_BUSY, "another program holds the store; it was waited for" },
	{ SQLITE_LOCKED, ERR_BUSY, "the store is locked by this program itself" },
	{ SQLITE_FULL, ERR_SYS, "the disk is full; nothing was written" },
	{ SQLITE_READONLY, ERR_SYS, "the store can only be read" },
	{ SQLITE_IOERR, ERR_SYS, NULL },
	{ SQLITE_CANTOPEN, ERR_SYS, NULL },
	{ SQLITE_PERM, ERR_SYS, NULL },
	{ SQLITE_CORRUPT, ERR_INPUT, "the store's file is damaged" },
	{ SQLITE_NOTADB, ERR_INPUT, "the store's file is not a database" },
	{ SQLITE_NOMEM, ERR_MEM, NULL },
	{ SQLITE_TOOBIG, ERR_MEM, NULL },
};

enum err db_fail(struct store *s, int rc)
{
	int extended = s->db ? sqlite3_extended_errcode(s->db) : rc;
	const char *said = s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);

	/* What a caller can expect to happen is no failure of the store. */
	if (extended == SQLITE_CONSTRAINT_FOREIGNKEY)
		return ERR_NOTFOUND;
	if ((rc & 0xff) == SQLITE_CONSTRAINT)
		return ERR_BUSY;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		if ((rc & 0xff) != failures[i].rc)
			continue;
		(void)str_format(s->error, sizeof(s->error), "%s",
			failures[i].words ? failures[i].words : said);
		log_line(failures[i].err == ERR_BUSY ? LOG_LEVEL_WARN : LOG_LEVEL_ERROR,
			LOG_MODULE, "path=%s code=%d what=\"%s\" said=\"%s\"", s->path,
			extended, s->error, said);
		return failures[i].err;
	}
	(void)str_format(s->error, sizeof(s->error), "%s", said);
	log_error("path=%s code=%d said=\"%s\"", s->path, extended, said);
	return ERR_SYS;
}

const struct db_values db_none = { NULL, 0 };

struct db_value db_int(int64_t number)
{
	return (struct db_value){ .kind = DB_INT, .number = number };
}

struct db_value db_id(int64_t id)
{
	return (struct db_value){ .kind = id ? DB_INT : DB_NULL, .number = id };
}

struct db_value db_text_or_null(const char *text)
{
	if (!text)
		return (struct db_value){ .kind = DB_NULL };
	return (struct db_value){ .kind = DB_TEXT, .data = text, .len = strlen(text) };
}

struct db_value db_text(const char *text)
{
	return db_text_or_null(text ? text : "");
}

struct db_value db_blob(const void *data, size_t len)
{
	return (struct db_value){
		.kind = data ? DB_BLOB : DB_NULL, .data = data, .len = len
	};
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct db_value *value)
{
	switch (value->kind) {
	case DB_NULL:
		return sqlite3_bind_null(stmt, at);
	case DB_INT:
		return sqlite3_bind_int64(stmt, at, value->number);
	case DB_TEXT:
		return sqlite3_bind_text64(
			stmt, at, value->data, value->len, SQLITE_STATIC, SQLITE_UTF8);
	case DB_BLOB:
		return sqlite3_bind_blob64(
			stmt, at, value->data, value->len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static enum err prepare(struct store *s, const struct db_table *table, size_t statement,
	sqlite3_stmt **out)
{
	sqlite3_stmt **kept = &s->statements[table->file][statement];
	int rc = SQLITE_OK;

	if (statement >= table->n || statement >= DB_STATEMENTS_MAX)
		return ERR_ARG;
	if (!*kept)
		rc = sqlite3_prepare_v3(s->db, table->sql[statement], -1,
			SQLITE_PREPARE_PERSISTENT, kept, NULL);
	if (rc != SQLITE_OK)
		return db_fail(s, rc);
	if (sqlite3_stmt_busy(*kept)) {
		log_error(
			"file=%d statement=%zu what=\"called again by its own callback\"",
			(int)table->file, statement);
		return ERR_ARG;
	}
	*out = *kept;
	return ERR_OK;
}

enum err db_start(struct store *s, const struct db_table *table, size_t statement,
	struct db_values values, struct db_rows *out)
{
	*out = (struct db_rows){ .s = s, .err = ERR_OK };
	enum err err = prepare(s, table, statement, &out->stmt);
	if (err)
		return err;
	for (size_t i = 0; i < values.n; i++) {
		int rc = bind_one(out->stmt, (int)i + 1, &values.v[i]);
		if (rc != SQLITE_OK)
			return db_fail(s, rc);
	}
	return ERR_OK;
}

bool db_next(struct db_rows *rows)
{
	int rc = sqlite3_step(rows->stmt);
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		rows->err = db_fail(rows->s, rc);
	return false;
}

enum err db_end(struct db_rows *rows)
{
	(void)sqlite3_reset(rows->stmt); /* repeats what db_next() has told */
	(void)sqlite3_clear_bindings(rows->stmt);
	return rows->err;
}

enum err db_run(struct store *s, const struct db_table *table, size_t statement,
	struct db_values values)
{
	struct db_rows rows;
	enum err err = db_start(s, table, statement, values, &rows);

	if (err)
		return err;
	while (db_next(&rows))
		;
	return db_end(&rows);
}

enum err db_first(struct store *s, const struct db_table *table, size_t statement,
	struct db_values values, struct db_rows *out)
{
	enum err err = db_start(s, table, statement, values, out);

	if (err || db_next(out))
		return err;
	err = db_end(out);
	return err ? err : ERR_NOTFOUND;
}

enum err db_number(struct store *s, const struct db_table *table, size_t statement,
	struct db_values values, int64_t *out)
{
	struct db_rows rows;
	enum err err = db_first(s, table, statement, values, &rows);

	if (err)
		return err;
	int64_t number = db_col_int(&rows, 0);
	while (db_next(&rows)) /* a RETURNING writes only when run to its end */
		;
	err = db_end(&rows);
	if (!err)
		*out = number;
	return err;
}

int64_t db_changed(const struct store *s)
{
	return sqlite3_changes64(s->db);
}

int64_t db_col_int(const struct db_rows *rows, int column)
{
	return sqlite3_column_int64(rows->stmt, column);
}

bool db_col_is_null(const struct db_rows *rows, int column)
{
	return sqlite3_column_type(rows->stmt, column) == SQLITE_NULL;
}

const char *db_col_text_or_null(const struct db_rows *rows, int column)
{
	return (const char *)sqlite3_column_text(rows->stmt, column);
}

const char *db_col_text(const struct db_rows *rows, int column)
{
	const char *text = db_col_text_or_null(rows, column);
	return text ? text : "";
}

const void *db_col_blob(const struct db_rows *rows, int column, size_t *out_len)
{
	const void *data = sqlite3_column_blob(rows->stmt, column);
	*out_len = (size_t)sqlite3_column_bytes(rows->stmt, column);
	return data;
}

enum err db_exec(struct store *s, const char *sql)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? ERR_OK : db_fail(s, rc);
}

bool db_is_in_transaction(const struct store *s)
{
	return !sqlite3_get_autocommit(s->db);
}

enum err db_enter(struct store *s, bool *out_own)
{
	*out_own = !db_is_in_transaction(s);
	return *out_own ? store_begin(s) : ERR_OK;
}

enum err db_leave(struct store *s, bool own, enum err err)
{
	if (!own)
		return err;
	if (!err)
		err = store_commit(s);
	if (err)
		store_rollback(s);
	return err;
}
