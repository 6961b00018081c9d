/*
 * Proves that lines, prompt and echo are told apart however the bytes are cut, and that
 * no modem can make the splitter keep more than one line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "drivers/at/at_line.h"
#include "firmware/base/str.h"

struct seen {
	struct at_line line;
	char text[4096]; /* "[line]", "<prompt>", "{cut length}" in order */
	bool resets;
};

static void on_line(void *user, enum at_line_kind kind, const char *text, size_t len)
{
	struct seen *s = user;

	assert_int_equal(text[len], '\0');
	switch (kind) {
	case AT_LINE_TEXT:
		assert_true(str_append_format(s->text, sizeof(s->text), "[%s]", text));
		break;
	case AT_LINE_PROMPT:
		assert_true(str_append(s->text, sizeof(s->text), "<prompt>"));
		break;
	case AT_LINE_STRAY:
		assert_true(str_append(s->text, sizeof(s->text), "<stray>"));
		break;
	case AT_LINE_ECHO:
		assert_true(str_append(s->text, sizeof(s->text), "<echo>"));
		break;
	case AT_LINE_CUT:
		assert_true(str_append_format(s->text, sizeof(s->text), "{%zu}", len));
		break;
	}
	if (s->resets)
		at_line_reset(&s->line);
}

struct row {
	const char *in;
	const char *out;
	const char *echo;
	bool wants_prompt;
};

static const struct row rows[] = {
	{ .in = "", .out = "" },
	{ .in = "\r\nOK\r\n", .out = "[OK]" },
	{ .in = "OK\rERROR\n", .out = "[OK][ERROR]" },
	{ .in = "\r\r\n\n\n  \r\nOK  \r\n", .out = "[OK]" },
	{ .in = "half", .out = "" },
	{ .in = "AT+CSQ\r\r\n+CSQ: 1,2\r\n",
		.out = "<echo>[+CSQ: 1,2]",
		.echo = "AT+CSQ" },
	{ .in = "AT+CSQ?\r\n", .out = "[AT+CSQ?]", .echo = "AT+CSQ" },
	{ .in = "\r\n> ", .out = "<prompt>", .wants_prompt = true },
	{ .in = "\r\n>", .out = "<prompt>", .wants_prompt = true },
	{ .in = ">", .out = "<prompt>", .wants_prompt = true },
	{ .in = "\r\n>\r\n", .out = "<prompt>", .wants_prompt = true }, /* SIM7670G */
	{ .in = "AT+CMGS=1\r\n> \r\n",
		.out = "<echo><prompt>",
		.echo = "AT+CMGS=1",
		.wants_prompt = true },
	/* one prompt only; what echoes after it is an echo still */
	{ .in = "\r\n> 0011\x1A\r\n+CMGS: 1\r\n",
		.out = "<prompt><echo>[+CMGS: 1]",
		.echo = "0011",
		.wants_prompt = true },
	{ .in = "+CMTI: \"SM\",1\r\n> ",
		.out = "[+CMTI: \"SM\",1]<prompt>",
		.wants_prompt = true },
	{ .in = "a > b\r\n", .out = "[a > b]", .wants_prompt = true },
	/* nobody waits: the prompt's remains do not spoil the next line */
	{ .in = "\r\n> \r\nOK\r\n", .out = "<stray>[OK]" },
	{ .in = "\r\n> OK\r\n", .out = "<stray>[OK]" },
	{ .in = "> \r\n> OK\r\n", .out = "<prompt><stray>[OK]", .wants_prompt = true },
	{ .in = "a\tb\x01\x7F\x1B"
		"c\r",
		.out = "[abc]" },
	{ .in = "\xC3\xA9\xFF\r", .out = "[\xC3\xA9\xFF]" },
};

static void check(const struct row *row, size_t first)
{
	struct seen *s = calloc(1, sizeof(*s));
	size_t len = strlen(row->in);

	assert_non_null(s);
	at_line_init(&s->line, on_line, s);
	at_line_set_echo(&s->line, row->echo);
	at_line_want_prompt(&s->line, row->wants_prompt);
	if (first > 0) {
		at_line_feed(&s->line, (const uint8_t *)row->in, first);
		at_line_feed(&s->line, (const uint8_t *)row->in + first, len - first);
	} else {
		for (size_t i = 0; i < len; i++)
			at_line_feed(&s->line, (const uint8_t *)row->in + i, 1);
	}
	assert_string_equal(s->text, row->out);
	free(s);
}

static void split_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t first = 0; first <= strlen(rows[i].in); first++)
			check(&rows[i], first);
}

static void endless_line_is_cut_once(void **state)
{
	struct seen *s = calloc(1, sizeof(*s));
	(void)state;

	assert_non_null(s);
	at_line_init(&s->line, on_line, s);
	for (int i = 0; i < 1000000; i++)
		at_line_feed(&s->line, (const uint8_t *)"x", 1);
	at_line_feed(&s->line, (const uint8_t *)"\r\nOK\r\n", 6);
	assert_string_equal(s->text, "{1024}[OK]");
	free(s);
}

static void longest_line_is_whole(void **state)
{
	struct seen *s = calloc(1, sizeof(*s));
	char text[AT_LINE_MAX + 4] = "";
	(void)state;

	assert_non_null(s);
	at_line_init(&s->line, on_line, s);
	memset(text, 'y', AT_LINE_MAX - 1);
	text[AT_LINE_MAX - 1] = '\n';
	at_line_feed(&s->line, (const uint8_t *)text, AT_LINE_MAX);
	assert_int_equal(strlen(s->text), AT_LINE_MAX - 1 + 2);
	free(s);
}

static void reset_in_callback_drops_the_rest(void **state)
{
	struct seen s = { .resets = true };
	(void)state;

	at_line_init(&s.line, on_line, &s);
	at_line_feed(&s.line, (const uint8_t *)"one\rtwo\rthree\r", 14);
	assert_string_equal(s.text, "[one]");
	at_line_feed(&s.line, (const uint8_t *)"four\r", 5);
	assert_string_equal(s.text, "[one][four]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split_everywhere),
		cmocka_unit_test(endless_line_is_cut_once),
		cmocka_unit_test(longest_line_is_whole),
		cmocka_unit_test(reset_in_callback_drops_the_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
