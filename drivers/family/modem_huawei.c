/*
 * Huawei sticks and modules: E1xx, E3xx, K3xxx, MU609, ME909. HUAWEI UMTS M2M Module AT
 * Command Interface Specification V100R001, issue 18; ME909s issue 03. They print much
 * that begins with '^', all the time; old firmware says "COMMAND NOT SUPPORT". The sticks
 * take USSD as packed octets in spite of 27.007 (oFono and gammu ask them so, too); what
 * takes it as text is asked so after its refusal.
 */
#include "drivers/family/modem_family.h"

static const struct modem_id ids[] = {
	{ "huawei", NULL },
	{ 0 },
};

static const struct modem_usb usb[] = {
	/* modem and "PC user interface", which alone tells news */
	{ 0x12D1, 0x1001, 2 }, /* E1550, E169, E620 */
	{ 0x12D1, 0x1003, 1 }, /* E220 */
	{ 0x12D1, 0x140C, 3 }, /* E180 */
	{ 0x12D1, 0x1436, 4 }, /* E173 */
	{ 0x12D1, 0x14AC, 4 }, /* E1820 */
	{ 0x12D1, 0x1506, 1 }, /* E303, E367, E3372s */
	{ 0 },
};

static const struct at_urc urcs[] = {
	{ .prefix = "^RSSI:" },
	{ .prefix = "^MODE:" },
	{ .prefix = "^BOOT:" },
	{ .prefix = "^DSFLOWRPT:" },
	{ .prefix = "^SRVST:", .what = MODEM_URC_NOISE },
	{ .prefix = "^STIN:" },
	{ .prefix = "^HCSQ:" },
	{ .prefix = "^CONN:", .what = MODEM_URC_NOISE },
	{ .prefix = "^CEND:", .what = MODEM_URC_CALL_ENDED },
	{ .prefix = "^NWTIME:", .what = MODEM_URC_CLOCK },
	{ 0 },
};

static const struct at_step setup[] = {
	/* the "^" news off: ^BOOT comes every few seconds, ^RSSI more often. Where ^SIMST
	 * goes with it, +CPIN? is asked at each sweep anyway */
	{ .cmd = "AT^CURC=0", .flags = AT_STEP_MAY_FAIL },
};

const struct modem_ops modem_huawei = {
	.name = "huawei",
	.ids = ids,
	.usb = usb,
	.quirks = {
		.iccid_cmd = "AT^ICCID?",
		.pin_tries_cmd = "AT^CPIN?",
		.temperature_cmd = "AT^CHIPTEMP?",
		.clock_cmd = "AT^NWTIME?",
		.vendor_cmd = "AT^RESET",
		.packs_ussd = true,
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
