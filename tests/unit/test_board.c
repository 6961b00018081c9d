/* Boards: profiles and what is wrong with them, power sequences on the lines, step by
 * step and in time, and the front's lines, on lines that the test reads and moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/board.h"
#include "drivers/power.h"
#include "firmware/base/str.h"
#include "tests/unit/fake_gpio.h"

static struct {
	struct clock clock;
	struct loop *loop;
	struct board_profile profile;
	struct power *power;
	struct board *board;
	char told[200]; /* by the board */
} w;

static enum err parse(const char *text, char why[256])
{
	const struct board_text in = { "x.conf", text, strlen(text) };

	why[0] = '\0';
	return board_profile_parse(&w.profile, &in, why, 256);
}

static void must_parse(const char *text)
{
	char why[256];

	if (parse(text, why) != ERR_OK)
		fail_msg("%s", why);
}

static int set_up(void **state)
{
	(void)state;
	memset(&w, 0, sizeof(w));
	memset(&fake, 0, sizeof(fake));
	w.clock = clock_fake(1000, 0);
	assert_int_equal(loop_create_fake(&w.loop, &w.clock), ERR_OK);
	fake.loop = w.loop;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	power_destroy(w.power);
	board_destroy(w.board);
	for (size_t i = 0; i < FAKE_LINES_MAX; i++)
		assert_false(fake.lines[i].is_taken);
	loop_destroy(w.loop);
	return 0;
}

/* Profiles. */

