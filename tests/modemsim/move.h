/*
 * A modem that restarts as USB does: its port goes, and some time later there is one of
 * another name, or of the first one again.
 */
#ifndef MODEMSIM_MOVE_H
#define MODEMSIM_MOVE_H

#include "tests/modemsim/modem.h"

/* Unplugs the modem, which is plugged, for settings.moves_ms. */
void move_start(struct modem *m);
/* Its end; timer_fn of a struct modem. */
void move_due(void *user);

#endif
