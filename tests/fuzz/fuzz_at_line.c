/*
 * Oracle: each line is shorter than the limit, terminated, free of control codes; what
 * comes out does not depend on how the bytes are cut, unless a callback resets.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/at/at_line.h"

struct sum {
	uint32_t hash;
	size_t n;
};

static void on_line(void *user, enum at_line_kind kind, const char *text, size_t len)
{
	struct sum *s = user;

	if (text[len] != '\0' || len > AT_LINE_MAX || strlen(text) != len)
		abort();
	if (kind == AT_LINE_TEXT && len == 0)
		abort();
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < ' ' && text[i] != '\t')
			abort();
		s->hash = s->hash * 31 + (unsigned char)text[i];
	}
	s->hash = s->hash * 31 + (uint32_t)kind + 1;
	s->n++;
}

static struct sum run(const uint8_t *data, size_t size, size_t chunk, uint8_t options)
{
	static struct at_line line;
	struct sum sum = { 0 };

	at_line_init(&line, on_line, &sum);
	at_line_want_prompt(&line, options & 1);
	at_line_set_echo(&line, options & 2 ? "AT+CMGS=19" : NULL);
	for (size_t at = 0; at < size; at += chunk)
		at_line_feed(&line, data + at, size - at < chunk ? size - at : chunk);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct sum whole = run(data + 1, size - 1, size, data[0]);
	struct sum bytes = run(data + 1, size - 1, 1, data[0]);
	struct sum odd = run(data + 1, size - 1, 7, data[0]);
	if (whole.hash != bytes.hash || whole.n != bytes.n || whole.hash != odd.hash)
		abort();
	return 0;
}
