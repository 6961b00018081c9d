/*
 * A locked SIM: the PIN that was entered opens it, is tried once and never again after a
 * no or a cut, is committed as tried before the SIM sees it, and cannot be read by who
 * put it in. Also the history of a bay: its failures, their ends and the last lines.
 */
#include "tests/unit/slot_locked.h"

#include <sys/stat.h>
#include <unistd.h>

#include "firmware/radio/slot/pin_key.h"
#include "firmware/store/bay_log.h"
#include "firmware/store/pin.h"
#include "firmware/store/setting.h"

static int setup(void **state)
{
	int rc = locked_setup(state, MODEM_SIM_PIN);

	fake_modem.pin_tries = -1;
	return rc;
}

static void put_pin(const char *name, const char *code)
{
	uint8_t sealed[PIN_SEALED_MAX];
	size_t len = strlen(code);

	OK(crypto_seal(sealed, code, len, key.public_key));
	OK(pin_put(w.f->s, name, sealed, len + CRYPTO_SEAL_EXTRA));
}

static void the_pin_opens_the_sim(void **state)
{
	struct pin pin;

	(void)state;
	put_pin(WORLD_ICCID, "4711");
	boot_locked();
	assert_int_equal(committed("SELECT tries FROM sim_pin"), 1); /* before it */
	assert_string_equal(fake_modem.pin, "4711");
	fake_modem.sim_state = MODEM_SIM_READY;
	answer(PENDING_PIN);
	read_again();
	OK(pin_get(w.f->s, WORLD_ICCID, &pin));
	assert_int_equal(pin.state, PIN_WORKED);
	assert_int_equal(pin.tries, 0);
	answer(PENDING_SETUP);
	/* After a power cut it opens it again. */
	modem_says(MODEM_EVENT_GONE);
	fake_modem.sim_state = MODEM_SIM_PIN;
	pass(6000);
	identify();
	assert_int_equal(fake_modem.pins, 2);
}

static void without_one_it_waits_and_says_so(void **state)
{
	(void)state;
	boot_locked();
	AT(PIN);
	assert_reason("sim_pin");
	assert_int_equal(fake_modem.pins, 0);
}

static void a_refused_pin_is_never_tried_again(void **state)
{
	(void)state;
	put_pin(WORLD_ICCID, "1111");
	boot_locked();
	end_request(&fake_modem, ERR_INPUT);
	read_again(); /* it still asks */
	AT(PIN);
	assert_reason("pin_refused");
	for (int i = 0; i < 3; i++) { /* whatever happens to the modem */
		modem_says(MODEM_EVENT_SIM);
		read_again();
		assert_reason("pin_refused");
	}
	assert_int_equal(fake_modem.pins, 1);
	/* Not even when it is entered anew; another one is. */
	put_pin(WORLD_ICCID, "1111");
	modem_says(MODEM_EVENT_SIM);
	read_again();
	assert_int_equal(fake_modem.pins, 1);
	assert_reason("pin_refused");
	put_pin(WORLD_ICCID, "2222");
	modem_says(MODEM_EVENT_SIM);
	read_again();
	assert_int_equal(fake_modem.pins, 2);
	assert_string_equal(fake_modem.pin, "2222");
	end_request(&fake_modem, ERR_INPUT);
	read_again();
	assert_reason("pin_refused");
	/* The first is as wrong as it was: the third wrong one would cost the SIM. */
	put_pin(WORLD_ICCID, "1111");
	modem_says(MODEM_EVENT_SIM);
	read_again();
	assert_int_equal(fake_modem.pins, 2);
	assert_reason("pin_refused");
}

/* However often people guess: what was refused last is known, the oldest give way. */
static void many_refused_pins_stay_known(void **state)
{
	uint8_t digest[CRYPTO_HASH_OCTETS] = { 0 };
	struct pin pin;

	(void)state;
	put_pin(WORLD_ICCID, "1111");
	for (uint8_t i = 0; i < 2 * PIN_REFUSED_KEPT; i++) {
		digest[0] = i;
		OK(pin_refused(w.f->s, WORLD_ICCID, digest));
		OK(pin_refused(w.f->s, WORLD_ICCID, digest)); /* known: takes no place */
	}
	OK(pin_get(w.f->s, WORLD_ICCID, &pin));
	for (uint8_t i = 0; i < 2 * PIN_REFUSED_KEPT; i++) {
		digest[0] = i;
		assert_int_equal(pin_was_refused(&pin, digest), i >= PIN_REFUSED_KEPT);
	}
}

