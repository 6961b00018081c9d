#include "firmware/office/dispatch/routes.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/dispatch/countries.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"
#include "firmware/store/affinity.h"
#include "firmware/store/setting.h"

#define TABLES_MASK 0x3FFF /* identifiers 1 to 13, TS 23.038 6.2.1.2.4 */

/* ---- views ---- */

struct prefixes {
	char (*text)[ROUTE_PREFIX_MAX + 1];
	const char **list;
	size_t n, room;
	bool failed;
};

static bool grow(struct prefixes *p)
{
	size_t room = p->room ? p->room * 2 : 32;
	void *text = realloc(p->text, room * sizeof(*p->text));
	if (text)
		p->text = text;
	void *list = realloc(p->list, room * sizeof(*p->list));
	if (list)
		p->list = list;
	p->failed = !text || !list;
	p->room = p->failed ? p->room : room;
	return !p->failed;
}

static bool on_prefix(void *user, const char *prefix, int64_t route_id)
{
	struct prefixes *p = user;
	(void)route_id;
	if (p->n == p->room && !grow(p))
		return false;
	(void)str_copy(p->text[p->n++], sizeof(*p->text), prefix); /* the store's fit */
	return true;
}

struct viewing {
	struct office *o;
	route_view_fn fn;
	void *user;
	struct prefixes prefixes;
	enum err err;
};

static bool on_route(void *user, const struct sms_route *r)
{
	struct viewing *v = user;
	struct prefixes *p = &v->prefixes;
	p->n = 0;
	v->err = route_prefix_each(v->o->store, r->id, on_prefix, p);
	if (!v->err && p->failed)
		v->err = ERR_MEM;
	for (size_t i = 0; i < p->n; i++)
		p->list[i] = p->text[i];
	struct route_view view = { *r, p->list, p->n };
	return !v->err && v->fn(v->user, &view);
}

static enum err end_view(struct viewing *v, enum err err)
{
	free(v->prefixes.text);
	free(v->prefixes.list);
	err = err ? err : v->err;
	return err ? office_fail(v->o, err, "such route") : ERR_OK;
}

enum err routes_each(struct office *o, route_view_fn fn, void *user)
{
	struct viewing v = { .o = o, .fn = fn, .user = user };
	return end_view(&v, route_each(o->store, on_route, &v));
}

enum err routes_get(struct office *o, int64_t id, route_view_fn fn, void *user)
{
	struct viewing v = { .o = o, .fn = fn, .user = user };
	return end_view(&v, route_get(o->store, id, on_route, &v));
}

/* ---- changes ---- */

struct kept {
	struct sms_route r;
	char name[128], country[4], operator[64];
};

static bool keep(void *user, const struct sms_route *r)
{
	struct kept *k = user;
	k->r = *r;
	/* Checked to be shorter when they were taken in; shown cut if not. */
	(void)str_copy(k->name, sizeof(k->name), r->name);
	(void)str_copy(k->country, sizeof(k->country), r->country);
	(void)str_copy(k->operator, sizeof(k->operator), r->operator);
	k->r.name = k->name;
	k->r.country = k->country;
	k->r.operator= k->operator;
	return true;
}

static enum err check_prefixes(struct office *o, const struct route_draft *d)
{
	for (size_t i = 0; i < d->n_prefixes; i++) {
		const char *p = d->prefixes[i];
		size_t len = strlen(p);
		if (p[0] != '+' || len < 2 || len > ROUTE_PREFIX_MAX ||
			strspn(p + 1, "0123456789") != len - 1)
			return office_refuse_field(o, "prefixes", "invalid_prefix",
				"“%s” is no beginning of a number; write it with + and "
				"the country's code, as +3069.",
				p);
	}
	return ERR_OK;
}

static enum err take_draft(struct office *o, const struct route_draft *d, struct kept *k)
{
	static const struct office_text_rule name = { "name", 120, false };
	static const struct office_text_rule operator= { "operator", 60, true };
	enum err err = d->name ? office_check_text(o, d->name, &name) : ERR_OK;
	if (!err && d->operator)
		err = office_check_text(o, d->operator, & operator);
	if (!err && d->country)
		err = countries_read(
			o, "country", d->country, k->country, sizeof(k->country));
	if (!err)
		err = check_prefixes(o, d);
	if (!err && k->r.is_country && (d->n_prefixes || d->country))
		err = office_refuse_field(o, d->country ? "country" : "prefixes",
			"country_route",
			"This route is all of a country that no prefix names. Make "
			"another one for a part of it.");
	k->r.name = d->name ? d->name : k->r.name;
	k->r.operator= d->operator? d->operator: k->r.operator;
	k->r.country = k->country;
	if (d->locking >= 0)
		k->r.locking = (uint16_t)(d->locking & TABLES_MASK);
	if (d->single >= 0)
		k->r.single = (uint16_t)(d->single & TABLES_MASK);
	return err;
}

static bool drop_others(const struct route_draft *d, const char *prefix)
{
	for (size_t i = 0; i < d->n_prefixes; i++) {
		if (str_eq(d->prefixes[i], prefix))
			return false;
	}
	return true;
}

