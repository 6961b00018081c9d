/*
 * What was measured of the bays (slot_time.h), on its way to the store. Part of
 * radio_parts.h.
 */
#ifndef RADIO_RADIO_TIMES_H
#define RADIO_RADIO_TIMES_H

#include "firmware/radio/radio.h"
#include "firmware/radio/store_thread.h"
#include "firmware/store/bay_time.h"

struct slot;

struct radio_time { /* of one bay */
	size_t slot;
	int64_t bay_id;
	struct bay_time time;
};

struct radio_times {
	struct store_job job;
	struct radio *radio;
	struct radio_time rows[RADIO_SLOTS_MAX];
	size_t n;
	int64_t ran_ms;
	uint64_t since_ms; /* what is not written yet began */
	bool posted, is_wanted, is_ended;
	struct loop_timer timer;
};

void radio_times_init(struct radio *radio);
/* A slot changed. */
void radio_times_note(struct radio *radio, const struct slot *slot);
void radio_times_turn(struct radio *radio); /* at the end of a turn */
/* How long the radio side runs that is not in the store yet. */
uint64_t radio_times_unwritten_ms(const struct radio *radio);
/* The last time; what cannot be written now is lost. */
void radio_times_end(struct radio *radio);

#endif
