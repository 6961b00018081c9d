/*
 * When a campaign will be through: the bank simulated, with what the limits of each SIM
 * have left, the hours of the recipients, what waits before it, and its own pace. Pure.
 *
 * Messages are a liquid here: between two events (a limit is used up or counted anew, a
 * window opens, something is done) each SIM sends at its speed, shared by rank and fairly
 * inside one. Events that are seconds apart are taken together.
 */
#ifndef OFFICE_SIMULATE_H
#define OFFICE_SIMULATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/vstr.h"
#include "firmware/office/dispatch/hours.h"

#define SIMULATE_LINES_MAX 64
#define SIMULATE_FLOWS_MAX 96
#define SIMULATE_CAPS_MAX 8
#define SIMULATE_OWN_CAPS_MAX 4
#define SIMULATE_FAR_DAYS 90 /* what is not done by then is never done */

enum simulate_limit { /* what held it up most */
	SIMULATE_SPEED,
	SIMULATE_WINDOW,
	SIMULATE_PACE,
	SIMULATE_MINUTE,
	SIMULATE_HOUR,
	SIMULATE_DAY,
	SIMULATE_MONTH,
	SIMULATE_RECIPIENTS,
	SIMULATE_BUNDLE,
	SIMULATE_SPEND,
	SIMULATE_BALANCE,
	SIMULATE_QUOTA_DAY,
	SIMULATE_QUOTA_BUDGET,
	SIMULATE_RESERVE,
	SIMULATE_NO_SIM,
	SIMULATE_LIMIT_COUNT,
};
extern const struct vstr simulate_limit_names[]; /* "speed", "window", "limit_day" … */

struct simulate_cap {
	enum simulate_limit limit;
	double left, size; /* parts: until resets_at; after it */
	int64_t resets_at; /* UTC ms; 0: never */
	int64_t period_ms; /* from one reset to the next; 0: no further one */
};

struct simulate_line {		/* a SIM */
	double per_ms;		/* parts, at full speed */
	bool is_minute_limited; /* per_ms is that of its limit, not of its modem */
	double bundle;		/* parts that are paid for already */
	size_t n_caps;
	struct simulate_cap caps[SIMULATE_CAPS_MAX];
};

struct simulate_flow { /* messages that are alike */
	double parts;
	int rank;		   /* less goes first */
	bool is_own;		   /* of the campaign that is asked about */
	bool is_promotional;	   /* the reserve is not for it */
	uint64_t lines;		   /* bit i: may go over line i */
	const struct hours *hours; /* borrowed; NULL: always */
	const int64_t *prices; /* borrowed, by line: millionths a part; NULL: nothing */
	const bool *in_bundle; /* borrowed, by line; NULL: nothing is */
};

struct simulate_world {
	int64_t now, start_at, end_at; /* of the own flows; 0: at once, no end */
	double own_per_ms;	       /* parts, at most, of all own flows; 0: no limit */
	double promotional_share;      /* of the SIMs, 0 to 1 */
	size_t n_own_caps;
	struct simulate_cap own_caps[SIMULATE_OWN_CAPS_MAX]; /* over all SIMs */
	size_t n_lines, n_flows;
	struct simulate_line lines[SIMULATE_LINES_MAX];
	struct simulate_flow flows[SIMULATE_FLOWS_MAX];
};

struct simulate_result {
	int64_t done_at; /* UTC ms; 0: never, or not within SIMULATE_FAR_DAYS */
	double left;	 /* parts of the own flows that did not go out by end_at */
	double money[SIMULATE_LINES_MAX]; /* of the own flows, millionths, by line */
	enum simulate_limit limit;
};
/* world is worked on: its figures are used up. */
void simulate_run(struct simulate_world *world, struct simulate_result *out);

#endif
