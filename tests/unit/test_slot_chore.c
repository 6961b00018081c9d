/* A slot's work between messages: what comes when, and what happens when it fails. */
#include "tests/unit/slot_world.h"

#include "firmware/store/bay_log.h"

enum {
	MINUTE_MS = 60000
};

/* It may be a STOP: not first in ten minutes. A memory that never reads, though, must not
 * be swept before every part. */
static void a_text_that_was_not_read_is_swept_for(void **state)
{
	(void)state;
	boot();
	turn();
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	modem_says(MODEM_EVENT_UNREAD);
	slot_turn(&w.slot, false);
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	pass(MINUTE_MS);
	slot_turn(&w.slot, false);
	answer(PENDING_SWEEP);
	modem_says(MODEM_EVENT_UNREAD);
	slot_turn(&w.slot, true);
	answer(PENDING_SWEEP);
}

/* One answer too many after it: what it took for its own may have been another's. */
static void a_sweep_that_is_doubted_is_done_anew(void **state)
{
	(void)state;
	boot();
	modem_says(MODEM_EVENT_DOUBT);
	for (int s = 0; s < 60; s++) {
		slot_turn(&w.slot, false);
		assert_int_equal(fake_modem.pending, PENDING_NONE);
		pass(1000);
	}
	slot_turn(&w.slot, false); /* though messages wait */
	answer(PENDING_SWEEP);
	slot_turn(&w.slot, false);
	assert_int_not_equal(fake_modem.pending, PENDING_SWEEP);
}

/* Some modems end each answer twice: it would be swept each minute for ever. */
static void a_sweep_that_is_always_doubted_is_done_less_and_less(void **state)
{
	static const unsigned minutes[] = { 1, 2, 4, 8, 8 };

	(void)state;
	boot();
	for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++) {
		modem_says(MODEM_EVENT_DOUBT);
		uint64_t from = loop_now_ms(w.loop);
		for (slot_turn(&w.slot, false); fake_modem.pending != PENDING_SWEEP;
			slot_turn(&w.slot, false)) {
			if (fake_modem.pending)
				end_request(&fake_modem, ERR_OK);
			else
				pass(1000);
		}
		assert_int_equal((loop_now_ms(w.loop) - from) / MINUTE_MS, minutes[i]);
		answer(PENDING_SWEEP);
	}
}

/* Where texts are stored without a word. */
static void a_modem_that_does_not_tell_of_texts_is_swept_each_minute(void **state)
{
	(void)state;
	boot();
	fake_modem.is_mute = true;
	for (int minute = 0; minute < 3; minute++) {
		pass(MINUTE_MS - 1);
		slot_turn(&w.slot, false);
		assert_int_not_equal(fake_modem.pending, PENDING_SWEEP);
		end_request(&fake_modem, ERR_OK);
		pass(1);
		slot_turn(&w.slot, false); /* though messages wait */
		answer(PENDING_SWEEP);
	}
}

static void text_comes_directly(void)
{
	static const uint8_t pdu[] = { 0x00, 0x04, 0x03, 0x91, 0x96, 0xF0, 0x00, 0x00,
		0x62, 0x11, 0x12, 0x12, 0x00, 0x00, 0x80, 0x01, 0x41 };
	const struct modem_stored stored = {
		.store = MODEM_STORE_NONE, .pdu = pdu, .octets = sizeof(pdu)
	};

	fake_modem.event(fake_modem.event_user,
		&(struct modem_event){ .kind = MODEM_EVENT_MESSAGE, .stored = &stored });
	commit();
}

static void begin_ack(void)
{
	text_comes_directly();
	slot_turn(&w.slot, false);
	assert_int_equal(fake_modem.pending, PENDING_ACK);
}

