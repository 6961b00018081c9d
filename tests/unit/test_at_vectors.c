/*
 * Runs every answer of ../shared/vectors/at_responses.jsonl (taken from other projects'
 * tests and from users' logs) through the splitter and every parser. Proves that none
 * crashes on any of them; that of each line of a kind that concerns us (concerns) the
 * parser tells what at_readings.c reads in it, and takes none that is not to be taken;
 * that registrations are told as news or as answers as their rows are labelled; that
 * answers which the file says to reject are (rejects); and that each line with a prefix
 * is of one of the kinds known here: what does not concern us (strangers) is listed with
 * why, so that a new kind in the file fails until somebody has looked at it. Skipped
 * where the file is absent.
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
#include "drivers/family/modem_family.h"
#include "firmware/base/str.h"
#include "firmware/sms/pdu.h"
#include "tests/unit/at_readings.h"
#include "tests/unit/at_sayings.h"

#define VECTORS "../shared/vectors/at_responses.jsonl"

/* What does not concern a gateway of messages, by how the line begins; sorted by why. */
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
	"HANGUP",
	"+CVHU",
	"^CIEV",
	"^SIND",
	/* the phone book */
	"+CPBR",
	"+CPBS",
	/* the vendors' own clocks: +CCLK and ^NWTIME are understood */
	"^TIME",
	"+CTZU",
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
	/* numbers and words of other projects' tests */
	"+3460000000",
	"+123456",
	"^GARBAGE",
};

/* A line of nothing but octets is a message's PDU: hardly anything else looks so. */
static bool is_pdu(const char *text)
{
	return strlen(text) >= 20 && !text[strspn(text, "0123456789ABCDEFabcdef")] &&
	       strpbrk(text, "ABCDEF");
}

static const struct concern {
	const char *prefix, *command; /* with command: every line of its answer */
	bool (*says)(const char *text, size_t len, char *out);
} concerns[] = {
	{ "OK", NULL, at_say_final },
	{ "ERROR", NULL, at_say_final },
	{ "COMMAND NOT SUPPORT", NULL, at_say_final },
	{ "+CME ERROR", NULL, at_say_final },
	{ "+CMS ERROR", NULL, at_say_final },
	{ "+CUSD:", NULL, at_say_cusd },
	{ "+CREG:", NULL, at_say_reg },
	{ "+CGREG:", NULL, at_say_reg },
	{ "+CEREG:", NULL, at_say_reg },
	{ "+C5GREG:", NULL, at_say_reg },
	{ "+CSQ:", NULL, at_say_csq },
	{ "+CFUN:", NULL, at_say_cfun },
	{ "+CPIN:", NULL, at_say_cpin },
	{ "+CNUM:", NULL, at_say_cnum },
	{ "+CSCA:", NULL, at_say_csca },
	{ "+CMTI:", NULL, at_say_cmti },
	{ "+CDSI:", NULL, at_say_cmti },
	{ "+CMT:", NULL, at_say_cmt },
	{ "+CDS:", NULL, at_say_cmt },
	{ "+CMGL:", NULL, at_say_cmgl },
	{ "+CMGR:", NULL, at_say_cmgr },
	{ "+CMGS:", NULL, at_say_cmgs },
	{ "+CNMI:", NULL, at_say_cnmi },
	{ "+CPMS:", NULL, at_say_cpms },
	{ "+COPS:", NULL, at_say_cops },
	{ "+CLIP:", NULL, at_say_clip },
	{ "+CCLK:", NULL, at_say_clock },
	{ "^NWTIME:", NULL, at_say_clock },
	{ "+CEER:", NULL, at_say_ceer },
	{ "+UPINCNT:", NULL, at_say_tries },
	{ "+CRSM:", NULL, at_say_iccid },
	{ "^CEND:", NULL, at_say_news },
	{ "NO CARRIER", NULL, at_say_news },
	{ "+CRING:", NULL, at_say_news },
	{ "+WIND:", NULL, at_say_news },
	{ "^CONN:", NULL, at_say_news },
	{ "^HCSQ:", NULL, at_say_news },
	{ "+ZDONR:", NULL, at_say_news },
	{ "+ZPASR:", NULL, at_say_news },
	{ "+CBC:", NULL, at_say_reading },
	{ "", "AT+CIMI", at_say_identity },
	{ "", "AT+CGSN", at_say_identity },
	{ "", "AT+CGMI", at_say_words },
	{ "", "AT+CGMM", at_say_words },
	{ "", "AT+CGMR", at_say_words },
	{ NULL, NULL, at_say_pdu },
};
#define CONCERNS (sizeof(concerns) / sizeof(concerns[0]))

