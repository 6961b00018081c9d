#define _GNU_SOURCE /* timegm */
#include "firmware/base/clock.h"

#include <string.h>
#include <time.h>

#include "firmware/base/str.h"

static uint64_t system_mono_ms(const struct clock *clock)
{
	struct timespec ts;
	(void)clock;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts); /* cannot fail with a valid id */
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static int64_t system_wall_ms(const struct clock *clock)
{
	struct timespec ts;
	(void)clock;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

const struct clock *clock_system(void)
{
	static const struct clock system = { .mono_ms = system_mono_ms,
		.wall_ms = system_wall_ms };
	return &system;
}

static uint64_t fake_mono_ms(const struct clock *clock)
{
	return clock->fake_mono_ms;
}

static int64_t fake_wall_ms(const struct clock *clock)
{
	return clock->fake_wall_ms;
}

struct clock clock_fake(uint64_t mono_ms, int64_t wall_ms)
{
	return (struct clock){ .mono_ms = fake_mono_ms,
		.wall_ms = fake_wall_ms,
		.fake_mono_ms = mono_ms,
		.fake_wall_ms = wall_ms };
}

uint64_t clock_mono_ms(const struct clock *clock)
{
	return clock->mono_ms(clock);
}

int64_t clock_wall_ms(const struct clock *clock)
{
	return clock->wall_ms(clock);
}

bool clock_wall_is_sane(int64_t wall_ms)
{
	return wall_ms > INT64_C(1767225600000); /* 2026-01-01 */
}

const char *clock_format(int64_t wall_ms, char *dst, size_t size)
{
	int64_t ms = wall_ms % 1000;
	time_t s = (time_t)(wall_ms / 1000);
	struct tm tm;

	if (ms < 0) {
		ms += 1000;
		s--;
	}
	(void)gmtime_r(&s, &tm);
	(void)str_format(dst, size, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		tm.tm_sec, (int)ms);
	return dst;
}

/* Reads digits of s at *at, exactly n of them, at most max. */
static bool take_number(
	const char *s, size_t len, size_t *at, size_t n, int max, int *out)
{
	uint64_t value;
	if (len - *at < n || !str_to_u64(s + *at, n, (uint64_t)max, &value))
		return false;
	*at += n;
	*out = (int)value;
	return true;
}

static bool take_char(const char *s, size_t len, size_t *at, const char *any)
{
	if (*at >= len || !strchr(any, s[*at]))
		return false;
	(*at)++;
	return true;
}

static bool take_fraction(const char *s, size_t len, size_t *at, int *out_ms)
{
	int scale = 100;

	*out_ms = 0;
	if (*at >= len || s[*at] != '.')
		return true;
	size_t start = ++*at;
	while (*at < len && s[*at] >= '0' && s[*at] <= '9') {
		*out_ms += (s[*at] - '0') * scale;
		scale /= 10;
		(*at)++;
	}
	return *at > start;
}

static bool take_zone(const char *s, size_t len, size_t *at, int *out_min)
{
	int h, m;

	*out_min = 0;
	if (take_char(s, len, at, "Zz"))
		return true;
	bool west = *at < len && s[*at] == '-';
	if (!take_char(s, len, at, "+-") || !take_number(s, len, at, 2, 23, &h) ||
		!take_char(s, len, at, ":") || !take_number(s, len, at, 2, 59, &m))
		return false;
	*out_min = (h * 60 + m) * (west ? -1 : 1);
	return true;
}

bool clock_parse(const char *s, int64_t *out_wall_ms)
{
	size_t len = strlen(s), at = 0;
	struct tm tm = { 0 };
	int ms, zone_min;

	if (!take_number(s, len, &at, 4, 9999, &tm.tm_year) ||
		!take_char(s, len, &at, "-") ||
		!take_number(s, len, &at, 2, 12, &tm.tm_mon) ||
		!take_char(s, len, &at, "-") ||
		!take_number(s, len, &at, 2, 31, &tm.tm_mday) ||
		!take_char(s, len, &at, "Tt ") ||
		!take_number(s, len, &at, 2, 23, &tm.tm_hour) ||
		!take_char(s, len, &at, ":") ||
		!take_number(s, len, &at, 2, 59, &tm.tm_min) ||
		!take_char(s, len, &at, ":") ||
		!take_number(s, len, &at, 2, 60, &tm.tm_sec) ||
		!take_fraction(s, len, &at, &ms) || !take_zone(s, len, &at, &zone_min) ||
		at != len || tm.tm_mon == 0 || tm.tm_mday == 0)
		return false;
	int day = tm.tm_mday, month = tm.tm_mon - 1;
	tm.tm_year -= 1900;
	tm.tm_mon = month;
	int64_t seconds = (int64_t)timegm(&tm);
	if (tm.tm_mon != month || tm.tm_mday != day)
		return false; /* 31 April: timegm() moved it */
	*out_wall_ms = (seconds - zone_min * 60) * 1000 + ms;
	return true;
}
