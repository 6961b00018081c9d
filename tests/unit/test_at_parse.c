/*
 * Proves what each parser takes and leaves, on lines that modems really print. Each line
 * lies at the end of its own allocation, so that reading past it is seen.
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

static void finals(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		enum at_final kind;
		uint16_t code;
	} rows[] = {
		{ "OK", true, AT_FINAL_OK, AT_CODE_NONE },
		{ "ERROR", true, AT_FINAL_ERROR, AT_CODE_NONE },
		{ "COMMAND NOT SUPPORT", true, AT_FINAL_ERROR, AT_CODE_NONE },
		{ "TOO MANY PARAMETERS", true, AT_FINAL_ERROR, AT_CODE_NONE },
		{ "+CME ERROR: 10", true, AT_FINAL_CME, 10 },
		{ "+CME ERROR:100", true, AT_FINAL_CME, 100 },
		{ "+CMS ERROR: 512", true, AT_FINAL_CMS, 512 },
		{ "+CMS ERROR 38", true, AT_FINAL_CMS, 38 },
		{ "+CMS ERROR: 0", true, AT_FINAL_CMS, 0 },
		{ "+CMS ERROR: 65534", true, AT_FINAL_CMS, 65534 },
		{ "+CMS ERROR: 65535", true, AT_FINAL_CMS, AT_CODE_NONE },
		{ "+CMS ERROR: 99999999999999999999", true, AT_FINAL_CMS, AT_CODE_NONE },
		{ "+CMS ERROR: no network service", true, AT_FINAL_CMS, 331 },
		{ "+CME ERROR: SIM PIN required", true, AT_FINAL_CME, 11 },
		{ "+CME ERROR: PH-SIM PIN required", true, AT_FINAL_CME, 5 },
		{ "+CME ERROR: SIM PIN2 required", true, AT_FINAL_CME, 17 },
		{ "+CME ERROR: Unknown error", true, AT_FINAL_CME, 100 },
		{ "+CMS ERROR: SIM PUK2 required", true, AT_FINAL_CMS, 318 },
		{ "+CME ERROR: something new", true, AT_FINAL_CME, AT_CODE_NONE },
		{ "+CMS ERROR", true, AT_FINAL_CMS, AT_CODE_NONE },
		{ "OKAY", false, 0, 0 },
		{ "O", false, 0, 0 },
		{ "ERRORS", false, 0, 0 },
		{ "NO CARRIER", false, 0, 0 },
		{ "", false, 0, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		enum at_final kind;
		uint16_t code;
		assert_int_equal(
			at_parse_final(text, strlen(text), &kind, &code), rows[i].ok);
		if (rows[i].ok) {
			assert_int_equal(kind, rows[i].kind);
			assert_int_equal(code, rows[i].code);
		}
		free(text);
	}
}

static void registrations(void **state)
{
	static const struct {
		const char *text;
		bool ok, is_answer;
		enum modem_reg stat;
	} rows[] = {
		{ "+CREG: 1,3", true, true, MODEM_REG_DENIED },
		{ "+CREG: 3", true, false, MODEM_REG_DENIED },
		{ "+CREG: 11", true, false, MODEM_REG_NONE },
		{ "+CREG: 0,1", true, true, MODEM_REG_HOME },
		{ "+CREG: 2,1,84CD,00D30173", true, true, MODEM_REG_HOME },
		{ "+CREG: 1,84CD,00D30173", true, false, MODEM_REG_HOME },
		{ "+CREG: 1,\"84CD\",\"00D3\"", true, false, MODEM_REG_HOME },
		{ "+CREG: 0,1,\"5E25\",\"605F\"", true, true, MODEM_REG_HOME },
		{ "+CREG: 2,5,\"1\",\"2\"", true, true, MODEM_REG_ROAMING },
		{ "+CGREG: 2,1,\"8BE3\",\"00002B5D\",3", true, true, MODEM_REG_HOME },
		{ "+CGREG: 1,\"8BE3\",\"00002B5D\",3", true, false, MODEM_REG_HOME },
		{ "+CEREG: 2,1, 1F00, 79D903 ,7", true, true, MODEM_REG_HOME },
		{ "+CEREG: 1, 1F00, 79D903 ,7", true, false, MODEM_REG_HOME },
		{ "+CEREG: 2,10,\"8d83\",\"671f98a\",7", true, true, MODEM_REG_ROAMING },
		{ "+CEREG: 1, 2, 0001, 00000100, 7", true, true, MODEM_REG_SEARCHING },
		{ "+CEREG: 2, 0001, 00000100, 7", true, false, MODEM_REG_SEARCHING },
		{ "+CEREG: 6", true, false, MODEM_REG_HOME },
		{ "+C5GREG: 1, 10", true, true, MODEM_REG_ROAMING },
		{ "+CREG:1,5", true, true, MODEM_REG_ROAMING },
		/* Iridium; the cell's code tells that the second is no area's */
		{ "+CREG:002,001,\"18d8\",\"ffff\"", true, true, MODEM_REG_HOME },
		{ "+CGREG:002,0011,\"0f0d\",\"14c3\"", true, true, MODEM_REG_NONE },
		{ "+CREG: 5,0001,0010,0", true, false, MODEM_REG_ROAMING },
		{ "+CREG: 5,0001", true, false, MODEM_REG_ROAMING },
		{ "+CREG: 5,001", true, false, MODEM_REG_ROAMING },
		/* octets were lost */
		{ "+CREG: 2,1,\"0B,\"0100701\",7", false, false, 0 },
		{ "+CREG: 2,1,\"5E25", false, false, 0 },
		{ "+CREG: 12", false, false, 0 },
		{ "+CREG: ", false, false, 0 },
		{ "+CREG:", false, false, 0 },
		{ "+CREG: -1", false, false, 0 },
		{ "+CREG: \"1", false, false, 0 },
		{ "+CRE", false, false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		struct at_reg reg = { 0 };
		if (at_parse_reg(text, strlen(text), &reg) != rows[i].ok ||
			(rows[i].ok && (reg.is_answer != rows[i].is_answer ||
					       reg.stat != rows[i].stat)))
			fail_msg("%s: stat=%d answer=%d", text, reg.stat, reg.is_answer);
		const char *told = strchr(text, ':');
		if (rows[i].ok &&
			reg.n != (reg.is_answer ? strtoul(told + 1, NULL, 10) : 0))
			fail_msg("%s: n=%u", text, reg.n);
		free(text);
	}
}

