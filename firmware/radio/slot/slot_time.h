/*
 * How long a slot's modem worked and could send, and how strong its signal was, between
 * two times that the bank writes it down. By the monotonic clock alone.
 *
 * It works while it answers and no failure is open: also where it waits for a PIN, a
 * network or the end of a limit. A modem that is not there, is being looked for or is
 * being brought back does not.
 *
 * Loop thread. Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_TIME_H
#define RADIO_SLOT_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/store/bay_time.h"

struct slot;

struct slot_time {
	bool is_up, is_ready; /* since then */
	uint64_t since_ms;
	struct bay_time kept; /* not yet written */
};

void slot_time_init(struct slot *slot);
/* What it counts as may have changed just now. */
void slot_time_note(struct slot *slot);
/* 0: not known. */
void slot_time_signal(struct slot *slot, int dbm);
/* What is kept is another modem's. */
void slot_time_forget(struct slot *slot);
/* It stopped working, and what it did before is not written yet. */
bool slot_time_has_ended(const struct slot *slot);
/* Up to now, to be written; false: nothing. */
bool slot_time_take(struct slot *slot, struct bay_time *out);
/* It could not be written. */
void slot_time_give_back(struct slot *slot, const struct bay_time *time);

#endif
