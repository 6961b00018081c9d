/*
 * A question to the operator of a slot's SIM (USSD), between two messages.
 */
#ifndef RADIO_SLOT_USSD_H
#define RADIO_SLOT_USSD_H

#include "drivers/modem.h"

struct slot;

struct slot_ussd {	     /* a question to the operator */
	bool is_asked, runs; /* runs: it has its turn */
	char code[MODEM_USSD_CODE_MAX + 1];
	struct loop_timer timer;
};

struct slot_ussd_end {	  /* what became of a question to the operator */
	const char *code; /* "": answered; or why not: sim_busy, not_ready, no_answer,
			   * operator_refused */
	char text[800];	  /* the operator's words, or a sentence about the reason */
	bool more;	  /* it offered a choice, and its dialogue was closed */
};

/* Asks the operator, after the message in hand and before the next. ERR_NOTFOUND: the SIM
 * is in no network now; ERR_BUSY: a question waits; ERR_ARG: code is too long or empty.
 */
enum err slot_ussd(struct slot *slot, const char *code);

#endif
