/*
 * A text at the end of its own allocation, so that reading past it is seen.
 */
#ifndef TESTS_EXACT_H
#define TESTS_EXACT_H

#include <stdlib.h>
#include <string.h>

/* Freed by the caller. */
static inline char *exact(const char *text)
{
	char *copy = malloc(strlen(text) + 1);

	assert_non_null(copy);
	/* one spare octet only because malloc(0) may be NULL; the parsers get len */
	memcpy(copy, text, strlen(text) + 1);
	return copy;
}

#endif
