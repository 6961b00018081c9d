/*
 * A family to copy. Say here which models it was tried with and which manual it follows
 * (title, revision), and cite the manual's section at each line that needs it.
 *
 *   1. cp modem_skel.c modem_acme.c; rename modem_skel to modem_acme; drop what the
 *      modem does not need: an absent field means the standard behaviour.
 *   2. Declare modem_acme in modem_family.h and add &modem_acme to modem_registry.c,
 *      before the generic family.
 *   3. Record a dialogue with the real modem into tests/transcripts/acme_*.txt.
 */
#include "drivers/modem_family.h"

#include "firmware/base/str.h"

/* By maker, or by model where makers share names. Both are as AT+CGMI, AT+CGMM say. */
static bool match(const struct modem_info *info)
{
	return str_starts(info->manufacturer, "Acme");
}

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
	.match = match,
	.quirks = {
		.iccid_cmd = "AT^ACMEICCID?",
		.cmgs_answer_ms = 120000, /* its network answers late, manual 7.3 */
		.vendor_cmd = "AT^ACMERESET",
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
