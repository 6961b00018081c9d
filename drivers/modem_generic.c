/*
 * Any modem that keeps to TS 27.005 and TS 27.007: what no other family takes.
 */
#include "drivers/modem_family.h"

const struct modem_ops modem_generic = {
	.name = "generic",
};
