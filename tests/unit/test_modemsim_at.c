/*
 * modemsim's modem as a client meets it: whole dialogues with a clock moved by hand, the
 * same to the byte however the client's bytes are cut.
 */
#include "tests/unit/modemsim_rig.h"

static const char dialogue[] = "ATE0\rAT+CMEE=1;+CNMI=2,1,0,1,0\rAT+CPIN?;+CSQ\rnoise\r"
			       "AT+CPMS=\"SM\",\"SM\",\"SM\"\rat+cgsn\rAT+NONE\r"
			       "AT+CMGS=" HELLO_LEN "\r" HELLO "\x1a"
			       "AT+CREG?\rAT+CMGS=" HELLO_LEN "\r\x1b"
			       "AT+CMGR=1\r";

static const char dialogue_answers[] =
	"ATE0\r\r\nOK\r\n\r\nOK\r\n\r\n+CPIN: READY\r\n\r\n+CSQ: 21,0\r\n\r\nOK\r\n"
	"\r\n+CPMS: 0,50,0,50,0,50\r\n\r\nOK\r\n\r\n352989000000016\r\n\r\nOK\r\n"
	"\r\nERROR\r\n\r\n> \r\n+CMGS: 0\r\n\r\nOK\r\n\r\n+CREG: 0,1\r\n\r\nOK\r\n\r\n> "
	"\r\nOK\r\n\r\n+CMS ERROR: 321\r\n";

/* Everything said at once waits until the modem comes to it. */
static void the_cut_of_bytes_does_not_matter(void **state)
{
	size_t len = sizeof(dialogue) - 1;

	(void)state;
	for (size_t cut = 0; cut <= len; cut++) {
		struct rig rig;

		rig_init(&rig);
		rig_say(&rig, dialogue, cut);
		rig_say(&rig, dialogue + cut, len - cut);
		rig_wait(&rig, 250);
		assert_string_equal(rig.said, dialogue_answers);
		assert_int_equal(rig.submits, 1);
		rig_fini(&rig);
	}
}

static void single_bytes_do_as_well(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	for (size_t i = 0; i < sizeof(dialogue) - 1; i++)
		rig_say(&rig, dialogue + i, 1);
	rig_wait(&rig, 250);
	assert_string_equal(rig.said, dialogue_answers);
	rig_fini(&rig);
}

static void a_line_can_be_too_long(void **state)
{
	struct rig rig;
	char line[AT_INPUT_MAX + 8];

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	memset(line, 'A', sizeof(line));
	rig_clear(&rig);
	rig_say(&rig, line, sizeof(line));
	expect(&rig, "\r", 0, "\r\nERROR\r\n");
	expect(&rig, "AT\r", 0, "\r\nOK\r\n");
	rig_fini(&rig);
}

static void a_report_comes_back(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	expect(&rig, "AT+CNMI=2,1,0,1,0\r", 0, "\r\nOK\r\n");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r", 0, "\r\n> ");
	expect(&rig, HELLO "\x1a", 99, "");
	expect(&rig, "", 1, "\r\n+CMGS: 0\r\n\r\nOK\r\n");
	rig_clear(&rig);
	rig_wait(&rig, 299);
	assert_string_equal(rig.said, "");
	rig_wait(&rig, 1);
	assert_true(str_starts(
		rig.said, "\r\n+CDS: 25\r\n079103960090090006000C910396963254"));
	rig_fini(&rig);
}

static void references_wrap_at_255(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	rig.sim.next_mr = 255;
	rig_set(&rig, "submit", "0");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r" HELLO "\x1a", 0,
		"\r\n> \r\n+CMGS: 255\r\n\r\nOK\r\n");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r" HELLO "\x1a", 0,
		"\r\n> \r\n+CMGS: 0\r\n\r\nOK\r\n");
	rig_fini(&rig);
}

