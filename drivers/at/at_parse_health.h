/*
 * Readings that a modem gives of itself, in each vendor's own shape, into numbers. The
 * rules of at_parse.h hold: pure, a whole line or nothing.
 */
#ifndef DRIVERS_AT_PARSE_HEALTH_H
#define DRIVERS_AT_PARSE_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/modem_health_types.h"

/* -60 to 150; where a modem tells several places, the hottest. */
bool at_parse_temperature(const char *text, size_t len, int *out_c);
/* 1500 to 60000. */
bool at_parse_supply(const char *text, size_t len, int *out_mv);
struct at_pin_tries { /* -1: not told */
	int8_t pin, puk;
	bool is_current; /* pin holds the tries of whatever code is asked for now */
};
bool at_parse_pin_tries(const char *text, size_t len, struct at_pin_tries *out);

/* The first pair of +CPMS: <used>,<total>, of <mem1>; with or without its name. */
bool at_parse_cpms_fill(const char *text, size_t len, struct modem_fill *out);
/* 27.007 7.11: the caller, with + where the type says international; "" if withheld. */
bool at_parse_clip(const char *text, size_t len, char *dst, size_t size);
/* 27.007 6.10: the words of +CEER. */
bool at_parse_ceer(const char *text, size_t len, char *dst, size_t size);

#endif
