#include "drivers/at/at_line.h"

#include <string.h>

void at_line_init(struct at_line *l, at_line_fn fn, void *user)
{
	*l = (struct at_line){ .fn = fn, .user = user };
}

void at_line_reset(struct at_line *l)
{
	l->generation++;
	l->len = 0;
	l->echo = NULL;
	l->wants_prompt = l->after_prompt = l->is_skipping = false;
}

void at_line_set_echo(struct at_line *l, const char *text)
{
	l->echo = text;
}

void at_line_want_prompt(struct at_line *l, bool on)
{
	l->wants_prompt = on;
}

static bool is_echo(const struct at_line *l)
{
	return l->echo && strlen(l->echo) == l->len &&
	       memcmp(l->echo, l->text, l->len) == 0;
}

static void end_line(struct at_line *l)
{
	bool was_cut = l->is_skipping;

	l->is_skipping = l->after_prompt = false;
	while (l->len > 0 && (l->text[l->len - 1] == ' ' || l->text[l->len - 1] == '\t'))
		l->len--;
	size_t len = l->len;
	l->text[len] = '\0';
	bool echo = is_echo(l);
	l->len = 0;
	if (was_cut || len == 0)
		return;
	if (echo)
		l->fn(l->user, AT_LINE_ECHO, "", 0);
	else
		l->fn(l->user, AT_LINE_TEXT, l->text, len);
}

static void cut_line(struct at_line *l)
{
	l->is_skipping = true;
	l->text[AT_LINE_MAX] = '\0';
	l->len = 0;
	l->fn(l->user, AT_LINE_CUT, l->text, AT_LINE_MAX);
}

/* The '>' at the start of a line. */
static void take_prompt(struct at_line *l)
{
	bool is_wanted = l->wants_prompt;

	l->after_prompt = true;
	l->wants_prompt = false;
	l->fn(l->user, is_wanted ? AT_LINE_PROMPT : AT_LINE_STRAY, "", 0);
}

static void take_byte(struct at_line *l, char c)
{
	if (c == '\r' || c == '\n') {
		end_line(l);
		return;
	}
	if (l->is_skipping || (unsigned char)c < ' ' ||
		c == 0x7F) /* also echoed Ctrl-Z */
		return;
	if (l->len == 0 && c == ' ')
		return;
	if (l->len == 0 && c == '>' && !l->after_prompt) {
		take_prompt(l);
		return;
	}
	l->text[l->len++] = c;
	if (l->len == AT_LINE_MAX)
		cut_line(l);
}

void at_line_feed(struct at_line *l, const uint8_t *data, size_t len)
{
	unsigned generation = l->generation;

	for (size_t i = 0; i < len && l->generation == generation; i++)
		take_byte(l, (char)data[i]);
}
