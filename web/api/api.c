#include "web/api/api.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "firmware/office/message/requests.h"
#include "web/api/caller.h"
#include "web/api/events.h"
#include "web/api/limiter.h"
#include "web/api/resources.h"
#include "web/api/counters.h"

#define LOG_MODULE "api"
#include "firmware/base/log.h"

enum err api_create(struct api **out, const struct api_options *options)
{
	struct api *api = calloc(1, sizeof(*api));

	if (!api)
		return ERR_MEM;
	api->options = *options;
	if (gethostname(api->hostname, sizeof(api->hostname) - 1) != 0)
		api->hostname[0] = '\0';
	if (limiter_create(&api->limiter) || counters_create(&api->counters) ||
		events_create(&api->events, options->clock)) {
		api_destroy(api);
		return ERR_MEM;
	}
	*out = api;
	return ERR_OK;
}

void api_destroy(struct api *api)
{
	if (!api)
		return;
	events_destroy(api->events);
	counters_destroy(api->counters);
	limiter_destroy(api->limiter);
	free(api);
}

static void answer_options(struct call *c)
{
	char allow[64];

	endpoint_allow(&c->target, allow, sizeof(allow));
	if (allow[0] == '\0') {
		call_refuse(c, 404, "not_found", "There is nothing at this address.");
		return;
	}
	call_no_content(c);
	(void)call_header(c, "Allow", allow);
}

static void find_route(struct call *c)
{
	char allow[64] = "";

	switch (endpoint_find(
		c->method, &c->target, &c->route, &c->params, allow, sizeof(allow))) {
	case ROUTE_FOUND:
		return;
	case ROUTE_NOT_FOUND:
		call_refuse(c, 404, "not_found", "There is nothing at this address.");
		return;
	case ROUTE_WRONG_METHOD:
		call_refuse(
			c, 405, "method_not_allowed", "Here only %s can be used.", allow);
		(void)call_header(c, "Allow", allow);
		return;
	}
}

static void check_body_type(struct call *c)
{
	const char *type = c->headers.content_type;
	const char *encoding = c->headers.content_encoding;

	if (encoding && !str_eq_nocase(encoding, "identity")) {
		call_refuse(c, 415, "unsupported_media_type",
			"Send the body as it is, not compressed.");
		return;
	}
	/* curl -d says that it is a form, even of JSON. */
	if (c->route->body != ROUTE_NO_BODY && type && str_starts(type, "multipart/"))
		call_refuse(c, 415, "unsupported_media_type",
			"Send the body itself, not as a form.");
}

/* How many octets of body the call takes at most. */
static size_t body_max(const struct call *c)
{
	if (!c->route || c->route->body == ROUTE_NO_BODY)
		return 0;
	return c->route->body_max > 0 ? c->route->body_max : ROUTE_BODY_MAX;
}

static void check_body_size(struct call *c)
{
	struct problem p;
	size_t max = body_max(c);

	if (c->route->body == ROUTE_STREAM || c->body_octets <= (int64_t)max)
		return;
	(void)problem_set(&p, 413, "too_large",
		"The body has %lld bytes; at most %zu are taken here.",
		(long long)c->body_octets, max);
	p.limit = (int64_t)max;
	call_problem(c, &p);
}

void api_admit(struct call *c, const char *raw)
{
	struct problem p;

	c->started_ms = clock_mono_ms(c->api->options.clock);
	if (target_parse(raw, &c->target, &p)) {
		call_problem(c, &p);
		return;
	}
	if (!caller_host_is_ours(c)) {
		call_refuse(c, 421, "unknown_host",
			"This box is not called that. Use its address, or its name.");
		return;
	}
	if (str_eq(c->method, "OPTIONS")) {
		answer_options(c);
		return;
	}
	find_route(c);
	if (call_is_answered(c))
		return;
	caller_check(c);
	if (!call_is_answered(c))
		check_body_type(c);
	if (!call_is_answered(c))
		check_body_size(c);
	if (!call_is_answered(c) && c->route->begin)
		c->route->begin(c);
}

void api_body(struct call *c, const void *data, size_t len)
{
	struct problem p;

	if (call_is_answered(c))
		return;
	if (c->route->write) {
		c->route->write(c, data, len);
		return;
	}
	size_t max = body_max(c);
	if (c->body.max < max && c->body.len == 0) {
		buf_fini(&c->body);
		buf_init(&c->body, max);
	}
	if (len <= max - c->body.len) {
		buf_put(&c->body, data, len);
		if (buf_ok(&c->body))
			return;
	}
	(void)problem_set(&p, 413, "too_large",
		"The body is too large; at most %zu bytes are taken here.", max);
	p.limit = (int64_t)max;
	call_problem(c, &p);
}

