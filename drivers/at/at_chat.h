/*
 * The conversation with a modem: one command at a time, its answer, and what comes
 * unasked. A command names the prefixes of the lines it owns; every other line is
 * unsolicited. After a missing answer nothing is written before the line is drained, so
 * that a late answer is never taken for the next command's.
 *
 * Threading: the loop's thread. done is called once for each accepted command, never from
 * inside at_chat_send(); it may send the next. No heap; the memory is the caller's.
 */
#ifndef DRIVERS_AT_CHAT_H
#define DRIVERS_AT_CHAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/at/at_drain.h"
#include "drivers/at/at_late.h"
#include "drivers/at/at_line.h"
#include "drivers/at/at_request.h"
#include "drivers/at/at_result.h"
#include "drivers/calm.h"
#include "drivers/port/port.h"

#define AT_URC_ECHO (-1)      /* at_urc.what: the modem echoed our command */
#define AT_URC_FORGOT (-2)    /* … it has forgotten a setting: it started anew */
#define AT_URC_TEXT_MODE (-3) /* … it shows messages as in text mode */
#define AT_URC_STRAY (-4)     /* … a final result that nobody waits for */
#define AT_COMMAND_MAX 340 /* octets, CR included; the longest USSD code, packed: 337 */
#define AT_TEXT_MAX 384	   /* a PDU in hex and its Ctrl-Z: 353 */

/* data: the PDU line that followed, or NULL. */
typedef void (*at_urc_fn)(void *user, int what, const char *text, const char *data);

struct at_urc { /* tables end with a NULL prefix */
	const char *prefix;
	int what;	 /* the table owner's meaning of it */
	bool has_data;	 /* a PDU line follows */
	bool has_quotes; /* its text may run over several lines, to the closing quote */
};

enum at_chat_state {
	AT_CHAT_IDLE,
	AT_CHAT_DRAIN, /* the command waits for the line to be clean */
	AT_CHAT_ANSWER,
	AT_CHAT_PROMPT,
	AT_CHAT_HOLD, /* the modem waits for the text */
	AT_CHAT_TEXT, /* the text is written */
	AT_CHAT_END,  /* the end is known; the loop will tell */
};

struct at_chat {
	struct loop *loop;
	struct port *port; /* borrowed */
	const struct at_urc *urcs, *more_urcs;
	bool (*is_urc)(const char *text); /* NULL, or more of them: no answers */
	at_urc_fn urc;
	at_watch_fn watch; /* NULL: nobody watches */
	struct calm grumbles;
	void *user; /* of urc and watch */
	enum at_chat_state state;
	bool is_dirty, has_line, has_ok, has_echo;
	bool skips_body; /* the next line is of a text in text mode */
	bool is_marked;	 /* AT+CMEE=1 was taken: if it reads 0, the modem started anew */
	bool is_mark_vain; /* it read 0 once, and never 1: it may not keep it */
	bool is_hasty;	   /* a line that does not get clean is given up sooner */
	unsigned serial;   /* counts commands ended */
	unsigned silent;   /* commands in a row without any final answer */
	struct at_request req;
	struct at_result early; /* for AT_CHAT_END */
	struct at_drain drain;
	struct at_late late;
	struct loop_timer timer;
	struct at_line line;
	const struct at_urc *data_of; /* whose PDU line is awaited */
	char command[AT_COMMAND_MAX];
	char text[AT_TEXT_MAX];
	char urc_head[64];
	const struct at_urc *text_of; /* whose quotes are open */
	char urc_text[AT_LINE_MAX + 1];
};

/* urcs is borrowed, static. The port's callbacks stay the caller's. */
void at_chat_init(struct at_chat *c, struct loop *loop, struct port *port,
	const struct at_urc *urcs, at_urc_fn urc);
void at_chat_reset(struct at_chat *c); /* the port was just opened: ESC and drain first */
/* Ends the running command, if any, without calling back; returns how it ended. */
struct at_result at_chat_abort(struct at_chat *c, enum at_end end);
void at_chat_feed(struct at_chat *c, const uint8_t *data, size_t len);

/* ERR_BUSY: one is running. ERR_ARG: too long, or a control code in it. */
enum err at_chat_send(struct at_chat *c, const struct at_request *req);
/* After the prompt: text and Ctrl-Z, in one piece. Ignored in any other state. */
void at_chat_send_text(struct at_chat *c, const char *text, size_t len);
/* From the line callback, where more is known: whose answer the line is. */
void at_chat_judge(struct at_chat *c, enum at_trust trust);
bool at_chat_has_kept(const struct at_chat *c); /* a success: a lost text's, or ours */
/* Before the text is written: ESC, then done with AT_END_CANCELLED, from the loop. */
void at_chat_cancel(struct at_chat *c);
/* A command that any character ends (V.250 5.6.1): its answer is awaited so long. */
void at_chat_interrupt(struct at_chat *c, uint32_t answer_ms);
void at_chat_mark_dirty(struct at_chat *c); /* ESC and a drain before the next command */
/* A text whose closing quote does not come (has_quotes) is told as far as it came. */
void at_chat_end_text(struct at_chat *c);
void at_chat_watch(struct at_chat *c, bool is_out, const char *text);
bool at_chat_may_grumble(struct at_chat *c); /* a flood must not fill the log */

#endif
