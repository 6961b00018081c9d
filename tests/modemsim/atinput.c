#include "tests/modemsim/atinput.h"

enum {
	CTRL_Z = 0x1a,
	ESC = 0x1b,
	BACKSPACE = 0x08,
};

void at_input_reset(struct at_input *in)
{
	in->len = 0;
	in->in_body = false;
	in->overflow = false;
}

void at_input_expect_body(struct at_input *in)
{
	in->len = 0;
	in->overflow = false;
	in->in_body = true;
}

static void input_keep(struct at_input *in, char c, uint64_t now_ms)
{
	if (in->len == 0)
		in->first_ms = now_ms;
	if (in->len < AT_INPUT_MAX)
		in->text[in->len++] = c;
	else
		in->overflow = true;
}

static enum at_event input_end(struct at_input *in, enum at_event event)
{
	bool overflow = in->overflow;

	in->text[in->len] = '\0';
	at_input_reset(in);
	return overflow && event != AT_EVENT_ABORT ? AT_EVENT_TOO_LONG : event;
}

static enum at_event body_byte(struct at_input *in, char c, uint64_t now_ms)
{
	if (c == ESC)
		return input_end(in, AT_EVENT_ABORT);
	if (c == CTRL_Z)
		return input_end(in, AT_EVENT_BODY);
	input_keep(in, c, now_ms);
	return AT_EVENT_NONE;
}

static enum at_event line_byte(struct at_input *in, char c, uint64_t now_ms)
{
	if (c == '\r')
		return in->len > 0 ? input_end(in, AT_EVENT_LINE) : AT_EVENT_NONE;
	if (c == BACKSPACE && in->len > 0) {
		in->len--;
		return AT_EVENT_NONE;
	}
	/* V.250 5.2.2: control characters in a line are ignored. */
	if ((unsigned char)c >= 0x20 && (c != ' ' || in->len > 0))
		input_keep(in, c, now_ms);
	return AT_EVENT_NONE;
}

enum at_event at_input_feed(struct at_input *in, const char *data, size_t len,
	uint64_t now_ms, size_t *out_used)
{
	for (size_t i = 0; i < len; i++) {
		enum at_event event = in->in_body ? body_byte(in, data[i], now_ms)
						  : line_byte(in, data[i], now_ms);

		if (event != AT_EVENT_NONE) {
			*out_used = i + 1;
			return event;
		}
	}
	*out_used = len;
	return AT_EVENT_NONE;
}
