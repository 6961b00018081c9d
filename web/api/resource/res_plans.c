/*
 * Plans: the operators' contracts, shared by SIMs of a kind, with their prices by route.
 */
#include "web/api/resources.h"

#include <stdlib.h>

#include "firmware/base/str.h"
#include "firmware/office/dispatch/plans.h"
#include "web/api/api.h"
#include "web/api/policy_value.h"

#define PRICES_MAX 500
#define COUNT_MAX 1000000000

/* ---- shape ---- */

static void write_floor(struct json_out *j, const char *key, const void *object)
{
	const struct plan_view *view = object;

	if (view->p.has_balance_floor)
		json_out_money(j, key, view->p.balance_floor);
	else
		json_out_null(j, key);
}

static const struct shape_field price_fields[] = {
	SHAPE_FIELD(struct plan_price, I64, "route_id", route_id),
	SHAPE_FIELD(struct plan_price, MONEY, "price", price),
	SHAPE_FIELD(struct plan_price, BOOL, "in_bundle", in_bundle),
	SHAPE_FIELD(struct plan_price, BOOL, "blocked", is_blocked),
	{ 0 },
};
static const struct shape price_shape = { .name = "PlanPrice", .fields = price_fields };

static void write_prices(struct json_out *j, const char *key, const void *object)
{
	const struct plan_view *view = object;

	json_out_array(j, key);
	for (size_t i = 0; i < view->n_prices; i++)
		shape_write(j, NULL, &price_shape, &view->prices[i]);
	json_out_array_end(j);
}

static const struct shape_field plan_fields[] = {
	SHAPE_FIELD(struct plan_view, I64, "id", p.id),
	SHAPE_FIELD(struct plan_view, TEXT, "name", p.name),
	SHAPE_FIELD(struct plan_view, TEXT, "currency", p.currency),
	SHAPE_FIELD(struct plan_view, TEXT, "time_zone", p.time_zone),
	SHAPE_FIELD(struct plan_view, I32, "reset_day", p.reset_day),
	SHAPE_FIELD(struct plan_view, I64, "per_minute", p.per_minute),
	SHAPE_FIELD(struct plan_view, I64, "per_hour", p.per_hour),
	SHAPE_FIELD(struct plan_view, I64, "per_day", p.per_day),
	SHAPE_FIELD(struct plan_view, I64, "per_month", p.per_month),
	SHAPE_FIELD(struct plan_view, I64, "recipients_month", p.recipients_month),
	SHAPE_FIELD(struct plan_view, I64, "bundle_month", p.bundle_month),
	SHAPE_FIELD(struct plan_view, BOOL, "bundle_only", p.is_bundle_only),
	SHAPE_FIELD(struct plan_view, MONEY, "spend_month", p.spend_month),
	SHAPE_BY("balance_floor", "number?", write_floor),
	SHAPE_FIELD(struct plan_view, WORDS, "countries", p.countries),
	SHAPE_FIELD(struct plan_view, MONEY, "price", p.price),
	SHAPE_LIST("prices", &price_shape, write_prices),
	SHAPE_FIELD(struct plan_view, I64, "sims", sims),
	{ 0 },
};
static const struct shape plan_shape = { .name = "Plan", .fields = plan_fields };

/* ---- what is taken ---- */

struct price_in {
	struct policy_given given;
	int64_t route_id, price;
	bool in_bundle, blocked;
};
static const struct policy_field price_in_fields[] = {
	{ .name = "route_id",
		.kind = POLICY_I64,
		.offset = offsetof(struct price_in, route_id),
		.required = true,
		.min = 1,
		.max = INT64_MAX },
	POLICY_AMOUNT(struct price_in, "price", price, 0),
	POLICY_FIELD(struct price_in, BOOL, "in_bundle", in_bundle, false, 0),
	POLICY_FIELD(struct price_in, BOOL, "blocked", blocked, false, 0),
	{ 0 },
};
enum {
	PRICE_IN_BUNDLE = 2 /* its place above */
};
static const struct policy price_policy = {
	.name = "PlanPriceIn",
	.fields = price_in_fields,
	.size = sizeof(struct price_in),
};

