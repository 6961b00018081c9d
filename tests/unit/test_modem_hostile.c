/*
 * Proves that a modem which floods, babbles or lies neither crashes the driver nor makes
 * it grow, and that the caller's requests still end. A flood is a second's worth of
 * 100,000 lines: the heap is the same after it to the octet, the processor time is
 * printed, and without a sanitizer less than that second by far; the log and the caller
 * get a handful of lines of it; and one turn of the loop takes no more than a bounded
 * bite of what lies in the port.
 */
#include "tests/unit/modem_world.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "firmware/base/str.h"

enum {
	FLOOD_LINES = 100000,
	FLOOD_MS_MOST = 500, /* of processor time, without a sanitizer */
	NEWS_MOST = 8,	     /* events of one flooded second */
	TURN_OCTETS_MOST = 8192,
};

/* The heap in use, where a sanitizer counts it: make test runs this under one. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static bool is_sanitized(void)
{
	return __sanitizer_get_current_allocated_bytes != NULL;
}

static size_t heap_octets(void)
{
	return is_sanitized() ? __sanitizer_get_current_allocated_bytes() : 0;
}

static uint64_t cpu_ms(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t), 0);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int set_up(void **state)
{
	(void)world_set_up(state);
	struct world *w = *state;

	assert_int_equal(modem_open(w->modem), ERR_OK);
	w->modem->chat.is_dirty = w->modem->chat.drain.needs_escape = false;
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

/* What came and was not read is told of: else nobody looks at it before the next sweep.
 */
