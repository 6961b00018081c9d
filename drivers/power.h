/*
 * Supply, reset and power-key lines of the bays, from the board profile. A board without
 * lines answers ERR_UNSUPPORTED and the caller goes to the next rung.
 */
#ifndef DRIVERS_POWER_H
#define DRIVERS_POWER_H

#include <stdbool.h>

#include "firmware/base/err.h"

/* Whether it can be switched at all. */
bool power_has_line(unsigned bay);
/* Turns bay (0-based) off and on again. Returns at once; the modem re-enumerates later.
 */
enum err power_cycle(unsigned bay);

#endif