struct plan_in {
	struct policy_given given;
	const char *name, *currency, *time_zone;
	int64_t reset_day;
	int64_t per_minute, per_hour, per_day, per_month, recipients_month, bundle_month;
	int64_t spend_month, price, balance_floor;
	bool bundle_only;
	const json_t *countries, *prices;
};
enum plan_in_field { /* places in the table below */
	IN_NAME,
	IN_CURRENCY,
	IN_TIME_ZONE,
	IN_RESET_DAY,
	IN_PER_MINUTE,
	IN_PER_HOUR,
	IN_PER_DAY,
	IN_PER_MONTH,
	IN_RECIPIENTS_MONTH,
	IN_BUNDLE_MONTH,
	IN_SPEND_MONTH,
	IN_PRICE,
	IN_BALANCE_FLOOR,
	IN_BUNDLE_ONLY,
	IN_COUNTRIES,
	IN_PRICES,
};
#define PLAN_COUNT(name_, member_)                                                       \
	POLICY_NUMBER(struct plan_in, name_, member_, 0, COUNT_MAX)

static const struct policy_field plan_in_fields[] = {
	[IN_NAME] = POLICY_FIELD(struct plan_in, TEXT, "name", name, false, 63),
	[IN_CURRENCY] =
		POLICY_FIELD(struct plan_in, TEXT, "currency", currency, false, 3),
	[IN_TIME_ZONE] =
		POLICY_FIELD(struct plan_in, TEXT, "time_zone", time_zone, false, 47),
	[IN_RESET_DAY] = POLICY_NUMBER(struct plan_in, "reset_day", reset_day, 1, 31),
	[IN_PER_MINUTE] = PLAN_COUNT("per_minute", per_minute),
	[IN_PER_HOUR] = PLAN_COUNT("per_hour", per_hour),
	[IN_PER_DAY] = PLAN_COUNT("per_day", per_day),
	[IN_PER_MONTH] = PLAN_COUNT("per_month", per_month),
	[IN_RECIPIENTS_MONTH] = PLAN_COUNT("recipients_month", recipients_month),
	[IN_BUNDLE_MONTH] = PLAN_COUNT("bundle_month", bundle_month),
	[IN_SPEND_MONTH] = POLICY_AMOUNT(struct plan_in, "spend_month", spend_month, 0),
	[IN_PRICE] = POLICY_AMOUNT(struct plan_in, "price", price, 0),
	[IN_BALANCE_FLOOR] = POLICY_AMOUNT(
		struct plan_in, "balance_floor", balance_floor, -POLICY_MONEY_MAX),
	[IN_BUNDLE_ONLY] =
		POLICY_FIELD(struct plan_in, BOOL, "bundle_only", bundle_only, false, 0),
	[IN_COUNTRIES] =
		POLICY_FIELD(struct plan_in, TEXTS, "countries", countries, false, 170),
	[IN_PRICES] = { .name = "prices",
		.kind = POLICY_ARRAY,
		.offset = offsetof(struct plan_in, prices),
		.max = PRICES_MAX,
		.elements = &price_policy },
	{ 0 },
};
static const struct policy plan_policy = {
	.name = "PlanIn",
	.fields = plan_in_fields,
	.size = sizeof(struct plan_in),
};

/* Numbers that go into the plan as they are. */
static const struct {
	enum plan_in_field field;
	size_t from, to;
} numbers[] = {
#define NUMBER(field_, member_)                                                          \
	{                                                                                \
		field_, offsetof(struct plan_in, member_),                               \
			offsetof(struct plan, member_)                                   \
	}
	NUMBER(IN_PER_MINUTE, per_minute),
	NUMBER(IN_PER_HOUR, per_hour),
	NUMBER(IN_PER_DAY, per_day),
	NUMBER(IN_PER_MONTH, per_month),
	NUMBER(IN_RECIPIENTS_MONTH, recipients_month),
	NUMBER(IN_BUNDLE_MONTH, bundle_month),
	NUMBER(IN_SPEND_MONTH, spend_month),
	NUMBER(IN_PRICE, price),
	NUMBER(IN_BALANCE_FLOOR, balance_floor),
#undef NUMBER
};

static void apply_numbers(const struct plan_in *in, struct plan *plan)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (policy_has(in, numbers[i].field))
			*(int64_t *)(void *)((char *)plan + numbers[i].to) =
				*(const int64_t *)(const void *)((const char *)in +
								 numbers[i].from);
	if (policy_has(in, IN_RESET_DAY))
		plan->reset_day = (int)in->reset_day;
	if (policy_has(in, IN_BUNDLE_ONLY))
		plan->is_bundle_only = in->bundle_only;
	if (policy_has(in, IN_BALANCE_FLOOR))
		plan->has_balance_floor = true;
	if (policy_is_null(in, IN_BALANCE_FLOOR))
		plan->has_balance_floor = false;
}

