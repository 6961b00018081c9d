/* Days and months in time zones: the clocks' changes in both directions, leap days, odd
 * offsets, and every zone against the C library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "firmware/base/clock.h"
#include "firmware/base/tz.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)

static int64_t at(const char *utc)
{
	int64_t ms;
	assert_true(clock_parse(utc, &ms));
	return ms;
}

#define assert_time(ms, utc)                                                             \
	do {                                                                             \
		char text_[32];                                                          \
		assert_string_equal(clock_format(ms, text_, sizeof(text_)), utc);        \
	} while (0)

static const struct tz *zone(const char *name)
{
	const struct tz *tz = tz_find(name);
	assert_non_null(tz);
	assert_string_equal(tz_name(tz), name);
	return tz;
}

static void test_names(void **state)
{
	static const char *const bad[] = { "", "Nope/Nowhere", "../etc/passwd", "Europe",
		"/usr/share/zoneinfo/UTC", "zone.tab", "Europe/Athens ", "europe//",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_null(tz_find(bad[i]));
	assert_ptr_equal(zone("Asia/Tehran"), zone("Asia/Tehran"));
	assert_non_null(tz_default());
	assert_ptr_equal(tz_default(), tz_default());
}

struct local_case {
	const char *zone, *utc;
	struct tz_time t;
};

static void test_local(void **state)
{
	static const struct local_case cases[] = {
		{ "UTC", "1970-01-01T00:00:00Z", { 1970, 1, 1, 0, 3 } },
		{ "UTC", "1969-12-31T23:59:59.999Z", { 1969, 12, 31, 1439, 2 } },
		{ "UTC", "2000-02-29T12:00:00Z", { 2000, 2, 29, 720, 1 } },
		{ "UTC", "2028-02-29T23:59:59.999Z", { 2028, 2, 29, 1439, 1 } },
		{ "UTC", "2100-03-01T00:00:00Z", { 2100, 3, 1, 0, 0 } },
		{ "Asia/Tehran", "2026-11-21T20:30:00Z", { 2026, 11, 22, 0, 6 } },
		{ "Asia/Tehran", "2026-07-01T20:29:59Z", { 2026, 7, 1, 1439, 2 } },
		{ "Asia/Kathmandu", "2026-11-21T18:14:00Z", { 2026, 11, 21, 1439, 5 } },
		{ "Asia/Kathmandu", "2026-11-21T18:15:00Z", { 2026, 11, 22, 0, 6 } },
		{ "Pacific/Chatham", "2026-06-30T11:15:00Z", { 2026, 7, 1, 0, 2 } },
		{ "Pacific/Chatham", "2026-12-31T10:15:00Z", { 2027, 1, 1, 0, 4 } },
		{ "America/Los_Angeles", "2026-01-01T07:59:00Z",
			{ 2025, 12, 31, 1439, 2 } },
		{ "Europe/Athens", "2026-03-29T00:59:59Z", { 2026, 3, 29, 179, 6 } },
		{ "Europe/Athens", "2026-03-29T01:00:00Z", { 2026, 3, 29, 240, 6 } },
		{ "Europe/Athens", "2026-10-25T00:59:00Z", { 2026, 10, 25, 239, 6 } },
		{ "Europe/Athens", "2026-10-25T01:00:00Z", { 2026, 10, 25, 180, 6 } },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tz_time t;
		tz_local(zone(cases[i].zone), at(cases[i].utc), &t);
		assert_memory_equal(&t, &cases[i].t, sizeof(t));
	}
}

static void test_utc(void **state)
{
	const struct tz *athens = zone("Europe/Athens");
	(void)state;
	assert_time(
		tz_utc(zone("Asia/Tehran"), 2026, 11, 22, 0), "2026-11-21T20:30:00.000Z");
	/* 03:00 to 04:00 is skipped: each minute in there is the moment of the change. */
	assert_time(tz_utc(athens, 2026, 3, 29, 179), "2026-03-29T00:59:00.000Z");
	assert_time(tz_utc(athens, 2026, 3, 29, 180), "2026-03-29T01:00:00.000Z");
	assert_time(tz_utc(athens, 2026, 3, 29, 239), "2026-03-29T01:00:00.000Z");
	assert_time(tz_utc(athens, 2026, 3, 29, 240), "2026-03-29T01:00:00.000Z");
	assert_time(tz_utc(athens, 2026, 3, 29, 241), "2026-03-29T01:01:00.000Z");
	/* 03:00 to 04:00 comes twice: the first. */
	assert_time(tz_utc(athens, 2026, 10, 25, 180), "2026-10-25T00:00:00.000Z");
	assert_time(tz_utc(athens, 2026, 10, 25, 239), "2026-10-25T00:59:00.000Z");
	assert_time(tz_utc(athens, 2026, 10, 25, 240), "2026-10-25T02:00:00.000Z");
	/* Beyond the ends of a month, a year, a day. */
	assert_time(tz_utc(athens, 2026, 2, 29, 0), "2026-02-28T22:00:00.000Z");
	assert_time(tz_utc(athens, 2026, 13, 1, 0), "2026-12-31T22:00:00.000Z");
	assert_time(tz_utc(athens, 2027, 0, 1, 0), "2026-11-30T22:00:00.000Z");
	assert_time(tz_utc(athens, 2026, 1, 1, 1440), "2026-01-01T22:00:00.000Z");
}

