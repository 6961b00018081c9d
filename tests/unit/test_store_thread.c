/* Group commit with a store whose N-th begin, run or commit fails: every job ends exactly
 * once, nothing is acknowledged that was not committed, what may be tried again is, what
 * may not ends at once, and one job that cannot be stored stops no other. Then the same
 * through the thread: order, early calls before the commit, health told once, and a
 * commit that stalls does not stop the loop. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/radio/store_batch.h"
#include "firmware/radio/store_thread.h"

enum {
	JOBS = 6
};

/* The store under the ops: what is pending, what is committed. */
static struct fake {
	int calls, fail_at; /* begins, runs and commits are counted; 0: none fails */
	enum err error;
	int forever; /* from fail_at on, so many fail */
	int pending[JOBS], committed[JOBS], ended[JOBS], early[JOBS];
	enum err end_err[JOBS];
	bool in_transaction;
	pthread_mutex_t gate; /* held by a test: commits stall */
	int poison;	      /* job that always fails, -1: none */
} fake;

static atomic_int fake_rests;
static struct loop *rest_loop;

struct test_job {
	struct store_job job;
	int id;
};
static struct test_job jobs[JOBS];

static enum err step(void)
{
	fake.calls++;
	bool fails = fake.fail_at && fake.calls >= fake.fail_at &&
		     fake.calls < fake.fail_at + fake.forever;
	return fails ? fake.error : ERR_OK;
}

static enum err fake_begin(struct store *s)
{
	(void)s;
	enum err err = step();
	assert_false(fake.in_transaction);
	fake.in_transaction = err == ERR_OK;
	return err;
}

static void fake_rollback(struct store *s)
{
	(void)s;
	fake.in_transaction = false;
	memset(fake.pending, 0, sizeof(fake.pending));
}

static enum err fake_commit(struct store *s)
{
	(void)s;
	pthread_mutex_lock(&fake.gate);
	pthread_mutex_unlock(&fake.gate);
	enum err err = step();
	if (err != ERR_OK)
		return err;
	for (int i = 0; i < JOBS; i++)
		if (fake.pending[i]) /* the loop may read the others */
			fake.committed[i] += fake.pending[i];
	memset(fake.pending, 0, sizeof(fake.pending));
	fake.in_transaction = false;
	return ERR_OK;
}

static const char *fake_error(const struct store *s)
{
	(void)s;
	return "no space left";
}

static void fake_rest(struct store *s)
{
	(void)s;
	assert_false(fake.in_transaction);
	(void)atomic_fetch_add(&fake_rests, 1);
	loop_wake(rest_loop);
}

static const struct store_ops ops = { fake_begin, fake_commit, fake_rollback, fake_error,
	fake_rest, UINT32_MAX };
static const struct store_ops resting_ops = { fake_begin, fake_commit, fake_rollback,
	fake_error, fake_rest, 1 };

static enum err run(struct store *s, struct store_job *job)
{
	int id = ((struct test_job *)job)->id;
	(void)s;
	assert_true(fake.in_transaction);
	if (id == fake.poison)
		return ERR_SYS;
	enum err err = step();
	if (err == ERR_OK)
		fake.pending[id]++;
	return err;
}

static void early(struct store_job *job)
{
	int id = ((struct test_job *)job)->id;

	assert_int_equal(fake.ended[id], 0);
	fake.early[id]++;
}

static void done(struct store_job *job, enum err err)
{
	int id = ((struct test_job *)job)->id;

	fake.ended[id]++;
	fake.end_err[id] = err;
	if (err == ERR_OK)
		assert_int_equal(fake.committed[id], 1);
	else
		assert_int_equal(fake.committed[id], 0);
}

static int reset(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	pthread_mutex_init(&fake.gate, NULL);
	fake.forever = 1;
	fake.error = ERR_SYS;
	fake.poison = -1;
	for (int i = 0; i < JOBS; i++)
		jobs[i] = (struct test_job){
			.job = { .run = run, .done = done, .once = i % 3 == 2 }, .id = i
		};
	return 0;
}

/* The batch alone. */

static void begin_batch(struct store_batch *b)
{
	*b = (struct store_batch){ .ops = &ops };
	store_list_init(&b->jobs);
	store_list_init(&b->done);
	for (int i = 0; i < JOBS; i++)
		store_list_add(&b->jobs, &jobs[i].job);
}