static void the_boards_we_ship_are_read(void **state)
{
	static const struct {
		const char *file;
		size_t bays, inputs, outputs;
	} rows[] = {
		{ "board/profiles/virtual.conf", 0, 0, 0 },
		{ "board/profiles/pi-hub.conf", 7, 1, 0 },
		{ "board/profiles/pi-usb.conf", 4, 0, 0 },
		{ "board/profiles/uart-modules.conf", 4, 1, 1 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char why[256] = "";
		if (board_profile_load(&w.profile, rows[i].file, why, sizeof(why)))
			fail_msg("%s", why);
		assert_int_equal(w.profile.n_bays, rows[i].bays);
		assert_int_equal(w.profile.n_inputs, rows[i].inputs);
		assert_int_equal(w.profile.n_outputs, rows[i].outputs);
	}
	assert_int_equal(w.profile.bays[0].times_ms[BOARD_KEY_MS], 1200);
	assert_string_equal(w.profile.bays[1].lines[BOARD_SUPPLY].line, "22");
	assert_string_equal(w.profile.bays[1].lines[BOARD_SUPPLY].chip, "gpiochip0");
}

static void lines_are_read_as_they_are_written(void **state)
{
	(void)state;
	must_parse("[board]\nchip = a\n[bay 3]\nusb = 1-1\noff-ms = 7\n"
		   "supply = b/X low pull-up\nreset = 5 pull-down\nled = high high\n"
		   "[power]\noff-ms = 9\nkey-ms = 8\n");
	const struct board_bay *bay = &w.profile.bays[0];
	const struct gpio_spec *supply = &bay->lines[BOARD_SUPPLY];
	assert_int_equal(bay->number, 3);
	assert_string_equal(supply->chip, "b");
	assert_string_equal(supply->line, "X");
	assert_true(supply->active_low);
	assert_int_equal(supply->bias, GPIO_BIAS_UP);
	assert_int_equal(supply->at, 6);
	assert_string_equal(bay->lines[BOARD_RESET].chip, "a");
	assert_int_equal(bay->lines[BOARD_RESET].bias, GPIO_BIAS_DOWN);
	assert_false(bay->lines[BOARD_LED].active_low);
	assert_string_equal(bay->lines[BOARD_LED].line, "high");
	assert_false(gpio_is_named(&bay->lines[BOARD_KEY]));
	assert_int_equal(bay->times_ms[BOARD_OFF_MS], 7);
	assert_int_equal(bay->times_ms[BOARD_KEY_MS], 8);
}

static const struct mistake {
	const char *text, *why;
} mistakes[] = {
	{ "[bya 1]", "line 1: there is no section [bya 1]; the nearest is [bay]" },
	{ "[bay]", "line 1: [bay] wants a number or a name, as [bay 1]; or "
		   "there are too many" },
	{ "[bay x]", "line 1: [bay] wants a number or a name, as [bay 1]; or "
		     "there are too many" },
	{ "[board x]", "line 1: [board] takes no other word" },
	{ "[bay 1]\n\nsuply = 1", "line 3: there is no key 'suply' in [bay]; the "
				  "nearest is 'supply'" },
	{ "[bay 1]\nusb=1-1\nsupply = 1 lo",
		"line 3: 'supply' must be '[CHIP/]LINE [low|high] "
		"[pull-up|pull-down]', as 'gpiochip0/17 low'" },
	{ "[bay 1]\nusb=1-1\nsupply =",
		"line 3: 'supply' must be '[CHIP/]LINE [low|high] "
		"[pull-up|pull-down]', as 'gpiochip0/17 low'" },
	{ "[power]\noff-ms = 60001",
		"line 2: 'off-ms' must be a number from 0 to 60000" },
	{ "[power]\noff-ms = 3s", "line 2: 'off-ms' must be a number from 0 to 60000" },
	{ "[board]\nname=b\n[bay 1]\nsupply=1",
		"line 3: a bay has either 'usb' or 'uart'" },
	{ "[bay 1]\nusb=1-1\nuart=/dev/ttyS1",
		"line 1: a bay has either 'usb' or 'uart'" },
	{ "[bay 1]\nusb=1-1\n[bay 1]\nusb=1-2", "line 3: this bay is there already" },
	{ "[bay 1]\nusb=1-1\n[bay 2]\nusb=1-1",
		"line 3: another bay is at the same place" },
	{ "[bay 1]\nusb=1-1\nsupply=5\n[front]\nbuzzer = gpiochip0/5",
		"line 3: line 5 of gpiochip0 is used in line 5" },
	{ "[bay 1]\nusb=1-1.\n", "line 1: 'usb' is a socket's path, as 1-1.2 in "
				 "/sys/bus/usb/devices" },
	{ "[bay 1]\nuart=ttyS1\n", "line 1: 'uart' is a device, as /dev/ttyAMA2" },
	{ "[bay 1]\nsupply=usb-port\nuart=/dev/ttyS1\n",
		"line 2: a UART has no 'usb-port'" },
	{ "[input a]\nsays=x", "line 1: an input has a 'line'" },
	{ "[input a]\nline=1", "line 1: an input 'says' what it means, in a sentence" },
	{ "[output a]\non=x\noff=y", "line 1: an output has a 'line'" },
	{ "[output a]\nline=1", "line 1: an output has the word that switches it 'on'" },
	{ "[output a]\nline=1\non=x",
		"line 1: an output has 'off', or 'on-max-s', or both" },
	{ "[output a]\nline=1\non=x\noff=X", "line 1: 'on' and 'off' are the same word" },
	{ "[output a]\nline=1\non=x\noff=y\n[output b]\nline=2\non=Y\noff=z",
		"line 5: another output has this word" },
	{ "[output a]\nline=1\non=x\non-max-s=1\n[output b]\nline=1\non=y\n"
	  "on-max-s=1",
		"line 6: line 1 of gpiochip0 is used in line 2" },
};

static void mistakes_are_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		char why[256], expected[256];
		assert_int_equal(parse(mistakes[i].text, why), ERR_INPUT);
		(void)str_format(
			expected, sizeof(expected), "x.conf, %s", mistakes[i].why);
		assert_string_equal(why, expected);
	}
}

static void a_board_that_is_not_there_is_named(void **state)
{
	char why[256] = "";
	(void)state;
	assert_int_equal(board_profile_load(&w.profile, "nowhere", why, sizeof(why)),
		ERR_NOTFOUND);
	assert_string_equal(why, "/usr/share/chapar/board/nowhere.conf cannot be opened: "
				 "No such file or directory.");
	assert_int_equal(
		board_profile_load(&w.profile, "virtual", why, sizeof(why)), ERR_OK);
}

/* Power. */

static void start_power(const char *text)
{
	must_parse(text);
	assert_int_equal(power_create(&w.power, w.loop, &w.profile, &fake_gpio), ERR_OK);
	loop_fake_advance(w.loop, 5000);
	fake.n_changes = 0;
}

