/*
 * By which way a modem was answered last (the speed of a UART, the port of a USB modem),
 * kept in the store, so that a start does not search for it again.
 *
 * Loop thread, but for slot_ways_load(). Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_WAY_H
#define RADIO_SLOT_WAY_H

#include "drivers/modem.h"
#include "firmware/radio/store_thread.h"

struct slot;

enum {
	SLOT_WAYS_MAX = 64 /* as many as there may be ports */
};

struct slot_ways { /* as they were kept by earlier runs */
	size_t n;
	struct {
		char port[128];
		struct modem_way way;
	} list[SLOT_WAYS_MAX];
};

/* Before the store's thread runs. What cannot be read is searched for again. */
void slot_ways_load(struct slot_ways *out, struct store *s);

struct slot_way {
	struct store_job job;
	struct slot *slot;
	struct modem_way way; /* as the store has it, or will have */
	bool is_kept, posted;
};

void slot_way_init(struct slot *slot); /* its modem is there, and not open */
void slot_way_note(struct slot *slot); /* somebody answers */
/* Something was plugged in, perhaps another modem: the way is tried, and not for long. */
void slot_way_doubt(struct slot *slot);

#endif
