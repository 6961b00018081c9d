/*
 * Quectel for 3G and LTE: UC15, UC20, EC20, EC21, EC25, EG25, EG91, BG95, BG96. EC25 and
 * EC21 AT Commands Manual V1.3; BG96 AT Commands Manual V2.1.
 */
#include "drivers/family/modem_family.h"

static const struct modem_id ids[] = {
	{ "Quectel", NULL },
	{ 0 },
};

static const struct modem_usb usb[] = {
	{ 0x2C7C, 0, 2 },      /* 0 diagnostics, 1 GNSS, 2 AT, 3 modem */
	{ 0x05C6, 0x9215, 2 }, /* EC20 as it left Qualcomm */
	{ 0x05C6, 0x9003, 2 }, /* UC20 */
	{ 0 },
};

static const struct at_urc urcs[] = {
	{ .prefix = "NORMAL POWER DOWN", .what = MODEM_URC_STARTED },
	{ .prefix = "POWERED DOWN", .what = MODEM_URC_STARTED },
	{ .prefix = "APP RDY", .what = MODEM_URC_STARTING },
	{ .prefix = "+QIND: SMS DONE", .what = MODEM_URC_STARTING },
	{ .prefix = "+QIND: PB DONE", .what = MODEM_URC_STARTING },
	{ 0 },
};

static const struct at_step setup[] = {
	/* news on the port that we hold, whichever that is */
	{ .cmd = "AT+QURCCFG=\"urcport\",\"all\"", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CGSMS=3", .flags = AT_STEP_MAY_FAIL }, /* TS 27.007 10.1.21 */
	{ .cmd = "AT+CTZU=1", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CTZR=2", .flags = AT_STEP_MAY_FAIL },     /* +CTZE: 27.007 8.41 */
	{ .cmd = "AT+QSIMSTAT=1", .flags = AT_STEP_MAY_FAIL }, /* tells SIM changes */
};

const struct modem_ops modem_quectel_lte = {
	.name = "quectel-lte",
	.ids = ids,
	.usb = usb,
	.quirks = {
		.iccid_cmd = "AT+QCCID",
		.pin_tries_cmd = "AT+QPINC?",
		.temperature_cmd = "AT+QTEMP",
		.clock_cmd = "AT+QLTS=1", /* UTC as the network told; +CCLK? mixes zones */
		.cmgs_answer_ms = 120000, /* 6.8 of the EC25 manual: 120 s */
		.act8_is_lte = true,	  /* BG95, BG96 */
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
