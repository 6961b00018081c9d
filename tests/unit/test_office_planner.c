/* When messages may go out: windows in the recipient's time, planned anew when they
 * close, when rules change and when the clock is set; campaigns that start, end, spread
 * and keep a pace. */
#include "tests/unit/office_fixture.h"

#include "firmware/office/dispatch/planner.h"
#include "firmware/office/dispatch/windows.h"

#define GREEK "+306941200001"
#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static int64_t at(const char *utc)
{
	int64_t ms;
	assert_true(clock_parse(utc, &ms));
	return ms;
}

/* Both clocks, as time passes. */
static void pass(struct fixture *f, int64_t until)
{
	f->clock.fake_mono_ms += (uint64_t)(until - f->clock.fake_wall_ms);
	f->clock.fake_wall_ms = until;
}

static void set_window(struct fixture *f, enum message_class class, int from, int to)
{
	const struct send_window w = { class, from, to, 127, true };
	FINE(f, windows_set(&f->o, &tester, &w));
}

static void plan_anew(struct fixture *f)
{
	bool more = true;
	for (int i = 0; i < 100 && more; i++)
		FINE(f, planner_step(&f->o, &more));
	assert_false(more);
}

static int64_t send(struct fixture *f, const char *to, int64_t send_after)
{
	struct message_accepted out;
	const struct message_draft draft = { .to = to,
		.text = "Hello",
		.class = "transactional",
		.reference = "order 1",
		.send_after = send_after };
	FINE(f, messages_send(&f->o, &tester, &draft, &out));
	return out.id;
}

static void assert_times(
	struct fixture *f, int64_t id, const char *due_at, const char *pause_at)
{
	struct message m = message_of(f, id);
	assert_int_equal(m.due_at, at(due_at));
	assert_int_equal(m.pause_at, pause_at ? at(pause_at) : 0);
}

/* ---- one message ---- */

static void test_windows(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "L"), contact;
	pass(f, at("2026-11-21T20:00:00Z")); /* 22:00 in Athens */
	assert_times(f, send(f, GREEK, 0), "2026-11-21T20:00:00Z", NULL);
	set_window(f, CLASS_TRANSACTIONAL, 540, 1260);
	assert_times(
		f, send(f, GREEK, 0), "2026-11-22T07:00:00Z", "2026-11-22T19:00:00Z");
	/* In Tokyo it is 05:00. */
	assert_times(f, send(f, "+819012345678", 0), "2026-11-22T00:00:00Z",
		"2026-11-22T12:00:00Z");
	/* A time that was asked for is kept where it lies inside. */
	assert_times(f, send(f, GREEK, at("2026-11-22T15:00:00Z")),
		"2026-11-22T15:00:00Z", "2026-11-22T19:00:00Z");
	/* The contact's own zone wins. */
	const struct contact_draft draft = { .phone = GREEK,
		.time_zone = "America/New_York",
		.lists = &list,
		.n_lists = 1 };
	FINE(f, contacts_create(&f->o, &tester, &draft, &contact));
	assert_times(
		f, send(f, GREEK, 0), "2026-11-21T20:00:00Z", "2026-11-22T02:00:00Z");
	const struct contact_draft wrong = { .time_zone = "Mars/Olympus" };
	REFUSED(f, contacts_update(&f->o, &tester, contact, &wrong), "invalid_time_zone");
	/* Holidays. */
	const struct contact_draft home = { .time_zone = "" };
	FINE(f, contacts_update(&f->o, &tester, contact, &home));
	const struct send_window w = { CLASS_TRANSACTIONAL, 540, 1260, 127, false };
	const struct holiday h = { "GR", "11-22", "A day" };
	FINE(f, windows_set(&f->o, &tester, &w));
	FINE(f, holidays_put(&f->o, &tester, &h));
	assert_times(
		f, send(f, GREEK, 0), "2026-11-23T07:00:00Z", "2026-11-23T19:00:00Z");
	FINE(f, holidays_remove(&f->o, &tester, "GR", "11-22"));
	assert_times(
		f, send(f, GREEK, 0), "2026-11-22T07:00:00Z", "2026-11-22T19:00:00Z");
	/* One that would have expired by then is refused. */
	struct message_accepted out;
	const struct message_draft late = { .to = GREEK,
		.text = "Hello",
		.class = "transactional",
		.reference = "1",
		.expires_at = at("2026-11-22T06:00:00Z") };
	REFUSED(f, messages_send(&f->o, &tester, &late, &out), "window_closed");
}

