/*
 * Long work that a user started, such as an import, and how far it is.
 */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include <stddef.h>

#include "firmware/store/store.h"

struct job {
	int64_t id, list_id;
	const char *kind;    /* import */
	const char *state;   /* waiting, running, done, failed, cancelled */
	const char *options; /* JSON */
	const char *file;    /* path of what was uploaded */
	const char *error;   /* "" or a sentence */
	const char *actor;
	int64_t bytes_total, bytes_done;
	int64_t rows, accepted, updated, duplicate, quarantined, rejected;
	int64_t created_at, finished_at;
};
typedef bool (*job_fn)(void *user, const struct job *job);

/* In state waiting. */
enum err job_create(struct store *s, const struct job *in, int64_t *out_id);
/* Writes state, error and all counts of in->id; finished_at is set when the state is a
 * last one. ERR_NOTFOUND. */
enum err job_update(struct store *s, const struct job *in);
enum err job_get(struct store *s, int64_t id, job_fn fn, void *user);
/* The oldest waiting or (after a restart) running one. ERR_NOTFOUND: none. */
enum err job_next(struct store *s, job_fn fn, void *user);
/* waiting or running becomes cancelled. ERR_BUSY: it has ended. ERR_NOTFOUND. */
enum err job_cancel(struct store *s, int64_t id);
/* Newest first, id < before (0: from the newest). */
enum err job_each(struct store *s, int64_t before, size_t max, job_fn fn, void *user);

#endif
