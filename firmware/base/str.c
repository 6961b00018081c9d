#include "firmware/base/str.h"

#include <stdio.h>
#include <string.h>

bool str_copy_n(char *dst, size_t size, const char *src, size_t len)
{
	if (size == 0)
		return false;
	size_t n = len < size ? len : size - 1;
	memcpy(dst, src, n);
	dst[n] = '\0';
	return n == len;
}

bool str_copy(char *dst, size_t size, const char *src)
{
	return str_copy_n(dst, size, src, strlen(src));
}

__attribute__((format(printf, 3, 0))) static bool format_at(
	char *dst, size_t size, const char *fmt, va_list ap)
{
	if (size == 0)
		return false;
	int n = vsnprintf(dst, size, fmt, ap);
	return n >= 0 && (size_t)n < size;
}

bool str_format(char *dst, size_t size, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	bool ok = format_at(dst, size, fmt, ap);
	va_end(ap);
	return ok;
}

bool str_append(char *dst, size_t size, const char *src)
{
	size_t used = strnlen(dst, size);
	return used < size && str_copy(dst + used, size - used, src);
}

bool str_append_format(char *dst, size_t size, const char *fmt, ...)
{
	size_t used = strnlen(dst, size);
	va_list ap;
	va_start(ap, fmt);
	bool ok = used < size && format_at(dst + used, size - used, fmt, ap);
	va_end(ap);
	return ok;
}

bool str_eq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static int ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

bool str_eq_nocase(const char *a, const char *b)
{
	while (*a && ascii_lower(*a) == ascii_lower(*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

bool str_to_u64(const char *s, size_t len, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(s[i] - '0');
		if (digit > max || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Moves past the zeros in front; the length of the number that follows. */
static size_t number_len(const char **s)
{
	size_t n = 0;

	while (**s == '0')
		(*s)++;
	while (is_digit((*s)[n]))
		n++;
	return n;
}

/* Both stand at a number. Moves past both where they are equal. */
static int compare_numbers(const char **a, const char **b)
{
	size_t n = number_len(a), m = number_len(b);

	if (n != m)
		return n < m ? -1 : 1;
	int order = memcmp(*a, *b, n);
	*a += n;
	*b += n;
	return order;
}

int str_compare_natural(const char *a, const char *b)
{
	const char *whole_a = a, *whole_b = b;

	while (*a && *b) {
		int order = 0;
		if (is_digit(*a) && is_digit(*b))
			order = compare_numbers(&a, &b);
		else
			order = (unsigned char)*a++ - (unsigned char)*b++;
		if (order != 0)
			return order;
	}
	if (*a || *b)
		return *a ? 1 : -1;
	return strcmp(whole_a, whole_b); /* they differ in zeros alone, if at all */
}

bool str_to_i64(const char *s, size_t len, int64_t *out)
{
	bool negative = len > 0 && s[0] == '-';
	uint64_t value;

	if (!str_to_u64(s + negative, len - negative, INT64_MAX, &value))
		return false;
	*out = negative ? -(int64_t)value : (int64_t)value;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool str_from_hex(const char *s, size_t len, uint8_t *out, size_t size, size_t *out_len)
{
	if (len % 2 || len / 2 > size)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (hex_digit(s[i]) < 0)
			return false;
	}
	for (size_t i = 0; i < len / 2; i++)
		out[i] = (uint8_t)(hex_digit(s[2 * i]) * 16 + hex_digit(s[2 * i + 1]));
	*out_len = len / 2;
	return true;
}

bool str_to_hex(char *dst, size_t size, const uint8_t *data, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";

	if (size == 0 || len > (size - 1) / 2)
		return false;
	for (size_t i = 0; i < len; i++) {
		dst[2 * i] = digits[data[i] >> 4];
		dst[2 * i + 1] = digits[data[i] & 15];
	}
	dst[2 * len] = '\0';
	return true;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

char *str_trim(char *s)
{
	while (is_space(*s))
		s++;
	size_t len = strlen(s);
	while (len > 0 && is_space(s[len - 1]))
		s[--len] = '\0';
	return s;
}

int str_utf8_next(const char *s, size_t len, uint32_t *out)
{
	/* RFC 3629 3: by length, the lead byte's payload mask and the least code point.
	 */
	static const uint8_t mask[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (len == 0)
		return 0;
	uint8_t lead = (uint8_t)s[0];
	int n = lead < 0x80		      ? 1
		: lead >= 0xC2 && lead < 0xE0 ? 2
		: lead >= 0xE0 && lead < 0xF0 ? 3
		: lead >= 0xF0 && lead < 0xF5 ? 4
					      : -1;
	if (n < 0 || (size_t)n > len)
		return -1;
	uint32_t cp = lead & mask[n];
	for (int i = 1; i < n; i++) {
		if (((uint8_t)s[i] & 0xC0) != 0x80)
			return -1;
		cp = cp << 6 | ((uint8_t)s[i] & 0x3F);
	}
	if (cp < least[n] || cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000))
		return -1;
	*out = cp;
	return n;
}

size_t str_utf8_put(uint32_t cp, char dst[4])
{
	if (cp < 0x80) {
		dst[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		dst[0] = (char)(0xC0 | cp >> 6);
		dst[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp >= 0xD800 && cp < 0xE000)
		return 0;
	if (cp < 0x10000) {
		dst[0] = (char)(0xE0 | cp >> 12);
		dst[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		dst[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	if (cp > 0x10FFFF)
		return 0;
	dst[0] = (char)(0xF0 | cp >> 18);
	dst[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	dst[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	dst[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

bool str_is_utf8(const char *s, size_t len, size_t *bad_at)
{
	uint32_t cp;

	for (size_t i = 0; i < len;) {
		int n = str_utf8_next(s + i, len - i, &cp);
		if (n < 0) {
			if (bad_at)
				*bad_at = i;
			return false;
		}
		i += (size_t)n;
	}
	return true;
}
