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
#include "firmware/base/str.h"
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

/* Lists of real modems (ModemManager's tests), the odd ones among them. */
static const struct {
	const char *text;
	const char *out; /* NULL: not a list */
} lists[] = {
	{ "+COPS: (2,\"\",\"T-Mobile\",\"31026\",0),(2,\"T - Mobile\",\"T - "
	  "Mobile\",\"310260\"),2),(1,\"AT&T\",\"AT&T\",\"310410\"),0)",
		"2 31026 T-Mobile|2 310260 T - Mobile|1 310410 AT&T" },
	{ "+COPS: (1,\"T-Mobile US\",\"TMO US\",\"31026\",0),(1,\"Cingular\","
	  "\"Cingular\",\"310410\",0),,(0, 1, 3),(0-2)",
		"1 31026 T-Mobile US|1 310410 Cingular" },
	{ "+COPS: (2,\"T-Mobile\",\"\",\"310260\"),(0,\"Cingular "
	  "Wireless\",\"\",\"310410\")",
		"2 310260 T-Mobile|0 310410 Cingular Wireless" },
	{ "+COPS: (2,\"AT&T@\",\"AT&TD\",\"310410\",0),(3,\"Vstream "
	  "Wireless\",\"VSTREAM\",\"31026\",0),",
		"2 310410 AT&T@|3 31026 Vstream Wireless" },
	{ "+COPS: (2,\"AT&Tp\",\"AT&T@\",\"310410\",0),(3,\"\",\"\",\"31026\",0),",
		"2 310410 AT&Tp|3 31026 31026" },
	{ "+COPS: (2,\"T - Mobile\",,\"31026\"),(1,\"Einstein PCS\",,\"31064\"),"
	  "(1,\"Cingular\",,\"31041\"),,(0,1,3),(0,2)",
		"2 31026 T - Mobile|1 31064 Einstein PCS|1 31041 Cingular" },
	{ "(1,\"AT&T\",,\"310410\",0),,(0,1,3),(0,2)", "1 310410 AT&T" },
	{ "+COPS: (2,\"blau\",\"\",\"26203\"),(2,\"blau\",\"\",\"26203\"),(3,\"\","
	  "\"\",\"26201\"),(3,\"\",\"\",\"26202\"),(3,\"\",\"\",\"26207\"),(3,\"\","
	  "\"\",\"26201\"),(3,\"\",\"\",\"26207\")",
		"2 26203 blau|3 26201 26201|3 26202 26202|3 26207 26207" },
	{ "+COPS: (2,\"004D006F007600690073007400610072\","
	  "\"004D006F007600690073007400610072\",\"00320031003400300037\",7),(1,"
	  "\"0059004F00490047004F\",\"0059004F00490047004F\","
	  "\"00320031003400300034\",7)",
		"2 21407 Movistar|1 21404 YOIGO" },
	{ "+COPS: (3,\"03A003C103CE03C403BF\",\"\",\"20201\",0)",
		"3 20201 \xCE\xA0\xCF\x81\xCF\x8E\xCF\x84\xCE\xBF" },
	/* one network by two technologies: what may be used counts */
	{ "+COPS: (3,\"A\",\"A\",\"26201\",12),(1,\"A\",\"A\",\"26201\",7)",
		"1 26201 A" },
	{ "+COPS: (3,\"a (b\",\"c)\",\"26201\",7),(3,\"d,e\",\"\",\"26202\",7)",
		"3 26201 a (b|3 26202 d,e" },
	{ "+COPS: ,,(0,1,2,3,4),(0,1,2)", "" },
	{ "+COPS: (3,\"COSMOTE\",\"C\",\"20201\",7),(3,\"voda", "3 20201 COSMOTE" },
	{ "+COPS: (0,1,2,3),(1,2,3,4)", NULL },
	{ "+COPS: (0,1,2,3,4),(1,2,3,4,5)", NULL },
	{ "+COPS: 0,0,\"COSMOTE\",7", NULL },
	{ "+COPS: 0", NULL },
	{ "+COPS: (4,\"A\",\"A\",\"26201\",7)", NULL },
	{ "", NULL },
};

static void networks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		char *text = exact(lists[i].text);
		struct modem_networks all = { .is_known = false };
		char out[400] = "";
		bool ok = at_parse_cops_list(text, strlen(text), &all);
		for (size_t n = 0; n < all.n; n++)
			assert_true(str_append_format(out, sizeof(out), "%s%d %s %s",
				n ? "|" : "", all.list[n].status, all.list[n].plmn,
				all.list[n].name));
		if (ok != (lists[i].out != NULL) || all.is_known != ok ||
			!str_eq(out, ok ? lists[i].out : ""))
			fail_msg("%s: %d %s", text, ok, out);
		free(text);
	}
}

/* More than fit are left out; a line of the list adds to those before. */
static void many_networks(void **state)
{
	struct modem_networks all = { .is_known = false };
	char line[64];

	(void)state;
	for (int i = 0; i < 12; i++) {
		assert_true(str_format(
			line, sizeof(line), "+COPS: (3,\"N\",,\"%d\",0)", 20201 + i));
		assert_true(at_parse_cops_list(line, strlen(line), &all));
	}
	assert_int_equal(all.n, MODEM_NETWORKS_MAX);
	assert_string_equal(all.list[7].plmn, "20208");
}

static void reject_words(void **state)
{
	static const struct {
		const char *words;
		uint8_t cause;
	} rows[] = {
		{ "EPS_AND_NON_EPS_SERVICES_NOT_ALLOWED", 8 },
		{ "GPRS services and non-GPRS services not allowed", 8 },
		{ "EPS services not allowed", 7 },
		{ "GPRS services not allowed in this PLMN", 14 },
		{ "NO_SUITABLE_CELLS_IN_TRACKING_AREA", 15 },
		{ "EMM cause\",11,\"PLMN not allowed", 11 },
		{ "Location Area not allowed", 12 },
		{ "LA not allowed", 12 },
		{ "Roaming not allowed in this location area", 13 },
		{ "IMSI unknown in HLR", 2 },
		{ "Illegal MS", 3 },
		{ "Illegal ME", 6 },
		{ "Illegal message", 0 },
		{ "No report available", 0 },
		{ "NORMAL CLEARING", 0 },
		{ "0,0", 0 },
		{ "", 0 },
		{ "a text that is longer than every buffer, and says at its far end, where "
		  "nobody looks, PLMN not allowed",
			0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (at_reject_cause_of_words(rows[i].words) != rows[i].cause)
			fail_msg("%s: %u", rows[i].words,
				at_reject_cause_of_words(rows[i].words));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(technology),
		cmocka_unit_test(technology_of_registration),
		cmocka_unit_test(ims),
		cmocka_unit_test(networks),
		cmocka_unit_test(many_networks),
		cmocka_unit_test(reject_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