static enum err put_prefixes(struct office *o, int64_t id, const struct route_draft *d)
{
	struct prefixes had = { .n = 0 };
	enum err err = route_prefix_each(o->store, id, on_prefix, &had);
	if (!err && had.failed)
		err = ERR_MEM;
	for (size_t i = 0; i < had.n && !err; i++) {
		if (drop_others(d, had.text[i]))
			err = route_prefix_remove(o->store, had.text[i]);
	}
	for (size_t i = 0; i < d->n_prefixes && !err; i++)
		err = route_prefix_put(o->store, d->prefixes[i], id);
	free(had.text);
	free(had.list);
	return err ? office_fail(o, err, "route") : ERR_OK;
}

static enum err fail(struct office *o, enum err err, const char *name)
{
	if (err != ERR_BUSY)
		return office_fail(o, err, "such route");
	(void)office_refuse(o, REFUSAL_CONFLICT, "conflict",
		"There is a route named “%s” already.", name);
	(void)str_copy(o->why.field, sizeof(o->why.field), "name"); /* fits */
	return ERR_INPUT;
}

static enum err audit(struct office *o, const struct office_actor *actor,
	const char *action, int64_t id)
{
	char object[32];
	(void)str_format(object, sizeof(object), "route:%lld", (long long)id);
	office_wake(o, OFFICE_WAKE_CONFIG);
	return auth_audit(o, actor, action, object, "");
}

enum err routes_create(struct office *o, const struct office_actor *actor,
	const struct route_draft *d, int64_t *out_id)
{
	struct kept k = { .r = { .name = "", .country = "", .operator= "" } };
	bool own;
	if (!d->name)
		return office_refuse_field(
			o, "name", "field_required", "name is missing.");
	enum err err = take_draft(o, d, &k);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = route_create(o->store, &k.r, out_id);
	if (err)
		err = fail(o, err, d->name);
	if (!err && d->has_prefixes)
		err = put_prefixes(o, *out_id, d);
	if (!err)
		err = audit(o, actor, "route.create", *out_id);
	return office_leave(o, own, err);
}

enum err routes_update(struct office *o, const struct office_actor *actor, int64_t id,
	const struct route_draft *d)
{
	struct kept k;
	bool own;
	enum err err = route_get(o->store, id, keep, &k);
	if (err)
		return office_fail(o, err, "such route");
	err = take_draft(o, d, &k);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = route_update(o->store, &k.r);
	if (err)
		err = fail(o, err, k.r.name);
	if (!err && d->has_prefixes)
		err = put_prefixes(o, id, d);
	if (!err)
		err = audit(o, actor, "route.change", id);
	return office_leave(o, own, err);
}

enum err routes_delete(struct office *o, const struct office_actor *actor, int64_t id)
{
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = route_delete(o->store, id);
	if (err)
		err = office_fail(o, err, "such route");
	if (!err)
		err = audit(o, actor, "route.delete", id);
	return office_leave(o, own, err);
}

/* ---- the route of a number ---- */

enum err routes_find(
	struct office *o, const char *e164, const char *country, struct routes_place *out)
{
	struct phone_number number;
	out->route_id = 0;
	out->country[0] = '\0';
	if (country && *country)
		(void)str_copy(out->country, sizeof(out->country), country); /* alpha-2 */
	else if (phone_number_parse(e164, strlen(e164), "", &number) == PHONE_OK)
		(void)str_copy(out->country, sizeof(out->country), number.country);
	enum err err = route_of(o->store, e164, out->country, &out->route_id);
	if (err)
		return office_fail(o, err, "route");
	/* A route that was made just now has the highest id: the dispatcher must read
	 * which country it is before it can tell who may send there. */
	if (out->route_id > o->newest_route) {
		o->newest_route = out->route_id;
		office_wake(o, OFFICE_WAKE_CONFIG);
	}
	return ERR_OK;
}

enum err routes_countries(struct office *o, char dst[ROUTES_COUNTRIES_MAX])
{
	enum err err = setting_get(o->store, "countries", dst, ROUTES_COUNTRIES_MAX);
	if (err)
		dst[0] = '\0';
	return err && err != ERR_NOTFOUND ? office_fail(o, err, "setting") : ERR_OK;
}

static bool is_answered(enum message_class class)
{
	switch (class) {
	case CLASS_OTP:
	case CLASS_ALERT:
		return false;
	case CLASS_TRANSACTIONAL:
	case CLASS_CONVERSATION:
	case CLASS_PROMOTIONAL:
		return true;
	}
	return false;
}

enum err routes_set_sim(struct office *o, struct message *m)
{
	char value[8];
	int64_t sim_id;
	if (m->sim_id || !is_answered(m->class))
		return ERR_OK;
	enum err err = setting_get(o->store, "dispatch.affinity", value, sizeof(value));
	if (!err && str_eq(value, "off"))
		return ERR_OK;
	if (err && err != ERR_NOTFOUND && err != ERR_MEM)
		return office_fail(o, err, "setting");
	err = affinity_find(o->store, m->msisdn, &sim_id);
	if (err)
		return err == ERR_NOTFOUND ? ERR_OK : office_fail(o, err, "message");
	m->sim_id = sim_id;
	m->flags |= MESSAGE_FLAG_AFFINE;
	return ERR_OK;
}