/* TS 27.005 3.4.4: the modem may have ended its routing, and store what comes in. */
static void an_acknowledgement_in_vain_has_it_routed_anew(void **state)
{
	(void)state;
	boot();
	for (uint64_t pause_ms = 5000; pause_ms <= 20000; pause_ms *= 2) {
		begin_ack();
		end_request(&fake_modem, ERR_BUSY);
		pass(pause_ms - 1); /* not over and over */
		slot_turn(&w.slot, false);
		assert_int_equal(fake_modem.pending, PENDING_NONE);
		pass(1);
		slot_turn(&w.slot, false); /* though messages wait */
		answer(PENDING_SETUP);
	}
	begin_ack();
	answer(PENDING_ACK);
	pass(20000);
	slot_turn(&w.slot, false);
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	pass(10000);
	slot_turn(&w.slot, true);
	answer(PENDING_SWEEP);
}

/* Before the end what is committed is acknowledged, and then it is parked. */
static void what_is_committed_is_acknowledged_before_the_end(void **state)
{
	(void)state;
	boot();
	text_comes_directly();
	slot_stop(&w.slot);
	assert_true(slot_is_busy(&w.slot));
	turn();
	answer(PENDING_ACK);
	turn();
	answer(PENDING_PARK);
	assert_false(slot_is_busy(&w.slot));
}

/* To a slot that works and has a sweep running. */
static void boot_and_sweep(void)
{
	boot();
	modem_says(MODEM_EVENT_FULL);
	slot_turn(&w.slot, false);
	assert_int_equal(fake_modem.pending, PENDING_SWEEP);
}

static void fail_sweep(void)
{
	assert_int_equal(fake_modem.pending, PENDING_SWEEP);
	end_request(&fake_modem, ERR_UNSUPPORTED);
}

static bool is_swept_now(void)
{
	slot_turn(&w.slot, false);
	return fake_modem.pending == PENDING_SWEEP;
}

static int64_t seconds_to_next_sweep(void)
{
	int64_t s = 0;

	for (; !is_swept_now(); s++)
		pass(1000);
	return s;
}

static void a_failed_sweep_is_repeated_soon(void **state)
{
	(void)state;
	boot_and_sweep();
	fake_modem.trace(fake_modem.trace_user,
		&(struct modem_trace_line){ .is_out = true, .text = "AT+CMGL=4" });
	fail_sweep();
	AT(READY);
	assert_false(is_swept_now());
	assert_int_equal(seconds_to_next_sweep(), 5); /* though messages wait */
	fail_sweep();
	assert_int_equal(seconds_to_next_sweep(), 10);
	answer(PENDING_SWEEP);
	modem_says(MODEM_EVENT_FULL);
	assert_true(is_swept_now());
	fail_sweep();
	assert_int_equal(seconds_to_next_sweep(), 5);
	commit();
	assert_int_equal(committed("SELECT count(*) FROM flight_record "
				   "WHERE cause = 'texts_unread' "
				   "AND lines LIKE '%AT+CMGL=4%'"),
		1);
}

/* The third in a row: it is restarted; and again at the sixth, not at each. */
static void a_modem_that_cannot_be_swept_is_restarted(void **state)
{
	(void)state;
	boot_and_sweep();
	fail_sweep();
	(void)seconds_to_next_sweep();
	fail_sweep();
	(void)seconds_to_next_sweep();
	fail_sweep();
	AT(RECOVERING);
	assert_int_equal(w.slot.rung, RUNG_CFUN);
	assert_int_equal(w.slot.reason, REASON_TEXTS_UNREAD);
	pass(1000);
	answer(PENDING_RESET);
	commit();
	assert_int_equal(committed("SELECT count(*) FROM bay_event "
				   "WHERE cause = 'texts_unread' AND rung = 'cfun'"),
		1);
}

static void restart(void)
{
	pass(1000);
	answer(PENDING_RESET);
	pass(5000);
	identify();
	answer(PENDING_SETUP);
	answer(PENDING_NET);
	AT(READY);
	turn();
}

