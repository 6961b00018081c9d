/*
 * What a modem may repeat as often as it likes, and we pass on only so often: warnings in
 * the log, and news to the caller. Pure.
 */
#ifndef DRIVERS_CALM_H
#define DRIVERS_CALM_H

#include <stdbool.h>
#include <stdint.h>

struct calm { /* zeroed: nothing was passed on yet */
	uint64_t until_ms;
	unsigned passed; /* in this span */
};

/* May one more pass at now_ms? At most most in any span that begins with the first. */
static inline bool calm_passes(
	struct calm *c, uint64_t now_ms, uint32_t span_ms, unsigned most)
{
	if (now_ms >= c->until_ms) {
		c->until_ms = now_ms + span_ms;
		c->passed = 0;
	}
	return c->passed++ < most;
}

#endif
