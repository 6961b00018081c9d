#include "firmware/office/dispatch/plans.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/tz.h"
#include "firmware/office/auth.h"
#include "firmware/office/dispatch/countries.h"
#include "firmware/office/office_internal.h"
#include "firmware/store/sim.h"

#define LIMIT_MAX (INT64_C(1) << 50)

/* ---- views ---- */

struct price_list {
	struct plan_price *items;
	size_t n, room;
	bool failed;
};

static bool on_price(void *user, const struct plan_price *price)
{
	struct price_list *p = user;
	if (p->n == p->room) {
		size_t room = p->room ? p->room * 2 : 32;
		struct plan_price *items = realloc(p->items, room * sizeof(*items));
		p->failed = !items;
		if (!items)
			return false;
		p->items = items;
		p->room = room;
	}
	p->items[p->n++] = *price;
	return true;
}

struct counting {
	int64_t plan_id, n;
};

static bool on_sim(void *user, const struct sim *sim, const struct sim_usage *today)
{
	struct counting *c = user;
	(void)today;
	c->n += sim->plan_id == c->plan_id;
	return true;
}

struct viewing {
	struct office *o;
	plan_view_fn fn;
	void *user;
	struct price_list prices;
	enum err err;
};

static bool on_plan(void *user, const struct plan *plan)
{
	struct viewing *v = user;
	struct counting sims = { plan->id, 0 };
	v->prices.n = 0;
	v->err = plan_price_each(v->o->store, plan->id, on_price, &v->prices);
	if (!v->err && v->prices.failed)
		v->err = ERR_MEM;
	if (!v->err)
		v->err = sim_each(v->o->store, office_now(v->o), on_sim, &sims);
	struct plan_view view = { *plan, v->prices.items, v->prices.n, sims.n };
	return !v->err && v->fn(v->user, &view);
}

static enum err end_view(struct viewing *v, enum err err)
{
	free(v->prices.items);
	err = err ? err : v->err;
	return err ? office_fail(v->o, err, "such plan") : ERR_OK;
}

enum err plans_each(struct office *o, plan_view_fn fn, void *user)
{
	struct viewing v = { .o = o, .fn = fn, .user = user };
	return end_view(&v, plan_each(o->store, on_plan, &v));
}

enum err plans_get(struct office *o, int64_t id, plan_view_fn fn, void *user)
{
	struct viewing v = { .o = o, .fn = fn, .user = user };
	return end_view(&v, plan_get(o->store, id, on_plan, &v));
}

/* ---- changes ---- */

static const struct {
	const char *field;
	size_t offset;
} limits[] = {
	{ "per_minute", offsetof(struct plan, per_minute) },
	{ "per_hour", offsetof(struct plan, per_hour) },
	{ "per_day", offsetof(struct plan, per_day) },
	{ "per_month", offsetof(struct plan, per_month) },
	{ "recipients_month", offsetof(struct plan, recipients_month) },
	{ "bundle_month", offsetof(struct plan, bundle_month) },
	{ "spend_month", offsetof(struct plan, spend_month) },
	{ "price", offsetof(struct plan, price) },
};

static enum err check_limit(struct office *o, const char *field, int64_t value)
{
	if (value >= 0 && value <= LIMIT_MAX)
		return ERR_OK;
	return office_refuse_field(
		o, field, "invalid_limit", "%s is a number from 0 (no limit) on.", field);
}

static enum err check_limits(struct office *o, const struct plan *p)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		int64_t value;
		memcpy(&value, (const char *)p + limits[i].offset, sizeof(value));
		enum err err = check_limit(o, limits[i].field, value);
		if (err)
			return err;
	}
	if (p->is_bundle_only && p->bundle_month == 0)
		return office_refuse_field(o, "bundle_month", "invalid_limit",
			"With nothing beyond the bundle there must be a bundle.");
	return ERR_OK;
}

static bool is_currency(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return s[n] == '\0' && (n == 0 || n == 3);
}

