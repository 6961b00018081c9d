/*
 * Time zones by name ("Asia/Tehran"), with the system's rules, and the days and months in
 * them. Any thread may call anything here; a zone that was found stays for good.
 *
 * Zones are read from 2025 to 2049; before and after, the offset of that end holds, and
 * from 2038 on libical is some days or an hour off in five remote zones. Times are UTC
 * ms, minutes those after midnight.
 */
#ifndef BASE_TZ_H
#define BASE_TZ_H

#include <stdint.h>

#define TZ_NAME_SIZE 64

struct tz;

struct tz_time {
	int year;
	int month;   /* 1 to 12 */
	int day;     /* 1 to 31 */
	int minute;  /* 0 to 1439 */
	int weekday; /* 0 Monday to 6 Sunday */
};

/* NULL: there is no such zone. The first call for a zone takes 2 to 10 ms. */
const struct tz *tz_find(const char *name);
/* The one this system is set to, as it was at the first call; UTC where it cannot be
 * told. Never NULL. */
const struct tz *tz_default(void);
const char *tz_name(const struct tz *tz);

void tz_local(const struct tz *tz, int64_t utc_ms, struct tz_time *out);
/* The other way. A minute that the clocks skip: the moment they do; one that comes twice:
 * the first. Days and months beyond their ends count on (32 January: 1 February). */
int64_t tz_utc(const struct tz *tz, int year, int month, int day, int minute);

/* The local day that utc_ms lies in: from its first moment to, not including, the next
 * day's. */
int64_t tz_day_start(const struct tz *tz, int64_t utc_ms);
int64_t tz_day_end(const struct tz *tz, int64_t utc_ms);
/* The month that begins on reset_day (1 to 31), or on the last day of a shorter one. */
int64_t tz_month_start(const struct tz *tz, int64_t utc_ms, int reset_day);
int64_t tz_month_end(const struct tz *tz, int64_t utc_ms, int reset_day);

#endif
