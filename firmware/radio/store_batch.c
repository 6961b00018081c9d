#include "firmware/radio/store_batch.h"

#include <stddef.h>

#define LOG_MODULE "store"
#include "firmware/base/log.h"

enum {
	TRIES_MAX = 3,
	REST_MS = 60000
};

/* Without paneld nobody else moves the WAL into the database. */
static void rest(struct store *s)
{
	enum err err = store_checkpoint_if_alone(s);

	if (err != ERR_OK) /* tried again later; the WAL grows meanwhile */
		log_warn("checkpoint=%s why=\"%s\"", err_name(err), store_error(s));
}

const struct store_ops store_ops_real = {
	.begin = store_begin,
	.commit = store_commit,
	.rollback = store_rollback,
	.error = store_error,
	.rest = rest,
	.rest_ms = REST_MS,
};

void store_list_init(struct store_list *list)
{
	list->head = NULL;
	list->tail = &list->head;
}

void store_list_add(struct store_list *list, struct store_job *job)
{
	job->next = NULL;
	*list->tail = job;
	list->tail = &job->next;
}

void store_list_join(struct store_list *list, struct store_list *from)
{
	if (!from->head)
		return;
	*list->tail = from->head;
	list->tail = from->tail;
	store_list_init(from);
}

struct store_job *store_list_take(struct store_list *list)
{
	struct store_job *job = list->head;

	if (!job)
		return NULL;
	list->head = job->next;
	if (!list->head)
		list->tail = &list->head;
	return job;
}

static void tell_early(struct store_batch *b, const struct store_list *jobs)
{
	struct store_job *first = NULL, **tail = &first;

	for (struct store_job *job = jobs->head; job; job = job->next) {
		if (!job->early)
			continue;
		job->next_early = NULL;
		*tail = job;
		tail = &job->next_early;
	}
	if (first && b->early)
		b->early(b->user, first);
}

static enum err run_jobs(struct store *store, const struct store_list *jobs)
{
	for (struct store_job *job = jobs->head; job; job = job->next) {
		enum err err = job->run(store, job);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err transact(struct store_batch *b, const struct store_list *jobs)
{
	enum err err = b->ops->begin(b->store);

	if (err != ERR_OK)
		return err;
	err = run_jobs(b->store, jobs);
	if (err == ERR_OK) {
		tell_early(b, jobs);
		err = b->ops->commit(b->store);
	}
	if (err != ERR_OK)
		b->ops->rollback(b->store);
	return err;
}

static void end(struct store_batch *b, struct store_job *job, enum err err)
{
	job->err = err;
	store_list_add(&b->done, job);
}

/* The disk, or another process's lock: waiting may help. */
static bool is_trouble(enum err err)
{
	return err == ERR_BUSY || err == ERR_SYS;
}

static enum err run_alone(struct store_batch *b, struct store_job *job)
{
	struct store_list one;

	store_list_init(&one);
	store_list_add(&one, job);
	return transact(b, &one);
}

/* After the group failed with err. True if the store took any of them. */
static bool run_each(struct store_batch *b, enum err err)
{
	struct store_list left;
	struct store_job *job;
	bool works = !is_trouble(err);
	unsigned in_a_row = 0; /* so many and no success: the others need not be tried */

	store_list_init(&left);
	while ((job = store_list_take(&b->jobs))) {
		bool hopeless = job->once || (!works && in_a_row >= TRIES_MAX);
		enum err mine = hopeless ? err : run_alone(b, job);
		in_a_row++;
		if (mine == ERR_OK)
			works = true;
		if (job->once || !is_trouble(mine))
			end(b, job, mine);
		else
			store_list_add(&left, job);
	}
	store_list_join(&b->jobs, &left);
	return works;
}

bool store_batch_run(struct store_batch *b)
{
	struct store_job *job;

	if (!b->jobs.head)
		return true;
	enum err err = transact(b, &b->jobs);
	if (err != ERR_OK)
		return run_each(b, err);
	while ((job = store_list_take(&b->jobs)))
		end(b, job, ERR_OK);
	return true;
}