static void test_refusals(void **state)
{
	struct fixture *f = *state;
	struct send_window w = { CLASS_OTP, 540, 1260, 127, true };
	REFUSED(f, windows_set(&f->o, &tester, &w), "invalid_class");
	w = (struct send_window){ CLASS_PROMOTIONAL, 540, 540, 127, true };
	REFUSED(f, windows_set(&f->o, &tester, &w), "invalid_time");
	w = (struct send_window){ CLASS_PROMOTIONAL, 540, 1260, 0, true };
	REFUSED(f, windows_set(&f->o, &tester, &w), "invalid_time");
	struct holiday h = { "GR", "2026-02-30", "" };
	REFUSED(f, holidays_put(&f->o, &tester, &h), "invalid_day");
	h = (struct holiday){ "Greece", "02-20", "" };
	REFUSED(f, holidays_put(&f->o, &tester, &h), "invalid_country");
}

/* The nights in which the clocks change. */
static void test_dst(void **state)
{
	struct fixture *f = *state;
	set_window(f, CLASS_TRANSACTIONAL, 540, 1260);
	pass(f, at("2027-03-27T20:00:00Z"));
	assert_times(
		f, send(f, GREEK, 0), "2027-03-28T06:00:00Z", "2027-03-28T18:00:00Z");
	pass(f, at("2027-10-30T20:00:00Z"));
	assert_times(
		f, send(f, GREEK, 0), "2027-10-31T07:00:00Z", "2027-10-31T19:00:00Z");
	pass(f, at("2028-02-28T20:00:00Z"));
	assert_times(
		f, send(f, GREEK, 0), "2028-02-29T07:00:00Z", "2028-02-29T19:00:00Z");
}

/* ---- planned anew ---- */

static void test_window_closes(void **state)
{
	struct fixture *f = *state;
	pass(f, at("2026-11-21T12:00:00Z"));
	set_window(f, CLASS_TRANSACTIONAL, 540, 1260);
	plan_anew(f);
	int64_t id = send(f, GREEK, 0);
	assert_times(f, id, "2026-11-21T12:00:00Z", "2026-11-21T19:00:00Z");
	pass(f, at("2026-11-21T18:59:59Z"));
	plan_anew(f);
	assert_times(f, id, "2026-11-21T12:00:00Z", "2026-11-21T19:00:00Z");
	pass(f, at("2026-11-21T19:00:00Z"));
	plan_anew(f);
	assert_times(f, id, "2026-11-22T07:00:00Z", "2026-11-22T19:00:00Z");
	/* Many, in steps; each once. */
	for (int i = 0; i < 450; i++)
		(void)send(f, GREEK, 0);
	pass(f, at("2026-11-22T19:00:01Z"));
	plan_anew(f);
	for (int64_t other = id; other <= id + 450; other++)
		assert_times(f, other, "2026-11-23T07:00:00Z", "2026-11-23T19:00:00Z");
}

static void test_rules_change(void **state)
{
	struct fixture *f = *state;
	pass(f, at("2026-11-21T20:00:00Z"));
	int64_t now = send(f, GREEK, 0);
	set_window(f, CLASS_TRANSACTIONAL, 540, 1260);
	plan_anew(f);
	assert_times(f, now, "2026-11-22T07:00:00Z", "2026-11-22T19:00:00Z");
	/* The rules go: what waits for a time of its own goes on waiting for it. */
	FINE(f, windows_remove(&f->o, &tester, CLASS_TRANSACTIONAL));
	plan_anew(f);
	assert_times(f, now, "2026-11-22T07:00:00Z", NULL);
	/* Changed while nobody was there to plan: it is done at the next start. */
	set_window(f, CLASS_TRANSACTIONAL, 600, 660);
	fixture_kill(f);
	plan_anew(f);
	assert_times(f, now, "2026-11-22T08:00:00Z", "2026-11-22T09:00:00Z");
}

