#include "firmware/office/import/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "firmware/base/str.h"

#define OUT_OCTETS 4096

static const struct {
	const char *name;  /* as shown */
	const char *iconv; /* NULL: no conversion */
} charsets[CHARSET_COUNT] = {
	[CHARSET_UTF8] = { "utf-8", NULL },
	[CHARSET_UTF16LE] = { "utf-16le", "UTF-16LE" },
	[CHARSET_UTF16BE] = { "utf-16be", "UTF-16BE" },
	[CHARSET_WINDOWS_1252] = { "windows-1252", "CP1252" },
	[CHARSET_WINDOWS_1253] = { "windows-1253", "CP1253" },
	[CHARSET_WINDOWS_1255] = { "windows-1255", "CP1255" },
	[CHARSET_WINDOWS_1256] = { "windows-1256", "CP1256" },
	[CHARSET_WINDOWS_1258] = { "windows-1258", "CP1258" },
};

static const struct {
	const char *name; /* lower case, letters and digits only */
	enum charset charset;
} aliases[] = {
	{ "utf8", CHARSET_UTF8 },
	{ "ascii", CHARSET_UTF8 },
	{ "utf16", CHARSET_UTF16LE },
	{ "utf16le", CHARSET_UTF16LE },
	{ "utf16be", CHARSET_UTF16BE },
	{ "latin1", CHARSET_WINDOWS_1252 },
	{ "iso88591", CHARSET_WINDOWS_1252 },
	{ "iso88597", CHARSET_WINDOWS_1253 },
	{ "greek", CHARSET_WINDOWS_1253 },
	{ "iso88598", CHARSET_WINDOWS_1255 },
	{ "hebrew", CHARSET_WINDOWS_1255 },
	{ "iso88596", CHARSET_WINDOWS_1256 },
	{ "arabic", CHARSET_WINDOWS_1256 },
	{ "vietnamese", CHARSET_WINDOWS_1258 },
};

/* The code page that a spreadsheet of this country writes. */
static const struct {
	char country[3];
	enum charset charset;
} by_country[] = {
	{ "GR", CHARSET_WINDOWS_1253 },
	{ "CY", CHARSET_WINDOWS_1253 },
	{ "IL", CHARSET_WINDOWS_1255 },
	{ "IR", CHARSET_WINDOWS_1256 },
	{ "AF", CHARSET_WINDOWS_1256 },
	{ "IQ", CHARSET_WINDOWS_1256 },
	{ "AE", CHARSET_WINDOWS_1256 },
	{ "VN", CHARSET_WINDOWS_1258 },
};

const char *charset_name(enum charset charset)
{
	return charsets[charset].name;
}

bool charset_find(const char *name, enum charset *out)
{
	char plain[24];
	size_t n = 0;
	for (; *name && n + 1 < sizeof(plain); name++) {
		char c = *name;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			plain[n++] = c;
	}
	plain[n] = '\0';
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (str_eq(plain, aliases[i].name)) {
			*out = aliases[i].charset;
			return true;
		}
	}
	const char *digits = str_starts(plain, "windows") ? plain + 7
			     : str_starts(plain, "cp")	  ? plain + 2
							  : "";
	for (int i = CHARSET_WINDOWS_1252; i < CHARSET_COUNT; i++) {
		if (str_eq(digits, charsets[i].name + 8)) {
			*out = (enum charset)i;
			return true;
		}
	}
	return false;
}

static const struct {
	const char *magic;
	size_t len;
	const char *name;
} binaries[] = {
	{ "PK\x03\x04", 4, "an Excel workbook (.xlsx) or another zip file" },
	{ "\xD0\xCF\x11\xE0", 4, "an old Excel workbook (.xls)" },
	{ "%PDF", 4, "a PDF document" },
	{ "\x89PNG", 4, "a picture" },
	{ "\xFF\xD8\xFF", 3, "a picture" },
	{ "GIF8", 4, "a picture" },
	{ "\x1F\x8B", 2, "a compressed file (.gz)" },
	{ "SQLite format 3", 15, "a database" },
	{ "{\\rtf", 5, "a text processor's document" },
};

