/*
 * Nothing is open by accident: every row of the route table is called with no key and
 * with a key of each scope, and answers 401 or 403 exactly where its scope says so. Then
 * set-up, login, the cookie's guard against forged requests, host names, guessing.
 */
#include "tests/unit/web_box.h"

#include "web/api/endpoint.h"

/* ---- every route, every scope ---- */

/* "/api/v1/lists/{id}" → "/api/v1/lists/999999" */
static void fill_path(const char *pattern, char *dst, size_t size)
{
	dst[0] = '\0';
	while (*pattern != '\0') {
		size_t len = strcspn(pattern, "{");
		char piece[128];
		assert_true(str_copy_n(piece, sizeof(piece), pattern, len));
		(void)str_append(dst, size, piece);
		pattern += len;
		if (*pattern == '{') {
			(void)str_append(dst, size, "999999");
			pattern += strcspn(pattern, "}") + 1;
		}
	}
}

static int status_of(struct web_box *box, const struct endpoint *r, int scope)
{
	char path[256];
	bool body = r->body != ROUTE_NO_BODY;

	fill_path(r->path, path, sizeof(path));
	struct web_reply reply = web_ask(
		box->port, &(struct web_ask){
				   .method = r->method,
				   .path = path,
				   .key = scope == AUTH_NONE ? NULL : box->keys[scope],
				   /* Refused for what it says, if it gets that far:
				      nothing changes. */
				   .body = body ? "[]" : NULL,
			   });
	int status = reply.status;
	if (status == 401 || status == 403)
		assert_non_null(strstr(reply.body, "\"code\""));
	web_reply_fini(&reply);
	return status;
}

static void check_route(struct web_box *box, const struct endpoint *r)
{
	/* Streams answer at their end only; their guard is the same. */
	bool events = str_eq(r->path, "/api/v1/events");

	for (int scope = AUTH_NONE; scope <= AUTH_ADMIN; scope++) {
		bool open = r->scope == AUTH_NONE || r->flags & ROUTE_LOOPBACK;
		bool allowed =
			open || (scope >= (int)r->scope && !(r->flags & ROUTE_PERSON));
		if (events && allowed)
			continue;
		int status = status_of(box, r, scope);
		int expected = scope == AUTH_NONE ? 401 : 403;
		if (allowed ? status == 401 || status == 403 || status == 0
			    : status != expected)
			fail_msg("%s %s with scope %d: %d", r->method, r->path, scope,
				status);
	}
}

static void test_every_route_is_guarded(void **state)
{
	size_t open = 0;

	for (size_t i = 0; i < endpoint_count(); i++) {
		const struct endpoint *r = endpoint_at(i);
		check_route(*state, r);
		open += r->scope == AUTH_NONE;
		/* What changes something is never open, but for the ways in. */
		if (!str_eq(r->method, "GET") && r->scope == AUTH_NONE)
			assert_true(str_eq(r->path, "/api/v1/setup") ||
				    str_eq(r->path, "/api/v1/session"));
		if (str_eq(r->method, "DELETE") || str_eq(r->method, "PATCH"))
			assert_true(r->scope >= AUTH_SEND || r->flags & ROUTE_PERSON);
	}
	/* session ×2, setup, health ×2, document, panel: one more must be meant. */
	assert_int_equal(open, 7);
}

static void expect(
	struct web_box *box, const struct web_ask *ask, int status, const char *code)
{
	struct web_reply r = web_ask(box->port, ask);

	if (r.status != status)
		fail_msg("%s %s: %d, not %d: %s", ask->method, ask->path, r.status,
			status, r.body);
	if (code)
		assert_string_equal(
			json_string_value(json_object_get(r.json, "code")), code);
	web_reply_fini(&r);
}

