/*
 * When it is open: rules by the time of day, weekday and holidays, in each of some time
 * zones; open is what is open by all rules in all zones. Pure.
 */
#ifndef OFFICE_HOURS_H
#define OFFICE_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/office/dispatch/zones.h"

#define HOURS_RULES_MAX 2	       /* the class's and the campaign's */
#define HOURS_FAR_DAYS 400	       /* nothing is looked for beyond */
#define HOURS_NEVER (INT64_C(1) << 60) /* UTC ms */

struct hours_rule {
	/* Minutes after midnight, to exclusive; from > to: over midnight, and then the
	 * day is that of its beginning. 0 to 1440: all day. */
	int from, to;
	unsigned days; /* bit 0 Monday to bit 6 Sunday */
	bool on_holidays;
};

struct hours_day { /* a holiday; year 0: every year */
	int year, month, day;
};

struct hours {
	size_t n_rules; /* 0: always open */
	struct hours_rule rules[HOURS_RULES_MAX];
	struct zone_set zones;
	const struct hours_day *holidays; /* borrowed */
	size_t n_holidays;
};

/* The first time from `from` on at which it is open, and until when it stays so
 * (HOURS_NEVER: always). False: not within HOURS_FAR_DAYS. */
struct hours_span {
	int64_t open, close; /* UTC ms, close exclusive */
};
bool hours_next(const struct hours *h, int64_t from, struct hours_span *out);
/* ms that it is open from `from` to `to`. */
int64_t hours_open_ms(const struct hours *h, int64_t from, int64_t to);
/* The time at which it has been open for ms since `from`; HOURS_NEVER: not within
 * HOURS_FAR_DAYS. */
int64_t hours_after(const struct hours *h, int64_t from, int64_t ms);

/* "2027-03-25" or "03-25". False: it is neither, or no such day. */
bool hours_day_parse(const char *s, struct hours_day *out);
bool hours_rule_is_valid(const struct hours_rule *rule);

#endif
