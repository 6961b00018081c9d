/*
 * A slot that is in no network: why, as far as the network or a look at those around
 * tells.
 */
#include "tests/unit/slot_world.h"

static void goes_to(enum modem_reg reg)
{
	fake_modem.reg = w.slot.net.reg = reg;
	fake_modem.event(fake_modem.event_user,
		&(struct modem_event){ .kind = MODEM_EVENT_NET, .reg = reg });
}

static void looks_again(void)
{
	pass(15000);
	answer(PENDING_SIM);
	answer(PENDING_NET);
}

static void finds(enum modem_network_status first, enum modem_network_status second)
{
	fake_modem.around = (struct modem_networks){ .is_known = true,
		.n = 2,
		.list = { { .name = "COSMOTE", .plmn = "20201", .status = first },
			{ .name = "a|b", .plmn = "20205", .status = second } } };
}

static void tested(void)
{
	OK(slot_test(&w.slot));
	turn();
	answer(PENDING_TEST);
	assert_int_equal(w.test_ends, 1);
	turn();
}

/* To a slot without a network, which asks its modem for those around. */
static void looks_around(void)
{
	boot();
	goes_to(MODEM_REG_UNKNOWN);
	looks_again();
	tested();
	assert_int_equal(fake_modem.pending, PENDING_SEARCH);
}

/* With a cause, it is the network that says no, whatever the modem does now. */
static void a_refusal_is_said_until_it_is_registered(void **state)
{
	(void)state;
	boot();
	goes_to(MODEM_REG_SEARCHING);
	AT(REGISTERING);
	assert_int_equal(w.slot.reason, REASON_SEARCHING);
	fake_modem.reject_cause = 11;
	looks_again();
	assert_int_equal(w.slot.reason, REASON_DENIED);
	goes_to(MODEM_REG_UNKNOWN);
	looks_again();
	assert_int_equal(w.slot.reason, REASON_DENIED);
	/* A modem that rests looks no more by itself: it is restarted as without a cause,
	 * and the cause is what is said. */
	for (int i = 0; i < 25 && w.slot.fsm.state == SLOT_REGISTERING; i++)
		looks_again();
	AT(RECOVERING);
	assert_int_equal(w.slot.reason, REASON_DENIED);
}

static void what_is_around_is_looked_for_after_a_test(void **state)
{
	char text[SLOT_SCAN_TEXT];

	(void)state;
	boot();
	goes_to(MODEM_REG_UNKNOWN);
	looks_again();
	assert_int_equal(w.slot.reason, REASON_NO_NETWORK);
	finds(MODEM_NETWORK_FORBIDDEN, MODEM_NETWORK_FORBIDDEN);
	tested();
	assert_int_equal(fake_modem.pending, PENDING_SEARCH);
	assert_int_equal(slot_test(&w.slot), ERR_BUSY);
	/* The start waits for it, and does not take it for a fault. */
	for (int i = 0; i < 300; i++)
		pass(500);
	AT(REGISTERING);
	answer(PENDING_SEARCH);
	assert_int_equal(w.slot.reason, REASON_FORBIDDEN);
	slot_scan_write(&w.slot, text);
	assert_string_equal(text, "3:20201:COSMOTE|3:20205:ab");
	/* Once. */
	turn();
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	/* It lasts as long as that is so. */
	looks_again();
	assert_int_equal(w.slot.reason, REASON_FORBIDDEN);
	fake_modem.reg = MODEM_REG_HOME;
	looks_again();
	AT(READY);
	slot_scan_write(&w.slot, text);
	assert_string_equal(text, "");
}

static void one_that_may_be_used_is_no_reason(void **state)
{
	(void)state;
	boot();
	goes_to(MODEM_REG_UNKNOWN);
	looks_again();
	finds(MODEM_NETWORK_FORBIDDEN, MODEM_NETWORK_AVAILABLE);
	tested();
	answer(PENDING_SEARCH);
	looks_again();
	assert_int_equal(w.slot.reason, REASON_NO_NETWORK);
	assert_int_equal(w.slot.scan.found.n, 2);
}

