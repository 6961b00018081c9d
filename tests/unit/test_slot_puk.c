/*
 * A SIM that asks for its PUK: the one that was entered opens it and gives it a new PIN,
 * which is kept; it is tried once for each entry, is gone from the store before the SIM
 * sees it, and is never tried again after a no or a cut.
 */
#include "tests/unit/slot_locked.h"

#include "firmware/store/puk.h"

#define PUK "12345678"
#define WRONG "87654321"

static int setup(void **state)
{
	int rc = locked_setup(state, MODEM_SIM_PUK);

	fake_modem.pin_tries = 0;
	fake_modem.puk_tries = 10;
	return rc;
}

static void enter_puk(const char *name, const char *puk, const char *pin)
{
	uint8_t sealed[PIN_SEALED_MAX];
	char both[20];

	assert_true(str_format(both, sizeof(both), "%s %s", puk, pin));
	OK(crypto_seal(sealed, both, strlen(both), key.public_key));
	OK(puk_put(w.f->s, name, sealed, strlen(both) + CRYPTO_SEAL_EXTRA));
}

/* As modemd does when the panel tells that something was entered. */
static void look(void)
{
	slot_look_again(&w.slot);
	read_again();
}

static struct pin row_of(const char *name)
{
	struct pin pin;

	OK(pin_get(w.f->s, name, &pin));
	return pin;
}

static void assert_nothing_kept(void)
{
	assert_int_equal(committed("SELECT count(*) FROM sim_pin WHERE name GLOB 'puk:*' "
				   "AND length(sealed) > 0"),
		0);
}

static void assert_pin_is(const char *name, const char *code)
{
	struct pin pin = row_of(name);
	char got[16] = "";

	OK(crypto_unseal(got, pin.sealed, pin.sealed_octets, &key));
	assert_string_equal(got, code);
}

static void the_puk_opens_the_sim_and_its_new_pin_is_kept(void **state)
{
	char both[32];

	(void)state;
	boot_locked();
	assert_reason("sim_puk");
	assert_int_equal(fake_modem.puks, 0);
	enter_puk(WORLD_ICCID, PUK, "4711");
	look();
	assert_int_equal(fake_modem.puks, 1);
	assert_string_equal(fake_modem.puk, PUK);
	assert_string_equal(fake_modem.pin, "4711");
	/* While the SIM has it: the try is committed, and of it the PIN alone is left. */
	struct pin row = row_of("puk:" WORLD_ICCID);
	assert_int_equal(row.tries, 1);
	assert_int_equal(row.sealed_octets, 4 + CRYPTO_SEAL_EXTRA);
	OK(crypto_unseal(both, row.sealed, row.sealed_octets, &key));
	assert_memory_equal(both, "4711", 4);
	fake_modem.sim_state = MODEM_SIM_READY;
	answer(PENDING_PIN);
	read_again();
	assert_nothing_kept();
	assert_pin_is(WORLD_ICCID, "4711");
	assert_int_equal(row_of(WORLD_ICCID).state, PIN_WORKED);
	answer(PENDING_SETUP);
	/* After a power cut the new PIN opens it. */
	modem_says(MODEM_EVENT_GONE);
	fake_modem.sim_state = MODEM_SIM_PIN;
	pass(6000);
	identify();
	assert_int_equal(fake_modem.pins, 1);
	assert_int_equal(fake_modem.puks, 1);
}

static void a_refused_puk_is_never_tried_again(void **state)
{
	(void)state;
	fake_modem.puk_tries = -1; /* its word alone will do */
	boot_locked();
	enter_puk(WORLD_ICCID, WRONG, "4711");
	look();
	end_request(&fake_modem, ERR_INPUT);
	read_again();
	AT(PIN);
	assert_reason("puk_refused");
	assert_nothing_kept();
	assert_int_equal(pin_get(w.f->s, WORLD_ICCID, &(struct pin){ 0 }), ERR_NOTFOUND);
	for (int i = 0; i < 3; i++) { /* whatever happens */
		look();
		assert_reason("puk_refused");
	}
	enter_puk(WORLD_ICCID, WRONG, "1234"); /* not even when it is entered anew */
	look();
	assert_reason("puk_refused");
	assert_nothing_kept();
	assert_int_equal(fake_modem.puks, 1);
	enter_puk(WORLD_ICCID, "11111111", "1234");
	look();
	assert_int_equal(fake_modem.puks, 2);
	end_request(&fake_modem, ERR_INPUT);
	read_again();
	enter_puk(WORLD_ICCID, WRONG, "1234"); /* nor after another one */
	look();
	assert_int_equal(fake_modem.puks, 2);
	enter_puk(WORLD_ICCID, PUK, "1234");
	look();
	assert_int_equal(fake_modem.puks, 3);
}