static void test_days(void **state)
{
	const struct tz *athens = zone("Europe/Athens");
	int64_t spring = at("2026-03-29T12:00:00Z"), autumn = at("2026-10-25T12:00:00Z");
	(void)state;
	assert_time(tz_day_start(athens, spring), "2026-03-28T22:00:00.000Z");
	assert_int_equal(
		tz_day_end(athens, spring) - tz_day_start(athens, spring), 23 * HOUR_MS);
	assert_int_equal(
		tz_day_end(athens, autumn) - tz_day_start(athens, autumn), 25 * HOUR_MS);
	/* Lord Howe moves by half an hour. */
	const struct tz *howe = zone("Australia/Lord_Howe");
	int64_t day = tz_utc(howe, 2026, 4, 5, 720);
	assert_int_equal(
		tz_day_end(howe, day) - tz_day_start(howe, day), 24 * HOUR_MS + 1800000);
	/* In Cairo the clocks go from 24:00 to 01:00: that Friday begins an hour late. */
	const struct tz *cairo = zone("Africa/Cairo");
	day = tz_utc(cairo, 2026, 4, 24, 720);
	assert_time(tz_day_start(cairo, day), "2026-04-23T22:00:00.000Z");
	assert_int_equal(tz_day_end(cairo, day) - tz_day_start(cairo, day), 23 * HOUR_MS);
}

struct month_case {
	const char *zone, *at;
	int reset_day;
	const char *start, *end;
};

