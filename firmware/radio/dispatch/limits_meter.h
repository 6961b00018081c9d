/*
 * Parts in any 60 seconds or any 60 minutes: a sliding window of small steps, on the
 * monotonic clock. What was added counts for the window's length and at most one step
 * more, never less, so that a limit checked against it holds in every such span.
 */
#ifndef RADIO_LIMITS_METER_H
#define RADIO_LIMITS_METER_H

#include <stdint.h>

enum {
	METER_STEPS = 120, /* in a window */
	METER_MINUTE_STEP_MS = 60000 / METER_STEPS,
	METER_HOUR_STEP_MS = 3600000 / METER_STEPS,
};

struct limits_meter { /* zeroed but for step_ms: nothing yet */
	uint32_t step_ms;
	uint32_t sum;			  /* of counts, as of at */
	uint64_t at;			  /* the step that was written last */
	uint16_t counts[METER_STEPS + 1]; /* by step, a ring */
};

/* Time must not go back between two of these. */
void meter_add(struct limits_meter *m, uint32_t parts, uint64_t now_ms);
uint32_t meter_sum(const struct limits_meter *m, uint64_t now_ms);
/* The first ms at which the sum is at most max; now_ms where it is already. */
uint64_t meter_frees_at(const struct limits_meter *m, uint32_t max, uint64_t now_ms);

#endif