/* The answer is lost: the count of the SIM tells. */
static void a_count_that_fell_tells_that_it_was_wrong(void **state)
{
	(void)state;
	boot_locked();
	enter_puk(WORLD_ICCID, WRONG, "4711");
	look();
	fake_modem.puk_tries = 9;
	end_request(&fake_modem, ERR_TIMEOUT);
	read_again();
	assert_reason("puk_refused");
	enter_puk(WORLD_ICCID, WRONG, "4711");
	look();
	assert_int_equal(fake_modem.puks, 1);
}

static void an_answer_that_got_lost_is_told_and_nothing_repeated(void **state)
{
	(void)state;
	fake_modem.puk_tries = -1; /* it does not count */
	boot_locked();
	enter_puk(WORLD_ICCID, PUK, "4711");
	look();
	end_request(&fake_modem, ERR_TIMEOUT);
	read_again();
	assert_reason("puk_unsure");
	assert_nothing_kept();
	for (int i = 0; i < 20; i++) {
		pass(SLOT_PIN_POLL_MS);
		read_sim();
		assert_reason("puk_unsure");
	}
	assert_int_equal(fake_modem.puks, 1);
	enter_puk(WORLD_ICCID, PUK, "4711"); /* a person says: once more */
	look();
	assert_int_equal(fake_modem.puks, 2);
}

static void a_lost_answer_of_an_open_sim_was_a_yes(void **state)
{
	(void)state;
	boot_locked();
	enter_puk(WORLD_ICCID, PUK, "4711");
	look();
	fake_modem.sim_state = MODEM_SIM_READY;
	end_request(&fake_modem, ERR_TIMEOUT);
	read_again();
	assert_pin_is(WORLD_ICCID, "4711");
	assert_nothing_kept();
}

/* The power of the whole box, with what modemd knew. */
static void cut_power(void)
{
	modem_says(MODEM_EVENT_GONE);
	w.slot.puk.is_entering = false;
	pass(6000);
	identify();
}

static void a_cut_in_between_costs_no_second_try(void **state)
{
	(void)state;
	boot_locked();
	enter_puk(WORLD_ICCID, PUK, "4711");
	look();
	cut_power();
	AT(PIN);
	assert_reason("puk_unsure");
	assert_nothing_kept();
	assert_int_equal(fake_modem.puks, 1);
	/* Opened with a phone, with a PIN that only that knows; later locked anew. */
	fake_modem.sim_state = MODEM_SIM_PIN;
	look();
	assert_int_equal(fake_modem.pins, 0);
	assert_reason("sim_pin");
	fake_modem.sim_state = MODEM_SIM_PUK;
	look();
	assert_reason("sim_puk");
}

/* The SIM took it, the box went dark before it heard so: the new PIN is known still. */
static void a_cut_after_a_yes_keeps_the_new_pin(void **state)
{
	uint8_t digest[CRYPTO_HASH_OCTETS] = { 7 };
	uint8_t fresh[CRYPTO_HASH_OCTETS];

	(void)state;
	/* The old PIN worked here; what the new one is was refused once. */
	OK(pin_put(w.f->s, WORLD_ICCID, "old", 3));
	OK(pin_refused(w.f->s, WORLD_ICCID, digest));
	slot_pin_digest(&key, "4711", fresh);
	OK(pin_refused(w.f->s, WORLD_ICCID, fresh));
	boot_locked();
	enter_puk(WORLD_ICCID, PUK, "4711");
	look();
	fake_modem.sim_state = MODEM_SIM_PIN;
	cut_power();
	assert_int_equal(fake_modem.pins, 1);
	assert_string_equal(fake_modem.pin, "4711");
	assert_nothing_kept();
	struct pin pin = row_of(WORLD_ICCID);
	assert_true(pin_was_refused(&pin, digest));
	assert_false(pin_was_refused(&pin, fresh));
	assert_int_equal(fake_modem.puks, 1);
}

