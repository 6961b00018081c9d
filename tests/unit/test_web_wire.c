/*
 * The server on the wire: crooked addresses, HEAD and OPTIONS, the panel's files and
 * their headers, clients that are slow, many, or go away; and server-sent events, live
 * and resumed.
 */
#include "tests/unit/web_box.h"

#include <pthread.h>
#include <stdatomic.h>

#include "firmware/store/message.h"
#include "web/api/events.h"

static struct web_reply raw(struct web_box *box, const char *request)
{
	int fd = web_connect(box->port);

	web_send(fd, request, strlen(request));
	struct web_reply r = web_read(fd);
	(void)close(fd);
	return r;
}

static struct web_reply ask_for(struct web_box *box, const char *method, const char *path)
{
	return web_ask(box->port, &(struct web_ask){
					  .method = method,
					  .path = path,
					  .key = box->keys[AUTH_ADMIN],
				  });
}

static void test_crooked_paths_reach_nothing(void **state)
{
	static const char *const paths[] = { "/..", "/../etc/passwd",
		"/%2e%2e/%2e%2e/etc/passwd", "/assets/../../etc/passwd",
		"/assets/%2e%2e%2findex.html", "//etc/passwd", "/assets//app-0a1b2c3d.js",
		"/assets/app-0a1b2c3d.js%00.html", "/api/v1/messages/../keys",
		"/api/v1/keys/", "/api//v1/keys", "/api", "/api/v2/keys",
		"/api/v1/messages/0", "/api/v1/messages/-1", "/api/v1/messages/1e3",
		"/api/v1/messages/01", "/api/v1/messages/99999999999999999999",
		"/API/v1/keys", "/a.b.js", "/assets/app-0a1b2c3d.js/x.js" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct web_reply r = ask_for(*state, "GET", paths[i]);
		/* What looks like a page of the panel is the panel. */
		bool page = str_eq(paths[i], "/API/v1/keys");
		if (r.status != (page ? 200 : 404) || strstr(r.body, "root:"))
			fail_msg("%s: %d", paths[i], r.status);
		web_reply_fini(&r);
	}
}

static void test_broken_requests_do_no_harm(void **state)
{
	static const char *const requests[] = { "GET\r\n\r\n", "GET /health\r\n\r\n",
		"GET /health HTTP/9.9\r\n\r\n",
		"GET http://evil/ HTTP/1.1\r\nHost: localhost\r\nConnection: "
		"close\r\n\r\n",
		"GET * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
		"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: "
		"close\r\n"
		"Content-Length: -5\r\n\r\n{}",
		"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: "
		"close\r\n"
		"Content-Length: 99999999999999999999\r\n\r\n{}",
		"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: "
		"close\r\n"
		"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
		"BREW /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" };

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		int fd = web_connect(((struct web_box *)*state)->port);
		web_send(fd, requests[i], strlen(requests[i]));
		(void)shutdown(fd, SHUT_WR);
		struct web_reply r = web_read(fd);
		/* HTTP/9.9 is read as 1.1. */
		assert_true(r.status == 0 || r.status >= 400 || i == 2);
		web_reply_fini(&r);
		(void)close(fd);
	}
	struct web_reply r = ask_for(*state, "GET", "/api/v1/session");
	assert_int_equal(r.status, 200);
	web_reply_fini(&r);
}

static void test_head_options_and_wrong_methods(void **state)
{
	struct web_reply r = ask_for(*state, "HEAD", "/api/v1/session");

	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "");
	assert_non_null(strstr(buf_str(&r.all), "Content-Length: "));
	web_reply_fini(&r);
	r = ask_for(*state, "OPTIONS", "/api/v1/lists/7");
	assert_int_equal(r.status, 204);
	assert_non_null(
		strstr(buf_str(&r.all), "Allow: GET, HEAD, PATCH, DELETE, OPTIONS\r\n"));
	assert_null(strstr(buf_str(&r.all), "Access-Control"));
	web_reply_fini(&r);
	r = ask_for(*state, "PUT", "/api/v1/lists");
	assert_int_equal(r.status, 405);
	assert_non_null(strstr(buf_str(&r.all), "Allow: GET, HEAD, POST, OPTIONS\r\n"));
	web_reply_fini(&r);
	r = ask_for(*state, "POST", "/index.html");
	assert_int_equal(r.status, 405);
	web_reply_fini(&r);
}