static void test_wrong_and_revoked_keys(void **state)
{
	struct web_box *box = *state;
	static const struct office_actor actor = { .name = "test" };
	struct auth_new_key made;
	struct web_ask ask = { .method = "GET", .path = "/api/v1/lists" };

	assert_int_equal(
		auth_key_create(&box->office, &actor, "gone", "admin", &made), ERR_OK);
	ask.key = made.key;
	expect(box, &ask, 200, NULL);
	assert_int_equal(auth_key_revoke(&box->office, &actor, made.id), ERR_OK);
	expect(box, &ask, 401, "unauthorized");
	ask.key = "nonsense";
	expect(box, &ask, 401, "unauthorized");
	ask.key = NULL;
	ask.headers = "Authorization: Basic YTpi\r\n";
	expect(box, &ask, 401, "unauthorized");
	ask.headers = "Authorization: Bearer \r\n";
	expect(box, &ask, 401, "unauthorized");
}

/* Addresses end up in logs and histories: what opens the door is never read from one. */
static void test_no_secret_in_an_address(void **state)
{
	static const char *const names[] = { "key", "api_key", "token", "access_token",
		"authorization", "username=maria&password" };
	struct web_box *box = *state;
	char path[256];
	struct web_ask ask = { .path = path };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)str_format(path, sizeof(path), "/api/v1/lists?%s=%s", names[i],
			box->keys[AUTH_ADMIN]);
		ask.method = "GET";
		expect(box, &ask, 401, "unauthorized");
		(void)str_format(path, sizeof(path),
			"/api/v1/messages?%s=%s&to=%%2B306944000001&text=hi", names[i],
			box->keys[AUTH_ADMIN]);
		ask.method = "POST";
		expect(box, &ask, 401, NULL);
		ask.method = "GET";
		ask.key = box->keys[AUTH_ADMIN];
		expect(box, &ask, 400, "unknown_field");
		ask.key = NULL;
	}
}

static void test_guessing_keys_is_slowed(void **state)
{
	struct web_box *box = *state;
	struct web_ask ask = { .method = "GET", .path = "/api/v1/lists", .key = "guess" };
	int last = 0;

	for (int i = 0; i < 12 && last != 429; i++) {
		struct web_reply r = web_ask(box->port, &ask);
		last = r.status;
		if (last == 429)
			assert_non_null(strstr(buf_str(&r.all), "Retry-After: "));
		web_reply_fini(&r);
	}
	assert_int_equal(last, 429);
	/* Whoever has a right key is not made to wait for the others. */
	ask.key = box->keys[AUTH_READ];
	expect(box, &ask, 200, NULL);
}

static void test_a_key_has_its_rate(void **state)
{
	struct web_box *box = *state;
	struct web_ask ask = {
		.method = "GET",
		.path = "/api/v1/lists",
		.key = box->keys[AUTH_READ],
	};
	int refused = 0;

	box->api->options.key_rate = 1;
	for (int i = 0; i < 6; i++) {
		struct web_reply r = web_ask(box->port, &ask);
		refused += r.status == 429;
		if (r.status == 429)
			assert_non_null(strstr(buf_str(&r.all), "Retry-After: 1\r\n"));
		web_reply_fini(&r);
	}
	assert_in_range(refused, 3, 4);
	/* Each key has its own. */
	ask.key = box->keys[AUTH_ADMIN];
	expect(box, &ask, 200, NULL);
}

/* ---- people ---- */

#define PASSWORD "correct horse battery"

static void set_up(struct web_box *box, char cookie[200])
{
	char token[AUTH_TOKEN_SIZE], body[400];

	assert_int_equal(auth_setup_token(&box->office, token), ERR_OK);
	(void)str_format(body, sizeof(body),
		"{\"token\":\"%s\",\"name\":\"maria\",\"password\":\"" PASSWORD
		"\",\"locale\":\"el\",\"country\":\"GR\"}",
		token);
	struct web_ask ask = {
		.method = "POST",
		.path = "/api/v1/setup",
		.body = body,
	};
	struct web_reply r = web_ask(box->port, &ask);
	assert_int_equal(r.status, 201);
	const char *at = strstr(buf_str(&r.all), "Set-Cookie: ");
	assert_non_null(at);
	size_t len = strcspn(at + 12, ";");
	assert_true(str_copy_n(cookie, 200, at + 12, len));
	assert_non_null(strstr(at, "HttpOnly"));
	assert_non_null(strstr(at, "SameSite=Strict"));
	web_reply_fini(&r);
	/* Once only. */
	r = web_ask(box->port, &ask);
	assert_true(r.status == 401 || r.status == 409 || r.status == 422);
	web_reply_fini(&r);
}