static void take_done(struct store_batch *b)
{
	struct store_job *job;

	while ((job = store_list_take(&b->done)))
		job->done(job, job->err);
}

static void the_nth_step_fails(void **state)
{
	static const enum err errors[] = { ERR_SYS, ERR_BUSY, ERR_INPUT };

	for (size_t e = 0; e < 3; e++) {
		for (int n = 1; n < 2 * JOBS + 6; n++) {
			struct store_batch b;
			(void)reset(state);
			fake.fail_at = n;
			fake.error = errors[e];
			begin_batch(&b);
			for (int tries = 0; b.jobs.head && tries < 3; tries++) {
				(void)store_batch_run(&b);
				take_done(&b);
			}
			assert_null(b.jobs.head);
			for (int i = 0; i < JOBS; i++) {
				assert_int_equal(fake.ended[i], 1);
				assert_true(jobs[i].job.once || errors[e] == ERR_INPUT ||
					    fake.end_err[i] == ERR_OK);
			}
		}
	}
}

static void a_store_that_takes_nothing(void **state)
{
	struct store_batch b;
	(void)state;
	fake.fail_at = 1;
	fake.forever = 1000;
	begin_batch(&b);
	assert_false(store_batch_run(&b));
	take_done(&b);
	for (int i = 0; i < JOBS; i++)
		assert_int_equal(fake.ended[i], jobs[i].job.once);
	fake.fail_at = 0;
	assert_true(store_batch_run(&b));
	take_done(&b);
	for (int i = 0; i < JOBS; i++)
		assert_int_equal(fake.ended[i], 1);
}

static void one_poisoned_job_stops_no_other(void **state)
{
	struct store_batch b;
	(void)state;
	fake.poison = 3;
	begin_batch(&b);
	assert_true(store_batch_run(&b));
	take_done(&b);
	assert_ptr_equal(b.jobs.head, &jobs[3].job);
	assert_null(b.jobs.head->next);
	assert_int_equal(fake.committed[0] + fake.committed[1] + fake.committed[4], 3);
}

/* Through the thread. */

struct thread_world {
	struct loop *loop;
	struct store_thread *thread;
	int told_fails, told_works;
};
static struct thread_world tw;

static void on_health(void *user, bool works, const char *why)
{
	(void)user;
	assert_string_equal(works ? "no space left" : why, "no space left");
	tw.told_fails += !works;
	tw.told_works += works;
}

static void flush(void *user)
{
	store_thread_flush(user);
}

static int thread_setup(void **state)
{
	(void)reset(state);
	memset(&tw, 0, sizeof(tw));
	assert_int_equal(loop_create(&tw.loop, clock_system()), ERR_OK);
	assert_int_equal(store_thread_create(&tw.thread, tw.loop, NULL, &ops), ERR_OK);
	store_thread_on_health(tw.thread, on_health, NULL);
	loop_before_wait(tw.loop, flush, tw.thread);
	return 0;
}

static int thread_teardown(void **state)
{
	(void)state;
	store_thread_destroy(tw.thread);
	loop_destroy(tw.loop);
	return 0;
}

static void turn_until_idle(void)
{
	uint64_t end = clock_mono_ms(clock_system()) + 10000;

	while (!store_thread_is_idle(tw.thread) && clock_mono_ms(clock_system()) < end)
		loop_step(tw.loop, 100);
	assert_true(store_thread_is_idle(tw.thread));
}

static void one_turn_is_one_commit(void **state)
{
	(void)state;
	for (int i = 0; i < JOBS; i++) {
		jobs[i].job.early = early;
		store_thread_post(tw.thread, &jobs[i].job);
	}
	turn_until_idle();
	assert_int_equal(fake.calls, JOBS + 2);
	for (int i = 0; i < JOBS; i++) {
		assert_int_equal(fake.ended[i], 1);
		assert_int_equal(fake.early[i], 1);
	}
}

static void a_stalled_commit_does_not_stop_the_loop(void **state)
{
	(void)state;
	jobs[0].job.early = early;
	pthread_mutex_lock(&fake.gate);
	store_thread_post(tw.thread, &jobs[0].job);
	while (fake.early[0] == 0)
		loop_step(tw.loop, 100);
	for (int i = 0; i < 50; i++)
		loop_step(tw.loop, 0);
	store_thread_post(tw.thread, &jobs[1].job); /* nor does it refuse more */
	loop_step(tw.loop, 0);
	assert_int_equal(fake.ended[0], 0);
	pthread_mutex_unlock(&fake.gate);
	turn_until_idle();
	assert_int_equal(fake.ended[0] + fake.ended[1], 2);
}

