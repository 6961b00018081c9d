/*
 * Wavecom and the Sierra models that came of it: WMOD2, Fastrack, Q24xx, Q26xx, SL60xx.
 * Wavecom AT Commands Interface Guide, Open AT firmware 7.4; Sierra AirPrime Firmware 7.x
 * AT Commands Manual 4111843.
 */
#include "drivers/family/modem_family.h"

static const struct modem_id ids[] = {
	{ "WAVECOM", NULL },
	{ "SIERRA WIRELESS", "MULTIBAND" },
	{ "SIERRA WIRELESS", "Q2" },
	{ "SIERRA WIRELESS", "SL6" },
	{ 0 },
};

static const struct at_urc urcs[] = {
	{ .prefix = "+WIND: 0", .what = MODEM_URC_SIM }, /* the SIM was taken out */
	{ .prefix = "+WIND: 1", .what = MODEM_URC_SIM }, /* it was put in; 10 to 16 too */
	{ .prefix = "+WIND:" },
	{ 0 },
};

/* 0, 1: the SIM; 3 and 4 would come at power-on: an echo that is on again tells that. */
static const struct at_step setup[] = {
	{ .cmd = "AT+WIND=1", .flags = AT_STEP_MAY_FAIL },
};

const struct modem_ops modem_wavecom = {
	.name = "wavecom",
	.ids = ids,
	.quirks = {
		.iccid_cmd = "AT+CCID",
		.pin_tries_cmd = "AT+CPINC",
		.restart_cmd = "AT+CFUN=1", /* 3.11: restarts the whole stack */
	},
	.setup = { setup, sizeof(setup) / sizeof(setup[0]) },
	.urcs = urcs,
};
