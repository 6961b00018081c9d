/* When it is open: windows over midnight, weekdays, holidays, the clocks' changes, leap
 * days, several zones; and random rules against a model that walks minute by minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/clock.h"
#include "firmware/office/dispatch/hours.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define ALL 0x7FU

static int64_t at(const char *utc)
{
	int64_t ms;
	assert_true(clock_parse(utc, &ms));
	return ms;
}

struct span_case {
	const char *zone;
	struct hours_rule rule;
	const char *from, *open, *close; /* close NULL: never */
};

static void test_spans(void **state)
{
	static const struct span_case cases[] = {
		/* Inside, before, at the edges. */
		{ "UTC", { 540, 1260, ALL, true }, "2026-11-21T12:00:00Z",
			"2026-11-21T12:00:00Z", "2026-11-21T21:00:00Z" },
		{ "UTC", { 540, 1260, ALL, true }, "2026-11-21T08:59:59Z",
			"2026-11-21T09:00:00Z", "2026-11-21T21:00:00Z" },
		{ "UTC", { 540, 1260, ALL, true }, "2026-11-21T09:00:00Z",
			"2026-11-21T09:00:00Z", "2026-11-21T21:00:00Z" },
		{ "UTC", { 540, 1260, ALL, true }, "2026-11-21T21:00:00Z",
			"2026-11-22T09:00:00Z", "2026-11-22T21:00:00Z" },
		/* Over midnight: the day is that of the beginning. */
		{ "UTC", { 1320, 360, 1U << 4, true }, "2026-11-21T03:00:00Z",
			"2026-11-21T03:00:00Z", "2026-11-21T06:00:00Z" },
		{ "UTC", { 1320, 360, 1U << 4, true }, "2026-11-21T06:00:00Z",
			"2026-11-27T22:00:00Z", "2026-11-28T06:00:00Z" },
		/* Whole days that touch are one. */
		{ "UTC", { 0, 1440, 0x1F, true }, "2026-11-21T12:00:00Z",
			"2026-11-23T00:00:00Z", "2026-11-28T00:00:00Z" },
		{ "UTC", { 0, 1440, ALL, true }, "2026-11-21T12:00:00Z",
			"2026-11-21T12:00:00Z", NULL },
		/* Other zones. */
		{ "Asia/Tehran", { 540, 1260, ALL, true }, "2026-11-21T00:00:00Z",
			"2026-11-21T05:30:00Z", "2026-11-21T17:30:00Z" },
		{ "Asia/Kathmandu", { 540, 1260, ALL, true }, "2026-11-21T16:00:00Z",
			"2026-11-22T03:15:00Z", "2026-11-22T15:15:00Z" },
		/* The night in which the clocks go forward, and back. */
		{ "Europe/Athens", { 540, 1260, ALL, true }, "2026-03-28T20:00:00Z",
			"2026-03-29T06:00:00Z", "2026-03-29T18:00:00Z" },
		{ "Europe/Athens", { 540, 1260, ALL, true }, "2026-10-24T20:00:00Z",
			"2026-10-25T07:00:00Z", "2026-10-25T19:00:00Z" },
		/* 03:15 to 03:45 does not exist on that day. */
		{ "Europe/Athens", { 195, 225, ALL, true }, "2026-03-28T22:00:00Z",
			"2026-03-30T00:15:00Z", "2026-03-30T00:45:00Z" },
		/* The hour that comes twice: from the first to the first. */
		{ "Europe/Athens", { 180, 240, ALL, true }, "2026-10-24T22:00:00Z",
			"2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z" },
		/* A leap day, and none. */
		{ "UTC", { 540, 600, ALL, true }, "2028-02-28T12:00:00Z",
			"2028-02-29T09:00:00Z", "2028-02-29T10:00:00Z" },
		{ "UTC", { 540, 600, ALL, true }, "2027-02-28T12:00:00Z",
			"2027-03-01T09:00:00Z", "2027-03-01T10:00:00Z" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct span_case *c = &cases[i];
		struct hours h = { .n_rules = 1, .rules = { c->rule } };
		struct hours_span s;
		h.zones = (struct zone_set){ .tz = { tz_find(c->zone) }, .n = 1 };
		assert_true(hours_next(&h, at(c->from), &s));
		assert_int_equal(s.open, at(c->open));
		assert_int_equal(s.close, c->close ? at(c->close) : HOURS_NEVER);
	}
}

static void test_holidays(void **state)
{
	const struct hours_day days[] = { { 0, 12, 25 }, { 2026, 12, 26 }, { 0, 2, 29 } };
	struct hours h = { .n_rules = 1,
		.rules = { { 540, 1260, ALL, false } },
		.zones = { .tz = { tz_find("Europe/Athens") }, .n = 1 },
		.holidays = days,
		.n_holidays = 3 };
	struct hours_span s;
	(void)state;
	assert_true(hours_next(&h, at("2026-12-24T20:00:00Z"), &s));
	assert_int_equal(s.open, at("2026-12-27T07:00:00Z"));
	assert_true(hours_next(&h, at("2027-12-24T20:00:00Z"), &s));
	assert_int_equal(s.open, at("2027-12-26T07:00:00Z"));
	assert_true(hours_next(&h, at("2028-02-28T20:00:00Z"), &s));
	assert_int_equal(s.open, at("2028-03-01T07:00:00Z"));
	h.rules[0].on_holidays = true;
	assert_true(hours_next(&h, at("2026-12-24T20:00:00Z"), &s));
	assert_int_equal(s.open, at("2026-12-25T07:00:00Z"));
}

static void test_zones(void **state)
{
	struct zones *z = zones_create();
	struct hours h = { .n_rules = 1, .rules = { { 540, 1260, ALL, true } } };
	struct hours_span s;
	(void)state;
	assert_non_null(z);
	zones_of_country(z, "GR", &h.zones);
	assert_int_equal(h.zones.n, 1);
	assert_string_equal(tz_name(h.zones.tz[0]), "Europe/Athens");
	/* Honolulu opens last, at 19:00 UTC; New York closes first, at 02:00. */
	zones_of_country(z, "US", &h.zones);
	assert_true(h.zones.n > 10);
	assert_true(hours_next(&h, at("2026-11-21T12:00:00Z"), &s));
	assert_int_equal(s.open, at("2026-11-21T19:00:00Z"));
	assert_int_equal(s.close, at("2026-11-22T02:00:00Z"));
	/* There is no minute that suits all of Russia. */
	zones_of_country(z, "RU", &h.zones);
	h.rules[0] = (struct hours_rule){ 600, 660, ALL, true };
	assert_false(hours_next(&h, at("2026-11-21T12:00:00Z"), &s));
	/* No country: the system's zone. */
	zones_of_country(z, "", &h.zones);
	assert_int_equal(h.zones.n, 1);
	assert_ptr_equal(h.zones.tz[0], tz_default());
	zones_of_country(z, "much too long", &h.zones);
	assert_ptr_equal(h.zones.tz[0], tz_default());
	zones_destroy(z);
}

static void test_sums(void **state)
{
	struct hours h = { .n_rules = 1,
		.rules = { { 540, 1260, ALL, true } },
		.zones = { .tz = { tz_find("Europe/Athens") }, .n = 1 } };
	int64_t from = at("2026-03-28T06:00:00Z");
	(void)state;
	assert_int_equal(hours_open_ms(&h, from, from + 2 * DAY_MS), 24 * HOUR_MS);
	assert_int_equal(hours_open_ms(&h, from, from), 0);
	assert_int_equal(hours_open_ms(&h, from, from + 2 * HOUR_MS), HOUR_MS);
	assert_int_equal(hours_after(&h, from, 0), at("2026-03-28T07:00:00Z"));
	assert_int_equal(hours_after(&h, from, 12 * HOUR_MS), at("2026-03-29T06:00:00Z"));
	assert_int_equal(hours_after(&h, from, 13 * HOUR_MS), at("2026-03-29T07:00:00Z"));
	h.n_rules = 0;
	assert_int_equal(hours_open_ms(&h, from, from + 5), 5);
	assert_int_equal(hours_after(&h, from, 5), from + 5);
}

static void test_days(void **state)
{
	static const char *const bad[] = { "", "2026", "2026-1-1", "2026-13-01",
		"2026-00-10", "2026-02-29", "13-01", "02-30", "1-1", "2026-02-28x",
		"2026/02/28", "1999-01-01", "-1-01", "02-2a" };
	struct hours_day d;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(hours_day_parse(bad[i], &d));
	assert_true(hours_day_parse("2028-02-29", &d));
	assert_true(d.year == 2028 && d.month == 2 && d.day == 29);
	assert_true(hours_day_parse("02-29", &d));
	assert_true(d.year == 0 && d.month == 2 && d.day == 29);
}

/* ---- against a model ---- */

static bool is_open_by(const struct hours *h, const struct hours_rule *r,
	const struct tz *tz, int64_t ms)
{
	/* Open at ms: on its own local day, or, over midnight, on the day before. */
	for (int back = 0; back <= 1; back++) {
		struct tz_time t, noon;
		tz_local(tz, ms, &t);
		tz_local(tz, tz_utc(tz, t.year, t.month, t.day - back, 720), &noon);
		int over = r->from > r->to ? 1440 : 0;
		bool holiday = false;
		for (size_t i = 0; i < h->n_holidays; i++)
			holiday |= h->holidays[i].month == noon.month &&
				   h->holidays[i].day == noon.day;
		if (!(r->days & (1U << noon.weekday)) || (holiday && !r->on_holidays))
			continue;
		if (ms >= tz_utc(tz, noon.year, noon.month, noon.day, r->from) &&
			ms < tz_utc(tz, noon.year, noon.month, noon.day, r->to + over))
			return true;
	}
	return false;
}

static bool is_open(const struct hours *h, int64_t ms)
{
	for (size_t r = 0; r < h->n_rules; r++) {
		for (size_t z = 0; z < h->zones.n; z++) {
			if (!is_open_by(h, &h->rules[r], h->zones.tz[z], ms))
				return false;
		}
	}
	return true;
}

static unsigned next_random(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 8) % below;
}

