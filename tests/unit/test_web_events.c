/*
 * The event ring gives every listener all events in order, cut anywhere; tells those who
 * fell behind to reload; and wakes sleepers exactly when there is something. The limiter
 * lets bursts pass, holds the rate, and makes guessing slow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/base/buf.h"
#include "firmware/base/str.h"
#include "web/api/events.h"
#include "web/api/limiter.h"

static void on_wake(void *user)
{
	++*(unsigned *)user;
}

static void on_sleep(void *user)
{
	(void)user;
}

static struct events *make(void)
{
	static const int64_t wall = 1790000000000;
	struct clock clock = clock_fake(0, wall);
	struct events *events;

	assert_int_equal(events_create(&events, &clock), ERR_OK);
	return events;
}

static void read_all(struct events_listener *l, size_t step, char *dst, size_t size)
{
	char piece[4096];
	size_t n;
	struct buf all;

	buf_init_fixed(&all, dst, size);
	while ((n = events_read(l, piece, step, on_sleep)) > 0)
		buf_put(&all, piece, n);
	assert_true(buf_ok(&all));
}

static void test_order_and_every_cut(void **state)
{
	char got[2000];
	unsigned woken = 0;

	(void)state;
	for (size_t step = 2; step < 60; step++) {
		struct events *e = make();
		struct events_listener *l = events_listen(e, 0, on_wake, &woken);
		events_publish(e, "message", "{\"n\":1}");
		events_publish(e, "job", "{\"n\":2}");
		read_all(l, step, got, sizeof(got));
		assert_non_null(strstr(got, "event: message\nid: 1790000000000001\n"
					    "data: {\"n\":1}\n\nevent: job\nid: "));
		assert_null(strstr(got, "reset"));
		events_leave(l);
		events_destroy(e);
	}
}

static void test_resume_after_an_id(void **state)
{
	char got[2000];
	unsigned woken = 0;
	struct events *e = make();

	(void)state;
	for (int i = 0; i < 5; i++)
		events_publish(e, "message", i == 3 ? "{\"n\":3}" : "{\"n\":0}");
	struct events_listener *l = events_listen(e, 1790000000000003, on_wake, &woken);
	read_all(l, 1000, got, sizeof(got));
	assert_null(strstr(got, "id: 1790000000000003\n"));
	assert_non_null(strstr(got, "id: 1790000000000004\ndata: {\"n\":3}\n"));
	assert_non_null(strstr(got, "id: 1790000000000005\n"));
	events_leave(l);
	events_destroy(e);
}

static void test_old_and_foreign_ids_reset(void **state)
{
	static const uint64_t ids[] = { 1, 1790000000000000 - 5000, UINT64_MAX };
	char got[2000];
	unsigned woken = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct events *e = make();
		events_publish(e, "message", "{}");
		struct events_listener *l = events_listen(e, ids[i], on_wake, &woken);
		read_all(l, 1000, got, sizeof(got));
		assert_non_null(strstr(got, "event: reset\nid: 1790000000000001\n"));
		assert_null(strstr(got, "event: message"));
		events_leave(l);
		events_destroy(e);
	}
}

static void test_slow_reader_is_reset_on_a_whole_event(void **state)
{
	char piece[21], got[8000];
	unsigned woken = 0;
	struct events *e = make();
	struct events_listener *l = events_listen(e, 0, on_wake, &woken);

	(void)state;
	events_publish(e, "message", "{\"n\":\"begun\"}");
	size_t n = events_read(l, piece, sizeof(piece), on_sleep);
	assert_true(n > 0 && n < 40);
	for (int i = 0; i < 3 * EVENTS_RING; i++)
		events_publish(e, "message", "{\"n\":0}");
	read_all(l, 4000, got, sizeof(got));
	/* The event that was begun ends whole, then comes the reset, and nothing old. */
	const char *reset = strstr(got, "event: reset");
	assert_non_null(reset);
	assert_non_null(strstr(got, "begun\"}\n\nevent: reset"));
	assert_null(strstr(got, "{\"n\":0}"));
	events_leave(l);
	events_destroy(e);
}

static void test_wakes_only_sleepers(void **state)
{
	char piece[1000];
	unsigned woken = 0;
	struct events *e = make();
	struct events_listener *l = events_listen(e, 0, on_wake, &woken);

	(void)state;
	events_publish(e, "message", "{}");
	assert_int_equal(woken, 0);
	while (events_read(l, piece, sizeof(piece), on_sleep) > 0) {
	}
	events_publish(e, "message", "{}");
	events_publish(e, "message", "{}");
	assert_int_equal(woken, 1);
	while (events_read(l, piece, sizeof(piece), on_sleep) > 0) {
	}
	events_close(e);
	assert_int_equal(woken, 2);
	assert_true(events_is_closed(e));
	events_leave(l);
	events_destroy(e);
}

