/*
 * What one SIM (or one sender) may still send: an operator's contract as numbers. Parts
 * are taken into hand when a message is chosen and settled one by one when their end is
 * known; from its taking until a minute, an hour, a day or a month after its end a part
 * counts, so that no such span ever holds more than the limit, whenever in between it
 * went on air. A limit holds a message back and says until when; it never fails one.
 *
 * Money is in millionths. Minutes and hours are on the monotonic clock, days and months
 * are given as spans of UTC ms and renewed by the owner. Pure, on the caller's memory.
 */
#ifndef RADIO_LIMITS_H
#define RADIO_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/radio/dispatch/limits_meter.h"

struct limits_now {
	uint64_t mono_ms;
	int64_t wall_ms;   /* UTC */
	bool is_wall_sane; /* else nothing that needs a date may be decided */
};

struct limits_rule {		       /* 0: no limit */
	uint32_t per_minute, per_hour; /* parts */
	int64_t per_day, per_month;    /* parts */
	int64_t recipients;	       /* different numbers a month */
	int64_t bundle;		       /* parts a month that are paid for already */
	int64_t spend;		       /* money a month */
	int64_t balance_floor;	       /* if has_floor */
	bool has_floor, is_bundle_only;
};

struct limits_span { /* UTC ms; to is not in it; to 0: for ever */
	int64_t from, to;
};

struct limits_sum {
	int64_t parts, bundle, money; /* bundle: those of parts that the bundle pays */
};

struct limits { /* zeroed and limits_init(): no limit, nothing used */
	struct limits_rule rule;
	struct limits_meter minute, hour;
	struct limits_span day, month;
	int64_t day_parts;	     /* settled in this day */
	struct limits_sum month_sum; /* settled in this month */
	int64_t recipients;	     /* in this month */
	int64_t balance;	     /* as read, less what was settled since */
	struct limits_sum hand;	     /* taken, not settled */
};

enum limits_code { /* the longest first */
	LIMITS_FREE,
	LIMITS_BALANCE,
	LIMITS_BUNDLE,
	LIMITS_SPEND,
	LIMITS_RECIPIENTS,
	LIMITS_MONTH,
	LIMITS_DAY,
	LIMITS_HOUR,
	LIMITS_MINUTE,
	LIMITS_CLOCK, /* a limit by date, and the date is not known */
	LIMITS_CODES
};

struct limits_ask { /* a message */
	uint16_t parts;
	bool in_bundle; /* its route may be paid by the bundle */
	bool is_bound;	/* its number has had something of this SIM: no new recipient */
	int64_t price;	/* of a part beyond the bundle */
};

struct limits_answer {
	enum limits_code code;
	int64_t until; /* UTC ms at which it frees; 0: not known, or never */
};

void limits_init(struct limits *l);
/* May the whole message go? One with more parts than a minute or an hour allows may when
 * that meter is empty: its parts then wait for each other. */
struct limits_answer limits_fit(const struct limits *l, const struct limits_ask *ask,
	const struct limits_now *now);
/* What limits_take() would put into hand. */
struct limits_sum limits_cost(const struct limits *l, const struct limits_ask *ask);
/* May the next part of the message in hand go? */
struct limits_answer limits_fit_part(
	const struct limits *l, const struct limits_now *now);

void limits_take(struct limits *l, const struct limits_sum *cost);
/* One part of what is in hand went on air, or may have. */
void limits_settle(
	struct limits *l, const struct limits_sum *part, const struct limits_now *now);
/* Given back: it did not. */
void limits_release(struct limits *l, const struct limits_sum *rest);

#endif