struct expected {
	uint64_t after_ms;
	const char *line;
	bool on;
};

/* Cycles bay 0 and compares what its lines did. */
static void expect_cycle(const struct expected *expected, size_t n, uint64_t expected_ms)
{
	uint64_t start = loop_now_ms(w.loop), ms = 0, again_ms = 0;

	fake.n_changes = 0;
	assert_int_equal(power_cycle(w.power, 0, &ms), ERR_OK);
	assert_int_equal(ms, expected_ms);
	loop_fake_advance(w.loop, 1);
	assert_int_equal(power_cycle(w.power, 0, &again_ms), ERR_OK);
	assert_int_equal(again_ms, ms - 1);
	loop_fake_advance(w.loop, ms);
	assert_int_equal(fake.n_changes, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(fake.changes[i].at_ms - start, expected[i].after_ms);
		assert_string_equal(fake.changes[i].line, expected[i].line);
		assert_int_equal(fake.changes[i].on, expected[i].on);
	}
}

#define TIMES                                                                            \
	"[power]\noff-ms=3000\nsettle-ms=500\nreset-ms=300\nkey-ms=1000\n"               \
	"key-off-ms=1500\ndown-ms=2000\nboot-ms=6000\n"
#define EXPECT(ms, ...)                                                                  \
	do {                                                                             \
		static const struct expected rows_[] = { __VA_ARGS__ };                  \
		expect_cycle(rows_, sizeof(rows_) / sizeof(rows_[0]), (ms));             \
	} while (0)

static void a_supply_is_switched_off_and_on(void **state)
{
	(void)state;
	start_power(TIMES "[bay 1]\nusb=1-1\nsupply=S\nreset=R\n");
	EXPECT(9500, { 0, "S", false }, { 3000, "S", true });
	EXPECT(9500, { 0, "S", false }, { 3000, "S", true });
}

static void a_power_key_starts_the_module_after_its_supply(void **state)
{
	(void)state;
	start_power(TIMES "[bay 1]\nuart=/dev/ttyS1\nsupply=S\npower-key=K\n");
	EXPECT(10500, { 0, "S", false }, { 3000, "S", true }, { 3500, "K", true },
		{ 4500, "K", false });
}

static void a_reset_alone_is_held(void **state)
{
	(void)state;
	start_power(TIMES "[bay 1]\nuart=/dev/ttyS1\nreset=R\npower-key=K\n");
	EXPECT(6300, { 0, "R", true }, { 300, "R", false });
}

static void a_power_key_alone_is_pressed_twice(void **state)
{
	(void)state;
	start_power(TIMES "[bay 1]\nuart=/dev/ttyS1\npower-key=K\n");
	EXPECT(10500, { 0, "K", true }, { 1500, "K", false }, { 3500, "K", true },
		{ 4500, "K", false });
}

static void supplies_come_one_after_the_other(void **state)
{
	(void)state;
	must_parse("[board]\nstagger-ms=250\n[bay 1]\nusb=1-1\nsupply=A\n[bay 2]\n"
		   "usb=1-2\nsupply=B low\n[bay 3]\nusb=1-3\nsupply=C\n");
	assert_int_equal(power_create(&w.power, w.loop, &w.profile, &fake_gpio), ERR_OK);
	assert_true(fake_is_on("A"));
	assert_null(fake_find("B"));
	loop_fake_advance(w.loop, 250);
	assert_true(fake_is_on("B"));
	assert_null(fake_find("C"));
	loop_fake_advance(w.loop, 250);
	assert_true(fake_is_on("C"));
}

/* modemd that dies and is started in a loop. */
static void starts_switch_nothing(void **state)
{
	(void)state;
	must_parse("[bay 1]\nusb=1-1\nsupply=S\nreset=R\n[bay 2]\nuart=/dev/ttyS1\n"
		   "power-key=K\n");
	for (int i = 0; i < 50; i++) {
		power_destroy(w.power);
		assert_int_equal(
			power_create(&w.power, w.loop, &w.profile, &fake_gpio), ERR_OK);
		loop_fake_advance(w.loop, 120 * 1000);
	}
	assert_int_equal(fake.n_changes, 50 * 3); /* as each line is taken */
	for (size_t i = 0; i < fake.n_changes; i++)
		assert_int_equal(fake.changes[i].on, str_eq(fake.changes[i].line, "S"));
}