static void a_bad_body_is_refused(void **state)
{
	static const char *const bodies[] = { "\x1a", "00\x1a", "zz\x1a", HELLO "0\x1a",
		HELLO "00\x1a", "0011\x1a" };
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		expect(&rig, "AT+CMGS=" HELLO_LEN "\r", 0, "\r\n> ");
		expect(&rig, bodies[i], 0, "\r\n+CMS ERROR: 304\r\n");
	}
	expect(&rig, "AT+CMGS=20\r", 0, "\r\n> ");
	expect(&rig, HELLO "\x1a", 0, "\r\n+CMS ERROR: 304\r\n");
	rig_fini(&rig);
}

static void faults_show_as_they_should(void **state)
{
	static const struct {
		const char *rule, *answer;
		size_t phones; /* 1: it was on the air */
	} rows[] = { { "cms 38", "\r\n+CMS ERROR: 38\r\n", 0 },
		{ "error", "\r\nERROR\r\n", 0 }, { "lost", "", 1 }, { "swallow", "", 0 },
		{ "hang", "", 0 }, { "hang onair=yes", "", 1 },
		{ "cut 9", "\r\n+CMGS: ", 1 },
		{ "late 400", "\r\n+CMGS: 0\r\n\r\nOK\r\n", 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig rig;

		rig_init(&rig);
		quiet(&rig);
		rig_set(&rig, "fault", rows[i].rule);
		expect(&rig, "AT+CMGS=" HELLO_LEN "\r", 0, "\r\n> ");
		expect(&rig, HELLO "\x1a", 500, rows[i].answer);
		assert_int_equal(rig.world.phones, rows[i].phones);
		assert_int_equal(rig.submits, 1);
		rig_fini(&rig);
	}
}

static void a_late_answer_comes_out_of_any_dialogue(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	rig_set(&rig, "fault", "late 400");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r", 0, "\r\n> ");
	expect(&rig, HELLO "\x1a", 200, "");
	expect(&rig, "AT\r", 0, "\r\nOK\r\n");
	expect(&rig, "", 199, "");
	expect(&rig, "", 1, "\r\n+CMGS: 0\r\n\r\nOK\r\n");
	rig_fini(&rig);
}

static void a_hang_ends_when_it_says(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	modem_hang(&rig.modem, 50);
	expect(&rig, "AT\r", 49, "");
	expect(&rig, "", 1, "");
	expect(&rig, "AT\r", 0, "\r\nOK\r\n");
	modem_hang(&rig.modem, 0);
	expect(&rig, "AT\r", 100000, "");
	modem_reset(&rig.modem, "test");
	rig_wait(&rig, 1);
	expect(&rig, "AT\r", 0, "AT\r\r\nOK\r\n");
	rig_fini(&rig);
}

static void the_prompt_can_fail(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	rig_set(&rig, "fault", "noprompt times=1");
	rig_set(&rig, "fault", "slowprompt 40");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r", 100, "");
	expect(&rig, "AT\r", 0, "\r\nOK\r\n");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r", 39, "");
	expect(&rig, "", 1, "\r\n> ");
	expect(&rig, "\x1b", 0, "\r\nOK\r\n");
	rig_fini(&rig);
}

static void something_else_can_come_in_the_prompts_place(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	rig_set(&rig, "fault", "cms 310 at=prompt times=1");
	rig_set(&rig, "fault", "hang 50 at=prompt");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r", 1, "\r\n+CMS ERROR: 310\r\n");
	expect(&rig, "AT\r", 0, "\r\nOK\r\n");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r", 50, "");
	assert_int_equal(rig.submits, 0);
	rig_fini(&rig);
}

static void half_of_an_answer_is_lost(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	rig_set(&rig, "fault", "cut 6 on=+CSQ times=1");
	expect(&rig, "AT+CSQ\r", 0, "\r\n+CSQ");
	expect(&rig, "AT+CSQ\r", 0, "\r\n+CSQ: 21,0\r\n\r\nOK\r\n");
	rig_fini(&rig);
}

static void an_echo_can_lose_letters(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_set(&rig, "echo_wrong", "on");
	expect(&rig, "AT+CSQ\r", 0, "AT+SQ\r\r\n+CSQ: 21,0\r\n\r\nOK\r\n");
	rig_fini(&rig);
}

static void a_port_can_talk_without_an_end(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_set(&rig, "port", "endless");
	rig_clear(&rig);
	rig_say(&rig, "AT\r", 3);
	rig_wait(&rig, 60);
	assert_int_equal(rig.said_len, 3 * 512);
	assert_int_equal(strspn(rig.said, "U"), rig.said_len);
	rig_set(&rig, "port", "modem");
	quiet(&rig);
	expect(&rig, "", 100, "");
	rig_fini(&rig);
}

static void lines_are_pushed_in(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_set(&rig, "inject", "all");
	rig_set(&rig, "inject_text", "^X");
	expect(&rig, "ATE0\r", 0, "ATE0\r\r\n^X\r\n\r\nOK\r\n");
	expect(&rig, "AT+CSQ\r", 0, "\r\n^X\r\n\r\n+CSQ: 21,0\r\n\r\n^X\r\n\r\nOK\r\n");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r", 0, "\r\n> \r\n^X\r\n");
	modem_urc(&rig.modem, "RING");
	expect(&rig, "", 0, "\r\nRING\r\n");
	rig_fini(&rig);
}

static void unsolicited_lines_wait_for_a_body(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r", 0, "\r\n> ");
	modem_urc(&rig.modem, "RING");
	expect(&rig, "", 10, "");
	expect(&rig, "\x1b", 0, "\r\nOK\r\n\r\nRING\r\n");
	rig_fini(&rig);
}

static void replies_come_in_pieces(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_set(&rig, "split_bytes", "1");
	expect(&rig, "ATE0\r", 0, "A");
	expect(&rig, "", 5, "TE0\r\r");
	expect(&rig, "", 20, "\nOK\r\n");
	rig_fini(&rig);
}

static void text_send(struct rig *rig, const char *text)
{
	struct inbound_options options = { 0 };

	assert_int_not_equal(
		world_send(&rig->world, "+306955555555", &rig->sim, text, &options), 0);
	rig_hear(rig);
}

static void a_full_memory_keeps_the_rest_waiting(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	rig_set(&rig, "sm_size", "2");
	rig_set(&rig, "full_urc", "on");
	expect(&rig, "AT+CNMI=2,1\r", 0, "\r\nOK\r\n");
	rig_clear(&rig);
	text_send(&rig, "one");
	text_send(&rig, "two");
	text_send(&rig, "three");
	assert_string_equal(rig.said, "\r\n+CMTI: \"SM\",1\r\n\r\n+CMTI: \"SM\",2\r\n"
				      "\r\n^SMMEMFULL: \"SM\"\r\n");
	assert_int_equal(rig.sim.waiting, 1);
	expect(&rig, "AT+CMGD=2\r", 0, "\r\nOK\r\n\r\n+CMTI: \"SM\",2\r\n");
	assert_int_equal(rig.sim.waiting, 0);
	rig_fini(&rig);
}

static void models_differ(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	rig_set(&rig, "unsupported", "+CNUM,+csq");
	rig_set(&rig, "unsupported_text", "COMMAND NOT SUPPORT");
	rig_set(&rig, "iccid_commands", "^ICCID");
	rig_set(&rig, "me_is_sm", "on");
	expect(&rig, "AT+CSQ\r", 0, "\r\nCOMMAND NOT SUPPORT\r\n");
	expect(&rig, "AT+CCID\r", 0, "\r\nERROR\r\n");
	expect(&rig, "AT^ICCID\r", 0, "\r\n^ICCID: 8903001000000000014\r\n\r\nOK\r\n");
	text_send(&rig, "one");
	expect(&rig, "AT+CPMS=\"ME\"\r", 0, "\r\n+CPMS: 1,50,1,50,1,50\r\n\r\nOK\r\n");
	rig_fini(&rig);
}

static void an_unacknowledged_text_comes_again(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	rig_set(&rig, "cnma_timeout", "1000");
	expect(&rig, "AT+CSMS=1;+CNMI=2,2\r", 0, "\r\n+CSMS: 1,1,1\r\n\r\nOK\r\n");
	rig_clear(&rig);
	text_send(&rig, "one");
	text_send(&rig, "two");
	assert_true(str_starts(rig.said, "\r\n+CMT: ,"));
	rig_clear(&rig);
	rig_wait(&rig, 999);
	assert_string_equal(rig.said, "");
	rig_wait(&rig, 1);
	assert_true(str_starts(rig.said, "\r\n+CMT: ,"));
	assert_int_equal(rig.sim.waiting, 2);
	rig_clear(&rig);
	rig_say(&rig, "AT+CNMA\r", 8);
	assert_true(str_starts(rig.said, "\r\nOK\r\n\r\n+CMT: ,"));
	expect(&rig, "AT+CNMA\r", 0, "\r\nOK\r\n");
	assert_int_equal(rig.sim.waiting, 0);
	expect(&rig, "AT+CNMA\r", 0, "\r\n+CMS ERROR: 340\r\n");
	rig_fini(&rig);
}

/* TS 27.005 3.4.4: the routing ends, and +CNMA is too late. */
static void an_unacknowledged_text_is_stored(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	rig_set(&rig, "cnma_timeout", "1000");
	rig_set(&rig, "cnma_strict", "on");
	expect(&rig, "AT+CSMS=1;+CNMI=2,2,0,1,0\r", 0, "\r\n+CSMS: 1,1,1\r\n\r\nOK\r\n");
	rig_clear(&rig);
	text_send(&rig, "one");
	assert_true(str_starts(rig.said, "\r\n+CMT: ,"));
	rig_clear(&rig);
	rig_wait(&rig, 1000);
	assert_string_equal(rig.said, "");
	assert_int_equal(rig.sim.waiting, 0);
	assert_int_equal(rig.sim.sm.used, 1);
	expect(&rig, "AT+CNMA\r", 0, "\r\n+CMS ERROR: 340\r\n");
	expect(&rig, "AT+CNMI?\r", 0, "\r\n+CNMI: 2,0,0,0,0\r\n\r\nOK\r\n");
	text_send(&rig, "two");
	assert_int_equal(rig.sim.sm.used, 2);
	rig_fini(&rig);
}

static void the_pin_is_counted(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_set(&rig, "sim", "pin");
	rig_set(&rig, "echo", "off");
	modem_reset(&rig.modem, "test");
	rig_wait(&rig, 1);
	expect(&rig, "AT+CPIN?\r", 0, "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n");
	expect(&rig, "AT+CIMI\r", 0, "\r\nERROR\r\n");
	expect(&rig, "AT+CMEE=1\r", 0, "\r\nOK\r\n");
	expect(&rig, "AT+CIMI\r", 0, "\r\n+CME ERROR: 11\r\n");
	expect(&rig, "AT+CMGL=4\r", 0, "\r\n+CMS ERROR: 311\r\n");
	expect(&rig, "AT+CPIN=\"0000\"\r", 0, "\r\n+CME ERROR: 16\r\n");
	expect(&rig, "AT+CPIN=0000\r", 0, "\r\n+CME ERROR: 16\r\n");
	expect(&rig, "AT+CPIN=\"0000\"\r", 0, "\r\n+CME ERROR: 12\r\n");
	expect(&rig, "AT+CPIN?\r", 0, "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n");
	expect(&rig, "AT+CPIN=\"1234\"\r", 0, "\r\n+CME ERROR: 12\r\n");
	expect(&rig, "AT+CPIN=\"87654321\",\"4711\"\r", 0, "\r\n+CME ERROR: 16\r\n");
	expect(&rig, "AT+CPINR\r", 0,
		"\r\n+CPINR: SIM PIN,0,3\r\n\r\n+CPINR: SIM PUK,9,10\r\n\r\nOK\r\n");
	expect(&rig, "AT+CPIN=\"12345678\",\"4711\"\r", 0, "\r\nOK\r\n");
	expect(&rig, "AT+CPIN?\r", 0, "\r\n+CPIN: READY\r\n\r\nOK\r\n");
	rig_fini(&rig);
}

static void networks_show(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	expect(&rig, "AT+CREG=1\r", 0, "\r\nOK\r\n");
	rig_clear(&rig);
	rig_set(&rig, "network", "denied");
	expect(&rig, "", 0, "\r\n+CREG: 3\r\n");
	expect(&rig, "AT+COPS?\r", 0, "\r\n+COPS: 0\r\n\r\nOK\r\n");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r" HELLO "\x1a", 100,
		"\r\n> \r\n+CMS ERROR: 331\r\n");
	rig_clear(&rig);
	rig_set(&rig, "network", "roaming");
	expect(&rig, "", 0, "\r\n+CREG: 5\r\n");
	expect(&rig, "AT+COPS=3,2;+COPS?\r", 0,
		"\r\n+COPS: 0,2,\"20201\",0\r\n\r\nOK\r\n");
	expect(&rig, "AT+CIREG?\r", 0, "\r\nERROR\r\n");
	rig_set(&rig, "technology", "lte");
	rig_set(&rig, "ims", "on");
	expect(&rig, "AT+COPS?;+CIREG?\r", 0,
		"\r\n+COPS: 0,2,\"20201\",7\r\n\r\n+CIREG: 0,1\r\n\r\nOK\r\n");
	rig_fini(&rig);
}