static void test_files_of_the_panel(void **state)
{
	struct web_box *box = *state;
	struct web_reply r = raw(
		box, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "<html>");
	static const char *const wanted[] = {
		"Content-Security-Policy: default-src 'self'",
		"X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer",
		"X-Frame-Options: DENY", "Cache-Control: no-cache", "ETag: \"e1\""
	};
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_non_null(strstr(buf_str(&r.all), wanted[i]));
	web_reply_fini(&r);
	r = raw(box, "GET /assets/app-0a1b2c3d.js?x=1 HTTP/1.1\r\nHost: localhost\r\n"
		     "Connection: close\r\n\r\n");
	assert_string_equal(r.body, "1;");
	assert_non_null(strstr(buf_str(&r.all), "immutable"));
	web_reply_fini(&r);
	r = raw(box, "GET /campaigns/7 HTTP/1.1\r\nHost: localhost\r\n"
		     "If-None-Match: \"e1\"\r\nConnection: close\r\n\r\n");
	assert_int_equal(r.status, 304);
	assert_string_equal(r.body, "");
	web_reply_fini(&r);
}

static void test_answers_are_not_kept_by_browsers(void **state)
{
	struct web_reply r = ask_for(*state, "GET", "/api/v1/session");

	assert_non_null(strstr(buf_str(&r.all), "Cache-Control: no-store\r\n"));
	assert_non_null(strstr(buf_str(&r.all), "Content-Type: application/json\r\n"));
	web_reply_fini(&r);
}

/* ---- clients of all kinds ---- */

static void test_keep_alive_and_pipelining(void **state)
{
	static const char request[] =
		"GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\n\r\n";
	struct web_box *box = *state;
	int fd = web_connect(box->port);

	for (int i = 0; i < 9; i++)
		web_send(fd, request, sizeof(request) - 1);
	static const char last[] = "GET /api/v1/session HTTP/1.1\r\nHost: "
				   "localhost\r\nConnection: close\r\n\r\n";
	web_send(fd, last, sizeof(last) - 1);
	struct web_reply r = web_read(fd);
	size_t n = 0;
	for (const char *p = buf_str(&r.all); (p = strstr(p, "HTTP/1.1 200")); p++)
		n++;
	assert_int_equal(n, 10);
	web_reply_fini(&r);
	(void)close(fd);
}

static void test_a_client_that_half_closes_is_answered(void **state)
{
	static const char request[] =
		"GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\n"
		"Connection: close\r\n\r\n";

	for (int i = 0; i < 50; i++) {
		int fd = web_connect(((struct web_box *)*state)->port);
		web_send(fd, request, sizeof(request) - 1);
		(void)shutdown(fd, SHUT_WR);
		struct web_reply r = web_read(fd);
		assert_int_equal(r.status, 200);
		web_reply_fini(&r);
		(void)close(fd);
	}
}

static void test_a_slow_client_holds_up_nobody(void **state)
{
	static const char request[] = "GET /api/v1/session HTTP/1.1\r\nHost: "
				      "localhost\r\nConnection: close\r\n\r\n";
	struct web_box *box = *state;
	int slow[16];

	for (size_t k = 0; k < 16; k++)
		slow[k] = web_connect(box->port);
	/* An octet each in turn, and in between someone in a hurry. */
	for (size_t i = 0; i < sizeof(request) - 1; i++) {
		for (size_t k = 0; k < 16; k++)
			web_send(slow[k], request + i, 1);
		if (i % 20 != 0)
			continue;
		struct web_reply r = ask_for(box, "GET", "/api/v1/session");
		assert_int_equal(r.status, 200);
		web_reply_fini(&r);
	}
	for (size_t k = 0; k < 16; k++) {
		struct web_reply r = web_read(slow[k]);
		assert_int_equal(r.status, 200);
		web_reply_fini(&r);
		(void)close(slow[k]);
	}
}

