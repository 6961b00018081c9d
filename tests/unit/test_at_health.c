/*
 * Proves what is read from the vendors' answers about a modem itself, and what of a
 * dialogue is masked before anybody may keep it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "drivers/at/at_parse_clock.h"
#include "drivers/at/at_parse_health.h"
#include "drivers/at/at_trace.h"

#define UNTOUCHED 12345

/* A copy without a terminator, so that the sanitizer sees a read past the end. */
static char *exact(const char *text)
{
	size_t len = strlen(text);
	char *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	return copy;
}

struct number_case {
	const char *text;
	int want; /* UNTOUCHED: not an answer */
};

static void check_numbers(const struct number_case *cases, size_t n,
	bool (*parse)(const char *text, size_t len, int *out))
{
	for (size_t i = 0; i < n; i++) {
		char *text = exact(cases[i].text);
		int value = UNTOUCHED;
		bool ok = parse(text, strlen(cases[i].text), &value);
		if (value != cases[i].want || ok != (cases[i].want != UNTOUCHED))
			fail_msg("%s: %d", cases[i].text, value);
		free(text);
	}
}

static void temperatures(void **state)
{
	static const struct number_case cases[] = {
		{ "+CMTE: 0,27.74", 27 },
		{ "+CMTE: 1,-12", -12 },
		{ "+CPMUTEMP: 34", 34 },
		{ "+QTEMP: 28,31,26", 31 },
		{ "+QTEMP: \"qfe_wtr_pa0\",\"26\"", 26 },
		{ "^CHIPTEMP: 257,257,234,32,65535", 25 },
		{ "#TEMPMEAS: 0,28", 28 },
		{ "^SCTM: 0,0,34", 34 },
		{ "+UTEMP: 0,29", 29 },
		{ "Temperature: 31.00", 31 },
		{ "+CMTE: 0,999", UNTOUCHED },
		{ "+CMTE: 0", UNTOUCHED },
		{ "+CMTE:", UNTOUCHED },
		{ "+CMTE: 0,x", UNTOUCHED },
		{ "+CPMUTEMP: 3a", 3 }, /* a unit, for all we know */
		{ "+CPMUTEMP: 3#", UNTOUCHED },
		{ "+CPMUTEMP: 99999999999", UNTOUCHED },
		{ "", UNTOUCHED },
	};
	(void)state;
	check_numbers(cases, sizeof(cases) / sizeof(cases[0]), at_parse_temperature);
}

static void supplies(void **state)
{
	static const struct number_case cases[] = {
		{ "+CBC: 0,85,3950", 3950 },
		{ "+CBC: 3.886V", 3886 },
		{ "#CBC: 0,404", 4040 },
		{ "^SBV: 4010", 4010 },
		{ "Power supply voltage: 3820 mV (127 cnt)", 3820 },
		{ "+CBC: 0,0", UNTOUCHED },
		{ "+CBC: 2,0", UNTOUCHED }, /* 27.007 8.4 <bcs>: it has no battery */
		{ "+CBC: 3,5", UNTOUCHED },
		{ "+CBC: 0,0,0", UNTOUCHED },
		{ "+CBC: 3.8.8V", UNTOUCHED },
		{ "^SBV: 90000", UNTOUCHED },
		{ "+CBC:", UNTOUCHED },
	};
	(void)state;
	check_numbers(cases, sizeof(cases) / sizeof(cases[0]), at_parse_supply);
}

