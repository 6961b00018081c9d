/*
 * Asking a SIM's operator what is left on it, by the operator's script, when no message
 * waits.
 *
 * Loop thread. Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_BALANCE_H
#define RADIO_SLOT_BALANCE_H

#include "firmware/radio/slot/slot_ussd.h"
#include "firmware/radio/store_thread.h"
#include "firmware/store/balance.h"

struct slot;

struct slot_balance_look { /* is it time? */
	struct store_job job;
	struct slot *slot;
	int64_t sim_id;
	struct balance_due due;
	bool is_wanted, is_due, posted;
};

struct slot_balance_note { /* what the operator said */
	struct store_job job;
	struct slot *slot;
	int64_t sim_id, amount;
	bool has_amount, posted;
	char text[BALANCE_TEXT_MAX];
};

struct slot_balance {
	struct slot_balance_look look;
	struct slot_balance_note note;
	uint64_t again_ms; /* monotonic: not before */
	bool is_asking;	   /* the question in hand is ours */
	bool is_wanted;	   /* whether it is time or not */
};

void slot_balance_init(struct slot *slot);
/* Another SIM, or a new start: look soon. */
void slot_balance_reset(struct slot *slot);
/* Somebody wants to know: as soon as no message waits, whenever it was read last. */
void slot_balance_now(struct slot *slot);
/* At the end of a turn in which nothing waits. */
void slot_balance_turn(struct slot *slot);
/* The end of the question, if it was ours; false: somebody else asked. */
bool slot_balance_take(struct slot *slot, const struct slot_ussd_end *end);

#endif
