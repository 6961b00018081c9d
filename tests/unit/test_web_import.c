/*
 * Files come in piece by piece onto the disk: memory does not grow with them, a broken
 * upload leaves nothing behind, and what is wrong with the request is said before the
 * file is sent.
 */
#include "tests/unit/web_box.h"

#include <dirent.h>

static void make_list(struct web_box *box)
{
	struct web_reply r = web_ask(
		box->port, &(struct web_ask){
				   .method = "POST",
				   .path = "/api/v1/lists",
				   .key = box->keys[AUTH_SEND],
				   .body = "{\"name\":\"Friends\",\"country\":\"GR\"}",
			   });

	assert_int_equal(r.status, 201);
	web_reply_fini(&r);
}

/* Files in the box's folder beside the store's. */
static int files_left(struct web_box *box)
{
	DIR *dir = opendir(box->dir);
	int n = 0;

	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir));)
		n += e->d_name[0] != '.' && !str_starts(e->d_name, "store.db");
	(void)closedir(dir);
	return n;
}

static void remove_files(struct web_box *box)
{
	DIR *dir = opendir(box->dir);
	char path[400];

	for (struct dirent *e; (e = readdir(dir));)
		if (e->d_name[0] != '.' && !str_starts(e->d_name, "store.db")) {
			(void)str_format(
				path, sizeof(path), "%s/%s", box->dir, e->d_name);
			(void)unlink(path);
		}
	(void)closedir(dir);
}

static struct web_reply upload(struct web_box *box, const char *query, const char *body)
{
	char path[300];

	(void)str_format(path, sizeof(path), "/api/v1/lists/1/import%s", query);
	return web_ask(box->port, &(struct web_ask){
					  .method = "POST",
					  .path = path,
					  .key = box->keys[AUTH_SEND],
					  .headers = "Content-Type: text/csv\r\n",
					  .body = body,
				  });
}

static const char *code_of(const struct web_reply *r)
{
	const char *code = json_string_value(json_object_get(r->json, "code"));

	return code ? code : "";
}

static void test_a_file_becomes_a_job(void **state)
{
	struct web_box *box = *state;

	make_list(box);
	struct web_reply r = upload(
		box, "?name=friends.csv&dry_run=1", "phone,name\n6912345678,Ana\n");
	assert_int_equal(r.status, 202);
	int64_t job = json_integer_value(json_object_get(r.json, "job"));
	assert_true(job > 0);
	web_reply_fini(&r);
	r = web_ask(box->port, &(struct web_ask){
				       .method = "GET",
				       .path = "/api/v1/jobs/1",
				       .key = box->keys[AUTH_READ],
			       });
	assert_int_equal(r.status, 200);
	assert_string_equal(
		json_string_value(json_object_get(r.json, "state")), "waiting");
	assert_string_equal(
		json_string_value(json_object_get(r.json, "file_name")), "friends.csv");
	assert_true(json_is_true(json_object_get(r.json, "dry_run")));
	assert_int_equal(json_integer_value(json_object_get(r.json, "bytes_total")), 26);
	web_reply_fini(&r);
	remove_files(box);
}

static void test_a_chunked_file(void **state)
{
	struct web_box *box = *state;
	enum {
		CHUNKS = 200,
		OCTETS = 65536
	};
	char *chunk = malloc(OCTETS);
	char head[400];

	make_list(box);
	memset(chunk, 'x', OCTETS);
	int fd = web_connect(box->port);
	(void)str_format(head, sizeof(head),
		"POST /api/v1/lists/1/import HTTP/1.1\r\nHost: localhost\r\n"
		"Connection: close\r\nAuthorization: Bearer %s\r\n"
		"Transfer-Encoding: chunked\r\n\r\n",
		box->keys[AUTH_SEND]);
	web_send(fd, head, strlen(head));
	for (int i = 0; i < CHUNKS; i++) {
		web_send(fd, "10000\r\n", 7);
		web_send(fd, chunk, OCTETS);
		web_send(fd, "\r\n", 2);
	}
	web_send(fd, "0\r\n\r\n", 5);
	struct web_reply r = web_read(fd);
	assert_int_equal(r.status, 202);
	web_reply_fini(&r);
	(void)close(fd);
	free(chunk);
	r = web_ask(box->port, &(struct web_ask){
				       .method = "GET",
				       .path = "/api/v1/jobs/1",
				       .key = box->keys[AUTH_READ],
			       });
	assert_int_equal(json_integer_value(json_object_get(r.json, "bytes_total")),
		(int64_t)CHUNKS * OCTETS);
	web_reply_fini(&r);
	remove_files(box);
}