static void test_clients_that_go_away(void **state)
{
	struct web_box *box = *state;
	char head[400];

	(void)str_format(head, sizeof(head),
		"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\n"
		"Authorization: Bearer %s\r\nContent-Length: 1000\r\n\r\n{\"to\":",
		box->keys[AUTH_SEND]);
	for (size_t i = 1; i < 60; i++) {
		int fd = web_connect(box->port);
		web_send(fd, head, strlen(head) * i / 59);
		(void)close(fd);
	}
	struct web_reply r = ask_for(box, "GET", "/api/v1/messages");
	assert_int_equal(r.status, 200);
	assert_int_equal(json_array_size(json_object_get(r.json, "items")), 0);
	web_reply_fini(&r);
}

enum {
	CLIENTS = 32,
	EACH = 20
};
struct client {
	struct web_box *box;
	int index;
	atomic_int *accepted;
};

static void *client_main(void *user)
{
	const struct client *client = user;
	char body[200];

	for (int i = 0; i < EACH; i++) {
		(void)str_format(body, sizeof(body),
			"{\"to\":\"+306912345678\",\"text\":\"t\",\"class\":\"alert\","
			"\"client_ref\":\"%d-%d\"}",
			client->index, i);
		struct web_reply r = web_ask(
			client->box->port, &(struct web_ask){
						   .method = "POST",
						   .path = "/api/v1/messages",
						   .key = client->box->keys[AUTH_SEND],
						   .body = body,
					   });
		if (r.status == 202)
			atomic_fetch_add(client->accepted, 1);
		web_reply_fini(&r);
	}
	return NULL;
}

static void test_32_clients_at_once(void **state)
{
	struct web_box *box = *state;
	pthread_t threads[CLIENTS];
	struct client clients[CLIENTS];
	atomic_int accepted = 0;

	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = (struct client){ box, i, &accepted };
		assert_int_equal(
			pthread_create(&threads[i], NULL, client_main, &clients[i]), 0);
	}
	for (int i = 0; i < CLIENTS; i++)
		(void)pthread_join(threads[i], NULL);
	assert_int_equal(accepted, CLIENTS * EACH);
	int64_t n = 0;
	struct message_tally tally;
	assert_int_equal(message_count(box->office.store, -1, &tally), ERR_OK);
	for (int s = 0; s < MESSAGE_STATE_COUNT; s++)
		n += tally.n[s];
	assert_int_equal(n, CLIENTS * EACH);
}

static void test_many_idle_connections(void **state)
{
	struct web_box *box = *state;
	int idle[200];

	for (size_t i = 0; i < 200; i++)
		assert_true((idle[i] = web_connect(box->port)) >= 0);
	struct web_reply r = ask_for(box, "GET", "/api/v1/session");
	assert_int_equal(r.status, 200);
	web_reply_fini(&r);
	for (size_t i = 0; i < 200; i++)
		(void)close(idle[i]);
}

/* ---- events ---- */

static int listen_from(struct web_box *box, const char *last_id)
{
	char headers[100] = "";
	int fd = web_connect(box->port);

	if (last_id)
		(void)str_format(
			headers, sizeof(headers), "Last-Event-ID: %s\r\n", last_id);
	web_ask_send(fd, &(struct web_ask){
				 .method = "GET",
				 .path = "/api/v1/events",
				 .key = box->keys[AUTH_READ],
				 .headers = headers,
			 });
	return fd;
}

