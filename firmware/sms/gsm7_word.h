/*
 * Eight characters or septets at a time, one an octet of a 64 bit word, the first lowest.
 * Only for the GSM 7 bit code and splitting, which spend most of their time here.
 */
#ifndef SMS_GSM7_WORD_H
#define SMS_GSM7_WORD_H

#include <stdint.h>

#define WORD_OCTETS 8
#define WORD_ONES UINT64_C(0x0101010101010101)
#define WORD_HIGH (WORD_ONES << 7)

static inline uint64_t word_load(const uint8_t *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
	       (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 |
	       (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

static inline void word_store(uint8_t *p, uint64_t word)
{
	p[0] = (uint8_t)word;
	p[1] = (uint8_t)(word >> 8);
	p[2] = (uint8_t)(word >> 16);
	p[3] = (uint8_t)(word >> 24);
	p[4] = (uint8_t)(word >> 32);
	p[5] = (uint8_t)(word >> 40);
	p[6] = (uint8_t)(word >> 48);
	p[7] = (uint8_t)(word >> 56);
}

/* The high bit of each octet that is at least least; octets are below 0x80. */
static inline uint64_t word_from(uint64_t word, uint8_t least)
{
	return word + WORD_ONES * (uint64_t)(0x80 - least);
}

/* The high bit of each octet that is not a character at its own place in all Latin
 * tables: SP ! " # % to ?, A to Z, a to z. */
static inline uint64_t word_not_plain(uint64_t word)
{
	uint64_t low = word & ~WORD_HIGH;
	uint64_t bad = ~word_from(low, 0x20) | word_from(low, 0x7B) | word;
	bad |= word_from(low, 0x24) & ~word_from(low, 0x25);
	bad |= word_from(low, 0x40) & ~word_from(low, 0x41);
	bad |= word_from(low, 0x5B) & ~word_from(low, 0x61);
	return bad & WORD_HIGH;
}

/* Octets before the first that word_not_plain() marks; there is one. */
static inline unsigned word_leading(uint64_t marks)
{
	return (unsigned)__builtin_ctzll(marks) / 8;
}

/* UCS-2 units of the characters that begin in eight octets of UTF-8: one each, two for
 * those of four octets, which are surrogate pairs. */
static inline unsigned word_ucs2_units(uint64_t word)
{
	uint64_t inner = word & ~(word << 1);			   /* 10xxxxxx */
	uint64_t pairs = word & word << 1 & word << 2 & word << 3; /* 1111xxxx */
	uint64_t begins = ~inner & WORD_HIGH;
	/* one in each octet, summed up in the highest */
	return (unsigned)(((begins >> 7) * WORD_ONES) >> 56) +
	       (unsigned)((((pairs & WORD_HIGH) >> 7) * WORD_ONES) >> 56);
}

/* Eight septets without the bits between them, 56 in all, and back. */
static inline uint64_t word_squeeze(uint64_t w)
{
	w = (w & UINT64_C(0x007F007F007F007F)) | (w & UINT64_C(0x7F007F007F007F00)) >> 1;
	w = (w & UINT64_C(0x00003FFF00003FFF)) | (w & UINT64_C(0x3FFF00003FFF0000)) >> 2;
	return (w & UINT64_C(0x0FFFFFFF)) | (w & UINT64_C(0x0FFFFFFF00000000)) >> 4;
}

static inline uint64_t word_stretch(uint64_t w)
{
	w = (w & UINT64_C(0x0FFFFFFF)) | (w & UINT64_C(0x00FFFFFFF0000000)) << 4;
	w = (w & UINT64_C(0x00003FFF00003FFF)) | (w & UINT64_C(0x0FFFC0000FFFC000)) << 2;
	return (w & UINT64_C(0x007F007F007F007F)) | (w & UINT64_C(0x3F803F803F803F80))
							    << 1;
}

#endif
