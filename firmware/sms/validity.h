/*
 * TP-VP, how long the service centre keeps trying: TS 23.040 (Release 17) 9.2.3.12.
 * Pure functions.
 */
#ifndef SMS_VALIDITY_H
#define SMS_VALIDITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/sms/scts.h"

enum validity_format { /* TP-VPF as 9.2.3.3 numbers it */
	VALIDITY_NONE = 0,
	VALIDITY_ENHANCED = 1,
	VALIDITY_RELATIVE = 2,
	VALIDITY_ABSOLUTE = 3,
};

struct validity {
	enum validity_format format;
	uint8_t raw[SCTS_OCTETS]; /* 0, 1 or 7 octets as on the wire; what encoding writes
				   */
	/* What they mean, set by validity_decode(): */
	bool valid;	   /* false: an impossible date or a reserved coding */
	uint32_t period_s; /* relative forms; 0: none stated */
	struct scts until; /* the absolute form */
	bool single_shot;  /* enhanced: one delivery attempt only */
};

size_t validity_octets(enum validity_format format);
/* The start of in[len]. ERR_INPUT: fewer octets than the format has. */
enum err validity_decode(
	enum validity_format format, const uint8_t *in, size_t len, struct validity *out);

/* The longest relative period not above seconds; at least 5 minutes, at most 63 weeks. */
struct validity validity_from_seconds(uint32_t seconds);
/* 9.2.3.12.3: seconds exactly up to 255, to the second below a day, else as above. 0: no
 * period, for a single shot that states none. */
struct validity validity_enhanced(uint32_t seconds, bool single_shot);
/* 9.2.3.12.2: until a time. ERR_ARG as scts_from_time(). */
enum err validity_until(int64_t utc_s, int zone_minutes, struct validity *out);
/* 9.2.3.12.1: what a relative octet means. */
uint32_t validity_relative_seconds(uint8_t octet);

#endif
