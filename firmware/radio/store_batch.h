/*
 * One group commit: a list of jobs run in one transaction. Without thread or loop, so
 * that every failure can be tried.
 *
 * A job lies in its owner's struct and is the batch's from posting until it is done.
 * run() must be able to run again from the same input: after a failure it does.
 */
#ifndef RADIO_STORE_BATCH_H
#define RADIO_STORE_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/store/store.h"

enum store_urgency {
	STORE_URGENT, /* goes with the next commit, at once */
	STORE_LAZY,   /* may wait a little to ride with another */
};

struct store_job {
	struct store_job *next, *next_early; /* private: lists it is in */
	/* On the store's thread, inside the transaction. */
	enum err (*run)(struct store *s, struct store_job *job);
	/* On the loop, before the commit: what run() found may be read, nothing may leave
	 * the box. NULL: not asked for. */
	void (*early)(struct store_job *job);
	/* On the loop, once: committed (ERR_OK), or failed for good. */
	void (*done)(struct store_job *job, enum err err);
	enum store_urgency urgency;
	bool is_handed; /* private: with the thread, no longer of this turn's group */
	bool once; /* fails with the first failure instead of waiting for a better day */
	uint64_t posted_ms; /* private */
	enum err err;	    /* private: its end */
};

struct store_list {
	struct store_job *head, **tail;
};
void store_list_init(struct store_list *list);
void store_list_add(struct store_list *list, struct store_job *job);
/* Appends all of from, which is then empty. */
void store_list_join(struct store_list *list, struct store_list *from);
struct store_job *store_list_take(struct store_list *list); /* NULL: empty */

/* What a transaction is; replaced in tests. */
struct store_ops {
	enum err (*begin)(struct store *s);
	enum err (*commit)(struct store *s);
	void (*rollback)(struct store *s);
	const char *(*error)(const struct store *s);
	/* What is done now and then between transactions, when nobody waits. */
	void (*rest)(struct store *s);
	uint32_t rest_ms; /* so long after a transaction */
};
extern const struct store_ops store_ops_real;

struct store_batch {
	struct store *store;
	const struct store_ops *ops;
	struct store_list jobs; /* in: what to run; out: what has to be tried again */
	struct store_list done; /* out: ended, see err */
	/* Called between the last run and the commit with the jobs that want early(),
	 * linked by next_early. NULL: nobody asks. */
	void (*early)(void *user, struct store_job *first);
	void *user;
};

/* Runs all jobs in one transaction. Where that fails, those that may be tried again
 * alone, each, so that one that cannot be stored stops no other. False: the store takes
 * nothing now. Jobs left in b->jobs want another try, later. */
bool store_batch_run(struct store_batch *b);

#endif
