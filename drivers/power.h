/*
 * Supply, reset and power-key lines of the bays, as the board's profile has them: what a
 * person would do with the plug. A bay without lines answers ERR_UNSUPPORTED and the
 * caller goes to the next rung.
 *
 * Threading: the loop's thread; nothing here waits.
 */
#ifndef DRIVERS_POWER_H
#define DRIVERS_POWER_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/base/loop.h"

struct board_profile;
struct gpio_backend;
struct power;

enum {
	POWER_NO_BAY = -1
};

/* Takes the lines; supplies are switched on one after the other. A line that cannot be
 * had is asked for again for a minute; then that is logged and its bay does without it.
 * profile and backend: borrowed until destroyed. */
enum err power_create(struct power **out, struct loop *loop,
	const struct board_profile *profile, const struct gpio_backend *backend);
void power_destroy(struct power *power); /* accepts NULL; bays keep their supply */

/* The bay that a port belongs to, by its USB socket or UART: index from 0, POWER_NO_BAY
 * where the profile has none. power NULL: none. */
int power_bay_of(const struct power *power, const char *port);
/* As the profile numbers it, from 1. */
unsigned power_bay_number(const struct power *power, int bay);
/* Whether the bay can be switched at all; any bay, power NULL: no. */
bool power_has_line(const struct power *power, int bay);
/* A port came or went, of any bay or none. A USB bay that has none for some minutes gets
 * its power anew, for a modem that fell off its bus comes back by nothing else; ever
 * more seldom, as its socket may just be empty. power NULL: nothing. */
void power_note_port(struct power *power, const char *port, bool is_there);
/* Whether the port is all there is of the bay, so that silence means "off" or "hung": a
 * UART, or the whole modem in a USB socket by its place, not one of its several ports. */
bool power_is_alone(const struct power *power, int bay, const char *port);
/* Turns the bay off and on again, by the best of its lines. Returns at once; out_ms:
 * until the modem may be spoken to. While it runs already: the time that is left. */
enum err power_cycle(struct power *power, int bay, uint64_t *out_ms);

#endif