/* What a campaign's window put off goes at once when the window is lifted. */
static void test_campaign_hurries(void **state)
{
	struct fixture *f = *state;
	struct feeder_result r;
	int64_t list = new_list(f, "L");
	pass(f, at("2026-11-21T20:00:00Z"));
	set_window(f, CLASS_PROMOTIONAL, 540, 1260);
	(void)new_member(f, list, 1, true);
	FINE(f, campaigns_start(&f->o, &tester, new_campaign(f, list, "Hello")));
	FINE(f, feeder_run(&f->o, &r));
	assert_times(f, 1, "2026-11-22T07:00:00Z", "2026-11-22T19:00:00Z");
	pass(f, at("2026-11-21T20:30:00Z"));
	FINE(f, windows_remove(&f->o, &tester, CLASS_PROMOTIONAL));
	plan_anew(f);
	assert_times(f, 1, "2026-11-21T20:30:00Z", NULL);
}

static void test_clock_is_set(void **state)
{
	struct fixture *f = *state;
	pass(f, at("2026-11-21T12:00:00Z"));
	set_window(f, CLASS_TRANSACTIONAL, 540, 1260);
	plan_anew(f);
	int64_t id = send(f, GREEK, 0);
	/* It is night already. */
	f->clock.fake_wall_ms = at("2026-11-21T22:00:00Z");
	plan_anew(f);
	assert_times(f, id, "2026-11-22T07:00:00Z", "2026-11-22T19:00:00Z");
	/* No, it is not: back to noon. What was planned stands, and is open then. */
	f->clock.fake_wall_ms = at("2026-11-21T12:00:10Z");
	plan_anew(f);
	assert_times(f, id, "2026-11-22T07:00:00Z", "2026-11-22T19:00:00Z");
}

/* No battery: the box wakes up in 1970 until it hears the time. */
static void test_clock_is_unknown(void **state)
{
	struct fixture *f = *state;
	set_window(f, CLASS_TRANSACTIONAL, 540, 1260);
	f->clock.fake_wall_ms = 5000;
	int64_t id = send(f, GREEK, 0);
	struct message m = message_of(f, id);
	assert_int_equal(m.due_at, 5000);
	assert_int_equal(m.pause_at, 5000); /* so the radio side leaves it alone */
	plan_anew(f);
	assert_int_equal(message_of(f, id).pause_at, 5000);
	f->clock.fake_wall_ms = at("2026-11-21T22:00:00Z");
	plan_anew(f);
	assert_times(f, id, "2026-11-22T07:00:00Z", "2026-11-22T19:00:00Z");
}

/* ---- campaigns ---- */

static int64_t new_timed(struct fixture *f, int64_t list,
	const struct campaign_schedule *schedule, const struct campaign_limits *limits)
{
	int64_t id;
	const struct campaign_draft draft = { .name = "Offer",
		.text = "Hello",
		.class = "promotional",
		.list_id = list,
		.schedule = schedule,
		.limits = limits };
	FINE(f, campaigns_create(&f->o, &tester, &draft, &id));
	return id;
}

static const struct campaign_schedule any_time = {
	.from_minute = -1, .to_minute = -1, .days = 127
};

static void test_start_and_end(void **state)
{
	struct fixture *f = *state;
	struct campaign_schedule s = any_time;
	struct campaign_report report;
	struct feeder_result r;
	int64_t list = new_list(f, "L");
	for (int i = 0; i < 5; i++)
		(void)new_member(f, list, i, true);
	pass(f, at("2026-11-21T12:00:00Z"));
	s.start_at = at("2026-11-21T13:00:00Z");
	s.end_at = at("2026-11-21T14:00:00Z");
	int64_t id = new_timed(f, list, &s, NULL);
	FINE(f, campaigns_start(&f->o, &tester, id));
	FINE(f, feeder_run(&f->o, &r));
	assert_int_equal(r.fed, 0);
	assert_int_equal(r.retry_ms, HOUR);
	pass(f, s.start_at);
	FINE(f, feeder_run(&f->o, &r));
	assert_int_equal(r.fed, 5);
	struct message m = message_of(f, 1);
	assert_int_equal(m.due_at, s.start_at);
	assert_int_equal(m.expires_at, s.end_at);
	/* One that is started when its end has come. */
	s.end_at = at("2026-11-21T13:30:00Z");
	s.start_at = 0;
	id = new_timed(f, list, &s, NULL);
	pass(f, s.end_at);
	REFUSED(f, campaigns_start(&f->o, &tester, id), "invalid_time");
	/* The end comes while it is paused: who is left gets nothing. */
	s.end_at += HOUR;
	id = new_timed(f, list, &s, NULL);
	FINE(f, campaigns_start(&f->o, &tester, id));
	FINE(f, campaigns_pause(&f->o, &tester, id));
	pass(f, s.end_at);
	FINE(f, campaigns_resume(&f->o, &tester, id));
	FINE(f, feeder_run(&f->o, &r));
	FINE(f, campaigns_report(&f->o, id, &report));
	assert_int_equal(report.skipped[SKIP_TOO_LATE], 5);
	assert_int_equal(report.tally.n[MESSAGE_QUEUED], 0);
}

