#include "firmware/radio/slot/ladder.h"

#include <assert.h>

static const struct {
	const char *name;
	uint32_t pause_ms, settle_ms;
	enum ladder_port least; /* that may be known of the port */
} rungs[] = {
	[RUNG_DRAIN] = { "drain", 0, 0, LADDER_KNOWN },
	[RUNG_REOPEN] = { "reopen", 500, 500, LADDER_STRANGER },
	[RUNG_CFUN] = { "cfun", 1000, 5000, LADDER_KNOWN },
	[RUNG_VENDOR] = { "vendor", 2000, 8000, LADDER_KNOWN },
	[RUNG_USB] = { "usb", 2000, 8000, LADDER_MODEM },
	[RUNG_POWER] = { "power", 4000, 8000, LADDER_ALONE },
	[RUNG_FAULT] = { "fault", 15000, 0, LADDER_STRANGER },
};
static_assert(sizeof(rungs) / sizeof(rungs[0]) == RUNG_COUNT, "one row for each rung");

enum {
	FAULT_DOUBLINGS = 5 /* 15 s to 8 min */
};

enum rung ladder_climb(
	struct ladder *ladder, enum rung from, enum ladder_port port, unsigned can)
{
	enum rung rung = ladder->next > from ? ladder->next : from;

	while (rung < RUNG_FAULT &&
		(port < rungs[rung].least || !(can & LADDER_RUNG(rung))))
		rung++;
	ladder->climbs++;
	if (rung == RUNG_FAULT) {
		ladder->faults++;
		ladder->next = RUNG_REOPEN;
	} else {
		ladder->next = rung + 1;
	}
	return rung;
}

void ladder_reset(struct ladder *ladder)
{
	ladder->next = RUNG_DRAIN;
	ladder->faults = 0;
}

uint64_t ladder_pause_ms(const struct ladder *ladder, enum rung rung)
{
	uint64_t pause = rungs[rung].pause_ms;

	if (rung != RUNG_FAULT)
		return pause;
	uint32_t times = ladder->faults > 0 ? ladder->faults - 1 : 0;
	return pause << (times < FAULT_DOUBLINGS ? times : FAULT_DOUBLINGS);
}

uint64_t ladder_settle_ms(enum rung rung)
{
	return rungs[rung].settle_ms;
}

const char *ladder_rung_name(enum rung rung)
{
	return rungs[rung].name;
}
