/*
 * A whole request without sockets: target, headers, key, body, through the
 * route table, policies and handlers onto a real store in memory. Oracle: every
 * request is answered, with a status and a body that parses, and a refusal has
 * its code.
 *
 * Input: `METHOD target`, header lines, an empty line, the body.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firmware/base/crypto.h"
#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "web/api/api.h"

static struct {
	struct office office;
	struct api *api;
	char keys[AUTH_ADMIN + 1][AUTH_TOKEN_SIZE];
	char path[64];
} box;

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void close_box(void)
{
	api_destroy(box.api);
	office_close(&box.office);
}

static void unlink_box(void)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[sizeof(box.path) + 4];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)str_format(path, sizeof(path), "%s%s", box.path, ends[i]);
		(void)unlink(path);
	}
}

/* On a file in memory, without a name as soon as it is open. */
static void open_box(void)
{
	static const struct office_actor actor = { .name = "fuzz" };
	struct api_options options = {
		.store_path = box.path,
		.spool_dir = "/dev/shm",
		.clock = clock_system(),
		.key_rate = 1000000000,
	};

	log_set_level(LOG_LEVEL_ERROR);
	(void)str_format(
		box.path, sizeof(box.path), "/dev/shm/chapar-fuzz-%d.db", (int)getpid());
	check(crypto_init() == ERR_OK);
	check(office_open(&box.office, box.path, STORE_OFFICE, NULL, clock_system()) ==
		ERR_OK);
	check(api_create(&box.api, &options) == ERR_OK);
	for (int scope = AUTH_READ; scope <= AUTH_ADMIN; scope++) {
		struct auth_new_key made;
		check(auth_key_create(&box.office, &actor, "k",
			      vstr_name(auth_scope_names, scope), &made) == ERR_OK);
		(void)str_copy(box.keys[scope], AUTH_TOKEN_SIZE, made.key);
	}
	unlink_box();
	(void)atexit(close_box);
}

/* The next line of *text, terminated; NULL at the empty one. */
static char *next_line(char **text)
{
	char *line = *text;
	size_t len = strcspn(line, "\n");

	*text = line + len + (line[len] != '\0');
	line[len] = '\0';
	return len > 0 ? line : NULL;
}

static void read_header(struct call *c, char *line, char *authorization, size_t size)
{
	static const struct {
		const char *name;
		size_t offset;
	} known[] = {
		{ "Cookie", offsetof(struct call_headers, cookie) },
		{ "Host", offsetof(struct call_headers, host) },
		{ "Panel", offsetof(struct call_headers, panel) },
		{ "Idempotency-Key", offsetof(struct call_headers, idempotency_key) },
		{ "Last-Event-ID", offsetof(struct call_headers, last_event_id) },
		{ "Content-Type", offsetof(struct call_headers, content_type) },
		{ "Authorization", offsetof(struct call_headers, authorization) },
		{ "If-None-Match", offsetof(struct call_headers, if_none_match) },
	};
	char *colon = strstr(line, ": ");

	if (!colon)
		return;
	*colon = '\0';
	if (str_eq(line, "Key") && colon[2] >= '1' && colon[2] <= '3') {
		(void)str_format(
			authorization, size, "Bearer %s", box.keys[colon[2] - '0']);
		c->headers.authorization = authorization;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq(line, known[i].name))
			*(const char **)(void *)((char *)&c->headers + known[i].offset) =
				colon + 2;
}

/* Password hashes take a tenth of a second each, and uploads fill the disk: they end
 * before their handler. */
static bool is_costly(const struct call *c)
{
	if (c->route && c->route->begin)
		return true;
	return c->route &&
	       (c->route->scope == AUTH_NONE || strstr(c->route->path, "/users")) &&
	       str_eq(c->route->method, "POST");
}

static void check_answer(const struct call *c)
{
	const struct answer *a = &c->answer;

	check(call_is_answered(c));
	check(a->status >= 200 && a->status < 600 && a->status != 500);
	if (a->kind != ANSWER_BUFFER || !a->type || !strstr(a->type, "json"))
		return;
	json_t *json =
		json_loadb(a->body.data, a->body.len, JSON_REJECT_DUPLICATES, NULL);
	check(json != NULL);
	if (a->status >= 400) {
		const char *code = json_string_value(json_object_get(json, "code"));
		check(code && code[0] != '\0');
		check(json_integer_value(json_object_get(json, "status")) == a->status);
	}
	json_decref(json);
}

static void run(struct call *c, char *text, const char *end)
{
	char authorization[AUTH_TOKEN_SIZE + 8];
	char *first = next_line(&text);
	char *line;

	if (!first)
		return;
	char *space = strchr(first, ' ');
	if (space)
		*space = '\0';
	c->method = first;
	while ((line = next_line(&text)))
		read_header(c, line, authorization, sizeof(authorization));
	c->office = &box.office;
	c->body_octets = end - text;
	api_admit(c, space ? space + 1 : "");
	if (!call_is_answered(c) && text < end)
		api_body(c, text, (size_t)(end - text));
	if (is_costly(c))
		return;
	api_run(c);
	check_answer(c);
	api_done(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct call *c = malloc(sizeof(*c));
	char *text = malloc(size + 1);

	if (!box.api)
		open_box();
	check(c && text);
	memcpy(text, data, size);
	text[size] = '\0';
	call_init(c, box.api);
	run(c, text, text + size);
	call_fini(c);
	free(text);
	free(c);
	return 0;
}
