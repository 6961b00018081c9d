/*
 * All that is wrong with a board's profile, not just the first thing: for whoever writes
 * one.
 */
#ifndef DRIVERS_BOARD_CHECK_H
#define DRIVERS_BOARD_CHECK_H

#include "drivers/board_profile.h"

/* why: one sentence with file and line, borrowed. */
typedef void (*board_check_fn)(void *user, const char *why);
struct board_complaints {
	board_check_fn fn;
	void *user;
	size_t n; /* out: how many */
};
/* Reads the file (not "virtual") and tells every fault. ERR_OK: out is the board;
 * ERR_INPUT: there were faults; ERR_NOTFOUND, ERR_SYS: it cannot be read, told too. */
enum err board_check(
	struct board_profile *out, const char *file, struct board_complaints *complaints);

#endif
