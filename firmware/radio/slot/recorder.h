/*
 * A flight recorder: the last lines between the box and one modem, kept in memory and
 * written down only when something ended badly. The driver has masked what is private
 * (drivers/modem_health.h).
 *
 * Fixed memory, no heap, one thread.
 */
#ifndef RADIO_RECORDER_H
#define RADIO_RECORDER_H

#include <stddef.h>
#include <stdint.h>

enum {
	RECORDER_OCTETS = 8192,
	RECORDER_LINE_MAX = 120, /* of one line; the rest is cut */
};

struct recorder { /* zeroed: empty */
	char ring[RECORDER_OCTETS];
	size_t start, len;
};

struct recorder_line {
	uint64_t mono_ms;
	char direction;	  /* '>' to the modem, '<' from it */
	const char *text; /* one line without its end */
};
void recorder_add(struct recorder *r, const struct recorder_line *line);
/* All lines, oldest first, each with the seconds before now_ms: "-12.345 > AT+CSQ\n".
 * dst[size] is filled from the newest back, whole lines only. Returns their length. */
size_t recorder_text(const struct recorder *r, uint64_t now_ms, char *dst, size_t size);

#endif
