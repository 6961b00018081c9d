/*
 * The first and the last value that each parser takes and the next one that it does not,
 * each line at the end of its own allocation; and every cause that a modem may tell in
 * words. What small changes to the parsers would break, and no transcript has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "drivers/at/at_parse.h"
#include "firmware/base/str.h"
#include "tests/unit/at_sayings.h"
#include "tests/unit/exact.h"

struct row {
	bool (*says)(const char *text, size_t len, char *out);
	const char *line, *said; /* NULL: rejected */
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char said[AT_SAID_SIZE] = "", *line = exact(rows[i].line);
		bool took = rows[i].says(line, strlen(line), said);
		if (took != (rows[i].said != NULL) ||
			(took && !str_eq(said, rows[i].said)))
			fail_msg("%s: %s", line, took ? said : "rejected");
		free(line);
	}
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

static void clocks(void **state)
{
	static const struct row rows[] = {
		{ at_say_clock, "+CCLK: \"26/01/01,00:00:00\"", "1767225600" },
		{ at_say_clock, "+CCLK: \"26/12/31,23:59:59\"", "1798761599" },
		{ at_say_clock, "+CCLK: \"26/12/31,23:59:60\"", "1798761600" },
		{ at_say_clock, "+CCLK: \"26/00/01,00:00:00\"", NULL },
		{ at_say_clock, "+CCLK: \"26/13/01,00:00:00\"", NULL },
		{ at_say_clock, "+CCLK: \"26/01/00,00:00:00\"", NULL },
		{ at_say_clock, "+CCLK: \"26/01/32,00:00:00\"", NULL },
		{ at_say_clock, "+CCLK: \"26/01/01,24:00:00\"", NULL },
		{ at_say_clock, "+CCLK: \"26/01/01,00:60:00\"", NULL },
		{ at_say_clock, "+CCLK: \"26/01/01,00:00:61\"", NULL },
		{ at_say_clock, "+CCLK: \"24/01/01,00:00:00\"", "1704067200" },
		{ at_say_clock, "+CCLK: \"23/12/31,23:59:59\"", NULL },
		{ at_say_clock, "+CCLK: \"69/12/31,23:59:59\"", "3155759999" },
		{ at_say_clock, "+CCLK: \"70/01/01,00:00:00\"", NULL },
		{ at_say_clock, "+CCLK: \"26/01/01,00:00:00+56\"", "1767175200" },
		{ at_say_clock, "+CCLK: \"26/01/01,00:00:00+57\"", NULL },
		{ at_say_clock, "+CCLK: \"26/01/01,00:00:00-56\"", "1767276000" },
		{ at_say_clock, "+CCLK: \"26/01/01,00:00:0\"", NULL },
		{ at_say_clock, "+CCLK: \"2a/01/01,00:00:00\"", NULL },
		{ at_say_clock, "+CCLK: \"26/01/01,00:00:0a\"", NULL },
		{ at_say_clock, "+CCLK: \"26/01/01,00:00:00+0a\"", NULL },
		{ at_say_clock, "^NWTIME:26/01/01,00:00:00+00,00", "1767225600" },
		{ at_say_clock, "^NWTIME:26/12/31,23:59:60+00,00", "1798761600" },
		{ at_say_clock, "^NWTIME:26/00/01,00:00:00+00,00", NULL },
		{ at_say_clock, "^NWTIME:26/13/01,00:00:00+00,00", NULL },
		{ at_say_clock, "^NWTIME:26/01/00,00:00:00+00,00", NULL },
		{ at_say_clock, "^NWTIME:26/01/32,00:00:00+00,00", NULL },
		{ at_say_clock, "^NWTIME:26/01/01,24:00:00+00,00", NULL },
		{ at_say_clock, "^NWTIME:26/01/01,00:60:00+00,00", NULL },
		{ at_say_clock, "^NWTIME:26/01/01,00:00:61+00,00", NULL },
		{ at_say_clock, "^NWTIME:26/01/01,00:00:00+57,00", NULL },
		{ at_say_clock, "^NWTIME:23/12/31,23:59:59+00,00", NULL },
	};
	(void)state;
	CHECK(rows);
}

