/*
 * The feeder: keeps about ten minutes of the bank's measured rate in the queue, at least
 * FEEDER_AHEAD_MIN messages a running campaign. Text, consent and suppression are those
 * of that moment. A step is one transaction of at most 20 ms; a kill anywhere neither
 * repeats nor leaves out anyone.
 */
#ifndef OFFICE_FEEDER_H
#define OFFICE_FEEDER_H

#include "firmware/office/office.h"

#define FEEDER_AHEAD_MIN 200
#define FEEDER_AHEAD_MS (10 * 60 * 1000)
#define FEEDER_STEP_MAX 200 /* members a transaction */

struct feeder_result {
	size_t fed;	  /* members looked at in this turn, all campaigns */
	size_t settled;	  /* waiting messages brought in line with a pause or cancel */
	bool has_more;	  /* call again at once */
	int64_t retry_ms; /* else: look again after this long at the latest; -1: when
			   * woken
			   */
};
/* A step for each campaign that wants one, in turn. */
enum err feeder_run(struct office *o, struct feeder_result *out);

#endif
