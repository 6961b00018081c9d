/*
 * A UART between a modem and its client (key `baud`): what is said at another speed than
 * the modem's arrives as noise on either side.
 */
#ifndef MODEMSIM_UART_H
#define MODEMSIM_UART_H

#include <stdbool.h>
#include <stddef.h>

struct modem;

/* The client's speed is the modem's, or the modem takes any (baud = 0). */
bool uart_is_clear(const struct modem *m);
/* The same, for what the client said; logs its speed when it is new or the client is. */
bool uart_hears(struct modem *m);
/* So many octets as the client gets them. */
void uart_garble(struct modem *m, size_t len);

#endif
