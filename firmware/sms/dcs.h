/*
 * TP-DCS, the data coding scheme of TS 23.038 (Release 17) clause 4. Every octet has a
 * meaning: reserved codings are read as the GSM 7 bit alphabet, as the clause asks.
 * Pure functions, safe from any thread.
 */
#ifndef SMS_DCS_H
#define SMS_DCS_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/base/err.h"

enum sms_alphabet {
	SMS_ALPHABET_GSM7 = 0,
	SMS_ALPHABET_8BIT = 1, /* data, no text */
	SMS_ALPHABET_UCS2 = 2,
};

enum sms_class {
	SMS_CLASS_0 = 0, /* shown at once ("flash"), not stored */
	SMS_CLASS_1 = 1, /* kept by the modem */
	SMS_CLASS_2 = 2, /* kept on the SIM */
	SMS_CLASS_3 = 3, /* for the terminal beyond the modem */
	SMS_CLASS_NONE = 4,
};

enum dcs_waiting {
	DCS_WAITING_VOICE = 0,
	DCS_WAITING_FAX = 1,
	DCS_WAITING_MAIL = 2,
	DCS_WAITING_OTHER = 3,
	DCS_WAITING_NONE = 4, /* not of a message waiting group */
};

struct dcs {
	enum sms_alphabet alphabet;
	enum sms_class msg_class;
	bool compressed;	  /* TS 23.042: the text cannot be read here */
	bool auto_delete;	  /* group 01xx: delete when read */
	bool reserved;		  /* a reserved coding, read as GSM 7 bit */
	enum dcs_waiting waiting; /* see also udh_waiting_next(), which outweighs it */
	bool waiting_active;	  /* set or clear the indication */
	bool waiting_store;	  /* false: the message may be discarded */
};

struct dcs dcs_decode(uint8_t octet);
/* The way back: an octet that decodes to this, the lowest of several. ERR_ARG: none does.
 */
enum err dcs_octet(const struct dcs *in, uint8_t *out);
/* The general data coding group (00xx) without compression. */
uint8_t dcs_encode(enum sms_alphabet alphabet, enum sms_class msg_class);

#endif
