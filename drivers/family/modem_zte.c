/*
 * ZTE sticks: MF100, MF110, MF180, MF190, MF626, K3565-Z and what operators sold under
 * their own names. ZTE MF Series AT Command Set V1.1.
 */
#include "drivers/family/modem_family.h"

static const struct modem_id ids[] = {
	{ "ZTE", NULL },
	{ "QUALCOMM INCORPORATED", "M6280" }, /* MF6xx that kept the chip's names */
	{ "QUALCOMM INCORPORATED", "MF" },
	{ 0 },
};

static const struct modem_usb usb[] = {
	{ 0x19D2, 0x0031, 1 }, /* 0 diagnostics, 1 AT, 2 or 3 modem */
	{ 0x19D2, 0x0117, 1 },
	{ 0 },
};

static const struct at_urc urcs[] = {
	{ .prefix = "+ZUSIMR:",
		.what = MODEM_URC_NOISE }, /* "UIM card ready", repeated */
	{ .prefix = "+ZDONR:" },
	{ .prefix = "+ZPASR:" },
	{ .prefix = "+ZPSTM:" },
	{ .prefix = "+ZEND:" },
	{ 0 },
};

static const struct at_step setup[] = {
	{ .cmd = "AT+ZOPRT=5",
		.flags = AT_STEP_MAY_FAIL }, /* on line: some start off it */
	{ .cmd = "AT+ZURDY?", .flags = AT_STEP_MAY_FAIL }, /* ends the +ZUSIMR lines */
};

const struct modem_ops modem_zte = {
	.name = "zte",
	.ids = ids,
	.usb = usb,
	.quirks = {
		.iccid_cmd = "AT+ZGETICCID",
		.pin_tries_cmd = "AT+ZPINPUK=?",
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
