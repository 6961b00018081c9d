/*
 * chaparctl plan … and route …
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/ctl/ctl_dispatch.h"
#include "firmware/office/dispatch/plans.h"
#include "firmware/office/dispatch/routes.h"

#define PREFIXES_MAX 256

/* ---- plans ---- */

static const struct {
	const char *option, *key;
	size_t offset;
	bool is_money;
} numbers[] = {
	{ "--minute", "per_minute", offsetof(struct plan, per_minute), false },
	{ "--hour", "per_hour", offsetof(struct plan, per_hour), false },
	{ "--day", "per_day", offsetof(struct plan, per_day), false },
	{ "--month", "per_month", offsetof(struct plan, per_month), false },
	{ "--recipients", "recipients_month", offsetof(struct plan, recipients_month),
		false },
	{ "--bundle", "bundle_month", offsetof(struct plan, bundle_month), false },
	{ "--spend", "spend_month", offsetof(struct plan, spend_month), true },
	{ "--price", "price", offsetof(struct plan, price), true },
};
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static int64_t *number_in(struct plan *p, size_t i)
{
	return (int64_t *)(void *)((char *)p + numbers[i].offset);
}

static bool plan_to_json(void *user, const struct plan_view *v)
{
	struct plan p = v->p;
	char text[40];
	json_t *row = json_pack("{s:I, s:s, s:s, s:s, s:i, s:b, s:s, s:I}", "id",
		(json_int_t)p.id, "name", p.name, "currency", p.currency, "time_zone",
		p.time_zone, "reset_day", p.reset_day, "bundle_only",
		(int)p.is_bundle_only, "countries", p.countries, "sims",
		(json_int_t)v->sims);
	for (size_t i = 0; i < NUMBERS; i++) {
		ctl_money_write(*number_in(&p, i), text, sizeof(text));
		(void)json_object_set_new(row, numbers[i].key,
			numbers[i].is_money ? json_string(text)
					    : json_integer(*number_in(&p, i)));
	}
	return json_array_append_new(user, row) == 0;
}

static bool plan_to_row(void *user, const struct plan_view *v)
{
	struct ctl_table *t = user;
	struct plan p = v->p;
	ctl_table_add(t, p.name);
	for (size_t i = 0; i < NUMBERS; i++) {
		if (numbers[i].is_money)
			ctl_table_add_money(t, *number_in(&p, i));
		else
			ctl_table_add_number(t, *number_in(&p, i));
	}
	ctl_table_add(t, p.currency);
	ctl_table_add_number(t, p.reset_day);
	ctl_table_add_number(t, v->sims);
	ctl_table_add(t, p.countries);
	return true;
}

int ctl_plan_list(struct ctl *c)
{
	static const char *const heading[] = { "PLAN", "MINUTE", "HOUR", "DAY", "MONTH",
		"NUMBERS", "BUNDLE", "SPEND", "PRICE", "", "RESET", "SIMS", "COUNTRIES" };
	struct ctl_table table;
	if (c->json) {
		json_t *rows = json_array();
		if (!plans_each(&c->o, plan_to_json, rows))
			return ctl_print_json(rows);
		json_decref(rows);
		return ctl_refused(c);
	}
	ctl_table_init(&table, heading, sizeof(heading) / sizeof(heading[0]));
	enum err err = plans_each(&c->o, plan_to_row, &table);
	ctl_table_print(&table);
	return err ? ctl_refused(c) : CTL_OK;
}

static bool keep_plan(void *user, const struct plan_view *v)
{
	*(struct plan *)user = v->p;
	return true;
}

struct plan_find {
	const char *name;
	struct plan *out;
};

static bool find_plan(void *user, const struct plan_view *v)
{
	struct plan_find *f = user;
	if (str_eq(v->p.name, f->name))
		*f->out = v->p;
	return true;
}

static bool copy(const struct ctl *c, const char *option, char *dst, size_t size)
{
	const char *text = ctl_value(c, option);
	if (!text || str_copy(dst, size, text))
		return true;
	fprintf(stderr, "chaparctl: %s is too long\n", option);
	return false;
}

static bool take_floor(const struct ctl *c, struct plan *p)
{
	const char *text = ctl_value(c, "--floor");
	if (!text)
		return true;
	p->has_balance_floor = !str_eq(text, "none");
	p->balance_floor = 0;
	return !p->has_balance_floor || ctl_money_of(c, "--floor", &p->balance_floor);
}

