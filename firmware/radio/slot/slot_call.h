/*
 * Somebody rang a SIM: nobody answers, but it is written down, and shown among what came
 * in.
 *
 * Loop thread. Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_CALL_H
#define RADIO_SLOT_CALL_H

#include "firmware/radio/store_thread.h"

struct slot;

enum {
	SLOT_CALLS_MAX = 4 /* on the way to the store at once */
};

struct slot_call {
	struct store_job job;
	struct slot *slot;
	int64_t sim_id, inbound_id;
	char caller[64];
	bool posted;
};

struct slot_calls {
	struct slot_call calls[SLOT_CALLS_MAX];
};

void slot_call_init(struct slot *slot);
/* caller: E.164 with +, or as the network gave it; "": withheld. */
void slot_call_take(struct slot *slot, const char *caller);

#endif
