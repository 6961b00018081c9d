/*
 * Proves what is read of a modem's answers when it is asked what it still knows: its
 * routing, its radio, its choice of a network.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "drivers/at/at_parse.h"
#include "drivers/at/at_parse_net.h"
#include "tests/unit/exact.h"

static void routing(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		struct at_cnmi c;
	} rows[] = {
		{ "+CNMI: 2,1,0,1,0", true, { 2, 1, 1 } },
		{ "+CNMI:0,0,0,0,0", true, { 0, 0, 0 } },
		{ "+CNMI: 1, 2, 0, 2, 1", true, { 1, 2, 2 } },
		{ "AT+CNMI=2,1,0,1,0", true, { 2, 1, 1 } },
		{ "AT+CNMI=2,1", true, { 2, 1, AT_CNMI_UNTOLD } },
		{ "+CNMI: 2,1,0", true, { 2, 1, AT_CNMI_UNTOLD } },
		{ "+CNMI: 2,1,0,x,0", true, { 2, 1, AT_CNMI_UNTOLD } },
		{ "+CNMI: 2", false, { 0 } },
		{ "+CNMI: 2,", false, { 0 } },
		{ "+CNMI: 2,16", false, { 0 } },
		{ "+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)", false, { 0 } },
		{ "+CNMI:", false, { 0 } },
		{ "+CMTI: 2,1", false, { 0 } },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		struct at_cnmi c = { 0 };
		assert_int_equal(at_parse_cnmi(text, strlen(text), &c), rows[i].ok);
		if (memcmp(&c, &rows[i].c, sizeof(c)) != 0)
			fail_msg("%s: %d %d %d", text, c.mode, c.mt, c.ds);
		free(text);
	}
}

static void service(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint16_t service;
	} rows[] = {
		{ "+CSMS: 1,1,1,1", true, 1 }, /* 27.005 3.2.1 */
		{ "+CSMS:0,1,1,1", true, 0 },
		{ "+CSMS: 128,1,1,1", true, 128 },
		{ "+CSMS: (0,1)", false, 0 },
		{ "+CSMS: 256", false, 0 },
		{ "+CSMS:", false, 0 },
		{ "+CSCS: 1", false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		uint16_t got = 0;
		assert_int_equal(at_parse_csms(text, strlen(text), &got), rows[i].ok);
		assert_int_equal(got, rows[i].service);
		free(text);
	}
}

static void functionality(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint16_t fun;
	} rows[] = {
		{ "+CFUN: 1", true, 1 },
		{ "+CFUN:0", true, 0 },
		{ "+CFUN: 4,0", true, 4 },
		{ "+CFUN: (0,1,4),(0,1)", false, 0 },
		{ "+CFUN: 256", false, 0 },
		{ "+CFUN:", false, 0 },
		{ "CFUN: 1", false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		uint16_t fun = 0;
		assert_int_equal(at_parse_cfun(text, strlen(text), &fun), rows[i].ok);
		assert_int_equal(fun, rows[i].fun);
		free(text);
	}
}

static void network_selection(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint16_t mode;
	} rows[] = {
		{ "+COPS: 0", true, 0 },
		{ "+COPS: 2", true, 2 },
		{ "+COPS: 1,0,\"COSMOTE\",2", true, 1 },
		{ "+COPS: 5", false, 0 },
		{ "+COPS: (2,\"COSMOTE\",\"C\",\"20201\",2)", false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		uint16_t mode = 0;
		assert_int_equal(
			at_parse_cops_mode(text, strlen(text), &mode), rows[i].ok);
		assert_int_equal(mode, rows[i].mode);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routing),
		cmocka_unit_test(service),
		cmocka_unit_test(functionality),
		cmocka_unit_test(network_selection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
