/*
 * Proves that a modem which floods, babbles or lies neither crashes the driver nor makes
 * it grow, and that the caller's requests still end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "drivers/modem_impl.h"
#include "firmware/base/str.h"
#include "tests/unit/fake_port.h"

struct world {
	struct clock clock;
	struct loop *loop;
	struct fake_port *port;
	struct modem *modem;
	unsigned messages, done, gone;
	bool closes;
};

static void on_event(void *user, const struct modem_event *e)
{
	struct world *w = user;

	w->messages += e->kind == MODEM_EVENT_MESSAGE;
	w->gone += e->kind == MODEM_EVENT_GONE;
	if (w->closes)
		modem_close(w->modem);
}

static void on_done(void *user, enum err err)
{
	struct world *w = user;
	(void)err;
	w->done++;
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->clock = clock_fake(0, 0);
	w->port = fake_port_create();
	assert_int_equal(loop_create_fake(&w->loop, &w->clock), ERR_OK);
	assert_int_equal(
		modem_create_on(&w->modem, w->loop, &w->port->base, on_event, w), ERR_OK);
	assert_int_equal(modem_open(w->modem), ERR_OK);
	w->modem->chat.is_dirty = w->modem->chat.drain.needs_escape = false;
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	modem_destroy(w->modem);
	loop_destroy(w->loop);
	free(w);
	return 0;
}

static void say(struct world *w, const char *text)
{
	if (w->port->is_open)
		fake_port_feed(w->port, text, strlen(text), 64);
}

static bool wrote(struct world *w, const char *text)
{
	size_t n = w->port->len - w->port->seen;
	bool is = n == strlen(text) && memcmp(w->port->out + w->port->seen, text, n) == 0;

	w->port->seen = w->port->len;
	return is;
}

static void flood_of_new_messages(void **state)
{
	struct world *w = *state;
	char text[64];

	for (int i = 0; i < 100000; i++) {
		assert_true(
			str_format(text, sizeof(text), "+CMTI: \"SM\",%d\r", i % 60000));
		say(w, text);
	}
	assert_int_equal(w->modem->fetches.n, MODEM_FETCH_MAX);
	/* Requests are served between, each after one reading at most. */
	loop_step(w->loop, 0);
	assert_true(wrote(w, "AT+CPMS=\"SM\"\r"));
	for (unsigned i = 0; i < 10; i++) {
		assert_int_equal(
			modem_delete(w->modem, MODEM_STORE_SM, 1, on_done, w), ERR_OK);
		if (i == 0)
			say(w, "OK\r");
		assert_true(str_format(text, sizeof(text), "AT+CMGR=%u\r", i));
		assert_true(wrote(w, text));
		say(w, "+CMGR: 0,,2\r000102\rOK\r");
		assert_true(wrote(w, "AT+CMGD=1\r"));
		assert_int_equal(w->messages, i + 1);
		assert_int_equal(w->done, i);
		say(w, "OK\r");
		assert_int_equal(w->done, i + 1);
	}
}

static void babble(void **state)
{
	struct world *w = *state;
	uint32_t seed = 20261121;
	uint8_t bytes[4096];

	assert_int_equal(modem_setup(w->modem, on_done, w), ERR_OK);
	for (int round = 0; round < 500; round++) {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[i] = (uint8_t)(seed >> 24);
		}
		if (w->port->is_open)
			w->port->base.data(w->port->base.user, bytes, sizeof(bytes));
		loop_fake_advance(w->loop, 1000);
	}
	assert_int_equal(w->done, 1);
}

static void messages_that_are_none(void **state)
{
	struct world *w = *state;

	say(w, "+CDS: 25\rBAD!\r");
	say(w, "+CMT: ,9999999\rFF\r");
	say(w, "+CDS:\r07\r");
	say(w, "+CMTI: \"ME\"\r+CMTI: \"XX\",1\r+CMTI:\r");
	say(w, "+CDS: 2\r+CDS: 2\r0011\r");
	assert_int_equal(w->messages, 3);
	assert_int_equal(w->modem->fetches.n, 0);
}

static void close_in_an_event(void **state)
{
	struct world *w = *state;

	assert_int_equal(modem_setup(w->modem, on_done, w), ERR_OK);
	w->closes = true;
	say(w, "RING\r+CDS: 2\r0011\r+CDS: 2\r0011\rOK\r");
	assert_int_equal(w->messages, 1);
	assert_int_equal(w->done, 1);
	assert_int_equal(modem_setup(w->modem, on_done, w), ERR_SYS);
}

static void destroy_in_the_middle(void **state)
{
	struct world *w = *state;

	assert_int_equal(modem_setup(w->modem, on_done, w), ERR_OK);
	say(w, "+CMTI: \"SM\",1\r");
	modem_destroy(w->modem);
	w->modem = NULL;
	loop_fake_advance(w->loop, 1000000);
	assert_int_equal(w->done, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(flood_of_new_messages),
		T(babble),
		T(messages_that_are_none),
		T(close_in_an_event),
		T(destroy_in_the_middle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
