/*
 * Calls that come in: nobody answers them here, but a person wants to know who rang.
 * Private to modem*.c.
 */
#ifndef DRIVERS_MODEM_CALL_H
#define DRIVERS_MODEM_CALL_H

#include <stdbool.h>

#include "firmware/base/loop.h"

struct modem;

struct modem_call {
	bool is_ringing;
	char caller[24];
	struct loop_timer timer; /* ends the call when the next ring does not come */
};

void modem_call_ring(struct modem *m);
void modem_call_number(struct modem *m, const char *text); /* +CLIP */
/* MODEM_EVENT_CALL, once for all its rings. */
void modem_call_end(struct modem *m);
void modem_call_stop(struct modem *m); /* without an event */

#endif
