/*
 * What a line of a modem means, read by regular expressions and by hand: against it the
 * parsers of drivers/at are held. It shares no code with them.
 */
#ifndef TESTS_UNIT_AT_READINGS_H
#define TESTS_UNIT_AT_READINGS_H

#include <stdbool.h>
#include <stddef.h>

/* out: as test_at_vectors.c prints the parsers' results; "": no parser may take it.
 * False: nobody has said what such a line means, or size is too small. */
bool at_reading_find(const char *line, char *out, size_t size);

#endif