static void test_listeners_are_bounded(void **state)
{
	static struct events_listener *all[EVENTS_LISTENERS_MAX];
	unsigned woken = 0;
	struct events *e = make();

	(void)state;
	for (size_t i = 0; i < EVENTS_LISTENERS_MAX; i++)
		assert_non_null(all[i] = events_listen(e, 0, on_wake, &woken));
	assert_null(events_listen(e, 0, on_wake, &woken));
	for (size_t i = 0; i < EVENTS_LISTENERS_MAX; i++)
		events_leave(all[i]);
	assert_false(events_has_listeners(e));
	events_destroy(e);
}

static void test_rate_and_burst(void **state)
{
	const struct limiter_rate rate = { .per_s = 10, .burst = 20 };
	struct limiter *l;

	(void)state;
	assert_int_equal(limiter_create(&l), ERR_OK);
	for (int i = 0; i < 20; i++)
		assert_int_equal(limiter_take(l, LIMITER_KEY, "1", &rate, 1000), 0);
	uint64_t wait = limiter_take(l, LIMITER_KEY, "1", &rate, 1000);
	assert_in_range(wait, 100, 101);
	assert_int_equal(limiter_take(l, LIMITER_KEY, "2", &rate, 1000), 0);
	assert_int_equal(limiter_take(l, LIMITER_KEY, "1", &rate, 1000 + wait), 0);
	assert_int_not_equal(limiter_take(l, LIMITER_KEY, "1", &rate, 1000 + wait), 0);
	/* An hour later a full burst is there, and not more. */
	for (int i = 0; i < 20; i++)
		assert_int_equal(limiter_take(l, LIMITER_KEY, "1", &rate, 3601000), 0);
	assert_int_not_equal(limiter_take(l, LIMITER_KEY, "1", &rate, 3601000), 0);
	limiter_destroy(l);
}

static void test_failures_cost_more_each_time(void **state)
{
	struct limiter *l;
	uint64_t now = 1000, before = 0;

	(void)state;
	assert_int_equal(limiter_create(&l), ERR_OK);
	for (int i = 0; i < 4; i++)
		limiter_fail(l, LIMITER_LOGIN, "10.0.0.9", now);
	assert_int_equal(limiter_wait(l, LIMITER_LOGIN, "10.0.0.9", now), 0);
	for (int i = 0; i < 9; i++) {
		limiter_fail(l, LIMITER_LOGIN, "10.0.0.9", now);
		uint64_t wait = limiter_wait(l, LIMITER_LOGIN, "10.0.0.9", now);
		assert_true(wait >= 2 * before || wait == 300000);
		before = wait;
		now += wait;
	}
	for (int i = 0; i < 100; i++)
		limiter_fail(l, LIMITER_LOGIN, "10.0.0.9", now);
	assert_int_equal(limiter_wait(l, LIMITER_LOGIN, "10.0.0.9", now), 300000);
	assert_int_equal(limiter_wait(l, LIMITER_LOGIN, "10.0.0.8", now), 0);
	limiter_forgive(l, LIMITER_LOGIN, "10.0.0.9");
	assert_int_equal(limiter_wait(l, LIMITER_LOGIN, "10.0.0.9", now), 0);
	limiter_destroy(l);
}

static void test_a_full_table_forgets_the_oldest(void **state)
{
	struct limiter *l;
	char who[16];

	(void)state;
	assert_int_equal(limiter_create(&l), ERR_OK);
	for (int k = 0; k < 6; k++)
		limiter_fail(l, LIMITER_LOGIN, "old", 1);
	assert_int_not_equal(limiter_wait(l, LIMITER_LOGIN, "old", 1), 0);
	for (int i = 0; i < 1000; i++) {
		(void)str_format(who, sizeof(who), "%d", i);
		limiter_fail(l, LIMITER_LOGIN, who, 2);
	}
	assert_int_equal(limiter_wait(l, LIMITER_LOGIN, "old", 1), 0);
	limiter_destroy(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_and_every_cut),
		cmocka_unit_test(test_resume_after_an_id),
		cmocka_unit_test(test_old_and_foreign_ids_reset),
		cmocka_unit_test(test_slow_reader_is_reset_on_a_whole_event),
		cmocka_unit_test(test_wakes_only_sleepers),
		cmocka_unit_test(test_listeners_are_bounded),
		cmocka_unit_test(test_rate_and_burst),
		cmocka_unit_test(test_failures_cost_more_each_time),
		cmocka_unit_test(test_a_full_table_forgets_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