typedef bool (*text_fn)(const char *text, size_t len, char *dst, size_t size);

static const struct {
	text_fn fn;
	const char *text;
	const char *out; /* NULL: rejected */
} text_rows[] = {
	{ at_parse_iccid, "+CCID: 8930100000000000012F", "8930100000000000012" },
	{ at_parse_iccid, "+CCID: \"89301000000000000129\"", "89301000000000000129" },
	{ at_parse_iccid, "89301000000000000129f", NULL },
	{ at_parse_iccid, "8930100000000000012f", "8930100000000000012" },
	{ at_parse_iccid, "+ICCID: 89301000000000000129", "89301000000000000129" },
	{ at_parse_iccid, "^ICCID: 89301000000000000129", "89301000000000000129" },
	{ at_parse_iccid, "+CRSM: 144,0,\"980301000000000010F2\"",
		"8930100000000000012" },
	{ at_parse_iccid, "+CRSM: 144, 0, 98030100000000001092", "89301000000000000129" },
	/* 91xx: read as well, and the SIM has a word for the modem (TS 102 221 10.2.1) */
	{ at_parse_iccid, "+CRSM: 145,23,\"980301000000000010F2\"",
		"8930100000000000012" },
	{ at_parse_iccid, "+CRSM: 144,0,\"8930100000000000012F\"",
		"8930100000000000012" },
	{ at_parse_iccid, "+CRSM: 144,0,\"10305476981032547698\"",
		"01034567890123456789" },
	/* Huawei: as it stands on the SIM */
	{ at_parse_iccid, "^ICCID: 98680036904030021872", "89860063090403208127" },
	{ at_parse_iccid, "^ICCID: 980301000000000010F2", "8930100000000000012" },
	/* China Mobile and others: not only digits */
	{ at_parse_iccid, "+QCCID: 898600B5191234567890", "898600B5191234567890" },
	{ at_parse_iccid, "+CCID: 898600b5191234567890", "898600B5191234567890" },
	{ at_parse_iccid, "898600B519123456789G", NULL },
	{ at_parse_iccid, "+CRSM: 106,130", NULL },
	{ at_parse_iccid, "89F0100000000000012", NULL },
	{ at_parse_iccid, "12345", NULL },
	{ at_parse_iccid, "", NULL },
	{ at_parse_identity, "490154203237518", "490154203237518" },
	{ at_parse_identity, "\"490154203237518\"", "490154203237518" },
	{ at_parse_identity, "+CGSN: 490154203237518", "490154203237518" },
	{ at_parse_identity, "4901542032375188", "4901542032375188" },
	{ at_parse_identity, "49015420323751", "49015420323751" },
	{ at_parse_identity, "4901542032375", NULL },
	{ at_parse_identity, "49015420323751888", NULL },
	{ at_parse_identity, "49015420323751A", NULL },
	{ at_parse_cnum, "+CNUM: \"something\",\"1234567890\",161", "1234567890" },
	{ at_parse_cnum, "+CNUM: ,\"306912345678\",145", "+306912345678" },
	{ at_parse_cnum, "+CNUM: something,\"+34600000001\",145", "+34600000001" },
	{ at_parse_cnum, "+CNUM: \"a,b\",\"+34600000001\",145,0,4", "+34600000001" },
	{ at_parse_cnum, "+CNUM: ,\"\",129", "" },
	{ at_parse_cnum, "+CNUM: \"x\"", NULL },
	{ at_parse_csca, "+CSCA: \"+79168999100\",145", "+79168999100" },
	{ at_parse_csca, "+CSCA: \"971555515515\",145", "+971555515515" },
	{ at_parse_csca, "+CSCA: \"6281100000\",129", "6281100000" },
	{ at_parse_csca, "+CSCA: \"\",129", "" },
	{ at_parse_csca,
		"+CSCA: 002B003300380030003600330039003000310030003000300030,"
		"145",
		"+380639010000" },
	{ at_parse_csca, "+CSCA: \"2b393731353535353135353135\",145", "+971555515515" },
	{ at_parse_csca, "+CSCA: \"393731353535353135353135\",145", "+971555515515" },
	{ at_parse_csca, "+CSCA: \"+7916ABC\",145", NULL },
	{ at_parse_csca, "+CSCA: \"123456789012345678\",145", NULL },
	{ at_parse_csca, "+CSCA: \"+791", NULL },
	{ at_parse_cops, "+COPS: 0,0,\"T-Mobile\",2", "T-Mobile" },
	{ at_parse_cops, "+COPS: 0,2,\"26201\"", "26201" },
	{ at_parse_cops, "+COPS: 0", "" },
	{ at_parse_cops, "+COPS: 0,0,\"\xFF\"", NULL },
	{ at_parse_cops, "+COPS: (1,\"a\",\"b\",\"1\",0)", NULL },
	{ at_parse_words, "+CGMI: \"huawei\"", "huawei" },
	{ at_parse_words, " MULTIBAND  900E  1800", "MULTIBAND  900E  1800" },
	{ at_parse_words, "Manufacturer: QUALCOMM", "QUALCOMM" },
	{ at_parse_words, "\"\"", NULL },
	{ at_parse_words, "\xFF\xFE", NULL },
};

