/*
 * u-blox: LISA, SARA, TOBY, LARA. u-blox Cellular Modules AT Commands Manual UBX-13002752
 * R65; SARA-R4 AT Commands Manual UBX-17003787 R18.
 */
#include "drivers/family/modem_family.h"

static const struct modem_id ids[] = {
	{ "u-blox", NULL },
	{ 0 },
};

static const struct modem_usb usb[] = {
	{ 0x1546, 0, 0 }, /* LISA, TOBY, SARA-U2: CDC-ACM, the first takes commands */
	{ 0x05C6, 0x90B2, 2 }, /* SARA-R4 */
	{ 0 },
};

static const struct at_urc urcs[] = {
	{ .prefix = "+UUSTS:" },
	{ .prefix = "+PACSP" },
	{ .prefix = "+UUSIMSTAT:", .what = MODEM_URC_SIM },
	{ 0 },
};

static const struct at_step setup[] = {
	{ .cmd = "AT+UPSV=0", .flags = AT_STEP_MAY_FAIL },  /* no sleep on the UART */
	{ .cmd = "AT+UTEMP=0", .flags = AT_STEP_MAY_FAIL }, /* degrees Celsius */
	{ .cmd = "AT+CGSMS=3", .flags = AT_STEP_MAY_FAIL }, /* TS 27.007 10.1.21 */
	{ .cmd = "AT+CTZU=1", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CTZR=1", .flags = AT_STEP_MAY_FAIL }, /* 27.007 8.41: +CTZV */
	{ .cmd = "AT+CTZR=2",
		.flags = AT_STEP_MAY_FAIL }, /* or +CTZE, where it has that */
	{ .cmd = "AT+USIMSTAT=1", .flags = AT_STEP_MAY_FAIL }, /* tells SIM changes */
};

const struct modem_ops modem_ublox = {
	.name = "u-blox",
	.ids = ids,
	.usb = usb,
	.quirks = {
		.iccid_cmd = "AT+CCID",
		.pin_tries_cmd = "AT+UPINCNT",
		.temperature_cmd = "AT+UTEMP?",
		.restart_cmd = "AT+CFUN=16", /* silent reset, the SIM too: 5.3 */
		.cmgs_answer_ms = 150000,    /* 11.15: up to 150 s */
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
