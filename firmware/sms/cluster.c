#include "firmware/sms/cluster.h"

#include "firmware/base/str.h"

#define FIRST_CLASSED 0xA9    /* no character below this is in the table */
#define FIRST_EXTENDING 0x300 /* nor goes with its neighbour below this */

enum cluster_class cluster_class_of(uint32_t code_point)
{
	size_t low = 0, high = code_point < FIRST_CLASSED ? 0 : CLUSTER_RANGES;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct cluster_range *r = &cluster_ranges[middle];
		if (code_point > r->last)
			low = middle + 1;
		else if (code_point < r->first)
			high = middle;
		else
			return r->class;
	}
	return CLUSTER_OTHER;
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* The start of the character before pos; pos > 0. */
static size_t before(const char *text, size_t pos)
{
	do
		pos--;
	while (pos > 0 && is_continuation(text[pos]));
	return pos;
}

static uint32_t code_point_at(const char *text, size_t len, size_t pos)
{
	uint32_t code_point = 0;
	(void)str_utf8_next(text + pos, len - pos, &code_point); /* it is UTF-8 */
	return code_point;
}

static enum cluster_class class_at(const char *text, size_t len, size_t pos)
{
	return cluster_class_of(code_point_at(text, len, pos));
}

/* The start of the character before pos that is not a mere mark; pos if there is none. */
static size_t before_marks(const char *text, size_t len, size_t pos, bool *has_linker)
{
	while (pos > 0) {
		pos = before(text, pos);
		enum cluster_class class = class_at(text, len, pos);
		if (class == CLUSTER_LINKER)
			*has_linker = true;
		else if (class != CLUSTER_EXTEND && class != CLUSTER_JOINER)
			break;
	}
	return pos;
}

/* UAX #29 GB11 and GB9c: joiner or linker since the last character of the same class. */
static bool is_bound(const char *text, size_t len, size_t pos, enum cluster_class class)
{
	enum cluster_class last = class_at(text, len, before(text, pos));
	bool may_bind = class == CLUSTER_PICTURE
				? last == CLUSTER_JOINER
				: last == CLUSTER_LINKER || last == CLUSTER_EXTEND ||
					  last == CLUSTER_JOINER;
	bool has_linker = false;
	if (!may_bind)
		return false;
	size_t base = before_marks(text, len, pos, &has_linker);
	return class_at(text, len, base) == class &&
	       (class == CLUSTER_PICTURE || has_linker);
}

/* GB12: an odd number of them before this one. */
static bool is_second_of_flag(const char *text, size_t len, size_t pos)
{
	bool odd = false;
	while (pos > 0) {
		pos = before(text, pos);
		if (class_at(text, len, pos) != CLUSTER_FLAG)
			break;
		odd = !odd;
	}
	return odd;
}

/* GB6 to GB8. */
static bool is_hangul_bound(
	enum cluster_class last, bool last_is_open, enum cluster_class c)
{
	if (c == CLUSTER_HANGUL_T)
		return last == CLUSTER_HANGUL_V || last == CLUSTER_HANGUL_T ||
		       last == CLUSTER_HANGUL_S;
	if (c == CLUSTER_HANGUL_V)
		return last == CLUSTER_HANGUL_L || last == CLUSTER_HANGUL_V ||
		       (last == CLUSTER_HANGUL_S && last_is_open);
	return last == CLUSTER_HANGUL_L;
}

/* A syllable without a final consonant, which a vowel may follow. */
static bool is_open_syllable(uint32_t code_point)
{
	return (code_point - 0xAC00) % 28 == 0;
}

static bool is_line_end(uint32_t code_point)
{
	return code_point == '\n' || code_point == '\r';
}

bool cluster_is_boundary(const char *text, size_t len, size_t pos)
{
	if (pos == 0 || pos >= len)
		return true;
	uint32_t next = code_point_at(text, len, pos);
	uint32_t last = code_point_at(text, len, before(text, pos));
	if (next < FIRST_EXTENDING && last < FIRST_EXTENDING)
		return !(last == '\r' && next == '\n');
	enum cluster_class last_class = cluster_class_of(last);
	enum cluster_class class = cluster_class_of(next);
	if (is_line_end(last) || is_line_end(next))
		return true;
	if (last_class == CLUSTER_PREFIX)
		return false;
	switch (class) {
	case CLUSTER_EXTEND:
	case CLUSTER_JOINER:
	case CLUSTER_LINKER:
		return false;
	case CLUSTER_CONSONANT:
	case CLUSTER_PICTURE:
		return !is_bound(text, len, pos, class);
	case CLUSTER_FLAG:
		return !is_second_of_flag(text, len, pos);
	case CLUSTER_HANGUL_L:
	case CLUSTER_HANGUL_V:
	case CLUSTER_HANGUL_T:
	case CLUSTER_HANGUL_S:
		return !is_hangul_bound(last_class, is_open_syllable(last), class);
	case CLUSTER_PREFIX:
	case CLUSTER_OTHER:
		break;
	}
	return true;
}

size_t cluster_floor(const char *text, size_t len, size_t start, size_t pos)
{
	size_t at = pos;
	while (at > start && !cluster_is_boundary(text, len, at))
		at = before(text, at);
	return at > start ? at : pos;
}

size_t cluster_next(const char *text, size_t len, size_t pos)
{
	do
		pos++;
	while (pos < len &&
		(is_continuation(text[pos]) || !cluster_is_boundary(text, len, pos)));
	return pos;
}