static void a_reset_forgets(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	expect(&rig, "AT+CMMS=2;+CNMI=2,1,0,1,0\r", 0, "\r\nOK\r\n");
	expect(&rig, "AT+CFUN=1,1\r", 1, "\r\nOK\r\n");
	quiet(&rig);
	expect(&rig, "AT+CMMS?;+CNMI?\r", 0,
		"\r\n+CMMS: 0\r\n\r\n+CNMI: 0,0,0,0,0\r\n\r\nOK\r\n");
	rig_fini(&rig);
}

/* +CMMS keeps the link: the set-up time is paid once. */
static void the_link_is_kept(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	rig_set(&rig, "link_setup", "1000");
	expect(&rig, "AT+CMMS=2\r", 0, "\r\nOK\r\n");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r" HELLO "\x1a", 1099, "\r\n> ");
	expect(&rig, "", 1, "\r\n+CMGS: 0\r\n\r\nOK\r\n");
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r" HELLO "\x1a", 100,
		"\r\n> \r\n+CMGS: 1\r\n\r\nOK\r\n");
	rig_wait(&rig, 5001);
	expect(&rig, "AT+CMGS=" HELLO_LEN "\r" HELLO "\x1a", 100, "\r\n> ");
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cut_of_bytes_does_not_matter),
		cmocka_unit_test(single_bytes_do_as_well),
		cmocka_unit_test(a_line_can_be_too_long),
		cmocka_unit_test(a_report_comes_back),
		cmocka_unit_test(references_wrap_at_255),
		cmocka_unit_test(a_bad_body_is_refused),
		cmocka_unit_test(faults_show_as_they_should),
		cmocka_unit_test(a_late_answer_comes_out_of_any_dialogue),
		cmocka_unit_test(a_hang_ends_when_it_says),
		cmocka_unit_test(the_prompt_can_fail),
		cmocka_unit_test(something_else_can_come_in_the_prompts_place),
		cmocka_unit_test(half_of_an_answer_is_lost),
		cmocka_unit_test(an_echo_can_lose_letters),
		cmocka_unit_test(a_port_can_talk_without_an_end),
		cmocka_unit_test(lines_are_pushed_in),
		cmocka_unit_test(unsolicited_lines_wait_for_a_body),
		cmocka_unit_test(replies_come_in_pieces),
		cmocka_unit_test(a_full_memory_keeps_the_rest_waiting),
		cmocka_unit_test(models_differ),
		cmocka_unit_test(an_unacknowledged_text_comes_again),
		cmocka_unit_test(an_unacknowledged_text_is_stored),
		cmocka_unit_test(the_pin_is_counted),
		cmocka_unit_test(networks_show),
		cmocka_unit_test(a_reset_forgets),
		cmocka_unit_test(the_link_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
