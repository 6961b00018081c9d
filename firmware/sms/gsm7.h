/*
 * The GSM 7 bit alphabets of TS 23.038 (Release 17) 6.2.1 and annex A, and their packing
 * into octets (6.1.2.1 for SMS, 6.1.2.3 for USSD). Text is UTF-8; septets are one per
 * octet, 0 to 127. Pure functions, safe from any thread.
 */
#ifndef SMS_GSM7_H
#define SMS_GSM7_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"

#define GSM7_ESCAPE 0x1B	 /* 6.2.1 note 1: the next septet is of the shift table */
#define GSM7_USSD_OCTETS_MAX 160 /* TS 24.080 4.6: USSD-String */
#define GSM7_SEPTETS_MAX 182	 /* of those; an SMS has up to 160 */
/* Text of any septets, with its NUL. */
#define GSM7_UTF8_SIZE (3 * GSM7_SEPTETS_MAX + 1)

/* National language identifiers, 6.2.1.2.4. */
enum gsm7_language {
	GSM7_DEFAULT = 0,
	GSM7_TURKISH,
	GSM7_SPANISH, /* has a single shift table only */
	GSM7_PORTUGUESE,
	GSM7_BENGALI, /* and Assamese */
	GSM7_GUJARATI,
	GSM7_HINDI,
	GSM7_KANNADA,
	GSM7_MALAYALAM,
	GSM7_ORIYA,
	GSM7_PUNJABI,
	GSM7_TAMIL,
	GSM7_TELUGU,
	GSM7_URDU,
	GSM7_LANGUAGES,
};

struct gsm7_septets {
	size_t count;
	uint8_t at[GSM7_SEPTETS_MAX];
};

/* The pair of tables that gives septets their meaning: 128 code points each, 0 where
 * nothing is assigned. Static storage. */
struct gsm7_alphabet {
	const uint16_t *locking; /* 6.2.1 or a national locking shift table, 6.2.1.2.3 */
	const uint16_t *single;	 /* 6.2.1.1 or a national single shift table, 6.2.1.2.2 */
	const uint8_t *locking_pages; /* the way back of each */
	const uint8_t *single_pages;
	bool is_latin; /* most of ASCII is at its own place */
};

/* What could not be encoded. */
struct gsm7_fault {
	size_t offset; /* in bytes of the text */
	uint32_t code_point;
};

/* The alphabet of two national language identifiers (6.2.1.2.4; 0: the default). False if
 * a table is not known; then *out has the default in its place, as TS 23.040 9.2.3.24.15
 * and .16 want it, and is usable all the same. */
bool gsm7_alphabet_get(uint8_t locking, uint8_t single, struct gsm7_alphabet *out);
/* Whether there is such a table; identifiers from 14 on are reserved. */
bool gsm7_has_locking(uint8_t language);
bool gsm7_has_single(uint8_t language);
/* "default", "turkish" …; "" from GSM7_LANGUAGES on. Static storage. */
const char *gsm7_language_name(unsigned language);

/* Septets that a code point takes: 1, 2 (escape and shift) or 0 if it has none. */
unsigned gsm7_cost(const struct gsm7_alphabet *a, uint32_t code_point);

/* ERR_INPUT: text[len] is not UTF-8 or a character has no septet; *fault (may be NULL)
 * then says which, code_point 0 if the bytes are no character. ERR_MEM: more septets than
 * GSM7_SEPTETS_MAX. */
enum err gsm7_from_utf8(const struct gsm7_alphabet *a, const char *text, size_t len,
	struct gsm7_septets *out, struct gsm7_fault *fault);
/* Into dst as a C string. Anything decodes: an escape before an unassigned septet shows
 * that septet of the locking table, two escapes and one at the end show a space
 * (6.2.1.1). ERR_MEM: size too small (GSM7_UTF8_SIZE always does). */
enum err gsm7_to_utf8(const struct gsm7_alphabet *a, const struct gsm7_septets *in,
	char *dst, size_t size);

/* Octets of count septets after fill_bits of fill. */
size_t gsm7_packed_octets(size_t count, unsigned fill_bits);
/* Packs after fill_bits (0 to 6) zero bits: what a UDH needs to end on a septet boundary
 * (TS 23.040 9.2.3.24). ERR_ARG: a septet or fill_bits out of range; ERR_MEM: size. */
enum err gsm7_pack(const struct gsm7_septets *in, unsigned fill_bits, uint8_t *out,
	size_t size, size_t *out_octets);
/* Exactly count septets from the first octets of in[len]. ERR_INPUT: len too short;
 * ERR_MEM: count > GSM7_SEPTETS_MAX; ERR_ARG: fill_bits. */
enum err gsm7_unpack(const uint8_t *in, size_t len, unsigned fill_bits, size_t count,
	struct gsm7_septets *out);

/* USSD has no septet count: 7 spare bits are filled with CR, and a CR that ends on an
 * octet boundary is doubled (6.1.2.3.1). */
enum err gsm7_ussd_pack(
	const struct gsm7_septets *in, uint8_t *out, size_t size, size_t *out_octets);
/* ERR_MEM: more octets than 160. */
enum err gsm7_ussd_unpack(const uint8_t *in, size_t len, struct gsm7_septets *out);

#endif