static void a_try_that_was_cut_off_is_not_repeated(void **state)
{
	(void)state;
	put_pin(WORLD_ICCID, "4711");
	boot_locked();
	modem_says(MODEM_EVENT_GONE); /* while the SIM has it */
	pass(6000);
	identify();
	AT(PIN);
	assert_reason("pin_unsure");
	assert_int_equal(fake_modem.pins, 1);
	put_pin(WORLD_ICCID, "4711"); /* a person says: once more */
	modem_says(MODEM_EVENT_SIM);
	read_again();
	assert_int_equal(fake_modem.pins, 2);
}

/* A SIM that has counted no wrong one since says that the try did no harm. */
static void a_cut_that_cost_nothing_is_made_up_for(void **state)
{
	(void)state;
	fake_modem.pin_tries = 3;
	put_pin(WORLD_ICCID, "4711");
	boot_locked();
	modem_says(MODEM_EVENT_GONE);
	pass(6000);
	identify();
	assert_int_equal(fake_modem.pins, 2);
	/* But not for ever: some modems tell what they read long ago. */
	modem_says(MODEM_EVENT_GONE);
	pass(6000);
	identify();
	assert_int_equal(fake_modem.pins, 2);
	assert_reason("pin_unsure");
}

static void the_bay_stands_for_a_sim_that_hides_its_name(void **state)
{
	struct pin pin;

	(void)state;
	fake_modem.hides_iccid = true;
	boot_locked();
	pass(1000); /* by now the bay has its number */
	answer(PENDING_SIM);
	commit();
	put_pin("bay:1", "4711");
	modem_says(MODEM_EVENT_SIM);
	read_again();
	assert_int_equal(fake_modem.pins, 1);
	fake_modem.sim_state = MODEM_SIM_READY;
	answer(PENDING_PIN);
	read_again();
	OK(pin_get(w.f->s, "bay:1", &pin)); /* it will hide it again */
	assert_int_equal(pin.state, PIN_WORKED);
}

/* The SIM is changed while the store stands still: the PIN is of the one before. */
static void another_sim_is_not_given_the_pin(void **state)
{
	(void)state;
	put_pin(WORLD_ICCID, "4711");
	slot_plug(&w.slot);
	pass(0);
	answer(PENDING_PROBE);
	answer(PENDING_SIM);
	AT(PIN);
	assert_true(str_copy(
		w.slot.sim.iccid, sizeof(w.slot.sim.iccid), "8930010000000000009"));
	commit();
	commit();
	assert_int_equal(fake_modem.pins, 0);
}

/* Cured with a phone, and the modem says nothing: seen in seconds. Meanwhile nothing is
 * written that is as it was. */
static void a_cured_sim_is_seen_soon(void **state)
{
	int64_t changed_at;

	(void)state;
	fake_modem.sim_state = MODEM_SIM_PUK;
	boot_locked();
	assert_reason("sim_puk");
	changed_at = committed("SELECT changed_at FROM bay");
	for (int i = 0; i < 6; i++) {
		pass(SLOT_PIN_POLL_MS);
		AT(PIN);
		answer(PENDING_SIM);
		commit();
	}
	AT(PIN);
	assert_int_equal(committed("SELECT changed_at FROM bay"), changed_at);
	fake_modem.sim_state = MODEM_SIM_READY;
	pass(SLOT_PIN_POLL_MS);
	answer(PENDING_SIM);
	AT(SIM_WAIT);
	pass(1000);
	answer(PENDING_SIM);
	AT(REGISTERING);
}

