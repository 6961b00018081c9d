/*
 * Cinterion under all its owners (Siemens, Gemalto, Thales): TC35, MC35, MC55, TC65,
 * BGS2, EHS5, EHS6, PHS8, PLS8. BGS2 AT Command Set V01.301; EHS6 AT Command Set
 * V03.001; PHS8 AT Command Set V03.001.
 */
#include "drivers/family/modem_family.h"

static const struct modem_id ids[] = {
	{ "Cinterion", NULL },
	{ "SIEMENS", NULL },
	{ "Gemalto", NULL },
	{ "Thales", NULL },
	{ 0 },
};

static const struct modem_usb usb[] = {
	{ 0x1E2D, 0x0053, 3 }, /* PHS8, PLS8: 0 diagnostics, 1 NMEA, 2 modem, 3 AT */
	{ 0x1E2D, 0x0058, 0 }, /* EHS6: CDC-ACM */
	{ 0x1E2D, 0x0061, 0 }, /* PLS8-E as CDC-ACM */
	{ 0 },
};

static const struct at_urc urcs[] = {
	{ .prefix = "^SHUTDOWN", .what = MODEM_URC_STARTED },
	{ .prefix = "+CIEV: simstatus", .what = MODEM_URC_SIM },
	{ .prefix = "+CIEV: \"simstatus", .what = MODEM_URC_SIM },
	{ .prefix = "+CIEV: nitz", .what = MODEM_URC_CLOCK },
	{ .prefix = "+CIEV: \"nitz", .what = MODEM_URC_CLOCK },
	{ .prefix = "^SBC:" }, /* the supply is too low or too high */
	{ .prefix = "^SCTM_B:" },
	{ .prefix = "SYSSTART", .what = MODEM_URC_STARTED },
	{ 0 },
};

static const struct at_step setup[] = {
	{ .cmd = "AT+CFUN=1", .flags = AT_STEP_MAY_FAIL }, /* may start in flight mode */
	{ .cmd = "AT^SCTM=0,1", .flags = AT_STEP_MAY_FAIL }, /* ^SCTM? gives degrees */
	{ .cmd = "AT+CGSMS=3", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT^SIND=\"simstatus\",1", .flags = AT_STEP_MAY_FAIL }, /* +CIEV */
	{ .cmd = "AT^SIND=\"nitz\",1", .flags = AT_STEP_MAY_FAIL },
};

const struct modem_ops modem_cinterion = {
	.name = "cinterion",
	.ids = ids,
	.usb = usb,
	.quirks = {
		.iccid_cmd = "AT^SCID",
		.pin_tries_cmd = "AT^SPIC",
		.temperature_cmd = "AT^SCTM?",
		.supply_cmd = "AT^SBV",
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
