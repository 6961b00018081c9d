/*
 * Proves: what the radio side asks of the store for each message costs as many steps with
 * 300,000 waiting ones as with 1,000, with no table read from end to end and nothing
 * sorted.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/store/replan.h"
#include "firmware/store/window.h"

#define FEW 1000
#define MANY 300000
#define SOURCES 10
#define GROUPS (SOURCES * 5 * 4) /* sources, routes, lanes */
#define OF_EACH 16

/* Steps of SQLite's machine, rows passed in full scans, and sorts, since the last call.
 */
struct effort {
	int64_t steps, scans, sorts;
};

static struct effort effort_of(struct fixture *f)
{
	struct effort sum = { 0 };
	sqlite3_stmt *stmt = NULL;

	while ((stmt = sqlite3_next_stmt(f->s->db, stmt)) != NULL) {
		sum.steps += sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
		sum.scans +=
			sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
		sum.sorts += sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_SORT, 1);
	}
	return sum;
}

/* Promotional ones of some campaigns, to some routes, a part of them to be sent over the
 * SIM that their number knows. Every tenth is past its window. */
static void fill(struct fixture *f, int n)
{
	char sql[700];

	/* Nobody counts them here. */
	OK(db_exec(f->s, "PRAGMA synchronous = OFF; PRAGMA cache_size = -60000; "
			 "DROP TRIGGER IF EXISTS message_tally_insert"));
	(void)str_format(sql, sizeof(sql),
		"BEGIN; DELETE FROM message; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
		"SELECT i + 1 FROM n WHERE i < %d) INSERT INTO message (id, state, class, "
		"source, campaign_id, msisdn, text, encoding, parts, flags, sim_id, due_at, "
		"pause_at, created_at, updated_at, route_id) SELECT i, 1, 3, i %% %d + 1, "
		"i %% %d + 1, printf('+3069%%08d', i), 'Hello', 0, 1, "
		"iif(i / 50 %% 4, 4, 0), nullif(i / 50 %% 4, 0), %lld + i / 7, "
		"iif(i %% 9, NULL, 1), 1, 1, i / 10 %% 5 + 1 FROM n; COMMIT",
		n, SOURCES, SOURCES, (long long)(NOW - n));
	OK(db_exec(f->s, sql));
	assert_int_equal(ask(f, "SELECT count(*) FROM message"), n);
	(void)effort_of(f);
}

static struct effort read_groups(struct fixture *f)
{
	static struct queue_group groups[GROUPS + 1];
	struct queue_item items[OF_EACH];
	size_t n;

	OK(queue_groups(f->s, NULL, groups, GROUPS + 1, &n));
	assert_int_equal(n, GROUPS);
	for (size_t i = 0; i < n; i++) {
		struct queue_want want = {
			.group = groups[i], .due_at = INT64_MIN, .max = 4
		};
		OK(queue_refill(f->s, &want, items));
		assert_in_range(want.n, 3, 4);
	}
	return effort_of(f);
}

static struct effort send_some(struct fixture *f)
{
	static struct queue_claim out;
	enum queue_claim_result result;

	for (int64_t id = 1; id <= 40; id++) {
		const struct queue_take take = { .id = id * 7,
			.sim_id = f->sim,
			.price = 1000,
			.month_at = NOW,
			.recipients_left = 1 };
		OK(queue_claim(f->s, &take, &out, &result));
		if (take.id % 9 == 0) {
			assert_int_equal(result, QUEUE_GONE);
			continue;
		}
		assert_int_equal(result, QUEUE_CLAIMED);
		OK(queue_part_accepted(f->s, take.id, 1, (uint8_t)id, 2000));
	}
	return effort_of(f);
}

static bool count_row(void *user, const struct replan_row *row)
{
	assert_int_equal(row->pause_at, 1);
	++*(size_t *)user;
	return true;
}

static struct effort look_at_others(struct fixture *f)
{
	struct queue_explain explain;
	size_t n = 0, expired;
	int64_t next;

	OK(replan_each_paused(f->s, 50, count_row, &n));
	assert_int_equal(n, 50);
	OK(replan_next_pause(f->s, &next));
	OK(queue_expire(f->s, NOW, &expired, &next));
	for (int64_t id = 501; id <= 520; id++)
		OK(queue_explain_read(f->s, id, &explain));
	return effort_of(f);
}

static bool reads_all(const char *step)
{
	static const char *const big[] = { "SCAN message", "SCAN m", "SCAN o",
		"SCAN part", "SCAN p", "SCAN contact", "SCAN c", "SCAN affinity",
		"SCAN sim_recipient", "SCAN r" };

	for (size_t i = 0; i < sizeof(big) / sizeof(big[0]); i++) {
		if (str_eq(step, big[i]))
			return true; /* else it names an index, behind "USING" */
	}
	return false;
}

/* Of each statement that was used. */
static void assert_plans(struct fixture *f)
{
	sqlite3_stmt *stmt = NULL, *plan;
	char sql[4000];

	while ((stmt = sqlite3_next_stmt(f->s->db, stmt)) != NULL) {
		(void)str_format(
			sql, sizeof(sql), "EXPLAIN QUERY PLAN %s", sqlite3_sql(stmt));
		if (sqlite3_prepare_v2(f->s->db, sql, -1, &plan, NULL) != SQLITE_OK)
			fail_msg("%s", sql);
		while (sqlite3_step(plan) == SQLITE_ROW) {
			const char *step = (const char *)sqlite3_column_text(plan, 3);
			if (reads_all(step))
				fail_msg("%s: %s", step, sql);
		}
		assert_int_equal(sqlite3_finalize(plan), SQLITE_OK);
	}
}

static void assert_like(
	const char *what, const struct effort *few, const struct effort *many)
{
	print_message("%s: %lld steps with %d waiting, %lld with %d\n", what,
		(long long)few->steps, FEW, (long long)many->steps, MANY);
	assert_true(many->steps <= 2 * few->steps);
	assert_int_equal(many->scans, few->scans);
	assert_int_equal(many->sorts, few->sorts);
}

static void test_steps_do_not_grow(void **state)
{
	struct fixture *f = *state;
	static struct effort (*const asked[])(
		struct fixture *) = { read_groups, send_some, look_at_others };
	static const char *const names[] = { "groups", "sending", "others" };
	const struct frequency_cap cap = { CLASS_TRANSACTIONAL, 3, 9 };
	struct effort few[3], many[3];

	OK(frequency_cap_put(f->s, &cap));
	fill(f, FEW);
	for (size_t i = 0; i < 3; i++)
		few[i] = asked[i](f);
	OK(db_exec(f->s, "DELETE FROM sim_recipient; DELETE FROM affinity"));
	fill(f, MANY);
	for (size_t i = 0; i < 3; i++) {
		many[i] = asked[i](f);
		assert_like(names[i], &few[i], &many[i]);
	}
	assert_plans(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_steps_do_not_grow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
