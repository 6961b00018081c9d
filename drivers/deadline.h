/*
 * Every time limit of the drivers: name, default, what it waits for. No number stands at
 * a call site. Milliseconds, monotonic.
 */
#ifndef DRIVERS_DEADLINE_H
#define DRIVERS_DEADLINE_H

#include <stdint.h>

enum deadline {
	DEADLINE_COMMAND,
	DEADLINE_SIM,
	DEADLINE_PIN,
	DEADLINE_OPERATOR,
	DEADLINE_SEARCH,
	DEADLINE_SEARCH_END,
	DEADLINE_USSD,
	DEADLINE_LIST,
	DEADLINE_RESET,
	DEADLINE_PROMPT,
	DEADLINE_RELEASE,
	DEADLINE_CMGS_ANSWER,
	DEADLINE_CMGS_ANSWER_SOON,
	DEADLINE_CMGS_ANSWER_LEAST,
	DEADLINE_LATE_ANSWER,
	DEADLINE_LATE_WINDOW,
	DEADLINE_MISSING_OK,
	DEADLINE_ESCAPE,
	DEADLINE_DRAIN_TRY,
	DEADLINE_DRAIN_SETTLE,
	DEADLINE_CONNECT,
	DEADLINE_RING,
	DEADLINE_CALM,
	DEADLINE_GRUMBLE,
	DEADLINE_STARTING,
	DEADLINE_RESCAN,
	DEADLINE_UDEV,
	DEADLINE_COUNT
};

/* Its name in logs and in the manual. Static storage. */
const char *deadline_name(enum deadline deadline);
uint32_t deadline_ms(enum deadline deadline);

#endif