static void check_world(unsigned seed)
{
	static const char *const names[] = { "Europe/Athens", "America/New_York", "UTC",
		"Pacific/Chatham", "Australia/Lord_Howe", "Asia/Tehran" };
	const struct hours_day days[] = { { 0, 3, 29 }, { 0, 10, 26 } };
	struct hours h = { .holidays = days, .n_holidays = 2 };
	struct hours_span s;
	h.n_rules = 1 + next_random(&seed, 2);
	for (size_t i = 0; i < h.n_rules; i++)
		do {
			h.rules[i] = (struct hours_rule){ (int)next_random(&seed, 96) *
								  15,
				(int)next_random(&seed, 97) * 15,
				next_random(&seed, 3) ? ALL : next_random(&seed, 128),
				next_random(&seed, 2) };
		} while (!hours_rule_is_valid(&h.rules[i]));
	h.zones.n = 1 + next_random(&seed, 3);
	for (size_t i = 0; i < h.zones.n; i++)
		h.zones.tz[i] = tz_find(names[next_random(&seed, 6)]);
	int64_t from = at(seed & 1 ? "2026-03-27T00:00:00Z" : "2026-10-23T00:00:00Z") +
		       next_random(&seed, 3000) * MINUTE_MS;
	int64_t t = from;
	while (t < from + 9 * DAY_MS && !is_open(&h, t))
		t += 15 * MINUTE_MS - t % (15 * MINUTE_MS);
	bool found = hours_next(&h, from, &s);
	if (t >= from + 9 * DAY_MS) {
		assert_true(!found || s.open >= t);
		return;
	}
	assert_true(found);
	assert_int_equal(s.open, t);
	while (t < from + 20 * DAY_MS && is_open(&h, t))
		t += 15 * MINUTE_MS - t % (15 * MINUTE_MS);
	if (t < s.open + 8 * DAY_MS) /* a longer one may be told in pieces */
		assert_int_equal(s.close, t);
}

static void test_random(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 3000; seed++)
		check_world(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_holidays),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