static bool take_plan(const struct ctl *c, struct plan *p)
{
	int64_t reset_day = p->reset_day;
	const char *only = ctl_value(c, "--bundle-only");
	bool ok = copy(c, "--currency", p->currency, sizeof(p->currency)) &&
		  copy(c, "--zone", p->time_zone, sizeof(p->time_zone)) &&
		  copy(c, "--countries", p->countries, sizeof(p->countries)) &&
		  ctl_number_of(c, "--reset-day", &reset_day) && take_floor(c, p);
	for (size_t i = 0; i < NUMBERS && ok; i++)
		ok = numbers[i].is_money
			     ? ctl_money_of(c, numbers[i].option, number_in(p, i))
			     : ctl_number_of(c, numbers[i].option, number_in(p, i));
	p->reset_day = reset_day >= 1 && reset_day <= 31 ? (int)reset_day : 0;
	if (only)
		p->is_bundle_only = str_eq(only, "yes");
	return ok;
}

int ctl_plan_set(struct ctl *c)
{
	struct plan_draft draft = { .p = { .reset_day = 1 } };
	const char *name = ctl_word(c, "give the plan's NAME");
	struct plan_find f = { name, &draft.p };
	int64_t id;
	if (!name)
		return CTL_USAGE;
	if (plans_each(&c->o, find_plan, &f))
		return ctl_refused(c);
	if (!str_copy(draft.p.name, sizeof(draft.p.name), name))
		return ctl_usage("that name is too long");
	if (!take_plan(c, &draft.p))
		return CTL_USAGE;
	if (plans_put(&c->o, &c->actor, &draft, &id))
		return ctl_refused(c);
	ctl_hint_config(c);
	printf("Plan %lld “%s” is set.\n", (long long)id, name);
	return CTL_OK;
}

int ctl_plan_delete(struct ctl *c)
{
	const char *name = ctl_word(c, "give the plan's NAME");
	int64_t id;
	if (!name)
		return CTL_USAGE;
	if (!ctl_find_plan(c, name, &id))
		return CTL_FAILED;
	if (plans_delete(&c->o, &c->actor, id))
		return ctl_refused(c);
	ctl_hint_config(c);
	printf("Plan “%s” is gone.\n", name);
	return CTL_OK;
}

struct pricing {
	struct plan_price prices[PREFIXES_MAX];
	size_t n;
	int64_t route_id;
};

/* All but the one that is set. */
static bool keep_prices(void *user, const struct plan_view *v)
{
	struct pricing *p = user;
	for (size_t i = 0; i < v->n_prices && p->n + 1 < PREFIXES_MAX; i++) {
		if (v->prices[i].route_id != p->route_id)
			p->prices[p->n++] = v->prices[i];
	}
	return true;
}

/* plan price PLAN ROUTE AMOUNT|blocked|default */
int ctl_plan_price(struct ctl *c)
{
	struct pricing p = { .n = 0 };
	struct plan_draft draft = { .has_prices = true, .prices = p.prices };
	struct plan_price price = { .in_bundle = !ctl_value(c, "--beyond-bundle") };
	int64_t plan_id;
	if (c->n_words != 3)
		return ctl_usage("give PLAN, ROUTE and an AMOUNT, blocked or default");
	price.is_blocked = str_eq(c->words[2], "blocked");
	bool is_default = str_eq(c->words[2], "default");
	if (!price.is_blocked && !is_default &&
		!ctl_money_read(c->words[2], &price.price))
		return ctl_usage("a price is an amount, as 0.05");
	if (!ctl_find_plan(c, c->words[0], &plan_id) ||
		!ctl_find_route(c, c->words[1], &p.route_id))
		return CTL_FAILED;
	if (plans_get(&c->o, plan_id, keep_prices, &p) ||
		plans_get(&c->o, plan_id, keep_plan, &draft.p))
		return ctl_refused(c);
	price.route_id = p.route_id;
	if (!is_default)
		p.prices[p.n++] = price;
	draft.n_prices = p.n;
	if (plans_put(&c->o, &c->actor, &draft, &plan_id))
		return ctl_refused(c);
	ctl_hint_config(c);
	printf("“%s” over “%s”: %s.\n", c->words[1], c->words[0], c->words[2]);
	return CTL_OK;
}

/* ---- routes ---- */

