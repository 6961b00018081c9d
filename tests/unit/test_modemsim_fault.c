/*
 * Fault rules fire when they say and not otherwise, and the same seed gives the same
 * faults; timers keep their order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/modemsim/fault.h"
#include "tests/modemsim/timers.h"

static const struct fault_moment send_greek = { "+CMGS", "+306912345678", false, false };
static const struct fault_moment send_other = { "+CMGS", "+498912345678", false, false };
static const struct fault_moment prompt = { "+CMGS", "", true, false };
static const struct fault_moment list = { "+CMGL", "", false, false };
static const struct fault_moment list_all = { "+CMGL", "", false, true };

static struct fault_set set_of(const char *line)
{
	struct fault_set set = { .count = 0 };
	struct fault_rule rule;

	assert_true(fault_parse(line, &rule));
	assert_true(fault_add(&set, &rule));
	return set;
}

/* One letter a moment: x fired, - not. */
static void fires(
	const char *line, const struct fault_moment *moment, const char *expected)
{
	struct fault_set set = set_of(line);
	struct rng rng;

	rng_seed(&rng, 1, 0);
	for (const char *c = expected; *c != '\0'; c++)
		assert_int_equal(fault_pick(&set, moment, &rng) != NULL, *c == 'x');
}

static void counts_moments(void **state)
{
	(void)state;
	fires("error", &send_greek, "xxxx");
	fires("error every=3", &send_greek, "--x--x");
	fires("error nth=2", &send_greek, "-x---");
	fires("error times=2", &send_greek, "xx---");
	fires("error every=2 times=1", &send_greek, "-x----");
	fires("error p=0", &send_greek, "------");
	fires("error p=1", &send_greek, "xxx");
}

static void looks_at_the_moment(void **state)
{
	(void)state;
	fires("error to=+3069", &send_greek, "xx");
	fires("error to=+3069", &send_other, "--");
	fires("error on=+CMGL", &send_greek, "--");
	fires("error on=+cmgl", &list, "xx");
	fires("error on=+CMGL=", &list, "--");
	fires("error on=+CMGL=", &list_all, "xx");
	fires("error on=+CMGL", &list_all, "xx");
	fires("error", &list, "--");
	fires("noprompt", &prompt, "xx");
	fires("noprompt", &send_greek, "--");
	fires("error", &prompt, "--");
	fires("error at=prompt", &prompt, "xx");
	fires("error at=prompt", &send_greek, "--");
}

static void other_numbers_are_not_counted(void **state)
{
	struct fault_set set = set_of("error every=2 to=+3069");
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, 0);
	assert_null(fault_pick(&set, &send_greek, &rng));
	assert_null(fault_pick(&set, &send_other, &rng));
	assert_null(fault_pick(&set, &send_other, &rng));
	assert_non_null(fault_pick(&set, &send_greek, &rng));
}

static void the_first_rule_that_fires_wins(void **state)
{
	struct fault_set set = set_of("cms 38 nth=2");
	struct fault_rule rule;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, 0);
	assert_true(fault_parse("lost", &rule));
	assert_true(fault_add(&set, &rule));
	assert_int_equal(fault_pick(&set, &send_greek, &rng)->kind, FAULT_LOST);
	assert_int_equal(fault_pick(&set, &send_greek, &rng)->kind, FAULT_CMS);
}

static void the_air_depends_on_the_kind(void **state)
{
	static const struct {
		const char *line;
		bool on_air;
	} rows[] = { { "lost", true }, { "late 500", true }, { "swallow", false },
		{ "cms 38", false }, { "hang", false }, { "unplug onair=yes", true },
		{ "cut 9", true }, { "lost onair=no", false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fault_rule rule;

		assert_true(fault_parse(rows[i].line, &rule));
		assert_int_equal(rule.on_air, rows[i].on_air);
	}
}

static void refuses_what_is_no_rule(void **state)
{
	static const char *const wrong[] = { "", "none", "cms", "cms x", "cme", "late",
		"slowprompt", "cut", "error at=end", "error p=2", "error p=-1",
		"error p=", "error nth=x", "error onair=maybe", "error what=1", "p=0.5",
		"error 1 2", "error every=-1" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct fault_rule rule = { .arg = 77 };

		assert_false(fault_parse(wrong[i], &rule));
		assert_int_equal(rule.arg, 77);
	}
}

/* Which of 400 messages fail at p=0.25, as a hash and a count. */
static uint32_t faults_of_seed(uint64_t seed, int *out_count)
{
	struct fault_set set = set_of("error p=0.25");
	struct rng rng;
	uint32_t hash = 1;

	rng_seed(&rng, seed, 3);
	for (*out_count = 0; set.rules[0].seen < 400;) {
		bool fired = fault_pick(&set, &send_greek, &rng) != NULL;

		*out_count += fired;
		hash = hash * 31 + fired;
	}
	return hash;
}

static void a_seed_repeats_itself(void **state)
{
	int a;
	int b;

	(void)state;
	assert_int_equal(faults_of_seed(5, &a), faults_of_seed(5, &b));
	assert_int_equal(a, b);
	assert_in_range(a, 70, 130);
	assert_int_not_equal(faults_of_seed(5, &a), faults_of_seed(6, &b));
}

static void spreads_keep_their_bounds(void **state)
{
	struct spread uniform;
	struct spread skewed;
	struct rng rng;
	unsigned below = 0;

	(void)state;
	rng_seed(&rng, 9, 0);
	assert_true(spread_parse("80-120", &uniform));
	assert_true(spread_parse("lognormal 1800 0.3", &skewed));
	for (int i = 0; i < 2000; i++) {
		assert_in_range(spread_draw(&uniform, &rng), 80, 120);
		below += spread_draw(&skewed, &rng) < 1800;
	}
	assert_in_range(below, 900, 1100); /* the median is the median */
}

struct order {
	struct timer timer;
	uint64_t *last;
	unsigned *fired;
};

static void order_fired(void *user)
{
	struct order *order = user;

	assert_true(order->timer.due_ms >= *order->last);
	*order->last = order->timer.due_ms;
	(*order->fired)++;
}

static void timers_fire_in_order(void **state)
{
	static struct order orders[200];
	struct timers timers = { 0 };
	struct rng rng;
	uint64_t last = 0;
	unsigned fired = 0;

	(void)state;
	rng_seed(&rng, 2, 0);
	for (size_t i = 0; i < 200; i++) {
		orders[i] = (struct order){ { .fn = order_fired, .user = &orders[i] },
			&last, &fired };
		timers_set(&timers, &orders[i].timer, rng_next(&rng) % 1000);
	}
	for (size_t i = 0; i < 200; i += 3)
		timers_stop(&timers, &orders[i].timer);
	for (size_t i = 1; i < 200; i += 3)
		timers_set(&timers, &orders[i].timer, rng_next(&rng) % 1000);
	timers_run(&timers, 1000);
	assert_int_equal(fired, 133);
	assert_int_equal(timers_wait_ms(&timers, 1000), -1);
	timers_fini(&timers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_moments),
		cmocka_unit_test(looks_at_the_moment),
		cmocka_unit_test(other_numbers_are_not_counted),
		cmocka_unit_test(the_first_rule_that_fires_wins),
		cmocka_unit_test(the_air_depends_on_the_kind),
		cmocka_unit_test(refuses_what_is_no_rule),
		cmocka_unit_test(a_seed_repeats_itself),
		cmocka_unit_test(spreads_keep_their_bounds),
		cmocka_unit_test(timers_fire_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
