/*
 * The data coding scheme of cell broadcast, which USSD uses too: TS 23.038 (Release 17)
 * clause 5, the <dcs> of +CUSD (TS 27.007 7.15). Another one than the SMS coding scheme
 * of dcs.h. Every octet has a meaning: reserved codings are read as the GSM 7 bit
 * alphabet in an unspecified language, as the clause asks. Pure functions.
 */
#ifndef SMS_CBS_H
#define SMS_CBS_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/sms/dcs.h"

#define CBS_GSM7 0x0F /* group 0000: GSM 7 bit, language unspecified */
#define CBS_UCS2 0x48 /* group 01xx: UCS-2, no class */

struct cbs_dcs {
	enum sms_alphabet alphabet; /* 8 bit: data, no text */
	enum sms_class msg_class;
	bool compressed;      /* the text cannot be read here */
	bool reserved;	      /* a reserved coding */
	bool has_udh;	      /* group 1001: a header at its start */
	bool says_language;   /* 10 and 11: the text begins with its language */
	const char *language; /* ISO 639 code, "" if unspecified; static storage */
};

struct cbs_dcs cbs_dcs_decode(uint8_t octet);

#endif
