/*
 * A family to copy. Say here which models it was tried with and which manual it follows
 * (title, revision), and cite the manual's section at each line that needs it. README.md
 * in this folder tells the rest.
 */
#include "drivers/family/modem_family.h"

/* By maker, and by model where makers share names: as AT+CGMI, AT+CGMM say. */
static const struct modem_id ids[] = {
	{ "Acme", NULL },
	{ "Acme Cellular", "AC-7" },
	{ 0 },
};

/* bInterfaceNumber of the port that takes commands and tells news. */
static const struct modem_usb usb[] = {
	{ 0xACED, 0x0001, 2 },
	{ 0 },
};

/* Lines that only this family prints. Noise is listed too: a known line is never taken
 * for the answer of a command whose answer has no prefix (AT+CGMM). */
static const struct at_urc urcs[] = {
	{ .prefix = "ACME BOOT", .what = MODEM_URC_STARTED },
	{ .prefix = "^ACMESIM:", .what = MODEM_URC_SIM },
	{ .prefix = "^ACMERSSI:", .what = MODEM_URC_NOISE },
	{ 0 },
};

/* Commands after the common set-up; an optional one must not end it. */
static const struct at_step setup[] = {
	{ .cmd = "AT^ACMEURC=0", .flags = AT_STEP_MAY_FAIL },
};

const struct modem_ops modem_skel = {
	.name = "acme",
	.ids = ids,
	.usb = usb,
	.quirks = {
		.iccid_cmd = "AT^ACMEICCID?",
		.cmgs_answer_ms = 120000, /* its network answers late, manual 7.3 */
		.vendor_cmd = "AT^ACMERESET",
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