static bool is_stranger(const char *text)
{
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		if (strncasecmp(text, strangers[i], strlen(strangers[i])) == 0)
			return true;
	return false;
}

/* As the box decodes what it finds in a SIM. */
static bool is_message(const char *text, size_t len)
{
	uint8_t octets[MODEM_PDU_MAX];
	size_t n;
	struct sms_deliver deliver;
	struct sms_submit submit;
	struct sms_status_report report;

	if (!at_parse_pdu(text, len, octets, &n))
		return false;
	return pdu_deliver_decode(octets, n, PDU_FRAME_SMSC, &deliver) == ERR_OK ||
	       pdu_status_report_decode(octets, n, PDU_FRAME_SMSC, &report) == ERR_OK ||
	       pdu_submit_decode(octets, n, PDU_FRAME_SMSC, &submit) == ERR_OK;
}

struct tally {
	const char *command, *label; /* of the row */
	bool is_refused;	     /* a line of the row, or the message in it */
	bool wants_pdu;		     /* the next line is that message */
	unsigned lines, strange, plain, faults, refused, kept;
	unsigned taken[CONCERNS], rejected[CONCERNS];
};

/* The first that wants the line; CONCERNS: none. */
static size_t find_concern(const struct tally *t, const char *text)
{
	for (size_t i = 0; i < CONCERNS; i++) {
		const struct concern *c = &concerns[i];
		if (!c->prefix ? is_pdu(text)
			       : (!c->command || str_eq(c->command, t->command)) &&
					 str_starts(text, c->prefix))
			return i;
	}
	return CONCERNS;
}

static void fault(struct tally *t, const char *why, const char *text, const char *said)
{
	t->faults++;
	print_message("%s: %s -> \"%s\"\n", why, text, said);
}

/* A PDU of whole octets that are not too many, and a name, are their own reading. */
static bool find_meaning(const struct concern *c, const char *text, char *out)
{
	size_t len = strlen(text);

	if (c->prefix && !c->command)
		return at_reading_find(text, out, AT_SAID_SIZE);
	bool is_whole = c->prefix || (len % 2 == 0 && len <= (size_t)2 * MODEM_PDU_MAX);
	return str_copy(out, AT_SAID_SIZE, is_whole ? text : "");
}

/* News that have the shape of an answer; none of ours depends on telling them apart. */
static const char *const twofold[] = { "creg2_md400_unsolicited",
	"cgreg2_x220_unsolicited", "creg2_s8500_wave_unsolicited",
	"creg2_s8500_wave_multidigit_stat_unsolicited" };

/* The rows of registrations say in their labels what they are. */
static bool is_as_labelled(const struct tally *t, const char *said)
{
	for (size_t i = 0; i < sizeof(twofold) / sizeof(twofold[0]); i++)
		if (str_eq(t->label, twofold[i]))
			return str_starts(said, "answer");
	if (strstr(t->label, "unsolicited"))
		return !str_starts(said, "answer");
	return !strstr(t->label, "_solicited") || !str_starts(said, "news");
}

static void judge(struct tally *t, size_t at, const char *text, size_t len)
{
	char said[AT_SAID_SIZE] = "", meant[AT_SAID_SIZE] = "";
	bool took = concerns[at].says(text, len, said);

	t->taken[at] += took;
	t->rejected[at] += !took;
	t->is_refused |= !took;
	t->wants_pdu = took && concerns[at].says == at_say_cmgr;
	if (!find_meaning(&concerns[at], text, meant))
		fault(t, "nobody has said what it means", text, said);
	else if (!took && meant[0])
		fault(t, "not understood", text, meant);
	else if (took && !meant[0])
		fault(t, "taken, which is wrong", text, said);
	else if (!str_eq_nocase(said, meant))
		fault(t, "misunderstood", text, said);
	if (!is_as_labelled(t, said))
		fault(t, t->label, text, said);
}

