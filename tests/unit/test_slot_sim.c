/* A SIM that goes, comes back or is changed while its modem runs on. */
#include "tests/unit/slot_world.h"

#define OTHER_ICCID "8930010000000000077"

static void receive(uint16_t index)
{
	static const uint8_t pdu[] = { 0x00, 0x04, 0x03, 0x91, 0x96, 0xF0, 0x00, 0x00,
		0x62, 0x11, 0x12, 0x12, 0x00, 0x00, 0x80, 0x01, 0x41 };
	const struct modem_stored stored = {
		.store = MODEM_STORE_SM, .index = index, .pdu = pdu, .octets = sizeof(pdu)
	};

	fake_modem.event(fake_modem.event_user,
		&(struct modem_event){ .kind = MODEM_EVENT_MESSAGE, .stored = &stored });
}

/* From the reading that showed another SIM to a slot that works with it. */
static void settle(void)
{
	AT(SIM_WAIT);
	pass(1000);
	answer(PENDING_SIM);
	AT(REGISTERING);
	commit();
	answer(PENDING_SETUP);
	answer(PENDING_NET);
	AT(READY);
	turn();
	answer(PENDING_SWEEP);
	commit();
}

/* No restart makes an operator like a SIM; a network that is not there may be the modem's
 * fault. */
static void a_denied_sim_waits_and_is_not_restarted(void **state)
{
	(void)state;
	boot();
	fake_modem.reg = MODEM_REG_DENIED;
	w.slot.net.reg = MODEM_REG_DENIED;
	modem_says(MODEM_EVENT_NET);
	for (int i = 0; i < 60; i++) {
		AT(REGISTERING);
		pass(15000);
		answer(PENDING_SIM);
		answer(PENDING_NET);
		assert_int_equal(w.slot.reason, REASON_DENIED);
	}
	fake_modem.reg = MODEM_REG_SEARCHING;
	for (int i = 0; i < 25 && w.slot.fsm.state == SLOT_REGISTERING; i++) {
		pass(15000);
		answer(PENDING_SIM);
		answer(PENDING_NET);
	}
	AT(RECOVERING);
	assert_int_equal(w.slot.rung, RUNG_CFUN);
	assert_int_equal(w.slot.reason, REASON_NO_NETWORK);
}

/* Counters, limits and conversations are the SIM's, not the bay's. */
static void another_sim_in_place_is_another_sim(void **state)
{
	(void)state;
	boot();
	int64_t before = w.slot.sim_id;
	pass(5000);
	fake_modem.iccid = OTHER_ICCID;
	modem_says(MODEM_EVENT_SIM);
	assert_false(slot_can_send(&w.slot)); /* over which one? */
	slot_turn(&w.slot, false);	      /* though messages wait */
	answer(PENDING_SIM);
	settle();
	assert_int_not_equal(w.slot.sim_id, before);
	int64_t id = add(1);
	give(id);
	commit();
	accept_part(1);
	commit();
	assert_int_equal(committed("SELECT count(*) FROM part p JOIN sim s ON "
				   "s.id = p.sim_id WHERE s.iccid = '" OTHER_ICCID "'"),
		1);
}

/* It was out for a moment, or the modem only says so: no pause, but the settings may have
 * gone with it. Setting up may make the modem say it again. */
static void the_same_sim_works_on(void **state)
{
	(void)state;
	boot();
	pass(20000);
	modem_says(MODEM_EVENT_SIM);
	AT(READY);
	slot_turn(&w.slot, false);
	answer(PENDING_SIM);
	slot_turn(&w.slot, false);
	assert_int_equal(fake_modem.pending, PENDING_SETUP);
	modem_says(MODEM_EVENT_SIM);
	answer(PENDING_SETUP);
	modem_says(MODEM_EVENT_SIM);
	assert_true(slot_can_send(&w.slot)); /* it was looked at a moment ago */
	pass(5000);
	slot_turn(&w.slot, false);
	answer(PENDING_SIM);
	slot_turn(&w.slot, false);
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	assert_true(slot_can_send(&w.slot));
}

static void a_modem_that_never_stops_telling_sends(void **state)
{
	int sent = 0;
	(void)state;

	boot();
	for (int s = 0; s < 60; s++) {
		modem_says(MODEM_EVENT_SIM);
		pass(1000);
		slot_turn(&w.slot, false);
		if (fake_modem.pending)
			end_request(&fake_modem, ERR_OK);
		if (!slot_can_send(&w.slot))
			continue;
		give(add(1));
		commit();
		accept_part((uint8_t)s);
		commit();
		sent++;
	}
	assert_true(sent >= 30);
}

/* A modem that greets each set-up with its SIM's state must get through its start. */
static void news_during_the_set_up_are_looked_at_after_it(void **state)
{
	(void)state;
	plug_in();
	modem_says(MODEM_EVENT_SIM);
	answer(PENDING_SETUP);
	modem_says(MODEM_EVENT_SIM);
	answer(PENDING_SIM);
	answer(PENDING_NET);
	AT(READY);
}

