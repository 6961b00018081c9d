/*
 * Messages over HTTP as an integrator meets them: what is accepted and what is refused
 * with which code, batches of good and bad, repeated requests that never send twice,
 * pages, cancelling; and bodies that are too large, not JSON, not text.
 */
#include "tests/unit/web_box.h"

#define TO "+306912345678"
#define GOOD "{\"to\":\"" TO "\",\"text\":\"hello\",\"class\":\"alert\"}"

static struct web_reply post(struct web_box *box, const char *body, const char *headers)
{
	return web_ask(box->port, &(struct web_ask){
					  .method = "POST",
					  .path = "/api/v1/messages",
					  .key = box->keys[AUTH_SEND],
					  .body = body,
					  .headers = headers,
				  });
}

static struct web_reply get(struct web_box *box, const char *path)
{
	return web_ask(box->port, &(struct web_ask){
					  .method = "GET",
					  .path = path,
					  .key = box->keys[AUTH_READ],
				  });
}

static const char *text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

static int64_t number_of(const json_t *json, const char *key)
{
	return json_integer_value(json_object_get(json, key));
}

static int64_t total(struct web_box *box)
{
	struct web_reply r = get(box, "/api/v1/messages?limit=500");
	int64_t n = (int64_t)json_array_size(json_object_get(r.json, "items"));

	assert_int_equal(r.status, 200);
	web_reply_fini(&r);
	return n;
}

static void test_one_is_accepted_and_shown(void **state)
{
	struct web_box *box = *state;
	char path[64];
	struct web_reply r = post(box, GOOD, NULL);

	assert_int_equal(r.status, 202);
	int64_t id = number_of(r.json, "id");
	assert_true(id > 0);
	assert_string_equal(text_of(r.json, "state"), "queued");
	assert_string_equal(text_of(r.json, "encoding"), "gsm7");
	assert_int_equal(number_of(r.json, "parts"), 1);
	assert_string_equal(text_of(r.json, "to"), TO);
	web_reply_fini(&r);
	(void)str_format(path, sizeof(path), "/api/v1/messages/%lld", (long long)id);
	r = get(box, path);
	assert_int_equal(r.status, 200);
	assert_string_equal(text_of(r.json, "text"), "hello");
	assert_int_equal(json_array_size(json_object_get(r.json, "part_list")), 0);
	assert_true(json_is_array(json_object_get(r.json, "history")));
	assert_true(json_is_null(json_object_get(r.json, "send_after")));
	web_reply_fini(&r);
}

struct refused {
	const char *body;
	int status;
	const char *code, *field;
};

