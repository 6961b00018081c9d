/* The front: what lights show, what each length of a press does, that an alarm becomes
 * messages and a text a switched line, and all the ways in which it must not. */
#include "tests/unit/front_world.h"

/* Lights. */

static void show(unsigned index, int bay, enum slot_state state)
{
	front_show(w.front,
		&(struct front_slot){ .index = index, .bay = bay, .state = state });
}

/* A light over one second, eight looks at it. */
static const char *watch(const char *line)
{
	static char seen[9];

	for (int i = 0; i < 8; i++) {
		seen[i] = fake_is_on(line) ? '#' : '.';
		loop_fake_advance(w.loop, 125);
	}
	seen[8] = '\0';
	return seen;
}

static unsigned flashes(const char *line)
{
	const char *seen = watch(line);
	unsigned n = 0;

	for (int i = 0; i < 8; i++)
		n += seen[i] == '#' && seen[(i + 7) % 8] == '.';
	return n;
}

static void lights_show_what_the_bays_do(void **state)
{
	(void)state;
	show(0, 0, SLOT_READY);
	assert_string_equal(watch("L1"), "########");
	assert_string_equal(watch("L2"), "........");
	assert_string_equal(watch("S"), "########");
	show(0, 0, SLOT_SENDING);
	assert_int_equal(flashes("L1"), 4);
	show(0, 0, SLOT_PROBING);
	assert_int_equal(flashes("L1"), 1);
	assert_int_equal(flashes("S"), 1);
	show(0, 0, SLOT_READY);
	show(1, 1, SLOT_PIN);
	assert_int_equal(flashes("L2"), 2);
	assert_int_equal(flashes("S"), 2);
	show(1, 1, SLOT_ABSENT);
	assert_string_equal(watch("L2"), "........");
	assert_string_equal(watch("S"), "########");
}

static void a_bay_of_many_ports_shows_the_best(void **state)
{
	(void)state;
	show(0, 0, SLOT_FAULT); /* its diagnostic port */
	show(1, 0, SLOT_READY);
	show(2, 0, SLOT_FAULT);
	assert_string_equal(watch("L1"), "########");
	show(3, -1, SLOT_SENDING); /* of no bay */
	assert_string_equal(watch("L1"), "########");
}

static void a_steady_box_does_not_wake(void **state)
{
	(void)state;
	show(0, 0, SLOT_READY);
	loop_fake_advance(w.loop, 1000);
	fake.n_changes = 0;
	loop_fake_advance(w.loop, 3600 * 1000);
	assert_int_equal(fake.n_changes, 0);
}

/* The button. */

static void press(uint64_t ms)
{
	fake_move("B", true);
	loop_fake_advance(w.loop, ms);
	fake_move("B", false);
	loop_fake_advance(w.loop, 100);
}

static void a_short_press_tells_the_log(void **state)
{
	(void)state;
	loop_fake_advance(w.loop, 5000);
	press(200);
	assert_int_equal(w.statuses, 1);
	press(2000); /* neither short nor long */
	assert_int_equal(w.statuses, 1);
	assert_int_equal(w.stops, 0);
}

static void a_long_press_stops_and_the_next_goes_on(void **state)
{
	(void)state;
	show(0, 0, SLOT_READY);
	loop_fake_advance(w.loop, 5000);
	fake_move("B", true);
	loop_fake_advance(w.loop, 2900);
	assert_int_equal(w.stops, 0);
	loop_fake_advance(w.loop, 200);
	assert_int_equal(w.stops, 1);
	loop_fake_advance(w.loop, 20000); /* still held */
	fake_move("B", false);
	loop_fake_advance(w.loop, 100);
	assert_int_equal(w.stops, 1);
	assert_int_equal(w.statuses, 0);
	front_stopped(w.front);
	loop_fake_advance(w.loop, 1000);
	assert_int_equal(flashes("S"), 1);
	assert_string_equal(watch("L1"), "........");
	press(5000);
	assert_int_equal(w.stops, 1);
	assert_int_equal(w.resumes, 0);
	press(300);
	assert_int_equal(w.resumes, 1);
}

