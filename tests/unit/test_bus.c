/* The bus: what one side puts into a line the other reads back; quoting hides nothing and
 * forges nothing; the server outlives clients and replaces the socket of a killed one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "firmware/base/bus.h"
#include "firmware/base/str.h"
#include "tests/unit/scratch.h"

static void values_come_back(void **state)
{
	static const char *const values[] = { "plain", "", "two words", "a\"b",
		"back\\slash", "line\nbreak", "key=value", " bay=9", "\xce\xb1 \xd7\x90",
		"\"", "\\\"" };
	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char line[256] = "slot", got[64];
		int64_t bay;
		assert_true(bus_add(line, sizeof(line), "reason", values[i]));
		assert_true(bus_add_i64(line, sizeof(line), "bay", -3));
		assert_null(strchr(line, '\n'));
		assert_true(bus_get(line, "reason", got, sizeof(got)));
		assert_string_equal(got, values[i]);
		assert_true(bus_get_i64(line, "bay", &bay));
		assert_int_equal(bay, -3);
	}
}

static void a_quoted_value_is_no_key(void **state)
{
	char got[16];
	(void)state;
	assert_false(bus_get("slot reason=\"x bay=3\"", "bay", got, sizeof(got)));
	assert_false(bus_get("slot abay=3", "bay", got, sizeof(got)));
	assert_false(bus_get("bay=3", "bay", got, sizeof(got)));
	assert_true(bus_get("slot x bay=3", "bay", got, sizeof(got)));
	assert_string_equal(got, "3");
}

static void broken_lines_have_no_value(void **state)
{
	static const char *const lines[] = { "", "slot", "slot bay", "slot bay=\"3",
		"slot bay=\"3\\", "slot bay=0123456789abcdef", " " };
	char got[16];
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_false(bus_get(lines[i], "bay", got, sizeof(got)));
}

static void numbers_are_whole(void **state)
{
	int64_t n;
	(void)state;
	assert_false(bus_get_i64("x n=12a", "n", &n));
	assert_false(bus_get_i64("x n=\"\"", "n", &n));
	assert_true(bus_get_i64("x n=\"12\"", "n", &n));
	assert_int_equal(n, 12);
}

static void what_does_not_fit_is_left_out_whole(void **state)
{
	char line[12] = "slot";
	(void)state;
	assert_false(bus_add(line, sizeof(line), "reason", "x"));
	assert_string_equal(line, "slot");
	assert_true(bus_add(line, sizeof(line), "bay", "12"));
	assert_string_equal(line, "slot bay=12");
}

static void topic_is_the_first_word(void **state)
{
	(void)state;
	assert_true(bus_is("work", "work"));
	assert_true(bus_is("work n=1", "work"));
	assert_false(bus_is("works", "work"));
	assert_false(bus_is("wor", "work"));
}

struct world {
	struct loop *loop;
	struct bus_server *server;
	char dir[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
	char seen[BUS_LINE_MAX];
	uint64_t asker; /* of "command seq=2": answered later */
	int joined;
};

static void on_line(void *user, struct bus_peer *peer, const char *line)
{
	struct world *w = user;

	(void)str_copy(w->seen, sizeof(w->seen), line);
	if (str_eq(line, "command seq=2"))
		w->asker = bus_peer_id(peer);
	else if (bus_is(line, "command"))
		bus_reply(peer, "answer seq=1 ok=1");
}

static void on_join(void *user, struct bus_peer *peer)
{
	struct world *w = user;

	w->joined++;
	bus_reply(peer, "slot bay=1");
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	scratch_make(w->dir);
	assert_true(str_format(w->path, sizeof(w->path), "%s/bus.sock", w->dir));
	assert_int_equal(loop_create(&w->loop, clock_system()), ERR_OK);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	bus_server_destroy(w->server);
	loop_destroy(w->loop);
	assert_int_equal(access(w->path, F_OK), -1); /* it clears up after itself */
	scratch_drop(w->dir);
	free(w);
	return 0;
}

static void turn(struct world *w)
{
	for (int i = 0; i < 40; i++) /* more than there are descriptors */
		loop_step(w->loop, 0);
}

static void serve(struct world *w)
{
	assert_int_equal(
		bus_server_create(&w->server, w->loop, w->path, on_line, w), ERR_OK);
	bus_server_on_join(w->server, on_join);
}

static void both_ways(void **state)
{
	struct world *w = *state;
	char line[BUS_LINE_MAX];
	int fd;

	assert_int_equal(bus_connect(&fd, w->path), ERR_NOTFOUND);
	serve(w);
	assert_int_equal(bus_connect(&fd, w->path), ERR_OK);
	turn(w);
	assert_int_equal(w->joined, 1);
	assert_int_equal(bus_receive(fd, line, sizeof(line), 0), ERR_OK);
	assert_string_equal(line, "slot bay=1");
	assert_int_equal(bus_send(fd, "command seq=1 op=status"), ERR_OK);
	turn(w);
	assert_string_equal(w->seen, "command seq=1 op=status");
	assert_int_equal(bus_receive(fd, line, sizeof(line), 0), ERR_OK);
	assert_true(bus_is(line, "answer"));
	assert_int_equal(bus_receive(fd, line, sizeof(line), 0), ERR_TIMEOUT);
	bus_server_destroy(w->server);
	w->server = NULL;
	assert_int_equal(bus_receive(fd, line, sizeof(line), 0), ERR_SYS);
	(void)close(fd);
}

