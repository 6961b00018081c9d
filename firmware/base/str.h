/*
 * Bounded text. Every function that writes takes the size of its destination and always
 * terminates; truncation is reported, never silent. Parsers take pointer and length and
 * accept or reject the whole input.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies src into dst[size]. False if it did not fit (dst then holds what did). */
bool str_copy(char *dst, size_t size, const char *src);
/* The same for len bytes of src, which need not be terminated. */
bool str_copy_n(char *dst, size_t size, const char *src, size_t len);
/* printf into dst[size]. False if it did not fit. */
bool str_format(char *dst, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Appends to the text in dst[size]. False if it did not fit. */
bool str_append(char *dst, size_t size, const char *src);
bool str_append_format(char *dst, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

bool str_eq(const char *a, const char *b);
bool str_starts(const char *s, const char *prefix);
/* ASCII letters compared without case. */
bool str_eq_nocase(const char *a, const char *b);

/* As strcmp(), but runs of digits by their value: "modem2" is before "modem10". */
int str_compare_natural(const char *a, const char *b);

/* Decimal, optional minus, the whole of s[len]; false on anything else or overflow. */
bool str_to_i64(const char *s, size_t len, int64_t *out);
/* Decimal without sign, the whole of s[len], at most max. */
bool str_to_u64(const char *s, size_t len, uint64_t max, uint64_t *out);
/* Hexadecimal octets, either case; false if odd, not hex, or more than size octets. */
bool str_from_hex(const char *s, size_t len, uint8_t *out, size_t size, size_t *out_len);
/* Upper-case hex of data into dst (2 * len + 1 bytes needed). False if too small. */
bool str_to_hex(char *dst, size_t size, const uint8_t *data, size_t len);

/* Trims ASCII white space at both ends in place; returns the start. */
char *str_trim(char *s);

/* The first code point of s[len]: its length in bytes (1 to 4), 0 at the end of input,
 * -1 where the bytes are not UTF-8 (overlong, surrogate and > U+10FFFF included). */
int str_utf8_next(const char *s, size_t len, uint32_t *out);
/* Writes cp as UTF-8 into dst[4]; returns its length, 0 if cp is not a scalar value. */
size_t str_utf8_put(uint32_t cp, char dst[4]);
/* Whole-input check. On false and if bad_at is not NULL, the offset of the first bad
 * byte. */
bool str_is_utf8(const char *s, size_t len, size_t *bad_at);

#endif
