/*
 * The thread that owns modemd's connection to the store. The loop posts jobs and goes on;
 * the thread takes all that wait, runs them in one transaction, and hands them back to
 * the loop after the commit. A disk that stalls delays answers, never the loop.
 *
 * Where the store cannot be written, jobs wait and are tried again with a growing pause;
 * the loop is told once, and once more when it works again. Nothing is dropped.
 */
#ifndef RADIO_STORE_THREAD_H
#define RADIO_STORE_THREAD_H

#include <stdbool.h>

#include "firmware/base/loop.h"
#include "firmware/radio/store_batch.h"

enum {
	STORE_LAZY_MS = 300,	  /* how long a lazy job waits for company */
	STORE_PAUSE_MIN_MS = 250, /* after the first failure */
	STORE_PAUSE_MAX_MS = 15000,
};

struct store_thread;

/* On the loop. works: can it be written; why: in words, borrowed. */
typedef void (*store_health_fn)(void *user, bool works, const char *why);

/* store: borrowed until destroy, the thread's alone. Uses loop_on_wake(). */
enum err store_thread_create(struct store_thread **out, struct loop *loop,
	struct store *store, const struct store_ops *ops);
void store_thread_on_health(struct store_thread *t, store_health_fn fn, void *user);
/* Ends the thread after one try at what waits; what is not done then is never done().
 * Accepts NULL. */
void store_thread_destroy(struct store_thread *t);

/* Loop only. Jobs are handed over by the flush, in the order of posting, together: what
 * is posted in one turn of the loop is in one commit. */
void store_thread_post(struct store_thread *t, struct store_job *job);
void store_thread_flush(struct store_thread *t);
/* Nothing posted, running or waiting. */
bool store_thread_is_idle(const struct store_thread *t);

#endif
