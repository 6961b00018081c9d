/*
 * Characters on the air, TS 23.038: the default alphabet with its extension table, and
 * UCS-2 (taken as UTF-16, as every phone does).
 */
#ifndef MODEMSIM_SIMTEXT_H
#define MODEMSIM_SIMTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"

/* UTF-8 to septets, one an octet, up to size. False if a character has none or it does
 * not fit. */
bool simtext_to_gsm7(const char *text, uint8_t *out, size_t size, size_t *out_count);
/* UTF-8 to UTF-16BE octets. False on bad UTF-8 or if it does not fit. */
bool simtext_to_ucs2(const char *text, uint8_t *out, size_t size, size_t *out_count);
/* Appends the UTF-8 of septets to dst. */
void simtext_from_gsm7(struct buf *dst, const uint8_t *septets, size_t count);
void simtext_from_ucs2(struct buf *dst, const uint8_t *octets, size_t count);

/* Packs count septets after skip bits, TS 23.038 6.1.2.1; returns the octets used. out
 * must be zeroed and large enough. */
size_t simtext_pack(
	const uint8_t *septets, size_t count, unsigned skip_bits, uint8_t *out);
/* Takes count septets from octets after skip bits. */
void simtext_unpack(
	const uint8_t *octets, unsigned skip_bits, uint8_t *out, size_t count);

#endif
