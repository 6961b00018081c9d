/* When a campaign will be through, against what can be reckoned by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/clock.h"
#include "firmware/office/forecast/simulate.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define ALL_LINES UINT64_MAX

/* Saturday noon in Athens. */
static int64_t noon(void)
{
	int64_t ms;
	assert_true(clock_parse("2026-11-21T10:00:00Z", &ms));
	return ms;
}

/* n SIMs of 1500 ms, one own promotional flow. */
static struct simulate_world *world(size_t n, double parts)
{
	struct simulate_world *w = calloc(1, sizeof(*w));
	assert_non_null(w);
	w->now = noon();
	w->promotional_share = 1;
	w->n_lines = n;
	for (size_t i = 0; i < n; i++)
		w->lines[i].per_ms = 1.0 / 1500;
	w->n_flows = 1;
	w->flows[0] = (struct simulate_flow){ .parts = parts,
		.rank = 3,
		.is_own = true,
		.is_promotional = true,
		.lines = ALL_LINES };
	return w;
}

/* Runs and frees it; the time from now to the end. */
static int64_t run(struct simulate_world *w, struct simulate_result *r)
{
	int64_t now = w->now;
	simulate_run(w, r);
	free(w);
	return r->done_at ? r->done_at - now : 0;
}

static void assert_near(int64_t is, int64_t should)
{
	int64_t slack = should / 100 + 100;
	if (is < should - slack || is > should + slack)
		fail_msg("%lld ms instead of %lld", (long long)is, (long long)should);
}

static void test_speed(void **state)
{
	struct simulate_result r;
	(void)state;
	assert_near(run(world(1, 100), &r), 150000);
	assert_int_equal(r.limit, SIMULATE_SPEED);
	assert_near(run(world(8, 800), &r), 150000);
	assert_near(run(world(64, 1000000), &r), INT64_C(1500) * 1000000 / 64);
	/* Nothing to do, and nobody to do it. */
	assert_int_equal(run(world(1, 0), &r), 0);
	assert_int_equal(r.done_at, noon());
	assert_int_equal(run(world(0, 5), &r), 0);
	assert_int_equal(r.done_at, 0);
}

static void test_backlog(void **state)
{
	struct simulate_result r;
	struct simulate_world *w = world(2, 100);
	(void)state;
	/* 100 codes first. */
	w->flows[w->n_flows++] =
		(struct simulate_flow){ .parts = 100, .rank = 0, .lines = ALL_LINES };
	assert_near(run(w, &r), 150000);
	/* Another campaign of the same rank: half each, until it is done. */
	w = world(2, 100);
	w->flows[w->n_flows++] = (struct simulate_flow){
		.parts = 50, .rank = 3, .is_promotional = true, .lines = ALL_LINES
	};
	assert_near(run(w, &r), 112500);
	/* One that only the first SIM may take leaves the second to us. */
	w = world(2, 100);
	w->flows[w->n_flows++] = (struct simulate_flow){
		.parts = 1000, .rank = 0, .is_promotional = false, .lines = 1
	};
	assert_near(run(w, &r), 150000);
}

static void cap(
	struct simulate_world *w, enum simulate_limit limit, double left, double size)
{
	for (size_t i = 0; i < w->n_lines; i++) {
		struct simulate_line *l = &w->lines[i];
		bool by_hour = limit == SIMULATE_HOUR;
		l->caps[l->n_caps++] = (struct simulate_cap){ limit, left, size,
			w->now + (by_hour ? HOUR_MS : 12 * HOUR_MS),
			by_hour ? HOUR_MS : DAY_MS };
	}
}

static void test_limits(void **state)
{
	struct simulate_result r;
	struct simulate_world *w = world(2, 1000);
	(void)state;
	/* 100 an hour and SIM: four full hours, then 100 parts more over two SIMs. */
	cap(w, SIMULATE_HOUR, 100, 100);
	assert_near(run(w, &r), 4 * HOUR_MS + 150000);
	assert_int_equal(r.limit, SIMULATE_HOUR);
	/* Nearly used up today, plenty tomorrow. */
	w = world(1, 100);
	cap(w, SIMULATE_DAY, 10, 500);
	assert_near(run(w, &r), 12 * HOUR_MS + 90 * 1500);
	assert_int_equal(r.limit, SIMULATE_DAY);
	/* Two at once: the tighter one counts. */
	w = world(1, 300);
	cap(w, SIMULATE_DAY, 1000, 1000);
	cap(w, SIMULATE_HOUR, 100, 100);
	assert_near(run(w, &r), 2 * HOUR_MS + 150000);
	/* Money that does not come back. */
	w = world(1, 100);
	w->lines[0].caps[0] = (struct simulate_cap){ SIMULATE_SPEND, 50, 0, 0, 0 };
	w->lines[0].n_caps = 1;
	assert_int_equal(run(w, &r), 0);
	assert_int_equal(r.done_at, 0);
	assert_int_equal((int)(r.left + 0.5), 50);
	assert_int_equal(r.limit, SIMULATE_SPEND);
}

