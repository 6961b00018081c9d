#include "firmware/sms/balance.h"

#include <stddef.h>
#include <string.h>

#include "firmware/base/str.h"

#define MARK "{amount}"
#define MARK_LEN 8
#define MILLION INT64_C(1000000)
#define WHOLE_MAX INT64_C(1000000000000) /* beyond, it is no balance */

static bool is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x202F;
}

static uint32_t lower(uint32_t c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* The code point at *s, which moves on; 0 at the end and for what is not UTF-8. */
static uint32_t next(const char **s, const char *end)
{
	uint32_t c = 0;
	int n = str_utf8_next(*s, (size_t)(end - *s), &c);

	if (n <= 0)
		return 0;
	*s += n;
	return c;
}

static const char *skip_space(const char *s, const char *end)
{
	const char *at = s;

	while (s < end && is_space(next(&at, end)))
		s = at;
	return s;
}

/* Where words end in text, if they stand at its start; NULL: they do not. */
static const char *match_words(
	const char *words, const char *words_end, const char *text, const char *end)
{
	while (words < words_end) {
		const char *w = words, *t = text;
		uint32_t a = next(&w, words_end), b = next(&t, end);
		if (is_space(a)) {
			words = skip_space(words, words_end);
			text = skip_space(text, end);
			continue;
		}
		if (a == 0 || lower(a) != lower(b))
			return NULL;
		words = w;
		text = t;
	}
	return text;
}

static int digit_of(uint32_t c)
{
	static const uint32_t zeros[] = { '0', 0x660, 0x6F0 }; /* Arabic, Persian */

	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
		if (c >= zeros[i] && c <= zeros[i] + 9)
			return (int)(c - zeros[i]);
	}
	return -1;
}

static bool is_point(uint32_t c)
{
	return c == '.' || c == ',' || c == 0x66B; /* Arabic decimal separator */
}

static bool parts_thousands(uint32_t c)
{
	return is_point(c) || c == 0x66C || c == '\'' || c == 0xA0 || c == 0x202F;
}

struct number {
	const char *end;      /* behind its last digit */
	int64_t whole;	      /* all digits, as if there were no separator */
	unsigned since_point; /* digits behind the last separator */
	bool has_point, is_arabic_point;
};

static bool add_digit(struct number *n, int digit)
{
	if (n->whole > WHOLE_MAX)
		return false;
	n->whole = n->whole * 10 + digit;
	n->since_point++;
	return true;
}

/* All digits as one integer, and how many of them follow the last separator. */
static bool read_digits(const char *s, const char *end, struct number *out)
{
	const char *at = s;
	uint32_t c = next(&at, end);

	*out = (struct number){ .end = s };
	while (digit_of(c) >= 0) {
		if (!add_digit(out, digit_of(c)))
			return false;
		out->end = at;
		c = next(&at, end);
		const char *behind = at;
		uint32_t after = next(&behind, end);
		if (!parts_thousands(c) || digit_of(after) < 0)
			continue;
		out->has_point = is_point(c);
		out->is_arabic_point = c == 0x66B;
		out->since_point = 0;
		c = after;
		at = behind;
	}
	return out->end > s;
}

/* An amount at the start of s. */
static const char *read_amount(const char *s, const char *end, int64_t *out)
{
	const char *at = s;
	bool is_negative = s < end && *s == '-';
	struct number n;

	if (is_negative)
		at = s + 1;
	if (!read_digits(at, end, &n))
		return NULL;
	bool is_decimal = n.has_point && (n.since_point != 3 || n.is_arabic_point);
	int64_t value = n.whole * MILLION;
	if (is_decimal && n.since_point > 6)
		return NULL;
	for (unsigned i = 0; is_decimal && i < n.since_point; i++)
		value /= 10;
	*out = is_negative ? -value : value;
	return n.end;
}

bool balance_pattern_is_valid(const char *pattern)
{
	const char *mark = strstr(pattern, MARK);
	size_t len = strlen(pattern);

	return mark && len < BALANCE_PATTERN_MAX && !strstr(mark + 1, MARK) &&
	       len > MARK_LEN && str_is_utf8(pattern, len, NULL);
}

/* The amount that starts at or after s, right behind the words before it. */
static bool matches_at(const char *pattern, const char *s, const char *end, int64_t *out)
{
	const char *mark = strstr(pattern, MARK);
	const char *behind = match_words(pattern, mark, s, end);

	if (!behind)
		return false;
	behind = read_amount(skip_space(behind, end), end, out);
	if (!behind)
		return false;
	const char *words = skip_space(mark + MARK_LEN, pattern + strlen(pattern));
	return match_words(words, pattern + strlen(pattern), skip_space(behind, end),
		       end) != NULL;
}

/* Not from within a number: "12" has no amount of 2. */
static bool may_start(const char *pattern, const char *text, const char *s)
{
	bool starts_with_amount = strncmp(pattern, MARK, MARK_LEN) == 0;

	return !starts_with_amount || s == text || digit_of((unsigned char)s[-1]) < 0;
}

enum err balance_find(const char *pattern, const char *text, int64_t *out)
{
	const char *end = text + strlen(text);
	int64_t amount = 0;

	if (!balance_pattern_is_valid(pattern))
		return ERR_ARG;
	for (const char *s = text; s < end; s++) {
		bool is_inside = ((unsigned char)*s & 0xC0) == 0x80;
		if (is_inside || !may_start(pattern, text, s) ||
			!matches_at(pattern, s, end, &amount))
			continue;
		*out = amount;
		return ERR_OK;
	}
	return ERR_NOTFOUND;
}