/* Messages could go: it is told to end, and nothing goes before it has. */
static void a_network_ends_the_search(void **state)
{
	(void)state;
	boot();
	goes_to(MODEM_REG_SEARCHING);
	looks_again();
	finds(MODEM_NETWORK_FORBIDDEN, MODEM_NETWORK_FORBIDDEN);
	tested();
	assert_int_equal(fake_modem.pending, PENDING_SEARCH);
	goes_to(MODEM_REG_HOME);
	AT(READY);
	assert_int_equal(fake_modem.search_stops, 1);
	assert_false(slot_can_send(&w.slot));
	answer(PENDING_SEARCH);
	assert_true(slot_can_send(&w.slot));
	assert_false(w.slot.scan.found.is_known);
}

static void somebody_has_seen_enough(void **state)
{
	(void)state;
	boot();
	goes_to(MODEM_REG_UNKNOWN);
	looks_again();
	tested();
	slot_test_cancel(&w.slot);
	assert_int_equal(fake_modem.search_stops, 1);
	end_request(&fake_modem, ERR_UNSUPPORTED);
	assert_false(w.slot.scan.found.is_known);
	assert_false(w.slot.scan.has_failed);
	/* A test that was cut short is not followed by a search. */
	OK(slot_test(&w.slot));
	turn();
	slot_test_cancel(&w.slot);
	answer(PENDING_TEST);
	turn();
	assert_int_not_equal(fake_modem.pending, PENDING_SEARCH);
}

static void it_goes_away_while_it_looks(void **state)
{
	(void)state;
	looks_around();
	modem_says(MODEM_EVENT_GONE);
	AT(POWERING);
	assert_false(w.slot.scan.runs || w.slot.scan.has_failed || w.slot.chore.runs);
	pass(5000);
	answer(PENDING_PROBE);
	answer(PENDING_SIM);
	AT(REGISTERING);
}

static void a_modem_that_does_not_tell(void **state)
{
	(void)state;
	boot();
	goes_to(MODEM_REG_UNKNOWN);
	looks_again();
	tested();
	end_request(&fake_modem, ERR_UNSUPPORTED);
	assert_true(w.slot.scan.has_failed);
	assert_int_equal(w.slot.reason, REASON_NO_NETWORK);
	fake_modem.reg = MODEM_REG_HOME;
	looks_again();
	AT(READY);
	assert_false(w.slot.scan.has_failed);
}

static void a_bay_in_its_network_is_only_tested(void **state)
{
	(void)state;
	boot();
	tested();
	assert_int_not_equal(fake_modem.pending, PENDING_SEARCH);
	assert_true(slot_can_send(&w.slot));
}

/* The SIM that comes next is not kept waiting for a search that nobody needs. */
static void a_sim_that_goes_ends_the_search(void **state)
{
	(void)state;
	looks_around();
	modem_says(MODEM_EVENT_SIM);
	if (w.slot.fsm.state == SLOT_REGISTERING)
		pass(15000);
	AT(SIM_WAIT);
	assert_int_equal(fake_modem.search_stops, 1);
}

/* What was found was found for the SIM that was there. */
static void another_sim_has_other_networks(void **state)
{
	(void)state;
	boot();
	goes_to(MODEM_REG_UNKNOWN);
	looks_again();
	finds(MODEM_NETWORK_FORBIDDEN, MODEM_NETWORK_FORBIDDEN);
	tested();
	answer(PENDING_SEARCH);
	pass(15000);
	fake_modem.iccid = "8930010000000000002";
	answer(PENDING_SIM);
	AT(SIM_WAIT);
	pass(1000);
	answer(PENDING_SIM);
	assert_false(w.slot.scan.found.is_known);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_refusal_is_said_until_it_is_registered),
		TEST(what_is_around_is_looked_for_after_a_test),
		TEST(one_that_may_be_used_is_no_reason),
		TEST(a_network_ends_the_search),
		TEST(somebody_has_seen_enough),
		TEST(it_goes_away_while_it_looks),
		TEST(a_modem_that_does_not_tell),
		TEST(a_bay_in_its_network_is_only_tested),
		TEST(a_sim_that_goes_ends_the_search),
		TEST(another_sim_has_other_networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
