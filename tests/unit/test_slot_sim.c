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

/* From the news of it to a slot that works. */
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

/* Counters, limits and conversations are the SIM's, not the bay's. */
static void another_sim_in_place_is_another_sim(void **state)
{
	(void)state;
	boot();
	int64_t before = w.slot.sim_id;
	fake_modem.iccid = OTHER_ICCID;
	modem_says(MODEM_EVENT_SIM);
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

static void the_same_sim_works_again_at_once(void **state)
{
	(void)state;
	boot();
	int64_t before = w.slot.sim_id;
	uint64_t at_ms = loop_now_ms(w.loop);
	modem_says(MODEM_EVENT_SIM);
	settle();
	assert_int_equal(w.slot.sim_id, before);
	assert_true(slot_can_send(&w.slot));
	assert_true(loop_now_ms(w.loop) - at_ms <= 1000);
}

/* By its index it would be another message on the new SIM. */
static void nothing_is_deleted_from_another_sim(void **state)
{
	(void)state;
	boot();
	receive(3);
	commit();   /* stored, and not yet deleted */
	receive(4); /* not even stored */
	fake_modem.iccid = OTHER_ICCID;
	modem_says(MODEM_EVENT_SIM);
	pass(1000);
	answer(PENDING_SIM);
	commit();
	answer(PENDING_SETUP);
	answer(PENDING_NET);
	turn();
	answer(PENDING_SWEEP);
	commit();
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(another_sim_in_place_is_another_sim),
		TEST(the_same_sim_works_again_at_once),
		TEST(nothing_is_deleted_from_another_sim),
		TEST(news_of_the_sim_wait_for_the_part_on_air),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