static void test_schedule_refusals(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "L"), id;
	struct campaign_schedule s = any_time;
	struct campaign_limits limits = { .per_minute = -1 };
	struct campaign_draft draft = { .name = "Offer",
		.text = "Hello",
		.class = "promotional",
		.list_id = list,
		.schedule = &s };
	s.is_spread = true;
	REFUSED(f, campaigns_create(&f->o, &tester, &draft, &id), "end_required");
	s.end_at = NOW - 1;
	REFUSED(f, campaigns_create(&f->o, &tester, &draft, &id), "invalid_time");
	s = any_time;
	s.days = 0;
	REFUSED(f, campaigns_create(&f->o, &tester, &draft, &id), "invalid_time");
	s = any_time;
	s.from_minute = 600;
	REFUSED(f, campaigns_create(&f->o, &tester, &draft, &id), "invalid_time");
	s = any_time;
	draft.limits = &limits;
	REFUSED(f, campaigns_create(&f->o, &tester, &draft, &id), "invalid_limit");
}

static bool take_view(void *user, const struct campaign_view *v)
{
	struct campaign_view *out = user;
	*out = *v;
	return true;
}

static void assert_same(
	const struct campaign_schedule *a, const struct campaign_schedule *b)
{
	assert_int_equal(a->start_at, b->start_at);
	assert_int_equal(a->end_at, b->end_at);
	assert_int_equal(a->from_minute, b->from_minute);
	assert_int_equal(a->to_minute, b->to_minute);
	assert_int_equal(a->days, b->days);
	assert_int_equal(a->is_spread, b->is_spread);
}

static void test_schedule_is_kept(void **state)
{
	struct fixture *f = *state;
	struct campaign_view v;
	struct campaign_schedule s = { .start_at = NOW + HOUR,
		.end_at = NOW + DAY,
		.from_minute = 1200,
		.to_minute = 120,
		.days = 3,
		.is_spread = true };
	const struct campaign_limits limits = {
		.per_minute = 10, .per_day = 100, .budget = 5000000, .group = "shop"
	};
	int64_t list = new_list(f, "L"), id = new_timed(f, list, &s, &limits);
	const struct campaign_draft name = { .name = "Other" };
	FINE(f, campaigns_update(&f->o, &tester, id, &name));
	FINE(f, campaigns_get(&f->o, id, take_view, &v));
	assert_same(&v.schedule, &s);
	assert_int_equal(v.limits.per_minute, 10);
	assert_int_equal(v.limits.budget, 5000000);
	assert_string_equal(v.limits.group, "shop");
	const struct campaign_limits none = { .per_minute = 0 };
	const struct campaign_draft open = { .schedule = &any_time, .limits = &none };
	FINE(f, campaigns_update(&f->o, &tester, id, &open));
	FINE(f, campaigns_get(&f->o, id, take_view, &v));
	assert_same(&v.schedule, &any_time);
	assert_int_equal(v.limits.per_minute, 0);
	FINE(f, campaigns_delete(&f->o, &tester, id));
}

