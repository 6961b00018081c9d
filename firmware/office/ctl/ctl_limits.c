/*
 * chaparctl sim … and quota …
 */
#include <stdio.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/ctl/ctl_dispatch.h"
#include "firmware/office/bank/lines.h"
#include "firmware/office/dispatch/plans.h"
#include "firmware/office/dispatch/quotas.h"

/* ---- SIMs ---- */

static bool sim_number(const struct ctl *c, int64_t *out)
{
	const char *word = ctl_word(c, "give the SIM's number, as `sims` shows it");
	if (!word)
		return false;
	if (str_to_i64(word, strlen(word), out))
		return true;
	(void)ctl_usage("a SIM is named by its number, as `sims` shows it");
	return false;
}

int ctl_sim_set(struct ctl *c)
{
	const char *plan = ctl_value(c, "--plan");
	struct sim_change change = { .name = ctl_value(c, "--name"),
		.msisdn = ctl_value(c, "--number"),
		.enabled = ctl_value(c, "--on")	   ? 1
			   : ctl_value(c, "--off") ? 0
						   : -1,
		.has_plan = plan != NULL,
		.role = ctl_value(c, "--role"),
		.group = ctl_value(c, "--group") };
	int64_t id;
	if (!sim_number(c, &id))
		return CTL_USAGE;
	if (plan && !str_eq(plan, "none") && !ctl_find_plan(c, plan, &change.plan_id))
		return CTL_FAILED;
	if (lines_sim_update(&c->o, &c->actor, id, &change))
		return ctl_refused(c);
	ctl_hint_config(c);
	printf("SIM %lld is set.\n", (long long)id);
	return CTL_OK;
}

static void put_time(int64_t at, char dst[32])
{
	dst[0] = '\0';
	if (at)
		(void)clock_format(at, dst, 32);
}

static bool is_money(enum plan_limit limit)
{
	return limit == PLAN_LIMIT_SPEND || limit == PLAN_LIMIT_BALANCE;
}

static json_t *use_to_json(const struct plan_use *u)
{
	char at[32], used[40], max[40];
	const char *name = vstr_name(plan_limit_names, (int)u->limit);
	put_time(u->frees_at, at);
	if (!is_money(u->limit))
		return json_pack("{s:s, s:I, s:I, s:s, s:b}", "limit", name, "used",
			(json_int_t)u->used, "max", (json_int_t)u->max, "frees_at", at,
			"reached", (int)u->is_reached);
	ctl_money_write(u->used, used, sizeof(used));
	ctl_money_write(u->max, max, sizeof(max));
	return json_pack("{s:s, s:s, s:s, s:s, s:b}", "limit", name, "used", used, "max",
		max, "frees_at", at, "reached", (int)u->is_reached);
}

static void use_to_row(struct ctl_table *t, const struct plan_use *u)
{
	char text[40];
	ctl_table_add(t, vstr_name(plan_limit_names, (int)u->limit));
	for (int i = 0; i < 2; i++) {
		int64_t n = i ? u->max : u->used;
		if (is_money(u->limit))
			ctl_money_write(n, text, sizeof(text));
		else
			(void)str_format(text, sizeof(text), "%lld", (long long)n);
		ctl_table_add(t, text);
	}
	put_time(u->frees_at, text);
	ctl_table_add(t, text);
	ctl_table_add(t, u->is_reached ? "reached" : "");
}

int ctl_sim_limits(struct ctl *c)
{
	static const char *const heading[] = { "LIMIT", "USED", "OF", "ANEW (UTC)", "" };
	struct plan_usage usage;
	struct ctl_table table;
	int64_t id;
	if (!sim_number(c, &id))
		return CTL_USAGE;
	if (plans_usage(&c->o, id, &usage))
		return ctl_refused(c);
	if (c->json) {
		json_t *rows = json_array();
		for (size_t i = 0; i < usage.n; i++)
			(void)json_array_append_new(rows, use_to_json(&usage.uses[i]));
		return ctl_print_json(json_pack("{s:s, s:s, s:o}", "plan", usage.plan,
			"currency", usage.currency, "limits", rows));
	}
	if (!usage.plan_id) {
		puts("This SIM has no plan, so it has no limits.");
		return CTL_OK;
	}
	printf("Plan “%s”%s%s\n", usage.plan, *usage.currency ? ", amounts in " : "",
		usage.currency);
	ctl_table_init(&table, heading, sizeof(heading) / sizeof(heading[0]));
	for (size_t i = 0; i < usage.n; i++)
		use_to_row(&table, &usage.uses[i]);
	ctl_table_print(&table);
	return CTL_OK;
}

