/* Meters, limits and the breaker: the edges of each span, what is in hand, what a limit
 * says of when it frees; a bad SIM is taken out, a bad network is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/radio/dispatch/breaker.h"
#include "firmware/radio/dispatch/limits.h"

static struct limits l;
static struct limits_now now;

static int set_up(void **state)
{
	(void)state;
	memset(&l, 0, sizeof(l));
	limits_init(&l);
	l.day = (struct limits_span){ 0, 86400000 };
	l.month = (struct limits_span){ 0, INT64_C(30) * 86400000 };
	now = (struct limits_now){ 5000000, 1000000, true };
	return 0;
}

static void pass(uint64_t ms)
{
	now.mono_ms += ms;
	now.wall_ms += (int64_t)ms;
}

static struct limits_answer ask(uint16_t parts)
{
	const struct limits_ask a = {
		.parts = parts, .price = 10, .in_bundle = true, .is_bound = true
	};

	return limits_fit(&l, &a, &now);
}

static void send_parts(int64_t parts, int64_t money)
{
	for (; parts > 0; parts--) {
		const struct limits_sum part = { 1, 0, money };
		limits_take(&l, &part);
		limits_settle(&l, &part, &now);
	}
}

static void a_minute_is_any_minute(void **state)
{
	(void)state;
	l.rule.per_minute = 3;
	send_parts(2, 0);
	pass(30000);
	send_parts(1, 0);
	assert_int_equal(ask(1).code, LIMITS_MINUTE);
	/* At the end of the 60 s and of the step of half a second. */
	assert_in_range(ask(1).until - now.wall_ms, 30000, 30500);
	pass(29999);
	assert_int_equal(ask(1).code, LIMITS_MINUTE);
	pass(501);
	assert_int_equal(ask(1).code, LIMITS_FREE);
	assert_int_equal(ask(2).code, LIMITS_FREE);
	assert_int_equal(ask(3).code, LIMITS_MINUTE);
}

static void what_is_in_hand_counts(void **state)
{
	const struct limits_sum two = { 2, 0, 20 };
	(void)state;
	l.rule.per_minute = 3;
	l.rule.spend = 25;
	limits_take(&l, &two);
	assert_int_equal(ask(1).code, LIMITS_SPEND);
	l.rule.spend = 0;
	assert_int_equal(ask(1).code, LIMITS_FREE);
	assert_int_equal(ask(2).code, LIMITS_MINUTE);
	limits_release(&l, &two);
	assert_int_equal(ask(3).code, LIMITS_FREE);
}

/* One with more parts than a minute allows goes when nothing was sent, and slowly. */
static void a_long_message_under_a_short_limit(void **state)
{
	const struct limits_sum five = { 5, 0, 0 }, one = { 1, 0, 0 };
	(void)state;
	l.rule.per_minute = 2;
	send_parts(1, 0);
	assert_int_equal(ask(5).code, LIMITS_MINUTE);
	pass(60500);
	assert_int_equal(ask(5).code, LIMITS_FREE);
	limits_take(&l, &five);
	for (int i = 0; i < 5; i++) {
		if (i == 2 || i == 4) {
			assert_int_equal(limits_fit_part(&l, &now).code, LIMITS_MINUTE);
			pass(60500);
		}
		assert_int_equal(limits_fit_part(&l, &now).code, LIMITS_FREE);
		limits_settle(&l, &one, &now);
	}
	assert_int_equal(l.hand.parts, 0);
}

static void days_and_months_say_when(void **state)
{
	(void)state;
	l.rule.per_day = 3;
	send_parts(2, 0);
	assert_int_equal(ask(1).code, LIMITS_FREE);
	assert_int_equal(ask(2).code, LIMITS_DAY);
	assert_int_equal(ask(2).until, 86400000);
	assert_int_equal(ask(4).until, 0); /* never, over this SIM */
	l.rule.per_month = 5;
	send_parts(3, 0);
	assert_int_equal(ask(1).code, LIMITS_MONTH);
	assert_int_equal(ask(1).until, INT64_C(30) * 86400000);
}

static void a_bundle_is_used_first(void **state)
{
	const struct limits_ask four = { .parts = 4, .price = 10, .in_bundle = true };
	const struct limits_ask outside = { .parts = 4, .price = 10 };
	(void)state;
	l.rule.bundle = 3;
	assert_int_equal(limits_cost(&l, &four).bundle, 3);
	assert_int_equal(limits_cost(&l, &four).money, 10);
	assert_int_equal(limits_cost(&l, &outside).money, 40);
	l.rule.is_bundle_only = true;
	assert_int_equal(ask(3).code, LIMITS_FREE);
	assert_int_equal(ask(4).code, LIMITS_BUNDLE);
	assert_int_equal(ask(4).until, 0);
}

static void a_balance_has_a_floor(void **state)
{
	(void)state;
	l.rule.has_floor = true;
	l.rule.balance_floor = 100;
	l.balance = 125;
	assert_int_equal(ask(2).code, LIMITS_FREE);
	assert_int_equal(ask(3).code, LIMITS_BALANCE);
	send_parts(2, 10);
	assert_int_equal(ask(1).code, LIMITS_BALANCE);
}

static void new_recipients_are_counted(void **state)
{
	const struct limits_ask stranger = { .parts = 1 };
	(void)state;
	l.rule.recipients = 2;
	l.recipients = 2;
	assert_int_equal(limits_fit(&l, &stranger, &now).code, LIMITS_RECIPIENTS);
	assert_int_equal(ask(1).code, LIMITS_FREE);
}

