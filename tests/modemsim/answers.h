/*
 * Commands that a modem answers as it was told to: what vendors have beside the standard.
 */
#ifndef MODEMSIM_ANSWERS_H
#define MODEMSIM_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	ANSWERS_MAX = 16,
};

struct answer {
	char command[32]; /* without "AT", as it is written: "+CMTE?" */
	char text[80]; /* lines between '|'; {iccid}, {imsi}, {pin} stand for themselves
			*/
};

struct answers {
	struct answer list[ANSWERS_MAX];
	size_t count;
};

/* "COMMAND -> LINE|LINE"; no line: a plain OK; "(reset)": OK, and it starts anew. "none"
 * forgets all. A later answer to the same command wins. False: malformed, or too many. */
bool answers_add(struct answers *answers, const char *line);
const struct answer *answers_find(const struct answers *answers, const char *command);

#endif
