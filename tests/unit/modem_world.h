/*
 * A modem on a fake port, on a clock that stands still, and what it told: how many of the
 * caller's requests ended, and what it said of its own accord.
 */
#ifndef TESTS_MODEM_WORLD_H
#define TESTS_MODEM_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "drivers/modem/modem_impl.h"
#include "tests/unit/fake_port.h"

struct world {
	struct clock clock;
	struct loop *loop;
	struct fake_port *port;
	struct modem *modem;
	unsigned done;
	enum err err; /* of the request that ended last */
	unsigned events, messages, gone, unread;
	bool closes; /* at the first event */
};

static inline void on_event(void *user, const struct modem_event *e)
{
	struct world *w = user;

	w->events++;
	w->messages += e->kind == MODEM_EVENT_MESSAGE;
	w->gone += e->kind == MODEM_EVENT_GONE;
	w->unread += e->kind == MODEM_EVENT_UNREAD;
	if (w->closes)
		modem_close(w->modem);
}

static inline void on_done(void *user, enum err err)
{
	struct world *w = user;

	w->done++;
	w->err = err;
}

/* The modem is not open yet. */
static inline int world_set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->clock = clock_fake(0, 0);
	w->port = fake_port_create();
	assert_int_equal(loop_create_fake(&w->loop, &w->clock), ERR_OK);
	assert_int_equal(
		modem_create_on(&w->modem, w->loop, &w->port->base, on_event, w), ERR_OK);
	*state = w;
	return 0;
}

static inline int world_tear_down(void **state)
{
	struct world *w = *state;

	modem_destroy(w->modem);
	loop_destroy(w->loop);
	free(w);
	return 0;
}

#endif