static void join(const struct route_view *v, char *dst, size_t size)
{
	dst[0] = '\0';
	for (size_t i = 0; i < v->n_prefixes; i++) {
		/* Cut where there are very many: it is for people. */
		if (!str_append(dst, size, i ? " " : "") ||
			!str_append(dst, size, v->prefixes[i]))
			return;
	}
}

static bool route_to_json(void *user, const struct route_view *v)
{
	json_t *prefixes = json_array();
	for (size_t i = 0; i < v->n_prefixes; i++)
		(void)json_array_append_new(prefixes, json_string(v->prefixes[i]));
	json_t *row = json_pack("{s:I, s:s, s:s, s:s, s:b, s:o}", "id",
		(json_int_t)v->r.id, "name", v->r.name, "country", v->r.country,
		"operator", v->r.operator, "whole_country", (int)v->r.is_country,
		"prefixes", prefixes);
	return json_array_append_new(user, row) == 0;
}

static bool route_to_row(void *user, const struct route_view *v)
{
	struct ctl_table *t = user;
	char text[400];
	ctl_table_add_number(t, v->r.id);
	ctl_table_add(t, v->r.name);
	ctl_table_add(t, v->r.country);
	ctl_table_add(t, v->r.operator);
	join(v, text, sizeof(text));
	ctl_table_add(t, v->r.is_country ? "all others of the country" : text);
	return true;
}

int ctl_route_list(struct ctl *c)
{
	static const char *const heading[] = { "ID", "ROUTE", "COUNTRY", "OPERATOR",
		"NUMBERS" };
	struct ctl_table table;
	if (c->json) {
		json_t *rows = json_array();
		if (!routes_each(&c->o, route_to_json, rows))
			return ctl_print_json(rows);
		json_decref(rows);
		return ctl_refused(c);
	}
	ctl_table_init(&table, heading, sizeof(heading) / sizeof(heading[0]));
	enum err err = routes_each(&c->o, route_to_row, &table);
	ctl_table_print(&table);
	return err ? ctl_refused(c) : CTL_OK;
}

struct prefix_list {
	char text[PREFIXES_MAX][ROUTE_PREFIX_MAX + 2];
	const char *list[PREFIXES_MAX];
	size_t n;
};

static bool split(const char *text, struct prefix_list *p)
{
	for (const char *s = text + strspn(text, ", "); *s; s += strspn(s, ", ")) {
		size_t len = strcspn(s, ", ");
		if (p->n == PREFIXES_MAX ||
			!str_copy_n(p->text[p->n], sizeof(p->text[0]), s, len))
			return false;
		p->list[p->n] = p->text[p->n];
		p->n++;
		s += len;
	}
	return true;
}

struct route_find {
	const char *name;
	int64_t id;
};

static bool find_route(void *user, const struct route_view *v)
{
	struct route_find *f = user;
	if (str_eq(v->r.name, f->name))
		f->id = v->r.id;
	return true;
}

int ctl_route_set(struct ctl *c)
{
	const char *name = ctl_word(c, "give the route's NAME");
	const char *prefixes = ctl_value(c, "--prefix");
	struct prefix_list p = { .n = 0 };
	struct route_find f = { name, 0 };
	if (!name)
		return CTL_USAGE;
	if (prefixes && !split(prefixes, &p))
		return ctl_usage("prefixes are written +3069,+3068");
	const struct route_draft draft = { .name = name,
		.country = ctl_value(c, "--country"),
		.operator= ctl_value(c, "--operator"),
		.prefixes = p.list,
		.n_prefixes = p.n,
		.has_prefixes = prefixes != NULL,
		.locking = -1,
		.single = -1 };
	if (routes_each(&c->o, find_route, &f))
		return ctl_refused(c);
	enum err err = f.id ? routes_update(&c->o, &c->actor, f.id, &draft)
			    : routes_create(&c->o, &c->actor, &draft, &f.id);
	if (err)
		return ctl_refused(c);
	ctl_hint_config(c);
	printf("Route %lld “%s” is set.\n", (long long)f.id, name);
	return CTL_OK;
}

int ctl_route_delete(struct ctl *c)
{
	const char *name = ctl_word(c, "give the route's NAME");
	int64_t id;
	if (!name)
		return CTL_USAGE;
	if (!ctl_find_route(c, name, &id))
		return CTL_FAILED;
	if (routes_delete(&c->o, &c->actor, id))
		return ctl_refused(c);
	ctl_hint_config(c);
	printf("Route “%s” is gone.\n", name);
	return CTL_OK;
}
