/*
 * The flight recorder: bounded, oldest lines first to go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/radio/slot/recorder.h"

static struct recorder rec;
static char text[2 * RECORDER_OCTETS];

static void add(uint64_t at, char direction, const char *line)
{
	recorder_add(&rec, &(struct recorder_line){ at, direction, line });
}

static int setup(void **state)
{
	(void)state;
	memset(&rec, 0, sizeof(rec));
	return 0;
}

static void test_lines_come_back_in_order_with_their_age(void **state)
{
	(void)state;
	add(1000, '>', "AT+CSQ");
	add(1040, '<', "+CSQ: 20,99");
	add(6200, '<', "no answer");
	size_t n = recorder_text(&rec, 7000, text, sizeof(text));
	assert_string_equal(
		text, "-6.000 > AT+CSQ\n-5.960 < +CSQ: 20,99\n-0.800 < no answer\n");
	assert_int_equal(n, strlen(text));
}

static void test_it_stays_bounded_and_keeps_the_newest(void **state)
{
	char line[400];

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	for (unsigned i = 0; i < 5000; i++) {
		char small[32];
		(void)snprintf(small, sizeof(small), "line %u", i);
		add(i, '<', i % 7 ? small : line);
	}
	assert_true(rec.len <= RECORDER_OCTETS);
	size_t n = recorder_text(&rec, 5000, text, sizeof(text));
	assert_non_null(strstr(text, "line 4999\n"));
	assert_null(strstr(text, "line 4000\n"));
	assert_true(n > RECORDER_OCTETS / 2);
	assert_int_equal(text[0], '-');
	/* A small place holds the newest whole lines. */
	n = recorder_text(&rec, 5000, text, 40);
	assert_true(n > 0 && n < 40);
	assert_int_equal(text[0], '-');
	assert_int_equal(text[n - 1], '\n');
	assert_non_null(strstr(text, "line 4999\n"));
	assert_int_equal(recorder_text(&rec, 5000, text, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			test_lines_come_back_in_order_with_their_age, setup),
		cmocka_unit_test_setup(test_it_stays_bounded_and_keeps_the_newest, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