static void held_from_the_start_the_set_up_is_opened(void **state)
{
	char by[16];
	(void)state;
	front_destroy(w.front);
	start(BOSS);
	fake_get_line("B")->is_on = true;
	loop_fake_advance(w.loop, 9900);
	assert_int_equal(
		setting_get(w.f->s, "setup.reopen", by, sizeof(by)), ERR_NOTFOUND);
	loop_fake_advance(w.loop, 300);
	OK(setting_get(w.f->s, "setup.reopen", by, sizeof(by)));
	assert_string_equal(by, "button");
	fake_move("B", false);
	loop_fake_advance(w.loop, 1000);
	assert_int_equal(w.stops + w.statuses, 0);
}

static void held_later_it_is_not(void **state)
{
	char by[16];
	(void)state;
	loop_fake_advance(w.loop, 5000);
	press(15000);
	assert_int_equal(
		setting_get(w.f->s, "setup.reopen", by, sizeof(by)), ERR_NOTFOUND);
	front_destroy(w.front); /* at the start, but let go too soon */
	start(BOSS);
	fake_get_line("B")->is_on = true;
	loop_fake_advance(w.loop, 5000);
	fake_move("B", false);
	loop_fake_advance(w.loop, 20000);
	assert_int_equal(
		setting_get(w.f->s, "setup.reopen", by, sizeof(by)), ERR_NOTFOUND);
	assert_int_equal(w.stops, 1); /* by the first press */
}

/* Alarms. */

static void an_alarm_goes_to_its_numbers(void **state)
{
	(void)state;
	fake_move("D", true);
	loop_fake_advance(w.loop, 1);
	assert_string_equal(messages(), "2:The door is open./0\n1:The door is open./0\n");
	assert_string_equal(audits(), "box alarm.raised input:door The door is open.\n");
	assert_int_equal(w.works, 1);
	assert_true(fake_is_on("Z"));
	fake_move("D", false);
	loop_fake_advance(w.loop, 1);
	assert_string_equal(messages(), "2:It is closed./0\n1:It is closed./0\n"
					"2:The door is open./0\n1:The door is open./0\n");
	loop_fake_advance(w.loop, 5000);
	assert_false(fake_is_on("Z"));
}

static void an_alarm_that_repeats_is_sent_seldom(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		fake_move("D", i % 2 == 0);
		loop_fake_advance(w.loop, 1000);
	}
	/* One alarm, one end; what came within the minute went to the log alone. */
	assert_int_equal(w.works, 2);
	loop_fake_advance(w.loop, 60000);
	fake_move("D", true);
	loop_fake_advance(w.loop, 1);
	assert_int_equal(w.works, 3);
}

static void an_alarm_that_stays_is_told_later(void **state)
{
	(void)state;
	fake_move("D", true);
	loop_fake_advance(w.loop, 1000);
	fake_move("D", false);
	loop_fake_advance(w.loop, 1000);
	assert_int_equal(w.works, 2);
	fake_move("D", true);
	loop_fake_advance(w.loop, 57000);
	assert_int_equal(w.works, 2);
	loop_fake_advance(w.loop, 1000);
	assert_int_equal(w.works, 3);
	loop_fake_advance(w.loop, 3600 * 1000);
	assert_int_equal(w.works, 3); /* once */
}

static void an_alarm_outlasts_a_store_that_fails(void **state)
{
	(void)state;
	w.store_fails = true;
	fake_move("D", true);
	loop_fake_advance(w.loop, 12000);
	fake_move("D", false); /* over, before anybody was told */
	loop_fake_advance(w.loop, 1000);
	assert_string_equal(messages(), "");
	w.store_fails = false;
	loop_fake_advance(w.loop, 5000);
	assert_string_equal(messages(), "2:It is closed./0\n1:It is closed./0\n"
					"2:The door is open./0\n1:The door is open./0\n");
	loop_fake_advance(w.loop, 60000);
	assert_int_equal(w.works, 2);
}