/* A STOP may wait on the SIM. But a SIM that no modem can read sends after all. */
static void nothing_is_sent_before_the_first_sweep(void **state)
{
	(void)state;
	plug_in();
	come_up();
	fail_sweep();
	AT(HELD);
	assert_int_equal(w.slot.reason, REASON_TEXTS_UNREAD);
	assert_false(slot_can_send(&w.slot));
	(void)seconds_to_next_sweep();
	fail_sweep();
	AT(HELD);
	(void)seconds_to_next_sweep();
	fail_sweep();
	AT(RECOVERING);
	restart();
	fail_sweep();
	AT(READY);
	assert_true(slot_can_send(&w.slot));
	assert_int_equal(seconds_to_next_sweep(), 40); /* it is asked all the same */
}

static void a_sweep_that_succeeds_lets_it_send(void **state)
{
	(void)state;
	plug_in();
	come_up();
	fail_sweep();
	AT(HELD);
	(void)seconds_to_next_sweep();
	answer(PENDING_SWEEP);
	AT(READY);
	assert_true(slot_can_send(&w.slot));
}

/* Half a day of a SIM that cannot be read: seconds apart, then minutes; few restarts. */
static void a_sim_that_is_never_read_sends_all_day(void **state)
{
	uint64_t end = loop_now_ms(w.loop) + UINT64_C(12) * 60 * MINUTE_MS;
	int sweeps = 0;
	(void)state;

	boot_and_sweep();
	while (loop_now_ms(w.loop) < end) {
		if (w.slot.fsm.state == SLOT_RECOVERING)
			restart();
		if (is_swept_now()) {
			sweeps++;
			fail_sweep();
		} else {
			end_request(&fake_modem, ERR_OK);
		}
		pass(1000);
	}
	assert_in_range(fake_modem.resets, 3, 5);
	assert_in_range(sweeps, 72, 90);
	AT(READY);
}

/* The port's end in the middle of a sweep is no sign of a bad memory. */
static void a_port_that_goes_is_no_failed_sweep(void **state)
{
	(void)state;
	boot_and_sweep();
	modem_says(MODEM_EVENT_GONE);
	assert_int_equal(w.slot.chore.sweep_fails, 0);
}

/* A SIM changed in place is seen though messages never stop waiting. */
static void the_sim_is_looked_at_under_traffic_too(void **state)
{
	(void)state;
	boot();
	pass(4 * MINUTE_MS);
	slot_turn(&w.slot, false);
	answer(PENDING_CHECK);
	slot_turn(&w.slot, false);
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	pass(MINUTE_MS);
	slot_turn(&w.slot, false);
	answer(PENDING_CHECK);
	slot_turn(&w.slot, false);
	fake_modem.sim_state = MODEM_SIM_PUK;
	answer(PENDING_SIM);
	AT(SIM_WAIT);
}

/* What comes of a start that nobody told of is what comes of one that was told: nothing
 * is sent before it is set up and what waits on the SIM is read. */
static void forgets_and_is_set_up(bool may_rest)
{
	int64_t waits = add(1);

	pass(MINUTE_MS - 1);
	slot_turn(&w.slot, false);
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	pass(1);
	slot_turn(&w.slot, may_rest);
	assert_int_equal(fake_modem.pending, PENDING_CHECK);
	end_request(&fake_modem, ERR_SYS);
	modem_says(MODEM_EVENT_REBOOTED);
	AT(PROBING);
	assert_int_equal(w.slot.reason, REASON_REBOOTED);
	pass(2000);
	identify();
	answer(PENDING_SETUP);
	answer(PENDING_NET);
	assert_false(slot_can_send(&w.slot));
	turn();
	answer(PENDING_SWEEP);
	assert_true(slot_can_send(&w.slot));
	give(waits);
	commit();
	accept_part(1);
	commit();
}

