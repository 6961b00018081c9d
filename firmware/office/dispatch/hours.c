#include "firmware/office/dispatch/hours.h"

#include <string.h>

#include "firmware/base/str.h"

#define MINUTES_DAY 1440
#define DAY_MS INT64_C(86400000)
#define DAYS_ALL 0x7FU
#define ROUNDS_MAX 4000 /* of looking for a time that suits all */
#define JOINS_MAX 10	/* spans that touch are one, for this many days */

/* One rule in one zone. */
struct place {
	const struct hours *h;
	const struct hours_rule *rule;
	const struct tz *tz;
};

static bool is_holiday(const struct hours *h, const struct tz_time *day)
{
	for (size_t i = 0; i < h->n_holidays; i++) {
		const struct hours_day *d = &h->holidays[i];
		if (d->month == day->month && d->day == day->day &&
			(d->year == 0 || d->year == day->year))
			return true;
	}
	return false;
}

static bool is_open_day(const struct place *p, const struct tz_time *day)
{
	return (p->rule->days & (1U << day->weekday)) &&
	       (p->rule->on_holidays || !is_holiday(p->h, day));
}

/* The span that begins on the local day of `noon`; empty if the clocks skip all of it. */
static struct hours_span span_of_day(const struct place *p, const struct tz_time *day)
{
	int over = p->rule->from > p->rule->to ? MINUTES_DAY : 0;
	return (struct hours_span){
		tz_utc(p->tz, day->year, day->month, day->day, p->rule->from),
		tz_utc(p->tz, day->year, day->month, day->day, p->rule->to + over),
	};
}

/* The first span of this rule and zone that ends after `from`. Days are walked by their
 * noon, which no change of the clocks moves to another day. */
static bool next_span(const struct place *p, int64_t from, struct hours_span *out)
{
	struct tz_time t;
	tz_local(p->tz, from, &t);
	int64_t noon = tz_utc(p->tz, t.year, t.month, t.day - 1, MINUTES_DAY / 2);
	for (int i = 0; i <= HOURS_FAR_DAYS + 1; i++, noon += DAY_MS) {
		tz_local(p->tz, noon, &t);
		if (!is_open_day(p, &t))
			continue;
		*out = span_of_day(p, &t);
		if (out->close > from && out->close > out->open)
			return true;
	}
	return false;
}

/* Of all rules and zones: the first one that is not open at `at` moves *out to when it
 * is; true: all are open at `at`, until out->close. */
static bool all_open(
	const struct hours *h, int64_t at, struct hours_span *out, bool *never)
{
	*out = (struct hours_span){ at, HOURS_NEVER };
	for (size_t r = 0; r < h->n_rules; r++) {
		for (size_t z = 0; z < h->zones.n; z++) {
			const struct place p = { h, &h->rules[r], h->zones.tz[z] };
			struct hours_span s;
			*never = !next_span(&p, at, &s);
			if (*never)
				return false;
			if (s.open > at) {
				out->open = s.open;
				return false;
			}
			if (s.close < out->close)
				out->close = s.close;
		}
	}
	return true;
}

static bool is_always(const struct hours_rule *rule)
{
	return rule->from == 0 && rule->to == MINUTES_DAY &&
	       (rule->days & DAYS_ALL) == DAYS_ALL && rule->on_holidays;
}

static bool has_limits(const struct hours *h)
{
	for (size_t i = 0; i < h->n_rules; i++) {
		if (!is_always(&h->rules[i]))
			return true;
	}
	return false;
}

bool hours_next(const struct hours *h, int64_t from, struct hours_span *out)
{
	struct hours_span s = { from, HOURS_NEVER };
	int64_t at = from;
	bool never = false;
	if (!has_limits(h)) {
		*out = s;
		return true;
	}
	for (int i = 0; !all_open(h, at, &s, &never); i++) {
		at = s.open;
		if (never || i == ROUNDS_MAX || at > from + HOURS_FAR_DAYS * DAY_MS)
			return false;
	}
	*out = s;
	/* Midnight ends one day's span and begins the next one's: they are one. */
	for (int i = 0; i < JOINS_MAX && all_open(h, out->close, &s, &never); i++)
		out->close = s.close;
	return true;
}

int64_t hours_open_ms(const struct hours *h, int64_t from, int64_t to)
{
	struct hours_span s;
	int64_t sum = 0;
	while (from < to && hours_next(h, from, &s) && s.open < to) {
		sum += (s.close < to ? s.close : to) - s.open;
		from = s.close;
	}
	return sum;
}

int64_t hours_after(const struct hours *h, int64_t from, int64_t ms)
{
	struct hours_span s;
	int64_t at = from;
	while (at - from < HOURS_FAR_DAYS * DAY_MS && hours_next(h, at, &s)) {
		if (s.close - s.open > ms)
			return s.open + ms;
		ms -= s.close - s.open;
		at = s.close;
	}
	return HOURS_NEVER;
}

/* ---- what people write ---- */

static bool take_number(const char **s, size_t digits, int *out)
{
	uint64_t value;
	if (strlen(*s) < digits || !str_to_u64(*s, digits, 9999, &value))
		return false;
	*s += digits;
	*out = (int)value;
	return true;
}

static bool take_dash(const char **s)
{
	bool ok = **s == '-';
	*s += ok;
	return ok;
}

static bool exists(const struct hours_day *d)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = d->year % 4 == 0 && (d->year % 100 != 0 || d->year % 400 == 0);
	if (d->month < 1 || d->month > 12 || d->day < 1 || d->day > days[d->month - 1])
		return false;
	return d->year == 0 || leap || d->month != 2 || d->day < 29;
}

bool hours_day_parse(const char *s, struct hours_day *out)
{
	struct hours_day d = { 0, 0, 0 };
	bool has_year = strlen(s) > 5;
	if (has_year && (!take_number(&s, 4, &d.year) || !take_dash(&s) || d.year < 2000))
		return false;
	if (!take_number(&s, 2, &d.month) || !take_dash(&s) ||
		!take_number(&s, 2, &d.day) || *s || !exists(&d))
		return false;
	*out = d;
	return true;
}

bool hours_rule_is_valid(const struct hours_rule *rule)
{
	return rule->from >= 0 && rule->from < MINUTES_DAY && rule->to >= 0 &&
	       rule->to <= MINUTES_DAY && rule->from != rule->to &&
	       (rule->days & DAYS_ALL) != 0 && (rule->days & ~DAYS_ALL) == 0;
}
