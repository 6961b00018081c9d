/* How a slot climbs the ladder when its modem fails, and comes down again. */
#include "tests/unit/slot_world.h"

/* The modem does not answer to the rung that is tried. */
static void fail_at(enum rung rung)
{
	AT(RECOVERING);
	assert_int_equal(w.slot.rung, rung);
	commit();
	pass(4000);
	if (rung == RUNG_DRAIN || rung == RUNG_CFUN || rung == RUNG_VENDOR)
		answer(PENDING_RESET);
	pass(10000);
	assert_int_equal(fake_modem.pending, PENDING_PROBE);
	end_request(&fake_modem, ERR_TIMEOUT);
}

static void nothing_helps(void **state)
{
	(void)state;
	fake_modem.is_usb = true;
	w.power_err = ERR_OK;
	boot();
	w.slot.fsm.state = SLOT_READY;
	modem_says(MODEM_EVENT_STUCK);
	for (enum rung rung = RUNG_DRAIN; rung < RUNG_FAULT; rung++)
		fail_at(rung);
	AT(FAULT);
	assert_int_equal(fake_modem.usb_resets, 1);
	assert_int_equal(w.power_cycles, 1);
	assert_int_equal(w.slot.reason, REASON_STUCK);
	assert_false(fake_modem.is_open);
	pass(15000); /* it never gives up */
	AT(PROBING);
	answer(PENDING_PROBE);
	AT(SIM_WAIT);
}

/* Neither a device that may be reset nor lines: that costs no time, and nobody is told
 * of what does not happen. */
static void what_cannot_be_done_is_left_out(void **state)
{
	(void)state;
	boot();
	w.slot.fsm.state = SLOT_READY;
	modem_says(MODEM_EVENT_STUCK);
	for (enum rung rung = RUNG_DRAIN; rung <= RUNG_VENDOR; rung++)
		fail_at(rung);
	AT(FAULT);
	assert_int_equal(fake_modem.usb_resets + w.power_cycles, 0);
}

static void climb_to_usb(void)
{
	fake_modem.is_usb = true;
	boot();
	commit();
	modem_says(MODEM_EVENT_STUCK);
	for (enum rung rung = RUNG_DRAIN; rung <= RUNG_VENDOR; rung++)
		fail_at(rung);
	assert_int_equal(w.slot.rung, RUNG_USB);
	pass(2000);
	assert_int_equal(fake_modem.usb_resets, 1);
	commit();
}

/* A reset on the bus takes its ports away and brings them back: that is neither a new
 * modem nor another failure, and if it still does not answer, the next rung follows. */
static void a_reset_by_usb_takes_the_port_away(void **state)
{
	(void)state;
	w.power_err = ERR_OK;
	climb_to_usb();
	slot_unplug(&w.slot);
	AT(POWERING);
	assert_int_equal(w.slot.reason, REASON_STUCK);
	commit();
	assert_int_equal(committed("SELECT count(*) FROM bay_event WHERE cause = 'stuck' "
				   "AND rung = 'usb'"),
		1);
	slot_plug(&w.slot);
	pass(0);
	assert_int_equal(fake_modem.pending, PENDING_PROBE);
	end_request(&fake_modem, ERR_TIMEOUT);
	assert_int_equal(w.slot.rung, RUNG_POWER);
	slot_unplug(&w.slot); /* not by our doing any more */
	AT(ABSENT);
	commit();
	assert_int_equal(committed("SELECT count(*) FROM bay_event"), 1);
}

static void what_does_not_come_back_is_unplugged(void **state)
{
	(void)state;
	climb_to_usb();
	slot_unplug(&w.slot);
	AT(POWERING);
	w.open_err = ERR_NOTFOUND;
	pass(29999);
	AT(POWERING);
	pass(1);
	AT(POWERING); /* once more, as it may be slow */
	pass(30000);
	AT(ABSENT);
	assert_int_equal(w.slot.reason, REASON_UNPLUGGED);
}

