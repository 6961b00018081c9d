/*
 * Reading a balance: operators' sentences in several languages and number forms, and what
 * must not be taken for an amount.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/sms/balance.h"

#define UNIT INT64_C(1000000)

static const struct {
	const char *pattern, *text;
	int64_t amount;
} found[] = {
	{ "balance is {amount} EUR", "Your balance is 12.40 EUR.", 12400000 },
	{ "balance is {amount} EUR", "YOUR BALANCE IS\n12,40 eur until 1.12.", 12400000 },
	{ "{amount} EUR", "Valid until 31.12.2026: 3.05 EUR", 3050000 },
	{ "{amount}\xE2\x82\xAC", "Υπόλοιπο 1.234,56 \xE2\x82\xAC", 1234560000 },
	{ "Υπόλοιπο: {amount}", "Υπόλοιπο: 0,09€ Λήξη 12/2026", 90000 },
	{ "Guthaben {amount}", "Guthaben 1,234.5 EUR", 1234500000 },
	{ "Saldo {amount}", "Saldo -0,75", -750000 },
	{ "credit {amount}", "credit 1'250.00 CHF", 1250000000 },
	{ "credit {amount}", "credit 12.345", 12345 * UNIT },
	{ "credit {amount}", "credit 7.", 7 * UNIT },
	{ "اعتبار {amount} ریال", "اعتبار ۲۵٬۳۰۰ ریال", 25300 * UNIT },
	{ "رصيدك {amount}", "رصيدك ١٢٫٥٠ د.إ", 12500000 },
	{ "{amount} SMS", "You have 20 min, 114 SMS left", 114 * UNIT },
};

static void test_amounts_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		int64_t amount = -1;
		enum err err = balance_find(found[i].pattern, found[i].text, &amount);
		if (err != ERR_OK || amount != found[i].amount)
			fail_msg("%s: err %d, %lld", found[i].text, (int)err,
				(long long)amount);
	}
}

static const struct {
	const char *pattern, *text;
} missing[] = {
	{ "balance is {amount} EUR", "Your balance is 12.40 USD." },
	{ "balance is {amount}", "Your balance is low." },
	{ "balance is {amount}", "" },
	{ "balance is {amount} EUR", "balance is 12.40" },
	{ "{amount} EUR", "EUR 12" },
	{ "credit {amount}", "credit 12345678901234567890" },
	{ "credit {amount}", "credit 1.2345678" },
	{ "credit {amount}", "credit \xFF" },
};

static void test_other_texts_are_not_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		int64_t amount = -1;
		if (balance_find(missing[i].pattern, missing[i].text, &amount) !=
				ERR_NOTFOUND ||
			amount != -1)
			fail_msg("%s", missing[i].text);
	}
}

static void test_what_is_no_pattern_is_refused(void **state)
{
	static const char *const bad[] = { "", "balance", "{amount}",
		"{amount} and {amount}", "x{amount}\xFF" };
	char longest[BALANCE_PATTERN_MAX + 1];
	int64_t amount;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(balance_pattern_is_valid(bad[i]));
		assert_int_equal(balance_find(bad[i], "1", &amount), ERR_ARG);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memcpy(longest, "{amount}", 8);
	assert_false(balance_pattern_is_valid(longest));
	longest[sizeof(longest) - 2] = '\0';
	assert_true(balance_pattern_is_valid(longest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_amounts_are_found),
		cmocka_unit_test(test_other_texts_are_not_taken),
		cmocka_unit_test(test_what_is_no_pattern_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