static void place(struct tally *t, const char *text)
{
	if (is_stranger(text)) {
		t->strange++;
		if (at_say_find_news(text) || modem_registry_is_urc(text))
			fault(t, "no stranger, as a family knows it", text, "");
		return;
	}
	t->plain++;
	if (strchr("+^%*#!$", text[0]))
		fault(t, "neither ours nor known as another's", text, "");
}

static void on_line(void *user, enum at_line_kind kind, const char *text, size_t len)
{
	struct tally *t = user;
	char said[AT_SAID_SIZE];

	if (kind != AT_LINE_TEXT)
		return;
	t->lines++;
	for (size_t i = 0; i < CONCERNS; i++)
		(void)concerns[i].says(text, len, said); /* none may crash on it */
	t->is_refused |= t->wants_pdu && !is_message(text, len);
	t->wants_pdu = false;
	size_t at = find_concern(t, text);
	if (at < CONCERNS)
		judge(t, at, text, len);
	else
		place(t, text);
}

/* Answers that the file says to reject, and that mean something to us all the same. */
static const char *const kept[] = {
	"at-creg-corner/empty-lac", /* where it is registered is not asked, only that */
	"at-smsc-failing/04",	    /* "": the SIM has no service centre, as is shown */
};

static bool is_kept(const char *source)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (strstr(source, kept[i]))
			return true;
	return false;
}

static void run_answer(struct tally *t, const char *answer)
{
	struct at_line *line = calloc(1, sizeof(*line));

	assert_non_null(line);
	at_line_init(line, on_line, t);
	at_line_set_echo(line, t->command);
	for (const char *p = answer; *p; p++)
		at_line_feed(line, (const uint8_t *)p, 1);
	at_line_feed(line, (const uint8_t *)"\r", 1);
	free(line);
}

static const char *word_of(const json_t *row, const char *key)
{
	const char *word = json_string_value(json_object_get(row, key));

	return word ? word : "";
}

static void run_row(struct tally *t, const json_t *row)
{
	const char *source = word_of(row, "source");

	t->command = word_of(row, "command");
	t->label = word_of(row, "modem");
	t->is_refused = t->wants_pdu = false;
	if (str_eq(t->command, "AT+CLAC")) /* names of commands alone */
		return;
	run_answer(t, word_of(row, "response"));
	if (!word_of(row, "expect")[0])
		return;
	t->refused += t->is_refused;
	t->kept += !t->is_refused;
	if (t->is_refused == is_kept(source))
		fault(t, "must be rejected, or not kept", source, "");
}

static void print_kinds(const struct tally *t)
{
	for (size_t i = 0; i < CONCERNS; i++)
		print_message("%-20s%-8s %3u taken %3u rejected\n",
			concerns[i].prefix ? concerns[i].prefix : "PDU",
			concerns[i].command ? concerns[i].command : "", t->taken[i],
			t->rejected[i]);
	print_message("lines=%u strangers=%u plain=%u\n", t->lines, t->strange, t->plain);
	print_message("to reject: rejected=%u kept=%u\n", t->refused, t->kept);
}

static void all_answers(void **state)
{
	struct tally t = { 0 };
	char text[65536];
	(void)state;

	FILE *f = fopen(VECTORS, "r");
	if (!f)
		skip();
	while (fgets(text, sizeof(text), f)) {
		json_t *row = json_loads(text, 0, NULL);
		assert_non_null(row);
		run_row(&t, row);
		json_decref(row);
	}
	(void)fclose(f); /* it was read only */
	print_kinds(&t);
	assert_int_equal(t.faults, 0);
	assert_int_equal(t.refused + t.kept, 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
