/*
 * Parts in the last minute, measured: sixty counters of a second each.
 */
#ifndef RADIO_RATE_H
#define RADIO_RATE_H

#include <stdint.h>

enum {
	RATE_SECONDS = 60
};

struct rate { /* zeroed: nothing yet */
	uint16_t counts[RATE_SECONDS];
	uint64_t at_s; /* the second that was counted last */
};

/* now_ms: monotonic. */
void rate_add(struct rate *rate, uint64_t now_ms);
uint32_t rate_per_min(struct rate *rate, uint64_t now_ms);

#endif