static void a_modem_that_forgot_is_noticed_in_a_minute(void **state)
{
	(void)state;
	boot();
	forgets_and_is_set_up(true);
	forgets_and_is_set_up(false); /* under traffic as well */
}

/* One question a minute, and nothing comes of it where the modem knows everything, or
 * where it does not answer this time. */
static void a_modem_that_knows_costs_a_question(void **state)
{
	int checks = 0;
	(void)state;
	boot();
	for (int s = 0; s < 3600; s++) {
		pass(1000);
		for (turn(); fake_modem.pending; turn()) {
			enum err err = checks % 2 ? ERR_TIMEOUT : ERR_OK;
			bool is_check = fake_modem.pending == PENDING_CHECK;
			checks += is_check;
			end_request(&fake_modem, is_check ? err : ERR_OK);
		}
	}
	assert_int_equal(checks, 60);
	AT(READY);
	assert_int_equal(fake_modem.resets, 0);
}

/* An answer that never comes may be a start's doing: it is asked before the next text. */
static void after_a_lost_answer_it_is_asked(void **state)
{
	(void)state;
	boot();
	give(add(1));
	commit();
	answer_submit((struct modem_submit_result){ .kind = MODEM_SUBMIT_LOST });
	commit();
	slot_turn(&w.slot, false);
	answer(PENDING_CHECK);
	AT(READY);
}

/* What is changed at the end is not to be taken for forgotten. */
static void a_parked_modem_is_not_asked(void **state)
{
	(void)state;
	boot();
	pass(MINUTE_MS);
	slot_stop(&w.slot);
	for (turn(); fake_modem.pending; turn()) {
		assert_int_not_equal(fake_modem.pending, PENDING_CHECK);
		end_request(&fake_modem, ERR_OK);
	}
	assert_true(w.slot.chore.is_parked);
}

static void read_health_at(int64_t off_s)
{
	slot_care_reset(&w.slot);
	pass(30000);
	fake_modem.clock_utc_s = w.f->clock.fake_wall_ms / 1000 + off_s;
	for (turn(); fake_modem.pending != PENDING_HEALTH; turn())
		end_request(&fake_modem, ERR_OK); /* what is due before it */
	answer(PENDING_HEALTH);
}

/* A few seconds, or two minutes of a lazy network, are nobody's worry. */
static void a_clock_that_differs_is_told(void **state)
{
	(void)state;
	boot();
	read_health_at(90);
	assert_int_equal(w.slot.care.clock_off_s, 0);
	read_health_at(3600);
	assert_int_equal(w.slot.care.clock_off_s, 3600);
	read_health_at(-7200);
	assert_int_equal(w.slot.care.clock_off_s, -7200);
	read_health_at(-3);
	assert_int_equal(w.slot.care.clock_off_s, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_text_that_was_not_read_is_swept_for),
		TEST(a_modem_that_does_not_tell_of_texts_is_swept_each_minute),
		TEST(an_acknowledgement_in_vain_has_it_routed_anew),
		TEST(what_is_committed_is_acknowledged_before_the_end),
		TEST(a_sweep_that_is_doubted_is_done_anew),
		TEST(a_sweep_that_is_always_doubted_is_done_less_and_less),
		TEST(a_failed_sweep_is_repeated_soon),
		TEST(a_modem_that_cannot_be_swept_is_restarted),
		TEST(nothing_is_sent_before_the_first_sweep),
		TEST(a_sweep_that_succeeds_lets_it_send),
		TEST(a_sim_that_is_never_read_sends_all_day),
		TEST(a_port_that_goes_is_no_failed_sweep),
		TEST(the_sim_is_looked_at_under_traffic_too),
		TEST(a_modem_that_forgot_is_noticed_in_a_minute),
		TEST(a_modem_that_knows_costs_a_question),
		TEST(after_a_lost_answer_it_is_asked),
		TEST(a_parked_modem_is_not_asked),
		TEST(a_clock_that_differs_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