static size_t cycles_within(uint64_t minutes)
{
	fake.n_changes = 0;
	loop_fake_advance(w.loop, minutes * 60 * 1000);
	return fake.n_changes / 2; /* off and on */
}

static void a_modem_that_fell_off_its_bus_gets_its_power_anew(void **state)
{
	(void)state;
	start_power("[bay 1]\nusb=1-1\nsupply=S\n[bay 2]\nuart=/dev/ttyS1\nreset=R\n");
	power_note_port(w.power, "usb:1-1", true);
	assert_int_equal(cycles_within(24 * 60), 0);
	power_note_port(w.power, "usb:1-1", false);
	assert_int_equal(cycles_within(2), 0); /* it may just boot */
	power_note_port(w.power, "usb:1-1", true);
	assert_int_equal(cycles_within(60), 0);
	power_note_port(w.power, "usb:1-1", false);
	assert_int_equal(cycles_within(4), 1);
	assert_true(fake_is_on("S"));
	/* It helped; the next time it is as quick. */
	power_note_port(w.power, "usb:1-1", true);
	power_note_port(w.power, "usb:1-1", false);
	assert_int_equal(cycles_within(4), 1);
}

static void an_empty_socket_is_tried_ever_more_seldom(void **state)
{
	(void)state;
	start_power("[bay 1]\nusb=1-1\nsupply=S\n[bay 2]\nuart=/dev/ttyS1\nreset=R\n"
		    "[bay 3]\nusb=1-3\nled=L\n");
	/* After 3, 6, 12, 24, 48 minutes, then every 96. */
	assert_int_equal(cycles_within(100), 5);
	assert_int_equal(cycles_within(10 * 96), 10);
	assert_true(fake_is_on("S"));
}

static void a_bay_without_lines_cannot_be_switched(void **state)
{
	uint64_t ms;
	(void)state;
	fake.missing = "S";
	start_power("[bay 1]\nusb=1-1\nled=L\n[bay 2]\nusb=1-2\nsupply=S\n");
	for (int bay = POWER_NO_BAY; bay < 4; bay++) {
		assert_false(power_has_line(w.power, bay));
		assert_int_equal(power_cycle(w.power, bay, &ms), ERR_UNSUPPORTED);
	}
	assert_false(power_has_line(NULL, 0));
	assert_int_equal(power_cycle(NULL, 0, &ms), ERR_UNSUPPORTED);
}

static void a_supply_that_comes_late_is_switched_on(void **state)
{
	uint64_t ms;
	(void)state;
	fake.missing = "S";
	start_power(TIMES "[bay 1]\nusb=1-1\nsupply=S\nreset=R\n");
	assert_int_equal(power_cycle(w.power, 0, &ms), ERR_OK);
	fake.missing = NULL;
	loop_fake_advance(w.loop, 100); /* within the pulse: it ends as it began */
	assert_null(fake_find("S"));
	loop_fake_advance(w.loop, 10 * GPIO_AGAIN_MS);
	assert_true(fake_is_on("S"));
	EXPECT(9500, { 0, "S", false }, { 3000, "S", true });
}

static void an_end_leaves_no_bay_without_supply(void **state)
{
	uint64_t ms;
	(void)state;
	start_power(TIMES "[bay 1]\nuart=/dev/ttyS1\nsupply=S\npower-key=K\n");
	assert_int_equal(power_cycle(w.power, 0, &ms), ERR_OK);
	assert_false(fake_is_on("S"));
	power_destroy(w.power);
	w.power = NULL;
	assert_int_equal(fake.n_changes, 4);
	assert_string_equal(fake.changes[1].line, "S");
	assert_true(fake.changes[1].on);
	assert_string_equal(fake.changes[3].line, "K");
	assert_false(fake.changes[3].on);
}

