#include "web/api/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "web/api/resources.h"

static const struct policy_field no_fields[] = { { 0 } };
const struct policy policy_nothing = {
	.name = "Nothing",
	.fields = no_fields,
	.size = sizeof(struct policy_given),
};

void call_init(struct call *c, struct api *api)
{
	*c = (struct call){ .api = api, .body_octets = -1 };
	c->answer.fd = -1;
	c->upload.fd = -1;
	buf_init(&c->body, 1);
	buf_init(&c->answer.body, CALL_ANSWER_MAX);
}

void call_fini(struct call *c)
{
	if (c->route && c->route->end)
		c->route->end(c);
	if (c->answer.fd >= 0)
		(void)close(c->answer.fd); /* read only */
	json_decref(c->json);
	target_fini(&c->target);
	buf_fini(&c->body);
	buf_fini(&c->answer.body);
}

static void restart(struct call *c, int status, const char *type)
{
	buf_reset(&c->answer.body);
	c->answer.kind = ANSWER_BUFFER;
	c->answer.status = status;
	c->answer.type = type;
}

struct json_out call_json(struct call *c)
{
	int status = c->route && c->route->status ? c->route->status : 200;

	restart(c, status, "application/json");
	return json_out_to(&c->answer.body);
}

void call_answer_shape(struct call *c, const struct shape *shape, const void *object)
{
	struct json_out j = call_json(c);

	shape_write(&j, NULL, shape, object);
}

struct json_out call_items(struct call *c)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	return j;
}

void call_items_end(struct call *c, struct json_out *j, enum err err)
{
	json_out_array_end(j);
	json_out_object_end(j);
	(void)call_failed(c, err);
}

void call_no_content(struct call *c)
{
	restart(c, 204, NULL);
}

bool call_header(struct call *c, const char *name, const char *value)
{
	struct answer *a = &c->answer;

	if (a->n_headers == CALL_HEADERS_MAX ||
		!str_copy(a->headers[a->n_headers].value,
			sizeof(a->headers[a->n_headers].value), value))
		return false;
	a->headers[a->n_headers++].name = name;
	return true;
}

void call_problem(struct call *c, const struct problem *p)
{
	char seconds[16];

	restart(c, p->status, "application/problem+json");
	problem_write(p, &c->answer.body);
	if (p->retry_after_s > 0) {
		(void)str_format(seconds, sizeof(seconds), "%u", p->retry_after_s);
		(void)call_header(c, "Retry-After", seconds);
	}
	if (p->status == 401)
		(void)call_header(c, "WWW-Authenticate", "Bearer realm=\"chapar\"");
}

void call_refuse(struct call *c, int status, const char *code, const char *fmt, ...)
{
	struct problem p;
	char detail[sizeof(p.detail)];
	va_list ap;

	va_start(ap, fmt);
	/* A sentence too long is cut: it is for people. */
	(void)vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	(void)problem_set(&p, status, code, "%s", detail);
	call_problem(c, &p);
}

bool call_failed(struct call *c, enum err err)
{
	struct problem p;

	if (err == ERR_OK)
		return false;
	problem_from_refusal(&p, &c->office->why);
	call_problem(c, &p);
	return true;
}
