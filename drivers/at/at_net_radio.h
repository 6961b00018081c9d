/*
 * Steps that the dialogues of at_net share: a radio that somebody switched off (27.007
 * 8.2), and with it the SIM of many modems. Set right once, until a network was found:
 * some modems start anew for it.
 */
#ifndef DRIVERS_AT_NET_RADIO_H
#define DRIVERS_AT_NET_RADIO_H

#include "drivers/at/at_net.h"

extern const char *const at_net_owns_cfun[];
bool at_net_take_cfun(void *ctx, const char *text, size_t len);
bool at_net_wants_radio(void *ctx, char *dst, size_t size);
void at_net_end_radio(void *ctx, const struct at_result *result);

/* is_missing: a make() that is true where the SIM or the network is not there. */
#define AT_NET_RADIO_STEPS(is_missing)                                                   \
	{ .cmd = "AT+CFUN?",                                                             \
		.make = (is_missing),                                                    \
		.owns = at_net_owns_cfun,                                                \
		.line = at_net_take_cfun,                                                \
		.flags = AT_STEP_MAY_FAIL },                                             \
	{                                                                                \
		.cmd = "AT+CFUN=1", .make = at_net_wants_radio, .end = at_net_end_radio, \
		.deadline = DEADLINE_RESET, .flags = AT_STEP_MAY_FAIL                    \
	}

#endif
