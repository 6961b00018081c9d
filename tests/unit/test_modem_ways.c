/*
 * Proves that a probe goes over a modem's ports or speeds until one answers like a modem,
 * that this one is kept, and that hardware flow control is on only where the modem
 * agreed. Also that reports which a family routes only against an acknowledgement get
 * one, on demand.
 */
#include "tests/unit/modem_world.h"

#include <stdio.h>

#include "firmware/base/str.h"

static void on_info(void *user, enum err err, const struct modem_info *info)
{
	struct world *w = user;
	(void)info;
	w->done++;
	w->err = err;
}

static void on_sim(void *user, enum err err, const struct modem_sim_info *sim)
{
	struct world *w = user;
	(void)sim;
	w->done++;
	w->err = err;
}

/* What is behind the port says the same to all, for ms. */
static void live_with(struct world *w, uint64_t ms, const char *says)
{
	for (uint64_t t = 0; t < ms; t += 100) {
		size_t n = w->port->len - w->port->seen;
		w->port->seen = w->port->len;
		if (n > 0)
			fake_port_feed(w->port, says, strlen(says), 64);
		loop_fake_advance(w->loop, 100);
	}
}

/* A modem that says OK to all and something of itself; deaf: it says nothing. */
static void live(struct world *w, uint64_t ms, bool deaf)
{
	live_with(w, ms, deaf ? "" : "\r\n+CMEE: 1\r\n\r\nAcme\r\n\r\nOK\r\n");
}

static void the_third_port_answers(void **state)
{
	struct world *w = *state;
	uint64_t waited = 0;

	w->port->ways = 3;
	assert_int_equal(modem_open(w->modem), ERR_OK);
	assert_int_equal(modem_probe(w->modem, on_info, w), ERR_OK);
	for (; w->port->way < 2; waited += 100)
		live(w, 100, true);
	assert_true(waited < 8000); /* two ports that are none */
	assert_int_equal(w->done, 0);
	live(w, 3000, false);
	assert_int_equal(w->done, 1);
	assert_int_equal(w->err, ERR_OK);
	assert_true(w->port->way_works);
	/* Once known, a silence is given its full time, and no other port is tried. */
	modem_close(w->modem);
	assert_int_equal(modem_open(w->modem), ERR_OK);
	assert_int_equal(modem_probe(w->modem, on_info, w), ERR_OK);
	live(w, 6000, true);
	assert_int_equal(w->done, 1);
	live(w, 6000, true);
	assert_int_equal(w->done, 2);
	assert_int_equal(w->err, ERR_TIMEOUT);
	assert_int_equal(w->port->way, 2);
}

static void no_port_answers(void **state)
{
	struct world *w = *state;

	w->port->ways = 3;
	assert_int_equal(modem_open(w->modem), ERR_OK);
	assert_int_equal(modem_probe(w->modem, on_info, w), ERR_OK);
	live(w, 15000, true);
	assert_int_equal(w->done, 1);
	assert_int_equal(w->err, ERR_TIMEOUT);
	assert_false(w->port->way_works);
	/* the driver is in order: it can be asked again */
	assert_int_equal(modem_probe(w->modem, on_info, w), ERR_OK);
	live(w, 3000, false);
	assert_int_equal(w->done, 2);
	assert_int_equal(w->err, ERR_OK);
}

/* A modem's second port, as some show one: it takes commands and refuses them all. */
static void a_port_that_refuses_all_is_passed_by(void **state)
{
	struct world *w = *state;

	w->port->ways = 3;
	assert_int_equal(modem_open(w->modem), ERR_OK);
	assert_int_equal(modem_probe(w->modem, on_info, w), ERR_OK);
	for (int i = 0; i < 60 && w->port->way == 0; i++)
		live_with(w, 100, "\r\nERROR\r\n");
	assert_int_equal(w->done, 0);
	assert_int_equal(w->port->way, 1);
	live(w, 3000, false);
	assert_int_equal(w->done, 1);
	assert_int_equal(w->err, ERR_OK);
	assert_true(w->port->way_works);
}