static void clocks(void **state)
{
	static const struct {
		const char *text;
		int64_t want; /* 0: no hint */
	} cases[] = {
		{ "+CCLK: \"26/11/21,22:41:03+08\"", 1795293663 },
		{ "+CCLK: \"26/11/21,20:41:03+00\"", 1795293663 },
		{ "+CCLK: \"26/11/21,20:41:03\"", 1795293663 },
		{ "+CCLK:26/11/21,15:41:03-20", 1795293663 },
		{ "+CCLK: \"26/11/22,00:11:03+14\"", 1795293663 },
		{ "+CCLK: \"04/01/01,00:12:31+00\"", 0 },
		{ "+CCLK: \"80/01/06,00:12:31+00\"", 0 }, /* where GPS time begins */
		{ "+CCLK: \"26/13/21,20:41:03+00\"", 0 },
		{ "+CCLK: \"26/11/21,24:41:03+00\"", 0 },
		{ "+CCLK: \"26/11/21,20:41:03+99\"", 0 },
		{ "+CCLK: \"26/11/21,20:41:03*08\"", 0 },
		{ "+CCLK: \"26-11-21,20:41:03+08\"", 0 },
		{ "+CCLK: \"26/11/21,20:41:0", 0 },
		{ "+CCLK: \"26/11/21,20:41:03+08 and much more than a clock\"", 0 },
		{ "+CCLK: \"", 0 },
		{ "+CCLK:", 0 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = exact(cases[i].text);
		int64_t value = 0;
		bool ok = at_parse_clock(text, strlen(cases[i].text), &value);
		if (value != cases[i].want || ok != (cases[i].want != 0))
			fail_msg("%s: %lld", cases[i].text, (long long)value);
		free(text);
	}
}

/* The same moment as each vendor prints it: in its own zone, or in UTC. */
static void networks_clocks(void **state)
{
	static const struct {
		const char *text;
		int64_t want; /* 0: no hint */
	} cases[] = {
		{ "+CTZE: \"+08\",0,\"2026/11/21,22:41:03\"", 1795293663 },
		{ "+CTZE: \"-20\",1,\"2026/11/21,15:41:03\"", 1795293663 },
		{ "+CTZEU: \"+08\",0,\"2026/11/21,20:41:03\"", 1795293663 },
		{ "+CTZV: +8,\"26/11/21,22:41:03\"", 1795293663 },
		{ "*PSUTTZ: 2026,11,21,20,41,3,\"+8\",0", 1795293663 },
		{ "^NWTIME: 26/11/21,22:41:03+08,00", 1795293663 },
		{ "#NITZ: \"26/11/21,22:41:03+08,0\"", 1795293663 },
		{ "+QLTS: \"2026/11/21,20:41:03+08,0\"", 1795293663 },
		{ "+CIEV: nitz,\"26/11/21,20:41:03\",+8,0", 1795293663 },
		{ "+CIEV: nitz,\"26/11/21,20:41:03\",-28", 1795293663 },
		{ "+CTZV: +08", 0 }, /* a zone alone */
		{ "+CTZV: \"+08\"", 0 },
		{ "+CTZE: \"+08\",0", 0 },
		{ "+CTZE: \"+08\",0,\"\"", 0 },
		{ "+QLTS: \"\"", 0 }, /* never told */
		{ "^NWTIME: 14/08/05,04:00:21+40,00", 0 },
		{ "^NWTIME: 26/11/21,22:41:03+99,00", 0 },
		{ "^NWTIME: 26/13/21,22:41:03+08,00", 0 },
		{ "^NWTIME: 26/11/21,24:41:03+08,00", 0 },
		{ "^NWTIME: 26/11/21,22:41:03", 0 },
		{ "^NWTIME: 26/11/21 22-41-03", 0 },
		{ "*PSUTTZ: 2026,11,21,20,41,99999999999,\"+8\",0", 0 },
		{ "*PSUTTZ: 1,2,3,4,5,6,7,8,9,10,11,12", 0 },
		{ "*PSUTTZ: 2026,11,21,20,41,3,\"+x\",0", 0 },
		{ "*PSUTTZ:", 0 },
		{ "+CTZ", 0 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = exact(cases[i].text);
		int64_t value = 0;
		bool ok = at_parse_nitz(text, strlen(cases[i].text), &value);
		if (value != cases[i].want || ok != (cases[i].want != 0))
			fail_msg("%s: %lld", cases[i].text, (long long)value);
		free(text);
	}
}

static void pin_tries(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		struct at_pin_tries want;
	} cases[] = {
		{ "+CPINR: SIM PIN,3,3", true, { 3, -1, false } },
		{ "+CPINR: SIM PUK,10", true, { -1, 10, false } },
		{ "+CPINR: SIM PIN2,3,3", false, { 0, 0, false } },
		{ "+SPIC: 2,10,0,10", true, { 2, 10, false } },
		{ "+QTRPIN: 3,3,10,9", true, { 3, 10, false } },
		{ "+QPINC: \"SC\",3,10", true, { 3, 10, false } },
		{ "+QPINC: \"P2\",3,10", false, { 0, 0, false } },
		{ "^CPIN: SIM PIN,3,10,3,10,3", true, { 3, 10, false } },
		{ "^CPIN: READY,10,3,10,2", true, { 3, 10, false } },
		{ "^CPIN: READY", false, { 0, 0, false } },
		{ "+ZPINPUK: 1,10", true, { 1, 10, false } },
		{ "+UPINCNT: 0,3,5,5", true, { 0, 5, false } },
		{ "+CPINC: 3,3,10,10", true, { 3, 10, false } },
		{ "#PCT: 2", true, { 2, -1, true } },
		{ "^SPIC: 10", true, { 10, -1, true } },
		{ "#PCT: -1", false, { 0, 0, false } },
		{ "+SPIC:", false, { 0, 0, false } },
		{ "+SPIC: 400,1", false, { 0, 0, false } },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = exact(cases[i].text);
		struct at_pin_tries got = { 0 };
		bool ok = at_parse_pin_tries(text, strlen(cases[i].text), &got);
		if (ok != cases[i].ok || got.pin != cases[i].want.pin ||
			got.puk != cases[i].want.puk ||
			got.is_current != cases[i].want.is_current)
			fail_msg("%s: %d %d", cases[i].text, got.pin, got.puk);
		free(text);
	}
}

static void fills(void **state)
{
	struct modem_fill fill = { 7, 7 };
	static const char counts[] = "+CPMS: 2,50,2,50,2,50";
	static const char named[] = "+CPMS: \"SM\",20,20,\"ME\",0,100";
	static const char list[] = "+CPMS: (\"SM\",\"ME\")";
	(void)state;

	assert_true(at_parse_cpms_fill(counts, strlen(counts), &fill));
	assert_true(fill.used == 2 && fill.total == 50);
	assert_true(at_parse_cpms_fill(named, strlen(named), &fill));
	assert_true(fill.used == 20 && fill.total == 20);
	assert_false(at_parse_cpms_fill(list, strlen(list), &fill));
	assert_false(at_parse_cpms_fill("+CPMS: 2", 8, &fill));
	assert_true(fill.used == 20 && fill.total == 20);
}

static void callers(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: not an answer */
	} cases[] = {
		{ "+CLIP: \"123456789\",129", "123456789" },
		{ "+CLIP: \"+481239823991\",145,\"\",128,\"\",0", "+481239823991" },
		{ "+CLIP: \"481239823991\",145", "+481239823991" },
		{ "+CLIP: \"\",128", "" },
		{ "+CLIP: ,129", "" },
		{ "+CLIP: \"x\",129", NULL },
		{ "+CLIP: \"123456789012345678901234567890\",129", NULL },
		{ "+CLIP:", NULL },
	};
	char out[24];
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool ok = at_parse_clip(
			cases[i].text, strlen(cases[i].text), out, sizeof(out));
		assert_int_equal(ok, cases[i].want != NULL);
		if (ok)
			assert_string_equal(out, cases[i].want);
	}
}