static void a_sim_that_goes_during_the_set_up_is_missed(void **state)
{
	(void)state;
	plug_in();
	modem_says(MODEM_EVENT_SIM);
	answer(PENDING_SETUP);
	fake_modem.sim_state = MODEM_SIM_ABSENT;
	answer(PENDING_SIM);
	pass(1000);
	answer(PENDING_SIM);
	AT(SIM_WAIT);
	assert_int_equal(w.slot.reason, REASON_NO_SIM);
}

/* By its index it would be another message on the new SIM. */
static void nothing_is_deleted_from_another_sim(void **state)
{
	(void)state;
	boot();
	receive(3);
	commit();   /* stored, and not yet deleted */
	receive(4); /* not even stored */
	pass(5000);
	fake_modem.iccid = OTHER_ICCID;
	modem_says(MODEM_EVENT_SIM);
	turn();
	answer(PENDING_SIM);
	settle();
	for (int i = 0; i < 5; i++)
		turn();
	assert_int_equal(fake_modem.deletes, 0);
	assert_int_equal(
		committed("SELECT count(*) FROM inbound"), 1); /* the same text */
}

static void news_of_the_sim_wait_for_the_part_on_air(void **state)
{
	(void)state;
	boot();
	give(add(1));
	commit();
	AT(SENDING);
	pass(5000);
	fake_modem.iccid = OTHER_ICCID;
	modem_says(MODEM_EVENT_SIM);
	AT(SENDING);
	accept_part(1);
	slot_turn(&w.slot, false);
	answer(PENDING_SIM);
	AT(SIM_WAIT);
	pass(1000);
	answer(PENDING_SIM);
	AT(REGISTERING);
}

static void a_sim_that_starts_for_ever_is_looked_at_anew(void **state)
{
	(void)state;
	slot_plug(&w.slot);
	pass(0);
	answer(PENDING_PROBE);
	fake_modem.sim_state = MODEM_SIM_BUSY;
	for (unsigned ms = 0; ms < 45000; ms += 1500) {
		answer(PENDING_SIM);
		AT(SIM_WAIT);
		pass(1500);
	}
	answer(PENDING_SIM);
	AT(PROBING);
	pass(0);
	answer(PENDING_PROBE);
	fake_modem.sim_state = MODEM_SIM_READY;
	answer(PENDING_SIM);
	AT(REGISTERING);
}

/* Pulled out while the modem runs: most modems tell of the network alone. */
static void a_pulled_sim_is_told_from_a_lost_network(void **state)
{
	(void)state;
	boot();
	fake_modem.event(fake_modem.event_user,
		&(struct modem_event){ .kind = MODEM_EVENT_NET, .reg = MODEM_REG_NONE });
	AT(REGISTERING);
	assert_int_equal(w.slot.reason, REASON_NO_NETWORK);
	pass(15000);
	answer(PENDING_SIM); /* it is there: the network is asked again */
	answer(PENDING_NET);
	AT(READY);
	fake_modem.event(fake_modem.event_user,
		&(struct modem_event){ .kind = MODEM_EVENT_NET, .reg = MODEM_REG_NONE });
	fake_modem.sim_state = MODEM_SIM_ABSENT;
	pass(15000);
	answer(PENDING_SIM);
	pass(1000);
	answer(PENDING_SIM);
	AT(SIM_WAIT);
	assert_int_equal(w.slot.reason, REASON_NO_SIM);
	fake_modem.sim_state = MODEM_SIM_READY;
	pass(15000);
	answer(PENDING_SIM);
	commit();
	answer(PENDING_SETUP);
	answer(PENDING_NET);
	AT(READY);
	assert_int_equal(w.slot.sim_id, w.f->sim);
}

/* SIMs exchanged between two bays: the one that looks first finds the other has it. */
static void the_bay_that_has_a_sim_is_asked_whether_it_still_has(void **state)
{
	static struct slot other;
	(void)state;
	(void)str_copy(other.info.imei, sizeof(other.info.imei), "2"); /* fits */
	w.twin = &other;
	slot_plug(&w.slot);
	pass(0);
	answer(PENDING_PROBE);
	answer(PENDING_SIM);
	AT(FAULT);
	assert_int_equal(w.slot.reason, REASON_SECOND_SIM);
	assert_true(other.chore.is_sim_news);
	w.twin = NULL;
	pass(15000);
	answer(PENDING_PROBE);
	answer(PENDING_SIM);
	AT(REGISTERING);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_denied_sim_waits_and_is_not_restarted),
		TEST(another_sim_in_place_is_another_sim),
		TEST(the_same_sim_works_on),
		TEST(a_modem_that_never_stops_telling_sends),
		TEST(news_during_the_set_up_are_looked_at_after_it),
		TEST(a_sim_that_goes_during_the_set_up_is_missed),
		TEST(nothing_is_deleted_from_another_sim),
		TEST(news_of_the_sim_wait_for_the_part_on_air),
		TEST(a_sim_that_starts_for_ever_is_looked_at_anew),
		TEST(a_pulled_sim_is_told_from_a_lost_network),
		TEST(the_bay_that_has_a_sim_is_asked_whether_it_still_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
