/*
 * Which modems a line is about: "all", "3" or "0-7".
 */
#ifndef MODEMSIM_SELECT_H
#define MODEMSIM_SELECT_H

#include <stdbool.h>

struct selection {
	unsigned first, last; /* both included */
};

/* False if text is none of the forms or outside 0 to count - 1. */
bool selection_parse(const char *text, unsigned count, struct selection *out);

#endif
