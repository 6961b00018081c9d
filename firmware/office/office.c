#include "firmware/office/office.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"
#include "firmware/office/dispatch/planner.h"
#include "firmware/office/settings.h"

static enum err kind_err(enum refusal_kind kind)
{
	switch (kind) {
	case REFUSAL_NOT_FOUND:
		return ERR_NOTFOUND;
	case REFUSAL_BUSY:
	case REFUSAL_SLOW_DOWN:
		return ERR_BUSY;
	case REFUSAL_BAD:
	case REFUSAL_LOGIN:
	case REFUSAL_FORBIDDEN:
	case REFUSAL_CONFLICT:
	case REFUSAL_INVALID:
		return ERR_INPUT;
	}
	return ERR_INPUT;
}

static void fill(struct office *o, enum refusal_kind kind, const char *code)
{
	o->why = (struct refusal){ .kind = kind, .offset = -1 };
	(void)str_copy(o->why.code, sizeof(o->why.code), code); /* a literal of ours */
}

/* A sentence that does not fit is cut at a character's edge: better than none. */
static void put_detail(struct refusal *why, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));
static void put_detail(struct refusal *why, const char *fmt, va_list args)
{
	size_t bad;
	(void)vsnprintf(why->detail, sizeof(why->detail), fmt, args);
	if (!str_is_utf8(why->detail, strlen(why->detail), &bad))
		why->detail[bad] = '\0';
}

enum err office_refuse(
	struct office *o, enum refusal_kind kind, const char *code, const char *fmt, ...)
{
	va_list args;
	fill(o, kind, code);
	va_start(args, fmt);
	put_detail(&o->why, fmt, args);
	va_end(args);
	return kind_err(kind);
}

enum err office_refuse_field(
	struct office *o, const char *field, const char *code, const char *fmt, ...)
{
	va_list args;
	fill(o, REFUSAL_INVALID, code);
	(void)str_copy(o->why.field, sizeof(o->why.field), field); /* a literal of ours */
	va_start(args, fmt);
	put_detail(&o->why, fmt, args);
	va_end(args);
	return ERR_INPUT;
}

enum err office_fail(struct office *o, enum err err, const char *what)
{
	const char *words = o->store ? store_error(o->store) : "";
	switch (err) {
	case ERR_OK:
		return ERR_OK;
	case ERR_NOTFOUND:
		(void)office_refuse(
			o, REFUSAL_NOT_FOUND, "not_found", "There is no %s.", what);
		break;
	case ERR_BUSY:
	case ERR_TIMEOUT:
		(void)office_refuse(o, REFUSAL_BUSY, "store_busy",
			"The store is busy. Nothing was changed; try again in a second.");
		o->why.retry_after_s = 1;
		break;
	case ERR_SYS:
		(void)office_refuse(o, REFUSAL_BUSY, "disk_full",
			"The store could not be written: %s. Nothing was changed.",
			words);
		o->why.retry_after_s = 30;
		break;
	case ERR_INPUT:
		(void)office_refuse(o, REFUSAL_BUSY, "store_damaged",
			"The store's file is damaged: %s.", words);
		o->why.retry_after_s = 300;
		break;
	case ERR_MEM:
		(void)office_refuse(o, REFUSAL_BAD, "too_large",
			"A value is longer than the store takes.");
		break;
	case ERR_ARG:
	case ERR_UNSUPPORTED:
		(void)office_refuse(o, REFUSAL_BUSY, "internal",
			"This did not work, and it is the box's fault: %s.", what);
		break;
	}
	return err;
}

enum err office_open(struct office *o, const char *store_path, enum store_role role,
	struct hub *hub, const struct clock *clock)
{
	struct store_opening why = { .problem = STORE_FINE };
	*o = (struct office){ .clock = clock, .hub = hub, .why = { .offset = -1 } };
	enum err err = store_open(&o->store, store_path, role, clock, &why);
	if (!err)
		return ERR_OK;
	o->store = NULL;
	fill(o, REFUSAL_BUSY,
		why.problem == STORE_FULL     ? "disk_full"
		: why.problem == STORE_LOCKED ? "store_busy"
					      : "store_unusable");
	/* Both are sentences for the user; the longer one may be cut. */
	(void)str_copy(o->why.detail, sizeof(o->why.detail), why.message);
	return err;
}

void office_close(struct office *o)
{
	if (o->in_transaction)
		office_rollback(o);
	planner_destroy(o->planner);
	o->planner = NULL;
	store_close(o->store);
	o->store = NULL;
}

int64_t office_now(const struct office *o)
{
	return clock_wall_ms(o->clock);
}

static void do_wakes(struct office *o, unsigned wakes)
{
	for (int i = 0; i < HUB_WORKER_COUNT; i++) {
		if (wakes & (1U << i))
			hub_wake(o->hub, (enum hub_worker)i);
	}
	if (wakes & OFFICE_WAKE_RADIO)
		hub_work(o->hub);
	if (wakes & OFFICE_WAKE_CONFIG)
		hub_config(o->hub);
}

void office_wake(struct office *o, unsigned wakes)
{
	if (o->in_transaction)
		o->pending |= wakes;
	else
		do_wakes(o, wakes);
}

enum err office_begin(struct office *o)
{
	enum err err = store_begin(o->store);
	if (err)
		return office_fail(o, err, "transaction");
	o->in_transaction = true;
	o->pending = 0;
	return ERR_OK;
}

enum err office_commit(struct office *o)
{
	enum err err = store_commit(o->store);
	if (err) {
		(void)office_fail(o, err, "transaction");
		office_rollback(o);
		return err;
	}
	o->in_transaction = false;
	do_wakes(o, o->pending);
	o->pending = 0;
	return ERR_OK;
}

void office_rollback(struct office *o)
{
	store_rollback(o->store);
	o->in_transaction = false;
	o->pending = 0;
}

enum err office_enter(struct office *o, bool *own)
{
	*own = !o->in_transaction;
	return *own ? office_begin(o) : ERR_OK;
}

enum err office_leave(struct office *o, bool own, enum err err)
{
	if (!own)
		return err;
	if (!err)
		return office_commit(o);
	office_rollback(o);
	return err;
}

enum err office_number(
	struct office *o, const char *field, const char *text, char e164[20])
{
	char country[4];
	struct phone_number number;
	enum err err = settings_country(o, country);
	if (err)
		return err;
	enum phone_reason reason =
		phone_number_parse(text, strlen(text), country, &number);
	if (reason == PHONE_OK) {
		(void)str_copy(e164, 20, number.e164); /* the same size */
		return ERR_OK;
	}
	return office_refuse_field(o, field,
		reason == PHONE_IS_LANDLINE ? "landline" : "invalid_number", "%s",
		phone_reason_text(reason));
}

enum err office_check_text(
	struct office *o, const char *text, const struct office_text_rule *rule)
{
	size_t len = text ? strlen(text) : 0;
	if (!len && !rule->may_be_empty)
		return office_refuse_field(
			o, rule->field, "field_required", "%s is missing.", rule->field);
	if (len > rule->max) {
		(void)office_refuse_field(o, rule->field, "text_too_long",
			"%s is longer than %zu octets.", rule->field, rule->max);
		o->why.limit = (int64_t)rule->max;
		return ERR_INPUT;
	}
	if (len && !str_is_utf8(text, len, NULL))
		return office_refuse_field(
			o, rule->field, "invalid_utf8", "%s is not UTF-8.", rule->field);
	return ERR_OK;
}
