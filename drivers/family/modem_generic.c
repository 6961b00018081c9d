/*
 * Any modem that keeps to TS 27.005 and TS 27.007: what no other family takes.
 */
#include "drivers/family/modem_family.h"

/* 10.1.21: messages over the circuit-switched side (SGs on LTE), else the packet one. It
 * is the standard's own default, which LTE modems with CS alone as theirs leave. */
static const struct at_step setup[] = {
	{ .cmd = "AT+CGSMS=3", .flags = AT_STEP_MAY_FAIL },
};

const struct modem_ops modem_generic = {
	.name = "generic",
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
};
