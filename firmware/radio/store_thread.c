/*
 * Who has a job: the loop's `posted` list until the flush; then `inbox` (under the lock)
 * until the thread takes it; the thread while it runs; `outbox` (under the lock) until
 * the loop has called done(). `early` is an extra, read-only link in between: the thread
 * does not touch a job between telling early and its end but to move it between lists.
 */
#include "firmware/radio/store_thread.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "firmware/base/str.h"

#define LOG_MODULE "store"
#include "firmware/base/log.h"

enum {
	WHY_SIZE = 200
};

struct store_thread {
	struct loop *loop;
	const struct clock *clock;
	pthread_t thread;
	store_health_fn health;
	void *health_user;
	struct store_list posted; /* loop only */
	size_t open;		  /* loop only: posted and not done */
	bool told_works;	  /* loop only: what health was told last */

	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct store_list inbox, outbox;
	struct store_job *early;
	bool stop, works;
	char why[WHY_SIZE];

	struct store_batch batch;  /* thread only, as all below */
	struct store_list waiting; /* failed: to be tried again at retry_ms */
	uint64_t retry_ms, pause_ms;
	bool blocked;	  /* the store took nothing: all waits for retry_ms */
	uint64_t rest_ms; /* when the store may rest; UINT64_MAX: nothing was written */
};

/* Thread side. */

static void on_batch_early(void *user, struct store_job *first)
{
	struct store_thread *t = user;

	pthread_mutex_lock(&t->lock);
	struct store_job **tail = &t->early;
	while (*tail)
		tail = &(*tail)->next_early;
	*tail = first;
	pthread_mutex_unlock(&t->lock);
	loop_wake(t->loop);
}

/* When the next batch is due, UINT64_MAX: not before something is posted. */
static uint64_t next_due_ms(const struct store_thread *t)
{
	uint64_t due = t->waiting.head ? t->retry_ms : UINT64_MAX;

	for (const struct store_job *job = t->inbox.head; job; job = job->next) {
		uint64_t at =
			job->urgency == STORE_URGENT ? 0 : job->posted_ms + STORE_LAZY_MS;
		due = at < due ? at : due;
	}
	return t->blocked && due < t->retry_ms ? t->retry_ms : due;
}

static void wait_until(struct store_thread *t, uint64_t due_ms)
{
	struct timespec at = { .tv_sec = (time_t)(due_ms / 1000),
		.tv_nsec = (long)(due_ms % 1000) * 1000000L };

	if (due_ms == UINT64_MAX)
		(void)pthread_cond_wait(&t->wake, &t->lock);
	else
		(void)pthread_cond_timedwait(&t->wake, &t->lock, &at);
}

/* With the lock held, which it gives up meanwhile. */
static void rest(struct store_thread *t)
{
	t->rest_ms = UINT64_MAX;
	pthread_mutex_unlock(&t->lock);
	t->batch.ops->rest(t->batch.store);
	pthread_mutex_lock(&t->lock);
}

static void wait_for_work(struct store_thread *t)
{
	for (;;) {
		uint64_t due = next_due_ms(t), now = clock_mono_ms(t->clock);
		if (t->stop || due <= now)
			return;
		if (t->rest_ms <= now)
			rest(t);
		else
			wait_until(t, due < t->rest_ms ? due : t->rest_ms);
	}
}

/* With the lock held. False: time to end. */
static bool take_batch(struct store_thread *t)
{
	wait_for_work(t);
	if (t->waiting.head && (t->stop || t->retry_ms <= clock_mono_ms(t->clock)))
		store_list_join(&t->batch.jobs, &t->waiting);
	store_list_join(&t->batch.jobs, &t->inbox);
	return t->batch.jobs.head != NULL;
}

static void plan_retry(struct store_thread *t, bool works)
{
	bool left = t->batch.jobs.head != NULL;

	store_list_join(&t->waiting, &t->batch.jobs);
	t->blocked = !works;
	if (works && !t->waiting.head)
		t->pause_ms = 0;
	if (works && !left)
		return;
	t->pause_ms = t->pause_ms ? t->pause_ms * 2 : STORE_PAUSE_MIN_MS;
	if (t->pause_ms > STORE_PAUSE_MAX_MS)
		t->pause_ms = STORE_PAUSE_MAX_MS;
	t->retry_ms = clock_mono_ms(t->clock) + t->pause_ms;
}