static void without_a_date_no_month_is_known(void **state)
{
	(void)state;
	now.is_wall_sane = false;
	l.rule.per_minute = 1;
	assert_int_equal(ask(1).code, LIMITS_FREE);
	l.rule.per_month = 100;
	assert_int_equal(ask(1).code, LIMITS_CLOCK);
}

static void an_empty_meter_after_long(void **state)
{
	(void)state;
	l.rule.per_hour = 1;
	send_parts(1, 0);
	assert_int_equal(ask(1).code, LIMITS_HOUR);
	pass(UINT64_C(1) << 40);
	assert_int_equal(ask(1).code, LIMITS_FREE);
	assert_int_equal(meter_sum(&l.hour, now.mono_ms), 0);
}

/* The breaker. */

static bool fail_on(struct breaker *b, struct breaker_bank *bank, uint32_t n)
{
	bool opened = false;

	for (uint32_t i = 0; i < n && !opened; i++)
		opened = breaker_failed(b, bank, i, now.mono_ms);
	return opened;
}

static void a_bad_sim_is_taken_out(void **state)
{
	struct breaker b = { 0 };
	struct breaker_bank bank = { 0 };
	(void)state;
	assert_false(breaker_failed(&b, &bank, 1, now.mono_ms));
	bank.accepted += BREAKER_OTHERS;
	for (int i = 0; i < 20; i++) /* a bad number is not a bad SIM */
		assert_false(breaker_failed(&b, &bank, 1, now.mono_ms));
	assert_true(fail_on(&b, &bank, BREAKER_NUMBERS));
	assert_int_equal(breaker_state(&b, now.mono_ms), BREAKER_OPEN);
	assert_int_equal(breaker_state(&b, now.mono_ms + BREAKER_FIRST_MS), BREAKER_HALF);
}

static void a_bad_network_takes_nobody_out(void **state)
{
	struct breaker b[3] = { 0 };
	struct breaker_bank bank = { .accepted = 500 };
	(void)state;
	for (uint32_t n = 0; n < 50; n++) {
		for (int i = 0; i < 3; i++)
			assert_false(breaker_failed(&b[i], &bank, n, now.mono_ms));
	}
}

/* Those that all fail come back with the first that succeeds, and one that fails alone is
 * not tried again for each text of the others. */
static void the_network_is_told_from_a_sim(void **state)
{
	struct breaker b[2] = { 0 };
	struct breaker_bank bank = { .accepted = 7 };
	(void)state;
	assert_false(breaker_fails_with_all(&b[0], &bank));
	assert_false(breaker_failed(&b[0], &bank, 1, now.mono_ms));
	assert_false(breaker_failed(&b[0], &bank, 1, now.mono_ms));
	assert_true(breaker_fails_with_all(&b[0], &bank));
	breaker_accepted(&b[1], &bank);
	assert_false(breaker_fails_with_all(&b[0], &bank));
	assert_false(breaker_failed(&b[0], &bank, 1, now.mono_ms));
	assert_false(breaker_fails_with_all(&b[0], &bank));
}

static void one_probe_decides(void **state)
{
	struct breaker b = { 0 };
	struct breaker_bank bank = { 0 };
	uint64_t pause = BREAKER_FIRST_MS;
	(void)state;
	(void)breaker_failed(&b, &bank, 99, now.mono_ms);
	bank.accepted = BREAKER_OTHERS;
	assert_true(fail_on(&b, &bank, BREAKER_NUMBERS));
	for (int i = 0; i < 12; i++) {
		assert_int_equal(b.until_ms - now.mono_ms, pause);
		now.mono_ms = b.until_ms;
		breaker_given(&b, now.mono_ms);
		assert_int_equal(breaker_state(&b, now.mono_ms), BREAKER_OPEN);
		bank.accepted++; /* others get through */
		assert_true(breaker_failed(&b, &bank, 7, now.mono_ms));
		pause = pause * 2 > BREAKER_LONGEST_MS ? BREAKER_LONGEST_MS : pause * 2;
	}
	now.mono_ms = b.until_ms;
	breaker_given(&b, now.mono_ms);
	breaker_accepted(&b, &bank);
	assert_int_equal(breaker_state(&b, now.mono_ms), BREAKER_CLOSED);
}

/* What it was before counts until it has been good for a while. */
static void trust_comes_back_slowly(void **state)
{
	struct breaker b = { .doublings = 3 };
	struct breaker_bank bank = { 0 };
	(void)state;
	for (int i = 0; i < BREAKER_TRUST; i++) {
		breaker_accepted(&b, &bank);
		assert_int_equal(b.doublings, 3);
	}
	breaker_accepted(&b, &bank);
	assert_int_equal(b.doublings, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		T(a_minute_is_any_minute),
		T(what_is_in_hand_counts),
		T(a_long_message_under_a_short_limit),
		T(days_and_months_say_when),
		T(a_bundle_is_used_first),
		T(a_balance_has_a_floor),
		T(new_recipients_are_counted),
		T(without_a_date_no_month_is_known),
		T(an_empty_meter_after_long),
		T(a_bad_sim_is_taken_out),
		T(a_bad_network_takes_nobody_out),
		T(the_network_is_told_from_a_sim),
		T(one_probe_decides),
		T(trust_comes_back_slowly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
