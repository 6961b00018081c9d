/*
 * Late answers to prompted texts: a lost one's answer must not pass for the next one's.
 * While one may come, an answer that is not known to be ours is kept until a second
 * shows which is which, or until none came for a while. Private to at_chat.
 */
#ifndef DRIVERS_AT_LATE_H
#define DRIVERS_AT_LATE_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/at/at_result.h"
#include "firmware/base/loop.h"

struct at_chat;

/* Whose answer a line looks like, while a lost text's answer may still come. */
enum at_trust {
	AT_TRUST_UNKNOWN,
	AT_TRUST_OURS, /* certainly the running command's */
	AT_TRUST_LATE, /* certainly a lost one's */
};

/* Texts that were given up, but may still be answered. Some modems go on with other
 * commands meanwhile, so that the drain cannot tell. */
struct at_late {
	unsigned n;
	uint64_t until_ms;
	const char *const *owns;
	enum at_trust trust;	 /* of the answer line that is here */
	bool has_result;	 /* an answer is kept until a better one comes */
	struct at_result result; /* that answer */
	uint64_t due_ms;	 /* when the running command is given up */
	bool wants_ok;		 /* a lost text's reference came: its OK is next */
};

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
/* True: this one ends no command that runs, as only a lost text can have had it. */
bool at_late_takes_final(struct at_chat *c, enum at_final final, uint16_t code);
bool at_late_is_expected(struct at_chat *c);

#endif
