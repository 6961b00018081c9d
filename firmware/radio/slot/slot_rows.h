/*
 * What the store holds of a slot: the rows of its bay and of its SIM. The bank numbers
 * bays in the order of their ports, by letting each add its row when those before it have
 * one.
 *
 * Loop thread. Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_ROWS_H
#define RADIO_SLOT_ROWS_H

#include "firmware/radio/store_thread.h"
#include "firmware/store/bay_modem.h"

struct slot;

struct slot_bay { /* its row in the store */
	struct store_job job;
	struct slot *slot;
	struct bay row;
	struct bay_arrival arrival; /* of its modem */
	int64_t id;
	bool may_add; /* those before it have their numbers, or want none */
	bool posted, is_dirty;
	bool asks_failed, is_failed; /* asked with it: is a failure open in the store? */
};

struct slot_row { /* its SIM's row */
	struct store_job job;
	struct slot *slot;
	struct sim sim, kept; /* as seen; as the store has it */
	int64_t id;
	bool posted;
};

/* Its bay may get its number now. */
void slot_number(struct slot *slot);
/* Whether it gets one is not known yet; false when that takes too long. */
bool slot_is_starting(const struct slot *slot);

#endif
