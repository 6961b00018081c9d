/*
 * The front of a board: lights, buzzer, button, alarm inputs, switched outputs. Lines
 * alone; what they mean is decided elsewhere. (What switches the bays is in power.h.)
 *
 * Threading: the loop's thread.
 */
#ifndef DRIVERS_BOARD_H
#define DRIVERS_BOARD_H

#include "drivers/board_profile.h"

struct board;

struct board_env { /* borrowed until board_destroy() */
	struct loop *loop;
	const struct board_profile *profile;
	const struct gpio_backend *backend;
	/* After the line has been steady for a while, and how it is when it is first
	 * read: off, up too. */
	void (*button)(void *user, bool is_down);
	void (*input)(void *user, unsigned input, bool is_on);
	void *user;
};

/* A line that cannot be had is asked for again for a minute; then that is logged and the
 * board does without it. ERR_MEM. */
enum err board_create(struct board **out, const struct board_env *env);
void board_destroy(struct board *board); /* accepts NULL; lights off, outputs off */

/* All of these do nothing where there is no such line. bay: an index, or POWER_NO_BAY. */
void board_light_bay(struct board *board, int bay, bool on);
void board_light_status(struct board *board, bool on);
void board_buzz(struct board *board, bool on);
/* ERR_UNSUPPORTED: the line could not be had; ERR_SYS: it cannot be switched. */
enum err board_switch(struct board *board, unsigned output, bool on);
bool board_has_output(const struct board *board, unsigned output);

#endif