static void texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(text_rows) / sizeof(text_rows[0]); i++) {
		char *text = exact(text_rows[i].text);
		char out[48] = "untouched";
		bool ok = text_rows[i].fn(text, strlen(text), out, sizeof(out));
		if (ok != (text_rows[i].out != NULL) ||
			!str_eq(out, ok ? text_rows[i].out : "untouched"))
			fail_msg("%s: %d %s", text, ok, out);
		free(text);
	}
}

static void signal_strength(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int dbm;
	} rows[] = {
		{ "+CSQ: 0,99", true, -113 },
		{ "+CSQ: 31,0", true, -51 },
		{ "+CSQ:20,99", true, -73 },
		{ "+CSQ: 99,99", true, 0 },
		{ "+CSQ: 146,99", true, -70 },
		{ "+CSQ: 20", false, 0 },
		{ "+CSQ: 200,1", false, 0 },
		{ "+CSQ: x,1", false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int dbm = 0;
		assert_int_equal(at_parse_csq(rows[i].text, strlen(rows[i].text), &dbm),
			rows[i].ok);
		assert_int_equal(dbm, rows[i].dbm);
	}
}

static void sim_states(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		enum modem_sim_state sim;
	} rows[] = {
		{ "+CPIN: READY", true, MODEM_SIM_READY },
		{ "+CPIN:READY", true, MODEM_SIM_READY },
		{ "+CPIN: \"SIM PIN\"", true, MODEM_SIM_PIN },
		{ "+CPIN: SIM PUK", true, MODEM_SIM_PUK },
		{ "+CPIN: SIM PUK2", true, MODEM_SIM_READY },
		{ "+CPIN: SIM PIN2", true, MODEM_SIM_READY },
		{ "+CPIN: PH-NET PIN", true, MODEM_SIM_FAILED },
		{ "+CPIN: PH-SIM PUK", true, MODEM_SIM_FAILED },
		{ "+CPIN: PH_SIM PIN", true, MODEM_SIM_FAILED }, /* SIMCom */
		{ "+CPIN: SIM CRASH", true, MODEM_SIM_FAILED },	 /* SIMCom LTE */
		{ "+CPIN: BLOCKED", true, MODEM_SIM_FAILED },
		{ "+CPIN: PHONE", false, 0 },
		{ "+CPIN: NOT INSERTED", true, MODEM_SIM_ABSENT },
		{ "+CPIN: @r", false, 0 },
		{ "+CPIN:", false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum modem_sim_state sim = MODEM_SIM_BUSY;
		assert_int_equal(at_parse_cpin(rows[i].text, strlen(rows[i].text), &sim),
			rows[i].ok);
		assert_int_equal(sim, rows[i].ok ? rows[i].sim : MODEM_SIM_BUSY);
	}
}

