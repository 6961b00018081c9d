#include "drivers/at/at_field.h"

#include <string.h>
#include <strings.h>

#include "firmware/base/str.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool at_field_prefix(const char *text, size_t len, const char *prefix, size_t *out_rest)
{
	size_t n = strlen(prefix);

	if (len < n || strncasecmp(text, prefix, n) != 0)
		return false;
	while (n < len && is_blank(text[n]))
		n++;
	*out_rest = n;
	return true;
}

static void trim(struct at_field *f)
{
	while (f->len > 0 && is_blank(f->text[0])) {
		f->text++;
		f->len--;
	}
	while (f->len > 0 && is_blank(f->text[f->len - 1]))
		f->len--;
	f->is_quoted = f->len >= 2 && f->text[0] == '"' && f->text[f->len - 1] == '"';
	if (f->is_quoted) {
		f->text++;
		f->len -= 2;
	}
}

bool at_field_split(
	const char *text, size_t len, struct at_field *out, size_t max, size_t *out_n)
{
	size_t n = 0, start = 0;
	bool in_quotes = false;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] == '"')
			in_quotes = !in_quotes;
		if (i < len && (text[i] != ',' || in_quotes))
			continue;
		if (n == max)
			return false;
		out[n] = (struct at_field){ .text = text + start, .len = i - start };
		trim(&out[n++]);
		start = i + 1;
	}
	*out_n = n;
	return true;
}

bool at_field_uint(const struct at_field *f, uint16_t max, uint16_t *out)
{
	uint64_t v;

	if (!str_to_u64(f->text, f->len, max, &v))
		return false;
	*out = (uint16_t)v;
	return true;
}

bool at_field_eq(const struct at_field *f, const char *text)
{
	return f->len == strlen(text) && strncasecmp(f->text, text, f->len) == 0;
}
