/*
 * The store: one SQLite file in WAL mode. A struct store is one connection with its
 * prepared statements; it belongs to one thread at a time. Every fallible call may give
 * ERR_BUSY (another process holds the lock beyond the busy limit), ERR_SYS (disk full,
 * read-only, I/O: store_error() says which in words) or ERR_INPUT (the file is damaged).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/base/clock.h"
#include "firmware/base/err.h"
#include "firmware/store/types.h"

struct store;

enum store_role {
	STORE_RADIO,  /* modemd: synchronous=FULL, never checkpoints */
	STORE_OFFICE, /* paneld and chaparctl: synchronous=FULL, no automatic checkpoint
		       */
	STORE_BULK,   /* the importer: synchronous=NORMAL; loses only what it can redo */
};

/* What went wrong on opening, beyond the err code. */
enum store_problem {
	STORE_FINE,
	STORE_LOCKED,  /* another process holds it: says which, where known */
	STORE_CORRUPT, /* not a database, or integrity broken: left exactly as it is */
	STORE_NEWER,   /* written by a newer Chapar */
	STORE_UNREACHABLE, /* folder missing, no right, read-only */
	STORE_FULL,	   /* no space */
};

struct store_opening {
	enum store_problem problem;
	char message[400]; /* one or two sentences: what happened and what to do */
};

/* Opens, creates and migrates the file at path. why (may be NULL) is filled on failure. A
 * damaged file is never overwritten or moved: the sentence says how to keep it aside. */
enum err store_open(struct store **out, const char *path, enum store_role role,
	const struct clock *clock, struct store_opening *why);
void store_close(struct store *s);		/* accepts NULL */
const char *store_error(const struct store *s); /* the last failure in words; borrowed */
const struct clock *store_clock(const struct store *s);

/* Transactions. BEGIN IMMEDIATE; nothing nests. On failure of a step call rollback. All
 * but the radio side leave 1.5 ms between two, in which a waiting radio side gets in:
 * small writes belong into one transaction. */
enum err store_begin(struct store *s);
enum err store_commit(struct store *s);
void store_rollback(struct store *s);

/* One small step of the WAL checkpoint (paneld's): PASSIVE, so that nobody waits.
 * out_left: frames not yet in the database file. */
enum err store_checkpoint_step(struct store *s, int *out_left);
/* paneld, once after opening: tells modemd that checkpoints are taken care of, until this
 * connection closes or its process ends. ERR_BUSY: another process does it. */
enum err store_office_lock(struct store *s);
/* modemd, rarely (every few minutes, when idle): a checkpoint if no paneld holds the
 * office lock and the WAL is long, else nothing. */
enum err store_checkpoint_if_alone(struct store *s);
/* Writes a whole copy to path, which must not be there yet (ERR_BUSY); nobody waits for
 * it. Not inside a transaction. ERR_SYS: it cannot be written, store_error() says why. */
enum err store_backup(struct store *s, const char *path);
/* PRAGMA quick_check. ERR_INPUT: damaged, store_error() says how. */
enum err store_check(struct store *s);
int store_schema_version(const struct store *s);

#endif
