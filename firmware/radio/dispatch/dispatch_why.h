/*
 * Why a message is not on air: the codes, and a verdict.
 */
#ifndef RADIO_DISPATCH_WHY_H
#define RADIO_DISPATCH_WHY_H

#include <stdint.h>

enum dispatch_why { /* why a message is not on air; of several SIMs the nearest counts */
	DISPATCH_READY, /* a SIM may take it now */
	DISPATCH_NOT_DUE,
	DISPATCH_WINDOW, /* its window is over */
	DISPATCH_EXPIRED,
	DISPATCH_CLOCK, /* it, or the SIM's limits, go by a date that is not known */
	DISPATCH_UNREAD,
	DISPATCH_QUOTA_PACE,
	DISPATCH_QUOTA_DAY,
	DISPATCH_NO_SIM, /* from here on by SIM, the farthest first: none is known */
	DISPATCH_OTHER_SIM,
	DISPATCH_GROUP,
	DISPATCH_ROLE,
	DISPATCH_COUNTRY,
	DISPATCH_ROUTE_BLOCKED,
	DISPATCH_KNOWN_SIM, /* its number knows another SIM, which lives */
	DISPATCH_SIM_GONE,  /* its number knows another SIM, and moves to none */
	DISPATCH_NOT_LIVE,
	DISPATCH_BREAKER,
	DISPATCH_LIMIT_BALANCE,
	DISPATCH_LIMIT_BUNDLE,
	DISPATCH_LIMIT_SPEND,
	DISPATCH_LIMIT_RECIPIENTS,
	DISPATCH_LIMIT_MONTH,
	DISPATCH_LIMIT_DAY,
	DISPATCH_LIMIT_HOUR,
	DISPATCH_LIMIT_MINUTE,
	DISPATCH_REFUSED_HERE,
	DISPATCH_LEAST_COST,
	DISPATCH_QUOTA_BUDGET,
	DISPATCH_RESERVE,
	DISPATCH_HELD,
	DISPATCH_BUSY,
	DISPATCH_WHYS
};

struct dispatch_verdict {
	enum dispatch_why why;
	int place;     /* of the SIM it is about, or DISPATCH_NONE */
	int64_t until; /* UTC ms; 0: not known */
};

const char *dispatch_why_name(enum dispatch_why why); /* "limit_day" */

#endif