/* ---- quotas ---- */

static bool quota_to_json(void *user, const struct quota_view *v)
{
	char budget[40];
	ctl_money_write(v->q.budget, budget, sizeof(budget));
	json_t *row = json_pack("{s:s, s:I, s:s, s:I, s:I, s:s, s:s}", "kind",
		vstr_name(source_kind_names, (int)v->kind), "id", (json_int_t)v->id,
		"name", v->name, "per_minute", (json_int_t)v->q.per_minute, "per_day",
		(json_int_t)v->q.per_day, "budget", budget, "group", v->q.group);
	return json_array_append_new(user, row) == 0;
}

static bool quota_to_row(void *user, const struct quota_view *v)
{
	struct ctl_table *t = user;
	char text[40];
	(void)str_format(text, sizeof(text), "%s:%lld",
		vstr_name(source_kind_names, (int)v->kind), (long long)v->id);
	ctl_table_add(t, text);
	ctl_table_add(t, v->name);
	ctl_table_add_number(t, v->q.per_minute);
	ctl_table_add_number(t, v->q.per_day);
	ctl_table_add_number(t, v->used_day);
	ctl_table_add_money(t, v->q.budget);
	ctl_table_add_money(t, v->used_money);
	ctl_table_add(t, v->q.group);
	return true;
}

int ctl_quota_list(struct ctl *c)
{
	static const char *const heading[] = { "SENDER", "NAME", "MINUTE", "DAY",
		"USED TODAY", "BUDGET", "USED", "GROUP" };
	struct ctl_table table;
	if (c->json) {
		json_t *rows = json_array();
		if (!quotas_each(&c->o, quota_to_json, rows))
			return ctl_print_json(rows);
		json_decref(rows);
		return ctl_refused(c);
	}
	ctl_table_init(&table, heading, sizeof(heading) / sizeof(heading[0]));
	enum err err = quotas_each(&c->o, quota_to_row, &table);
	ctl_table_print(&table);
	return err ? ctl_refused(c) : CTL_OK;
}

/* "campaign:3", "key:2", "user:4". */
static bool read_sender(const char *word, int64_t *out_source)
{
	size_t len = strcspn(word, ":");
	char kind[16];
	int64_t id;
	int found;
	if (word[len] != ':' || !str_copy_n(kind, sizeof(kind), word, len) ||
		!vstr_find(source_kind_names, kind, &found) ||
		!str_to_i64(word + len + 1, strlen(word + len + 1), &id) || id <= 0)
		return false;
	*out_source = source_of_kind((enum source_kind)found, id);
	return *out_source != SOURCE_BOX;
}

static bool keep_quota(void *user, const struct quota_view *v)
{
	*(struct quota *)user = v->q;
	return true;
}

int ctl_quota_set(struct ctl *c)
{
	const char *word = ctl_word(c, "give the sender, as campaign:3, key:2 or user:4");
	const char *group = ctl_value(c, "--group");
	struct quota q;
	int64_t source;
	if (!word)
		return CTL_USAGE;
	if (!read_sender(word, &source))
		return ctl_usage("a sender is written campaign:3, key:2 or user:4");
	if (quotas_get(&c->o, source, keep_quota, &q))
		return ctl_refused(c);
	if (!ctl_number_of(c, "--minute", &q.per_minute) ||
		!ctl_number_of(c, "--day", &q.per_day) ||
		!ctl_money_of(c, "--budget", &q.budget))
		return CTL_USAGE;
	if (group && !str_copy(q.group, sizeof(q.group), group))
		return ctl_usage("the group's name is too long");
	if (quotas_set(&c->o, &c->actor, &q))
		return ctl_refused(c);
	ctl_hint_config(c);
	printf("The limits of %s are set.\n", word);
	return CTL_OK;
}