static void ports_find_their_bay(void **state)
{
	(void)state;
	start_power("[bay 7]\nuart=/dev/ttyAMA2\nreset=R\n[bay 8]\nusb=1-1\nsupply=S\n");
	assert_int_equal(power_bay_of(w.power, "/dev/ttyAMA2"), 0);
	assert_int_equal(power_bay_of(w.power, "/dev/ttyAMA2:rtscts"), 0);
	assert_int_equal(power_bay_of(w.power, "/dev/ttyAMA21"), POWER_NO_BAY);
	assert_int_equal(power_bay_of(w.power, "/dev/ttyAMA"), POWER_NO_BAY);
	assert_int_equal(power_bay_of(w.power, "tcp:127.0.0.1:1"), POWER_NO_BAY);
	assert_int_equal(power_bay_of(w.power, "usb:1-1"), 1);
	assert_int_equal(power_bay_of(w.power, "usb:1-1:9600"), 1);
	assert_int_equal(power_bay_of(w.power, "usb:1-1/2"), 1);
	assert_int_equal(power_bay_of(w.power, "usb:1-1.3"), 1);
	assert_int_equal(power_bay_of(w.power, "usb:1-12"), POWER_NO_BAY);
	assert_int_equal(power_bay_of(w.power, "usb:1"), POWER_NO_BAY);
	assert_int_equal(power_bay_of(NULL, "/dev/ttyAMA2"), POWER_NO_BAY);
	assert_int_equal(power_bay_number(w.power, 0), 7);
	assert_true(power_is_alone(w.power, 0, "/dev/ttyAMA2"));
	power_note_port(w.power, "usb:1-1", true);
	power_note_port(w.power, "/dev/ttyS9", true);
	assert_true(power_is_alone(w.power, 1, "usb:1-1"));
	assert_true(power_is_alone(w.power, 1, "usb:1-1:9600"));
	assert_false(power_is_alone(w.power, 1, "usb:1-1/2"));
	assert_false(power_is_alone(w.power, 1, "usb:1-1.3"));
	assert_false(power_is_alone(w.power, 1, "/dev/ttyUSB0"));
	power_note_port(w.power, "usb:1-1/1", true); /* a second modem on one chip */
	assert_false(power_is_alone(w.power, 1, "usb:1-1"));
	assert_false(power_is_alone(w.power, POWER_NO_BAY, "usb:1-1"));
}

/* The front. */

static void on_button(void *user, bool is_down)
{
	(void)user;
	(void)str_append(w.told, sizeof(w.told), is_down ? "down " : "up ");
}

static void on_input(void *user, unsigned input, bool is_on)
{
	(void)user;
	(void)str_append_format(w.told, sizeof(w.told), "%u=%d ", input, is_on);
}

static void start_board(const char *text)
{
	must_parse(text);
	const struct board_env env = {
		.loop = w.loop,
		.profile = &w.profile,
		.backend = &fake_gpio,
		.button = on_button,
		.input = on_input,
	};
	assert_int_equal(board_create(&w.board, &env), ERR_OK);
}

static void lights_and_outputs_are_written_once(void **state)
{
	(void)state;
	start_board("[front]\nstatus-led=L\nbuzzer=B\n[bay 1]\nusb=1-1\nled=1\n[bay 2]\n"
		    "usb=1-2\n[output o]\nline=O\non=x\noff=y\n");
	fake.n_changes = 0;
	for (int i = 0; i < 2; i++) {
		board_light_status(w.board, true);
		board_buzz(w.board, true);
		board_light_bay(w.board, 0, true);
		board_light_bay(w.board, 1, true);
		board_light_bay(w.board, POWER_NO_BAY, true);
		assert_int_equal(board_switch(w.board, 0, true), ERR_OK);
		assert_int_equal(board_switch(w.board, 1, true), ERR_UNSUPPORTED);
	}
	assert_int_equal(fake.n_changes, 4);
	assert_true(
		fake_is_on("L") && fake_is_on("B") && fake_is_on("1") && fake_is_on("O"));
	board_destroy(w.board);
	w.board = NULL;
	assert_int_equal(fake.n_changes, 8);
}