static void readings(void **state)
{
	static const struct row rows[] = {
		{ at_say_reading, "+CPMUTEMP: -60", "-60" },
		{ at_say_reading, "+CPMUTEMP: -61", NULL },
		{ at_say_reading, "+CPMUTEMP: 150", "150" },
		{ at_say_reading, "+CPMUTEMP: 151", NULL },
		{ at_say_reading, "+CPMUTEMP: ", NULL },
		{ at_say_reading, "+CPMUTEMP: -", NULL },
		{ at_say_reading, "^SBV: 1500", "1500" },
		{ at_say_reading, "^SBV: 1499", NULL },
		{ at_say_reading, "^SBV: 60000", "60000" },
		{ at_say_reading, "^SBV: 60001", NULL },
		{ at_say_csq, "+CSQ: 0,0", "-113 dBm" },
		{ at_say_csq, "+CSQ: 31,99", "-51 dBm" },
		{ at_say_csq, "+CSQ: 32,99", "0 dBm" },
		{ at_say_csq, "+CSQ: 99,99", "0 dBm" },
		{ at_say_csq, "+CSQ: 100,99", "-116 dBm" }, /* TD-SCDMA */
		{ at_say_csq, "+CSQ: 191,99", "-25 dBm" },
		{ at_say_csq, "+CSQ: 192,99", "0 dBm" },
		{ at_say_csq, "+CSQ: 199,99", "0 dBm" },
		{ at_say_csq, "+CSQ: 200,99", NULL },
		{ at_say_csq, "+CSQ: 21", NULL },
		{ at_say_tries, "+UPINCNT: 99,3,99,10", "pin=99 puk=99" },
		{ at_say_tries, "+UPINCNT: 100,3,10,10", NULL },
		{ at_say_tries, "+QTRPIN: 3,2,10,9", "pin=3 puk=10" }, /* PIN2 and PUK2 */
		{ at_say_tries, "+CPINC: 3,2,10,9", "pin=3 puk=10" },
		{ at_say_tries, "+SPIC: 3,10,2,9", "pin=3 puk=10" },
		{ at_say_tries, "+ZPINPUK: 3,10,2,9", "pin=3 puk=10" },
		{ at_say_tries, "^CPIN: READY,,10,3,9,2", "pin=3 puk=10" },
		{ at_say_tries, "+QPINC: \"SC\",3,10", "pin=3 puk=10" },
		{ at_say_tries, "+QPINC: \"P2\",2,9", NULL },
		{ at_say_tries, "#PCT: 3", "pin=3 puk=-1" },
		{ at_say_ceer, "+CEER: \"No cause\"", "No cause" },
		{ at_say_ceer, "+CEER: x", "x" },
		{ at_say_ceer, "+CEER: \"", "\"" },
		{ at_say_ceer, "+CEER: \"\"", NULL },
		{ at_say_ceer, "+CEER: ", NULL },
		{ at_say_cfun, "+CFUN: 255", "fun=255" },
		{ at_say_cfun, "+CFUN: 256", NULL },
		{ at_say_cops, "+COPS: 4,0,\"a\",254", "mode=4 act=254 name=a" },
		{ at_say_cops, "+COPS: 4,0,\"a\",255", "mode=4 act=-1 name=a" },
		{ at_say_cops, "+COPS: 5", NULL },
		{ at_say_reg, "+CREG: 5,11", "answer n=5 none" },
		{ at_say_reg, "+CREG: 5,10", "answer n=5 roaming" },
		{ at_say_reg, "+CREG: 5,9", "answer n=5 home" },
		{ at_say_reg, "+CREG: 5,8", "answer n=5 none" },
		{ at_say_reg, "+CREG: 5,7", "answer n=5 roaming" },
		{ at_say_reg, "+CREG: 5,6", "answer n=5 home" },
		{ at_say_reg, "+CREG: 5,5", "answer n=5 roaming" },
		{ at_say_reg, "+CREG: 5,4", "answer n=5 unknown" },
		{ at_say_reg, "+CREG: 12", NULL },
	};
	(void)state;
	CHECK(rows);
}

static void numbers(void **state)
{
	static const struct row rows[] = {
		{ at_say_clip, "+CLIP: \"5\",255", "number=5" },
		{ at_say_clip, "+CLIP: \"5\",256", NULL },
		{ at_say_csca, "+CSCA: \"5\",145", "number=+5" },
		{ at_say_csca, "+CSCA: \"\",145", "number=" },
		{ at_say_csca, "+CSCA: \"+5\",145", "number=+5" },
		{ at_say_csca, "+CSCA: \"5+\",145", NULL },
		{ at_say_csca, "+CSCA: \"*5678901\",129", NULL },
		{ at_say_csca, "+CSCA: \"1234567890123456\",129",
			"number=1234567890123456" },
		{ at_say_csca, "+CSCA: \"5\",255", "number=5" },
		{ at_say_csca, "+CSCA: \"5\",256", NULL },
		{ at_say_csca, "+CSCA: \"002B0035\",145", "number=+5" },
		{ at_say_csca, "+CSCA: \"002B00350035003500350035\",145",
			"number=+55555" },
		{ at_say_csca, "+CSCA: \"012B00350035003500350035\",145", NULL },
		{ at_say_csca, "+CSCA: \"0035002B0035003500350035\",145", NULL },
		{ at_say_csca, "+CSCA: \"002B00350035003500350035FF\",145", NULL },
		{ at_say_cnum, "+CNUM: ,\"5\"", NULL },
		{ at_say_cnum, "+CNUM: ,\"5\",129", "number=5" },
	};
	(void)state;
	CHECK(rows);
}

