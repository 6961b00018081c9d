/*
 * When messages may go out: windows by class, holidays; and how often to one number.
 */
#include "web/api/resources.h"

#include "firmware/office/dispatch/quotas.h"
#include "firmware/office/dispatch/windows.h"
#include "web/api/api.h"
#include "web/api/shapes.h"

#define EVERY_DAY 127
#define CAP_MAX 1000000

const struct vstr weekday_names[] = { { 0, "mon" }, { 1, "tue" }, { 2, "wed" },
	{ 3, "thu" }, { 4, "fri" }, { 5, "sat" }, { 6, "sun" }, { 0, NULL } };

/* The class in the address. False: there is none of that name, answered. */
static bool class_asked(struct call *c, enum message_class *out)
{
	int class;

	if (!vstr_find(message_class_names, c->params.name, &class)) {
		call_refuse(c, 404, "not_found", "There is no such class of messages.");
		return false;
	}
	*out = (enum message_class) class;
	return true;
}

/* ---- windows ---- */

static const struct shape_field window_fields[] = {
	SHAPE_ENUM(struct send_window, "class", class, message_class_names),
	SHAPE_FIELD(struct send_window, MINUTE, "from", from_minute),
	SHAPE_FIELD(struct send_window, MINUTE, "to", to_minute),
	SHAPE_BITS(struct send_window, SET, "days", days, weekday_names),
	SHAPE_FIELD(struct send_window, BOOL, "on_holidays", on_holidays),
	{ 0 },
};
static const struct shape window_shape = { .name = "SendWindow",
	.fields = window_fields };

struct window_in {
	struct policy_given given;
	int64_t from, to, days;
	bool on_holidays;
};
static const struct policy_field window_in_fields[] = {
	POLICY_FIELD(struct window_in, MINUTE, "from", from, true, 0),
	POLICY_FIELD(struct window_in, MINUTE, "to", to, true, 0),
	POLICY_BITS(struct window_in, "days", days, weekday_names),
	POLICY_FIELD(struct window_in, BOOL, "on_holidays", on_holidays, false, 0),
	{ 0 },
};
enum {
	IN_DAYS = 2 /* its place above */
};
static const struct policy window_policy = {
	.name = "SendWindowIn",
	.fields = window_in_fields,
	.size = sizeof(struct window_in),
};

static bool window_item(void *user, const struct send_window *window)
{
	shape_write(user, NULL, &window_shape, window);
	return true;
}

static void windows_index(struct call *c)
{
	struct json_out j = call_items(c);

	call_items_end(c, &j, windows_each(c->office, window_item, &j));
}

struct wanted_window {
	struct call *call;
	enum message_class class;
};

static bool window_if_asked(void *user, const struct send_window *window)
{
	const struct wanted_window *wanted = user;

	if (window->class != wanted->class)
		return true;
	call_answer_shape(wanted->call, &window_shape, window);
	return false;
}

static void window_put(struct call *c)
{
	const struct window_in *in = (const void *)c->input;
	struct wanted_window wanted = { .call = c };

	if (!class_asked(c, &wanted.class))
		return;
	struct send_window window = {
		.class = wanted.class,
		.from_minute = (int)in->from,
		.to_minute = (int)in->to,
		.days = policy_has(in, IN_DAYS) ? (unsigned)in->days : EVERY_DAY,
		.on_holidays = in->on_holidays,
	};
	if (!call_failed(c, windows_set(c->office, &c->who.actor, &window)))
		(void)call_failed(c, windows_each(c->office, window_if_asked, &wanted));
}

static void window_delete(struct call *c)
{
	enum message_class class;

	if (class_asked(c, &class) &&
		!call_failed(c, windows_remove(c->office, &c->who.actor, class)))
		call_no_content(c);
}

/* ---- holidays ---- */

static const struct shape_field holiday_fields[] = {
	SHAPE_FIELD(struct holiday, POINTER, "country", country),
	SHAPE_FIELD(struct holiday, POINTER, "day", day),
	SHAPE_FIELD(struct holiday, POINTER, "name", name),
	{ 0 },
};
static const struct shape holiday_shape = { .name = "Holiday", .fields = holiday_fields };

struct holiday_query_in {
	struct policy_given given;
	const char *country;
};
static const struct policy_field holiday_query_fields[] = {
	POLICY_FIELD(struct holiday_query_in, TEXT, "country", country, false, 3),
	{ 0 },
};
static const struct policy holiday_query_policy = {
	.name = "HolidayQuery",
	.fields = holiday_query_fields,
	.size = sizeof(struct holiday_query_in),
};

struct holiday_in {
	struct policy_given given;
	const char *name;
};
static const struct policy_field holiday_in_fields[] = {
	POLICY_FIELD(struct holiday_in, TEXT, "name", name, false, 320),
	{ 0 },
};
static const struct policy holiday_policy = {
	.name = "HolidayIn",
	.fields = holiday_in_fields,
	.size = sizeof(struct holiday_in),
};

