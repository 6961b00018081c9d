/*
 * Proves that a command gets its own lines and no others, that its end is told once and
 * from the loop, and what is logged and kept of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "drivers/at/at_chat.h"
#include "firmware/base/str.h"
#include "tests/unit/fake_port.h"

struct world {
	struct clock clock;
	struct loop *loop;
	struct fake_port *port;
	struct at_chat chat;
	char told[4096];
	unsigned n_done;
	struct at_result result;
	const struct at_request *again; /* to be sent from done */
};

static const struct at_urc urcs[] = {
	{ .prefix = "+CMTI:", .what = 1 },
	{ .prefix = "+CDS:", .what = 2, .has_data = true },
	{ .prefix = "RING", .what = 3 },
	{ 0 },
};

static void on_urc(void *user, int what, const char *text, const char *data)
{
	struct world *w = user;

	if (what == AT_URC_ECHO)
		return;
	if (what == AT_URC_STRAY) {
		assert_true(str_append(w->told, sizeof(w->told), "stray"));
		return;
	}
	assert_true(str_append_format(w->told, sizeof(w->told), "urc%d(%s%s%s)", what,
		text, data ? "|" : "", data ? data : ""));
}

static bool on_line(void *user, const char *text, size_t len)
{
	struct world *w = user;

	assert_int_equal(strlen(text), len);
	if (str_starts(text, "+CSQ: no"))
		return false;
	assert_true(str_append_format(w->told, sizeof(w->told), "line(%s)", text));
	return true;
}

static void on_done(void *user, const struct at_result *result)
{
	struct world *w = user;

	w->n_done++;
	w->result = *result;
	assert_true(str_append(w->told, sizeof(w->told), "done"));
	if (w->again)
		assert_int_equal(at_chat_send(&w->chat, w->again), ERR_OK);
	w->again = NULL;
}

static void on_data(void *user, const uint8_t *data, size_t len)
{
	struct world *w = user;
	at_chat_feed(&w->chat, data, len);
}

static void say(struct world *w, const char *text)
{
	fake_port_feed(w->port, text, strlen(text), 3);
}

static void check_told(struct world *w, const char *text)
{
	assert_string_equal(w->told, text);
	w->told[0] = '\0';
}

static void check_written(struct world *w, const char *text)
{
	size_t n = w->port->len - w->port->seen;

	assert_int_equal(n, strlen(text));
	assert_memory_equal(w->port->out + w->port->seen, text, n);
	w->port->seen = w->port->len;
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->clock = clock_fake(0, 0);
	w->port = fake_port_create();
	assert_int_equal(loop_create_fake(&w->loop, &w->clock), ERR_OK);
	port_set_handler(&w->port->base, on_data, NULL, w);
	assert_int_equal(port_open(&w->port->base), ERR_OK);
	at_chat_init(&w->chat, w->loop, &w->port->base, urcs, on_urc);
	w->chat.user = w;
	w->chat.is_dirty = w->chat.drain.needs_escape = false; /* begin clean */
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	(void)at_chat_abort(&w->chat, AT_END_CLOSED); /* nobody listens any more */
	port_destroy(&w->port->base);
	loop_destroy(w->loop);
	free(w);
	return 0;
}

static const char *const owns_csq[] = { "+CSQ:", NULL };
static const char *const owns_bare[] = { "", NULL };
static const char *const owns_cmgl[] = { "+CMGL:", NULL };

static struct at_request request(
	struct world *w, const char *text, const char *const *owns)
{
	return (struct at_request){ .text = text,
		.owns = owns,
		.answer_ms = 1000,
		.line = on_line,
		.done = on_done,
		.user = w };
}

static void owned_lines_only(void **state)
{
	struct world *w = *state;
	struct at_request q = request(w, "AT+CSQ", owns_csq);

	assert_int_equal(at_chat_send(&w->chat, &q), ERR_OK);
	assert_int_equal(at_chat_send(&w->chat, &q), ERR_BUSY);
	check_written(w, "AT+CSQ\r");
	say(w, "\r\n+CMTI: \"SM\",1\r\n+CSQ: 1,2\r\nxyz\r\n+CSQ: no\r\n"
	       "+CDS: 2\r\n0A0B\r\nOK\r\n");
	check_told(w, "urc1(+CMTI: \"SM\",1)line(+CSQ: 1,2)urc2(+CDS: 2|0A0B)done");
	assert_int_equal(w->result.end, AT_END_ANSWERED);
	assert_int_equal(w->result.final, AT_FINAL_OK);
	say(w, "OK\r\n+CSQ: 1,2\r\nRING\r\n"); /* nobody's */
	check_told(w, "strayurc3(RING)");
}

static void bare_answers(void **state)
{
	struct world *w = *state;
	struct at_request q = request(w, "AT+CGMM", owns_bare);

	assert_int_equal(at_chat_send(&w->chat, &q), ERR_OK);
	say(w, "RING\r^RSSI: 3\r+CREG: 1\r*X: 1\rModel X\rERROR\r");
	check_told(w, "urc3(RING)line(Model X)done");
	assert_int_equal(w->result.final, AT_FINAL_ERROR);
}

