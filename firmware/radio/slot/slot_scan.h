/*
 * Which networks there are around a slot that is in none: asked once after its self-test,
 * as it takes minutes, and never while a message could go.
 *
 * Loop thread. Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_SCAN_H
#define RADIO_SLOT_SCAN_H

#include "drivers/modem.h"

struct slot;

struct slot_scan {
	bool is_due, runs, is_ending, has_failed;
	struct modem_networks found; /* the last time, and not in a network since */
};

void slot_scan_ask(struct slot *slot);
/* Somebody has seen enough, or a network was found: it ends within seconds. */
void slot_scan_stop(struct slot *slot);
/* It is in a network, or its SIM is another. */
void slot_scan_forget(struct slot *slot);
/* At the end of each turn of the loop, while it looks for its network. */
void slot_scan_turn(struct slot *slot);
bool slot_scan_is_all_forbidden(const struct slot *slot);
/* "3:20201:COSMOTE|1:20205:vodafone GR", 27.007 7.3 <stat>; dst of SLOT_SCAN_TEXT. */
void slot_scan_write(const struct slot *slot, char *dst);

enum {
	SLOT_SCAN_TEXT = MODEM_NETWORKS_MAX * 44
};

#endif