static void parse_json(struct call *c, const struct buf *body, struct problem *p)
{
	json_error_t error;
	char column[16];

	c->json = json_loadb(body->data, body->len, JSON_REJECT_DUPLICATES, &error);
	if (c->json)
		return;
	size_t bad_at;
	if (!str_is_utf8(body->data, body->len, &bad_at)) {
		(void)problem_set(p, 400, "invalid_utf8",
			"The body is not UTF-8 text: see byte %zu.", bad_at);
	} else {
		(void)problem_set(p, 400, "invalid_json",
			"The body is not JSON: line %d, column %d: %s.", error.line,
			error.column, error.text);
		(void)str_format(column, sizeof(column), "%d", error.column);
		problem_param(p, "column", column);
		p->line = error.line;
	}
	call_problem(c, p);
}

static void read_body(struct call *c)
{
	struct problem p;
	const struct endpoint *r = c->route;

	if (r->body != ROUTE_JSON && r->body != ROUTE_OPTIONAL_JSON)
		return;
	if (c->body.len == 0) {
		if (r->body == ROUTE_JSON)
			call_refuse(c, 400, "missing_body",
				"This needs a JSON object as its body.");
		return;
	}
	parse_json(c, &c->body, &p);
	if (c->json && policy_read_json(r->policy, c->json, c->input, &p))
		call_problem(c, &p);
}

static void read_query(struct call *c)
{
	const struct policy *policy = c->route->query ? c->route->query : &policy_nothing;
	struct problem p;

	/* The panel's files may be asked for with anything behind. */
	if (str_eq(c->route->path, "/*"))
		return;
	if (policy_read_query(policy, c->target.pairs, c->target.n_pairs, c->query, &p))
		call_problem(c, &p);
}

static int64_t idempotency_owner(const struct call *c)
{
	const struct office_actor *a = &c->who.actor;

	return a->key_id > 0 ? a->key_id : -a->user_id;
}

static enum err request_hash(const struct call *c, uint8_t hash[CRYPTO_HASH_OCTETS])
{
	struct buf all;
	enum err err = ERR_MEM;

	buf_init(&all, c->body.len + 2 * TARGET_OCTETS_MAX);
	buf_puts(&all, c->method);
	for (size_t i = 0; i < c->target.n_segments; i++)
		buf_printf(&all, "/%s", c->target.segments[i]);
	buf_putc(&all, '\0');
	buf_put(&all, buf_str(&c->body), c->body.len);
	if (buf_ok(&all))
		err = requests_hash(all.data, all.len, hash);
	buf_fini(&all);
	return err;
}

static bool answer_again(void *user, const struct idempotency *kept)
{
	struct call *c = user;
	struct json_out j = call_json(c);

	json_out_raw(&j, NULL, kept->answer);
	c->answer.status = kept->status;
	(void)call_header(c, "Idempotency-Replayed", "true");
	return false;
}

/* After the handler's success, in its transaction. */
static void keep_and_commit(struct call *c, const struct request_token *token)
{
	struct office *o = c->office;
	enum err err =
		requests_keep(o, token, c->answer.status, buf_str(&c->answer.body));

	if (err == ERR_OK)
		err = office_commit(o);
	if (call_failed(c, err))
		office_rollback(o);
}

/* The work and the memory of it are one transaction: a repeated request is either done
 * once and known, or not done at all. */
static void run_once(struct call *c)
{
	struct office *o = c->office;
	struct request_token token = {
		.owner = idempotency_owner(c),
		.token = c->headers.idempotency_key,
	};

	if (request_hash(c, token.hash) != ERR_OK) {
		call_refuse(c, 503, "busy", "Out of memory; try again.");
		return;
	}
	if (call_failed(c, office_begin(o)))
		return;
	enum err err = requests_find(o, &token, answer_again, c);
	if (err == ERR_NOTFOUND) {
		c->route->run(c);
		if (call_is_answered(c) && c->answer.status < 300) {
			keep_and_commit(c, &token);
			return;
		}
	} else {
		(void)call_failed(c, err);
	}
	office_rollback(o);
}

static void run_handler(struct call *c)
{
	if (c->headers.idempotency_key && c->route->flags & ROUTE_IDEMPOTENT)
		run_once(c);
	else
		c->route->run(c);
	if (!call_is_answered(c)) {
		log_error("route=%s not answered", c->route->path);
		call_refuse(c, 500, "internal", "This went wrong inside the box.");
	}
	if (c->answer.kind == ANSWER_BUFFER && !buf_ok(&c->answer.body))
		call_refuse(c, 503, "too_large",
			"The answer is too large; ask for less of it.");
}

void api_run(struct call *c)
{
	if (!call_is_answered(c))
		read_query(c);
	if (!call_is_answered(c))
		read_body(c);
	if (!call_is_answered(c))
		run_handler(c);
}

void api_done(struct call *c)
{
	uint64_t now = clock_mono_ms(c->api->options.clock);

	counters_count(c->api->counters, c->route, c->answer.status, now - c->started_ms);
	log_debug("method=%s path=%s status=%d ms=%llu", c->method,
		c->route ? c->route->path : "-", c->answer.status,
		(unsigned long long)(now - c->started_ms));
}
