#include "firmware/base/text.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "firmware/base/str.h"

#define DISTANCE_MAX 48 /* code points that text_distance() looks at */

/* Characters of our languages that no normal form changes and no neighbour joins; texts
 * of nothing else, which is nearly all of them, need no normalising. */
static const uint32_t stable[][2] = { { 0x0001, 0x02FF }, { 0x0375, 0x037D },
	{ 0x037F, 0x0386 }, { 0x0388, 0x03FF }, { 0x05D0, 0x05EA }, { 0x0621, 0x064A },
	{ 0x0660, 0x0669 }, { 0x0671, 0x06D3 }, { 0x06F0, 0x06F9 }, { 0x10A0, 0x10FF },
	{ 0x1EA0, 0x1EF9 }, { 0x200B, 0x203A }, { 0x20A0, 0x20BF }, { 0xFE0F, 0xFE0F },
	{ 0x1F300, 0x1FAFF } };

static bool is_stable(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(stable) / sizeof(stable[0]); i++) {
		if (cp <= stable[i][1])
			return cp >= stable[i][0];
	}
	return false;
}

static bool is_all_stable(const char *s, size_t len)
{
	uint32_t cp;
	for (size_t at = 0; at < len;) {
		int n = str_utf8_next(s + at, len - at, &cp);
		if (n <= 0 || !is_stable(cp))
			return false;
		at += (size_t)n;
	}
	return true;
}

static enum err put_mapped(
	const char *s, size_t len, utf8proc_option_t options, struct buf *out)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t n = utf8proc_map(
		(const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, &mapped, options);
	if (n < 0)
		return n == UTF8PROC_ERROR_NOMEM || n == UTF8PROC_ERROR_OVERFLOW
			       ? ERR_MEM
			       : ERR_INPUT;
	buf_put(out, mapped, (size_t)n);
	free(mapped);
	return buf_ok(out) ? ERR_OK : ERR_MEM;
}

enum err text_nfc(const char *s, size_t len, struct buf *out)
{
	if (is_all_stable(s, len)) {
		buf_put(out, s, len);
		return buf_ok(out) ? ERR_OK : ERR_MEM;
	}
	if (!str_is_utf8(s, len, NULL))
		return ERR_INPUT;
	return put_mapped(s, len, UTF8PROC_STABLE | UTF8PROC_COMPOSE, out);
}

/* The digit zero of the scripts whose digits come in a row of ten. */
static const uint16_t zeros[] = { 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6,
	0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0,
	0x1810 };

/* Letters that are one for a reader though Unicode keeps them apart. */
static const uint16_t same_letters[][2] = {
	{ 0x064A, 0x06CC }, /* Arabic yeh: Persian yeh */
	{ 0x0649, 0x06CC }, /* alef maksura */
	{ 0x06D2, 0x06CC }, /* yeh barree */
	{ 0x0643, 0x06A9 }, /* Arabic kaf: keheh */
	{ 0x0629, 0x0647 }, /* teh marbuta: heh */
	{ 0x06C0, 0x0647 },
	{ 0x06C1, 0x0647 },
	{ 0x06BE, 0x0647 },
	{ 0x0671, 0x0627 },
	{ 0x0131, 'i' },
};

/* strip: the Vietnamese d with stroke, which people leave out, counts as a mark. */
static uint32_t unify(uint32_t cp, bool strip)
{
	if (strip && cp == 0x0111)
		return 'd';
	if (cp < 0x80)
		return cp;
	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
		if (cp >= zeros[i] && cp < (uint32_t)zeros[i] + 10)
			return '0' + (cp - zeros[i]);
	}
	for (size_t i = 0; i < sizeof(same_letters) / sizeof(same_letters[0]); i++) {
		if (cp == same_letters[i][0])
			return same_letters[i][1];
	}
	return cp;
}

/* Apostrophes join ("don't" is dont); whatever else is no letter or digit parts. */
static bool is_joiner(uint32_t cp)
{
	return cp == '\'' || cp == '`' || cp == 0x2019 || cp == 0x2018 || cp == 0x02BC ||
	       cp == 0x05F3 || cp == 0x05F4 || cp == 0x00B4;
}

