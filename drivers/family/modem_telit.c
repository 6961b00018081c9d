/*
 * Telit: GC864, GE865, GL865, GE910, HE910, LE910, ME910. Telit AT Commands Reference
 * Guide 80000ST10025a Rev. 24; LE920x4/LE910Cx 80490ST10778A Rev. 3.
 */
#include "drivers/family/modem_family.h"

static const struct modem_id ids[] = {
	{ "Telit", NULL },
	{ 0 },
};

static const struct modem_usb usb[] = {
	{ 0x1BC7, 0x0021, 0 }, /* HE910: CDC-ACM, 0 is AT */
	{ 0x1BC7, 0x1201, 4 }, /* LE910: 0 diagnostics, 3 NMEA, 4 and 5 AT */
	{ 0x1BC7, 0x1031, 1 }, /* LE910C1: 0 diagnostics, 1 and 2 AT */
	{ 0x1BC7, 0x1033, 1 }, /* the same with a network card of another kind */
	{ 0x1BC7, 0x1101, 1 }, /* ME910 with two AT ports; 0 diagnostics */
	{ 0 },
};

static const struct at_urc urcs[] = {
	{ .prefix = "#QSS:", .what = MODEM_URC_SIM },
	{ .prefix = "#TEMPMEAS:" },
	{ .prefix = "#NITZ:", .what = MODEM_URC_CLOCK },
	{ 0 },
};

static const struct at_step setup[] = {
	{ .cmd = "AT#SELINT=2", .flags = AT_STEP_MAY_FAIL }, /* the newest command set */
	{ .cmd = "AT+CFUN=1", .flags = AT_STEP_MAY_FAIL },   /* no power saving */
	{ .cmd = "AT#QSS=1", .flags = AT_STEP_MAY_FAIL },    /* tells SIM changes */
	{ .cmd = "AT+CGSMS=3", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CTZU=1", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CTZR=1", .flags = AT_STEP_MAY_FAIL }, /* 27.007 8.41: +CTZV */
	{ .cmd = "AT+CTZR=2",
		.flags = AT_STEP_MAY_FAIL }, /* or +CTZE, where it has that */
};

const struct modem_ops modem_telit = {
	.name = "telit",
	.ids = ids,
	.usb = usb,
	.quirks = {
		.iccid_cmd = "AT#CCID",
		.pin_tries_cmd = "AT#PCT",
		.temperature_cmd = "AT#TEMPMON=1",
		.supply_cmd = "AT#CBC",
		.vendor_cmd = "AT#REBOOT",
		.cmgs_answer_ms = 120000,
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
