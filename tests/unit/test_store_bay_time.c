/*
 * Proves what the figures of a bay count: the time in which the radio side ran, and no
 * other; whatever the wall clock does meanwhile.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/store/bay_log.h"
#include "firmware/store/bay_modem.h"
#include "firmware/store/bay_time.h"

#define MIN_MS INT64_C(60000)
#define HOUR_MS BAY_TIME_HOUR_MS
#define DAY_MS (24 * HOUR_MS)
#define BEGIN ((NOW / HOUR_MS + 1) * HOUR_MS) /* of an hour */

static int64_t add_bay(struct fixture *f, const char *key, const char *imei)
{
	struct bay bay = { .id = 0 };
	struct bay_arrival arrival;

	(void)str_copy(bay.key, sizeof(bay.key), key);
	(void)str_copy(bay.imei, sizeof(bay.imei), imei);
	(void)str_copy(bay.state, sizeof(bay.state), "READY");
	OK(bay_find_or_add(f->s, &bay, &bay.id));
	OK(bay_update(f->s, &bay));
	OK(bay_modem_seen(f->s, &bay, &arrival));
	return bay.id;
}

/* So many minutes pass in which the radio side runs, and it writes them down. */
static void run_min(
	struct fixture *f, int64_t bay, int64_t ran, int64_t up, int64_t ready)
{
	const struct bay_time time = { .up_ms = up * MIN_MS, .ready_ms = ready * MIN_MS };

	f->clock.fake_wall_ms += ran * MIN_MS;
	OK(bay_time_ran(f->s, ran * MIN_MS));
	OK(bay_time_add(f->s, bay, &time));
}

#define SUMS(from, ran, up, ready)                                                       \
	do {                                                                             \
		struct bay_time_sum sum_;                                                \
		OK(bay_time_sums(f->s, bay, (from), &sum_));                             \
		assert_int_equal(sum_.ran_ms, (ran)*MIN_MS);                             \
		assert_int_equal(sum_.up_ms, (up)*MIN_MS);                               \
		assert_int_equal(sum_.ready_ms, (ready)*MIN_MS);                         \
	} while (0)

static int64_t rows(struct fixture *f)
{
	return ask(f, "SELECT count(*) FROM bay_hour");
}

static void test_hours_are_summed(void **state)
{
	struct fixture *f = *state;

	f->clock.fake_wall_ms = BEGIN;
	int64_t bay = add_bay(f, "usb:1-1", "");
	SUMS(BEGIN, 0, 0, 0);
	for (int i = 0; i < 12; i++) /* two hours, in twelve writes */
		run_min(f, bay, 10, 9, 8);
	assert_int_equal(rows(f), 3);
	SUMS(BEGIN, 120, 108, 96);
	SUMS(BEGIN + HOUR_MS, 70, 63, 56); /* the write at the full hour is its own */
	SUMS(BEGIN + 5 * HOUR_MS, 0, 0, 0);
}

/* The modem came in the middle of an hour: what ran before is not charged to it. */
static void test_the_first_hour_is_a_part(void **state)
{
	struct fixture *f = *state;

	f->clock.fake_wall_ms = BEGIN;
	OK(bay_time_ran(f->s, 30 * MIN_MS)); /* without it */
	f->clock.fake_wall_ms += 30 * MIN_MS;
	int64_t bay = add_bay(f, "usb:1-1", "");
	int64_t from = f->clock.fake_wall_ms;
	run_min(f, bay, 20, 20, 19);
	SUMS(from, 30, 20, 19);
	run_min(f, bay, 9, 9, 9);
	SUMS(from, 30, 29, 28);
	run_min(f, bay, 61, 61, 61);
	SUMS(from, 91, 90, 89);
}

static struct bay_health health(struct fixture *f, int64_t bay)
{
	struct bay_health h;

	OK(bay_health_get(f->s, bay, f->clock.fake_wall_ms - 30 * DAY_MS, &h));
	return h;
}

static void fail_for(struct fixture *f, int64_t bay, int64_t minutes)
{
	OK(bay_failed(f->s, bay, "stuck", "cfun"));
	run_min(f, bay, minutes, 0, 0);
	OK(bay_back(f->s, bay));
}

static int64_t failed_min(struct fixture *f, int64_t bay, int64_t from)
{
	int64_t ms;

	OK(bay_failed_ms(f->s, bay, from, &ms));
	assert_int_equal(ms % MIN_MS, 0);
	return ms / MIN_MS;
}

