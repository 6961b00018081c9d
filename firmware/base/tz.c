#include "firmware/base/tz.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libical/ical.h>

#include "firmware/base/str.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS (1440 * MINUTE_MS)
#define DAY_S 86400
#define FIRST_S 1735689600 /* 2025-01-01; some zones are wrong in libical before 2023 */
#define LAST_S 2524608000  /* 2050-01-01 */
/* Clocks that go back for Ramadan do it for a month; nothing shorter is known. */
#define STEP_S (20 * DAY_S)
#define QUARTER_S 900 /* no clock is changed between two quarters of an hour */
#define CHANGES_MAX 192
#define OFFSET_MAX_S (26 * 3600) /* more than any */

/* From utc_s on the clocks are offset_s ahead. */
struct change {
	int64_t utc_s;
	int32_t offset_s;
};

struct tz {
	struct tz *next;
	char name[TZ_NAME_SIZE];
	size_t n;
	struct change changes[]; /* the first holds for all that is before, too */
};

/* GLOBAL: zones are the machine's, as its clock is. What the lock guards only grows, and
 * a zone is not written to once it is in the list. */
static struct {
	pthread_mutex_t lock;
	struct tz *first;
	const struct tz *system;
} zones = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* What libical cannot read, and a system without zone files. */
static const struct tz utc = { .name = "UTC", .n = 0 };

/* ---- reading a zone; under the lock, as libical wants it ---- */

static int32_t offset_at(icaltimezone *zone, int64_t utc_s)
{
	int is_daylight;
	struct icaltimetype t = icaltime_from_timet_with_zone(
		(time_t)utc_s, 0, icaltimezone_get_utc_timezone());
	return icaltimezone_get_utc_offset_of_utc_time(zone, &t, &is_daylight);
}

/* The first quarter of an hour in (from, to] at which the offset is no longer that at
 * from; both are such quarters. */
static int64_t find_change(icaltimezone *zone, int64_t from, int64_t to)
{
	int32_t before = offset_at(zone, from);
	while (to - from > QUARTER_S) {
		int64_t middle = from + (to - from) / QUARTER_S / 2 * QUARTER_S;
		if (offset_at(zone, middle) == before)
			from = middle;
		else
			to = middle;
	}
	return to;
}

static size_t read_changes(icaltimezone *zone, struct change *out)
{
	size_t n = 0;
	out[n++] = (struct change){ FIRST_S, offset_at(zone, FIRST_S) };
	for (int64_t at = FIRST_S; at < LAST_S && n < CHANGES_MAX; at += STEP_S) {
		int32_t offset = offset_at(zone, at + STEP_S);
		if (offset != out[n - 1].offset_s)
			out[n++] = (struct change){ find_change(zone, at, at + STEP_S),
				offset };
	}
	return n;
}

/* A name is a path below the zone files: it must not lead out of there. */
static bool is_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
	size_t len = strlen(name);
	return len > 0 && len < TZ_NAME_SIZE && name[0] != '/' &&
	       strspn(name, allowed) == len;
}

static struct tz *read_zone(const char *name)
{
	struct change changes[CHANGES_MAX];
	icalerror_set_errors_are_fatal(false);
	icaltimezone_set_builtin_tzdata(false);
	icaltimezone *zone = icaltimezone_get_builtin_timezone(name);
	if (!zone)
		return NULL;
	size_t n = read_changes(zone, changes);
	struct tz *tz = calloc(1, sizeof(*tz) + n * sizeof(changes[0]));
	if (!tz)
		return NULL;
	(void)str_copy(tz->name, sizeof(tz->name), name); /* is_name(): it fits */
	tz->n = n;
	memcpy(tz->changes, changes, n * sizeof(changes[0]));
	return tz;
}

static const struct tz *find_or_read(const char *name)
{
	struct tz *tz = zones.first;
	while (tz && strcmp(tz->name, name) != 0)
		tz = tz->next;
	if (!tz) {
		tz = read_zone(name);
		if (!tz)
			return NULL;
		tz->next = zones.first;
		zones.first = tz;
	}
	return tz;
}

static const struct tz *find_locked(const char *name)
{
	if (!is_name(name))
		return NULL;
	return strcmp(name, utc.name) == 0 ? &utc : find_or_read(name);
}

const struct tz *tz_find(const char *name)
{
	(void)pthread_mutex_lock(&zones.lock); /* a plain mutex of ours: cannot fail */
	const struct tz *tz = find_locked(name);
	(void)pthread_mutex_unlock(&zones.lock);
	return tz;
}