static enum err check_plan(struct office *o, struct plan *p)
{
	static const struct office_text_rule name = { "name", 60, false };
	char countries[PLAN_COUNTRIES_MAX];
	enum err err = office_check_text(o, p->name, &name);
	if (!err && !is_currency(p->currency))
		err = office_refuse_field(o, "currency", "invalid_currency",
			"A currency is three capital letters, such as EUR.");
	if (!err && p->time_zone[0] && !tz_find(p->time_zone))
		err = office_refuse_field(o, "time_zone", "invalid_time_zone",
			"There is no time zone “%s”; write it as Europe/Athens.",
			p->time_zone);
	if (!err && (p->reset_day < 1 || p->reset_day > 31))
		err = office_refuse_field(o, "reset_day", "invalid_day",
			"The day on which the month begins is from 1 to 31.");
	if (!err)
		err = check_limits(o, p);
	if (!err)
		err = countries_read(
			o, "countries", p->countries, countries, sizeof(countries));
	if (!err)
		(void)str_copy(p->countries, sizeof(p->countries), countries); /* same */
	return err;
}

/* Those that are there and not in the draft go. */
static enum err drop_prices(struct office *o, int64_t id, const struct plan_draft *d)
{
	struct price_list had = { .n = 0 };
	enum err err = plan_price_each(o->store, id, on_price, &had);
	if (!err && had.failed)
		err = ERR_MEM;
	for (size_t i = 0; i < had.n && !err; i++) {
		bool stays = false;
		for (size_t k = 0; k < d->n_prices; k++)
			stays |= d->prices[k].route_id == had.items[i].route_id;
		if (!stays)
			err = plan_price_remove(o->store, id, had.items[i].route_id);
	}
	free(had.items);
	return err ? office_fail(o, err, "plan") : ERR_OK;
}

static enum err put_prices(struct office *o, int64_t id, const struct plan_draft *d)
{
	enum err err = drop_prices(o, id, d);
	for (size_t i = 0; i < d->n_prices && !err; i++) {
		struct plan_price price = d->prices[i];
		price.plan_id = id;
		err = check_limit(o, "price", price.price);
		if (err)
			return err;
		err = plan_price_put(o->store, &price);
		if (err == ERR_NOTFOUND)
			err = office_refuse_field(o, "prices", "unknown_route",
				"There is no route %lld.", (long long)price.route_id);
		else if (err)
			err = office_fail(o, err, "plan");
	}
	return err;
}

static enum err audit(struct office *o, const struct office_actor *actor,
	const char *action, int64_t id)
{
	char object[32];
	(void)str_format(object, sizeof(object), "plan:%lld", (long long)id);
	office_wake(o, OFFICE_WAKE_CONFIG);
	return auth_audit(o, actor, action, object, "");
}

static enum err put(struct office *o, struct plan *plan, int64_t *out_id)
{
	enum err err = plan->id ? plan_update(o->store, plan)
				: plan_create(o->store, plan, &plan->id);
	if (err == ERR_BUSY) {
		(void)office_refuse(o, REFUSAL_CONFLICT, "conflict",
			"There is a plan named “%s” already.", plan->name);
		(void)str_copy(o->why.field, sizeof(o->why.field), "name"); /* fits */
		return ERR_INPUT;
	}
	*out_id = plan->id;
	return err ? office_fail(o, err, "such plan") : ERR_OK;
}

enum err plans_put(struct office *o, const struct office_actor *actor,
	const struct plan_draft *draft, int64_t *out_id)
{
	struct plan plan = draft->p;
	bool own;
	enum err err = check_plan(o, &plan);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = put(o, &plan, out_id);
	if (!err && draft->has_prices)
		err = put_prices(o, *out_id, draft);
	if (!err)
		err = audit(
			o, actor, draft->p.id ? "plan.change" : "plan.create", *out_id);
	return office_leave(o, own, err);
}

enum err plans_delete(struct office *o, const struct office_actor *actor, int64_t id)
{
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = plan_delete(o->store, id);
	if (err)
		err = office_fail(o, err, "such plan");
	if (!err)
		err = audit(o, actor, "plan.delete", id);
	return office_leave(o, own, err);
}
