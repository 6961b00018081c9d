/*
 * SIMCom for LTE: SIM7000, SIM7070, SIM7500, SIM7600, A76xx. SIM7500_SIM7600 Series AT
 * Command Manual V2.00; SIM7000 Series AT Command Manual V1.04.
 */
#include "drivers/family/modem_family.h"

static const struct modem_id ids[] = {
	{ "SIMCOM", "SIM7" },
	{ "SIMCOM", "A76" },
	{ "INCORPORATED", "A76" }, /* so they say it themselves */
	{ NULL, "SIM7600" },
	{ NULL, "SIM7000" },
	{ 0 },
};

static const struct modem_usb usb[] = {
	{ 0x1E0E, 0x9001, 2 }, /* 0 diagnostics, 1 GNSS, 2 AT, 3 modem */
	{ 0x1E0E, 0x9011, 2 },
	{ 0 },
};

static const struct at_urc urcs[] = {
	{ .prefix = "NORMAL POWER DOWN", .what = MODEM_URC_STARTED },
	{ .prefix = "*ATREADY:", .what = MODEM_URC_STARTED },
	{ .prefix = "UNDER-VOLTAGE" },
	{ .prefix = "OVER-VOLTAGE" },
	{ .prefix = "DST:" },
	{ .prefix = "RXDTMF:" },
	{ .prefix = "MISSED_CALL:" },
	{ 0 },
};

static const struct at_step setup[] = {
	/* TS 27.007 10.1.21: over the circuit-switched side (SGs on LTE), else the other
	 */
	{ .cmd = "AT+CGSMS=3", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CTZU=1", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CTZR=1", .flags = AT_STEP_MAY_FAIL }, /* 27.007 8.41: +CTZV */
	{ .cmd = "AT+CTZR=2",
		.flags = AT_STEP_MAY_FAIL }, /* or +CTZE, where it has that */
};

const struct modem_ops modem_simcom_lte = {
	.name = "simcom-lte",
	.ids = ids,
	.usb = usb,
	.quirks = {
		.iccid_cmd = "AT+CICCID",
		.pin_tries_cmd = "AT+SPIC",
		.temperature_cmd = "AT+CPMUTEMP",
		.vendor_cmd = "AT+CRESET",
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