typedef bool (*stored_fn)(const char *text, size_t len, struct at_stored *out);

static void operator_answers(void **state)
{
	static const struct {
		const char *line;
		int m; /* -1: rejected */
		const char *text;
		int dcs; /* -1: none */
	} rows[] = {
		{ "+CUSD: 0,\"Balance: 12.40\",15", 0, "Balance: 12.40", 15 },
		{ "+CUSD: 2", 2, "", -1 },
		{ "+CUSD:4", 4, "", -1 },
		{ "+CUSD: 2,", 2, "", -1 },
		{ "+CUSD: 1,\"\"", 1, "", -1 },
		{ "+CUSD: 1,\"\",0", 1, "", 0 },
		{ "+CUSD: 0, 49B41C74", 0, "49B41C74", -1 },
		{ "+CUSD: 0,49B41C74,72", 0, "49B41C74", 72 },
		/* quotes are not escaped */
		{ "+CUSD: 0,\"Say \"yes\", please\", 15", 0, "Say \"yes\", please", 15 },
		{ "+CUSD: 0,\"no end", 0, "no end", -1 },
		{ "+CUSD: 0,\"", 0, "", -1 },
		{ "+CUSD: 0,\"two\nlines\",15", 0, "two\nlines", 15 },
		{ "+CUSD: ", -1, NULL, 0 },
		{ "+CUSD: 6", -1, NULL, 0 },
		{ "+CUSD: 10", -1, NULL, 0 },
		{ "+CUSD: (0-2)", -1, NULL, 0 },
		{ "+CUSD: 0,\"x\",256", -1, NULL, 0 },
		{ "+CUSD: 0,\"x\",15,1", -1, NULL, 0 },
		{ "+CUSD: 0,\"x\" 15", -1, NULL, 0 },
		{ "+CUSX: 0", -1, NULL, 0 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct at_cusd c = { .m = 77 };
		bool took = at_parse_cusd(rows[i].line, strlen(rows[i].line), &c);
		assert_int_equal(took, rows[i].m >= 0);
		assert_int_equal(c.m, took ? rows[i].m : 77);
		if (!took)
			continue;
		assert_int_equal(c.text_len, strlen(rows[i].text));
		assert_memory_equal(c.text, rows[i].text, c.text_len);
		assert_int_equal(c.has_dcs ? c.dcs : -1, rows[i].dcs);
	}
}

static void message_headers(void **state)
{
	static const struct {
		stored_fn fn;
		const char *text;
		bool ok;
		struct at_stored s;
	} rows[] = {
		{ at_parse_cmti, "+CMTI: \"SM\",1", true,
			{ .store = MODEM_STORE_SM, .index = 1 } },
		{ at_parse_cmti, "+CMTI: \"ME\",255", true,
			{ .store = MODEM_STORE_ME, .index = 255 } },
		{ at_parse_cmti, "+CDSI: \"SR\",0", true,
			{ .store = MODEM_STORE_SR, .index = 0 } },
		{ at_parse_cmti, "+CMTI: SM,7", true,
			{ .store = MODEM_STORE_SM, .index = 7 } },
		{ at_parse_cmti, "+CMTI: \"MT\",1", false, { 0 } },
		{ at_parse_cmti, "+CMTI: \"SM\"", false, { 0 } },
		{ at_parse_cmti, "+CMTI: \"SM\",65536", false, { 0 } },
		{ at_parse_cmgl, "+CMGL: 0,1,,147", true,
			{ .store = MODEM_STORE_NONE, .stat = 1, .tpdu_octets = 147 } },
		{ at_parse_cmgl, "+CMGL: 17,3,35", true,
			{ .store = MODEM_STORE_NONE, 17, 3, 35 } },
		{ at_parse_cmgl, "+CMGL: 1,\"REC READ\",\"+27\",,\"13/01/28\"", false,
			{ 0 } },
		{ at_parse_cmgl, "+CMGL: 1,5,,20", false, { 0 } },
		{ at_parse_cmgl, "+CMGL: 1,0,,256", false, { 0 } },
		{ at_parse_cmgl, "+CMGL: 1,0", false, { 0 } },
		{ at_parse_cmgr, "+CMGR: 0,,35", true,
			{ .store = MODEM_STORE_NONE, .tpdu_octets = 35 } },
		{ at_parse_cmgr, "+CMGR: 1,\"\",23", true,
			{ .store = MODEM_STORE_NONE, .stat = 1, .tpdu_octets = 23 } },
		{ at_parse_cmgr, "+CMGR: 1,35", true,
			{ .store = MODEM_STORE_NONE, .stat = 1, .tpdu_octets = 35 } },
		{ at_parse_cmgr, "+CMGR: 4,1,,151", true,
			{ .store = MODEM_STORE_NONE, .stat = 1, .tpdu_octets = 151 } },
		{ at_parse_cmgr, "+CMGR: ,,92", true,
			{ .store = MODEM_STORE_NONE, .tpdu_octets = 92 } },
		{ at_parse_cmgr, "+CMGR: 24", true,
			{ .store = MODEM_STORE_NONE, .tpdu_octets = 24 } },
		{ at_parse_cmgr, "+CMGR: \"REC READ\",35", false, { 0 } },
		{ at_parse_cmt, "+CMT: ,23", true,
			{ .store = MODEM_STORE_NONE, .tpdu_octets = 23 } },
		{ at_parse_cmt, "+CDS:25", true,
			{ .store = MODEM_STORE_NONE, .tpdu_octets = 25 } },
		{ at_parse_cmt, "+CDS: \"a,b\",25", true,
			{ .store = MODEM_STORE_NONE, .tpdu_octets = 25 } },
		{ at_parse_cmt, "+CMT: \"+30\",,\"13/01/28\"", false, { 0 } },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		struct at_stored s = { 0 };
		bool ok = rows[i].fn(text, strlen(text), &s);
		if (ok != rows[i].ok || s.store != rows[i].s.store ||
			s.index != rows[i].s.index || s.stat != rows[i].s.stat ||
			s.tpdu_octets != rows[i].s.tpdu_octets)
			fail_msg("%s: ok=%d store=%d index=%d stat=%d length=%d", text,
				ok, s.store, s.index, s.stat, s.tpdu_octets);
		free(text);
	}
}

static void text_mode(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} rows[] = {
		{ "+CMGL: 1,\"REC READ\",\"+27\",,\"13/01/28,10:00:00+08\"", true },
		{ "+CMGL: 1,\"STO SENT\",\"+27\",", true },
		{ "+CMGL: 1,\"00520045004300200052004500410044\",\"002B\"", true },
		{ "+CMGR: \"REC UNREAD\",\"+27\",,\"13/01/28,10:00:00+08\",145,4,0,0,"
		  "\"+27\",145,11",
			true },
		{ "+CMT: \"+27\",,\"13/01/28,10:00:00+08\"", true },
		{ "+CMT: \"+27\",\"A, B\",\"13/01/28,10:00:00+08\",145,4,0,0,\"+27\","
		  "145,5",
			true },
		{ "+CDS: 6,12,\"+27\",145,\"13/01/28,10:00:00+08\","
		  "\"13/01/28,10:00:00+08\",0",
			true },
		{ "+CMGL: 1,1,\"REC READ\",25", false }, /* a name in the SIM */
		{ "+CMGL: 1,1,,25", false },
		{ "+CMGL: 1", false },
		{ "+CMGR: 0,\"REC READ\",25", false },
		{ "+CMGR: REC,25", false },
		{ "+CMGR:", false },
		{ "+CMT: \"13/01/28,10:00:00+08\",25", false },
		{ "+CMT: ,25", false },
		{ "+CDS: 25", false },
		{ "+CMTI: \"SM\",3", false },
		{ "", false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		if (at_parse_is_text_mode(text, strlen(text)) != rows[i].is)
			fail_msg("%s", text);
		free(text);
	}
}

static void references(void **state)
{
	uint8_t mr = 9;
	(void)state;

	assert_true(at_parse_cmgs("+CMGS: 0", 8, &mr) && mr == 0);
	assert_true(at_parse_cmgs("+CMGS:255", 9, &mr) && mr == 255);
	assert_true(at_parse_cmgs("+CMGS: 3,\"ack\"", 14, &mr) && mr == 3);
	assert_false(at_parse_cmgs("+CMGS: 256", 10, &mr));
	assert_false(at_parse_cmgs("+CMGS:", 6, &mr));
	assert_false(at_parse_cmgs("> +CMGS: 1", 10, &mr));
}

static void routing_ranges(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		struct at_cnmi_ranges r;
	} rows[] = {
		{ "+CNMI: (0,1,2),(0,1),(0,2),(0),(1)", true, { 7, 3, 5, 1, 2 } },
		{ "+CNMI: (0-3),(0,1),(0,2,3),(0,2),(1)", true, { 15, 3, 13, 5, 2 } },
		{ "+CNMI: (2),(0-1,3),(0,2),(0-1),(0)", true, { 4, 11, 5, 3, 1 } },
		{ "+CNMI:(0-9),(0-9),(0-9),(0-9),(0-9)", true,
			{ 1023, 1023, 1023, 1023, 1023 } },
		{ "+CNMI: 2,1,0,1,0", true, { 4, 2, 1, 2, 1 } },
		{ "+CNMI: (1-2),(1)", true, { 6, 2, 0, 0, 0 } },
		{ "+CNMI:", false, { 0 } },
		{ "+CNMI: (x)", false, { 0 } },
		{ "+CNMI: (((((((((((((((((", false, { 0 } },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		struct at_cnmi_ranges r = { 0 };
		assert_int_equal(
			at_parse_cnmi_ranges(text, strlen(text), &r), rows[i].ok);
		if (memcmp(&r, &rows[i].r, sizeof(r)) != 0)
			fail_msg("%s: %x %x %x %x %x", text, r.mode, r.mt, r.bm, r.ds,
				r.bfr);
		free(text);
	}
}

