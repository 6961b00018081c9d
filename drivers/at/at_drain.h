/*
 * How a conversation gets clean again after an answer went missing: ESC where the modem
 * may sit at its prompt, then a probe whose answer cannot be mistaken for another's.
 * Private to at_chat.
 */
#ifndef DRIVERS_AT_DRAIN_H
#define DRIVERS_AT_DRAIN_H

#include <stdbool.h>

#include "firmware/base/err.h"

struct at_chat;

struct at_drain {
	bool needs_escape, in_escape, has_line, is_settling;
	unsigned tries, bare_finals;
};

#define AT_DRAIN_MARK "AT+CMEE=1" /* what the probe finds again */
#define AT_ESCAPE "\x1B"	  /* 27.005 3.5.1: leaves the prompt, nothing is sent */

/* Uses c->timer. ERR_SYS: the port does not take the bytes. */
enum err at_drain_start(struct at_chat *c);
void at_drain_timeout(struct at_chat *c);
void at_drain_final(struct at_chat *c);
/* True if the line was the probe's own. */
bool at_drain_line(struct at_chat *c, const char *text);

/* at_chat.c: the waiting command goes out, or ends with AT_END_DEAF. */
void at_drain_ended(struct at_chat *c, bool is_clean);

#endif