static void a_late_answer_goes_to_its_asker_alone(void **state)
{
	struct world *w = *state;
	char line[BUS_LINE_MAX];
	int asker, other;

	serve(w);
	assert_int_equal(bus_connect(&asker, w->path), ERR_OK);
	assert_int_equal(bus_connect(&other, w->path), ERR_OK);
	turn(w);
	assert_int_equal(bus_receive(asker, line, sizeof(line), 0), ERR_OK);
	assert_int_equal(bus_receive(other, line, sizeof(line), 0), ERR_OK);
	assert_int_equal(bus_send(asker, "command seq=2"), ERR_OK);
	turn(w);
	assert_true(w->asker > 0);
	bus_reply_to(w->server, w->asker, "answer seq=2 ok=1");
	assert_int_equal(bus_receive(asker, line, sizeof(line), 0), ERR_OK);
	assert_string_equal(line, "answer seq=2 ok=1");
	assert_int_equal(bus_receive(other, line, sizeof(line), 0), ERR_TIMEOUT);
	/* It goes, and another takes its place: that one did not ask. */
	(void)close(asker);
	turn(w);
	assert_int_equal(bus_connect(&asker, w->path), ERR_OK);
	turn(w);
	assert_int_equal(bus_receive(asker, line, sizeof(line), 0), ERR_OK);
	bus_reply_to(w->server, w->asker, "answer seq=2 ok=1");
	assert_int_equal(bus_receive(asker, line, sizeof(line), 0), ERR_TIMEOUT);
	(void)close(asker);
	(void)close(other);
	turn(w);
}

static void a_client_that_does_not_read_costs_nobody(void **state)
{
	struct world *w = *state;
	char line[BUS_LINE_MAX];
	int deaf, good;

	serve(w);
	assert_int_equal(bus_connect(&deaf, w->path), ERR_OK);
	assert_int_equal(bus_connect(&good, w->path), ERR_OK);
	turn(w);
	assert_int_equal(bus_receive(good, line, sizeof(line), 0), ERR_OK);
	for (int i = 0; i < 5000; i++) {
		bus_publish(w->server, "messages n=1 list=1:sent");
		assert_int_equal(bus_receive(good, line, sizeof(line), 0), ERR_OK);
	}
	(void)close(deaf);
	turn(w);
	bus_publish(w->server, "work");
	assert_int_equal(bus_receive(good, line, sizeof(line), 0), ERR_OK);
	(void)close(good);
	turn(w);
}

static void a_dead_socket_is_replaced_a_living_one_is_not(void **state)
{
	struct world *w = *state;
	struct bus_server *second;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int dead = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	assert_true(str_copy(address.sun_path, sizeof(address.sun_path), w->path));
	assert_int_equal(
		bind(dead, (const struct sockaddr *)&address, sizeof(address)), 0);
	(void)close(dead); /* as after kill -9: the file stays */
	serve(w);
	assert_int_equal(
		bus_server_create(&second, w->loop, w->path, on_line, w), ERR_BUSY);
	assert_int_equal(access(w->path, F_OK), 0);
}

static void a_crowd_is_refused(void **state)
{
	struct world *w = *state;
	char line[BUS_LINE_MAX];
	int fds[24];

	serve(w);
	for (size_t i = 0; i < 24; i++) {
		assert_int_equal(bus_connect(&fds[i], w->path), ERR_OK);
		turn(w);
	}
	assert_int_equal(bus_receive(fds[0], line, sizeof(line), 0), ERR_OK);
	assert_int_equal(bus_receive(fds[23], line, sizeof(line), 0), ERR_SYS);
	for (size_t i = 0; i < 24; i++)
		(void)close(fds[i]);
	turn(w);
	assert_int_equal(bus_connect(&fds[0], w->path), ERR_OK);
	turn(w);
	assert_int_equal(bus_receive(fds[0], line, sizeof(line), 0), ERR_OK);
	(void)close(fds[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_back),
		cmocka_unit_test(a_quoted_value_is_no_key),
		cmocka_unit_test(broken_lines_have_no_value),
		cmocka_unit_test(numbers_are_whole),
		cmocka_unit_test(what_does_not_fit_is_left_out_whole),
		cmocka_unit_test(topic_is_the_first_word),
		cmocka_unit_test_setup_teardown(both_ways, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_late_answer_goes_to_its_asker_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_client_that_does_not_read_costs_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_dead_socket_is_replaced_a_living_one_is_not, setup, teardown),
		cmocka_unit_test_setup_teardown(a_crowd_is_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