const char *charset_binary_name(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < sizeof(binaries) / sizeof(binaries[0]); i++) {
		if (len >= binaries[i].len &&
			memcmp(data, binaries[i].magic, binaries[i].len) == 0)
			return binaries[i].name;
	}
	return NULL;
}

/* UTF-16 without a mark: text of any of our scripts has many line ends, blanks, digits
 * and separators, whose high octet is zero. */
static bool is_utf16(const struct charset_sample *s, bool big)
{
	size_t zeros = 0, pairs = s->len / 2;
	for (size_t i = 0; i < pairs; i++) {
		uint8_t high = s->data[2 * i + (big ? 0 : 1)];
		uint8_t low = s->data[2 * i + (big ? 1 : 0)];
		if (high == 0 && low == 0)
			return false;
		zeros += high == 0 && low < 0x80;
	}
	return pairs >= 4 && zeros * 5 > pairs;
}

static bool has_control(const struct charset_sample *s)
{
	for (size_t i = 0; i < s->len; i++) {
		uint8_t c = s->data[i];
		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != 0x0C &&
			c != 0x1A)
			return true;
	}
	return false;
}

static bool is_utf8(const struct charset_sample *s)
{
	size_t bad;
	if (str_is_utf8((const char *)s->data, s->len, &bad))
		return true;
	/* The sample may end inside a character. */
	return !s->is_whole && s->len - bad < 4 && (s->data[bad] & 0xC0) == 0xC0;
}

static bool is_plain(const struct charset_sample *s)
{
	for (size_t i = 0; i < s->len; i++) {
		if (s->data[i] >= 0x80)
			return false;
	}
	return true;
}

/* Without a country: Hebrew letters lie at E0 to FA in 1255 with nothing in the capitals'
 * place; Greek has letters in both halves and the tonos letters DC to DF. */
static enum charset guess_page(const struct charset_sample *s)
{
	size_t low = 0, high = 0, tonos = 0;
	for (size_t i = 0; i < s->len; i++) {
		low += s->data[i] >= 0xC1 && s->data[i] <= 0xD9;
		high += s->data[i] >= 0xE0 && s->data[i] <= 0xFA;
		tonos += s->data[i] >= 0xDC && s->data[i] <= 0xDF;
	}
	if (high > 8 && low == 0 && tonos == 0)
		return CHARSET_WINDOWS_1255;
	if (high > 8 && low > 0 && tonos * 12 > low + high)
		return CHARSET_WINDOWS_1253;
	return CHARSET_WINDOWS_1252;
}

enum charset_guess charset_guess(
	const struct charset_sample *s, enum charset *out, size_t *bom)
{
	*bom = 0;
	if (s->len >= 3 && memcmp(s->data, "\xEF\xBB\xBF", 3) == 0) {
		*bom = 3;
		*out = CHARSET_UTF8;
		return CHARSET_GUESS_SURE;
	}
	if (s->len >= 2 && (memcmp(s->data, "\xFF\xFE", 2) == 0 ||
				   memcmp(s->data, "\xFE\xFF", 2) == 0)) {
		*bom = 2;
		*out = s->data[0] == 0xFF ? CHARSET_UTF16LE : CHARSET_UTF16BE;
		return CHARSET_GUESS_SURE;
	}
	if (charset_binary_name(s->data, s->len))
		return CHARSET_GUESS_BINARY;
	if (has_control(s)) {
		bool big = is_utf16(s, true);
		if (!big && !is_utf16(s, false))
			return CHARSET_GUESS_BINARY;
		*out = big ? CHARSET_UTF16BE : CHARSET_UTF16LE;
		return CHARSET_GUESS_LIKELY;
	}
	*out = CHARSET_UTF8;
	if (is_utf8(s))
		return is_plain(s) ? CHARSET_GUESS_LIKELY : CHARSET_GUESS_SURE;
	*out = guess_page(s);
	for (size_t i = 0; i < sizeof(by_country) / sizeof(by_country[0]); i++) {
		if (s->country && str_eq(s->country, by_country[i].country))
			*out = by_country[i].charset;
	}
	return CHARSET_GUESS_LIKELY;
}

