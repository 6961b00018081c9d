#include "web/api/problem.h"

#include <stdarg.h>
#include <stdio.h>

#include "firmware/base/str.h"
#include "firmware/office/office.h"
#include "web/api/json_out.h"

struct title {
	int status;
	const char *text;
};

static const struct title titles[] = {
	{ 400, "Bad request" },
	{ 401, "Not signed in" },
	{ 403, "Not allowed" },
	{ 404, "Not found" },
	{ 405, "Method not allowed" },
	{ 408, "Too slow" },
	{ 409, "Conflict" },
	{ 413, "Too large" },
	{ 415, "Unsupported media type" },
	{ 421, "Unknown host name" },
	{ 422, "Cannot be done" },
	{ 429, "Slow down" },
	{ 503, "Not now" },
	{ 507, "No space" },
	{ 0, "Internal error" },
};

static const char *title_of(int status)
{
	const struct title *t = titles;

	while (t->status != 0 && t->status != status)
		t++;
	return t->text;
}

enum err problem_set(
	struct problem *p, int status, const char *code, const char *fmt, ...)
{
	va_list ap;

	*p = (struct problem){ .status = status, .offset = -1 };
	(void)str_copy(p->code, sizeof(p->code), code);
	va_start(ap, fmt);
	/* A sentence too long is cut: it is for people. */
	(void)vsnprintf(p->detail, sizeof(p->detail), fmt, ap);
	va_end(ap);
	return ERR_INPUT;
}

void problem_param(struct problem *p, const char *name, const char *value)
{
	for (size_t i = 0; i < PROBLEM_PARAMS_MAX; i++) {
		if (p->params[i].name[0] != '\0')
			continue;
		(void)str_copy(p->params[i].name, sizeof(p->params[i].name), name);
		(void)str_copy(p->params[i].value, sizeof(p->params[i].value), value);
		return;
	}
}

static int status_of(const struct refusal *why)
{
	switch (why->kind) {
	case REFUSAL_BAD:
		return str_eq(why->code, "too_large") ? 413 : 400;
	case REFUSAL_LOGIN:
		return 401;
	case REFUSAL_FORBIDDEN:
		return 403;
	case REFUSAL_NOT_FOUND:
		return 404;
	case REFUSAL_CONFLICT:
		return 409;
	case REFUSAL_INVALID:
		return 422;
	case REFUSAL_SLOW_DOWN:
		return 429;
	case REFUSAL_BUSY:
		return 503;
	}
	return 500;
}

void problem_from_refusal(struct problem *p, const struct refusal *why)
{
	(void)problem_set(p, status_of(why), why->code, "%s", why->detail);
	(void)str_copy(p->field, sizeof(p->field), why->field);
	p->line = why->line;
	p->limit = why->limit;
	p->retry_after_s = why->retry_after_s;
	if (p->status == 503 && p->retry_after_s == 0)
		p->retry_after_s = 1;
}

static void write_place(const struct problem *p, struct json_out *j)
{
	if (p->field[0] != '\0')
		json_out_text(j, "field", p->field);
	if (p->line > 0)
		json_out_i64(j, "line", p->line);
	if (p->limit > 0)
		json_out_i64(j, "limit", p->limit);
	if (p->offset >= 0)
		json_out_i64(j, "offset", p->offset);
	json_out_object(j, "params");
	for (size_t i = 0; i < PROBLEM_PARAMS_MAX && p->params[i].name[0] != '\0'; i++)
		json_out_text(j, p->params[i].name, p->params[i].value);
	json_out_object_end(j);
}

void problem_write(const struct problem *p, struct buf *out)
{
	struct json_out j = json_out_to(out);

	json_out_object(&j, NULL);
	json_out_text(&j, "type", "about:blank");
	json_out_text(&j, "title", title_of(p->status));
	json_out_i64(&j, "status", p->status);
	json_out_text(&j, "code", p->code);
	json_out_text(&j, "detail", p->detail);
	write_place(p, &j);
	json_out_object_end(&j);
}

void problem_write_member(const struct problem *p, struct json_out *j, const char *key)
{
	json_out_object(j, key);
	json_out_text(j, "code", p->code);
	json_out_text(j, "detail", p->detail);
	write_place(p, j);
	json_out_object_end(j);
}