/* Who asks for it knows that the modem goes. */
static void a_restart_that_was_asked_for_is_no_failure(void **state)
{
	(void)state;
	w.power_err = ERR_OK;
	boot();
	commit();
	slot_reset(&w.slot);
	turn();
	pass(2000);
	assert_int_equal(fake_modem.pending, PENDING_RESET);
	modem_says(MODEM_EVENT_GONE);
	AT(POWERING);
	slot_unplug(&w.slot);
	AT(POWERING);
	commit();
	assert_int_equal(committed("SELECT count(*) FROM bay_event"), 0);
	slot_plug(&w.slot);
	pass(0);
	answer(PENDING_PROBE);
	AT(SIM_WAIT);
	slot_unplug(&w.slot); /* and this is one */
	AT(ABSENT);
	commit();
	assert_int_equal(
		committed("SELECT count(*) FROM bay_event WHERE cause = 'unplugged'"), 1);
}

/* Nothing ever answered, but what hangs there is a modem by its ids. */
static void a_modem_that_hangs_from_the_start_is_reset_by_usb(void **state)
{
	(void)state;
	fake_modem.is_usb = true;
	slot_plug(&w.slot);
	pass(0);
	end_request(&fake_modem, ERR_TIMEOUT);
	fail_at(RUNG_REOPEN);
	assert_int_equal(w.slot.rung, RUNG_USB);
	pass(2000);
	assert_int_equal(fake_modem.usb_resets, 1);
	pass(8000);
	answer(PENDING_PROBE);
	AT(SIM_WAIT);
}

static void where_nothing_ever_answered_only_the_port_is_tried(void **state)
{
	(void)state;
	slot_plug(&w.slot);
	pass(0);
	end_request(&fake_modem, ERR_TIMEOUT);
	assert_int_equal(w.slot.rung, RUNG_REOPEN);
	pass(1000);
	end_request(&fake_modem, ERR_TIMEOUT);
	AT(FAULT);
	assert_int_equal(w.slot.reason, REASON_NO_ANSWER);
	assert_int_equal(fake_modem.resets + w.power_cycles, 0);
}

static void a_bay_alone_on_its_port_is_switched_on(void **state)
{
	(void)state;
	w.is_alone = true;
	w.power_err = ERR_OK;
	slot_plug(&w.slot);
	pass(0);
	end_request(&fake_modem, ERR_TIMEOUT);
	assert_int_equal(w.slot.rung, RUNG_REOPEN);
	pass(1000);
	end_request(&fake_modem, ERR_TIMEOUT);
	assert_int_equal(w.slot.rung, RUNG_POWER);
	pass(4000);
	assert_int_equal(w.power_cycles, 1);
	AT(POWERING); /* for as long as its lines need */
	pass(7999);
	AT(POWERING);
	pass(1);
	AT(PROBING);
	answer(PENDING_PROBE);
	AT(SIM_WAIT);
}

static void a_part_that_goes_through_resets_the_ladder(void **state)
{
	(void)state;
	boot();
	for (int i = 0; i < 5; i++) {
		modem_says(MODEM_EVENT_STUCK);
		assert_int_equal(w.slot.rung, RUNG_DRAIN);
		drain_and_boot();
		give(add(1));
		commit();
		accept_part((uint8_t)i);
		commit();
	}
}

static void a_reset_waits_for_the_part_on_air(void **state)
{
	(void)state;
	boot();
	give(add(1));
	commit();
	slot_reset(&w.slot);
	turn();
	AT(SENDING);
	accept_part(1);
	assert_false(slot_can_send(&w.slot));
	turn();
	AT(RECOVERING);
	assert_int_equal(w.slot.rung, RUNG_CFUN);
	assert_int_equal(w.slot.reason, REASON_RESET_ASKED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_helps),
		TEST(what_cannot_be_done_is_left_out),
		TEST(a_reset_by_usb_takes_the_port_away),
		TEST(what_does_not_come_back_is_unplugged),
		TEST(a_restart_that_was_asked_for_is_no_failure),
		TEST(a_modem_that_hangs_from_the_start_is_reset_by_usb),
		TEST(where_nothing_ever_answered_only_the_port_is_tried),
		TEST(a_bay_alone_on_its_port_is_switched_on),
		TEST(a_part_that_goes_through_resets_the_ladder),
		TEST(a_reset_waits_for_the_part_on_air),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