static void test_a_failure_is_open_up_to_now(void **state)
{
	struct fixture *f = *state;

	f->clock.fake_wall_ms = BEGIN;
	int64_t bay = add_bay(f, "usb:1-1", ""), other = add_bay(f, "usb:1-2", "");
	assert_int_equal(failed_min(f, bay, BEGIN), 0);
	f->clock.fake_wall_ms += 5 * MIN_MS;
	fail_for(f, bay, 3);
	OK(bay_failed(f->s, other, "stuck", ""));
	run_min(f, bay, 10, 10, 10);
	OK(bay_failed(f->s, bay, "stuck", ""));
	assert_int_equal(failed_min(f, bay, BEGIN), 3);
	f->clock.fake_wall_ms += 2 * MIN_MS;
	assert_int_equal(failed_min(f, bay, BEGIN), 5);
	assert_int_equal(failed_min(f, bay, BEGIN + 7 * MIN_MS), 3); /* in the middle */
	assert_int_equal(failed_min(f, bay, BEGIN + 19 * MIN_MS), 1);
	assert_int_equal(failed_min(f, bay, f->clock.fake_wall_ms), 0);
	f->clock.fake_wall_ms = BEGIN; /* set back: what is to come is not */
	assert_int_equal(failed_min(f, bay, BEGIN - DAY_MS), 0);
}

/* Nights and weekends without current, and a failure that was open meanwhile. */
static void test_hours_without_the_box_are_nobodys(void **state)
{
	struct fixture *f = *state;

	f->clock.fake_wall_ms = BEGIN;
	int64_t bay = add_bay(f, "usb:1-1", "");
	run_min(f, bay, 120, 120, 100);
	f->clock.fake_wall_ms += 3 * DAY_MS;
	fail_for(f, bay, 10);
	OK(bay_failed(f->s, bay, "unplugged", ""));
	f->clock.fake_wall_ms += 2 * DAY_MS; /* off, and not back in its socket */
	run_min(f, bay, 50, 0, 0);
	OK(bay_back(f->s, bay));
	run_min(f, bay, 60, 60, 60);
	struct bay_health h = health(f, bay);
	assert_int_equal(h.failures, 2);
	assert_int_equal(h.up_ms, 180 * MIN_MS);
	assert_int_equal(h.ready_ms, 160 * MIN_MS);
	assert_int_equal(h.down_ms, 60 * MIN_MS);
}

/* What is known of the time before is that it failed, not how long it worked. */
static void test_failures_count_since_it_is_measured(void **state)
{
	struct fixture *f = *state;

	f->clock.fake_wall_ms = BEGIN;
	int64_t bay = add_bay(f, "usb:1-1", "");
	OK(bay_failed(f->s, bay, "stuck", "cfun"));
	f->clock.fake_wall_ms += DAY_MS;
	OK(bay_back(f->s, bay));
	assert_int_equal(health(f, bay).failures, 1);
	assert_int_equal(health(f, bay).up_ms + health(f, bay).down_ms, 0);
	f->clock.fake_wall_ms += 5 * MIN_MS;
	run_min(f, bay, 10, 10, 10);
	assert_int_equal(health(f, bay).since, BEGIN + DAY_MS + 5 * MIN_MS);
	assert_int_equal(health(f, bay).failures, 0);
	fail_for(f, bay, 10);
	assert_int_equal(health(f, bay).failures, 1);
	assert_int_equal(health(f, bay).up_ms, 10 * MIN_MS);
}

static void test_another_modem_begins_anew(void **state)
{
	struct fixture *f = *state;

	f->clock.fake_wall_ms = BEGIN;
	int64_t bay = add_bay(f, "usb:1-1", "352989000000016");
	run_min(f, bay, 100, 90, 80);
	assert_int_equal(add_bay(f, "usb:1-1", "352989000000024"), bay);
	int64_t came = f->clock.fake_wall_ms;
	struct bay_health h = health(f, bay);
	assert_int_equal(h.since, came);
	assert_int_equal(h.up_ms + h.ready_ms, 0);
	run_min(f, bay, 10, 9, 9);
	h = health(f, bay);
	assert_int_equal(h.up_ms, 9 * MIN_MS);
	add_bay(f, "usb:1-1", "352989000000024"); /* the same again */
	assert_int_equal(health(f, bay).up_ms, 9 * MIN_MS);
}

/* Years ahead for a while, as a clock without a battery may be until the network tells.
 */
static void test_a_clock_that_jumps_adds_nothing(void **state)
{
	struct fixture *f = *state;

	f->clock.fake_wall_ms = BEGIN;
	int64_t bay = add_bay(f, "usb:1-1", "352989000000016");
	run_min(f, bay, 60, 60, 60);
	f->clock.fake_wall_ms = BEGIN + 3000 * DAY_MS;
	run_min(f, bay, 20, 20, 20);
	assert_int_equal(rows(f), 2); /* what was, is not lost */
	f->clock.fake_wall_ms = BEGIN + 2 * HOUR_MS;
	SUMS(BEGIN, 60, 60, 60);
	run_min(f, bay, 10, 10, 10);
	SUMS(BEGIN, 70, 70, 70);
	assert_int_equal(rows(f), 2); /* and what is not yet, is gone */
	/* A little ahead, as after a start: kept, and counted when its time comes. */
	f->clock.fake_wall_ms = BEGIN + 20 * HOUR_MS;
	run_min(f, bay, 10, 10, 10);
	f->clock.fake_wall_ms = BEGIN + 3 * HOUR_MS;
	run_min(f, bay, 10, 5, 5);
	SUMS(BEGIN, 80, 75, 75);
	f->clock.fake_wall_ms = BEGIN + 30 * HOUR_MS;
	SUMS(BEGIN, 90, 85, 85);
}

