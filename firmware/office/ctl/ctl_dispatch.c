#include "firmware/office/ctl/ctl_dispatch.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "firmware/base/str.h"
#include "firmware/office/dispatch/plans.h"
#include "firmware/office/dispatch/routes.h"

#define MILLION 1000000
#define DECIMALS 6

bool ctl_money_read(const char *text, int64_t *out)
{
	size_t whole = strspn(text, "0123456789");
	const char *rest = text + whole;
	size_t digits = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;
	uint64_t units = 0, part = 0;
	if ((*rest == '.' && (digits == 0 || digits > DECIMALS)) ||
		(*rest && rest[digits + 1]) || (*rest && *rest != '.') ||
		!str_to_u64(text, whole, INT64_MAX / MILLION - 1, &units) ||
		(digits && !str_to_u64(rest + 1, digits, MILLION - 1, &part)))
		return false;
	for (size_t i = digits; i < DECIMALS; i++)
		part *= 10;
	*out = (int64_t)(units * MILLION + part);
	return true;
}

void ctl_money_write(int64_t millionths, char *dst, size_t size)
{
	bool is_negative = millionths < 0;
	uint64_t n = is_negative ? -(uint64_t)millionths : (uint64_t)millionths;
	(void)str_format(dst, size, "%s%llu.%06llu", is_negative ? "-" : "",
		(unsigned long long)(n / MILLION), (unsigned long long)(n % MILLION));
	/* "0.050000" is 0.05, and "2.000000" is 2.00. */
	for (size_t len = strlen(dst); len > 3 && dst[len - 1] == '0' &&
				       dst[len - 3] != '.' && dst[len - 2] != '.';
		len--)
		dst[len - 1] = '\0';
}

bool ctl_number_of(const struct ctl *c, const char *option, int64_t *out)
{
	const char *text = ctl_value(c, option);
	if (!text || str_to_i64(text, strlen(text), out))
		return true;
	fprintf(stderr, "chaparctl: %s needs a whole number\n", option);
	return false;
}

bool ctl_money_of(const struct ctl *c, const char *option, int64_t *out)
{
	const char *text = ctl_value(c, option);
	if (!text || ctl_money_read(text, out))
		return true;
	fprintf(stderr, "chaparctl: %s needs an amount, as 0.05\n", option);
	return false;
}

int ctl_usage(const char *what)
{
	fprintf(stderr, "chaparctl: %s; see chaparctl --help\n", what);
	return CTL_USAGE;
}

const char *ctl_word(const struct ctl *c, const char *what)
{
	if (c->n_words == 1)
		return c->words[0];
	(void)ctl_usage(what);
	return NULL;
}

int ctl_print_json(json_t *json)
{
	int rc = json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
	return rc ? CTL_FAILED : CTL_OK;
}

void ctl_table_add_number(struct ctl_table *t, int64_t n)
{
	char text[32] = "";
	if (n)
		(void)str_format(text, sizeof(text), "%lld", (long long)n);
	ctl_table_add(t, text);
}

void ctl_table_add_money(struct ctl_table *t, int64_t millionths)
{
	char text[40] = "";
	if (millionths)
		ctl_money_write(millionths, text, sizeof(text));
	ctl_table_add(t, text);
}

/* ---- finding by name ---- */

struct finding {
	const char *name;
	int64_t number; /* the name read as one; 0: it is none */
	int64_t id;
};

static struct finding find(const char *name)
{
	struct finding f = { .name = name };
	if (!str_to_i64(name, strlen(name), &f.number))
		f.number = 0;
	return f;
}

static bool look(struct finding *f, int64_t id, const char *name)
{
	if (strcasecmp(name, f->name) == 0 || (f->number && f->number == id && !f->id))
		f->id = id;
	return true;
}

static bool on_plan(void *user, const struct plan_view *v)
{
	return look(user, v->p.id, v->p.name);
}

static bool on_route(void *user, const struct route_view *v)
{
	return look(user, v->r.id, v->r.name);
}

bool ctl_find_plan(struct ctl *c, const char *name, int64_t *out_id)
{
	struct finding f = find(name);
	if (plans_each(&c->o, on_plan, &f)) {
		(void)ctl_refused(c);
		return false;
	}
	if (!f.id)
		fprintf(stderr, "chaparctl: there is no plan “%s”\n", name);
	*out_id = f.id;
	return f.id != 0;
}

bool ctl_find_route(struct ctl *c, const char *name, int64_t *out_id)
{
	struct finding f = find(name);
	if (routes_each(&c->o, on_route, &f)) {
		(void)ctl_refused(c);
		return false;
	}
	if (!f.id)
		fprintf(stderr, "chaparctl: there is no route “%s”\n", name);
	*out_id = f.id;
	return f.id != 0;
}
