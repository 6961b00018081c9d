/*
 * Proves: messages whose window has closed are found in order, and all that wait are
 * found once, in steps of any size, also while some of them get new times.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/store/replan.h"

#define OTHER "+306941234568"
#define DAY INT64_C(86400000)

struct seen_rows {
	int64_t ids[64];
	size_t n, stop_after;
};

static bool see_row(void *user, const struct replan_row *row)
{
	struct seen_rows *seen = user;
	assert_string_equal(row->country, str_eq(row->msisdn, OTHER) ? "GR" : "");
	assert_string_equal(
		row->time_zone, str_eq(row->msisdn, OTHER) ? "Europe/Athens" : "");
	seen->ids[seen->n++] = row->id;
	return seen->n != seen->stop_after;
}

static void add_contact(struct fixture *f)
{
	const struct contact contact = {
		.msisdn = OTHER, .country = "GR", .time_zone = "Europe/Athens"
	};
	struct contact_put put;
	OK(contact_put(f->s, &contact, &put));
}

static void test_paused_are_planned_again(void **state)
{
	struct fixture *f = *state;
	struct seen_rows seen = { 0 };
	int64_t at;

	add_contact(f);
	OK(replan_next_pause(f->s, &at));
	assert_int_equal(at, 0);
	int64_t later = ADD(.pause_at = NOW + 1);
	int64_t second = ADD(.pause_at = NOW, .msisdn = OTHER);
	int64_t first = ADD(.pause_at = NOW - 1);
	(void)ADD(.parts = 1);
	OK(replan_each_paused(f->s, 10, see_row, &seen));
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.ids[0], first);
	assert_int_equal(seen.ids[1], second);
	OK(replan_next_pause(f->s, &at));
	assert_int_equal(at, NOW - 1);
	seen = (struct seen_rows){ .stop_after = 1 };
	OK(replan_each_paused(f->s, 10, see_row, &seen));
	assert_int_equal(seen.n, 1);

	OK(replan_put(f->s, first, NOW + DAY, NOW + 2 * DAY));
	OK(replan_put(f->s, second, NOW, 0));
	OK(replan_next_pause(f->s, &at));
	assert_int_equal(at, NOW + 1);
	assert_int_equal(claim(f, second), QUEUE_CLAIMED);
	assert_int_equal(replan_put(f->s, second, NOW, 0), ERR_NOTFOUND);
	assert_int_equal(claim(f, first), QUEUE_GONE);
	assert_int_equal(claim(f, later), QUEUE_CLAIMED);
}

/* All that waits, once, whatever the steps; while some of it moves. */
static void test_walk_over_all(void **state)
{
	struct fixture *f = *state;

	for (int64_t i = 0; i < 20; i++)
		(void)ADD(.source = i % 3, .route_id = i % 2, .due_at = NOW + i % 4);
	for (int64_t i = 0; i < 6; i++)
		(void)ADD(.source = 40 + i % 2, .campaign_id = 40 + i % 2,
			.state = MESSAGE_HELD);
	(void)message_cancel(f->s, 5, "user");
	for (size_t max = 1; max <= 30; max++) {
		struct seen_rows seen = { 0 };
		struct replan_walk walk = { 0 };
		char times[27] = { 0 };
		for (int steps = 0; !walk.is_done; steps++) {
			size_t before = seen.n;
			OK(replan_walk(f->s, &walk, max, see_row, &seen));
			assert_true(seen.n - before <= max && steps < 64);
		}
		assert_int_equal(seen.n, 25);
		for (size_t i = 0; i < seen.n; i++)
			times[seen.ids[i]]++;
		for (int i = 1; i <= 26; i++)
			assert_int_equal(times[i], i != 5);
	}
	/* One that is put further back comes by at most once more. */
	struct replan_walk walk = { 0 };
	size_t all = 0;
	while (!walk.is_done) {
		struct seen_rows seen = { 0 };
		OK(replan_walk(f->s, &walk, 3, see_row, &seen));
		for (size_t i = 0; i < seen.n; i++)
			OK(replan_put(f->s, seen.ids[i], NOW + DAY, NOW + 2 * DAY));
		all += seen.n;
	}
	assert_in_range(all, 25, 50);
	assert_int_equal(
		ask(f, "SELECT count(*) FROM message WHERE pause_at IS NOT NULL"), 25);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_paused_are_planned_again),
		TEST(test_walk_over_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