enum err charset_open(struct charset_stream *c, enum charset charset)
{
	*c = (struct charset_stream){ .charset = charset };
	if (!charsets[charset].iconv)
		return ERR_OK;
	iconv_t cd = iconv_open("UTF-8", charsets[charset].iconv);
	if (cd == (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr): POSIX's own value */
		return ERR_UNSUPPORTED;
	c->cd = cd;
	return ERR_OK;
}

void charset_close(struct charset_stream *c)
{
	if (c->cd)
		iconv_close(c->cd);
	c->cd = NULL;
}

static enum err bad(struct charset_stream *c, uint64_t at)
{
	c->bad_at = at;
	return ERR_INPUT;
}

/* Octets at the end of s[len] that may begin a character whose rest is yet to come. */
static size_t unfinished_utf8(const char *s, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char c = (unsigned char)s[len - back];
		if ((c & 0xC0) == 0x80)
			continue;
		size_t need = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
		return need > back ? back : 0;
	}
	return 0;
}

/* s[len] are whole characters but for an unfinished one at the end, which is kept. */
static enum err feed_utf8(
	struct charset_stream *c, const char *s, size_t len, struct buf *out)
{
	size_t keep = unfinished_utf8(s, len), at = 0;
	if (!str_is_utf8(s, len - keep, &at)) {
		buf_put(out, s, at); /* the rows before it are read all the same */
		return bad(c, c->octets + at);
	}
	buf_put(out, s, len - keep);
	memcpy(c->tail, s + len - keep, keep);
	c->tail_len = keep;
	return buf_ok(out) ? ERR_OK : ERR_MEM;
}

static enum err feed_iconv(
	struct charset_stream *c, const char *s, size_t len, struct buf *out)
{
	char *in = (char *)(uintptr_t)s; /* iconv() does not write there */
	size_t left = len;
	while (left) {
		char text[OUT_OCTETS], *to = text;
		size_t room = sizeof(text);
		size_t n = iconv(c->cd, &in, &left, &to, &room);
		buf_put(out, text, sizeof(text) - room);
		if (n != (size_t)-1 || errno == E2BIG)
			continue;
		if (errno != EINVAL || left > sizeof(c->tail))
			return bad(c, c->octets + (len - left));
		break;
	}
	memcpy(c->tail, in, left);
	c->tail_len = left;
	return buf_ok(out) ? ERR_OK : ERR_MEM;
}

static enum err feed(struct charset_stream *c, const char *s, size_t len, struct buf *out)
{
	enum err err = c->cd ? feed_iconv(c, s, len, out) : feed_utf8(c, s, len, out);
	if (!err)
		c->octets += len - c->tail_len;
	return err;
}

enum err charset_feed(
	struct charset_stream *c, const void *data, size_t len, struct buf *out)
{
	const char *s = data;
	/* The tail of the last call is finished octet by octet: at most three of them. */
	while (c->tail_len && len) {
		char joined[sizeof(c->tail) + 1];
		size_t n = c->tail_len;
		if (n >= sizeof(c->tail))
			return bad(c, c->octets);
		memcpy(joined, c->tail, n);
		joined[n++] = *s++;
		len--;
		c->tail_len = 0;
		enum err err = feed(c, joined, n, out);
		if (err)
			return err;
	}
	return len ? feed(c, s, len, out) : ERR_OK;
}

enum err charset_end(struct charset_stream *c, struct buf *out)
{
	if (c->tail_len)
		return bad(c, c->octets);
	if (!c->cd)
		return ERR_OK;
	/* Code pages with combining marks hold a letter back until the next one. */
	char text[64], *to = text;
	size_t room = sizeof(text);
	if (iconv(c->cd, NULL, NULL, &to, &room) == (size_t)-1)
		return bad(c, c->octets);
	buf_put(out, text, sizeof(text) - room);
	return buf_ok(out) ? ERR_OK : ERR_MEM;
}