static void another_alphabet_is_sent_as_it_is(void **state)
{
	(void)state;
	fake_move("W", true);
	loop_fake_advance(w.loop, 1);
	assert_string_equal(messages(), "2:Νερό!/2\n1:Νερό!/2\n");
	fake_move("W", false); /* it has no words for its end */
	loop_fake_advance(w.loop, 1);
	assert_int_equal(w.works, 1);
}

static void what_moves_while_the_store_is_slow_is_told_after(void **state)
{
	(void)state;
	w.holds = true;
	fake_move("D", true);
	loop_fake_advance(w.loop, 1);
	fake_move("D", false);
	loop_fake_advance(w.loop, 1);
	let_go();
	assert_string_equal(messages(), "2:It is closed./0\n1:It is closed./0\n"
					"2:The door is open./0\n1:The door is open./0\n");
}

/* Switches. */

static void a_permitted_text_switches(void **state)
{
	(void)state;
	text(BOSS, " SIREN  on, 4711! ");
	assert_true(fake_is_on("O"));
	assert_string_equal(messages(), "1:siren: on/0\n");
	assert_string_equal(audits(), BOSS " output.switch output:siren on\n");
	assert_int_equal(w.works, 1);
	text(BOSS, "Siren off");
	assert_false(fake_is_on("O"));
	assert_string_equal(messages(), "1:siren: off/0\n1:siren: on/0\n");
	text(BOSS, "φως");
	assert_true(fake_is_on("M"));
}

static void nobody_else_switches(void **state)
{
	static const char *const from[] = { "+306940000002", "06940000001", "6940000001",
		"306940000001", "+3069400000011", "+30694000000", "Boss" };
	(void)state;
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++)
		text(from[i], "SIREN ON 4711");
	text(BOSS, "siren on"); /* not the whole of it */
	text(BOSS, "please siren on 4711");
	text(BOSS, "");
	assert_false(fake_is_on("O"));
	assert_string_equal(messages(), "");
	assert_string_equal(audits(), "");
	front_destroy(w.front);
	start("");
	text(BOSS, "SIREN ON 4711");
	assert_false(fake_is_on("O"));
}

static void the_panel_says_who_is_told_and_who_may_switch(void **state)
{
	char is[64];
	(void)state;
	OK(setting_get(w.f->s, "board.alarm_to", is, sizeof(is)));
	assert_string_equal(is, BOSS ",+306940000002");
	OK(setting_get(w.f->s, "board.switch_from", is, sizeof(is)));
	assert_string_equal(is, BOSS);
	OK(setting_get(w.f->s, "board.inputs", is, sizeof(is)));
	assert_string_equal(is, "door,water");
	OK(setting_get(w.f->s, "board.outputs", is, sizeof(is)));
	assert_string_equal(is, "siren,lamp");

	OK(setting_set(w.f->s, "alarm.to", "+306940000003"));
	OK(setting_set(w.f->s, "switch.from", "+306940000004"));
	fake_move("W", true);
	loop_fake_advance(w.loop, 1);
	assert_string_equal(messages(), "3:Νερό!/2\n");
	text(BOSS, "siren on 4711");
	assert_false(fake_is_on("O"));
	text("+306940000004", "siren on 4711");
	assert_true(fake_is_on("O"));
	OK(setting_set(w.f->s, "switch.from", "")); /* nobody, not the board's own */
	text(BOSS, "siren off");
	text("+306940000004", "siren off");
	assert_true(fake_is_on("O"));
	OK(setting_delete(w.f->s, "switch.from"));
	text(BOSS, "siren off");
	assert_false(fake_is_on("O"));
}

