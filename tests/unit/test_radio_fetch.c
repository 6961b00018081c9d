/* When the store is asked for the queue: at a hint, when a message falls due, when the
 * window runs low; and never without a reason. The clock is the test's, the answers too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/base/log.h"
#include "firmware/radio/radio_parts.h"

enum {
	START_MS = 1000000
};

static struct world {
	struct clock clock;
	struct radio radio;
	unsigned asked;
} w;

void store_thread_post(struct store_thread *t, struct store_job *job)
{
	(void)t;
	assert_ptr_equal(job, &w.radio.fetch.job);
	w.asked++;
}

static int set_up(void **state)
{
	(void)state;
	memset(&w, 0, sizeof(w));
	w.clock = clock_fake(1000, START_MS);
	assert_int_equal(loop_create_fake(&w.radio.loop, &w.clock), ERR_OK);
	radio_fetch_init(&w.radio);
	w.radio.start.done = true;
	w.radio.config.is_read = true;
	w.radio.config.now.sims = NULL;
	dispatch_init(&w.radio.dispatch);
	dispatch_set_config(&w.radio.dispatch, &w.radio.config.now, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	loop_timer_cancel(&w.radio.fetch.timer);
	loop_destroy(w.radio.loop);
	return 0;
}

/* The store's answer: nothing waits now; the next message is due then (0: none is). */
static void answer(int64_t next_due)
{
	struct radio_fetch *f = &w.radio.fetch;

	assert_true(f->posted);
	f->n_got = f->n_items = 0;
	f->next_due = next_due;
	f->job.done(&f->job, ERR_OK);
}

static void pass(unsigned ms)
{
	for (unsigned i = 0; i < ms; i += 10) {
		loop_fake_advance(w.radio.loop, 10);
		radio_fetch_turn(&w.radio);
	}
}

static void asked_once_and_not_again(void **state)
{
	(void)state;
	radio_fetch_want(&w.radio);
	radio_fetch_turn(&w.radio);
	assert_int_equal(w.asked, 1);
	answer(0);
	pass(300000);
	assert_int_equal(w.asked, 1);
}

static void once_for_what_falls_due(void **state)
{
	(void)state;
	radio_fetch_want(&w.radio);
	radio_fetch_turn(&w.radio);
	answer(START_MS +
		150000); /* longer than a timer is trusted with the wall clock */
	pass(149000);
	assert_int_equal(w.asked, 1);
	pass(2000);
	assert_int_equal(w.asked, 2);
	answer(0);
	pass(300000);
	assert_int_equal(w.asked, 2);
}

static void hints_in_a_burst_are_one_question(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		radio_fetch_want(&w.radio);
		radio_fetch_turn(&w.radio);
	}
	answer(START_MS + 5000);
	for (int i = 0; i < 10; i++) {
		radio_fetch_want(&w.radio);
		radio_fetch_turn(&w.radio);
	}
	assert_int_equal(w.asked, 1);
	pass(100);
	assert_int_equal(w.asked, 2);
	answer(START_MS + 5000);
	pass(5000); /* what was planned before is not forgotten */
	assert_int_equal(w.asked, 3);
	answer(0);
	pass(300000);
	assert_int_equal(w.asked, 3);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(asked_once_and_not_again),
		T(once_for_what_falls_due),
		T(hints_in_a_burst_are_one_question),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
