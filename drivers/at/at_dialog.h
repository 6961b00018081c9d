/*
 * Several commands in a row from a const table, to be read beside the modem's manual. A
 * step that the modem refuses ends the dialogue unless it may fail.
 *
 * Threading: the loop's thread. done is called once, never from inside at_dialog_start().
 */
#ifndef DRIVERS_AT_DIALOG_H
#define DRIVERS_AT_DIALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "drivers/at/at_chat.h"
#include "drivers/deadline.h"

enum {
	AT_STEP_MAY_FAIL =
		256, /* beside the AT_FLAG_ bits: a refusal or one silence is no end */
	AT_STEP_ASK_AGAIN = 512, /* … yet after a silence it is asked a second time */
};

struct at_step {
	const char *cmd; /* the command as it stands; NULL: make() */
	/* Writes the command into dst; with cmd set its output is not used. False: skip
	 * the step. NULL: never skipped. */
	bool (*make)(void *ctx, char *dst, size_t size);
	const char *const *owns; /* prefixes of its answer lines; NULL: it has none */
	at_answer_fn line;
	/* How it ended, refusals included; not after a timeout. May be NULL. */
	void (*end)(void *ctx, const struct at_result *result);
	enum deadline deadline;
	unsigned flags;
};

struct at_script {
	const struct at_step *steps;
	size_t n;
};

struct at_dialog {
	struct at_chat *chat;
	const struct at_script *script; /* borrowed, static; NULL: none runs */
	size_t at;
	bool is_again; /* the step is asked a second time */
	void *ctx;     /* of the steps' functions; borrowed */
	at_done_fn done;
	void *user;
	struct loop_timer timer;
};

void at_dialog_init(struct at_dialog *d, at_done_fn done, void *user);
/* The result is that of the step that ended it; OK if all passed or were skipped.
 * ERR_BUSY: the chat runs something else. */
enum err at_dialog_start(struct at_dialog *d, struct at_chat *chat,
	const struct at_script *script, void *ctx);
/* No done will be called. */
void at_dialog_stop(struct at_dialog *d);

/* A prefix list for answers that have none. */
extern const char *const at_owns_bare[];

#endif