static void masks(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "AT+CPIN=\"1234\"", "AT+CPIN=(secret)" },
		{ "at+cpin=1234", "AT+CPIN=(secret)" },
		{ "AT+CPIN?", "AT+CPIN?" },
		{ "^RSSI:17AT+CPIN=\"1234\"", "^RSSI:17AT+CPIN=(secret)" },
		{ "+306912345678 at+cusd=1,\"*1234#\"",
			"+3069******78 AT+CUSD=(secret)" },
		{ "AT+CUSD=1,\"*100*4711#\",15", "AT+CUSD=(secret)" },
		{ "+CUSD: 0,\"You have 12 EUR\",15", "+CUSD:(secret)" },
		{ "+CLIP: \"+306912345678\",145", "+CLIP: \"+3069******78\",145" },
		{ "+CMGS: 7", "+CMGS: 7" },
		{ "+CMTI: \"SM\",12", "+CMTI: \"SM\",12" },
		{ "+CMS ERROR: 500", "+CMS ERROR: 500" },
		{ "0031000C910396666666660000AA05E8329BFD06", "(40 hex digits)" },
		{ "202010000000001", "2020*********01" },
		{ "a\tb\x80", "a.b." },
		{ "", "" },
	};
	char out[64], small[8];
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		at_trace_mask(cases[i].text, out, sizeof(out));
		assert_string_equal(out, cases[i].want);
		for (size_t size = 1; size <= sizeof(small); size++) {
			at_trace_mask(cases[i].text, small, size);
			assert_true(strlen(small) < size);
			assert_null(strstr(small, "1234"));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(temperatures),
		cmocka_unit_test(supplies),
		cmocka_unit_test(clocks),
		cmocka_unit_test(networks_clocks),
		cmocka_unit_test(pin_tries),
		cmocka_unit_test(fills),
		cmocka_unit_test(callers),
		cmocka_unit_test(masks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
