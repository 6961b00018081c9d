/*
 * Sierra Wireless with a Qualcomm chip: MC8775 to MC8795, MC73xx, EM74xx, USB sticks.
 * AirPrime MC/SL Series Extended AT Command Reference 2130617 Rev. 16; AirPrime EM74xx/
 * MC74xx 4117727 Rev. 21.
 */
#include "drivers/family/modem_family.h"

static const struct modem_id ids[] = {
	{ "Sierra Wireless", NULL },
	{ 0 },
};

static const struct modem_usb usb[] = {
	{ 0x1199, 0x68A2, 3 }, /* MC77xx: 0 diagnostics, 2 NMEA, 3 AT */
	{ 0x1199, 0x68C0, 3 }, /* MC73xx */
	{ 0x1199, 0x9071, 3 }, /* EM74xx, MC74xx */
	{ 0x1199, 0x9079, 3 },
	{ 0 },
};

static const struct at_urc urcs[] = {
	{ .prefix = "*PSALLREADY:" },
	{ 0 },
};

static const struct at_step setup[] = {
	{ .cmd = "AT+CGSMS=3", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CTZU=1", .flags = AT_STEP_MAY_FAIL },
	{ .cmd = "AT+CTZR=1", .flags = AT_STEP_MAY_FAIL }, /* 27.007 8.41: +CTZV */
	{ .cmd = "AT+CTZR=2",
		.flags = AT_STEP_MAY_FAIL }, /* or +CTZE, where it has that */
};

const struct modem_ops modem_sierra = {
	.name = "sierra",
	.ids = ids,
	.usb = usb,
	.quirks = {
		.iccid_cmd = "AT!ICCID?",
		.temperature_cmd = "AT!PCTEMP",
		.supply_cmd = "AT!PCVOLT",
		.vendor_cmd = "AT!RESET",
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
