/*
 * What an operator answers to a code like *100#: the types of modem_ussd() in modem.h.
 */
#ifndef DRIVERS_MODEM_USSD_TYPES_H
#define DRIVERS_MODEM_USSD_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/base/err.h"

#define MODEM_USSD_CODE_MAX 182 /* characters: what one USSD string holds */

enum modem_ussd_end { /* 27.007 7.15 <m> */
	MODEM_USSD_ANSWERED = 0,
	MODEM_USSD_ASKS = 1, /* the operator wants a choice; it is not given one */
	MODEM_USSD_ENDED = 2,
	MODEM_USSD_ELSEWHERE = 3, /* another program on this modem answered */
	MODEM_USSD_UNSUPPORTED = 4,
	MODEM_USSD_NO_ANSWER = 5, /* the network gave up waiting */
};

struct modem_ussd_answer {
	enum modem_ussd_end end;
	bool has_dcs;
	uint8_t dcs;	 /* TS 23.038 clause 5 */
	char text[1024]; /* as the modem prints it: hexadecimal or plain, "" if none */
	uint16_t code;	 /* where it was refused: as in modem_submit_result */
	bool is_cme;
};

typedef void (*modem_ussd_fn)(
	void *user, enum err err, const struct modem_ussd_answer *answer);

#endif