/* One that tells nothing of itself, and is the only one to answer: taken in the end, and
 * kept once its SIM was read. */
static void a_modem_without_a_name_is_taken_at_last(void **state)
{
	struct world *w = *state;

	w->port->ways = 2;
	assert_int_equal(modem_open(w->modem), ERR_OK);
	assert_int_equal(modem_probe(w->modem, on_info, w), ERR_OK);
	for (int i = 0; i < 60 && w->port->way == 0; i++)
		live_with(w, 100, "\r\nERROR\r\n");
	live(w, 5000, true);
	assert_int_equal(w->done, 1);
	assert_int_equal(w->err, ERR_TIMEOUT);
	w->port->way = 0; /* as a search begins again */
	assert_int_equal(modem_probe(w->modem, on_info, w), ERR_OK);
	live_with(w, 8000, "\r\nERROR\r\n");
	assert_int_equal(w->done, 2);
	assert_int_equal(w->err, ERR_OK);
	assert_int_equal(w->port->way, 0);
	assert_false(w->port->way_works);
	assert_int_equal(modem_read_sim(w->modem, on_sim, w), ERR_OK);
	live_with(w, 8000,
		"\r\n+CPIN: READY\r\n\r\n+CCID: 8903001000000000014\r\n\r\nOK\r\n");
	assert_int_equal(w->done, 3);
	assert_int_equal(w->err, ERR_OK);
	assert_true(w->port->way_works);
}

/* Another program holds the first port; later the second cannot be opened either. */
static void ports_that_cannot_be_opened(void **state)
{
	struct world *w = *state;

	w->port->ways = 4;
	w->port->fails = 1;
	assert_int_equal(modem_open(w->modem), ERR_OK);
	assert_int_equal(w->port->way, 1);
	assert_int_equal(modem_probe(w->modem, on_info, w), ERR_OK);
	w->port->fails = 1;
	live(w, 4500, true);
	assert_int_equal(w->port->way, 3);
	live(w, 3000, false);
	assert_int_equal(w->done, 1);
	assert_int_equal(w->err, ERR_OK);
	/* none can: that is told */
	modem_close(w->modem);
	w->port->way = 0;
	w->port->way_works = false;
	w->port->fails = 10;
	assert_int_equal(modem_open(w->modem), ERR_BUSY);
	assert_int_equal(w->port->fails, 6);
}

static void closed_while_it_searches(void **state)
{
	struct world *w = *state;

	w->port->ways = 3;
	assert_int_equal(modem_open(w->modem), ERR_OK);
	assert_int_equal(modem_probe(w->modem, on_info, w), ERR_OK);
	live(w, 4000, true);
	assert_int_equal(w->port->way, 1);
	modem_close(w->modem);
	assert_int_equal(w->done, 1);
	assert_int_equal(w->err, ERR_SYS);
	assert_false(w->port->is_open);
	live(w, 20000, true);
	assert_int_equal(w->done, 1);
}

static void flow_control_where_the_modem_agrees(void **state)
{
	struct world *w = *state;

	w->port->wants_flow = true;
	assert_int_equal(modem_open(w->modem), ERR_OK);
	assert_int_equal(modem_probe(w->modem, on_info, w), ERR_OK);
	live(w, 3000, false);
	assert_false(w->port->has_flow);
	assert_int_equal(modem_setup(w->modem, on_done, w), ERR_OK);
	live(w, 5000, false);
	assert_int_equal(w->done, 2);
	assert_int_equal(w->err, ERR_OK);
	assert_true(w->port->has_flow);
	/* off again with the port */
	modem_close(w->modem);
	assert_int_equal(modem_open(w->modem), ERR_OK);
	assert_false(w->port->has_flow);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	const struct CMUnitTest tests[] = {
		T(the_third_port_answers),
		T(no_port_answers),
		T(a_port_that_refuses_all_is_passed_by),
		T(a_modem_without_a_name_is_taken_at_last),
		T(closed_while_it_searches),
		T(ports_that_cannot_be_opened),
		T(flow_control_where_the_modem_agrees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