/* False: answered. Lengths were checked by the policy, but for the countries'. */
static bool apply(struct call *c, struct plan *plan)
{
	const struct plan_in *in = (const void *)c->input;
	struct problem p;

	apply_numbers(in, plan);
	if (in->name)
		(void)str_copy(plan->name, sizeof(plan->name), in->name);
	if (in->currency)
		(void)str_copy(plan->currency, sizeof(plan->currency), in->currency);
	if (in->time_zone)
		(void)str_copy(plan->time_zone, sizeof(plan->time_zone), in->time_zone);
	if (!in->countries ||
		policy_join(in->countries, plan->countries, sizeof(plan->countries)))
		return true;
	(void)problem_set(&p, 422, "invalid_country",
		"\"countries\" must hold two letters for each, as \"GR\".");
	(void)str_copy(p.field, sizeof(p.field), "countries");
	call_problem(c, &p);
	return false;
}

/* The prices of the body. False: answered. */
static bool read_prices(struct call *c, struct plan_price **out, size_t *out_n)
{
	const struct plan_in *in = (const void *)c->input;
	size_t n = json_array_size(in->prices);
	struct plan_price *prices = calloc(n + 1, sizeof(*prices));
	struct problem p;

	if (!prices) {
		call_refuse(c, 503, "busy", "Out of memory; try again.");
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		struct price_in one = { 0 };
		if (policy_read_json(
			    &price_policy, json_array_get(in->prices, i), &one, &p)) {
			char inside[sizeof(p.field)];
			(void)str_copy(inside, sizeof(inside), p.field);
			(void)str_format(
				p.field, sizeof(p.field), "prices[%zu].%.24s", i, inside);
			call_problem(c, &p);
			free(prices);
			return false;
		}
		prices[i] = (struct plan_price){
			.route_id = one.route_id,
			.price = one.price,
			.in_bundle = !policy_has(&one, PRICE_IN_BUNDLE) || one.in_bundle,
			.is_blocked = one.blocked,
		};
	}
	*out = prices;
	*out_n = n;
	return true;
}

/* ---- handlers ---- */

static bool one(void *user, const struct plan_view *view)
{
	call_answer_shape(user, &plan_shape, view);
	return true;
}

static bool item(void *user, const struct plan_view *view)
{
	shape_write(user, NULL, &plan_shape, view);
	return true;
}

static void plans_index(struct call *c)
{
	struct json_out j = call_items(c);

	call_items_end(c, &j, plans_each(c->office, item, &j));
}

static bool keep(void *user, const struct plan_view *view)
{
	*(struct plan *)user = view->p;
	return true;
}

static void put(struct call *c, struct plan_draft *draft)
{
	struct plan_price *prices = NULL;
	int64_t id;

	if (!apply(c, &draft->p) || !read_prices(c, &prices, &draft->n_prices))
		return;
	draft->prices = prices;
	draft->has_prices =
		((const struct plan_in *)(const void *)c->input)->prices != NULL;
	if (!call_failed(c, plans_put(c->office, &c->who.actor, draft, &id)))
		(void)call_failed(c, plans_get(c->office, id, one, c));
	free(prices);
}

static void plans_post(struct call *c)
{
	struct plan_draft draft = { .p = { .reset_day = 1 } };

	put(c, &draft);
}

static void plan_show(struct call *c)
{
	(void)call_failed(c, plans_get(c->office, c->params.id, one, c));
}

static void plan_patch(struct call *c)
{
	struct plan_draft draft = { 0 };

	if (!call_failed(c, plans_get(c->office, c->params.id, keep, &draft.p)))
		put(c, &draft);
}

static void plan_remove(struct call *c)
{
	if (!call_failed(c, plans_delete(c->office, &c->who.actor, c->params.id)))
		call_no_content(c);
}

const struct endpoint plan_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/plans",
		.scope = AUTH_READ,
		.run = plans_index,
		.summary = "Contracts of SIMs: limits of each SIM, and prices",
		.answer = &plan_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "POST",
		.path = "/api/v1/plans",
		.scope = AUTH_ADMIN,
		.flags = ROUTE_IDEMPOTENT,
		.body = ROUTE_JSON,
		.policy = &plan_policy,
		.run = plans_post,
		.status = 201,
		.summary = "A new contract; a limit of 0 is none",
		.answer = &plan_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/plans/{id}",
		.scope = AUTH_READ,
		.run = plan_show,
		.summary = "One contract",
		.answer = &plan_shape,
	},
	{
		.method = "PATCH",
		.path = "/api/v1/plans/{id}",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &plan_policy,
		.run = plan_patch,
		.summary = "Change a contract; prices given replace all that it has",
		.answer = &plan_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/plans/{id}",
		.scope = AUTH_ADMIN,
		.run = plan_remove,
		.status = 204,
		.summary = "Remove a contract; its SIMs have none then",
	},
	{ 0 },
};