static void *thread_main(void *user)
{
	struct store_thread *t = user;

	pthread_mutex_lock(&t->lock);
	while (take_batch(t)) {
		pthread_mutex_unlock(&t->lock);
		bool works = store_batch_run(&t->batch);
		plan_retry(t, works);
		pthread_mutex_lock(&t->lock);
		t->works = works;
		if (t->rest_ms == UINT64_MAX)
			t->rest_ms = clock_mono_ms(t->clock) + t->batch.ops->rest_ms;
		if (!works)
			(void)str_copy(t->why, sizeof(t->why),
				t->batch.ops->error(t->batch.store));
		store_list_join(&t->outbox, &t->batch.done);
		loop_wake(t->loop);
		if (t->stop && t->waiting.head)
			break;
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

/* Loop side. */

static void tell_health(struct store_thread *t, bool works, const char *why)
{
	if (works == t->told_works)
		return;
	t->told_works = works;
	if (works)
		log_info("the store can be written again");
	else
		log_error("the store cannot be written, nothing is sent: %s", why);
	if (t->health)
		t->health(t->health_user, works, why);
}

static void on_wake(void *user)
{
	struct store_thread *t = user;
	struct store_list done;
	struct store_job *job;
	char why[WHY_SIZE];

	store_list_init(&done);
	pthread_mutex_lock(&t->lock);
	struct store_job *early = t->early;
	t->early = NULL;
	store_list_join(&done, &t->outbox);
	bool works = t->works;
	(void)str_copy(why, sizeof(why), t->why); /* same size */
	pthread_mutex_unlock(&t->lock);
	while (early) {
		struct store_job *next = early->next_early;
		early->early(early);
		early = next;
	}
	tell_health(t, works, why);
	while ((job = store_list_take(&done))) {
		t->open--;
		job->done(job, job->err);
	}
}

void store_thread_post(struct store_thread *t, struct store_job *job)
{
	job->posted_ms = loop_now_ms(t->loop);
	job->is_handed = false;
	t->open++;
	store_list_add(&t->posted, job);
}

void store_thread_flush(struct store_thread *t)
{
	if (!t->posted.head)
		return;
	for (struct store_job *job = t->posted.head; job; job = job->next)
		job->is_handed = true;
	pthread_mutex_lock(&t->lock);
	store_list_join(&t->inbox, &t->posted);
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
}

bool store_thread_is_idle(const struct store_thread *t)
{
	return t->open == 0;
}

void store_thread_on_health(struct store_thread *t, store_health_fn fn, void *user)
{
	t->health = fn;
	t->health_user = user;
}

static enum err start_thread(struct store_thread *t)
{
	pthread_condattr_t attr;

	if (pthread_mutex_init(&t->lock, NULL) != 0)
		return ERR_SYS;
	(void)pthread_condattr_init(&attr); /* these three cannot fail on Linux */
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&t->wake, &attr);
	(void)pthread_condattr_destroy(&attr);
	return pthread_create(&t->thread, NULL, thread_main, t) == 0 ? ERR_OK : ERR_SYS;
}

enum err store_thread_create(struct store_thread **out, struct loop *loop,
	struct store *store, const struct store_ops *ops)
{
	struct store_thread *t = calloc(1, sizeof(*t));

	if (!t)
		return ERR_MEM;
	t->loop = loop;
	t->clock = clock_system(); /* what the condition variable runs on */
	t->works = t->told_works = true;
	t->rest_ms = UINT64_MAX;
	store_list_init(&t->posted);
	store_list_init(&t->inbox);
	store_list_init(&t->outbox);
	store_list_init(&t->waiting);
	t->batch = (struct store_batch){
		.store = store, .ops = ops, .early = on_batch_early, .user = t
	};
	store_list_init(&t->batch.jobs);
	store_list_init(&t->batch.done);
	loop_on_wake(loop, on_wake, t);
	if (start_thread(t) != ERR_OK) {
		log_error("cannot start the store's thread");
		free(t);
		return ERR_SYS;
	}
	*out = t;
	return ERR_OK;
}

void store_thread_destroy(struct store_thread *t)
{
	if (!t)
		return;
	store_thread_flush(t);
	pthread_mutex_lock(&t->lock);
	t->stop = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
	(void)pthread_join(
		t->thread, NULL); /* fails only for a thread that is not ours */
	loop_on_wake(t->loop, NULL, NULL);
	(void)pthread_cond_destroy(&t->wake);
	(void)pthread_mutex_destroy(&t->lock);
	free(t);
}
