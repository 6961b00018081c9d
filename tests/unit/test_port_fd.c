/*
 * Proves on a real pseudo-terminal and a real socket that ports carry every byte both
 * ways, never block, lock, notice the other end going away, and count what did not leave.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/port/port.h"
#include "firmware/base/str.h"

struct world {
	struct loop *loop;
	struct port *port;
	int master, slave;
	char name[128];
	uint8_t got[1024];
	size_t n_got;
	unsigned n_gone;
	bool closes; /* in the data callback */
};

static void on_data(void *user, const uint8_t *data, size_t len)
{
	struct world *w = user;

	assert_true(len <= sizeof(w->got) - w->n_got);
	memcpy(w->got + w->n_got, data, len);
	w->n_got += len;
	if (w->closes)
		port_close(w->port);
}

static void on_gone(void *user)
{
	struct world *w = user;
	w->n_gone++;
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	assert_int_equal(loop_create(&w->loop, clock_system()), ERR_OK);
	assert_int_equal(openpty(&w->master, &w->slave, w->name, NULL, NULL), 0);
	assert_int_equal(port_create(&w->port, w->loop, w->name), ERR_OK);
	port_set_handler(w->port, on_data, on_gone, w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	port_destroy(w->port);
	loop_destroy(w->loop);
	(void)close(w->master); /* some tests did so */
	(void)close(w->slave);
	free(w);
	return 0;
}

/* Turns the loop until the condition holds; a thousand turns of silence are a failure. */
#define UNTIL(w, condition)                                                              \
	for (int turns_ = 0; !(condition); turns_++) {                                   \
		assert_true(turns_ < 1000);                                              \
		loop_step((w)->loop, 10);                                                \
	}

static void both_ways_raw(void **state)
{
	struct world *w = *state;
	uint8_t all[256], back[256];

	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	assert_int_equal(port_open(w->port), ERR_OK);
	assert_int_equal(write(w->master, all, sizeof(all)), sizeof(all));
	UNTIL(w, w->n_got == sizeof(all));
	assert_memory_equal(w->got, all, sizeof(all));
	assert_int_equal(port_write(w->port, all, sizeof(all)), ERR_OK);
	assert_int_equal(read(w->master, back, sizeof(back)), sizeof(back));
	assert_memory_equal(back, all, sizeof(all));
	assert_int_equal(port_unsent(w->port), 0);
}

static void second_opener_is_refused(void **state)
{
	struct world *w = *state;
	struct port *other;

	assert_int_equal(port_open(w->port), ERR_OK);
	assert_int_equal(port_open(w->port), ERR_BUSY);
	assert_int_equal(port_create(&other, w->loop, w->name), ERR_OK);
	assert_int_equal(port_open(other), ERR_BUSY);
	port_close(w->port);
	assert_int_equal(port_open(other), ERR_OK); /* the lock went with the port */
	port_destroy(other);
}

static void hang_up_is_told_once(void **state)
{
	struct world *w = *state;

	assert_int_equal(port_open(w->port), ERR_OK);
	(void)close(w->master); /* that is the point */
	UNTIL(w, w->n_gone > 0);
	for (int i = 0; i < 5; i++)
		loop_step(w->loop, 0);
	assert_int_equal(w->n_gone, 1);
	assert_int_equal(port_write(w->port, "x", 1), ERR_SYS);
	assert_int_not_equal(port_open(w->port), ERR_OK);
}

static void full_pty_keeps_the_rest(void **state)
{
	struct world *w = *state;
	uint8_t block[1000];
	enum err err = ERR_OK;
	size_t written = 0, seen = 0;

	memset(block, 'z', sizeof(block));
	assert_int_equal(port_open(w->port), ERR_OK);
	for (int i = 0; i < 1000 && err == ERR_OK; i++) {
		err = port_write(w->port, block, sizeof(block));
		written += err == ERR_OK ? sizeof(block) : 0;
	}
	assert_int_equal(err, ERR_MEM); /* bounded */
	assert_true(port_unsent(w->port) > 0);
	assert_int_equal(fcntl(w->master, F_SETFL, O_NONBLOCK), 0);
	while (seen < written) {
		ssize_t n = read(w->master, block, sizeof(block));
		seen += n > 0 ? (size_t)n : 0;
		loop_step(w->loop, n > 0 ? 0 : 10);
	}
	assert_int_equal(port_unsent(w->port), 0);
	assert_int_equal(seen, written);
}

static void discard_is_exact(void **state)
{
	struct world *w = *state;
	uint8_t block[1000] = { 0 };
	size_t written = 0, seen = 0;

	assert_int_equal(port_open(w->port), ERR_OK);
	while (port_write(w->port, block, sizeof(block)) == ERR_OK)
		written += sizeof(block);
	written -= port_discard(w->port);
	assert_int_equal(port_unsent(w->port), 0);
	assert_int_equal(fcntl(w->master, F_SETFL, O_NONBLOCK), 0);
	for (int quiet = 0; quiet < 5;) {
		ssize_t n = read(w->master, block, sizeof(block));
		seen += n > 0 ? (size_t)n : 0;
		quiet = n > 0 ? 0 : quiet + 1;
		loop_step(w->loop, n > 0 ? 0 : 10);
	}
	assert_int_equal(seen, written);
}

static void close_in_callback(void **state)
{
	struct world *w = *state;

	w->closes = true;
	assert_int_equal(port_open(w->port), ERR_OK);
	assert_int_equal(write(w->master, "abc", 3), 3);
	UNTIL(w, w->n_got > 0);
	assert_int_equal(w->n_gone, 0);
	assert_int_equal(port_open(w->port), ERR_OK);
}

static void missing_and_malformed(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *name;
		enum err err;
	} rows[] = {
		{ "/dev/no-such-port", ERR_NOTFOUND },
		{ "/dev/no-such-port:rtscts", ERR_NOTFOUND },
		{ "/dev/pts/99999", ERR_NOTFOUND },
		{ "tcp:", ERR_ARG },
		{ "tcp:localhost", ERR_ARG },
		{ "tcp:localhost:", ERR_ARG },
		{ "tcp:localhost:99999", ERR_ARG },
		{ "tcp:name.example:80", ERR_ARG },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct port *p;
		assert_int_equal(port_create(&p, w->loop, rows[i].name), ERR_OK);
		assert_int_equal(port_open(p), rows[i].err);
		port_destroy(p);
	}
}

