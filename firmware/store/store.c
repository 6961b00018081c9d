#include "firmware/store/store.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "firmware/store/db.h"
#include "firmware/store/fold.h"
#include "firmware/store/hash.h"
#include "firmware/store/opening.h"
#include "firmware/store/route_map.h"
#include "firmware/store/schema.h"

#define LOG_MODULE "store"
#include "firmware/base/log.h"

#define BUSY_STEP_US 1000
/* Between two transactions of the office side: who waits by asking again and again would
 * else find the lock taken each time. */
#define GAP_US 1500
#define BUSY_LIMIT_MS 2000 /* the office side writes at most 20 ms at a time */

enum {
	BEGIN,
	COMMIT,
	ROLLBACK,
	QUICK_CHECK
};
static const char *const sql[] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[QUICK_CHECK] = "PRAGMA quick_check(1)",
};
static const struct db_table table = { DB_STORE, sql, sizeof(sql) / sizeof(sql[0]) };

/* How long a machine waits, not what time it is: never the injected clock. */
static int64_t now_us(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts); /* cannot fail with a valid id */
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* The radio side asks four times as often as the office side, so that it is the next one
 * when a lock is given back. */
static int busy_step_us(const struct store *s)
{
	return s->role == STORE_RADIO ? BUSY_STEP_US / 4 : BUSY_STEP_US;
}

static void wait_us(int64_t us)
{
	const struct timespec span = { .tv_sec = us / 1000000,
		.tv_nsec = (long)(us % 1000000 * 1000) };
	(void)nanosleep(&span, NULL); /* a signal shortens it: harmless */
}

/* SQLite's own waits grow to 100 ms; a lock here is held for a few. */
static int wait_for_lock(void *user, int waited)
{
	const struct store *s = user;

	if ((int64_t)waited * busy_step_us(s) >= (int64_t)s->busy_limit_ms * 1000)
		return 0;
	wait_us(busy_step_us(s));
	return 1;
}

/* No mmap: a failing SD card would be SIGBUS instead of an error. The page cache is small
 * beside the kernel's, which both daemons share. journal_size_limit: what an import has
 * grown the WAL to is given back. */
static enum err configure(struct store *s)
{
	char pragmas[400];

	(void)str_format(pragmas, sizeof(pragmas),
		"PRAGMA page_size=%d; PRAGMA journal_mode=WAL; PRAGMA synchronous=%s;"
		"PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=0; PRAGMA mmap_size=0;"
		"PRAGMA journal_size_limit=4194304; PRAGMA temp_store=MEMORY;"
		"PRAGMA cache_size=-%d; PRAGMA trusted_schema=OFF;"
		"PRAGMA recursive_triggers=OFF",
		SCHEMA_PAGE_SIZE, s->role == STORE_BULK ? "NORMAL" : "FULL",
		s->role == STORE_BULK ? 16384 : 4096);
	return db_exec(s, pragmas);
}

static enum err open_database(struct store *s)
{
	int rc = sqlite3_open_v2(s->path, &s->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc != SQLITE_OK)
		return db_fail(s, rc);
	(void)sqlite3_busy_handler(s->db, wait_for_lock, s); /* cannot fail */
	enum err err = configure(s);
	if (!err)
		err = schema_migrate(s);
	if (!err)
		err = hash_setup(s);
	if (!err)
		err = fold_setup(s);
	return err;
}

static void close_database(struct store *s)
{
	for (size_t f = 0; f < DB_FILES; f++) {
		for (size_t i = 0; i < DB_STATEMENTS_MAX; i++) {
			(void)sqlite3_finalize(s->statements[f][i]);
			s->statements[f][i] = NULL;
		}
	}
	if (sqlite3_close(s->db) != SQLITE_OK)
		log_error("path=%s what=\"a statement was left open\"", s->path);
	s->db = NULL;
}

/* While another program makes the file, or ends as the last one, SQLite answers "busy"
 * without having asked wait_for_lock(). */
static enum err open_patiently(struct store *s)
{
	int64_t until_us = now_us() + (int64_t)BUSY_LIMIT_MS * 1000;

	for (;;) {
		enum err err = open_database(s);
		if (err != ERR_BUSY || now_us() >= until_us)
			return err;
		close_database(s);
		wait_us(BUSY_STEP_US);
	}
}

enum err store_open(struct store **out, const char *path, enum store_role role,
	const struct clock *clock, struct store_opening *why)
{
	struct store_opening ignored;
	enum err err;

	why = why ? why : &ignored;
	*why = (struct store_opening){ .problem = STORE_FINE };
	if (!opening_look(path, why))
		return ERR_SYS;
	struct store *s = calloc(1, sizeof(*s));
	if (!s)
		return ERR_MEM;
	s->clock = clock;
	s->role = role;
	s->office_fd = -1;
	s->busy_limit_ms = BUSY_LIMIT_MS;
	(void)str_copy(s->path, sizeof(s->path), path); /* looked at: it fits */
	err = crypto_init();
	if (!err)
		err = open_patiently(s);
	if (err) {
		opening_explain(path, err, s->db ? sqlite3_errcode(s->db) : 0, why);
		store_close(s);
		return err;
	}
	*out = s;
	return ERR_OK;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	close_database(s);
	route_map_free(&s->routes);
	if (s->office_fd >= 0)
		(void)close(s->office_fd); /* gives the lock back */
	free(s);
}

const char *store_error(const struct store *s)
{
	return s->error;
}

const struct clock *store_clock(const struct store *s)
{
	return s->clock;
}

int store_schema_version(const struct store *s)
{
	return s->version;
}

enum err store_begin(struct store *s)
{
	int64_t since_us = now_us() - s->committed_us;

	s->chain_known = false;
	if (s->role != STORE_RADIO && since_us < GAP_US)
		wait_us(GAP_US - since_us);
	return db_run(s, &table, BEGIN, db_none);
}

enum err store_commit(struct store *s)
{
	s->chain_known = false;
	enum err err = db_run(s, &table, COMMIT, db_none);
	s->committed_us = now_us();
	return err;
}

void store_rollback(struct store *s)
{
	s->chain_known = false;
	s->routes.is_loaded = false; /* it may know what never was */
	/* After a full disk or an I/O error SQLite may have done it by itself. */
	if (db_is_in_transaction(s))
		(void)db_run(s, &table, ROLLBACK, db_none);
}

enum err store_check(struct store *s)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, QUICK_CHECK, db_none, &rows);

	if (err)
		return err;
	bool fine = str_eq(db_col_text(&rows, 0), "ok");
	if (!fine)
		(void)str_format(s->error, sizeof(s->error), "%s", db_col_text(&rows, 0));
	err = db_end(&rows);
	if (!err && !fine)
		err = ERR_INPUT;
	return err;
}
