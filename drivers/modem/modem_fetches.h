/*
 * New messages that the modem told of (+CMTI, +CDSI) and that are to be read, in a ring.
 * Shared by modem*.c.
 */
#ifndef DRIVERS_MODEM_FETCHES_H
#define DRIVERS_MODEM_FETCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/modem_types.h"

enum {
	MODEM_FETCH_MAX = 64 /* more than a SIM holds; what exceeds it, a sweep finds */
};

struct modem_fetches {
	struct {
		enum modem_store store;
		uint16_t index;
	} ring[MODEM_FETCH_MAX];
	size_t head, n;
	bool has_found; /* the one that runs */
};

#endif
