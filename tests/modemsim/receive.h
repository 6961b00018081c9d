/*
 * Messages to the SIM: stored or passed on as +CNMI says. TS 27.005 3.4.1.
 */
#ifndef MODEMSIM_RECEIVE_H
#define MODEMSIM_RECEIVE_H

#include <stdbool.h>

struct modem;

/* Hands over what the network holds for this SIM, as far as possible. */
void receive_offer(struct modem *modem);
/* +CNMA: ok false is a negative acknowledgement. False if none was awaited. */
bool receive_acknowledged(struct modem *modem, bool ok);
/* +CNMA did not come in time. */
void receive_ack_due(void *modem);

#endif