static int listen_on(char *name, size_t size)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	assert_true(str_format(name, size, "tcp:localhost:%u", ntohs(a.sin_port)));
	return fd;
}

static void tcp(void **state)
{
	struct world *w = *state;
	char name[64], got[8];
	int server = listen_on(name, sizeof(name));
	struct port *p;

	assert_int_equal(port_create(&p, w->loop, name), ERR_OK);
	port_set_handler(p, on_data, on_gone, w);
	assert_int_equal(port_open(p), ERR_OK);
	assert_int_equal(port_write(p, "AT\r", 3), ERR_OK); /* kept until connected */
	UNTIL(w, port_unsent(p) == 0);
	int peer = accept(server, NULL, NULL);
	assert_int_equal(read(peer, got, sizeof(got)), 3);
	assert_int_equal(write(peer, "OK", 2), 2);
	(void)close(peer); /* that is the point */
	UNTIL(w, w->n_gone == 1);
	assert_int_equal(w->n_got, 2); /* what was said before it went is heard */
	(void)close(server);
	/* nobody listens: told from the loop, or at once */
	enum err err = port_open(p);
	if (err == ERR_OK)
		UNTIL(w, w->n_gone == 2);
	port_destroy(p);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(both_ways_raw),
		T(second_opener_is_refused),
		T(hang_up_is_told_once),
		T(full_pty_keeps_the_rest),
		T(discard_is_exact),
		T(close_in_callback),
		T(missing_and_malformed),
		T(tcp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
