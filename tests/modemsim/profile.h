/*
 * Modems of real families as sets of keys: who they are, what they print unasked and
 * where they leave the standard.
 */
#ifndef MODEMSIM_PROFILE_H
#define MODEMSIM_PROFILE_H

#include <stdbool.h>

struct settings;

/* Sets every key of the profile; the others keep their values. False: no such profile. */
bool profile_apply(struct settings *settings, const char *name);

#endif