static void a_message_that_is_not_read(void **state)
{
	struct world *w = *state;

	say(w, "+CMTI: \"SM\",3\r");
	loop_step(w->loop, 0);
	assert_true(wrote(w, "AT+CPMS=\"SM\"\r"));
	say(w, "OK\r");
	assert_true(wrote(w, "AT+CMGR=3\r"));
	say(w, "+CMS ERROR: 500\r");
	assert_int_equal(w->unread, 1);
	say(w, "+CMTI: \"SM\",4\r");
	loop_step(w->loop, 0);
	assert_true(wrote(w, "AT+CMEE?\r"));
	say(w, "+CMEE: 1\rOK\r");
	assert_true(wrote(w, "AT+CMGR=4\r"));
	say(w, "+CMGR: 0,,2\r000102\rOK\r");
	assert_int_equal(w->messages, 1);
	loop_fake_advance(w->loop, 60000);
	assert_int_equal(w->unread, 1);
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

/* Lines in a row as a modem may print them, to the end of the flood. */
static const struct flood {
	const char *what, *line;
	bool is_told_each; /* messages: each may be one, and is passed on */
} floods[] = {
	{ "noise of a vendor", "^BOOT:41173480,0,0,0,20\r\n", false },
	{ "noise nobody knows", "#ZZZ: 1,2,3\r\n", false },
	{ "new messages", "+CMTI: \"SM\",7\r\n", false },
	{ "new messages nowhere", "+CMTI: \"XX\",7\r\n", false },
	{ "starts", "RDY\r\n", false },
	{ "SIM news", "+CPIN: NOT READY\r\n", false },
	{ "registration", "+CREG: 1\r\n+CREG: 2\r\n", false },
	{ "full memories", "^SMMEMFULL: \"SM\"\r\n", false },
	{ "rings", "RING\r\n", false },
	{ "callers", "+CLIP: \"306912345678\",145\r\n", false },
	{ "operator's words", "+CUSD: 0,\"open\r\n", false },
	{ "answers to nothing", "OK\r\n", false },
	{ "errors", "+CMS ERROR: 512\r\n", false },
	{ "late references", "+CMGS: 7\r\n", false },
	{ "headers without PDUs", "+CMT: ,22\r\n", false },
	{ "reports", "+CDS: 2\r\n0011\r\n", true },
	{ "texts that are none", "+CMT: ,22\r\nABC\r\n", false },
	{ "prompts", "\r\n> ", false },
	{ "empty lines", "\r\n", false },
	{ "line without end", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false },
	{ "zeros", "", false }, /* its one octet is the terminator */
	{ "Ctrl-Z", "\x1A\x1A\x1A\x1A\x1A\x1A", false },
};

/* A buffer's worth of the line, repeated. */
static size_t fill(const struct flood *f, uint8_t *buf, size_t size, size_t *out_lines)
{
	size_t len = strlen(f->line) ? strlen(f->line) : 1, n = 0;

	for (*out_lines = 0; n + len <= size; n += len, ++*out_lines)
		memcpy(buf + n, f->line, len);
	return n;
}

/* In the midst of whatever runs: the flood comes while a request waits. */
static void flood_with(struct world *w, const struct flood *f)
{
	uint8_t buf[4096];
	size_t lines, n = fill(f, buf, sizeof(buf), &lines);
	size_t heap = heap_octets();
	uint64_t start = cpu_ms();
	unsigned events = w->events;

	for (size_t done = 0, turns = 0; done < FLOOD_LINES; done += lines, turns++) {
		w->port->base.data(w->port->base.user, buf, n);
		if (turns % 64 == 0)
			loop_step(w->loop, 0);
		w->port->len = w->port->sent = w->port->seen = 0; /* nobody answers */
	}
	uint64_t took = cpu_ms() - start;
	print_message("  %-22s %4llu ms of processor, %u events\n", f->what,
		(unsigned long long)took, w->events - events);
	assert_int_equal(heap_octets(), heap);
	assert_true(is_sanitized() || took < FLOOD_MS_MOST);
	assert_true(f->is_told_each || w->events - events <= NEWS_MOST);
}

static void floods_in_every_state(void **state)
{
	struct world *w = *state;

	print_message(
		"the driver's memory for a modem: %zu octets\n", sizeof(struct modem));
	for (size_t i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
		/* nothing runs; a command waits; the line is drained after it */
		flood_with(w, &floods[i]);
		loop_fake_advance(w->loop, 400000);
		unsigned done = w->done;
		assert_int_equal(modem_setup(w->modem, on_done, w), ERR_OK);
		flood_with(w, &floods[i]);
		loop_fake_advance(w->loop, 400000);
		assert_int_equal(w->done, done + 1); /* ended, one way or the other */
	}
}

static void on_octets(void *user, const uint8_t *data, size_t len)
{
	(void)data;
	*(size_t *)user += len;
}

static void on_port_gone(void *user)
{
	(void)user;
}

/* A port that is always full of octets gets its share of each turn and no more. */
static void one_turn_is_bounded(void **state)
{
	static char noise[1 << 16];
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t at_len = sizeof(at);
	struct loop *loop;
	struct port *port;
	char name[32];
	size_t got = 0, most = 0;
	(void)state;

	int listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &at_len), 0);
	assert_true(
		str_format(name, sizeof(name), "tcp:127.0.0.1:%u", ntohs(at.sin_port)));
	assert_int_equal(loop_create(&loop, clock_system()), ERR_OK);
	assert_int_equal(port_create(&port, loop, name), ERR_OK);
	port_set_handler(port, on_octets, on_port_gone, &got);
	assert_int_equal(port_open(port), ERR_OK);
	int modem = accept(listener, NULL, NULL);
	assert_true(modem >= 0);
	memset(noise, '\n', sizeof(noise));
	for (int turn = 0; turn < 400; turn++) {
		size_t before = got;
		while (send(modem, noise, sizeof(noise), MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
			;
		loop_step(loop, 20);
		most = got - before > most ? got - before : most;
	}
	print_message("  most octets in one turn: %zu of %zu\n", most, got);
	assert_true(got > 1000000);
	assert_true(most <= TURN_OCTETS_MOST);
	port_destroy(port);
	loop_destroy(loop);
	assert_int_equal(close(modem), 0);
	assert_int_equal(close(listener), 0);
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
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, world_tear_down)
	const struct CMUnitTest tests[] = {
		T(flood_of_new_messages),
		T(a_message_that_is_not_read),
		T(babble),
		T(floods_in_every_state),
		T(one_turn_is_bounded),
		T(messages_that_are_none),
		T(close_in_an_event),
		T(destroy_in_the_middle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
