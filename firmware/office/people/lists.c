#include "firmware/office/people/lists.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"

#define NAME_MAX_OCTETS 120

static enum err audit(struct office *o, const struct office_actor *actor,
	const char *action, int64_t id)
{
	char object[32];
	(void)str_format(object, sizeof(object), "list:%lld", (long long)id);
	return auth_audit(o, actor, action, object, "");
}

static enum err check(struct office *o, const char *name, const char *country)
{
	static const struct office_text_rule rule = { "name", NAME_MAX_OCTETS, false };
	enum err err = name ? office_check_text(o, name, &rule) : ERR_OK;
	if (!err && country && *country && !phone_country_is_known(country))
		err = office_refuse_field(o, "country", "invalid_country",
			"A country is two capital letters, such as GR.");
	return err;
}

/* ERR_BUSY from the store is about the name here, not about a lock. */
static enum err put_failed(struct office *o, enum err err, const char *name)
{
	if (err != ERR_BUSY)
		return office_fail(o, err, "such list");
	(void)office_refuse(o, REFUSAL_CONFLICT, "conflict",
		"There is a list named “%s” already.", name);
	(void)str_copy(o->why.field, sizeof(o->why.field), "name"); /* fits */
	return ERR_INPUT;
}

enum err lists_create(struct office *o, const struct office_actor *actor,
	const char *name, const char *country, int64_t *out_id)
{
	struct list list = { .name = name, .country = country ? country : "" };
	bool own;
	enum err err = check(o, name ? name : "", country);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = list_create(o->store, &list, out_id);
	if (err)
		err = put_failed(o, err, name);
	if (!err)
		err = audit(o, actor, "list.create", *out_id);
	return office_leave(o, own, err);
}

struct kept {
	int64_t id;
	const char *wanted; /* of lists_find() */
	char name[256], country[8];
};

static bool keep(void *user, const struct list *list)
{
	struct kept *k = user;
	k->id = list->id;
	/* Checked to be shorter when they were taken in. */
	(void)str_copy(k->name, sizeof(k->name), list->name);
	(void)str_copy(k->country, sizeof(k->country), list->country);
	return true;
}

enum err lists_update(struct office *o, const struct office_actor *actor, int64_t id,
	const char *name, const char *country)
{
	struct kept k;
	bool own;
	enum err err = check(o, name, country);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = list_get(o->store, id, keep, &k);
	if (!err) {
		struct list list = { .id = id,
			.name = name ? name : k.name,
			.country = country ? country : k.country };
		err = list_update(o->store, &list);
	}
	if (err)
		err = put_failed(o, err, name ? name : k.name);
	if (!err)
		err = audit(o, actor, "list.change", id);
	return office_leave(o, own, err);
}

enum err lists_delete(struct office *o, const struct office_actor *actor, int64_t id)
{
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = list_delete(o->store, id);
	if (err == ERR_BUSY)
		err = office_refuse(o, REFUSAL_CONFLICT, "in_use",
			"A campaign uses this list, so it is kept.");
	else if (err)
		err = office_fail(o, err, "such list");
	if (!err)
		err = audit(o, actor, "list.delete", id);
	return office_leave(o, own, err);
}

enum err lists_get(struct office *o, int64_t id, list_fn fn, void *user)
{
	char what[40];
	enum err err = list_get(o->store, id, fn, user);
	(void)str_format(what, sizeof(what), "list %lld", (long long)id);
	return err ? office_fail(o, err, what) : ERR_OK;
}

enum err lists_each(struct office *o, int64_t after, size_t max, list_fn fn, void *user)
{
	enum err err = list_each(o->store, after, max, fn, user);
	return err ? office_fail(o, err, "list") : ERR_OK;
}

static bool on_candidate(void *user, const struct list *list)
{
	struct kept *k = user;
	if (!str_eq_nocase(list->name, k->wanted))
		return true;
	k->id = list->id;
	return false;
}

enum err lists_find(struct office *o, const char *name, int64_t *out_id)
{
	struct kept k = { .wanted = name };
	enum err err = list_each(o->store, 0, SIZE_MAX / 2, on_candidate, &k);
	if (err)
		return office_fail(o, err, "list");
	if (!k.id)
		return office_refuse(o, REFUSAL_NOT_FOUND, "not_found",
			"There is no list named “%s”.", name);
	*out_id = k.id;
	return ERR_OK;
}
