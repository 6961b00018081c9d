/*
 * Time stamps of TS 23.040 (Release 17) 9.2.3.11: seven octets of swapped decimal digits,
 * local time and its distance from UTC. Networks send impossible ones: those decode too,
 * marked, and keep their octets. Pure functions.
 */
#ifndef SMS_SCTS_H
#define SMS_SCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"

#define SCTS_OCTETS 7

struct scts {
	bool valid;    /* false: no such date, time or zone; all below but raw is 0 */
	int64_t utc_s; /* seconds since 1970 */
	int16_t zone_minutes; /* east of UTC, a multiple of 15 */
	uint8_t raw[SCTS_OCTETS];
};

/* Two-digit years 90 to 99 are 1990 to 1999, the others 2000 to 2089. */
struct scts scts_decode(const uint8_t in[SCTS_OCTETS]);
/* ERR_ARG: outside 1990 to 2089 local time, or the zone is not a multiple of 15 minutes
 * below 20 hours. */
enum err scts_from_time(int64_t utc_s, int zone_minutes, struct scts *out);

#endif
