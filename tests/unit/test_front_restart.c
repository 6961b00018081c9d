/* The front, and modemd that dies and is started anew, at any moment and on any clock: no
 * alarm is told twice or swallowed, no command done twice or left without an answer, and
 * no limit begins anew. */
#include "tests/unit/front_world.h"

/* Alarms and restarts. */

static void restart_with(const char *input)
{
	restart();
	fake_get_line(input)->is_on = true;
	loop_fake_advance(w.loop, 1);
}

static void restarts_do_not_repeat_an_alarm(void **state)
{
	static const struct {
		const char *line, *text;
	} rows[] = { { "D", "The door is open." }, { "W", "Νερό!" } };
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_move(rows[i].line, true);
		for (int n = 0; n < 20; n++) {
			loop_fake_advance(w.loop, 2000);
			restart_with(rows[i].line);
		}
		assert_int_equal(n_said(rows[i].text), 2); /* numbers */
		/* It may have ended and begun anew while nobody looked. */
		loop_fake_advance(w.loop, 259000);
		assert_int_equal(n_said(rows[i].text), 2);
		loop_fake_advance(w.loop, 2000);
		assert_int_equal(n_said(rows[i].text), 4);
		loop_fake_advance(w.loop, 3600 * 1000);
		assert_int_equal(n_said(rows[i].text), 4);
		restart_with(rows[i].line);
		assert_int_equal(n_said(rows[i].text), 6);
		fake_move(rows[i].line, false);
		loop_fake_advance(w.loop, 1);
	}
}

static void an_alarm_raised_meanwhile_is_told(void **state)
{
	(void)state;
	restart_with("D"); /* nothing was told before */
	assert_int_equal(n_said("The door is open."), 2);
	fake_move("D", false);
	loop_fake_advance(w.loop, 1000);
	for (int i = 0; i < 10; i++) { /* another one, too soon */
		restart_with("D");
		loop_fake_advance(w.loop, 1000);
	}
	assert_int_equal(n_said("The door is open."), 2);
	loop_fake_advance(w.loop, 60000);
	assert_int_equal(n_said("The door is open."), 4);
	assert_int_equal(n_said("It is closed."), 2);
	fake_move("W", true);
	fake_move("W", false); /* an end without words is kept too */
	loop_fake_advance(w.loop, 1);
	fake_move("W", true);
	loop_fake_advance(w.loop, 1);
	fake_move("W", false);
	loop_fake_advance(w.loop, 1);
	restart_with("W");
	assert_int_equal(n_said("Νερό!"), 4);
}

static void an_end_meanwhile_is_told(void **state)
{
	(void)state;
	fake_move("D", true);
	loop_fake_advance(w.loop, 1000);
	restart();
	assert_int_equal(n_said("It is closed."), 0);
	loop_fake_advance(w.loop, 1);
	assert_int_equal(n_said("It is closed."), 2);
	restart();
	loop_fake_advance(w.loop, 1);
	assert_int_equal(n_said("It is closed."), 2);
}

static void an_end_after_a_restart_is_told(void **state)
{
	(void)state;
	fake_move("D", true);
	loop_fake_advance(w.loop, 1000);
	restart_with("D");
	fake_move("D", false);
	loop_fake_advance(w.loop, 1);
	assert_int_equal(n_said("It is closed."), 2);
	fake_move("D", true); /* that was another */
	loop_fake_advance(w.loop, 58000);
	assert_int_equal(n_said("The door is open."), 2);
	loop_fake_advance(w.loop, 1000);
	assert_int_equal(n_said("The door is open."), 4);
	loop_fake_advance(w.loop, 3600 * 1000);
	assert_int_equal(n_said("The door is open."), 4);
}

static void an_end_that_is_slow_to_store_outlasts_the_wait(void **state)
{
	(void)state;
	fake_move("D", true);
	loop_fake_advance(w.loop, 1000);
	restart_with("D");
	w.holds = true;
	fake_move("D", false);
	loop_fake_advance(w.loop, 400000);
	let_go();
	assert_int_equal(n_said("It is closed."), 2);
	assert_int_equal(n_said("The door is open."), 2);
}

static void an_alarm_that_was_not_stored_is_told_by_the_next_run(void **state)
{
	(void)state;
	w.holds = true;
	fake_move("D", true);
	loop_fake_advance(w.loop, 1);
	restart_with("D");
	assert_int_equal(n_said("The door is open."), 2);
	/* What the last run told is read late. */
	front_destroy(w.front);
	w.holds = true;
	start(BOSS);
	fake_get_line("D")->is_on = true;
	loop_fake_advance(w.loop, 1000);
	w.holds = false;
	while (w.n_held)
		run_job(take_held());
	loop_fake_advance(w.loop, 1000);
	assert_int_equal(n_said("The door is open."), 2);
}

