/*
 * Proves: who sends is one number; his limits are kept; and what was used is counted
 * once, for the SIM and for those whose message it was.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/store/campaign.h"
#include "firmware/store/dispatch_config.h"
#include "firmware/store/quota.h"
#include "firmware/store/source.h"

#define TO "+306941234567"
#define QUARTER INT64_C(900000)

static int64_t add_campaign(struct fixture *f, int64_t user_id)
{
	const struct campaign in = { .list_id = 1,
		.name = "Spring",
		.text = "Hello",
		.class = CLASS_TRANSACTIONAL,
		.user_id = user_id };
	int64_t id;

	OK(db_exec(f->s, "INSERT OR IGNORE INTO list (id, name, created_at) "
			 "VALUES (1, 'all', 1)"));
	OK(campaign_create(f->s, &in, &id));
	return id;
}

static int64_t add_of(struct fixture *f, int64_t campaign, uint16_t parts)
{
	struct message_added added;
	const struct message in = { .state = MESSAGE_QUEUED,
		.class = CLASS_TRANSACTIONAL,
		.source = campaign,
		.campaign_id = campaign,
		.msisdn = TO,
		.text = "Hello",
		.parts = parts,
		.due_at = NOW };
	OK(message_add(f->s, &in, &added));
	return added.id;
}

static void claim_at(struct fixture *f, int64_t id, int64_t price)
{
	static struct queue_claim out;
	enum queue_claim_result result;
	OK(queue_claim(f->s,
		&(struct queue_take){ .id = id, .sim_id = f->sim, .price = price }, &out,
		&result));
	assert_int_equal(result, QUEUE_CLAIMED);
}

static void assert_used(struct fixture *f, int64_t source, int64_t parts, int64_t money)
{
	struct quota_usage used;
	OK(quota_usage_read(f->s, source, NOW, &used));
	assert_int_equal(used.parts, parts);
	assert_int_equal(used.money, money);
}

/* Sent and unknown parts are paid for, once each; refused ones are not. */
static void test_usage_is_counted_once(void **state)
{
	struct fixture *f = *state;
	const struct queue_retry retry = { NOW, "cms 42", true };
	int64_t campaign = add_campaign(f, 3), other = add_campaign(f, 0);
	int64_t user = source_of_user(3);
	const struct quota of_user = { .source = user, .per_day = 10 };
	const struct quota of_campaign = { .source = campaign, .budget = 1000000 };
	const struct quota pace_only = { .source = other, .per_minute = 5 };
	size_t unknown;

	OK(quota_put(f->s, &of_user));
	OK(quota_put(f->s, &of_campaign));
	OK(quota_put(f->s, &pace_only));
	int64_t id = add_of(f, campaign, 3);
	claim_at(f, id, 70000);
	OK(queue_part_retry(f->s, id, 1, &retry));
	assert_used(f, campaign, 0, 0);
	claim_at(f, id, 0); /* in the bundle */
	OK(queue_part_accepted(f->s, id, 1, 1, 2000));
	OK(queue_next_part(f->s, id, 2, 70000));
	OK(queue_part_unknown(f->s, id, 2, "lost answer"));
	OK(queue_part_accepted(f->s, id, 2, 2, 2000)); /* it comes late */
	OK(queue_next_part(f->s, id, 3, 50000));
	fixture_reopen(f);
	OK(queue_recover(f->s, &unknown));
	assert_int_equal(unknown, 1);
	assert_used(f, campaign, 3, 120000);
	assert_used(f, user, 3, 120000);

	id = add_of(f, other, 1);
	claim_at(f, id, 1);
	OK(queue_part_failed(f->s, id, 1, "cms 21"));
	id = add_of(f, other, 1);
	claim_at(f, id, 40000);
	OK(queue_part_accepted(f->s, id, 1, 4, 2000));
	assert_used(f, other, 0, 0); /* nobody asks for it */
	assert_used(f, user, 3, 120000);
	assert_int_equal(ask(f, "SELECT money FROM sim_usage"), 160000);
	assert_int_equal(ask(f, "SELECT sum(price) FROM part WHERE state <> 6"), 160000);

	size_t n;
	OK(quota_usage_sweep(f->s, NOW + QUARTER, 100, &n));
	assert_int_equal(n, 1); /* a campaign's budget is for all of it */
	assert_used(f, user, 0, 0);
	assert_used(f, campaign, 3, 120000);
}

static void test_used_by_periods(void **state)
{
	struct fixture *f = *state;
	static const int64_t sent_at[] = { NOW - 40 * QUARTER, NOW - 8 * QUARTER,
		NOW - QUARTER, NOW };
	struct dispatch_used used;

	for (size_t i = 0; i < 4; i++) {
		f->clock.fake_wall_ms = sent_at[i];
		int64_t id = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
		claim_at(f, id, 1000);
		OK(queue_part_accepted(f->s, id, 1, (uint8_t)i, 2000));
	}
	const struct dispatch_since since = { .hour = NOW - 4 * QUARTER,
		.day = NOW - 10 * QUARTER,
		.month = NOW - 100 * QUARTER };
	OK(dispatch_used_read(f->s, f->sim, &since, &used));
	assert_int_equal(used.hour, 2);
	assert_int_equal(used.day, 3);
	assert_int_equal(used.month, 4);
	assert_int_equal(used.money_month, 4000);
	const struct dispatch_since day = { .day = NOW - QUARTER };
	OK(dispatch_used_read(f->s, f->sim, &day, &used));
	assert_int_equal(used.hour + used.month + used.money_month, 0);
	assert_int_equal(used.day, 2);
	OK(dispatch_used_read(f->s, 99, &since, &used));
	assert_int_equal(used.month, 0);
}

static void test_quotas(void **state)
{
	struct fixture *f = *state;
	struct quota quota = { .source = 7, .per_minute = 30, .budget = 5 }, seen;

	assert_int_equal(quota_get(f->s, 7, &seen), ERR_NOTFOUND);
	OK(quota_put(f->s, &quota));
	quota.per_day = 9;
	OK(quota_put(f->s, &quota));
	OK(quota_get(f->s, 7, &seen));
	assert_int_equal(seen.per_minute * 100 + seen.per_day * 10 + seen.budget, 3095);
	quota.budget = -1;
	assert_int_equal(quota_put(f->s, &quota), ERR_ARG);
	quota = (struct quota){ .source = 7 };
	OK(quota_put(f->s, &quota)); /* nothing is left of it */
	assert_int_equal(quota_get(f->s, 7, &seen), ERR_NOTFOUND);
}

static void test_sources(void **state)
{
	(void)state;
	static const struct {
		int64_t source;
		enum source_kind kind;
		int64_t id;
	} cases[] = {
		{ 0, SOURCE_IS_BOX, 0 },
		{ 17, SOURCE_IS_CAMPAIGN, 17 },
		{ -4, SOURCE_IS_KEY, 4 },
		{ SOURCE_USER_BASE + 3, SOURCE_IS_USER, 3 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(source_kind(cases[i].source), cases[i].kind);
		assert_int_equal(source_id(cases[i].source), cases[i].id);
		assert_int_equal(
			source_of_kind(cases[i].kind, cases[i].id), cases[i].source);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_usage_is_counted_once),
		TEST(test_used_by_periods),
		TEST(test_quotas),
		cmocka_unit_test(test_sources),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
