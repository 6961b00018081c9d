/*
 * Limits of who sends: campaigns, API keys and people.
 */
#include "web/api/resources.h"

#include "firmware/base/str.h"
#include "firmware/office/dispatch/quotas.h"
#include "web/api/api.h"

#define COUNT_MAX 1000000000

static const struct shape_field quota_fields[] = {
	SHAPE_ENUM(struct quota_view, "kind", kind, source_kind_names),
	SHAPE_FIELD(struct quota_view, I64, "id", id),
	SHAPE_FIELD(struct quota_view, POINTER, "name", name),
	SHAPE_FIELD(struct quota_view, I64, "per_minute", q.per_minute),
	SHAPE_FIELD(struct quota_view, I64, "per_day", q.per_day),
	SHAPE_FIELD(struct quota_view, MONEY, "budget", q.budget),
	SHAPE_FIELD(struct quota_view, TEXT, "group", q.group),
	SHAPE_FIELD(struct quota_view, I64, "used_day", used_day),
	SHAPE_FIELD(struct quota_view, MONEY, "used_money", used_money),
	SHAPE_FIELD(struct quota_view, TIME, "day_frees_at", day_frees_at),
	SHAPE_FIELD(struct quota_view, TIME, "budget_frees_at", budget_frees_at),
	{ 0 },
};
static const struct shape quota_shape = { .name = "Quota", .fields = quota_fields };

struct quota_in {
	struct policy_given given;
	int64_t per_minute, per_day, budget;
	const char *group;
};
static const struct policy_field quota_in_fields[] = {
	POLICY_NUMBER(struct quota_in, "per_minute", per_minute, 0, COUNT_MAX),
	POLICY_NUMBER(struct quota_in, "per_day", per_day, 0, COUNT_MAX),
	POLICY_AMOUNT(struct quota_in, "budget", budget, 0),
	POLICY_FIELD(struct quota_in, TEXT, "group", group, false, 63),
	{ 0 },
};
static const struct policy quota_policy = {
	.name = "QuotaIn",
	.fields = quota_in_fields,
	.size = sizeof(struct quota_in),
};

/* False: no such kind, answered. */
static bool source_asked(struct call *c, int64_t *out)
{
	int kind;

	if (!vstr_find(source_kind_names, c->params.name, &kind))
		kind = SOURCE_IS_BOX;
	*out = source_of_kind((enum source_kind)kind, c->params.id);
	if (*out == SOURCE_BOX)
		call_refuse(c, 404, "not_found",
			"Limits are of a campaign, a key or a user.");
	return *out != SOURCE_BOX;
}

static bool one(void *user, const struct quota_view *view)
{
	call_answer_shape(user, &quota_shape, view);
	return true;
}

static bool item(void *user, const struct quota_view *view)
{
	shape_write(user, NULL, &quota_shape, view);
	return true;
}

static void quotas_index(struct call *c)
{
	struct json_out j = call_items(c);

	call_items_end(c, &j, quotas_each(c->office, item, &j));
}

static void quota_show(struct call *c)
{
	int64_t source;

	if (source_asked(c, &source))
		(void)call_failed(c, quotas_get(c->office, source, one, c));
}

static void set(struct call *c, const struct quota *quota)
{
	if (!call_failed(c, quotas_set(c->office, &c->who.actor, quota)))
		(void)call_failed(c, quotas_get(c->office, quota->source, one, c));
}

static void quota_put_all(struct call *c)
{
	const struct quota_in *in = (const void *)c->input;
	struct quota quota = {
		.per_minute = in->per_minute,
		.per_day = in->per_day,
		.budget = in->budget,
	};

	(void)str_copy(quota.group, sizeof(quota.group), in->group ? in->group : "");
	if (source_asked(c, &quota.source))
		set(c, &quota);
}

static void quota_delete(struct call *c)
{
	struct quota none = { 0 };

	if (source_asked(c, &none.source) &&
		!call_failed(c, quotas_set(c->office, &c->who.actor, &none)))
		call_no_content(c);
}

const struct endpoint quota_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/quotas",
		.scope = AUTH_READ,
		.run = quotas_index,
		.summary = "Limits of campaigns, keys and people who have some",
		.answer = &quota_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "GET",
		.path = "/api/v1/quotas/{kind}/{id}",
		.scope = AUTH_READ,
		.run = quota_show,
		.summary = "Limits of one: kind is campaign, key or user",
		.answer = &quota_shape,
	},
	{
		.method = "PUT",
		.path = "/api/v1/quotas/{kind}/{id}",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &quota_policy,
		.run = quota_put_all,
		.summary = "Set its limits; what is left out or 0 is none",
		.answer = &quota_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/quotas/{kind}/{id}",
		.scope = AUTH_ADMIN,
		.run = quota_delete,
		.status = 204,
		.summary = "Lift its limits",
	},
	{ 0 },
};