static void lazy_jobs_ride_along(void **state)
{
	uint64_t start = clock_mono_ms(clock_system());
	(void)state;
	jobs[0].job.urgency = STORE_LAZY;
	jobs[1].job.urgency = STORE_LAZY;
	store_thread_post(tw.thread, &jobs[0].job);
	loop_step(tw.loop, 0);
	store_thread_post(tw.thread, &jobs[1].job);
	turn_until_idle(); /* nobody else comes: they go alone, together, in time */
	uint64_t waited = clock_mono_ms(clock_system()) - start;
	assert_true(waited + 1 >= STORE_LAZY_MS);
	assert_int_equal(fake.calls, 2 + 2);
	reset(state);
	jobs[0].job.urgency = STORE_LAZY;
	store_thread_post(tw.thread, &jobs[0].job);
	store_thread_post(tw.thread, &jobs[1].job);
	turn_until_idle();
	assert_int_equal(fake.calls, 2 + 2);
}

static void trouble_is_told_once_and_its_end_too(void **state)
{
	(void)state;
	fake.fail_at = 1;
	fake.forever = 6; /* three rounds or so */
	for (int i = 0; i < JOBS; i++)
		store_thread_post(tw.thread, &jobs[i].job);
	turn_until_idle();
	assert_int_equal(tw.told_fails, 1);
	assert_int_equal(tw.told_works, 1);
	for (int i = 0; i < JOBS; i++) {
		assert_int_equal(fake.ended[i], 1);
		assert_int_equal(
			fake.end_err[i] == ERR_OK, jobs[i].job.once ? false : true);
	}
}

static int resting_setup(void **state)
{
	(void)reset(state);
	memset(&tw, 0, sizeof(tw));
	atomic_store(&fake_rests, 0);
	assert_int_equal(loop_create(&tw.loop, clock_system()), ERR_OK);
	rest_loop = tw.loop;
	assert_int_equal(
		store_thread_create(&tw.thread, tw.loop, NULL, &resting_ops), ERR_OK);
	loop_before_wait(tw.loop, flush, tw.thread);
	return 0;
}

static void wait_for_rests(int n)
{
	for (int i = 0; i < 100 && atomic_load(&fake_rests) < n; i++)
		loop_step(tw.loop, 100);
	assert_int_equal(atomic_load(&fake_rests), n);
}

/* Once after what was written, and not again before something else is. */
static void the_store_rests_after_work(void **state)
{
	(void)state;
	store_thread_post(tw.thread, &jobs[0].job);
	turn_until_idle();
	wait_for_rests(1);
	for (int i = 0; i < 20; i++)
		loop_step(tw.loop, 1);
	assert_int_equal(atomic_load(&fake_rests), 1);
	assert_int_equal(fake.ended[0], 1);
	store_thread_post(tw.thread, &jobs[1].job);
	turn_until_idle();
	wait_for_rests(2);
}

static void what_is_posted_is_written_before_the_end(void **state)
{
	(void)state;
	jobs[0].job.urgency = STORE_LAZY;
	store_thread_post(tw.thread, &jobs[0].job);
	store_thread_post(tw.thread, &jobs[1].job);
	store_thread_destroy(tw.thread);
	tw.thread = NULL;
	assert_int_equal(fake.committed[0] + fake.committed[1], 2);
	loop_before_wait(tw.loop, NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_nth_step_fails, reset),
		cmocka_unit_test_setup(a_store_that_takes_nothing, reset),
		cmocka_unit_test_setup(one_poisoned_job_stops_no_other, reset),
		cmocka_unit_test_setup_teardown(
			one_turn_is_one_commit, thread_setup, thread_teardown),
		cmocka_unit_test_setup_teardown(a_stalled_commit_does_not_stop_the_loop,
			thread_setup, thread_teardown),
		cmocka_unit_test_setup_teardown(
			lazy_jobs_ride_along, thread_setup, thread_teardown),
		cmocka_unit_test_setup_teardown(trouble_is_told_once_and_its_end_too,
			thread_setup, thread_teardown),
		cmocka_unit_test_setup_teardown(
			the_store_rests_after_work, resting_setup, thread_teardown),
		cmocka_unit_test_setup_teardown(what_is_posted_is_written_before_the_end,
			thread_setup, thread_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
