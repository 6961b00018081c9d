#include "firmware/radio/dispatch/rate.h"

#include <string.h>

static void move_to(struct rate *rate, uint64_t now_s)
{
	if (now_s >= rate->at_s + RATE_SECONDS) {
		memset(rate->counts, 0, sizeof(rate->counts));
		rate->at_s = now_s;
	}
	while (rate->at_s < now_s)
		rate->counts[++rate->at_s % RATE_SECONDS] = 0;
}

void rate_add(struct rate *rate, uint64_t now_ms)
{
	move_to(rate, now_ms / 1000);
	rate->counts[rate->at_s % RATE_SECONDS]++;
}

uint32_t rate_per_min(struct rate *rate, uint64_t now_ms)
{
	uint32_t sum = 0;

	move_to(rate, now_ms / 1000);
	for (unsigned i = 0; i < RATE_SECONDS; i++)
		sum += rate->counts[i];
	return sum;
}
