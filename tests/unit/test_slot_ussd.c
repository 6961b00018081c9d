/* A question to the operator between two messages: it waits for the message in hand, no
 * other begins before its end, and whatever happens it is answered exactly once. Also a
 * bay's power, switched because somebody asked; and what operators' words say. */
#include "tests/unit/slot_world.h"

#include "firmware/radio/slot/ussd_text.h"
#include "firmware/store/balance.h"

static void check_end(const char *code, const char *text)
{
	assert_int_equal(w.ussd_ends, 1);
	assert_string_equal(w.ussd_end.code, code);
	if (text)
		assert_string_equal(w.ussd_end.text, text);
	assert_true(w.ussd_end.text[0]);
	w.ussd_ends = 0;
}

static void says(enum modem_ussd_end end, const char *text)
{
	fake_modem.words = (struct modem_ussd_answer){ .end = end };
	assert_true(str_copy(fake_modem.words.text, sizeof(fake_modem.words.text), text));
	answer(PENDING_USSD);
}

static void it_waits_for_the_message_in_hand(void **state)
{
	(void)state;
	boot();
	give(add(2));
	OK(slot_ussd(&w.slot, "*100#"));
	commit();
	turn();
	accept_part(1);
	turn(); /* between its parts there is no gap */
	commit();
	turn();
	assert_int_equal(fake_modem.ussds, 0);
	accept_part(2);
	assert_false(slot_can_send(&w.slot)); /* it is the question's turn */
	slot_turn(&w.slot, false);
	says(MODEM_USSD_ANSWERED, "Balance 12.40");
	check_end("", "Balance 12.40");
	assert_false(w.ussd_end.more);
	commit();
	assert_true(slot_can_send(&w.slot));
	assert_int_equal(committed("SELECT count(*) FROM part"), 2);
	assert_int_equal(fake_modem.releases, 2);
}

/* So many minutes with nothing to send; what else falls due is answered. Ends early, and
 * is true, once the operator is asked. */
static bool idle_until_asked(unsigned minutes)
{
	for (unsigned i = 0; i < 2 * minutes; i++) {
		pass(30000);
		for (int k = 0; k < 8; k++) {
			turn();
			commit();
			if (fake_modem.pending == PENDING_USSD)
				return true;
			if (fake_modem.pending)
				end_request(&fake_modem, ERR_OK);
		}
	}
	return false;
}

static void a_balance_is_read_so_often_as_its_script_says(void **state)
{
	(void)state;
	OK(balance_script_put(w.f->s, &(struct balance_script){ .code = "*100#",
					      .pattern = "left: {amount} EUR",
					      .every_hours = 24 }));
	boot();
	assert_true(idle_until_asked(10)); /* never read: soon */
	says(MODEM_USSD_ANSWERED, "left: 3.20 EUR");
	assert_false(idle_until_asked(23 * 60));
	assert_int_equal(committed("SELECT balance FROM sim"), 3200000);
	assert_true(idle_until_asked(2 * 60));
	/* What it cannot read is no reason to ask the operator every few minutes. */
	says(MODEM_USSD_ANSWERED, "We have moved.");
	assert_false(idle_until_asked(55));
	assert_int_equal(committed("SELECT balance FROM sim"), 3200000);
	assert_int_equal(
		committed(
			"SELECT count(*) FROM sim WHERE balance_text = 'We have moved.'"),
		1);
	assert_true(idle_until_asked(15));
	says(MODEM_USSD_NO_ANSWER, "");
	assert_false(idle_until_asked(55));
	assert_int_equal(w.ussd_ends, 0); /* nobody asked by hand */
}

/* As after kill -9 and a new start. */
static void boot_anew(void)
{
	store_list_init(&w.posted);
	slot_fini(&w.slot);
	OK(slot_init(&w.slot, &w.host, 0, "/dev/ttyX"));
	slot_number(&w.slot);
	boot();
}