static void test_refusals_have_their_codes(void **state)
{
	static const struct refused rows[] = {
		{ "", 400, "missing_body", "" },
		{ "{", 400, "invalid_json", "" },
		{ "{\"to\":\"1\",\"to\":\"2\"}", 400, "invalid_json", "" },
		{ "{\"to\":\"" TO "\",\"text\":\"\xff\",\"class\":\"alert\"}", 400,
			"invalid_utf8", "" },
		{ "{\"to\":\"" TO "\",\"text\":\"a\\u0000b\",\"class\":\"alert\"}", 400,
			"invalid_json", "" },
		{ "[]", 400, "wrong_type", "" },
		{ "{\"to\":\"" TO "\",\"text\":\"a\"}", 400, "missing_field", "class" },
		{ "{\"to\":306912345678,\"text\":\"a\",\"class\":\"alert\"}", 400,
			"wrong_type", "to" },
		{ "{\"to\":\"" TO "\",\"txt\":\"a\",\"class\":\"alert\"}", 400,
			"unknown_field", "txt" },
		{ "{\"to\":\"" TO
		  "\",\"text\":\"a\",\"class\":\"alert\",\"messages\":[]}",
			400, "unknown_field", "" },
		{ "{\"to\":\"12\",\"text\":\"a\",\"class\":\"alert\"}", 422,
			"invalid_number", "to" },
		{ "{\"to\":\"" TO "\",\"text\":\"\",\"class\":\"alert\"}", 422,
			"empty_text", "text" },
		{ "{\"to\":\"" TO "\",\"text\":\"a\",\"class\":\"urgent\"}", 422,
			"invalid_class", "class" },
		{ "{\"to\":\"" TO "\",\"text\":\"a\",\"class\":\"transactional\"}", 422,
			"reference_required", "reference" },
		{ "{\"to\":\"" TO "\",\"text\":\"a\",\"class\":\"promotional\"}", 422,
			"no_consent", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct web_reply r = post(*state, rows[i].body, NULL);
		if (r.status != rows[i].status ||
			!str_eq(text_of(r.json, "code"), rows[i].code))
			fail_msg("%s: %d %s", rows[i].body, r.status, r.body);
		if (rows[i].field[0] != '\0')
			assert_string_equal(text_of(r.json, "field"), rows[i].field);
		assert_non_null(strstr(
			buf_str(&r.all), "Content-Type: application/problem+json\r\n"));
		assert_int_equal(number_of(r.json, "status"), rows[i].status);
		web_reply_fini(&r);
	}
	assert_int_equal(total(*state), 0);
}

static void test_too_many_parts(void **state)
{
	struct buf body;

	buf_init(&body, 10000);
	buf_puts(&body, "{\"to\":\"" TO "\",\"class\":\"alert\",\"text\":\"");
	for (int i = 0; i < 2000; i++)
		buf_putc(&body, 'a');
	buf_puts(&body, "\"}");
	struct web_reply r = post(*state, buf_str(&body), NULL);
	assert_int_equal(r.status, 422);
	assert_string_equal(text_of(r.json, "code"), "too_many_parts");
	assert_true(number_of(r.json, "limit") > 0);
	web_reply_fini(&r);
	buf_fini(&body);
}

static void test_a_body_too_large_is_refused_early(void **state)
{
	struct web_box *box = *state;
	struct web_ask ask = {
		.method = "POST",
		.path = "/api/v1/lists",
		.key = box->keys[AUTH_SEND],
		.body = calloc(1, 200000),
		.body_len = 199999,
	};
	struct web_reply r = web_ask(box->port, &ask);

	assert_int_equal(r.status, 413);
	assert_string_equal(text_of(r.json, "code"), "too_large");
	assert_int_equal(number_of(r.json, "limit"), 65536);
	web_reply_fini(&r);
	free((void *)(uintptr_t)ask.body);
	/* Without a length, as it comes. */
	int fd = web_connect(box->port);
	char head[400];
	(void)str_format(head, sizeof(head),
		"POST /api/v1/lists HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
		"Authorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n",
		box->keys[AUTH_SEND]);
	web_send(fd, head, strlen(head));
	char *chunk = calloc(1, 10010);
	memcpy(chunk, "2710\r\n", 6);
	memset(chunk + 6, ' ', 10000);
	for (int i = 0; i < 10; i++) {
		web_send(fd, chunk, 10006);
		web_send(fd, "\r\n", 2);
	}
	web_send(fd, "0\r\n\r\n", 5);
	r = web_read(fd);
	assert_int_equal(r.status, 413);
	web_reply_fini(&r);
	free(chunk);
	(void)close(fd);
}

static void test_a_batch_answers_each(void **state)
{
	struct web_reply r = post(*state,
		"{\"messages\":[" GOOD
		",{\"to\":\"12\",\"text\":\"a\",\"class\":\"alert\"},"
		"{\"to\":\"" TO "\",\"text\":\"a\",\"klass\":\"alert\"},7," GOOD "]}",
		NULL);

	assert_int_equal(r.status, 202);
	assert_int_equal(number_of(r.json, "accepted"), 2);
	assert_int_equal(number_of(r.json, "refused"), 3);
	const json_t *results = json_object_get(r.json, "results");
	assert_int_equal(json_array_size(results), 5);
	static const char *const codes[] = { "", "invalid_number", "unknown_field",
		"wrong_type", "" };
	for (size_t i = 0; i < 5; i++) {
		const json_t *result = json_array_get(results, i);
		const json_t *error = json_object_get(result, "error");
		assert_string_equal(text_of(error, "code"), codes[i]);
		assert_int_equal(number_of(result, "id") > 0, codes[i][0] == '\0');
	}
	web_reply_fini(&r);
	assert_int_equal(total(*state), 2);
}

static char *batch_of(int n)
{
	struct buf body;

	buf_init(&body, 8u << 20);
	buf_puts(&body, "{\"messages\":[");
	for (int i = 0; i < n; i++)
		buf_printf(&body,
			"%s{\"to\":\"+3069%08d\",\"text\":\"n %d\",\"class\":\"alert\"}",
			i > 0 ? "," : "", 12345678 + i, i);
	buf_puts(&body, "]}");
	assert_true(buf_ok(&body));
	return body.data;
}

static void test_batch_sizes(void **state)
{
	char *most = batch_of(10000);
	char *over = batch_of(10001);
	struct web_reply r = post(*state, over, NULL);

	assert_int_equal(r.status, 400);
	assert_string_equal(text_of(r.json, "code"), "too_many");
	web_reply_fini(&r);
	r = post(*state, most, NULL);
	assert_int_equal(r.status, 202);
	assert_int_equal(number_of(r.json, "accepted"), 10000);
	web_reply_fini(&r);
	r = post(*state, "{\"messages\":[]}", NULL);
	assert_int_equal(r.status, 202);
	assert_int_equal(number_of(r.json, "accepted"), 0);
	web_reply_fini(&r);
	free(most);
	free(over);
}

static void test_a_repeated_key_never_sends_twice(void **state)
{
	struct web_box *box = *state;
	struct web_reply first = post(box, GOOD, "Idempotency-Key: abc\r\n");
	struct web_reply again = post(box, GOOD, "Idempotency-Key: abc\r\n");

	assert_int_equal(first.status, 202);
	assert_int_equal(again.status, 202);
	assert_string_equal(first.body, again.body);
	web_reply_fini(&first);
	web_reply_fini(&again);
	assert_int_equal(total(box), 1);
	/* Another body under the same key. */
	again = post(box, "{\"to\":\"" TO "\",\"text\":\"other\",\"class\":\"alert\"}",
		"Idempotency-Key: abc\r\n");
	assert_int_equal(again.status, 409);
	assert_string_equal(text_of(again.json, "code"), "idempotency_mismatch");
	web_reply_fini(&again);
	/* Another caller may use the same token. */
	struct web_ask other = {
		.method = "POST",
		.path = "/api/v1/messages",
		.key = box->keys[AUTH_ADMIN],
		.headers = "Idempotency-Key: abc\r\n",
		.body = GOOD,
	};
	again = web_ask(box->port, &other);
	assert_int_equal(again.status, 202);
	web_reply_fini(&again);
	assert_int_equal(total(box), 2);
	/* What was refused is not kept: the same key may be used for the right body. */
	again = post(box, "{\"to\":\"12\",\"text\":\"a\",\"class\":\"alert\"}",
		"Idempotency-Key: def\r\n");
	assert_int_equal(again.status, 422);
	web_reply_fini(&again);
	again = post(box, GOOD, "Idempotency-Key: def\r\n");
	assert_int_equal(again.status, 202);
	web_reply_fini(&again);
	again = post(box, GOOD, "Idempotency-Key: \r\n");
	assert_int_equal(again.status, 400);
	web_reply_fini(&again);
}

static void test_a_repeated_client_ref(void **state)
{
	static const char body[] =
		"{\"to\":\"" TO "\",\"text\":\"a\",\"class\":\"alert\","
		"\"client_ref\":\"order-1\"}";
	struct web_reply first = post(*state, body, NULL);
	struct web_reply again = post(*state, body, NULL);

	assert_int_equal(first.status, 202);
	assert_int_equal(again.status, 200);
	assert_int_equal(number_of(first.json, "id"), number_of(again.json, "id"));
	web_reply_fini(&first);
	web_reply_fini(&again);
	assert_int_equal(total(*state), 1);
}

static void test_pages_are_complete_and_in_order(void **state)
{
	char *body = batch_of(123);
	char path[128] = "/api/v1/messages?limit=50";
	struct web_reply r = post(*state, body, NULL);
	int64_t last = INT64_MAX;
	size_t seen = 0, pages = 0;

	web_reply_fini(&r);
	free(body);
	while (path[0] != '\0') {
		size_t i;
		json_t *item;
		r = get(*state, path);
		assert_int_equal(r.status, 200);
		json_array_foreach(json_object_get(r.json, "items"), i, item)
		{
			assert_true(number_of(item, "id") < last);
			last = number_of(item, "id");
			seen++;
		}
		const char *next = json_string_value(json_object_get(r.json, "next"));
		path[0] = '\0';
		if (next)
			(void)str_format(path, sizeof(path),
				"/api/v1/messages?limit=50&cursor=%s", next);
		pages++;
		web_reply_fini(&r);
	}
	assert_int_equal(seen, 123);
	assert_int_equal(pages, 3);
}

static void test_queries_are_checked(void **state)
{
	static const struct refused rows[] = {
		{ "?limit=0", 400, "out_of_range", "limit" },
		{ "?limit=501", 400, "out_of_range", "limit" },
		{ "?limit=x", 400, "wrong_type", "limit" },
		{ "?cursor=x", 400, "bad_cursor", "" },
		{ "?cursor=-1", 400, "bad_cursor", "" },
		{ "?stat=queued", 400, "unknown_field", "stat" },
		{ "?state=flying", 400, "unknown_value", "state" },
		{ "?to=%ff", 400, "invalid_utf8", "" },
	};
	char path[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)str_format(path, sizeof(path), "/api/v1/messages%s", rows[i].body);
		struct web_reply r = get(*state, path);
		assert_int_equal(r.status, rows[i].status);
		assert_string_equal(text_of(r.json, "code"), rows[i].code);
		web_reply_fini(&r);
	}
	struct web_reply r = get(*state, "/api/v1/messages?state=queued&to=6912345678");
	assert_int_equal(r.status, 200);
	web_reply_fini(&r);
}