/* Reads until the text has come; fails after the socket's time limit. */
static void read_until(int fd, struct buf *got, const char *text)
{
	char piece[4096];

	while (!strstr(buf_str(got), text)) {
		ssize_t n = recv(fd, piece, sizeof(piece), 0);
		if (n <= 0)
			fail_msg("no \"%s\" in: %s", text, buf_str(got));
		buf_put(got, piece, (size_t)n);
	}
}

static void test_events_live_and_resumed(void **state)
{
	struct web_box *box = *state;
	struct buf got;
	char id[32] = "";

	buf_init(&got, 1u << 20);
	int fd = listen_from(box, NULL);
	read_until(fd, &got, ":\n\n"); /* it listens from here on */
	assert_non_null(strstr(buf_str(&got), "Content-Type: text/event-stream"));
	const struct hub_change change = { .id = 17, .state = MESSAGE_DELIVERED };
	hub_tell_messages(box->hub, &change, 1);
	read_until(fd, &got, "\"changed\":[{\"id\":17,\"state\":\"delivered\"}]");
	const char *at = strstr(buf_str(&got), "event: message\nid: ");
	assert_non_null(at);
	assert_true(str_copy_n(id, sizeof(id), at + 19, strcspn(at + 19, "\n")));
	(void)close(fd);
	/* Meanwhile something happens; whoever comes back hears of it. */
	events_publish(box->api->events, "job", "{\"id\":3}");
	buf_reset(&got);
	fd = listen_from(box, id);
	read_until(fd, &got, "event: job\n");
	assert_null(strstr(buf_str(&got), "event: reset"));
	assert_null(strstr(buf_str(&got), "\"id\":17"));
	(void)close(fd);
	buf_reset(&got);
	fd = listen_from(box, "12");
	read_until(fd, &got, "event: reset\n");
	(void)close(fd);
	buf_fini(&got);
}

static void test_events_in_a_storm(void **state)
{
	struct web_box *box = *state;
	struct buf got;

	buf_init(&got, 16u << 20);
	int fd = listen_from(box, NULL);
	int deaf = listen_from(box, NULL); /* never reads */
	read_until(fd, &got, ":\n\n");
	for (int64_t i = 1; i <= 100000; i++) {
		const struct hub_change change = { .id = i, .state = MESSAGE_SENT };
		hub_tell_messages(box->hub, &change, 1);
	}
	hub_tell(box->hub, HUB_LINK, 1);
	read_until(fd, &got, "event: reset\n");
	/* At most ten message events a second: so many changes make few of them. */
	size_t n = 0;
	for (const char *p = buf_str(&got); (p = strstr(p, "event: message")); p++)
		n++;
	assert_in_range(n, 1, 100);
	(void)close(deaf);
	(void)close(fd);
	buf_fini(&got);
}

static void test_stopping_ends_streams(void **state)
{
	struct web_box *box = *state;
	struct buf got;

	buf_init(&got, 1u << 20);
	int fd = listen_from(box, NULL);
	read_until(fd, &got, ":\n\n");
	http_server_stop(box->http);
	box->http = NULL;
	char piece[100];
	while (recv(fd, piece, sizeof(piece), 0) > 0) {
	}
	(void)close(fd);
	assert_int_equal(web_connect(box->port), -1);
	buf_fini(&got);
}

#define BOXED(test_)                                                                     \
	cmocka_unit_test_setup_teardown(test_, web_box_setup, web_box_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOXED(test_crooked_paths_reach_nothing),
		BOXED(test_broken_requests_do_no_harm),
		BOXED(test_head_options_and_wrong_methods),
		BOXED(test_files_of_the_panel),
		BOXED(test_answers_are_not_kept_by_browsers),
		BOXED(test_keep_alive_and_pipelining),
		BOXED(test_a_client_that_half_closes_is_answered),
		BOXED(test_a_slow_client_holds_up_nobody),
		BOXED(test_clients_that_go_away),
		BOXED(test_32_clients_at_once),
		BOXED(test_many_idle_connections),
		BOXED(test_events_live_and_resumed),
		BOXED(test_events_in_a_storm),
		BOXED(test_stopping_ends_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