static void a_clock_that_goes_back_makes_no_flood(void **state)
{
	static const int64_t clocks[] = { 0, NOW - 86400000 };
	(void)state;
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		unsigned before = n_said("The door is open.");
		w.f->clock.fake_wall_ms = NOW + i * 86400000;
		restart_with("D");
		assert_int_equal(n_said("The door is open."), before + 2);
		for (int n = 0; n < 20; n++) { /* each time it starts at the same time */
			w.f->clock.fake_wall_ms = clocks[i];
			restart_with("D");
			loop_fake_advance(w.loop, 200000);
		}
		assert_int_equal(n_said("The door is open."), before + 2);
		loop_fake_advance(w.loop, 100000);
		assert_int_equal(n_said("The door is open."), before + 4);
		fake_move("D", false);
		loop_fake_advance(w.loop, 1);
		w.f->clock.fake_wall_ms = clocks[i];
		restart_with("D"); /* a new one does not wait for a clock */
		assert_int_equal(n_said("The door is open."), before + 6);
		fake_move("D", false);
		loop_fake_advance(w.loop, 1);
	}
}

/* Switches and restarts. */

/* Since fake.n_changes was last set to 0. */
static unsigned n_switched_on(const char *line)
{
	unsigned n = 0;

	assert_true(fake.n_changes <= FAKE_CHANGES_MAX);
	for (size_t i = 0; i < fake.n_changes; i++)
		n += fake.changes[i].on && str_eq(fake.changes[i].line, line);
	return n;
}

static void a_restart_does_not_empty_the_hour(void **state)
{
	(void)state;
	text(BOSS, "siren on 4711");
	loop_fake_advance(w.loop, 30 * 60 * 1000);
	text(BOSS, "siren off");
	restart();
	text(BOSS, "siren on 4711");
	assert_true(fake_is_on("O"));
	for (int i = 0; i < 3; i++) {
		restart();
		text(BOSS, "siren on 4711");
		assert_false(fake_is_on("O"));
	}
	text(BOSS, "siren off"); /* always, and it counts */
	loop_fake_advance(w.loop, 30 * 60 * 1000);
	restart();
	text(BOSS, "siren on 4711"); /* the first is over, the off came after it */
	assert_false(fake_is_on("O"));
	loop_fake_advance(w.loop, 30 * 60 * 1000);
	restart();
	text(BOSS, "siren on 4711");
	assert_true(fake_is_on("O"));
}

static void nor_does_a_clock_that_goes_back(void **state)
{
	(void)state;
	text(BOSS, "siren on 4711");
	text(BOSS, "siren off");
	text(BOSS, "siren on 4711");
	w.f->clock.fake_wall_ms -= 86400000;
	restart();
	text(BOSS, "siren on 4711");
	assert_false(fake_is_on("O"));
	loop_fake_advance(w.loop, 3600 * 1000);
	text(BOSS, "siren on 4711");
	assert_true(fake_is_on("O"));
}

static void a_command_that_nobody_looked_at_is_done_by_the_next_run(void **state)
{
	(void)state;
	store_text("+306940000009", "siren on 4711", NOW);
	store_text(BOSS, "siren on 4711", NOW);
	store_text(BOSS, "hello", NOW);
	assert_false(fake_is_on("O"));
	loop_fake_advance(w.loop, 14 * 60 * 1000);
	fake.n_changes = 0;
	restart();
	assert_true(fake_is_on("O"));
	assert_string_equal(messages(), "1:siren: on/0\n");
	text(BOSS, "siren off"); /* else it is told that the restart did that */
	restart();
	restart();
	assert_int_equal(n_switched_on("O"), 1);
	assert_string_equal(messages(), "1:siren: off/0\n1:siren: on/0\n");
	assert_string_equal(audits(), BOSS " output.switch output:siren off\n" BOSS
					   " output.switch output:siren on\n");
}

static void an_output_that_the_restart_switched_off_is_told(void **state)
{
	(void)state;
	text(BOSS, "siren on 4711");
	text(BOSS, "φως");
	loop_fake_advance(w.loop, 6000); /* the lamp's time is over */
	w.works = 0;
	restart();
	restart();
	assert_int_equal(w.works, 1);
	assert_false(fake_is_on("O"));
	assert_string_equal(messages(), "1:siren: off, the box was restarted/0\n"
					"1:lamp: on/0\n1:siren: on/0\n");
	assert_memory_equal(audits(),
		BOSS " output.switch output:siren off, the box was restarted\n", 66);
	text(BOSS, "φως");
	w.f->clock.fake_wall_ms = 0; /* who knows for how long the box was off? */
	restart();
	assert_int_equal(n_said("lamp: off, the box was restarted"), 1);
}

