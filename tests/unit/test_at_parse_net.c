/*
 * What a modem says of its operator, of how it is registered and of IMS:
 * TS 27.007 7.2, 7.3 and 8.71.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "drivers/at/at_parse.h"
#include "drivers/at/at_parse_net.h"
#include "tests/unit/exact.h"

static void technology(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint8_t act;
		enum modem_tech tech;
	} rows[] = {
		{ "+COPS: 0,0,\"T-Mobile\",0", true, 0, MODEM_TECH_2G },
		{ "+COPS: 0,0,\"T-Mobile\",2", true, 2, MODEM_TECH_3G },
		{ "+COPS: 0,0,\"T-Mobile\",3", true, 3, MODEM_TECH_2G },
		{ "+COPS: 0,0,\"T-Mobile\",6", true, 6, MODEM_TECH_3G },
		{ "+COPS: 1,0,\"CHINA MOBILE\",7", true, 7, MODEM_TECH_LTE },
		{ "+COPS: 1,2,\"46000\",9", true, 9, MODEM_TECH_LTE },
		{ "+COPS: 0,2,\"26201\",8", true, 8, MODEM_TECH_2G },
		{ "+COPS: 0,0,\"Telekom.de\",10", true, 10, MODEM_TECH_5G },
		{ "+COPS: 0,0,\"Telekom.de\",13", true, 13, MODEM_TECH_5G },
		{ "+COPS: 0,0,\"Telekom.de\",14", true, 14, MODEM_TECH_UNKNOWN },
		{ "+COPS: 0,0,\"a,b\",7", true, 7, MODEM_TECH_LTE },
		{ "+COPS: 0,0,\"T-Mobile\"", true, AT_ACT_NONE, MODEM_TECH_UNKNOWN },
		{ "+COPS: 0,0,\"T-Mobile\",", true, AT_ACT_NONE, MODEM_TECH_UNKNOWN },
		{ "+COPS: 0", true, AT_ACT_NONE, MODEM_TECH_UNKNOWN },
		{ "+COPS: (1,\"a\",\"b\",\"1\",7)", false, 0, MODEM_TECH_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		uint8_t act = 0;
		if (at_parse_cops_act(text, strlen(text), &act) != rows[i].ok ||
			act != rows[i].act ||
			(rows[i].ok && at_tech_of_act(act, false) != rows[i].tech))
			fail_msg("%s: %u", text, act);
		free(text);
	}
	assert_int_equal(at_tech_of_act(8, true), MODEM_TECH_LTE);
	assert_int_equal(at_tech_of_act(0, true), MODEM_TECH_2G);
}

static void technology_of_registration(void **state)
{
	static const struct {
		const char *text;
		uint8_t act;
	} rows[] = {
		{ "+CREG: 2,1,\"00C3\",\"00010001\",7", 7 },
		{ "+CEREG: 5,\"00C3\",\"00010001\",9", 9 },
		{ "+CGREG: 2,1,\"8BE3\",\"00002B5D\",3,\"01\"", 3 },
		{ "+CREG: 2,1,00C3,00010001", AT_ACT_NONE },
		{ "+CREG: 3,3,,,,0,13", AT_ACT_NONE },
		{ "+CREG: 1,1", AT_ACT_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		struct at_reg reg = { 0 };
		if (!at_parse_reg(text, strlen(text), &reg) || reg.act != rows[i].act)
			fail_msg("%s: %u", text, reg.act);
		free(text);
	}
}

static void ims(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		enum modem_ims ims;
	} rows[] = {
		{ "+CIREG: 0,1", true, MODEM_IMS_REGISTERED },
		{ "+CIREG: 2,1,5", true, MODEM_IMS_REGISTERED },
		{ "+CIREG: 0,0", true, MODEM_IMS_NOT_REGISTERED },
		{ "+CIREG: 1", false, MODEM_IMS_UNKNOWN },
		{ "+CIREG: 0,2", false, MODEM_IMS_UNKNOWN },
		{ "+CIREG: (0-2)", false, MODEM_IMS_UNKNOWN },
		{ "+CIREGU: 1,5", false, MODEM_IMS_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		enum modem_ims out = MODEM_IMS_UNKNOWN;
		if (at_parse_cireg(text, strlen(text), &out) != rows[i].ok ||
			out != rows[i].ims)
			fail_msg("%s: %d", text, out);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(technology),
		cmocka_unit_test(technology_of_registration),
		cmocka_unit_test(ims),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