static void test_broken_uploads_leave_nothing(void **state)
{
	struct web_box *box = *state;
	char head[400];

	make_list(box);
	for (int i = 0; i < 20; i++) {
		int fd = web_connect(box->port);
		(void)str_format(head, sizeof(head),
			"POST /api/v1/lists/1/import HTTP/1.1\r\nHost: localhost\r\n"
			"Authorization: Bearer %s\r\nContent-Length: 100000\r\n\r\nphone",
			box->keys[AUTH_SEND]);
		web_send(fd, head, strlen(head));
		(void)close(fd);
	}
	/* The server learns of each in its own time; its end is the last moment. */
	http_server_stop(box->http);
	box->http = NULL;
	assert_int_equal(files_left(box), 0);
}

static void test_mistakes_are_told_first(void **state)
{
	struct web_box *box = *state;

	make_list(box);
	struct web_reply r = upload(box, "?contry=GR", "phone\n6912345678\n");
	assert_int_equal(r.status, 400);
	assert_string_equal(code_of(&r), "unknown_field");
	web_reply_fini(&r);
	r = upload(box, "?country=XX", "phone\n6912345678\n");
	assert_int_equal(r.status, 422);
	assert_string_equal(code_of(&r), "invalid_country");
	web_reply_fini(&r);
	r = web_ask(box->port, &(struct web_ask){
				       .method = "POST",
				       .path = "/api/v1/lists/77/import",
				       .key = box->keys[AUTH_SEND],
				       .body = "phone\n1\n",
			       });
	assert_true(r.status == 404 || r.status == 422);
	web_reply_fini(&r);
	r = web_ask(box->port, &(struct web_ask){
				       .method = "POST",
				       .path = "/api/v1/lists/1/import",
				       .key = box->keys[AUTH_READ],
				       .body = "phone\n1\n",
			       });
	assert_int_equal(r.status, 403);
	web_reply_fini(&r);
	assert_int_equal(files_left(box), 0);
}

static void test_inspect(void **state)
{
	struct web_box *box = *state;

	make_list(box);
	struct web_ask ask = {
		.method = "POST",
		.path = "/api/v1/lists/1/import/inspect",
		.key = box->keys[AUTH_SEND],
		.body = "Mobile;Name;City\n6912345678;Ana;Patras\n6912345679;Eva;Volos\n",
	};
	struct web_reply r = web_ask(box->port, &ask);
	assert_int_equal(r.status, 200);
	assert_string_equal(json_string_value(json_object_get(r.json, "delimiter")), ";");
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(r.json, "map"), "phone")),
		"Mobile");
	assert_int_equal(json_array_size(json_object_get(r.json, "rows")), 2);
	assert_int_equal(json_array_size(json_object_get(r.json, "header")), 3);
	web_reply_fini(&r);
	ask.body = "";
	r = web_ask(box->port, &ask);
	assert_true(r.status >= 400 && r.status < 500);
	web_reply_fini(&r);
}

#define BOXED(test_)                                                                     \
	cmocka_unit_test_setup_teardown(test_, web_box_setup, web_box_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOXED(test_a_file_becomes_a_job),
		BOXED(test_a_chunked_file),
		BOXED(test_broken_uploads_leave_nothing),
		BOXED(test_mistakes_are_told_first),
		BOXED(test_inspect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