/* modemd dies after each of its steps, before and after the commit. */
static void a_command_is_done_at_most_once_and_answered_once(void **state)
{
	(void)state;
	for (unsigned die = 0; die < 6; die++) {
		unsigned answers = n_said("siren: on"), offs = n_said("siren: off");
		bool is_cut = die == 3 || die == 4; /* taken, not answered */
		char why[2100];
		fake.n_changes = 0;
		w.f->clock.fake_wall_ms += 7200 * 1000;
		restart(); /* the hour is over */
		w.holds = true;
		text(BOSS, "siren on 4711");
		for (unsigned step = 0; step < die / 2; step++)
			run_job(take_held()); /* the look, the taking */
		if (die % 2)
			OK(w.held[0]->run(w.f->s, w.held[0]));
		restart();
		assert_int_equal(fake_is_on("O"), die < 3);
		restart();
		restart();
		(void)str_format(why, sizeof(why), "died after %u: %s", die, messages());
		if (n_said("siren: on") != answers + !is_cut ||
			n_said("siren: off, the box was restarted") != offs + 1)
			fail_msg("%s", why);
		assert_int_equal(n_switched_on("O"), die == 3 ? 0 : 1);
	}
}

/* The store takes nothing for an hour, after it was decided: a door must not open then.
 */
static void a_command_whose_store_stands_still_is_too_old(void **state)
{
	(void)state;
	w.holds = true;
	text(BOSS, "siren on 4711");
	run_job(take_held()); /* the look */
	loop_fake_advance(w.loop, 3600000);
	w.holds = false;
	run_job(take_held()); /* its commit */
	assert_false(fake_is_on("O"));
	assert_int_equal(n_said("siren: not switched, the text is too old"), 1);
	assert_int_equal(n_said("siren: on"), 0);
	text(BOSS, "siren on 4711");
	assert_true(fake_is_on("O"));
}

static void an_old_command_is_answered_and_not_done(void **state)
{
	static const struct {
		int64_t later_ms;
		bool has_scts, is_answered;
	} rows[] = {
		{ 16 * 60000, false, true },
		{ 16 * 60000, true, true },
		{ -60000, false, true }, /* the clock is not to be believed */
		{ -NOW, true, true },	 /* nor is this one */
		{ 7 * 3600000, false, false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned answers = n_said("siren: not switched, the text is too old");
		w.f->clock.fake_wall_ms = NOW + i * 86400000;
		store_text(BOSS, "siren on 4711",
			rows[i].has_scts ? w.f->clock.fake_wall_ms : 0);
		w.f->clock.fake_wall_ms += rows[i].later_ms;
		restart();
		restart();
		assert_false(fake_is_on("O"));
		assert_int_equal(n_said("siren: not switched, the text is too old"),
			answers + rows[i].is_answered);
	}
}

static void what_was_done_before_it_was_noted_is_not_done_again(void **state)
{
	(void)state;
	OK(setting_delete(w.f->s, "switch.taken")); /* as an older version left it */
	store_text(BOSS, "siren on 4711", NOW);
	restart();
	OK(setting_set(w.f->s, "switch.taken", "x on siren")); /* nobody wrote that */
	restart();
	restart();
	assert_false(fake_is_on("O"));
	assert_string_equal(messages(), "");
	store_text(BOSS, "siren on 4711", NOW);
	restart();
	assert_true(fake_is_on("O"));
}

static void whoever_is_permitted_later_has_not_asked_before(void **state)
{
	(void)state;
	text("+306940000004", "siren on 4711");
	OK(setting_set(w.f->s, "switch.from", "+306940000004"));
	restart();
	assert_false(fake_is_on("O"));
	assert_string_equal(messages(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(restarts_do_not_repeat_an_alarm),
		T(an_alarm_raised_meanwhile_is_told),
		T(an_end_meanwhile_is_told),
		T(an_end_after_a_restart_is_told),
		T(an_end_that_is_slow_to_store_outlasts_the_wait),
		T(an_alarm_that_was_not_stored_is_told_by_the_next_run),
		T(a_clock_that_goes_back_makes_no_flood),
		T(a_restart_does_not_empty_the_hour),
		T(nor_does_a_clock_that_goes_back),
		T(a_command_that_nobody_looked_at_is_done_by_the_next_run),
		T(an_output_that_the_restart_switched_off_is_told),
		T(a_command_is_done_at_most_once_and_answered_once),
		T(a_command_whose_store_stands_still_is_too_old),
		T(an_old_command_is_answered_and_not_done),
		T(what_was_done_before_it_was_noted_is_not_done_again),
		T(whoever_is_permitted_later_has_not_asked_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
