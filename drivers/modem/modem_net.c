/*
 * The words for what a modem tells of its network. Why it refuses a SIM: TS 24.008
 * 10.5.3.6 and annex G, TS 24.301 9.9.3.9.
 */
#include "drivers/modem_health.h"

#include <assert.h>
#include <stddef.h>

static const struct {
	uint8_t cause;
	const char *words;
} reasons[] = {
	{ 2, "the operator does not know this SIM" },
	{ 3, "the operator does not allow this SIM" },
	{ 5, "the operator does not allow this modem's IMEI" },
	{ 6, "the operator does not allow this modem" },
	{ 7, "the SIM has no data service here" },
	{ 8, "the SIM has no service here" },
	{ 11, "the SIM may not use this network" },
	{ 12, "the SIM may not be used in this area" },
	{ 13, "the SIM may not roam in this area" },
	{ 14, "the SIM has no data service in this network" },
	{ 15, "no cell here will do for this SIM" },
	{ 17, "the network failed" },
	{ 20, "the network could not check the SIM" },
	{ 21, "the SIM and the network lost step" },
	{ 22, "the network is full" },
	{ 25, "the SIM is not in the cell's closed group" },
	{ 35, "the SIM lacks this service" },
	{ 111, "the network saw a protocol error" },
};

const char *modem_reject_words(uint8_t cause)
{
	if (cause == 0)
		return "";
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].cause == cause)
			return reasons[i].words;
	return "the network refuses the SIM and gives a cause that is not known";
}

const char *modem_tech_name(enum modem_tech tech)
{
	static const char *const names[] = {
		[MODEM_TECH_UNKNOWN] = "",
		[MODEM_TECH_2G] = "2g",
		[MODEM_TECH_3G] = "3g",
		[MODEM_TECH_LTE] = "lte",
		[MODEM_TECH_5G] = "5g",
	};
	static_assert(sizeof(names) / sizeof(names[0]) == MODEM_TECHS, "one for each");

	return names[tech];
}