/* A bay that was first seen by such a clock is not without a history until then. */
static void test_a_day_to_come_is_no_beginning(void **state)
{
	struct fixture *f = *state;

	f->clock.fake_wall_ms = BEGIN + 3000 * DAY_MS;
	int64_t bay = add_bay(f, "usb:1-1", "352989000000016");
	run_min(f, bay, 10, 10, 10);
	f->clock.fake_wall_ms = BEGIN;
	run_min(f, bay, 10, 10, 10);
	fail_for(f, bay, 10);
	struct bay_health h = health(f, bay);
	assert_int_equal(h.since, BEGIN);
	assert_int_equal(h.failures, 1);
	assert_int_equal(h.up_ms, 10 * MIN_MS);
}

static void test_what_is_kept_is_bounded(void **state)
{
	struct fixture *f = *state;

	f->clock.fake_wall_ms = BEGIN;
	int64_t bay = add_bay(f, "usb:1-1", "");
	OK(store_begin(f->s));
	for (int i = 0; i < BAY_TIME_HOURS_KEPT + 50; i++)
		run_min(f, bay, 60, 60, 60);
	OK(store_commit(f->s));
	assert_int_equal(rows(f), BAY_TIME_HOURS_KEPT);
	assert_int_equal(ask(f, "SELECT count(*) FROM radio_hour"), BAY_TIME_HOURS_KEPT);
	SUMS(f->clock.fake_wall_ms - 30 * DAY_MS, 43260, 43260, 43260);
	/* A bay that is gone takes its hours along, and gets no more. */
	struct bay empty = { .id = bay, .key = "usb:1-1", .state = "ABSENT" };
	OK(bay_update(f->s, &empty));
	OK(bay_forget(f->s, bay));
	assert_int_equal(rows(f), 0);
	run_min(f, bay, 10, 10, 10);
	assert_int_equal(rows(f), 0);
}

static void read_signal(struct fixture *f, int64_t bay, const struct bay_signal *signal)
{
	const struct bay_time time = { .signal = *signal };

	OK(bay_time_ran(f->s, 10 * MIN_MS));
	OK(bay_time_add(f->s, bay, &time));
}

struct signals {
	struct bay_signal_hour hours[4];
	size_t n;
};

static bool take_signal(void *user, const struct bay_signal_hour *hour)
{
	struct signals *out = user;

	out->hours[out->n++] = *hour;
	return true;
}

static void test_the_signal_by_hours(void **state)
{
	struct fixture *f = *state;
	struct signals got = { .n = 0 };

	f->clock.fake_wall_ms = BEGIN;
	int64_t bay = add_bay(f, "usb:1-1", "");
	read_signal(f, bay, &(struct bay_signal){ .n = 0 });
	read_signal(f, bay, &(struct bay_signal){ 2, -150, -80, -70 });
	read_signal(f, bay, &(struct bay_signal){ .n = 0 });
	read_signal(f, bay, &(struct bay_signal){ 1, -99, -99, -99 });
	f->clock.fake_wall_ms += HOUR_MS;
	read_signal(f, bay, &(struct bay_signal){ .n = 0 }); /* was not read: no row */
	f->clock.fake_wall_ms += HOUR_MS;
	read_signal(f, bay, &(struct bay_signal){ 1, -60, -60, -60 });
	OK(bay_signals(f->s, bay, 0, take_signal, &got));
	assert_int_equal(got.n, 2);
	assert_int_equal(got.hours[0].at, BEGIN);
	assert_int_equal(got.hours[0].min_dbm, -99);
	assert_int_equal(got.hours[0].mean_dbm, -83);
	assert_int_equal(got.hours[0].max_dbm, -70);
	assert_int_equal(got.hours[1].at, BEGIN + 2 * HOUR_MS);
	assert_int_equal(got.hours[1].mean_dbm, -60);
	got.n = 0;
	OK(bay_signals(f->s, bay, BEGIN + HOUR_MS, take_signal, &got));
	assert_int_equal(got.n, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hours_are_summed),
		TEST(test_the_first_hour_is_a_part),
		TEST(test_a_failure_is_open_up_to_now),
		TEST(test_hours_without_the_box_are_nobodys),
		TEST(test_failures_count_since_it_is_measured),
		TEST(test_another_modem_begins_anew),
		TEST(test_a_clock_that_jumps_adds_nothing),
		TEST(test_a_day_to_come_is_no_beginning),
		TEST(test_what_is_kept_is_bounded),
		TEST(test_the_signal_by_hours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
