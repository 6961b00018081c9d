/*
 * Which script a letter is of, for the few that are mistaken for one another or read from
 * right to left. Pure functions.
 */
#ifndef SMS_SCRIPT_H
#define SMS_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

enum script {
	SCRIPT_NONE, /* no letter, or of another script */
	SCRIPT_LATIN,
	SCRIPT_GREEK,
	SCRIPT_CYRILLIC,
	SCRIPT_ARABIC,
};

enum script script_of(uint32_t code_point);
bool script_is_rtl(uint32_t code_point);
/* Whether a letter looks like one of the other script: Greek or Cyrillic like Latin and
 * the reverse, and these two like each other. */
bool script_looks_like(uint32_t code_point, enum script other);

#endif