static void messages(void **state)
{
	static const struct row rows[] = {
		{ at_say_cmti, "+CMTI: \"SM\",65535", "store=SM index=65535" },
		{ at_say_cmti, "+CMTI: \"SM\",65536", NULL },
		{ at_say_cmti, "+CMTI: \"SM\"", NULL },
		{ at_say_cmt, "+CMT: ,255", "length=255" },
		{ at_say_cmt, "+CMT: ,256", NULL },
		{ at_say_cmt, "+CMT: a,b,23", NULL },
		{ at_say_cmt, "+CMTI: 23", NULL },
		{ at_say_cmgl, "+CMGL: 65535,4,,255", "index=65535 stat=4 length=255" },
		{ at_say_cmgl, "+CMGL: 65536,4,,255", NULL },
		{ at_say_cmgl, "+CMGL: 1,5,,255", NULL },
		{ at_say_cmgl, "+CMGL: 1,4,,256", NULL },
		{ at_say_cmgl, "+CMGL: 1,4", NULL },
		{ at_say_cmgl, "+CMGL: 1,4,,,25", NULL },
		{ at_say_cmgr, "+CMGR: 4,,255", "stat=4 length=255" },
		{ at_say_cmgr, "+CMGR: 5,,255", NULL },
		{ at_say_cmgr, "+CMGR: 1,,256", NULL },
		{ at_say_cmgr, "+CMGR: 1,1,,,25", NULL },
		{ at_say_cmgs, "+CMGS: 255", "mr=255" },
		{ at_say_cmgs, "+CMGS: 256", NULL },
		{ at_say_cusd, "+CUSD: 5", "m=5 dcs=-1 text=" },
		{ at_say_cusd, "+CUSD: 6", NULL },
		{ at_say_cusd, "+CUSD: ", NULL },
		{ at_say_cusd, "+CUSD: 0, ", "m=0 dcs=-1 text=" },
		{ at_say_cusd, "+CUSD: 0,\"a\",255", "m=0 dcs=255 text=a" },
		{ at_say_cusd, "+CUSD: 0,\"a\",256", NULL },
		{ at_say_cusd, "+CUSD: 0,\"a\",", "m=0 dcs=-1 text=a" },
		{ at_say_cusd, "+CUSD: 0,\"a\"x,15", NULL },
		{ at_say_cusd, "+CUSD: 0,\"a\",15,1", NULL },
		{ at_say_cpms, "+CPMS: 65535,65535", "used=65535 total=65535" },
		{ at_say_cpms, "+CPMS: 65535,65536", NULL },
		{ at_say_cpms, "+CNMI: (\"SM\")", NULL },
		{ at_say_cpms, "+CPMS: ((\"SM\"))", "read SM receive SM" },
		{ at_say_cpms, "+CPMS: (((\"SM\")))", NULL },
		{ at_say_cpms, "+CPMS: )\"SM\"", NULL },
		{ at_say_cnmi, "+CNMI: (0-2),(0-3),(0),(0),(0)", "7 f 1 1 1" },
		{ at_say_cnmi, "+CNMI: 2,1,0,1,0", NULL }, /* a setting is no range */
		{ at_say_cnmi, "+CNMI: (0-2),(0,x),(0),(0),(0)", NULL },
		{ at_say_cnmi, "+CPMS: (0-2),(0-3),(0),(0),(0)", NULL },
		{ at_say_cnmi, "+CNMI: (0-2),(),(0),(0),(0)", NULL },
		{ at_say_pdu, "", NULL },
		{ at_say_pdu, "00", "00" },
		{ at_say_pdu, "000", NULL },
		{ at_say_pdu, "0g", NULL },
	};
	(void)state;
	CHECK(rows);
}

static void text_mode(void **state)
{
	static const struct {
		const char *line;
		bool is;
	} rows[] = {
		/* the clock is the last there, or the one before */
		{ "+CDS: 6,41,\"+30690\",145,\"26/11/21,22:41:03+08\"", true },
		{ "+CDS: 6,41,\"+30690\",145", false },
		{ "+CMT: \"+30690\",,\"26/11/21,22:41:03\"", true },
		{ "+CMT: \"+30690\",,\"26/11/21,22:41:0\"", false },
		{ "+CMT: \"+30690\",,\"abcdefghijklmnopqrst\"", false },
		{ "+CMT: \"+30690\",,26/11/21 22:41:03+08", false },
		{ "+CMGL: 1,\"REC READ\",\"+30690\"", true },
		{ "+CMGL: 1,REC READ,\"+30690\"", false },
		{ "+CMGR: \"STO SENT\",\"+30690\"", true },
		{ "+CMGR: \"STOSENT\",\"+30690\"", false },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *line = exact(rows[i].line);
		if (at_parse_is_text_mode(line, strlen(line)) != rows[i].is)
			fail_msg("%s", line);
		free(line);
	}
}