static void test_months(void **state)
{
	static const struct month_case cases[] = {
		{ "UTC", "2026-11-21T19:30:00Z", 1, "2026-11-01T00:00:00.000Z",
			"2026-12-01T00:00:00.000Z" },
		{ "UTC", "2026-11-01T00:00:00Z", 1, "2026-11-01T00:00:00.000Z",
			"2026-12-01T00:00:00.000Z" },
		{ "UTC", "2026-10-31T23:59:59.999Z", 1, "2026-10-01T00:00:00.000Z",
			"2026-11-01T00:00:00.000Z" },
		/* The 31st: the last day where there is none. */
		{ "UTC", "2026-02-27T00:00:00Z", 31, "2026-01-31T00:00:00.000Z",
			"2026-02-28T00:00:00.000Z" },
		{ "UTC", "2026-02-28T00:00:00Z", 31, "2026-02-28T00:00:00.000Z",
			"2026-03-31T00:00:00.000Z" },
		{ "UTC", "2028-02-28T23:00:00Z", 31, "2028-01-31T00:00:00.000Z",
			"2028-02-29T00:00:00.000Z" },
		{ "UTC", "2028-02-29T00:00:00Z", 30, "2028-02-29T00:00:00.000Z",
			"2028-03-30T00:00:00.000Z" },
		{ "UTC", "2026-03-01T00:00:00Z", 29, "2026-02-28T00:00:00.000Z",
			"2026-03-29T00:00:00.000Z" },
		{ "UTC", "2026-04-30T00:00:00Z", 31, "2026-04-30T00:00:00.000Z",
			"2026-05-31T00:00:00.000Z" },
		{ "UTC", "2027-01-05T00:00:00Z", 15, "2026-12-15T00:00:00.000Z",
			"2027-01-15T00:00:00.000Z" },
		{ "Asia/Tehran", "2026-11-30T20:30:00Z", 1, "2026-11-30T20:30:00.000Z",
			"2026-12-31T20:30:00.000Z" },
		{ "Asia/Kathmandu", "2026-11-30T18:14:59Z", 1, "2026-10-31T18:15:00.000Z",
			"2026-11-30T18:15:00.000Z" },
		/* A month with a change of the clocks in it. */
		{ "Pacific/Chatham", "2026-09-30T00:00:00Z", 29,
			"2026-09-28T10:15:00.000Z", "2026-10-28T10:15:00.000Z" },
		{ "Europe/Athens", "2026-10-30T00:00:00Z", 1, "2026-09-30T21:00:00.000Z",
			"2026-10-31T22:00:00.000Z" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct month_case *c = &cases[i];
		const struct tz *tz = zone(c->zone);
		assert_time(tz_month_start(tz, at(c->at), c->reset_day), c->start);
		assert_time(tz_month_end(tz, at(c->at), c->reset_day), c->end);
	}
}

/* ---- every zone ---- */

static void use_zone(const char *name)
{
	assert_int_equal(setenv("TZ", name, 1), 0);
	tzset();
}

static void compare(const struct tz *tz, int64_t utc_ms)
{
	struct tz_time t;
	struct tm tm;
	time_t s = (time_t)(utc_ms / 1000);
	assert_non_null(localtime_r(&s, &tm));
	tz_local(tz, utc_ms, &t);
	if (t.year != tm.tm_year + 1900 || t.month != tm.tm_mon + 1 ||
		t.day != tm.tm_mday || t.minute != tm.tm_hour * 60 + tm.tm_min ||
		t.weekday != (tm.tm_wday + 6) % 7)
		fail_msg("%s at %lld", tz_name(tz), (long long)utc_ms);
	assert_true(tz_day_start(tz, utc_ms) <= utc_ms);
	assert_true(tz_day_end(tz, utc_ms) > utc_ms);
	for (int reset_day = 1; reset_day <= 31; reset_day += 10) {
		assert_true(tz_month_start(tz, utc_ms, reset_day) <= utc_ms);
		assert_true(tz_month_end(tz, utc_ms, reset_day) > utc_ms);
	}
}

/* Some hours of each day until 2038, from where on libical is not sure of a few zones;
 * and the way back, each quarter of an hour of a year. */
static void compare_zone(const char *name)
{
	const struct tz *tz = zone(name);
	int64_t from = at("2026-01-01T00:00:00Z"), to = at("2038-01-01T00:00:00Z");
	use_zone(name);
	for (int64_t ms = from; ms < to; ms += 7 * HOUR_MS + 13 * MINUTE_MS)
		compare(tz, ms);
	for (int64_t ms = from; ms < from + 366 * 24 * HOUR_MS; ms += 15 * MINUTE_MS) {
		struct tz_time t;
		tz_local(tz, ms, &t);
		int64_t again = tz_utc(tz, t.year, t.month, t.day, t.minute);
		/* The same moment, or the first of two with this minute. */
		assert_true(again <= ms && again >= ms - 3 * HOUR_MS);
	}
}

static void test_all_zones(void **state)
{
	FILE *f = fopen("/usr/share/zoneinfo/zone.tab", "re");
	char line[256];
	size_t n = 0;
	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *rest = line, *field = NULL;
		for (int i = 0; i < 3 && line[0] != '#'; i++)
			field = strsep(&rest, "\t\n");
		/* One in four is enough in a test that runs often. */
		if (field && n++ % 4 == 0)
			compare_zone(field);
	}
	assert_int_equal(fclose(f), 0);
	assert_true(n > 400);
	use_zone("UTC");
}

/* ---- threads ---- */

static void *find_all(void *user)
{
	static const char *const names[] = { "Europe/Paris", "Asia/Tokyo",
		"America/Bogota", "Africa/Casablanca", "Nope/Nowhere", "Asia/Kolkata" };
	const struct tz **found = user;
	for (size_t i = 0; i < 6; i++) {
		found[i] = tz_find(names[i]);
		for (int day = 0; found[i] && day < 1000; day++)
			(void)tz_day_end(
				found[i], INT64_C(1767225600000) + day * 24 * HOUR_MS);
	}
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t threads[8];
	const struct tz *found[8][6];
	(void)state;
	for (int i = 0; i < 8; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, find_all, found[i]), 0);
	for (int i = 0; i < 8; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (int i = 1; i < 8; i++)
		assert_memory_equal(found[i], found[0], sizeof(found[0]));
	assert_null(found[0][4]);
	assert_non_null(found[0][3]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_utc),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_all_zones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
