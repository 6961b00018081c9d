/*
 * Other people's SMS code behind plain types: libosmocore (libosmogsm) and the library of
 * gammu. For comparison only; nothing of theirs is in what we ship.
 */
#ifndef TESTS_CONFORMANCE_PEERS_H
#define TESTS_CONFORMANCE_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libosmocore has the default alphabet without Greek and without the euro sign, for
 * Latin-1 text. Counts of octets or characters are returned. */
size_t osmo_pack(const uint8_t *septets, size_t count, unsigned fill_bits, uint8_t *out);
size_t osmo_encode(const char *latin, uint8_t *out, size_t size, size_t *out_septets);
size_t osmo_encode_ussd(const char *latin, uint8_t *out, size_t size);
size_t osmo_decode(const uint8_t *in, uint8_t septets, char *latin, size_t size);
size_t osmo_decode_ussd(const uint8_t *in, uint8_t septets, char *latin, size_t size);
/* With a header in front; septets counts it too. */
size_t osmo_decode_header(const uint8_t *ud, uint8_t septets, char *latin, size_t size);

/* gammu has the default alphabet with its extension, for UTF-16 in big endian. */
bool gammu_start(void);
void gammu_stop(void);
size_t gammu_pack(const uint8_t *septets, size_t count, unsigned fill_bits, uint8_t *out);
size_t gammu_unpack(const uint8_t *in, size_t octets, size_t septets, uint8_t *out);
/* units[count] and two octets of 0 after them. */
size_t gammu_septets(const uint8_t *units, size_t count, uint8_t *out);
void gammu_text(const uint8_t *septets, size_t count, uint8_t *units);
void gammu_units_from_utf8(const char *text, size_t len, uint8_t *units);
void gammu_utf8_from_units(const uint8_t *units, char *text);

struct gammu_message {
	bool is_submit, is_report;
	int alphabet;	      /* as enum sms_alphabet */
	int class;	      /* -1: none */
	int part, parts, ref; /* parts 0: alone */
	char number[80];      /* UTF-8 */
	char smsc[80];
	char text[2000]; /* UTF-8, "" of 8 bit data */
	int year, month, day, hour, minute, second;
	int status;
};

/* A PDU with its service centre; false if gammu refuses it. */
bool gammu_decode(const uint8_t *pdu, size_t len, struct gammu_message *out);
/* A SUBMIT, from the first octet of the TPDU on, as AT+CMGS takes it. Its length, or 0.
 */
size_t gammu_submit(const char *number, const char *text, bool ucs2, uint8_t *out);
/* Parts that gammu cuts a text into, each with a header of 16 bit or 8 bit reference or,
 * ref_bits being 0, none. units: room for the text as UTF-16. */
int gammu_parts(const char *text, bool ucs2, int ref_bits, uint8_t *units);

#endif
