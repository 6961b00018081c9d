/*
 * The network's own reading and writing of short messages, TS 23.040 (release 17) and
 * TS 23.038. It shares nothing with firmware/sms on purpose: the bank judges that code,
 * and two errors of one author must not cancel out.
 */
#ifndef MODEMSIM_SIMPDU_H
#define MODEMSIM_SIMPDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"

enum {
	SIMPDU_MAX = 176, /* SC address 12 and TPDU 164 octets, TS 27.005 3.1 <pdu> */
	SIMPDU_NUMBER_MAX = 24, /* "+" and 20 digits */
	SIMPDU_UD_MAX = 140,
};

/* Concatenation, TS 23.040 9.2.3.24.1 and .8. total 1: a message in one part. */
struct simpdu_concat {
	uint16_t ref;
	uint8_t total;
	uint8_t seq; /* from 1 */
};

struct simpdu_submit {
	char to[SIMPDU_NUMBER_MAX];
	uint8_t mr, pid, dcs;
	bool wants_status;
	struct simpdu_concat concat;
	char text[640]; /* UTF-8; a '?' for what cannot be shown */
};

/* data[len] is a whole PDU with its service-centre address, as AT+CMGS takes it, and
 * tpdu_len the command's <length>. False if it is not exactly one good SMS-SUBMIT. */
bool simpdu_submit_decode(
	const uint8_t *data, size_t len, size_t tpdu_len, struct simpdu_submit *out);

struct simpdu_text {
	const char *from; /* "+30…", "12345" or a name of up to 11 letters */
	uint8_t dcs;	  /* 0: 7 bit, 8: UCS-2 */
	int64_t wall_ms;
	int zone_min;
	struct simpdu_concat concat;
	const uint8_t *units; /* septets one an octet, or UCS-2 octets */
	size_t count;
};

/* An SMS-DELIVER with service-centre address into out[SIMPDU_MAX]; its length, 0 if it
 * does not fit. */
size_t simpdu_deliver_encode(const struct simpdu_text *text, uint8_t out[SIMPDU_MAX]);

struct simpdu_status {
	const char *recipient;
	uint8_t mr, tp_st;
	int64_t sent_ms, done_ms;
	int zone_min;
};

/* An SMS-STATUS-REPORT with service-centre address; its length, 0 if it does not fit. */
size_t simpdu_status_encode(const struct simpdu_status *status, uint8_t out[SIMPDU_MAX]);

/* An SMS-SUBMIT for text mode: to and UTF-8 text of one part; its length, 0 if not. */
size_t simpdu_submit_encode(const char *to, const char *text, uint8_t out[SIMPDU_MAX]);

/* Octets after the service-centre address: the <length> of TS 27.005. */
size_t simpdu_tpdu_len(const uint8_t *pdu, size_t len);

#endif
