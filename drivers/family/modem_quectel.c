/*
 * Quectel for 2G: M10, M26, M35, M66, M95. M95 AT Commands Manual V3.1; M26 AT Commands
 * Manual V1.0.
 */
#include "drivers/family/modem_family.h"

static const struct modem_id ids[] = {
	{ "Quectel_Ltd", NULL }, /* so 2G modules alone write it */
	{ "Quectel", "M10" },
	{ "Quectel", "M26" },
	{ "Quectel", "M35" },
	{ "Quectel", "M66" },
	{ "Quectel", "M95" },
	{ "Quectel", "MC20" },
	{ NULL, "Quectel_M" }, /* under the name of whoever sells it */
	{ 0 },
};

static const struct at_urc urcs[] = {
	{ .prefix = "NORMAL POWER DOWN", .what = MODEM_URC_STARTED },
	{ .prefix = "UNDER_VOLTAGE" },
	{ .prefix = "OVER_VOLTAGE" },
	{ 0 },
};

static const struct at_step setup[] = {
	{ .cmd = "AT+QSCLK=0", .flags = AT_STEP_MAY_FAIL }, /* never sleeps */
	{ .cmd = "AT+CTZU=3",
		.flags = AT_STEP_MAY_FAIL }, /* the network sets the clock */
};

const struct modem_ops modem_quectel = {
	.name = "quectel",
	.ids = ids,
	.quirks = {
		.iccid_cmd = "AT+QCCID",
		.pin_tries_cmd = "AT+QTRPIN",
		.cmgs_answer_ms = 120000, /* 5.7 of the M95 manual: 120 s */
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
