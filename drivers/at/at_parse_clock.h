/*
 * The time of day as modems and networks tell it, into seconds since 1970 UTC. The rules
 * of at_parse.h hold: pure, a whole line or nothing.
 */
#ifndef DRIVERS_AT_PARSE_CLOCK_H
#define DRIVERS_AT_PARSE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 27.007 8.15, +CCLK: local time and its zone in quarters of an hour. False also for a
 * clock that was never set (before 2024). */
bool at_parse_clock(const char *text, size_t len, int64_t *out_utc_s);
/* What the network said (NITZ, TS 22.042), as each vendor prints it; 27.007 8.41 for
 * +CTZV, +CTZE and +CTZEU. False also for a zone without a time. */
bool at_parse_nitz(const char *text, size_t len, int64_t *out_utc_s);

#endif
