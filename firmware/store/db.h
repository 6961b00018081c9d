/*
 * Inside the store: one connection, its prepared statements, rows and errors. Each file
 * has a table of its statements; they are prepared when first used and reset always.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stddef.h>

#include "firmware/store/handle.h"

struct db_table {
	enum db_file file;
	const char *const *sql;
	size_t n;
};

/* One value to bind. */
struct db_value {
	enum {
		DB_NULL,
		DB_INT,
		DB_TEXT,
		DB_BLOB
	} kind;
	int64_t number;
	const void *data; /* borrowed until the statement is reset */
	size_t len;
};
struct db_value db_int(int64_t number);
struct db_value db_id(int64_t id);	   /* 0 is NULL */
struct db_value db_text(const char *text); /* NULL is "" */
struct db_value db_text_or_null(const char *text);
struct db_value db_blob(const void *data, size_t len); /* data NULL is NULL */

struct db_values {
	const struct db_value *v;
	size_t n;
};
/* DB_VALUES(db_int(1), …): in the order of ?1, ?2 … */
#define DB_VALUES(...)                                                                   \
	(struct db_values)                                                               \
	{                                                                                \
		(const struct db_value[]){ __VA_ARGS__ },                                \
			sizeof((const struct db_value[]){ __VA_ARGS__ }) /               \
				sizeof(struct db_value)                                  \
	}

extern const struct db_values db_none;

/* A statement on its way; db_end() always, unless db_start() failed. */
struct db_rows {
	struct store *s;
	sqlite3_stmt *stmt;
	enum err err;
};
enum err db_start(struct store *s, const struct db_table *table, size_t statement,
	struct db_values values, struct db_rows *out);
bool db_next(struct db_rows *rows); /* false: no more, or failed (db_end() tells) */
enum err db_end(struct db_rows *rows);
/* Runs one to its end. */
enum err db_run(struct store *s, const struct db_table *table, size_t statement,
	struct db_values values);
/* Starts and goes to the first row. ERR_NOTFOUND: none, and nothing to end. */
enum err db_first(struct store *s, const struct db_table *table, size_t statement,
	struct db_values values, struct db_rows *out);
/* The one number that it answers. ERR_NOTFOUND: no row. */
enum err db_number(struct store *s, const struct db_table *table, size_t statement,
	struct db_values values, int64_t *out);
int64_t db_changed(const struct store *s); /* rows, by the statement run last */

int64_t db_col_int(const struct db_rows *rows, int column); /* NULL is 0 */
bool db_col_is_null(const struct db_rows *rows, int column);
const char *db_col_text(const struct db_rows *rows, int column); /* NULL is "" */
const char *db_col_text_or_null(const struct db_rows *rows, int column);
const void *db_col_blob(const struct db_rows *rows, int column, size_t *out_len);

/* Joins the transaction that the caller has begun, or makes one of its own. */
enum err db_enter(struct store *s, bool *out_own);
/* Commits (err 0) or rolls back its own; passes err on. */
enum err db_leave(struct store *s, bool own, enum err err);
bool db_is_in_transaction(const struct store *s);

enum err db_exec(struct store *s, const char *sql); /* no values, no rows; not kept */
/* Remembers what SQLite said, in words, and gives our code for it. */
enum err db_fail(struct store *s, int rc);
int64_t db_now(const struct store *s); /* UTC ms */

#endif
