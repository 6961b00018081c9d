/*
 * Runs every answer of ../shared/vectors/at_responses.jsonl (taken from other projects'
 * tests and from users' logs) through the splitter and each parser that its command
 * concerns. Proves that none is taken wrongly by crash, and that those in the shapes we
 * ask for are understood: the exceptions are listed here, each with its reason. Passes
 * with a remark where the file is absent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "drivers/at_line.h"
#include "drivers/at_parse.h"
#include "firmware/base/str.h"

#define VECTORS "../shared/vectors/at_responses.jsonl"

/* Lines that no modem prints, or that answer what we never ask. */
static const char *const exceptions[] = {
	"@",	    /* a scanf-like pattern of a test, not an answer */
	"<length>", /* a manual's grammar */
	"REC READ", /* text mode */
	"REC UNREAD", "STO SENT", "STO UNSENT",
	"+CMGR: 1,,147 0791", /* a blank for the line's end, in a test of sscanf() */
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

/* The list, or the counts after a selection, which nobody needs to read. */
static bool cpms(const char *text, size_t len)
{
	struct at_cpms_list l;
	return at_parse_cpms_list(text, len, &l) || strpbrk(text, "0123456789");
}

/* Every other answer to +COPS is the list of networks, which we never ask for. */
static bool cops(const char *text, size_t len)
{
	char out[64];
	return at_parse_cops(text, len, out, sizeof(out)) || strchr(text, '(');
}

static const struct concern {
	const char *prefix;
	bool (*takes)(const char *text, size_t len);
} concerns[] = {
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
};

struct tally {
	unsigned lines, concerned, taken, excepted, unknown;
};

static void on_line(void *user, enum at_line_kind kind, const char *text, size_t len)
{
	struct tally *t = user;

	if (kind != AT_LINE_TEXT)
		return;
	t->lines++;
	for (size_t i = 0; i < sizeof(concerns) / sizeof(concerns[0]); i++) {
		bool took = concerns[i].takes(text, len); /* none may crash on it */
		if (!str_starts(text, concerns[i].prefix))
			continue;
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
		run_answer(&t, json_string_value(json_object_get(row, "response")));
		json_decref(row);
	}
	(void)fclose(f); /* it was read only */
	print_message("lines=%u concerned=%u taken=%u excepted=%u\n", t.lines,
		t.concerned, t.taken, t.excepted);
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
