/*
 * A folder of a test's own below TMPDIR (or /tmp). The suite's runner gives each suite a
 * TMPDIR and fails it for what is left there, so whoever makes one drops it.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "firmware/base/str.h"

/* Enough for a runner's TMPDIR; a socket's path (107) has to fit behind it. */
#define SCRATCH_SIZE 96

/* Makes an empty folder and writes its path. */
static inline void scratch_make(char out[SCRATCH_SIZE])
{
	const char *below = getenv("TMPDIR");

	assert_true(str_format(
		out, SCRATCH_SIZE, "%s/chapar-XXXXXX", below && *below ? below : "/tmp"));
	assert_non_null(mkdtemp(out));
}

/* Removes a folder that scratch_make() made, with all that is in it. */
static inline void scratch_drop(const char *folder)
{
	char command[SCRATCH_SIZE + 16];

	assert_true(str_format(command, sizeof(command), "rm -r '%s'", folder));
	assert_int_equal(system(command), 0);
}

#endif