/* AT+CMEE=2. TS 27.007 9.2.1 and TS 27.005 3.2.5, as far as a gateway meets them. */
static void causes_in_words(void **state)
{
	static const struct row rows[] = {
		{ at_say_final, "+CME ERROR: operation not allowed", "CME 3" },
		{ at_say_final, "+CME ERROR: operation not supported", "CME 4" },
		{ at_say_final, "+CME ERROR: PH-SIM PIN required", "CME 5" },
		{ at_say_final, "+CME ERROR: SIM not inserted", "CME 10" },
		{ at_say_final, "+CME ERROR: SIM PIN required", "CME 11" },
		{ at_say_final, "+CME ERROR: SIM PUK required", "CME 12" },
		{ at_say_final, "+CME ERROR: SIM failure", "CME 13" },
		{ at_say_final, "+CME ERROR: SIM busy", "CME 14" },
		{ at_say_final, "+CME ERROR: SIM wrong", "CME 15" },
		{ at_say_final, "+CME ERROR: incorrect password", "CME 16" },
		{ at_say_final, "+CME ERROR: SIM PIN2 required", "CME 17" },
		{ at_say_final, "+CME ERROR: SIM PUK2 required", "CME 18" },
		{ at_say_final, "+CME ERROR: memory full", "CME 20" },
		{ at_say_final, "+CME ERROR: invalid index", "CME 21" },
		{ at_say_final, "+CME ERROR: not found", "CME 22" },
		{ at_say_final, "+CME ERROR: memory failure", "CME 23" },
		{ at_say_final, "+CME ERROR: no network service", "CME 30" },
		{ at_say_final, "+CME ERROR: network timeout", "CME 31" },
		{ at_say_final, "+CME ERROR: network not allowed - emergency calls only",
			"CME 32" },
		{ at_say_final, "+CME ERROR: unknown", "CME 100" },
		{ at_say_final, "+CMS ERROR: ME failure", "CMS 300" },
		{ at_say_final, "+CMS ERROR: SMS service of ME reserved", "CMS 301" },
		{ at_say_final, "+CMS ERROR: operation not allowed", "CMS 302" },
		{ at_say_final, "+CMS ERROR: operation not supported", "CMS 303" },
		{ at_say_final, "+CMS ERROR: invalid PDU mode parameter", "CMS 304" },
		{ at_say_final, "+CMS ERROR: invalid text mode parameter", "CMS 305" },
		{ at_say_final, "+CMS ERROR: SIM not inserted", "CMS 310" },
		{ at_say_final, "+CMS ERROR: SIM PIN required", "CMS 311" },
		{ at_say_final, "+CMS ERROR: PH-SIM PIN required", "CMS 312" },
		{ at_say_final, "+CMS ERROR: SIM failure", "CMS 313" },
		{ at_say_final, "+CMS ERROR: SIM busy", "CMS 314" },
		{ at_say_final, "+CMS ERROR: SIM wrong", "CMS 315" },
		{ at_say_final, "+CMS ERROR: SIM PUK required", "CMS 316" },
		{ at_say_final, "+CMS ERROR: SIM PIN2 required", "CMS 317" },
		{ at_say_final, "+CMS ERROR: SIM PUK2 required", "CMS 318" },
		{ at_say_final, "+CMS ERROR: memory failure", "CMS 320" },
		{ at_say_final, "+CMS ERROR: invalid memory index", "CMS 321" },
		{ at_say_final, "+CMS ERROR: memory full", "CMS 322" },
		{ at_say_final, "+CMS ERROR: SMSC address unknown", "CMS 330" },
		{ at_say_final, "+CMS ERROR: no network service", "CMS 331" },
		{ at_say_final, "+CMS ERROR: network timeout", "CMS 332" },
		{ at_say_final, "+CMS ERROR: no +CNMA acknowledgement expected",
			"CMS 340" },
		{ at_say_final, "+CMS ERROR: unknown error", "CMS 500" },
		{ at_say_final, "+CMS ERROR: 65534", "CMS 65534" },
	};
	(void)state;
	CHECK(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks),
		cmocka_unit_test(readings),
		cmocka_unit_test(numbers),
		cmocka_unit_test(messages),
		cmocka_unit_test(text_mode),
		cmocka_unit_test(causes_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