static void it_is_switched_so_often_an_hour(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		text(BOSS, "siren on 4711");
		text(BOSS, "siren off");
	}
	/* Off was the fourth, and what is on may always go off. */
	assert_false(fake_is_on("O"));
	text(BOSS, "siren on 4711");
	assert_false(fake_is_on("O"));
	assert_memory_equal(messages(), "1:siren: not switched, too often within an hour",
		strlen("1:siren: not switched, too often within an hour"));
	loop_fake_advance(w.loop, 3600 * 1000 + 1);
	assert_false(fake_is_on("O")); /* by itself */
	text(BOSS, "siren on 4711");
	assert_true(fake_is_on("O"));
}

static void it_goes_off_by_itself(void **state)
{
	(void)state;
	text(BOSS, "ΦΩΣ");
	loop_fake_advance(w.loop, 4900);
	assert_true(fake_is_on("M"));
	text(BOSS, "ΦΩΣ"); /* again: from now on */
	loop_fake_advance(w.loop, 4900);
	assert_true(fake_is_on("M"));
	loop_fake_advance(w.loop, 200);
	assert_false(fake_is_on("M"));
}

static void an_old_text_switches_nothing(void **state)
{
	(void)state;
	text_at(BOSS, "siren on 4711", w.f->clock.fake_wall_ms - 16 * 60 * 1000);
	assert_false(fake_is_on("O"));
	assert_string_equal(messages(), "1:siren: not switched, the text is too old/0\n");
	text_at(BOSS, "siren on 4711", w.f->clock.fake_wall_ms - 14 * 60 * 1000);
	assert_true(fake_is_on("O"));
}

static void many_texts_are_read_in_turn(void **state)
{
	(void)state;
	w.holds = true;
	for (int i = 0; i < 200; i++)
		text("+306940000009", "hello");
	text(BOSS, "siren on 4711");
	text(BOSS, "φως");
	text(BOSS, "siren off");
	let_go();
	assert_true(fake_is_on("M"));
	assert_string_equal(messages(), "1:siren: off/0\n1:lamp: on/0\n1:siren: on/0\n");
}

static void commands_outlast_a_store_that_fails(void **state)
{
	(void)state;
	w.store_fails = true;
	text(BOSS, "siren on 4711");
	loop_fake_advance(w.loop, 12000);
	assert_false(fake_is_on("O"));
	w.store_fails = false;
	loop_fake_advance(w.loop, 5000);
	assert_true(fake_is_on("O"));
	assert_string_equal(messages(), "1:siren: on/0\n");
}

static void a_line_that_is_missing_is_said(void **state)
{
	(void)state;
	front_destroy(w.front);
	fake.missing = "O";
	start(BOSS);
	text(BOSS, "siren on 4711");
	assert_string_equal(
		messages(), "1:siren: not switched, its line is not there/0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(lights_show_what_the_bays_do),
		T(a_bay_of_many_ports_shows_the_best),
		T(a_steady_box_does_not_wake),
		T(a_short_press_tells_the_log),
		T(a_long_press_stops_and_the_next_goes_on),
		T(held_from_the_start_the_set_up_is_opened),
		T(held_later_it_is_not),
		T(an_alarm_goes_to_its_numbers),
		T(an_alarm_that_repeats_is_sent_seldom),
		T(an_alarm_that_stays_is_told_later),
		T(an_alarm_outlasts_a_store_that_fails),
		T(another_alphabet_is_sent_as_it_is),
		T(what_moves_while_the_store_is_slow_is_told_after),
		T(a_permitted_text_switches),
		T(nobody_else_switches),
		T(the_panel_says_who_is_told_and_who_may_switch),
		T(it_is_switched_so_often_an_hour),
		T(it_goes_off_by_itself),
		T(an_old_text_switches_nothing),
		T(many_texts_are_read_in_turn),
		T(a_line_that_is_missing_is_said),
		T(commands_outlast_a_store_that_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
