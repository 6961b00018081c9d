/* Why a message is not on air, and why it went over its SIM. */
#include "tests/unit/office_fixture.h"

#include <pthread.h>

#include "firmware/office/forecast/explain.h"
#include "firmware/office/hub_link.h"
#include "firmware/office/dispatch/windows.h"
#include "firmware/store/suppression.h"

#define PHONE "+306941200001"

static int64_t send(struct fixture *f, const char *class, int64_t send_after)
{
	struct message_accepted out;
	const struct message_draft draft = { .to = PHONE,
		.text = "Hello",
		.class = class,
		.reference = "order 1",
		.send_after = send_after };
	FINE(f, messages_send(&f->o, &tester, &draft, &out));
	return out.id;
}

static void assert_says(struct fixture *f, int64_t id, const char *code, int64_t until)
{
	struct explanation e;
	FINE(f, explain_waiting(&f->o, id, &e));
	assert_string_equal(e.code, code);
	assert_int_equal(e.until, until);
	if (*code)
		assert_true(
			strlen(e.detail) > 10 && e.detail[strlen(e.detail) - 1] == '.');
}

static void test_by_store(void **state)
{
	struct fixture *f = *state;
	int64_t now = send(f, "transactional", 0);
	int64_t later = send(f, "transactional", NOW + 3600000);
	struct explanation e;
	assert_says(f, now, "modemd_away", 0);
	assert_says(f, later, "scheduled", NOW + 3600000);
	FINE(f, explain_waiting(&f->o, later, &e));
	assert_non_null(strstr(e.detail, "it goes out from 2026-05-28T21:26:40.000Z"));
	/* A window that is closed: NOW is 23:26 in Athens. */
	const struct send_window window = { CLASS_TRANSACTIONAL, 540, 1260, 127, true };
	FINE(f, windows_set(&f->o, &tester, &window));
	assert_says(f, send(f, "transactional", 0), "window", INT64_C(1780034400000));
	/* It is settled. */
	FINE(f, messages_cancel(&f->o, &tester, now));
	assert_says(f, now, "", 0);
	assert_says(f, 999, "", 0);
}

static void test_paused(void **state)
{
	struct fixture *f = *state;
	struct feeder_result r;
	struct explanation e;
	int64_t list = new_list(f, "L"), campaign;
	(void)new_member(f, list, 1, true);
	campaign = new_campaign(f, list, "Hello");
	FINE(f, campaigns_start(&f->o, &tester, campaign));
	FINE(f, feeder_run(&f->o, &r));
	FINE(f, campaigns_pause(&f->o, &tester, campaign));
	FINE(f, feeder_run(&f->o, &r));
	assert_says(f, 1, "held_campaign", 0);
	FINE(f, campaigns_resume(&f->o, &tester, campaign));
	FINE(f, feeder_run(&f->o, &r));
	FINE(f, explain_waiting(&f->o, 1, &e));
	assert_string_equal(e.code, "modemd_away");
}

/* ---- with a modemd ---- */

struct modemd {
	struct hub *hub;
	const char *answer; /* after "answer seq=N" */
	char asked[BUS_LINE_MAX];
};

static void *answer_once(void *user)
{
	struct modemd *m = user;
	char line[BUS_LINE_MAX];
	int64_t seq;
	for (int i = 0; i < 3000; i++) {
		if (hub_link_take(m->hub, m->asked) && bus_is(m->asked, "command"))
			break;
		usleep(1000);
	}
	if (!bus_get_i64(m->asked, "seq", &seq))
		return NULL;
	(void)str_format(
		line, sizeof(line), "answer seq=%lld %s", (long long)seq, m->answer);
	hub_link_line(m->hub, line);
	return NULL;
}

static void test_by_modemd(void **state)
{
	static const struct {
		const char *answer, *code;
		int64_t until;
		const char *words;
	} cases[] = {
		{ "ok=1 code=limit_day until=1780088400000", "limit_day",
			INT64_C(1780088400000), "counted anew from 2026-05-29T21:00:00" },
		{ "ok=1 code=busy n=12", "busy", 0, "12 go before it" },
		{ "ok=0 code=reserve", "reserve", 0, "kept for codes" },
		{ "ok=1 code=sim_pauses", "sim_pauses", 0, "the network refused" },
		{ "ok=1 code=of_a_later_version", "busy", 0, "busy" },
	};
	struct fixture *f = *state;
	int64_t id = send(f, "transactional", 0), asked;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct modemd m = { .answer = cases[i].answer };
		struct explanation e;
		pthread_t thread;
		OK(hub_create(&m.hub, NULL, NULL));
		hub_link_set(m.hub, true);
		f->o.hub = m.hub;
		assert_int_equal(pthread_create(&thread, NULL, answer_once, &m), 0);
		FINE(f, explain_waiting(&f->o, id, &e));
		assert_int_equal(pthread_join(thread, NULL), 0);
		f->o.hub = NULL;
		hub_destroy(m.hub);
		assert_true(bus_get_i64(m.asked, "message", &asked) && asked == id);
		assert_string_equal(e.code, cases[i].code);
		assert_int_equal(e.until, cases[i].until);
		assert_non_null(strstr(e.detail, cases[i].words));
	}
}

static void test_choice(void **state)
{
	struct explanation e;
	(void)state;
	for (int choice = CHOICE_ONLY_ONE; choice <= CHOICE_PROBE; choice++) {
		explain_choice((enum sim_choice)choice, "Shop", &e);
		assert_string_equal(e.code, vstr_name(sim_choice_names, choice));
		assert_non_null(strstr(e.detail, "Shop"));
	}
	explain_choice(CHOICE_NONE, "Shop", &e);
	assert_string_equal(e.code, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_by_store, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_paused, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_by_modemd, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_choice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
