/*
 * Runs every answer of ../shared/vectors/at_responses.jsonl (taken from other projects'
 * tests and from users' logs) through the splitter and every parser. Proves that none
 * crashes on any of them; that each line of a kind that concerns us (concerns) is
 * understood, but for exceptions, each listed with its reason; and that each line with a
 * prefix is of one of the kinds known here: what does not concern us (strangers) is
 * listed with why, so that a new kind in the file fails until somebody has looked at it.
 * Passes with a remark where the file is absent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "drivers/at/at_line.h"
#include "drivers/at/at_parse.h"
#include "drivers/at/at_parse_clock.h"
#include "drivers/at/at_parse_health.h"
#include "firmware/base/str.h"

#define VECTORS "../shared/vectors/at_responses.jsonl"

/* Lines that no modem prints, or that answer what we never ask. */
static const char *const exceptions[] = {
	"@",	    /* a scanf-like pattern of a test, not an answer */
	"<length>", /* a manual's grammar */
	"REC READ", /* text mode */
	"REC UNREAD", "STO SENT", "STO UNSENT",
	"+CMGR: 1,,147 0791", /* a blank for the line's end, in a test of sscanf() */
	"14/08/05", "15/02/28", "17/07/26", /* +CCLK: clocks of long ago are no hint */
	"XX/XX/XX",			    /* a clock that was never set */
	"079100F40D1101",		    /* cut in the middle of an octet */
	"0906346170706C", /* the content of a WAP push that is longer than any PDU */
	"XXXXXXXXXXXXX",  /* +CLIP: made anonymous by its owner */
};

/* What does not concern a gateway of messages, by how the line begins. Sorted by why. */
static const char *const strangers[] = {
	/* packet data: no bearer is ever opened here */
	"+CGDCONT",
	"+CGACT",
	"+CGEV",
	"+CGCONTRDP",
	"+CGEREP",
	"+XACT",
	"^NDISSTAT",
	"^DHCP",
	"^SWWAN",
	"%IPDP",
	"%PCOINFO",
	"*E2IPCFG",
	"+UIPADDR",
	"+UAUTHREQ",
	"+UGCNTRD",
	"^SGAUTH",
	"+UBMCONF",
	"+UUSBCONF",
	"+XLCS",
	/* choice of band, radio technique or network: the SIM's and the modem's own */
	"^SYSCFG",
	"^PREFMODE",
	"^SXRAT",
	"+URAT",
	"+UACT",
	"+UBANDSEL",
	"+WS46",
	"+CPOL",
	"^SYSINFO",
	"^SMONI",
	"%CGINFO",
	"+BEARTYPE",
	/* finer signal than +CSQ, which every modem has */
	"^HCSQ",
	"+CESQ",
	"+XCESQ",
	/* voice and its tones; that somebody rings is +CLIP and RING */
	"+CLCC",
	"^SLCC",
	"+CCWA",
	"+CCFC",
	"+RXDTMF",
	"^ORIG",
	"^CONF",
	"^CONN",
	"^CEND",
	"HANGUP",
	"+CVHU",
	"+CRING",
	"^CIEV",
	"^SIND",
	/* the phone book */
	"+CPBR",
	"+CPBS",
	/* the vendors' own clocks and power: +CCLK, ^NWTIME and +CFUN=1,1 are asked of
	   all */
	"^TIME",
	"+CTZU",
	"+CFUN",
	"^SCFG",
	"^GETPORTMODE",
	/* what the modem can: found out by trying, as the lists lie */
	"+CLAC",
	"+GCAP",
	"+CSCS",
	"+CSCB",
	"+CMER",
	"+CIND",
	"+CMGD",
	"+IFC",
	"+CSMP",
	"+WIND",
	"+ZDONR",
	"+ZPASR",
	"+CRSM",
	/* numbers and words of other projects' tests */
	"+3460000000",
	"+123456",
	"^GARBAGE",
};

