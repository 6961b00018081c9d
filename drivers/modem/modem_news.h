/*
 * Events that carry only "look again": the first is told at once, those that follow soon
 * are told once, when their time is over. A modem that repeats itself without end costs
 * the caller a few events a second. Private to modem*.c.
 */
#ifndef DRIVERS_MODEM_NEWS_H
#define DRIVERS_MODEM_NEWS_H

#include <stdbool.h>

#include "drivers/calm.h"
#include "drivers/modem_types.h"
#include "firmware/base/loop.h"

struct modem_news {
	struct calm calm[MODEM_EVENT_CALL + 1]; /* by kind */
	bool again[MODEM_EVENT_CALL + 1];
	struct loop_timer timer;
};

struct modem_nitz { /* the network's clock, as it was told last */
	bool is_told;
	int64_t utc_s;
	uint64_t at_ms; /* monotonic */
};

void modem_news_tell(struct modem *m, enum modem_event_kind kind);
void modem_news_stop(struct modem *m); /* what was to be told again is not */

#endif
