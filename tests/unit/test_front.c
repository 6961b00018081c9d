/* The front: what lights show, what each length of a press does, that an alarm becomes
 * messages and a text a switched line, and all the ways in which it must not. */
#include "tests/unit/store_fixture.h"

#include "firmware/radio/front/front.h"
#include "firmware/store/audit.h"
#include "firmware/store/setting.h"
#include "tests/unit/fake_gpio.h"

#define BOSS "+306940000001"

static const char profile_text[] =
	"[front]\nstatus-led=S\nbutton=B\nbuzzer=Z\n"
	"[bay 1]\nusb=1-1\nled=L1\n[bay 2]\nusb=1-2\nled=L2\n"
	"[input door]\nline=D\nsays=The door is open.\nclears=It is closed.\n"
	"debounce-ms=0\nevery-s=60\n"
	"[input water]\nline=W\nsays=Νερό!\ndebounce-ms=0\nevery-s=0\n"
	"[output siren]\nline=O\non=Siren on 4711\noff=siren off\non-max-s=600\n"
	"changes-an-hour=3\n"
	"[output lamp]\nline=M\non=ΦΩΣ\non-max-s=5\n";

static struct world {
	struct fixture *f;
	struct loop *loop;
	struct board_profile profile;
	struct front *front;
	bool store_fails;
	struct store_job *held[8]; /* not yet run */
	size_t n_held;
	bool holds;
	int statuses, stops, resumes, works;
} w;

/* The store's thread, played by the test: at once, or when it is let. */
static void run_job(struct store_job *job)
{
	job->done(job, w.store_fails ? ERR_SYS : job->run(w.f->s, job));
}

void store_thread_post(struct store_thread *t, struct store_job *job)
{
	(void)t;
	if (!w.holds) {
		run_job(job);
		return;
	}
	assert_true(w.n_held < sizeof(w.held) / sizeof(w.held[0]));
	w.held[w.n_held++] = job;
}

static struct store_job *take_held(void)
{
	struct store_job *job = w.held[0];

	assert_true(w.n_held > 0);
	memmove(w.held, w.held + 1, --w.n_held * sizeof(w.held[0]));
	return job;
}

static void let_go(void)
{
	w.holds = false;
	run_job(take_held());
	assert_int_equal(w.n_held, 0);
}

static void say_status(void *user)
{
	((struct world *)user)->statuses++;
}

static void stop(void *user)
{
	((struct world *)user)->stops++;
}

static void resume(void *user)
{
	((struct world *)user)->resumes++;
}

static void work(void *user)
{
	((struct world *)user)->works++;
}

static void start(const char *switch_from)
{
	const struct front_env env = {
		.loop = w.loop,
		.profile = &w.profile,
		.gpio = &fake_gpio,
		.alarm_to = BOSS ", +306940000002",
		.switch_from = switch_from,
		.say_status = say_status,
		.stop = stop,
		.resume = resume,
		.work = work,
		.user = &w,
	};

	OK(front_create(&w.front, &env));
}

/* As after kill -9: what is with the store's thread is not done, every line falls back.
 */
static void restart(void)
{
	front_destroy(w.front);
	w.n_held = 0;
	w.holds = false;
	start(BOSS);
}

static int set_up(void **state)
{
	const struct board_text in = { "x", profile_text, strlen(profile_text) };
	char why[256];

	memset(&w, 0, sizeof(w));
	memset(&fake, 0, sizeof(fake));
	assert_int_equal(fixture_setup(state), 0);
	w.f = *state;
	OK(loop_create_fake(&w.loop, &w.f->clock));
	fake.loop = w.loop;
	OK(board_profile_parse(&w.profile, &in, why, sizeof(why)));
	start(BOSS);
	return 0;
}

static int tear_down(void **state)
{
	front_destroy(w.front);
	for (size_t i = 0; i < FAKE_LINES_MAX; i++)
		assert_false(fake.lines[i].is_taken);
	loop_destroy(w.loop);
	return fixture_teardown(state);
}

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

/* Messages and audit. */

struct shown {
	size_t n;
	char all[2000];
};

