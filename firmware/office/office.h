/*
 * The office side as web/api, the workers and chaparctl see it: one struct office a
 * thread, each with its own connection to the store, and one hub shared by all.
 *
 * Every fallible office function returns enum err; whenever that is not ERR_OK,
 * o->why holds a complete answer for the user: a stable code and a sentence that says
 * what to do. Strings in results are borrowed and valid until the callback returns, or,
 * in structs with arrays, owned by the struct.
 */
#ifndef OFFICE_OFFICE_H
#define OFFICE_OFFICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/clock.h"
#include "firmware/base/err.h"
#include "firmware/store/store.h"

struct hub;
struct planner;

enum refusal_kind {
	REFUSAL_BAD,	   /* 400: the request is not well formed (or 413: too_large) */
	REFUSAL_LOGIN,	   /* 401 */
	REFUSAL_FORBIDDEN, /* 403 */
	REFUSAL_NOT_FOUND, /* 404 */
	REFUSAL_CONFLICT,  /* 409: wrong_state, conflict, idempotency_mismatch */
	REFUSAL_INVALID,   /* 422: well formed, yet it cannot be done */
	REFUSAL_SLOW_DOWN, /* 429, retry_after_s */
	REFUSAL_BUSY,	   /* 503: store_busy, disk_full, store_damaged; retry_after_s */
};

struct refusal {
	enum refusal_kind kind;
	uint32_t retry_after_s; /* 0: none */
	int64_t offset;		/* bytes into the text at fault; -1: none */
	int64_t line;		/* 1-based line or row of a file; 0: none */
	int64_t limit;		/* the limit that was passed; 0: none */
	char code[32];		/* "invalid_number" */
	char field[32];		/* "to"; "" where no one field is at fault */
	char detail[320];	/* an English sentence or two */
};

struct office {
	struct store *store;
	const struct clock *clock;
	struct hub *hub;	 /* NULL in chaparctl: nobody to wake */
	struct planner *planner; /* private: see planner.h */
	bool in_transaction;	 /* private */
	unsigned pending;	 /* private: wakes that wait for the commit */
	int64_t newest_route;	 /* private: see routes_find() */
	struct refusal why;
};

/* Who asks; goes into the audit and into consent evidence. key_id and user_id: 0 none. */
struct office_actor {
	int64_t user_id, key_id;
	char name[80]; /* "user:3 maria", "key:2 shop", "chaparctl root" */
};

/* Transactions, for a caller that wants several calls to stand or fall together: every
 * changing function joins the open one, and runs in its own otherwise. Nothing nests.
 * After a failure inside, roll back. Hints (work, wake) go out on commit. */
enum err office_begin(struct office *o);
enum err office_commit(struct office *o);
void office_rollback(struct office *o);

/* Opens a connection for this thread. o->why tells what is wrong and what to do. */
enum err office_open(struct office *o, const char *store_path, enum store_role role,
	struct hub *hub, const struct clock *clock);
void office_close(struct office *o); /* accepts a zeroed struct */
int64_t office_now(const struct office *o);

/* Fills o->why and returns the err that goes with kind. fmt: the sentence. */
enum err office_refuse(struct office *o, enum refusal_kind kind, const char *code,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The same, naming the field at fault. */
enum err office_refuse_field(struct office *o, const char *field, const char *code,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* An err of the store as an answer: not_found, store_busy, disk_full … `what` is the
 * thing looked for ("list 7"). Returns err. */
enum err office_fail(struct office *o, enum err err, const char *what);

#endif