/* The modem alone went away: what the SIM counts is compared when it is back. */
static void a_modem_that_went_away_tells_by_its_count(void **state)
{
	(void)state;
	boot_locked();
	enter_puk(WORLD_ICCID, WRONG, "4711");
	look();
	fake_modem.puk_tries = 9;
	modem_says(MODEM_EVENT_GONE);
	pass(6000);
	identify();
	assert_reason("puk_refused");
	enter_puk(WORLD_ICCID, "11111111", "4711");
	look();
	assert_int_equal(fake_modem.puks, 2);
	fake_modem.puk_tries = 3; /* another SIM came in its place: that tells nothing */
	fake_modem.iccid = "8930010000000000009";
	modem_says(MODEM_EVENT_GONE);
	pass(6000);
	identify();
	assert_reason("sim_puk");
	assert_int_equal(row_of("puk:" WORLD_ICCID).n_refused, 1);
	assert_nothing_kept();
	assert_int_equal(fake_modem.puks, 2);
}

/* The SIM is changed while the store stands still: the PUK is of the one before. */
static void another_sim_is_not_given_the_puk(void **state)
{
	(void)state;
	boot_locked();
	enter_puk(WORLD_ICCID, PUK, "4711");
	slot_look_again(&w.slot);
	pass(2000);
	answer(PENDING_SIM);
	assert_true(str_copy(
		w.slot.sim.iccid, sizeof(w.slot.sim.iccid), "8930010000000000009"));
	commit();
	commit();
	commit();
	assert_int_equal(fake_modem.puks, 0);
	assert_nothing_kept();
	fake_modem.iccid = "8930010000000000009"; /* nor the one that is there now */
	look();
	assert_int_equal(fake_modem.puks, 0);
	assert_reason("sim_puk");
}

/* Nobody stands before the panel any more. */
static void an_entry_that_waited_too_long_is_dropped(void **state)
{
	(void)state;
	enter_puk(WORLD_ICCID, PUK, "4711");
	w.f->clock.fake_wall_ms += PUK_WAITS_MS + 1000;
	boot_locked();
	assert_int_equal(fake_modem.puks, 0);
	assert_reason("sim_puk");
	assert_nothing_kept();
	enter_puk("8930010000000000009", PUK, "4711"); /* of a SIM that never comes */
	w.f->clock.fake_wall_ms += PUK_WAITS_MS + 1000;
	enter_puk(WORLD_ICCID, PUK, "4711");
	assert_int_equal(
		committed("SELECT count(*) FROM sim_pin WHERE length(sealed) > 0"), 1);
}

static void without_a_try_left_nothing_is_tried(void **state)
{
	(void)state;
	fake_modem.puk_tries = 0;
	enter_puk(WORLD_ICCID, PUK, "4711");
	boot_locked();
	assert_reason("sim_blocked");
	pass(SLOT_PIN_POLL_MS);
	read_sim();
	assert_reason("sim_blocked");
	assert_int_equal(fake_modem.puks, 0);
}

/* The hint that one was entered got lost: it is found all the same. */
static void one_entered_unheard_is_found(void **state)
{
	(void)state;
	boot_locked();
	enter_puk(WORLD_ICCID, PUK, "4711");
	for (int i = 0; i < 7 && fake_modem.puks == 0; i++) {
		pass(SLOT_PIN_POLL_MS);
		read_sim();
	}
	assert_int_equal(fake_modem.puks, 1);
}

static void another_boxes_key_reads_nothing(void **state)
{
	struct crypto_seal_key other;

	(void)state;
	enter_puk(WORLD_ICCID, PUK, "4711");
	crypto_seal_key_make(&other);
	w.host.pin_key = &other;
	boot_locked();
	assert_int_equal(fake_modem.puks, 0);
	assert_nothing_kept();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
		TEST(the_puk_opens_the_sim_and_its_new_pin_is_kept),
		TEST(a_refused_puk_is_never_tried_again),
		TEST(a_count_that_fell_tells_that_it_was_wrong),
		TEST(an_answer_that_got_lost_is_told_and_nothing_repeated),
		TEST(a_lost_answer_of_an_open_sim_was_a_yes),
		TEST(a_cut_in_between_costs_no_second_try),
		TEST(a_cut_after_a_yes_keeps_the_new_pin),
		TEST(a_modem_that_went_away_tells_by_its_count),
		TEST(another_sim_is_not_given_the_puk),
		TEST(an_entry_that_waited_too_long_is_dropped),
		TEST(without_a_try_left_nothing_is_tried),
		TEST(one_entered_unheard_is_found),
		TEST(another_boxes_key_reads_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
