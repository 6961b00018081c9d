#include "firmware/radio/dispatch/limits_meter.h"

#include <string.h>

enum {
	SLOTS = METER_STEPS + 1
};

/* What the steps since m->at have pushed out of the window. */
uint32_t meter_sum(const struct limits_meter *m, uint64_t now_ms)
{
	uint64_t step = now_ms / m->step_ms;
	uint32_t sum = m->sum;

	if (sum == 0 || step >= m->at + SLOTS)
		return 0;
	for (uint64_t k = m->at + 1; k <= step; k++)
		sum -= m->counts[k % SLOTS];
	return sum;
}

static void move_to(struct limits_meter *m, uint64_t step)
{
	if (step >= m->at + SLOTS) {
		memset(m->counts, 0, sizeof(m->counts));
		m->sum = 0;
		m->at = step;
	}
	while (m->at < step) {
		uint16_t *count = &m->counts[++m->at % SLOTS];
		m->sum -= *count;
		*count = 0;
	}
}

void meter_add(struct limits_meter *m, uint32_t parts, uint64_t now_ms)
{
	move_to(m, now_ms / m->step_ms);
	uint16_t *count = &m->counts[m->at % SLOTS];
	uint32_t room = UINT16_MAX - (uint32_t)*count;
	uint32_t added = parts < room ? parts : room;

	*count = (uint16_t)(*count + added);
	m->sum += added;
}

uint64_t meter_frees_at(const struct limits_meter *m, uint32_t max, uint64_t now_ms)
{
	uint64_t step = now_ms / m->step_ms;
	uint32_t sum = meter_sum(m, now_ms);

	if (sum <= max)
		return now_ms;
	/* Step k pushes out what was added in step k - SLOTS. */
	for (uint64_t k = step + 1; k < m->at + SLOTS; k++) {
		sum -= m->counts[k % SLOTS];
		if (sum <= max)
			return k * m->step_ms;
	}
	return (m->at + SLOTS) * m->step_ms;
}
