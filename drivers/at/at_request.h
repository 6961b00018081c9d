/*
 * A command to a modem, as at_chat_send() takes it.
 */
#ifndef DRIVERS_AT_REQUEST_H
#define DRIVERS_AT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/at/at_result.h"

/* False: this line is not the command's after all; it goes on as unsolicited. */
typedef bool (*at_answer_fn)(void *user, const char *text, size_t len);
typedef void (*at_prompt_fn)(void *user);
typedef void (*at_done_fn)(void *user, const struct at_result *result);
/* A line, or a word in brackets for what is none; a secret command is "(secret)". */
typedef void (*at_watch_fn)(void *user, bool is_out, const char *text);

enum {
	AT_FLAG_DATA = 1,	  /* lines of hex alone belong to it too (+CMGL, +CMGR) */
	AT_FLAG_OK_MAY_LACK = 2,  /* an answer line without OK will do, after a while */
	AT_FLAG_NEEDS_LINE = 4,	  /* OK without an answer line is not the end */
	AT_FLAG_SECRET = 8,	  /* never in a log */
	AT_FLAG_CUT_WILL_DO = 16, /* of a line beyond AT_LINE_MAX its beginning, too */
};

struct at_request {
	const char *text;	 /* without CR; copied */
	const char *const *owns; /* NULL-ended, static; "": any line that is no URC */
	uint32_t answer_ms;	 /* from writing, or from the text after the prompt */
	uint32_t prompt_ms;	 /* 0: no prompt is awaited */
	uint32_t late_ms; /* for a second answer after a lost one; 0: the default */
	unsigned flags;
	at_answer_fn line;   /* may be NULL */
	at_prompt_fn prompt; /* call at_chat_send_text() from here or later */
	at_done_fn done;
	void *user;
};

#endif
