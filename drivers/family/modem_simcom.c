/*
 * SIMCom for 2G: SIM800 and SIM900. SIM800 Series AT Command Manual V1.12; SIM900 AT
 * Command Manual V1.11.
 */
#include "drivers/family/modem_family.h"

static const struct modem_id ids[] = {
	{ "SIMCOM", NULL },
	{ NULL, "SIM800" }, /* clones leave the maker out */
	{ NULL, "SIM900" },
	{ 0 },
};

static const struct at_urc urcs[] = {
	{ .prefix = "NORMAL POWER DOWN", .what = MODEM_URC_STARTED }, /* it was off */
	{ .prefix = "UNDER-VOLTAGE" },
	{ .prefix = "OVER-VOLTAGE" },
	{ .prefix = "DST:" },
	{ .prefix = "*PSUTTZ:", .what = MODEM_URC_CLOCK },
	{ .prefix = "*PSNWID:" },
	{ 0 },
};

static const struct at_step setup[] = {
	{ .cmd = "AT+CSCLK=0",
		.flags = AT_STEP_MAY_FAIL }, /* never sleeps: a sleeping
						UART loses the first bytes */
	{ .cmd = "AT+CLTS=1",
		.flags = AT_STEP_MAY_FAIL }, /* the network sets the clock, *PSUTTZ */
	{ .cmd = "AT+CSMINS=1", .flags = AT_STEP_MAY_FAIL }, /* tells SIM changes */
};

const struct modem_ops modem_simcom = {
	.name = "simcom",
	.ids = ids,
	.quirks = {
		.iccid_cmd = "AT+CCID",
		.pin_tries_cmd = "AT+SPIC",
		.temperature_cmd = "AT+CMTE?",
		.cmgs_answer_ms = 60000, /* 4.2.5 of the SIM800 manual: 60 s */
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
