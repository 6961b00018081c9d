/*
 * Late answers to prompted texts: a lost one's answer must not pass for the next one's.
 * While one may come, an answer that is not known to be ours is kept until a second
 * shows which is which, or until none came for a while. Private to at_chat.
 */
#ifndef DRIVERS_AT_LATE_H
#define DRIVERS_AT_LATE_H

#include <stdbool.h>

#include "drivers/at_chat.h"

/* The text of the running command got no answer. */
void at_late_note_lost(struct at_chat *c);

enum at_late_verdict {
	AT_LATE_OURS,	       /* the answer ends the command */
	AT_LATE_WAIT,	       /* it is kept, or was late: another one may come */
	AT_LATE_KEPT_WAS_OURS, /* this one was late: c->late.result ends the command */
};
/* Sets c->timer, whose callback is given, for the wait. */
enum at_late_verdict at_late_weigh(
	struct at_chat *c, const struct at_result *result, loop_fn on_timeout);

/* An answer came while no text waits for one: a lost text's, if it looks like it. */
void at_late_see_line(struct at_chat *c, const char *text);
void at_late_see_final(struct at_chat *c, enum at_final final);

#endif
