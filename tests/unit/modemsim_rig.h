/*
 * One modem of modemsim on a bench: a client's end of its port, and a clock moved by
 * hand.
 */
#ifndef TESTS_MODEMSIM_RIG_H
#define TESTS_MODEMSIM_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "tests/modemsim/modem.h"
#include "tests/modemsim/receive.h"
#include "tests/modemsim/world.h"

/* To +306969234567, "hello", status report wanted. */
#define HELLO "0031000C910396963254760000A705E8329BFD06"
#define HELLO_LEN "19"

struct rig {
	struct loop loop;
	struct simlog log;
	struct world world;
	struct modem_env env;
	struct modem modem;
	struct sim sim;
	unsigned submits;
	int client;	  /* the client's end */
	char said[16384]; /* what the modem said since rig_clear() */
	size_t said_len;
};

static inline struct sim *rig_find_sim(void *user, const char *msisdn)
{
	struct rig *rig = user;

	return str_eq(rig->sim.msisdn, msisdn) ? &rig->sim : NULL;
}

static inline void rig_offer(void *user, struct sim *sim)
{
	struct rig *rig = user;

	(void)sim;
	receive_offer(&rig->modem);
}

static inline void rig_submitted(void *user, struct modem *modem)
{
	struct rig *rig = user;

	(void)modem;
	rig->submits++;
}

static inline void rig_init(struct rig *rig)
{
	struct world_events events = { rig_find_sim, rig_offer, rig };
	int pair[2];

	memset(rig, 0, sizeof(*rig));
	assert_int_equal(loop_init(&rig->loop), ERR_OK);
	assert_int_equal(simlog_open(&rig->log, NULL, false), ERR_OK);
	rig->loop.now_ms = 1000;
	world_init(&rig->world, &rig->loop, &rig->log, &events);
	rig->env = (struct modem_env){ &rig->loop, &rig->log, &rig->world, rig_submitted,
		rig };
	assert_int_equal(modem_init(&rig->modem, &rig->env, 0, 1), ERR_OK);
	sim_init(&rig->sim, 0, 30);
	rig->sim.pin_left = 3;
	rig->modem.sim = &rig->sim;
	rig->modem.set.status_ms = (struct spread){ SPREAD_CONST, 300, 0 };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	rig->modem.port.tcp.fd = pair[0];
	rig->client = pair[1];
	assert_true(str_copy(rig->modem.port.link, sizeof(rig->modem.port.link),
		"/nonexistent/modem0")); /* plugged in, without a pty */
	modem_apply(&rig->modem);
}

static inline void rig_fini(struct rig *rig)
{
	world_fini(&rig->world);
	modem_fini(&rig->modem);
	sim_fini(&rig->sim);
	simlog_close(&rig->log);
	assert_int_equal(rig->loop.timers.count, 0);
	loop_fini(&rig->loop);
	assert_int_equal(close(rig->client), 0);
}

static inline void rig_hear(struct rig *rig)
{
	ssize_t n = read(rig->client, rig->said + rig->said_len,
		sizeof(rig->said) - 1 - rig->said_len);

	if (n > 0)
		rig->said_len += (size_t)n;
	rig->said[rig->said_len] = '\0';
}

static inline void rig_say(struct rig *rig, const char *bytes, size_t len)
{
	if (len > 0)
		rig->modem.port.events.data(&rig->modem, bytes, len);
	rig_hear(rig);
}

static inline void rig_wait(struct rig *rig, uint64_t ms)
{
	uint64_t end = rig->loop.now_ms + ms;

	while (rig->loop.now_ms < end) {
		rig->loop.now_ms++;
		timers_run(&rig->loop.timers, rig->loop.now_ms);
	}
	rig_hear(rig);
}

static inline void rig_clear(struct rig *rig)
{
	rig->said_len = 0;
	rig->said[0] = '\0';
}

/* Says command, waits, and expects exactly this to be heard. */
static inline void expect(
	struct rig *rig, const char *command, uint64_t ms, const char *answer)
{
	rig_clear(rig);
	rig_say(rig, command, strlen(command));
	rig_wait(rig, ms);
	assert_string_equal(rig->said, answer);
}

static inline void rig_set(struct rig *rig, const char *key, const char *value)
{
	assert_null(settings_set(&rig->modem.set, key, value));
	modem_apply(&rig->modem);
}

static inline void quiet(struct rig *rig)
{
	expect(rig, "ATE0\r", 0, "ATE0\r\r\nOK\r\n");
}

#endif