static void memories(void **state)
{
	enum {
		SM = 1 << MODEM_STORE_SM,
		ME = 1 << MODEM_STORE_ME,
		SR = 1 << MODEM_STORE_SR
	};
	static const struct {
		const char *text;
		bool ok;
		uint8_t read, receive;
	} rows[] = {
		{ "+CPMS: (\"ME\",\"MT\",\"SM\",\"SR\"),(\"ME\",\"MT\"),(\"ME\",\"SM\")",
			true, SM | ME | SR, SM | ME },
		{ "+CPMS: (\"ME\",\"MT\"),\"ME\",(\"SM\")", true, ME, SM },
		{ "+CPMS:     (  \"ME\"  ,  \"MT\"  )   ,  \"ME\" ,   (  \"SM\"  )", true,
			ME, SM },
		{ "+CPMS: \"ME\",\"MT\",\"SM\"", true, SM | ME, SM | ME },
		{ "+CPMS: ((\"SM\",\"BM\",\"SR\"),(\"SM\"))", true, SM | SR, SM | SR },
		{ "+CPMS: (\"ME\",\"SM\",\"SR\"),(\"ME\",\"SM\")", true, SM | ME | SR,
			SM | ME | SR },
		{ "+CPMS: (ME\", \"SR\"), (\"ME\", \"SR\"), (\"ME\")", true, ME | SR,
			ME },
		{ "+CPMS: (\"SM\",\"ME\",\"SM_P\"),(\"SM\"),(\"SM\")", true, SM | ME,
			SM },
		{ "+CPMS: (),(),()", true, 0, 0 },
		{ "+CPMS: ", true, 0, 0 },
		{ "+CPMS: 1,20,1,20", false, 0, 0 },
		{ "+CPMS: \"SM\",3,30,\"SM\",3,30", false, 0, 0 },
		{ "+CPMS: (((\"SM\")))", false, 0, 0 },
		{ "+CPMS: )", false, 0, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = exact(rows[i].text);
		struct at_cpms_list list = { 0 };
		bool ok = at_parse_cpms_list(text, strlen(text), &list);
		if (ok != rows[i].ok || list.read != rows[i].read ||
			list.receive != rows[i].receive)
			fail_msg("%s: ok=%d read=%x receive=%x", text, ok, list.read,
				list.receive);
		free(text);
	}
}

static void pdu_lines(void **state)
{
	char hex[2 * MODEM_PDU_MAX + 3];
	uint8_t out[MODEM_PDU_MAX];
	size_t n = 0;
	(void)state;

	memset(hex, 'A', sizeof(hex));
	assert_true(at_parse_pdu(hex, 2 * MODEM_PDU_MAX, out, &n));
	assert_int_equal(n, MODEM_PDU_MAX);
	assert_false(at_parse_pdu(hex, 2 * MODEM_PDU_MAX + 2, out, &n));
	assert_false(at_parse_pdu(hex, 3, out, &n));
	assert_false(at_parse_pdu(hex, 0, out, &n));
	assert_false(at_parse_pdu("BAD!", 4, out, &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finals),
		cmocka_unit_test(registrations),
		cmocka_unit_test(texts),
		cmocka_unit_test(signal_strength),
		cmocka_unit_test(sim_states),
		cmocka_unit_test(operator_answers),
		cmocka_unit_test(message_headers),
		cmocka_unit_test(text_mode),
		cmocka_unit_test(references),
		cmocka_unit_test(routing_ranges),
		cmocka_unit_test(memories),
		cmocka_unit_test(pdu_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
