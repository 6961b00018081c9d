/*
 * Late answers to prompted texts: a lost one's answer must not pass for the next one's.
 * The first answer after a loss is kept until a second comes, which is then the right
 * one, or until none came for a while. Private to at_chat.
 */
#ifndef DRIVERS_AT_LATE_H
#define DRIVERS_AT_LATE_H

#include <stdbool.h>

#include "drivers/at_chat.h"

/* The text of the running command got no answer. */
void at_late_note_lost(struct at_chat *c);
/* True if result was put aside, because it may be a lost text's. */
bool at_late_keep(struct at_chat *c, const struct at_result *result);
/* An answer came while no text waits for one: a lost text's, if it looks like it. */
void at_late_see_line(struct at_chat *c, const char *text);
void at_late_see_final(struct at_chat *c, enum at_final final);

#endif