static void restarts_do_not_ask_a_mute_operator_again(void **state)
{
	(void)state;
	OK(balance_script_put(w.f->s, &(struct balance_script){ .code = "*100#",
					      .pattern = "left: {amount} EUR",
					      .every_hours = 24 }));
	boot();
	assert_true(idle_until_asked(10));
	for (int i = 0; i < 5; i++) { /* the first dies before an answer */
		boot_anew();
		assert_false(idle_until_asked(10));
	}
	boot_anew();
	slot_balance_now(&w.slot); /* somebody wants to know */
	assert_true(idle_until_asked(1));
	says(MODEM_USSD_NO_ANSWER, "");
	boot_anew();
	assert_false(idle_until_asked(55));
	assert_true(idle_until_asked(10));
}

static void no_message_begins_before_its_end(void **state)
{
	(void)state;
	boot();
	OK(slot_ussd(&w.slot, "*100#"));
	assert_false(slot_can_send(&w.slot));
	assert_int_equal(slot_ussd(&w.slot, "*101#"), ERR_BUSY);
	turn();
	pass(60000);
	turn();
	assert_int_equal(fake_modem.pending, PENDING_USSD);
	assert_false(slot_can_send(&w.slot));
	end_request(&fake_modem, ERR_TIMEOUT);
	check_end("no_answer", NULL);
	assert_true(slot_can_send(&w.slot));
	OK(slot_ussd(&w.slot, "*101#"));
}

static void a_menu_says_so(void **state)
{
	(void)state;
	boot();
	OK(slot_ussd(&w.slot, "*100#"));
	turn();
	says(MODEM_USSD_ASKS, "1 Top up");
	check_end("", "1 Top up");
	assert_true(w.ussd_end.more);
}

static void no_words_are_an_error_in_words(void **state)
{
	static const struct {
		enum modem_ussd_end end;
		const char *code;
	} rows[] = {
		{ MODEM_USSD_ANSWERED, "operator_refused" },
		{ MODEM_USSD_ENDED, "operator_refused" },
		{ MODEM_USSD_UNSUPPORTED, "operator_refused" },
		{ MODEM_USSD_NO_ANSWER, "no_answer" },
	};
	(void)state;
	boot();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		OK(slot_ussd(&w.slot, "*100#"));
		turn();
		says(rows[i].end, "");
		check_end(rows[i].code, NULL);
	}
	OK(slot_ussd(&w.slot, "*100#"));
	turn();
	fake_modem.words = (struct modem_ussd_answer){ .code = 30, .is_cme = true };
	end_request(&fake_modem, ERR_UNSUPPORTED);
	check_end("not_ready", NULL); /* no network service */
	OK(slot_ussd(&w.slot, "*100#"));
	turn();
	fake_modem.words.code = 100;
	end_request(&fake_modem, ERR_UNSUPPORTED);
	check_end("operator_refused", NULL);
}

static void it_is_answered_whatever_happens(void **state)
{
	(void)state;
	assert_int_equal(slot_ussd(&w.slot, "*100#"), ERR_NOTFOUND); /* no modem */
	boot();
	assert_int_equal(slot_ussd(&w.slot, ""), ERR_ARG);
	OK(slot_ussd(&w.slot, "*100#"));
	turn();
	modem_says(MODEM_EVENT_GONE);
	check_end("not_ready", NULL);
	assert_int_equal(slot_ussd(&w.slot, "*100#"), ERR_NOTFOUND);
}

static void a_turn_that_never_comes_is_told(void **state)
{
	(void)state;
	boot();
	give(add(1));
	commit();
	OK(slot_ussd(&w.slot, "*100#"));
	pass(29999);
	turn();
	assert_int_equal(w.ussd_ends, 0);
	pass(1);
	check_end("sim_busy", NULL);
	accept_part(1);
	commit();
	turn();
	assert_int_equal(fake_modem.ussds, 0); /* it is not asked behind our back */
	assert_true(slot_can_send(&w.slot));
}

static void the_end_waits_for_no_operator(void **state)
{
	(void)state;
	boot();
	OK(slot_ussd(&w.slot, "*100#"));
	turn();
	slot_stop(&w.slot);
	check_end("no_answer", NULL);
	assert_int_equal(slot_ussd(&w.slot, "*100#"), ERR_NOTFOUND);
}