static void inputs_are_told_when_they_are_steady(void **state)
{
	(void)state;
	start_board("[front]\nbutton=B\n[input a]\nline=A\nsays=x\ndebounce-ms=100\n");
	loop_fake_advance(w.loop, 10);
	assert_string_equal(w.told, "up 0=0 ");
	w.told[0] = '\0';
	for (int i = 0; i < 10; i++) { /* it bounces */
		fake_move("A", i % 2 == 0);
		loop_fake_advance(w.loop, 20);
	}
	fake_move("A", true);
	loop_fake_advance(w.loop, 99);
	assert_string_equal(w.told, "");
	loop_fake_advance(w.loop, 1);
	assert_string_equal(w.told, "0=1 ");
	fake_move("A", false); /* a glitch */
	loop_fake_advance(w.loop, 50);
	fake_move("A", true);
	loop_fake_advance(w.loop, 500);
	assert_string_equal(w.told, "0=1 ");
	fake_move("A", false);
	fake_move("B", true);
	loop_fake_advance(w.loop, 200);
	fake_move("B", false);
	loop_fake_advance(w.loop, 200);
	assert_string_equal(w.told, "0=1 down 0=0 up ");
}

static void what_is_so_at_the_start_is_told(void **state)
{
	(void)state;
	start_board("[front]\nbutton=B\n[input a]\nline=A\nsays=x\n");
	fake_get_line("B")->is_on = true;
	fake_get_line("A")->is_on = true;
	loop_fake_advance(w.loop, 0);
	assert_string_equal(w.told, "down 0=1 ");
}

static void a_line_that_is_missing_costs_only_itself(void **state)
{
	(void)state;
	fake.missing = "L";
	start_board("[front]\nstatus-led=L\nbuzzer=B\n");
	board_light_status(w.board, true);
	board_buzz(w.board, true);
	assert_true(fake_is_on("B"));
	loop_fake_advance(w.loop, 100 * GPIO_AGAIN_MS);
	fake.missing = NULL;
	loop_fake_advance(w.loop, 100 * GPIO_AGAIN_MS);
	assert_null(fake_find("L"));
}

/* As at power-on, when the daemon is there before udev has let it to the chip. */
static void lines_that_come_late_are_taken_as_they_are_wanted(void **state)
{
	(void)state;
	fake.missing = "L";
	start_board("[front]\nstatus-led=L\n[output o]\nline=O\non=x\noff=y\n");
	board_light_status(w.board, true);
	fake.missing = "B";
	loop_fake_advance(w.loop, GPIO_AGAIN_MS);
	assert_true(fake_is_on("L"));
	board_destroy(w.board);
	fake.missing = "B";
	start_board("[front]\nbutton=B\n[output o]\nline=O\non=x\noff=y\n");
	loop_fake_advance(w.loop, 5 * GPIO_AGAIN_MS);
	assert_string_equal(w.told, "");
	fake.missing = "O";
	loop_fake_advance(w.loop, GPIO_AGAIN_MS);
	assert_string_equal(w.told, "up ");
}

static void an_output_that_was_refused_stays_off_when_its_line_comes(void **state)
{
	(void)state;
	fake.missing = "O";
	start_board("[output o]\nline=O\non=x\noff=y\n");
	assert_int_equal(board_switch(w.board, 0, true), ERR_UNSUPPORTED);
	fake.missing = NULL;
	loop_fake_advance(w.loop, GPIO_AGAIN_MS);
	assert_non_null(fake_find("O"));
	assert_false(fake_is_on("O"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_boards_we_ship_are_read),
		T(lines_are_read_as_they_are_written),
		T(mistakes_are_explained),
		T(a_board_that_is_not_there_is_named),
		T(a_supply_is_switched_off_and_on),
		T(a_power_key_starts_the_module_after_its_supply),
		T(a_reset_alone_is_held),
		T(a_power_key_alone_is_pressed_twice),
		T(supplies_come_one_after_the_other),
		T(starts_switch_nothing),
		T(a_modem_that_fell_off_its_bus_gets_its_power_anew),
		T(an_empty_socket_is_tried_ever_more_seldom),
		T(a_bay_without_lines_cannot_be_switched),
		T(a_supply_that_comes_late_is_switched_on),
		T(an_end_leaves_no_bay_without_supply),
		T(ports_find_their_bay),
		T(lights_and_outputs_are_written_once),
		T(inputs_are_told_when_they_are_steady),
		T(what_is_so_at_the_start_is_told),
		T(a_line_that_is_missing_costs_only_itself),
		T(lines_that_come_late_are_taken_as_they_are_wanted),
		T(an_output_that_was_refused_stays_off_when_its_line_comes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