static void test_hours(void **state)
{
	struct hours h = { .n_rules = 1,
		.rules = { { 540, 1260, 0x7F, true } },
		.zones = { .tz = { tz_find("Europe/Athens") }, .n = 1 } };
	struct simulate_result r;
	struct simulate_world *w = world(1, 24000); /* ten hours */
	(void)state;
	w->flows[0].hours = &h;
	/* Nine today until 21:00, one tomorrow from 09:00. */
	assert_near(run(w, &r), 9 * HOUR_MS + 12 * HOUR_MS + HOUR_MS);
	/* The end comes first. */
	w = world(1, 24000);
	w->flows[0].hours = &h;
	w->end_at = w->now + 5 * HOUR_MS;
	assert_int_equal(run(w, &r), 0);
	assert_true(r.left > 11900 && r.left < 12100);
	/* It begins tomorrow. */
	w = world(1, 2400);
	w->flows[0].hours = &h;
	w->start_at = w->now + 15 * HOUR_MS;
	assert_near(run(w, &r), 22 * HOUR_MS);
	assert_int_equal(r.limit, SIMULATE_WINDOW);
	/* Two zones: each in its time. */
	struct hours tokyo = h;
	tokyo.zones.tz[0] = tz_find("Asia/Tokyo");
	w = world(1, 2400);
	w->flows[0].hours = &h;
	w->flows[w->n_flows++] = w->flows[0];
	w->flows[1].hours = &tokyo; /* 19:00 there: two hours left */
	assert_near(run(w, &r), 2 * HOUR_MS);
}

static void test_pace(void **state)
{
	struct simulate_result r;
	struct simulate_world *w = world(8, 600);
	(void)state;
	w->own_per_ms = 60 / 60000.0;
	assert_near(run(w, &r), 10 * 60000);
	assert_int_equal(r.limit, SIMULATE_PACE);
	/* A reserve of a quarter. */
	w = world(8, 800);
	w->promotional_share = 0.75;
	assert_near(run(w, &r), 200000);
}

static void test_money(void **state)
{
	static const int64_t prices[] = { 20000, 50000 };
	static const bool in_bundle[] = { true, false };
	struct simulate_result r;
	struct simulate_world *w = world(2, 200);
	(void)state;
	w->flows[0].prices = prices;
	w->flows[0].in_bundle = in_bundle;
	w->lines[0].bundle = 40;
	w->lines[1].bundle = 40;
	assert_near(run(w, &r), 150000);
	assert_near((int64_t)r.money[0], 60 * 20000);
	assert_near((int64_t)r.money[1], 100 * 50000);
}

/* The same numbers in every run; xorshift64. */
static unsigned draw(void)
{
	static uint64_t state = 7;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33);
}

/* Large and awkward worlds end, and more work never takes less time. */
static void test_random(void **state)
{
	(void)state;
	for (int n = 0; n < 60; n++) {
		struct simulate_world *w =
			world(1 + (size_t)draw() % 64, 1 + draw() % 100000);
		struct simulate_world *more = malloc(sizeof(*more));
		struct simulate_result a, b;
		assert_non_null(more);
		for (size_t i = 0; i < w->n_lines; i++)
			w->lines[i].per_ms = 1.0 / (200 + draw() % 4000);
		if (draw() % 2)
			cap(w, SIMULATE_HOUR, draw() % 200, 100 + draw() % 200);
		if (draw() % 2)
			cap(w, SIMULATE_DAY, draw() % 1000, 500 + draw() % 2000);
		for (int f = 0; f < 20; f++)
			w->flows[w->n_flows++] = (struct simulate_flow){ .parts = draw() %
										  5000,
				.rank = draw() % 5,
				.lines = ((uint64_t)draw() << 32) ^ (uint64_t)draw() };
		*more = *w;
		more->flows[0].parts *= 2;
		double parts = w->flows[0].parts;
		int64_t first = run(w, &a), second = run(more, &b);
		assert_true(a.left >= 0 && a.left <= parts + 1e-3);
		if (first && second)
			assert_true(second + 6000 >= first);
		assert_true(first || !second);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_speed),
		cmocka_unit_test(test_backlog),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_hours),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_money),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
