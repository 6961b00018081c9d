/*
 * Bytes from a modem into lines (V.250 5.7.1): CR or LF ends one, empty ones are dropped,
 * the echo of what we wrote is removed, and the prompt of TS 27.005 3.5.1 is told apart
 * as soon as its '>' is there. Fixed memory: an endless line is cut and reported once.
 *
 * Threading: the loop's thread. The callback may call at_line_reset(); the rest of the
 * bytes being fed is then dropped.
 */
#ifndef DRIVERS_AT_LINE_H
#define DRIVERS_AT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AT_LINE_MAX 1024 /* octets; a listed PDU needs 352, a long USSD text some 750 */

enum at_line_kind {
	AT_LINE_TEXT,
	AT_LINE_PROMPT, /* no text */
	AT_LINE_STRAY,	/* no text: a prompt that nobody waits for */
	AT_LINE_ECHO,	/* no text: what we wrote came back */
	AT_LINE_CUT,	/* the first AT_LINE_MAX octets; the rest is skipped */
};

/* text[len] is borrowed until return, terminated, trimmed and free of control codes. */
typedef void (*at_line_fn)(
	void *user, enum at_line_kind kind, const char *text, size_t len);

struct at_line {
	at_line_fn fn;
	void *user;
	const char *echo; /* borrowed; NULL: none awaited */
	size_t len;
	unsigned generation;
	bool wants_prompt, after_prompt, is_skipping;
	char text[AT_LINE_MAX + 1];
};

void at_line_init(struct at_line *l, at_line_fn fn, void *user);
/* Forgets a half line, the echo and the prompt. */
void at_line_reset(struct at_line *l);
/* Lines equal to text are our own echo. text is borrowed until the next call. */
void at_line_set_echo(struct at_line *l, const char *text);
/* From now on a '>' that begins a line is the prompt: reported once, then off again, and
 * the next is a stray one. */
void at_line_want_prompt(struct at_line *l, bool on);
void at_line_feed(struct at_line *l, const uint8_t *data, size_t len);

#endif