static void power_is_switched_after_the_message_in_hand(void **state)
{
	(void)state;
	w.power_err = ERR_OK;
	boot();
	give(add(1));
	commit();
	slot_power(&w.slot);
	turn();
	pass(3000);
	assert_int_equal(w.power_cycles, 0);
	accept_part(1);
	commit();
	turn();
	AT(RECOVERING);
	pass(4000);
	assert_int_equal(w.power_cycles, 1);
	AT(POWERING);
	assert_false(fake_modem.is_open);
	pass(8000);
	AT(PROBING);
	assert_int_equal(fake_modem.resets, 0);
}

static void power_is_switched_where_nothing_answers(void **state)
{
	(void)state;
	w.power_err = ERR_OK;
	slot_plug(&w.slot);
	pass(0);
	slot_power(&w.slot);
	pass(4000);
	assert_int_equal(w.power_cycles, 1);
	pass(8000);
	AT(PROBING);
}

static void words_of_operators(void **state)
{
	static const struct {
		const char *text;
		int dcs; /* -1: none */
		const char *words;
	} rows[] = {
		{ "Balance: 12.40", 15, "Balance: 12.40" },
		{ "", 15, "" },
		{ "12345678", 15, "12345678" }, /* a number, though hexadecimal too */
		{ "AA180C3602", 15, "*100#" },
		{ "AA180C3602", -1, "*100#" },
		{ "aa180c3602", 15, "*100#" },
		{ "0414043B044F", 72, "Для" },
		/* AT+CSCS="UCS2": the network's scheme is not the modem's */
		{ "00480061006700790020", 15, "Hagy" },
		{ "004800610067007900F6", 0, "Hagyö" },
		/* language in front (TS 23.038 clause 5), rubbish behind */
		{ "61390631064500200031"
		  "0000FFFF60B1",
			17, "رم 1" },
		{ "One\r\ntwo\n\nthree\n ", 15, "One\ntwo\nthree" },
		{ "Gr\xfc\xdf"
		  "e\x07",
			15, "Grüße" }, /* Latin 1 */
		{ "Γειά σου", 15, "Γειά σου" },
		{ "C0FFEE", 0xF4, "C0FFEE" }, /* data: shown as it came */
		{ "DEADBEE", 15, "DEADBEE" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct modem_ussd_answer a = { .has_dcs = rows[i].dcs >= 0,
			.dcs = (uint8_t)(rows[i].dcs < 0 ? 0 : rows[i].dcs) };
		char words[USSD_TEXT_SIZE];
		assert_true(str_copy(a.text, sizeof(a.text), rows[i].text));
		size_t n = ussd_text(&a, words, sizeof(words));
		assert_string_equal(words, rows[i].words);
		assert_int_equal(n, strlen(rows[i].words));
	}
}

static void words_are_cut_between_characters(void **state)
{
	struct modem_ussd_answer a = { .has_dcs = true, .dcs = 72 };
	char words[8];
	(void)state;
	for (int i = 0; i < 100; i++)
		assert_true(str_append(a.text, sizeof(a.text), "03B1"));
	assert_int_equal(ussd_text(&a, words, sizeof(words)), 6);
	assert_string_equal(words, "ααα");
	memset(a.text, 0xFF, sizeof(a.text) - 1); /* the longest that there is */
	char all[USSD_TEXT_SIZE];
	assert_true(ussd_text(&a, all, sizeof(all)) < sizeof(all));
	assert_true(str_is_utf8(all, strlen(all), NULL));
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_waits_for_the_message_in_hand),
		T(a_balance_is_read_so_often_as_its_script_says),
		T(restarts_do_not_ask_a_mute_operator_again),
		T(no_message_begins_before_its_end),
		T(a_menu_says_so),
		T(no_words_are_an_error_in_words),
		T(it_is_answered_whatever_happens),
		T(a_turn_that_never_comes_is_told),
		T(the_end_waits_for_no_operator),
		T(power_is_switched_after_the_message_in_hand),
		T(power_is_switched_where_nothing_answers),
		cmocka_unit_test(words_of_operators),
		cmocka_unit_test(words_are_cut_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