static bool is_word(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') ||
		       (cp >= 'A' && cp <= 'Z');
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_MN: /* where they were not stripped */
	case UTF8PROC_CATEGORY_MC:
		return true;
	default:
		return false;
	}
}

static void put_words(const char *s, size_t len, bool strip, struct buf *out)
{
	size_t start = out->len;
	bool gap = false;
	uint32_t cp;
	for (size_t at = 0; at < len;) {
		int n = str_utf8_next(s + at, len - at, &cp);
		if (n <= 0)
			return;
		at += (size_t)n;
		cp = unify(cp, strip);
		if (is_joiner(cp))
			continue;
		if (!is_word(cp)) {
			gap = true;
			continue;
		}
		if (gap && out->len > start)
			buf_putc(out, ' ');
		gap = false;
		char utf8[4];
		buf_put(out, utf8, str_utf8_put(cp, utf8));
	}
}

static enum err fold(
	const char *s, size_t len, utf8proc_option_t options, struct buf *out)
{
	if (!str_is_utf8(s, len, NULL))
		return ERR_INPUT;
	struct buf plain;
	buf_init(&plain, len * 20 + 64); /* NFKC expands one character to 18 at most */
	enum err err = put_mapped(s, len,
		options | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
			UTF8PROC_IGNORE | UTF8PROC_CASEFOLD,
		&plain);
	if (!err)
		put_words(buf_str(&plain), plain.len, options & UTF8PROC_STRIPMARK, out);
	buf_fini(&plain);
	if (err)
		return err;
	return buf_ok(out) ? ERR_OK : ERR_MEM;
}

enum err text_fold(const char *s, size_t len, struct buf *out)
{
	return fold(s, len, UTF8PROC_STRIPMARK, out);
}

enum err text_fold_marked(const char *s, size_t len, struct buf *out)
{
	return fold(s, len, 0, out);
}

size_t text_width(const char *s)
{
	size_t width = 0, len = strlen(s);
	uint32_t cp;
	for (size_t at = 0; at < len;) {
		int n = str_utf8_next(s + at, len - at, &cp);
		if (n <= 0)
			break;
		at += (size_t)n;
		int w = utf8proc_charwidth((utf8proc_int32_t)cp);
		width += w > 0 ? (size_t)w : 0;
	}
	return width;
}

static size_t code_points(const char *s, uint32_t out[DISTANCE_MAX])
{
	size_t n = 0, len = strlen(s);
	for (size_t at = 0; at < len && n < DISTANCE_MAX; n++) {
		int step = str_utf8_next(s + at, len - at, &out[n]);
		if (step <= 0)
			break;
		at += (size_t)step;
	}
	return n;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;
	return m < c ? m : c;
}

unsigned text_distance(const char *a, const char *b, unsigned limit)
{
	uint32_t x[DISTANCE_MAX], y[DISTANCE_MAX];
	unsigned rows[3][DISTANCE_MAX + 1];
	size_t nx = code_points(a, x), ny = code_points(b, y);
	if (nx > ny + limit || ny > nx + limit)
		return limit + 1;
	for (size_t j = 0; j <= ny; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= nx; i++) {
		unsigned *row = rows[i % 3], *up = rows[(i + 2) % 3];
		const unsigned *up2 = rows[(i + 1) % 3];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= ny; j++) {
			unsigned differs = x[i - 1] == y[j - 1] ? 0 : 1;
			row[j] = least(up[j] + 1, row[j - 1] + 1, up[j - 1] + differs);
			if (i > 1 && j > 1 && x[i - 1] == y[j - 2] &&
				x[i - 2] == y[j - 1] && up2[j - 2] + 1 < row[j])
				row[j] = up2[j - 2] + 1;
		}
	}
	unsigned steps = rows[nx % 3][ny];
	return steps > limit ? limit + 1 : steps;
}

size_t text_utf16_len(const char *s, size_t bytes)
{
	size_t units = 0;
	uint32_t cp;
	for (size_t at = 0; at < bytes;) {
		int n = str_utf8_next(s + at, bytes - at, &cp);
		if (n <= 0)
			break;
		at += (size_t)n;
		units += cp >= 0x10000 ? 2 : 1;
	}
	return units;
}
