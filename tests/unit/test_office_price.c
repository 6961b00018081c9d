/*
 * Proves: parts cost what the plan says of their route, nothing while the bundle lasts,
 * and figures that are too large for the type do not turn round.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "firmware/office/dispatch/price.h"

#define CENT INT64_C(10000)

static const struct price_rule home = { .price = 5 * CENT, .in_bundle = true };
static const struct price_rule abroad = { .price = 12 * CENT };
static const struct price_rule other = { .price = 8 * CENT, .in_bundle = true };
static const struct price_rule never = { .price = CENT, .is_blocked = true };

static void test_bundle(void **state)
{
	struct price_sum sum = { 0 };
	(void)state;
	assert_int_equal(price_total(&sum, 0), 0);
	price_add(&sum, &home, 100);
	assert_int_equal(price_total(&sum, 0), 500 * CENT);
	assert_int_equal(price_total(&sum, 40), 300 * CENT);
	assert_int_equal(price_total(&sum, 100), 0);
	assert_int_equal(price_total(&sum, 1000), 0);
	assert_int_equal(price_total(&sum, -3), 500 * CENT);
	assert_int_equal(price_covered(&sum, 40), 40);
	assert_int_equal(price_covered(&sum, 1000), 100);
}

static void test_routes_are_mixed(void **state)
{
	struct price_sum sum = { 0 };
	(void)state;
	price_add(&sum, &home, 50);
	price_add(&sum, &other, 50);
	price_add(&sum, &abroad, 10);
	price_add(&sum, &never, 7);
	assert_int_equal(sum.parts, 110);
	assert_int_equal(sum.blocked, 7);
	assert_int_equal(price_total(&sum, 0), (250 + 400 + 120) * CENT);
	/* half of those that the bundle may pay for, at their mean price */
	assert_int_equal(price_total(&sum, 50), (325 + 120) * CENT);
	/* the bundle never pays for what is always paid for */
	assert_int_equal(price_total(&sum, 1000), 120 * CENT);
}

static void test_prices_that_do_not_divide(void **state)
{
	struct price_sum sum = { 0 };
	const struct price_rule odd = { .price = 1, .in_bundle = true };
	(void)state;
	price_add(&sum, &odd, 2);
	price_add(&sum, &(struct price_rule){ .in_bundle = true }, 1);
	assert_int_equal(price_total(&sum, 0), 2);
	assert_int_equal(price_total(&sum, 1), 1);
	assert_int_equal(price_total(&sum, 3), 0);
}

static void test_no_turning_round(void **state)
{
	struct price_sum sum = { 0 };
	const struct price_rule dear = { .price = INT64_MAX / 2 };
	(void)state;
	price_add(&sum, &dear, 5);
	price_add(&sum, &dear, 5);
	assert_int_equal(price_total(&sum, 0), INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bundle),
		cmocka_unit_test(test_routes_are_mixed),
		cmocka_unit_test(test_prices_that_do_not_divide),
		cmocka_unit_test(test_no_turning_round),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