static bool note_message(void *user, const struct message *m)
{
	struct shown *list = user;

	assert_int_equal(m->class, CLASS_ALERT);
	assert_int_equal(m->state, MESSAGE_QUEUED);
	list->n++;
	(void)str_append_format(list->all, sizeof(list->all), "%s:%s/%d\n",
		m->msisdn + strlen(m->msisdn) - 1, m->text, m->encoding);
	return true;
}

/* Newest first, as "last digit of the number:text/encoding". */
static const char *messages(void)
{
	static struct shown list;

	list = (struct shown){ 0 };
	OK(message_list(w.f->s, &(struct message_query){ .state = -1, .max = 50 },
		note_message, &list));
	return list.all;
}

static bool note_audit(void *user, const struct audit *a)
{
	(void)str_append_format(
		user, 2000, "%s %s %s %s\n", a->actor, a->action, a->object, a->detail);
	return true;
}

static const char *audits(void)
{
	static char all[2000];

	all[0] = '\0';
	OK(audit_each(w.f->s, 0, 50, note_audit, all));
	return all;
}

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

/* Alarms and restarts. */

static void restart_with(const char *input)
{
	restart();
	fake_get_line(input)->is_on = true;
	loop_fake_advance(w.loop, 1);
}

static unsigned n_said(const char *text)
{
	unsigned n = 0;

	for (const char *at = messages(); (at = strstr(at, text)); at++)
		n++;
	return n;
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

/* Switches. */

static void store_text(const char *from, const char *text, int64_t scts)
{
	static int n;
	enum inbound_stored stored;
	int64_t id = 0;
	const struct inbound_part part = {
		.sim_id = w.f->sim,
		.originator = from,
		.text = text,
		.scts = scts + n++,
	};

	OK(inbound_store_part(w.f->s, &part, &stored, &id));
}

static void text_at(const char *from, const char *text, int64_t scts)
{
	store_text(from, text, scts);
	front_inbound(w.front);
}

static void text(const char *from, const char *words)
{
	text_at(from, words, w.f->clock.fake_wall_ms);
}

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
	restart();
	restart();
	assert_int_equal(n_switched_on("O"), 1);
	assert_string_equal(messages(), "1:siren: on/0\n");
	assert_string_equal(audits(), BOSS " output.switch output:siren on\n");
}

/* modemd dies after each of its steps, before and after the commit. */
static void a_command_is_done_at_most_once_and_answered_once(void **state)
{
	(void)state;
	for (unsigned die = 0; die < 6; die++) {
		unsigned answers = n_said("siren: ");
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
		restart();
		(void)str_format(why, sizeof(why), "died after %u: %s", die, messages());
		if (n_said("siren: ") != answers + 1)
			fail_msg("%s", why);
		assert_int_equal(n_switched_on("O"), die == 3 ? 0 : 1);
		if (die >= 3 && die < 5)
			assert_memory_equal(messages(),
				"1:siren: off, the box was restarted/0\n", 38);
		else
			assert_memory_equal(messages(), "1:siren: on/0\n", 14);
	}
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

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
		T(restarts_do_not_repeat_an_alarm),
		T(an_alarm_raised_meanwhile_is_told),
		T(an_end_meanwhile_is_told),
		T(an_end_after_a_restart_is_told),
		T(an_end_that_is_slow_to_store_outlasts_the_wait),
		T(an_alarm_that_was_not_stored_is_told_by_the_next_run),
		T(a_clock_that_goes_back_makes_no_flood),
		T(a_permitted_text_switches),
		T(nobody_else_switches),
		T(the_panel_says_who_is_told_and_who_may_switch),
		T(it_is_switched_so_often_an_hour),
		T(it_goes_off_by_itself),
		T(an_old_text_switches_nothing),
		T(many_texts_are_read_in_turn),
		T(a_line_that_is_missing_is_said),
		T(a_restart_does_not_empty_the_hour),
		T(nor_does_a_clock_that_goes_back),
		T(a_command_that_nobody_looked_at_is_done_by_the_next_run),
		T(a_command_is_done_at_most_once_and_answered_once),
		T(an_old_command_is_answered_and_not_done),
		T(what_was_done_before_it_was_noted_is_not_done_again),
		T(whoever_is_permitted_later_has_not_asked_before),
		T(commands_outlast_a_store_that_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
