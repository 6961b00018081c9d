/*
 * The user data header of TS 23.040 (Release 17) 9.2.3.24. Known information elements are
 * read into struct udh; all of them, in their order, through udh_ie_next().
 * Pure functions, safe from any thread.
 */
#ifndef SMS_UDH_H
#define SMS_UDH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"

enum udh_ie_id {
	UDH_IE_CONCAT8 = 0x00,	     /* 9.2.3.24.1 */
	UDH_IE_WAITING = 0x01,	     /* 9.2.3.24.2 */
	UDH_IE_PORTS8 = 0x04,	     /* 9.2.3.24.3 */
	UDH_IE_PORTS16 = 0x05,	     /* 9.2.3.24.4 */
	UDH_IE_CONCAT16 = 0x08,	     /* 9.2.3.24.8 */
	UDH_IE_SINGLE_SHIFT = 0x24,  /* 9.2.3.24.15 */
	UDH_IE_LOCKING_SHIFT = 0x25, /* 9.2.3.24.16 */
};

struct udh_ie {
	uint8_t id;
	uint8_t len_octets;
	const uint8_t *data; /* borrowed from the header that was read */
};

struct udh_concat {
	uint16_t ref;
	bool ref16;    /* the 16 bit element */
	uint8_t total; /* 1 to 255; 0: not part of a longer message */
	uint8_t seq;   /* 1 to total */
};

struct udh {
	uint8_t len_octets; /* with the length octet itself; 0: no header */
	bool malformed;	    /* elements do not fill it: to be ignored, 9.2.3.24 */
	struct udh_concat concat;
	bool has_ports;
	bool ports16;
	uint16_t port_dst;
	uint16_t port_src;
	uint8_t locking; /* national language identifiers, 0: the default alphabet */
	uint8_t single;
};

/* The header at the start of TP-UD ud[len]. An element that breaks its own clause is
 * ignored, of two that exclude each other the last counts. ERR_INPUT: it is longer than
 * the user data, or than any can be. */
enum err udh_decode(const uint8_t *ud, size_t len, struct udh *out);
/* The elements that struct udh knows, in ascending order; len_octets and malformed are
 * not read. Nothing to say gives 0 octets. ERR_ARG: seq, total or a port out of range;
 * ERR_MEM. */
enum err udh_encode(const struct udh *in, uint8_t *out, size_t size, size_t *out_octets);

/* Walks the elements of the header at ud[len]; *pos starts at 0. False at the end, and at
 * once for a header that udh_decode() rejects or calls malformed. */
bool udh_ie_next(const uint8_t *ud, size_t len, size_t *pos, struct udh_ie *out);

/* 9.2.3.24.2: how many messages wait, for one kind of them; a header may say several. */
struct udh_waiting {
	uint8_t kind;	  /* 0 voice, 1 fax, 2 e-mail, 3 other: as enum dcs_waiting */
	uint8_t extended; /* of kind 3: 1 is video; 0 to 7 */
	uint8_t profile;  /* of the subscriber, 0 to 3 */
	bool store;	  /* keep the text of the message */
	uint8_t count;	  /* 0: none wait any more; 255: that or more */
};
/* Walks those elements as udh_ie_next() does all. */
bool udh_waiting_next(
	const uint8_t *ud, size_t len, size_t *pos, struct udh_waiting *out);

/* Fill bits between a header of so many octets and 7 bit text, 0 to 6. */
unsigned udh_fill_bits(size_t header_octets);

#endif
