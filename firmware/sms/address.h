/*
 * Addresses as TS 23.040 (Release 17) 9.1.2.5 has them in TP-DA, TP-OA and TP-RA, and as
 * TS 24.011 8.2.5.1 has the service centre's in front of a PDU. Pure functions.
 */
#ifndef SMS_ADDRESS_H
#define SMS_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"

#define ADDRESS_DIGITS_MAX 20  /* 9.1.2.5: 10 octets of address value */
#define ADDRESS_SEPTETS_MAX 11 /* the same as GSM 7 bit characters */
#define ADDRESS_OCTETS_MAX 12  /* length, type, value */
#define ADDRESS_TEXT_SIZE 24   /* UTF-8 with its NUL */

enum address_ton { /* type of number, 9.1.2.5 */
	ADDRESS_TON_UNKNOWN = 0,
	ADDRESS_TON_INTERNATIONAL = 1,
	ADDRESS_TON_NATIONAL = 2,
	ADDRESS_TON_NETWORK = 3,
	ADDRESS_TON_SUBSCRIBER = 4,
	ADDRESS_TON_ALPHANUMERIC = 5,
	ADDRESS_TON_ABBREVIATED = 6,
	ADDRESS_TON_RESERVED = 7,
};

#define ADDRESS_NPI_ISDN 1 /* numbering plan E.164 */

struct sms_address {
	uint8_t ton; /* enum address_ton */
	uint8_t npi; /* 0 to 15 */
	/* Digits, '*', '#', 'a' to 'c'; '+' in front if international; the name itself if
	 * alphanumeric. "" where there is none (a PDU without service centre). */
	char text[ADDRESS_TEXT_SIZE];
};

/* "+306912345678" → international; "54321", "*100#" → unknown type, ISDN plan. ERR_INPUT:
 * empty, another character, or more than 20 digits. */
enum err address_from_number(const char *number, struct sms_address *out);
/* A sender's name of up to 11 septets of the default alphabet. ERR_INPUT otherwise. */
enum err address_from_name(const char *name, struct sms_address *out);

/* TP-DA, TP-OA, TP-RA. The decoder reads the start of in[len] and says how much.
 * ERR_INPUT: cut short, longer than 20 semi-octets, a filler among the digits. */
enum err address_decode(
	const uint8_t *in, size_t len, struct sms_address *out, size_t *out_octets);
/* ERR_ARG: not an address that address_decode() gives; ERR_MEM: size. */
enum err address_encode(
	const struct sms_address *in, uint8_t *out, size_t size, size_t *out_octets);

/* The service centre: its length octet counts octets, 0 means none. Same errors. */
enum err address_smsc_decode(
	const uint8_t *in, size_t len, struct sms_address *out, size_t *out_octets);
enum err address_smsc_encode(
	const struct sms_address *in, uint8_t *out, size_t size, size_t *out_octets);

#endif
