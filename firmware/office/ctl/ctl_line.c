#include "firmware/office/ctl/ctl_line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"

#define ANSWER_MAX (1024u * 1024u)

static void key_put(struct buf *b, const char *key)
{
	char last = b->len > 0 ? b->data[b->len - 1] : '{';
	if (last != '{' && last != '[')
		buf_putc(b, ',');
	if (key == NULL)
		return;
	buf_putc(b, '"');
	buf_puts(b, key);
	buf_put(b, "\":", 2);
}

/* What may stand in a JSON string as it is. */
static size_t plain_len(const char *text, size_t len)
{
	size_t n = 0;
	while (n < len && (unsigned char)text[n] >= 0x20 && text[n] != '"' &&
		text[n] != '\\')
		n++;
	return n;
}

void line_text(struct buf *b, const char *key, const char *text, size_t len)
{
	key_put(b, key);
	buf_putc(b, '"');
	for (size_t pos = 0; pos < len;) {
		size_t plain = plain_len(text + pos, len - pos);
		buf_put(b, text + pos, plain);
		pos += plain;
		if (pos == len)
			break;
		if (text[pos] == '"' || text[pos] == '\\') {
			buf_putc(b, '\\');
			buf_putc(b, text[pos]);
		} else if (text[pos] == '\n') {
			buf_put(b, "\\n", 2);
		} else {
			buf_printf(b, "\\u%04X", (unsigned char)text[pos]);
		}
		pos++;
	}
	buf_putc(b, '"');
}

void line_name(struct buf *b, const char *key, const char *name)
{
	line_text(b, key, name, strlen(name));
}

void line_number(struct buf *b, const char *key, int64_t number)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	do
		digits[--at] = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (number < 0)
		digits[--at] = '-';
	key_put(b, key);
	buf_put(b, digits + at, sizeof(digits) - at);
}

void line_bool(struct buf *b, const char *key, bool value)
{
	key_put(b, key);
	buf_puts(b, value ? "true" : "false");
}

void line_null(struct buf *b, const char *key)
{
	key_put(b, key);
	buf_puts(b, "null");
}

void line_hex(struct buf *b, const char *key, const uint8_t *data, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	key_put(b, key);
	buf_putc(b, '"');
	for (size_t i = 0; i < len; i++) {
		buf_putc(b, digits[data[i] >> 4]);
		buf_putc(b, digits[data[i] & 15]);
	}
	buf_putc(b, '"');
}

void line_open(struct buf *b, const char *key, char bracket)
{
	key_put(b, key);
	buf_putc(b, bracket);
}

void line_close(struct buf *b, char bracket)
{
	buf_putc(b, bracket);
}

static bool line_answer(struct ctl *c, line_fn fn, const char *line, struct buf *out)
{
	const char *why = "too long";
	buf_reset(out);
	bool done = fn(c, line, out, &why) && buf_ok(out);
	if (!done) {
		buf_reset(out);
		line_open(out, NULL, '{');
		line_name(out, "error", why);
		line_close(out, '}');
	}
	buf_putc(out, '\n');
	(void)fwrite(buf_str(out), 1, out->len, stdout); /* line_each() looks */
	return done;
}

static bool input_each(struct ctl *c, line_fn fn, struct buf *out)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	bool all = true;
	while (!ferror(stdout) && (len = getline(&line, &size, stdin)) >= 0) {
		while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			line[--len] = '\0';
		if (len > 0 && !line_answer(c, fn, line, out))
			all = false;
	}
	free(line);
	return all;
}

int line_each(struct ctl *c, line_fn fn)
{
	struct buf out;
	bool all = true;
	buf_init(&out, ANSWER_MAX);
	if (c->n_words == 0)
		all = input_each(c, fn, &out);
	for (size_t i = 0; i < c->n_words; i++)
		all = line_answer(c, fn, c->words[i], &out) && all;
	buf_fini(&out);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "chaparctl: output: %s\n", strerror(errno));
		return CTL_FAILED;
	}
	return all ? CTL_OK : CTL_FAILED;
}
