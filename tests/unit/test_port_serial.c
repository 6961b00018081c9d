/*
 * Proves that a port whose modem lines libserialport cannot set is opened without them,
 * that every other refusal stays one, and that links are followed. Its calls are this
 * program's own here, as it takes no pseudo-terminals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pty.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <libserialport.h>

#include "drivers/port/port_stream.h"
#include "firmware/base/str.h"
#include "tests/unit/scratch.h"

struct world {
	int master, slave;
	struct port_stream stream;
};

static int refusal; /* errno of sp_open() */
static char asked_for[64], a_port;

enum sp_return sp_get_port_by_name(const char *name, struct sp_port **out)
{
	assert_true(str_copy(asked_for, sizeof(asked_for), name));
	*out = (struct sp_port *)(void *)&a_port;
	return SP_OK;
}

char *sp_get_port_name(const struct sp_port *port)
{
	(void)port;
	return NULL;
}

enum sp_transport sp_get_port_transport(const struct sp_port *port)
{
	(void)port;
	return SP_TRANSPORT_NATIVE;
}

enum sp_return sp_open(struct sp_port *port, enum sp_mode mode)
{
	(void)port;
	(void)mode;
	errno = refusal;
	return SP_ERR_FAIL;
}

void sp_free_port(struct sp_port *port)
{
	(void)port;
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	assert_int_equal(openpty(&w->master, &w->slave, w->stream.name, NULL, NULL), 0);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	(void)close(w->master); /* nothing more is read */
	(void)close(w->slave);
	free(w);
	return 0;
}

static int open_it(struct port_stream *s, enum err *why)
{
	bool connecting = false;

	*why = ERR_OK;
	s->fd = port_serial_backend.open(s, &connecting, why);
	assert_false(connecting);
	return s->fd;
}

static void opened_without_lines(void **state)
{
	static const int refusals[] = { EPIPE, EINVAL, ENOTTY };
	struct world *w = *state;
	enum err why;
	char got[8];

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct port_stream other = w->stream;
		refusal = refusals[i];
		assert_true(open_it(&w->stream, &why) >= 0);
		assert_string_equal(w->stream.way.device, w->stream.name);
		assert_int_equal(open_it(&other, &why), -1);
		assert_int_equal(why, ERR_BUSY); /* it is locked as any other */
		assert_int_equal(write(w->stream.fd, "AT\r\n", 4), 4);
		assert_int_equal(read(w->master, got, sizeof(got)), 4);
		assert_memory_equal(got, "AT\r\n", 4);
		assert_int_equal(write(w->master, "\r\nOK\r\n", 6), 6);
		assert_int_equal(read(w->stream.fd, got, sizeof(got)), 6);
		assert_memory_equal(got, "\r\nOK\r\n", 6); /* as they came, and no echo */
		assert_int_equal(
			port_serial_backend.set_flow(&w->stream, true), ERR_UNSUPPORTED);
		port_serial_backend.close(&w->stream);
	}
}

static void other_refusals_stay(void **state)
{
	static const struct {
		int error;
		enum err why;
	} cases[] = {
		{ EBUSY, ERR_BUSY },
		{ EACCES, ERR_SYS },
		{ EIO, ERR_SYS },
		{ ENODEV, ERR_NOTFOUND },
	};
	struct world *w = *state;
	enum err why;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		refusal = cases[i].error;
		assert_int_equal(open_it(&w->stream, &why), -1);
		assert_int_equal(why, cases[i].why);
	}
}

/* libserialport takes no links, and lock files have the device's own name. */
static void a_link_is_followed(void **state)
{
	struct world *w = *state;
	char dir[SCRATCH_SIZE], link[SCRATCH_SIZE + 32], device[64];
	enum err why;

	scratch_make(dir);
	assert_true(str_format(link, sizeof(link), "%s/usb-Acme_Modem-if02-port0", dir));
	assert_true(str_copy(device, sizeof(device), w->stream.name));
	assert_int_equal(symlink(device, link), 0);
	assert_true(str_copy(w->stream.name, sizeof(w->stream.name), link));
	refusal = ENOTTY;
	assert_true(open_it(&w->stream, &why) >= 0);
	assert_string_equal(asked_for, device);
	port_serial_backend.close(&w->stream);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(open_it(&w->stream, &why), -1);
	assert_int_equal(why, ERR_NOTFOUND);
	scratch_drop(dir);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(opened_without_lines),
		T(other_refusals_stay),
		T(a_link_is_followed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