/* "+CSCA: @p": our parsers must reject these, and do; only lines like them may fail. */
static bool is_exception(const char *line)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
		if (strstr(line, exceptions[i]))
			return true;
	return false;
}

static bool final(const char *text, size_t len)
{
	enum at_final kind;
	uint16_t code;
	return at_parse_final(text, len, &kind, &code);
}

static bool reg(const char *text, size_t len)
{
	struct at_reg r;
	return at_parse_reg(text, len, &r);
}

static bool cusd(const char *text, size_t len)
{
	struct at_cusd c;
	return at_parse_cusd(text, len, &c);
}

static bool csq(const char *text, size_t len)
{
	int dbm;
	return at_parse_csq(text, len, &dbm);
}

static bool cpin(const char *text, size_t len)
{
	enum modem_sim_state sim;
	return at_parse_cpin(text, len, &sim);
}

static bool cnum(const char *text, size_t len)
{
	char out[24];
	return at_parse_cnum(text, len, out, sizeof(out));
}

static bool csca(const char *text, size_t len)
{
	char out[24];
	return at_parse_csca(text, len, out, sizeof(out));
}

static bool cmti(const char *text, size_t len)
{
	struct at_stored s;
	return at_parse_cmti(text, len, &s);
}

static bool cmt(const char *text, size_t len)
{
	struct at_stored s;
	return at_parse_cmt(text, len, &s);
}

static bool cmgl(const char *text, size_t len)
{
	struct at_stored s;
	return at_parse_cmgl(text, len, &s);
}

static bool cmgr(const char *text, size_t len)
{
	struct at_stored s;
	return at_parse_cmgr(text, len, &s);
}

static bool cmgs(const char *text, size_t len)
{
	uint8_t mr;
	return at_parse_cmgs(text, len, &mr);
}

static bool cnmi(const char *text, size_t len)
{
	struct at_cnmi_ranges r;
	return at_parse_cnmi_ranges(text, len, &r);
}

/* The list, or how full they are. */
static bool cpms(const char *text, size_t len)
{
	struct at_cpms_list list;
	struct modem_fill fill;
	return at_parse_cpms_list(text, len, &list) ||
	       at_parse_cpms_fill(text, len, &fill);
}

/* Every other answer to +COPS is the list of networks, which we never ask for. */
static bool cops(const char *text, size_t len)
{
	char out[64];
	return at_parse_cops(text, len, out, sizeof(out)) || strchr(text, '(');
}

static bool clip(const char *text, size_t len)
{
	char out[24];
	return at_parse_clip(text, len, out, sizeof(out));
}

static bool cclk(const char *text, size_t len)
{
	int64_t utc_s;
	return at_parse_clock(text, len, &utc_s);
}

static bool nitz(const char *text, size_t len)
{
	int64_t utc_s;
	return at_parse_nitz(text, len, &utc_s);
}

static bool ceer(const char *text, size_t len)
{
	char out[64];
	return at_parse_ceer(text, len, out, sizeof(out));
}

static bool tries(const char *text, size_t len)
{
	struct at_pin_tries t;
	return at_parse_pin_tries(text, len, &t);
}

/* A line of nothing but octets is a message's PDU: hardly anything else looks so. */
static bool is_pdu(const char *text, size_t len)
{
	return len >= 20 && strspn(text, "0123456789ABCDEFabcdef") == len &&
	       strpbrk(text, "ABCDEF");
}

static bool pdu(const char *text, size_t len)
{
	uint8_t octets[MODEM_PDU_MAX];
	size_t n;
	return at_parse_pdu(text, len, octets, &n);
}

/* No line of the file concerns these, but none may crash on it. */
static bool readings(const char *text, size_t len)
{
	struct modem_fill fill;
	char id[24];
	int value;

	bool took[] = { at_parse_temperature(text, len, &value),
		at_parse_supply(text, len, &value), at_parse_cpms_fill(text, len, &fill),
		at_parse_iccid(text, len, id, sizeof(id)) };
	return took[0] || took[1] || took[2] || took[3];
}