/* All are due within the time, in order and evenly; and only some of them are fed. */
static void test_spread(void **state)
{
	struct fixture *f = *state;
	struct campaign_schedule s = any_time;
	struct feeder_result r;
	int64_t list = new_list(f, "L"), last = 0, fed = 0;
	for (int i = 0; i < 100; i++)
		(void)new_member(f, list, i, true);
	pass(f, at("2026-11-21T12:00:00Z"));
	s.end_at = at("2026-11-21T13:40:00Z"); /* one a minute */
	s.is_spread = true;
	int64_t id = new_timed(f, list, &s, NULL);
	FINE(f, campaigns_start(&f->o, &tester, id));
	do {
		FINE(f, feeder_run(&f->o, &r));
		fed += (int64_t)r.fed;
	} while (r.has_more);
	assert_in_range(fed, 10, 14);
	for (int64_t n = 1; n <= fed; n++) {
		struct message m = message_of(f, n);
		if (n > 1)
			assert_in_range(m.due_at - last, MINUTE - 2000, MINUTE + 2000);
		last = m.due_at;
	}
	/* Ten minutes later those have gone, and the next ones come. */
	pass(f, at("2026-11-21T12:10:00Z"));
	for (int64_t n = 1; n <= 10; n++)
		OK(message_cancel(f->o.store, n, "sent"));
	FINE(f, feeder_run(&f->o, &r));
	assert_true(r.fed >= 9);
	assert_in_range(
		message_of(f, fed + 1).due_at - last, MINUTE - 8000, MINUTE + 8000);
}

static void test_pace(void **state)
{
	struct fixture *f = *state;
	const struct campaign_limits limits = { .per_minute = 30 };
	struct feeder_result r;
	int64_t list = new_list(f, "L");
	for (int i = 0; i < 40; i++)
		(void)new_member(f, list, i, true);
	FINE(f, campaigns_start(&f->o, &tester, new_timed(f, list, &any_time, &limits)));
	FINE(f, feeder_run(&f->o, &r));
	assert_int_equal(r.fed, 40);
	for (int64_t n = 1; n <= 40; n++)
		assert_int_equal(message_of(f, n).due_at, NOW + (n - 1) * 2000);
}

/* Those whose day has begun do not wait for those whose night has. */
static void test_other_zones_go_on(void **state)
{
	struct fixture *f = *state;
	struct feeder_result r;
	char phone[24];
	int64_t list = new_list(f, "L"), id, soon = 0;
	pass(f, at("2026-11-21T08:00:00Z")); /* 10:00 in Athens, 03:00 in New York */
	for (int i = 0; i < 600; i++) {
		(void)str_format(phone, sizeof(phone), "+1212555%04d", i);
		const struct contact_draft draft = { .phone = phone,
			.time_zone = "America/New_York",
			.lists = &list,
			.n_lists = 1,
			.consent_source = "shop",
			.consent_given_at = "2026-01-01",
			.consent_evidence = "form" };
		FINE(f, contacts_create(&f->o, &tester, &draft, &id));
	}
	for (int i = 0; i < 20; i++)
		(void)new_member(f, list, i, true);
	set_window(f, CLASS_PROMOTIONAL, 540, 1260);
	FINE(f, campaigns_start(&f->o, &tester, new_campaign(f, list, "Hello")));
	do {
		FINE(f, feeder_run(&f->o, &r));
	} while (r.has_more);
	for (int64_t n = 1; n <= 620; n++)
		soon += message_of(f, n).due_at == f->clock.fake_wall_ms;
	assert_int_equal(soon, 20);
}

/* The two windows never meet. */
static void test_never(void **state)
{
	struct fixture *f = *state;
	struct campaign_schedule s = any_time;
	struct campaign_report report;
	struct feeder_result r;
	int64_t list = new_list(f, "L"), id;
	(void)new_member(f, list, 1, true);
	set_window(f, CLASS_PROMOTIONAL, 540, 720);
	s.from_minute = 800;
	s.to_minute = 900;
	id = new_timed(f, list, &s, NULL);
	FINE(f, campaigns_start(&f->o, &tester, id));
	FINE(f, feeder_run(&f->o, &r));
	FINE(f, campaigns_report(&f->o, id, &report));
	assert_int_equal(report.skipped[SKIP_TOO_LATE], 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_windows),
		TEST(test_refusals),
		TEST(test_dst),
		TEST(test_window_closes),
		TEST(test_rules_change),
		TEST(test_campaign_hurries),
		TEST(test_clock_is_set),
		TEST(test_clock_is_unknown),
		TEST(test_start_and_end),
		TEST(test_schedule_refusals),
		TEST(test_schedule_is_kept),
		TEST(test_spread),
		TEST(test_pace),
		TEST(test_other_zones_go_on),
		TEST(test_never),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
