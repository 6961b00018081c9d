/*
 * What a terminal writes to a modem, cut into command lines and message bodies. Bytes may
 * come in any pieces. A line ends with CR (V.250 5.2.1); a body (after the prompt) ends
 * with Ctrl-Z, or with ESC, which abandons it (TS 27.005 3.5.1).
 */
#ifndef MODEMSIM_ATINPUT_H
#define MODEMSIM_ATINPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	AT_INPUT_MAX = 1024, /* longer lines are an error, as on a real modem */
};

enum at_event {
	AT_EVENT_NONE,	   /* all bytes taken, nothing complete */
	AT_EVENT_LINE,	   /* text holds a command line, CR not included */
	AT_EVENT_BODY,	   /* text holds a message body, Ctrl-Z not included */
	AT_EVENT_ABORT,	   /* ESC instead of a body */
	AT_EVENT_TOO_LONG, /* a line or body above AT_INPUT_MAX; its text is lost */
};

struct at_input {
	char text[AT_INPUT_MAX + 1]; /* NUL-terminated when an event says so */
	size_t len;
	bool in_body;
	bool overflow;
	uint64_t first_ms; /* when the first byte of the present text came */
};

void at_input_reset(struct at_input *in);
/* From the next byte on, a body is expected. */
void at_input_expect_body(struct at_input *in);
/* Takes bytes up to the end of the next event; *out_used says how many it took. */
enum at_event at_input_feed(struct at_input *in, const char *data, size_t len,
	uint64_t now_ms, size_t *out_used);

#endif