static const struct concern {
	const char *prefix; /* NULL: is_pdu() */
	bool (*takes)(const char *text, size_t len);
} concerns[] = {
	{ "OK", final },
	{ "ERROR", final },
	{ "COMMAND NOT SUPPORT", final },
	{ "+CME ERROR", final },
	{ "+CMS ERROR", final },
	{ "+CUSD:", cusd },
	{ "+CREG:", reg },
	{ "+CGREG:", reg },
	{ "+CEREG:", reg },
	{ "+C5GREG:", reg },
	{ "+CSQ:", csq },
	{ "+CPIN:", cpin },
	{ "+CNUM:", cnum },
	{ "+CSCA:", csca },
	{ "+CMTI:", cmti },
	{ "+CDSI:", cmti },
	{ "+CMT:", cmt },
	{ "+CDS:", cmt },
	{ "+CMGL:", cmgl },
	{ "+CMGR:", cmgr },
	{ "+CMGS:", cmgs },
	{ "+CNMI:", cnmi },
	{ "+CPMS:", cpms },
	{ "+COPS:", cops },
	{ "+CLIP:", clip },
	{ "+CCLK:", cclk },
	{ "^NWTIME:", nitz },
	{ "+CEER:", ceer },
	{ "+UPINCNT:", tries },
	{ NULL, pdu },
	{ "(none)", readings },
};

static bool is_stranger(const char *text)
{
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		if (strncasecmp(text, strangers[i], strlen(strangers[i])) == 0)
			return true;
	return false;
}

struct tally {
	bool is_list; /* of command names: the answer to AT+CLAC */
	unsigned lines, concerned, taken, excepted, strange, unknown;
};

static void place(struct tally *t, const char *text)
{
	if (!strchr("+^%*#!$", text[0]) || t->is_list)
		return;
	if (is_stranger(text)) {
		t->strange++;
		return;
	}
	t->unknown++;
	print_message("neither ours nor known as another's: %s\n", text);
}

static void on_line(void *user, enum at_line_kind kind, const char *text, size_t len)
{
	struct tally *t = user;
	bool is_ours = false;

	if (kind != AT_LINE_TEXT)
		return;
	t->lines++;
	for (size_t i = 0; i < sizeof(concerns) / sizeof(concerns[0]); i++) {
		bool took = concerns[i].takes(text, len); /* none may crash on it */
		bool is_meant = concerns[i].prefix ? str_starts(text, concerns[i].prefix)
						   : is_pdu(text, len);
		if (!is_meant)
			continue;
		is_ours = true;
		t->concerned++;
		if (took)
			t->taken++;
		else if (is_exception(text))
			t->excepted++;
		else {
			t->unknown++;
			print_message("not understood: %s\n", text);
		}
	}
	if (!is_ours)
		place(t, text);
}

static void run_answer(struct tally *t, const char *answer)
{
	struct at_line *line = calloc(1, sizeof(*line));

	assert_non_null(line);
	at_line_init(line, on_line, t);
	for (const char *p = answer; *p; p++)
		at_line_feed(line, (const uint8_t *)p, 1);
	at_line_feed(line, (const uint8_t *)"\r", 1);
	free(line);
}

static void all_answers(void **state)
{
	struct tally t = { 0 };
	char text[65536];
	(void)state;

	FILE *f = fopen(VECTORS, "r");
	if (!f) {
		print_message("no %s here: nothing tried\n", VECTORS);
		return;
	}
	while (fgets(text, sizeof(text), f)) {
		json_t *row = json_loads(text, 0, NULL);
		assert_non_null(row);
		t.is_list = str_starts(
			json_string_value(json_object_get(row, "command")), "AT+CLAC");
		run_answer(&t, json_string_value(json_object_get(row, "response")));
		json_decref(row);
	}
	(void)fclose(f); /* it was read only */
	print_message("lines=%u concerned=%u taken=%u excepted=%u strange=%u\n", t.lines,
		t.concerned, t.taken, t.excepted, t.strange);
	assert_true(t.concerned > 200);
	assert_int_equal(t.unknown, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