static bool holiday_item(void *user, const struct holiday *holiday)
{
	shape_write(user, NULL, &holiday_shape, holiday);
	return true;
}

static void holidays_index(struct call *c)
{
	const struct holiday_query_in *in = (const void *)c->query;
	struct json_out j = call_items(c);

	call_items_end(c, &j, holidays_each(c->office, in->country, holiday_item, &j));
}

static void holiday_put_one(struct call *c)
{
	const struct holiday_in *in = (const void *)c->input;
	struct holiday holiday = {
		.country = c->params.name,
		.day = c->params.more,
		.name = in->name ? in->name : "",
	};

	if (!call_failed(c, holidays_put(c->office, &c->who.actor, &holiday)))
		call_answer_shape(c, &holiday_shape, &holiday);
}

static void holiday_delete(struct call *c)
{
	if (!call_failed(c, holidays_remove(c->office, &c->who.actor, c->params.name,
				    c->params.more)))
		call_no_content(c);
}

/* ---- how often ---- */

static const struct shape_field cap_fields[] = {
	SHAPE_ENUM(struct frequency_cap, "class", class, message_class_names),
	SHAPE_FIELD(struct frequency_cap, I64, "days_7", days_7),
	SHAPE_FIELD(struct frequency_cap, I64, "days_30", days_30),
	{ 0 },
};
static const struct shape cap_shape = { .name = "FrequencyCap", .fields = cap_fields };

struct cap_in {
	struct policy_given given;
	int64_t days_7, days_30;
};
static const struct policy_field cap_in_fields[] = {
	POLICY_NUMBER(struct cap_in, "days_7", days_7, 0, CAP_MAX),
	POLICY_NUMBER(struct cap_in, "days_30", days_30, 0, CAP_MAX),
	{ 0 },
};
static const struct policy cap_policy = {
	.name = "FrequencyCapIn",
	.fields = cap_in_fields,
	.size = sizeof(struct cap_in),
};

static bool cap_item(void *user, const struct frequency_cap *cap)
{
	shape_write(user, NULL, &cap_shape, cap);
	return true;
}

static void caps_index(struct call *c)
{
	struct json_out j = call_items(c);

	call_items_end(c, &j, caps_each(c->office, cap_item, &j));
}

static void cap_put(struct call *c)
{
	const struct cap_in *in = (const void *)c->input;
	struct frequency_cap cap = { .days_7 = in->days_7, .days_30 = in->days_30 };

	if (class_asked(c, &cap.class) &&
		!call_failed(c, caps_set(c->office, &c->who.actor, &cap)))
		call_answer_shape(c, &cap_shape, &cap);
}

static void cap_delete(struct call *c)
{
	struct frequency_cap none = { 0 };

	if (class_asked(c, &none.class) &&
		!call_failed(c, caps_set(c->office, &c->who.actor, &none)))
		call_no_content(c);
}

const struct endpoint time_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/send-windows",
		.scope = AUTH_READ,
		.run = windows_index,
		.summary = "When each class may go out, in the recipient's time; a class "
			   "that is not here: always",
		.answer = &window_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "PUT",
		.path = "/api/v1/send-windows/{class}",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &window_policy,
		.run = window_put,
		.summary =
			"Set the window of a class; from later than to is over midnight",
		.answer = &window_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/send-windows/{class}",
		.scope = AUTH_ADMIN,
		.run = window_delete,
		.status = 204,
		.summary = "Let a class go out at any time",
	},
	{
		.method = "GET",
		.path = "/api/v1/holidays",
		.scope = AUTH_READ,
		.query = &holiday_query_policy,
		.run = holidays_index,
		.summary = "Days on which nothing goes out but what may on holidays",
		.answer = &holiday_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "PUT",
		.path = "/api/v1/holidays/{country}/{day}",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &holiday_policy,
		.run = holiday_put_one,
		.summary =
			"Add or rename a holiday; day is 2027-03-25, or 03-25 for every "
			"year",
		.answer = &holiday_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/holidays/{country}/{day}",
		.scope = AUTH_ADMIN,
		.run = holiday_delete,
		.status = 204,
		.summary = "Make it an ordinary day again",
	},
	{
		.method = "GET",
		.path = "/api/v1/frequency-caps",
		.scope = AUTH_READ,
		.run = caps_index,
		.summary =
			"How many messages of a class one number gets in 7 and 30 days",
		.answer = &cap_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "PUT",
		.path = "/api/v1/frequency-caps/{class}",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &cap_policy,
		.run = cap_put,
		.summary = "Set how often; 0 is no cap, what is too much waits",
		.answer = &cap_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/frequency-caps/{class}",
		.scope = AUTH_ADMIN,
		.run = cap_delete,
		.status = 204,
		.summary = "Lift the cap of a class",
	},
	{ 0 },
};