static void test_set_up_once_then_cookie(void **state)
{
	struct web_box *box = *state;
	char cookie[200], plain[256], guarded[300];
	struct web_ask ask = { .method = "GET", .path = "/api/v1/session" };
	struct web_reply r = web_ask(box->port, &ask);

	assert_string_equal(json_string_value(json_object_get(r.json, "state")), "setup");
	web_reply_fini(&r);
	set_up(box, cookie);
	(void)str_format(plain, sizeof(plain), "Cookie: a=b; %s\r\n", cookie);
	(void)str_format(guarded, sizeof(guarded), "%sX-Chapar-Panel: 1\r\n", plain);
	ask.headers = plain;
	r = web_ask(box->port, &ask);
	assert_string_equal(json_string_value(json_object_get(r.json, "state")), "in");
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(r.json, "user"), "role")),
		"admin");
	web_reply_fini(&r);
	/* A forged request has the cookie, not the header. */
	struct web_ask post = {
		.method = "POST",
		.path = "/api/v1/lists",
		.body = "{\"name\":\"Friends\"}",
		.headers = plain,
	};
	expect(box, &post, 403, "forbidden");
	post.headers = guarded;
	expect(box, &post, 201, NULL);
	ask.method = "DELETE";
	ask.headers = guarded;
	expect(box, &ask, 204, NULL);
	post.body = "{\"name\":\"Others\"}";
	expect(box, &post, 401, "unauthorized");
}

static void test_login_and_its_failures(void **state)
{
	struct web_box *box = *state;
	char cookie[200];
	struct web_ask ask = {
		.method = "POST",
		.path = "/api/v1/session",
		.body = "{\"name\":\"maria\",\"password\":\"" PASSWORD "\"}",
	};
	int status = 0;

	set_up(box, cookie);
	expect(box, &ask, 200, NULL);
	ask.body = "{\"name\":\"maria\",\"password\":\"wrong password\"}";
	expect(box, &ask, 401, "wrong_login");
	for (int i = 0; i < 12 && status != 429; i++) {
		struct web_reply r = web_ask(box->port, &ask);
		status = r.status;
		web_reply_fini(&r);
	}
	assert_int_equal(status, 429);
	/* Now the right password has to wait, too: a guess must not stand out. */
	ask.body = "{\"name\":\"maria\",\"password\":\"" PASSWORD "\"}";
	expect(box, &ask, 429, NULL);
}

static void test_foreign_host_names(void **state)
{
	static const char *const ours[] = { "localhost", "localhost:8080", "127.0.0.1",
		"192.168.1.9:80", "[::1]:8080", "chapar.local" };
	static const char *const foreign[] = { "evil.example", "evil.example:8080",
		"localhost.evil.example", "127.0.0.1.evil.example", "[::1", "" };
	struct web_box *box = *state;
	char request[200];

	for (size_t i = 0; i < 12; i++) {
		const char *host = i < 6 ? ours[i] : foreign[i - 6];
		int fd = web_connect(box->port);
		(void)str_format(request, sizeof(request),
			"GET /health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
			host);
		web_send(fd, request, strlen(request));
		struct web_reply r = web_read(fd);
		assert_int_equal(r.status == 421, i >= 6);
		web_reply_fini(&r);
		(void)close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_every_route_is_guarded, web_box_setup, web_box_teardown),
		cmocka_unit_test_setup_teardown(
			test_wrong_and_revoked_keys, web_box_setup, web_box_teardown),
		cmocka_unit_test_setup_teardown(
			test_no_secret_in_an_address, web_box_setup, web_box_teardown),
		cmocka_unit_test_setup_teardown(
			test_guessing_keys_is_slowed, web_box_setup, web_box_teardown),
		cmocka_unit_test_setup_teardown(
			test_a_key_has_its_rate, web_box_setup, web_box_teardown),
		cmocka_unit_test_setup_teardown(
			test_set_up_once_then_cookie, web_box_setup, web_box_teardown),
		cmocka_unit_test_setup_teardown(
			test_login_and_its_failures, web_box_setup, web_box_teardown),
		cmocka_unit_test_setup_teardown(
			test_foreign_host_names, web_box_setup, web_box_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