static void data_lines(void **state)
{
	struct world *w = *state;
	struct at_request q = request(w, "AT+CMGL=4", owns_cmgl);

	q.flags = AT_FLAG_DATA;
	assert_int_equal(at_chat_send(&w->chat, &q), ERR_OK);
	/* hex before any header is not an answer; news and its hex is not ours */
	say(w, "00FF\r+CMGL: 1,0,,2\r+CDS: 2\r0A0B\r0C0D\rOK\r");
	check_told(w, "line(+CMGL: 1,0,,2)urc2(+CDS: 2|0A0B)line(0C0D)done");
}

static void header_without_data(void **state)
{
	struct world *w = *state;
	struct at_request q = request(w, "AT+CSQ", owns_csq);

	assert_int_equal(at_chat_send(&w->chat, &q), ERR_OK);
	say(w, "+CDS: 2\r+CSQ: 1,2\rOK\r0A0B\r");
	check_told(w, "line(+CSQ: 1,2)done");
}

static void next_command_in_the_same_turn(void **state)
{
	struct world *w = *state;
	struct at_request q = request(w, "AT+CSQ", owns_csq);

	w->again = &q;
	assert_int_equal(at_chat_send(&w->chat, &q), ERR_OK);
	check_written(w, "AT+CSQ\r");
	say(w, "OK\r");
	check_written(w, "AT+CSQ\r");
	/* what else lies in the same read belongs to the second */
	say(w, "+CSQ: 3,4\rOK\r");
	check_told(w, "doneline(+CSQ: 3,4)done");
}

static void timeout_then_drain(void **state)
{
	struct world *w = *state;
	struct at_request q = request(w, "AT+CSQ", owns_csq);

	assert_int_equal(at_chat_send(&w->chat, &q), ERR_OK);
	check_written(w, "AT+CSQ\r");
	loop_fake_advance(w->loop, 999);
	check_told(w, "");
	loop_fake_advance(w->loop, 1);
	check_told(w, "done");
	assert_int_equal(w->result.end, AT_END_TIMEOUT);
	assert_int_equal(at_chat_send(&w->chat, &q), ERR_OK);
	check_written(w, "AT+CMEE?\r");
	say(w, "+CSQ: 9,9\rOK\r"); /* the first one's, late */
	check_told(w, "stray");
	check_written(w, "");
	say(w, "+CMEE: 1\rOK\r");
	check_written(w, "AT+CSQ\r");
	say(w, "+CSQ: 5,5\rOK\r");
	check_told(w, "line(+CSQ: 5,5)done");
}

static void refused_bytes_end_from_the_loop(void **state)
{
	struct world *w = *state;
	struct at_request q = request(w, "AT+CSQ", owns_csq);

	w->port->refuses = true;
	assert_int_equal(at_chat_send(&w->chat, &q), ERR_OK);
	check_told(w, "");
	loop_step(w->loop, 0);
	check_told(w, "done");
	assert_int_equal(w->result.end, AT_END_CLOSED);
	assert_false(w->result.text_left);
}

static void odd_commands_are_refused(void **state)
{
	struct world *w = *state;
	char text[AT_COMMAND_MAX + 8];
	struct at_request q = request(w, text, NULL);

	(void)str_copy(text, sizeof(text), "AT\rATH"); /* fits */
	assert_int_equal(at_chat_send(&w->chat, &q), ERR_ARG);
	(void)str_copy(text, sizeof(text), "AT\x1A"); /* fits */
	assert_int_equal(at_chat_send(&w->chat, &q), ERR_ARG);
	text[0] = '\0';
	assert_int_equal(at_chat_send(&w->chat, &q), ERR_ARG);
	memset(text, 'A', AT_COMMAND_MAX - 1);
	text[AT_COMMAND_MAX - 1] = '\0';
	assert_int_equal(at_chat_send(&w->chat, &q), ERR_ARG);
	text[AT_COMMAND_MAX - 2] = '\0';
	assert_int_equal(at_chat_send(&w->chat, &q), ERR_OK);
}

static void secret_is_wiped(void **state)
{
	struct world *w = *state;
	struct at_request q = request(w, "AT+CPIN=\"1234\"", NULL);

	q.flags = AT_FLAG_SECRET;
	assert_int_equal(at_chat_send(&w->chat, &q), ERR_OK);
	say(w, "AT+CPIN=\"1234\"\rOK\r");
	check_told(w, "done");
	const char *bytes = (const char *)&w->chat;
	for (size_t i = 0; i + 4 < sizeof(w->chat); i++)
		if (memcmp(bytes + i, "1234", 4) == 0 && bytes + i >= w->chat.command &&
			bytes + i < w->chat.command + sizeof(w->chat.command))
			fail_msg("the PIN is still there");
}

static void flood_of_news(void **state)
{
	struct world *w = *state;
	struct at_request q = request(w, "AT+CSQ", owns_csq);

	assert_int_equal(at_chat_send(&w->chat, &q), ERR_OK);
	for (int i = 0; i < 100000; i++) {
		say(w, "+CMTI: \"SM\",1\r");
		w->told[0] = '\0';
	}
	for (int i = 0; i < 100000; i++)
		say(w, "no line end at all");
	say(w, "\rOK\r");
	check_told(w, "done");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(owned_lines_only),
		T(bare_answers),
		T(data_lines),
		T(header_without_data),
		T(next_command_in_the_same_turn),
		T(timeout_then_drain),
		T(refused_bytes_end_from_the_loop),
		T(odd_commands_are_refused),
		T(secret_is_wiped),
		T(flood_of_news),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