/* The hint that a PIN was entered got lost: it is found all the same, and tried once. */
static void a_pin_entered_unheard_is_found(void **state)
{
	(void)state;
	boot_locked();
	assert_reason("sim_pin");
	put_pin(WORLD_ICCID, "4711");
	for (int i = 0; i < 7 && fake_modem.pins == 0; i++) {
		pass(SLOT_PIN_POLL_MS);
		answer(PENDING_SIM);
		commit();
	}
	assert_int_equal(fake_modem.pins, 1);
	end_request(&fake_modem, ERR_INPUT);
	read_again();
	for (int i = 0; i < 20; i++) {
		assert_reason("pin_refused");
		pass(SLOT_PIN_POLL_MS);
		answer(PENDING_SIM);
		commit();
	}
	assert_int_equal(fake_modem.pins, 1);
}

/* A mute or busy modem in between is no news of its SIM. */
static void a_poll_without_an_answer_is_repeated(void **state)
{
	(void)state;
	boot_locked();
	pass(SLOT_PIN_POLL_MS);
	assert_int_equal(fake_modem.pending, PENDING_SIM);
	end_request(&fake_modem, ERR_TIMEOUT);
	AT(PIN);
	fake_modem.sim_state = MODEM_SIM_BUSY;
	pass(SLOT_PIN_POLL_MS);
	answer(PENDING_SIM);
	AT(PIN);
	fake_modem.sim_state = MODEM_SIM_READY;
	pass(SLOT_PIN_POLL_MS);
	answer(PENDING_SIM);
	AT(SIM_WAIT);
}

static void another_boxes_pin_is_not_guessed_at(void **state)
{
	struct crypto_seal_key other;

	(void)state;
	put_pin(WORLD_ICCID, "4711");
	crypto_seal_key_make(&other);
	w.host.pin_key = &other;
	boot_locked();
	assert_reason("pin_unreadable");
	assert_int_equal(fake_modem.pins, 0);
}

static void the_key_is_made_once_and_kept_from_others(void **state)
{
	struct crypto_seal_key made, again;
	char path[600], hex[80];
	struct stat st;

	(void)state;
	(void)str_format(path, sizeof(path), "%s-pin-key", w.f->path);
	OK(pin_key_load(&made, w.f->path, w.f->s));
	OK(pin_key_load(&again, w.f->path, w.f->s));
	assert_memory_equal(&made, &again, sizeof(made));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, CRYPTO_KEY_OCTETS);
	OK(setting_get(w.f->s, PIN_KEY_SETTING, hex, sizeof(hex)));
	assert_int_equal(strlen(hex), 2 * CRYPTO_KEY_OCTETS);
	assert_int_equal(truncate(path, 5), 0);
	assert_int_equal(pin_key_load(&again, w.f->path, w.f->s), ERR_INPUT);
	assert_int_equal(unlink(path), 0);
}

/* The history of the bay. */

static struct bay_health health(void)
{
	struct bay_health h = { 0 };

	OK(bay_health_get(w.f->s, 1, 0, &h));
	return h;
}

static void say(const char *line)
{
	recorder_add(&w.slot.log.recorder,
		&(struct recorder_line){ loop_now_ms(w.loop), '<', line });
}

static bool note_lines(void *user, const struct flight_record *record)
{
	char *out = user;

	assert_string_equal(record->cause, "stuck");
	assert_true(str_copy(out, 400, record->lines));
	return true;
}

static void a_failure_is_written_down_with_its_end(void **state)
{
	char lines[400] = "";

	(void)state;
	fake_modem.sim_state = MODEM_SIM_READY;
	boot();
	commit();
	assert_int_equal(health().failures, 0);
	say("+CSQ: 3,99");
	modem_says(MODEM_EVENT_STUCK);
	commit();
	struct bay_health h = health();
	assert_int_equal(h.failures, 1);
	assert_int_equal(h.n_causes, 1);
	assert_string_equal(h.causes[0].cause, "stuck");
	assert_int_equal(committed("SELECT back_at IS NULL FROM bay_event"), 1);
	OK(bay_record_get(w.f->s, 1, note_lines, lines));
	assert_non_null(strstr(lines, "< +CSQ: 3,99\n"));
	/* It mends. */
	pass(60000);
	answer(PENDING_RESET);
	pass(60000);
	identify();
	answer(PENDING_SETUP);
	answer(PENDING_NET);
	commit();
	AT(READY);
	assert_int_equal(committed("SELECT back_at IS NULL FROM bay_event"), 0);
	assert_int_equal(health().failures, 1);
}

