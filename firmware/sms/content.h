/*
 * TP-UD and what it says: header, alphabet and text. Pure functions.
 */
#ifndef SMS_CONTENT_H
#define SMS_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/sms/dcs.h"
#include "firmware/sms/udh.h"

#define SMS_UD_OCTETS_MAX 140 /* TS 23.040 9.2.3.24 */
#define SMS_UD_SEPTETS_MAX 160
#define SMS_TEXT_SIZE (3 * SMS_UD_SEPTETS_MAX + 1) /* 160 septets of 3 bytes, and NUL */

/* As it is on the wire, header included. */
struct sms_ud {
	bool has_udh;	    /* TP-UDHI */
	uint8_t udl;	    /* TP-UDL: septets of uncompressed 7 bit text, else octets */
	uint8_t len_octets; /* of octets[] */
	uint8_t octets[SMS_UD_OCTETS_MAX];
};

struct sms_content {
	struct dcs dcs;
	struct udh udh;
	bool has_text;	     /* false: 8 bit data or compressed; see the octets */
	bool alphabet_known; /* false: a national table we lack; the default was used */
	uint16_t text_len;   /* bytes */
	char text[SMS_TEXT_SIZE]; /* UTF-8, NUL at the end and nowhere else */
};

/* Octets that a TP-UDL stands for under a TP-DCS. */
size_t content_udl_octets(uint8_t udl, uint8_t dcs);
/* ERR_INPUT: lengths that contradict each other, or a header longer than the data. */
enum err content_decode(const struct sms_ud *ud, uint8_t dcs, struct sms_content *out);
/* The same judgement alone. */
enum err content_check(const struct sms_ud *ud, uint8_t dcs);
/* One part: header (NULL: none) and text in the alphabet of dcs. ERR_INPUT: a character
 * that it lacks, or not UTF-8; ERR_MEM: too long for one part; ERR_UNSUPPORTED: dcs is
 * compressed or 8 bit. */
enum err content_encode(const struct udh *udh, uint8_t dcs, const char *text, size_t len,
	struct sms_ud *out);
/* The same for 8 bit data. */
enum err content_encode_data(
	const struct udh *udh, const uint8_t *data, size_t len, struct sms_ud *out);

#endif
