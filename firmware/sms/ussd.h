/*
 * The string of a USSD dialogue, as +CUSD carries it in hexadecimal: TS 23.038 (Release
 * 17) 6.1.2.3 and clause 5, TS 24.080 4.6. Pure functions.
 */
#ifndef SMS_USSD_H
#define SMS_USSD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/sms/cbs.h"
#include "firmware/sms/gsm7.h"

struct ussd_string {
	struct cbs_dcs dcs;
	char language[3];  /* ISO 639, by the coding scheme or the text; "": unknown */
	bool has_text;	   /* false: data, compressed, or behind a header */
	uint16_t text_len; /* bytes */
	char text[GSM7_UTF8_SIZE]; /* UTF-8, NUL at the end and nowhere else */
};

/* ERR_INPUT: more than 160 octets, or too few for the language that dcs announces. */
enum err ussd_decode(const uint8_t *in, size_t len, uint8_t dcs, struct ussd_string *out);
/* In the GSM 7 bit alphabet if it does, else in UCS-2; the coding scheme into *out_dcs.
 * ERR_INPUT: not UTF-8, or U+0000; ERR_MEM: more than size or 160 octets. */
enum err ussd_encode(const char *text, size_t len, uint8_t *out, size_t size,
	size_t *out_octets, uint8_t *out_dcs);

#endif