/* A night of silence: how it began is still there in the morning. */
static void a_failure_that_lasts_keeps_its_first_lines(void **state)
{
	(void)state;
	fake_modem.sim_state = MODEM_SIM_READY;
	boot();
	commit();
	say("+CSQ: 3,99");
	modem_says(MODEM_EVENT_STUCK);
	for (int i = 0; i < 60; i++) {
		pass(600000);
		if (fake_modem.pending)
			end_request(&fake_modem, ERR_TIMEOUT);
		commit();
	}
	assert_int_equal(health().failures, 1);
	assert_int_equal(committed("SELECT count(*) FROM flight_record"), 3);
	assert_int_equal(committed("SELECT min(id) FROM flight_record"), 1);
}

struct told {
	char text[200];
};

static bool on_told(void *user, const struct bay_event *e)
{
	struct told *t = user;
	size_t n = strlen(t->text);

	if (e->back_at)
		(void)snprintf(t->text + n, sizeof(t->text) - n, "%s/%s %lld,", e->cause,
			e->rung, (long long)(e->back_at - e->at));
	else
		(void)snprintf(t->text + n, sizeof(t->text) - n, "%s/%s open,", e->cause,
			e->rung);
	return true;
}

static void histories_stay_bounded(void **state)
{
	int64_t bay_id = 0;
	const struct bay bay = { .key = "b" };

	(void)state;
	OK(bay_find_or_add(w.f->s, &bay, &bay_id));
	for (int i = 0; i < BAY_EVENTS_KEPT + 10; i++) {
		w.f->clock.fake_wall_ms += 1000;
		OK(bay_failed(w.f->s, bay_id, i % 3 ? "stuck" : "no_network", "cfun"));
		OK(bay_failed(w.f->s, bay_id, "stuck", "power")); /* goes on */
		w.f->clock.fake_wall_ms += 1000;
		OK(bay_back(w.f->s, bay_id));
		OK(bay_record_add(w.f->s, bay_id, "stuck", "lines"));
	}
	assert_int_equal(committed("SELECT count(*) FROM bay_event"), BAY_EVENTS_KEPT);
	assert_int_equal(
		committed("SELECT count(*) FROM flight_record"), BAY_RECORDS_KEPT);
	assert_int_equal(
		committed("SELECT count(*) FROM bay_event WHERE rung <> 'power'"), 0);
	struct bay_health h = { 0 };
	OK(bay_health_get(w.f->s, bay_id, 0, &h));
	assert_int_equal(h.failures, BAY_EVENTS_KEPT);
	assert_int_equal(h.since, committed("SELECT min(at) FROM bay_event"));
	assert_string_equal(h.causes[0].cause, "stuck");
	assert_true(h.causes[0].n > h.causes[1].n);
	assert_int_equal(bay_health_get(w.f->s, 99, 0, &h), ERR_NOTFOUND);

	struct told told = { 0 };
	OK(bay_failed(w.f->s, bay_id, "unplugged", ""));
	OK(bay_events(w.f->s, bay_id, 3, on_told, &told));
	assert_string_equal(
		told.text, "unplugged/ open,stuck/power 1000,stuck/power 1000,");
	told = (struct told){ 0 };
	OK(bay_events(w.f->s, 99, 3, on_told, &told));
	assert_string_equal(told.text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
		TEST(the_pin_opens_the_sim),
		TEST(without_one_it_waits_and_says_so),
		TEST(a_refused_pin_is_never_tried_again),
		TEST(many_refused_pins_stay_known),
		TEST(a_try_that_was_cut_off_is_not_repeated),
		TEST(a_cut_that_cost_nothing_is_made_up_for),
		TEST(the_bay_stands_for_a_sim_that_hides_its_name),
		TEST(another_sim_is_not_given_the_pin),
		TEST(a_cured_sim_is_seen_soon),
		TEST(a_pin_entered_unheard_is_found),
		TEST(a_poll_without_an_answer_is_repeated),
		TEST(another_boxes_pin_is_not_guessed_at),
		TEST(the_key_is_made_once_and_kept_from_others),
		TEST(a_failure_is_written_down_with_its_end),
		TEST(a_failure_that_lasts_keeps_its_first_lines),
		TEST(histories_stay_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
