#include "firmware/sms/cbs.h"

#include <stddef.h>

/* Groups 0000 and 0010. */
static const char *const languages[2][16] = {
	{ "de", "en", "it", "fr", "es", "nl", "sv", "da", "pt", "fi", "no", "el", "tr",
		"hu", "pl", "" },
	{ "cs", "he", "ar", "ru", "is" },
};

/* Bits 3 and 2 of groups 01xx and 1001; 11 is reserved. */
static const enum sms_alphabet alphabet_of[4] = {
	SMS_ALPHABET_GSM7,
	SMS_ALPHABET_8BIT,
	SMS_ALPHABET_UCS2,
	SMS_ALPHABET_GSM7,
};

static const struct cbs_dcs plain = {
	.alphabet = SMS_ALPHABET_GSM7, .msg_class = SMS_CLASS_NONE, .language = ""
};

static struct cbs_dcs language_decode(unsigned group, unsigned rest)
{
	struct cbs_dcs dcs = plain;
	const char *language = languages[group >> 1][rest];
	dcs.reserved = language == NULL;
	dcs.language = language != NULL ? language : "";
	return dcs;
}

static struct cbs_dcs prefixed_decode(unsigned rest)
{
	struct cbs_dcs dcs = plain;
	dcs.says_language = rest <= 1;
	dcs.reserved = rest > 1;
	dcs.alphabet = rest == 1 ? SMS_ALPHABET_UCS2 : SMS_ALPHABET_GSM7;
	return dcs;
}

static struct cbs_dcs general_decode(uint8_t octet)
{
	struct cbs_dcs dcs = plain;
	dcs.alphabet = alphabet_of[octet >> 2 & 3];
	dcs.reserved = (octet >> 2 & 3) == 3;
	dcs.compressed = (octet & 0x20) != 0;
	if ((octet & 0x10) != 0)
		dcs.msg_class = (enum sms_class)(octet & 3);
	return dcs;
}

static struct cbs_dcs header_decode(uint8_t octet)
{
	struct cbs_dcs dcs = plain;
	dcs.alphabet = alphabet_of[octet >> 2 & 3];
	dcs.reserved = (octet >> 2 & 3) == 3;
	dcs.msg_class = (enum sms_class)(octet & 3);
	dcs.has_udh = true;
	return dcs;
}

/* 1101 an I1 protocol message (TS 24.294), 1110 the WAP Forum's. */
static struct cbs_dcs foreign_decode(void)
{
	struct cbs_dcs dcs = plain;
	dcs.alphabet = SMS_ALPHABET_8BIT;
	return dcs;
}

static struct cbs_dcs class_decode(uint8_t octet)
{
	struct cbs_dcs dcs = plain;
	dcs.alphabet = (octet & 4) != 0 ? SMS_ALPHABET_8BIT : SMS_ALPHABET_GSM7;
	dcs.msg_class = (enum sms_class)(octet & 3);
	return dcs;
}

struct cbs_dcs cbs_dcs_decode(uint8_t octet)
{
	unsigned group = octet >> 4;
	struct cbs_dcs reserved = plain;
	reserved.reserved = true;
	if (group == 0 || group == 2)
		return language_decode(group, octet & 0xF);
	if (group == 1)
		return prefixed_decode(octet & 0xF);
	if (group >= 4 && group <= 7)
		return general_decode(octet);
	if (group == 9)
		return header_decode(octet);
	if (group == 0xD || group == 0xE)
		return foreign_decode();
	return group == 0xF ? class_decode(octet) : reserved;
}
