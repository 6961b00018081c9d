/*
 * A question to the operator: the command, the wait for +CUSD, the end of a dialogue that
 * stays open. Private to modem*.c.
 */
#ifndef DRIVERS_MODEM_USSD_H
#define DRIVERS_MODEM_USSD_H

#include "drivers/at/at_result.h"
#include "drivers/modem.h"

enum modem_ussd_phase {
	USSD_NONE,
	USSD_ASKING,  /* AT+CUSD=1 runs */
	USSD_WAITING, /* for +CUSD */
	USSD_CLOSING, /* AT+CUSD=2 runs */
};

struct modem_ussd {
	enum modem_ussd_phase phase;
	char code[MODEM_USSD_CODE_MAX + 1]; /* what is asked, then answers to menus */
	size_t at; /* in code: what is said next; it ends with the answer in hand */
	uint64_t until_ms; /* monotonic: the operator has so long */
	bool has_answer, is_late;
	bool is_packed;	 /* how it is written; kept from one question to the next */
	bool has_turned; /* the other way was tried for this question */
	struct modem_ussd_answer answer;
	struct loop_timer timer;
};

enum err modem_ussd_start(struct modem *m);
/* A dialogue ended. True: it was of a question, which goes on. */
bool modem_ussd_goes_on(struct modem *m, const struct at_result *result);
void modem_ussd_take(struct modem *m, const char *text); /* a +CUSD line */
void modem_ussd_stop(struct modem *m);

#endif