static void test_cancel_once(void **state)
{
	struct web_box *box = *state;
	char path[64];
	struct web_reply r = post(box, GOOD, NULL);

	(void)str_format(path, sizeof(path), "/api/v1/messages/%lld/cancel",
		(long long)number_of(r.json, "id"));
	web_reply_fini(&r);
	struct web_ask ask = {
		.method = "POST",
		.path = path,
		.key = box->keys[AUTH_SEND],
		.body = "{}",
	};
	r = web_ask(box->port, &ask);
	assert_int_equal(r.status, 200);
	assert_string_equal(text_of(r.json, "state"), "cancelled");
	web_reply_fini(&r);
	r = web_ask(box->port, &ask);
	assert_int_equal(r.status, 409);
	assert_string_equal(text_of(r.json, "code"), "wrong_state");
	web_reply_fini(&r);
	ask.path = "/api/v1/messages/424242/cancel";
	ask.body = NULL;
	r = web_ask(box->port, &ask);
	assert_int_equal(r.status, 404);
	web_reply_fini(&r);
}

static void test_preview(void **state)
{
	struct web_box *box = *state;
	struct web_ask ask = {
		.method = "POST",
		.path = "/api/v1/messages/preview",
		.key = box->keys[AUTH_READ],
		.body = "{\"text\":\"Hi {{first_name|you}} "
			"😀\",\"fields\":{\"first_name\":\"Ana\"}}",
	};
	struct web_reply r = web_ask(box->port, &ask);

	assert_int_equal(r.status, 200);
	assert_string_equal(text_of(r.json, "encoding"), "ucs2");
	assert_string_equal(text_of(r.json, "filled"), "Hi Ana 😀");
	const json_t *because = json_object_get(r.json, "because");
	assert_string_equal(text_of(json_array_get(because, 0), "char"), "😀");
	assert_int_equal(number_of(json_array_get(because, 0), "offset"), 22);
	web_reply_fini(&r);
}

#define BOXED(test_)                                                                     \
	cmocka_unit_test_setup_teardown(test_, web_box_setup, web_box_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOXED(test_one_is_accepted_and_shown),
		BOXED(test_refusals_have_their_codes),
		BOXED(test_too_many_parts),
		BOXED(test_a_body_too_large_is_refused_early),
		BOXED(test_a_batch_answers_each),
		BOXED(test_batch_sizes),
		BOXED(test_a_repeated_key_never_sends_twice),
		BOXED(test_a_repeated_client_ref),
		BOXED(test_pages_are_complete_and_in_order),
		BOXED(test_queries_are_checked),
		BOXED(test_cancel_once),
		BOXED(test_preview),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
