/*
 * When the queue will be empty: a span, from the parts that wait and the measured speed
 * of the SIMs. Pure.
 */
#ifndef OFFICE_ETA_H
#define OFFICE_ETA_H

#include "firmware/office/bank/lines.h"

struct eta {
	bool is_known; /* false: no SIM is ready */
	int64_t from_ms, to_ms;
};

/* own: parts of the work itself; ahead: parts that may go before it. The early end has
 * only its own and full speed; the late one all of them and slower SIMs: a quarter
 * slower where the speed was measured, twice where it was not. */
void eta_of_parts(
	int64_t own, int64_t ahead, const struct lines_speed *speed, struct eta *out);
#endif
