/*
 * UCS-2 as SMS uses it (TS 23.038 6.2.3): UTF-16, big endian, surrogate pairs included.
 * Pure functions, safe from any thread.
 */
#ifndef SMS_UCS2_H
#define SMS_UCS2_H

#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"

/* UTF-8 of n octets: at most 3 bytes for every 2 octets or odd octet, and the NUL. */
#define UCS2_UTF8_SIZE(octets) (((octets) + 1) / 2 * 3 + 1)

/* ERR_INPUT: text[len] is not UTF-8 or has U+0000; ERR_MEM: more than size octets. */
enum err ucs2_from_utf8(
	const char *text, size_t len, uint8_t *out, size_t size, size_t *out_octets);
/* Into dst as a C string. Anything decodes: a lone surrogate, an odd last octet and
 * U+0000 (which a C string cannot hold) show U+FFFD. ERR_MEM: size too small. */
enum err ucs2_to_utf8(const uint8_t *in, size_t octets, char *dst, size_t size);

/* 16 bit units that a code point takes: 1 or 2. */
unsigned ucs2_cost(uint32_t code_point);

#endif