/* TZ where it names a zone, else what /etc/localtime points at. */
static const struct tz *find_system(void)
{
	static const char folder[] = "/zoneinfo/";
	char path[256];
	const char *name = getenv("TZ");
	const struct tz *tz = name ? find_locked(name + (name[0] == ':')) : NULL;
	if (tz)
		return tz;
	ssize_t len = readlink("/etc/localtime", path, sizeof(path) - 1);
	path[len > 0 ? len : 0] = '\0';
	name = strstr(path, folder);
	tz = name ? find_locked(name + sizeof(folder) - 1) : NULL;
	return tz ? tz : &utc;
}

const struct tz *tz_default(void)
{
	(void)pthread_mutex_lock(&zones.lock);
	if (!zones.system)
		zones.system = find_system();
	const struct tz *tz = zones.system;
	(void)pthread_mutex_unlock(&zones.lock);
	return tz;
}

const char *tz_name(const struct tz *tz)
{
	return tz->name;
}

/* ---- the calendar, without zones ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days since 1970-01-01 of a date in the Gregorian calendar; years begin in March here,
 * so that the leap day is their last. */
static int64_t days_of(int year, int month, int day)
{
	int64_t months = (int64_t)year * 12 + month - 3;
	int64_t y = floor_div(months, 12), m = months - y * 12;
	int64_t leap_days = floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400);
	return y * 365 + leap_days + (153 * m + 2) / 5 + day - 1 - 719468;
}

static void date_of(int64_t days, struct tz_time *out)
{
	int64_t z = days + 719468, era = floor_div(z, 146097), in_era = z - era * 146097;
	int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * in_year + 2) / 153;
	out->day = (int)(in_year - (153 * m + 2) / 5 + 1);
	out->month = (int)(m < 10 ? m + 3 : m - 9);
	out->year = (int)(y + era * 400 + (m >= 10));
	out->weekday = (int)((days % 7 + 7 + 3) % 7); /* 1970-01-01: a Thursday */
}

static int month_days(int year, int month)
{
	return (int)(days_of(year, month + 1, 1) - days_of(year, month, 1));
}

/* ---- zones and the calendar together ---- */

/* Index of the change that holds at utc_s; the first holds for all before. */
static size_t change_at(const struct tz *tz, int64_t utc_s)
{
	size_t low = 0, high = tz->n;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (tz->changes[middle].utc_s <= utc_s)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static int64_t local_ms(const struct tz *tz, int64_t utc_ms)
{
	if (tz->n == 0)
		return utc_ms;
	size_t i = change_at(tz, floor_div(utc_ms, 1000));
	return utc_ms + tz->changes[i].offset_s * INT64_C(1000);
}

void tz_local(const struct tz *tz, int64_t utc_ms, struct tz_time *out)
{
	int64_t local = local_ms(tz, utc_ms), days = floor_div(local, DAY_MS);
	date_of(days, out);
	out->minute = (int)((local - days * DAY_MS) / MINUTE_MS);
}

/* The first moment from which on the clocks show local_s or more. */
static int64_t utc_of(const struct tz *tz, int64_t local_s)
{
	if (tz->n == 0)
		return local_s;
	size_t i = change_at(tz, local_s - OFFSET_MAX_S);
	int64_t at = local_s - tz->changes[i].offset_s;
	while (i + 1 < tz->n && at >= tz->changes[i + 1].utc_s) {
		const struct change *c = &tz->changes[++i];
		at = local_s - c->offset_s > c->utc_s ? local_s - c->offset_s : c->utc_s;
	}
	return at;
}

int64_t tz_utc(const struct tz *tz, int year, int month, int day, int minute)
{
	return utc_of(tz, days_of(year, month, day) * DAY_S + minute * INT64_C(60)) *
	       1000;
}

int64_t tz_day_start(const struct tz *tz, int64_t utc_ms)
{
	int64_t days = floor_div(local_ms(tz, utc_ms), DAY_MS);
	return utc_of(tz, days * DAY_S) * 1000;
}

int64_t tz_day_end(const struct tz *tz, int64_t utc_ms)
{
	int64_t days = floor_div(local_ms(tz, utc_ms), DAY_MS) + 1;
	return utc_of(tz, days * DAY_S) * 1000;
}

static int64_t reset_in(const struct tz *tz, int year, int month, int reset_day)
{
	int days = month_days(year, month);
	return tz_utc(tz, year, month, reset_day < days ? reset_day : days, 0);
}

int64_t tz_month_start(const struct tz *tz, int64_t utc_ms, int reset_day)
{
	struct tz_time t;
	tz_local(tz, utc_ms, &t);
	int64_t reset = reset_in(tz, t.year, t.month, reset_day);
	return reset <= utc_ms ? reset : reset_in(tz, t.year, t.month - 1, reset_day);
}

int64_t tz_month_end(const struct tz *tz, int64_t utc_ms, int reset_day)
{
	struct tz_time t;
	tz_local(tz, utc_ms, &t);
	int64_t reset = reset_in(tz, t.year, t.month, reset_day);
	return reset > utc_ms ? reset : reset_in(tz, t.year, t.month + 1, reset_day);
}
