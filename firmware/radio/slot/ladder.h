/*
 * Which means to try next on a modem that does not work, and how long to wait first. Each
 * failure climbs one rung; a modem that has worked for a while starts again at the foot.
 * Pure but for its own counters.
 */
#ifndef RADIO_LADDER_H
#define RADIO_LADDER_H

#include <stdbool.h>
#include <stdint.h>

enum rung {
	RUNG_DRAIN,  /* ESC, read away what comes late */
	RUNG_REOPEN, /* close the port and open it */
	RUNG_CFUN,   /* restart the modem by command */
	RUNG_VENDOR, /* the same by its maker's own command */
	RUNG_USB,    /* reset its USB device on the bus */
	RUNG_POWER,  /* switch its supply off and on */
	RUNG_FAULT,  /* nothing helped: wait, then all over again */
	RUNG_COUNT
};

enum {
	LADDER_HEALTHY_MS = 60000 /* works so long: the next failure is a new one */
};

struct ladder { /* zeroed: at the foot */
	enum rung next;
	uint32_t climbs, faults; /* since start; since it worked last */
};

/* What is known of a port; the less, the fewer rungs may be tried on it. */
enum ladder_port {
	LADDER_STRANGER, /* nothing ever answered; it may be the second port of a modem */
	LADDER_MODEM,	 /* nothing ever answered, but its USB device says it is one */
	LADDER_ALONE,	 /* nothing ever answered, and its bay has no other port: off? */
	LADDER_KNOWN,	 /* a modem has answered here before */
};
/* Sets of rungs: what can be done here at all. */
#define LADDER_RUNG(rung) (1u << (rung))
#define LADDER_ALL (LADDER_RUNG(RUNG_COUNT) - 1)
/* The rung to try now, at least `from`; RUNG_FAULT always can. */
enum rung ladder_climb(
	struct ladder *ladder, enum rung from, enum ladder_port port, unsigned can);
/* It worked. */
void ladder_reset(struct ladder *ladder);
/* Before trying the rung; for RUNG_FAULT before starting over. */
uint64_t ladder_pause_ms(const struct ladder *ladder, enum rung rung);
/* After it, before the modem is spoken to. */
uint64_t ladder_settle_ms(enum rung rung);
const char *ladder_rung_name(enum rung rung);

#endif
