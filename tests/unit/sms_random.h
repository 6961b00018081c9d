/*
 * Random input for property tests, the same in every run.
 */
#ifndef TESTS_SMS_RANDOM_H
#define TESTS_SMS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "firmware/base/str.h"

struct random {
	uint64_t state;
};

static inline struct random random_from(uint64_t seed)
{
	return (struct random){ .state = seed * 2654435769u + 1 };
}

/* 0 to below - 1; xorshift64. */
static inline uint32_t random_below(struct random *r, uint32_t below)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return (uint32_t)((r->state >> 32) % below);
}

static inline void random_octets(struct random *r, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)random_below(r, 256);
}

/* A character of choice: 0 GSM 7 bit with its extension, 1 any of the first plane, 2 any.
 */
static inline uint32_t random_code_point(struct random *r, int choice)
{
	static const uint32_t gsm[] = { '@', 'a', 'Z', '0', ' ', '\n', 0x20AC, '{', '}',
		'[', '~', 0x3A9, 0xE9, 0xA7, '^', '|' };
	for (;;) {
		if (choice == 0)
			return gsm[random_below(r, sizeof(gsm) / sizeof(gsm[0]))];
		uint32_t cp = 1 + random_below(r, choice == 1 ? 0xFFFF : 0x10FFFF);
		if (cp < 0xD800 || cp > 0xDFFF)
			return cp;
	}
}

/* count characters as UTF-8 into dst, which has 4 bytes for each and one more. */
static inline size_t random_text(struct random *r, int choice, size_t count, char *dst)
{
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += str_utf8_put(random_code_point(r, choice), dst + len);
	dst[len] = '\0';
	return len;
}

#endif
