#include "firmware/office/dispatch/quotas.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/tz.h"
#include "firmware/office/auth.h"
#include "firmware/office/office_internal.h"
#include "firmware/store/campaign.h"
#include "firmware/store/user.h"

#define LIMIT_MAX (INT64_C(1) << 50)

/* ---- whose it is ---- */

struct owner {
	int64_t id;
	bool found;
	char name[128];
};

static bool on_campaign(void *user, const struct campaign *c)
{
	struct owner *w = user;
	w->found = true;
	(void)str_copy(w->name, sizeof(w->name), c->name); /* shown; "" if too long */
	return true;
}

static bool on_user(void *user, const struct user *u)
{
	struct owner *w = user;
	w->found = true;
	(void)str_copy(w->name, sizeof(w->name), u->name);
	return true;
}

static bool on_key(void *user, const struct api_key *key)
{
	struct owner *w = user;
	if (key->id != w->id)
		return true;
	w->found = true;
	(void)str_copy(w->name, sizeof(w->name), key->name);
	return false;
}

static enum err find_owner(struct office *o, int64_t source, struct owner *w)
{
	enum err err = ERR_OK;
	*w = (struct owner){ .id = source_id(source) };
	switch (source_kind(source)) {
	case SOURCE_IS_BOX:
		w->found = true;
		break;
	case SOURCE_IS_CAMPAIGN:
		err = campaign_get(o->store, w->id, on_campaign, w);
		break;
	case SOURCE_IS_KEY:
		err = api_key_each(o->store, on_key, w);
		break;
	case SOURCE_IS_USER:
		err = user_get(o->store, w->id, on_user, w);
		break;
	}
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* ---- views ---- */

static enum err fill_used(struct office *o, struct quota_view *v)
{
	const struct tz *tz = tz_default();
	int64_t now = office_now(o);
	bool is_campaign = v->kind == SOURCE_IS_CAMPAIGN;
	struct quota_usage used = { 0, 0 };
	enum err err = ERR_OK;
	if (v->q.per_day) {
		err = quota_usage_read(
			o->store, v->q.source, tz_day_start(tz, now), &used);
		v->used_day = used.parts;
		v->day_frees_at = tz_day_end(tz, now);
	}
	if (!err && v->q.budget) {
		err = quota_usage_read(o->store, v->q.source,
			is_campaign ? 0 : tz_month_start(tz, now, 1), &used);
		v->used_money = used.money;
		v->budget_frees_at = is_campaign ? 0 : tz_month_end(tz, now, 1);
	}
	return err;
}

struct viewing {
	struct office *o;
	quota_view_fn fn;
	void *user;
	enum err err;
};

static bool on_quota(void *user, const struct quota *q)
{
	struct viewing *v = user;
	struct owner owner;
	v->err = find_owner(v->o, q->source, &owner);
	struct quota_view view = { .q = *q,
		.kind = source_kind(q->source),
		.id = owner.id,
		.name = owner.name };
	if (!v->err)
		v->err = fill_used(v->o, &view);
	return !v->err && v->fn(v->user, &view);
}

enum err quotas_each(struct office *o, quota_view_fn fn, void *user)
{
	struct viewing v = { .o = o, .fn = fn, .user = user };
	enum err err = quota_each(o->store, on_quota, &v);
	err = err ? err : v.err;
	return err ? office_fail(o, err, "limit") : ERR_OK;
}

static enum err check_owner(struct office *o, int64_t source)
{
	struct owner owner;
	char what[40];
	enum err err = find_owner(o, source, &owner);
	if (!err && !owner.found)
		err = ERR_NOTFOUND;
	(void)str_format(what, sizeof(what), "%s %lld",
		vstr_name(source_kind_names, (int)source_kind(source)),
		(long long)source_id(source));
	return err ? office_fail(o, err, what) : ERR_OK;
}

enum err quotas_get(struct office *o, int64_t source, quota_view_fn fn, void *user)
{
	struct viewing v = { .o = o, .fn = fn, .user = user };
	struct quota q;
	enum err err = check_owner(o, source);
	if (err)
		return err;
	err = quota_get(o->store, source, &q);
	if (err == ERR_NOTFOUND) {
		q = (struct quota){ .source = source };
		err = ERR_OK;
	}
	if (!err)
		(void)on_quota(&v, &q); /* the only one */
	err = err ? err : v.err;
	return err ? office_fail(o, err, "limit") : ERR_OK;
}

/* ---- changes ---- */

enum err quotas_check(struct office *o, const struct quota *q)
{
	static const struct office_text_rule group = { "group", 60, true };
	const struct {
		const char *field;
		int64_t value;
	} limits[] = { { "per_minute", q->per_minute }, { "per_day", q->per_day },
		{ "budget", q->budget } };
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (limits[i].value < 0 || limits[i].value > LIMIT_MAX)
			return office_refuse_field(o, limits[i].field, "invalid_limit",
				"%s is a number from 0 (no limit) on.", limits[i].field);
	}
	return office_check_text(o, q->group, &group);
}

enum err quotas_set(
	struct office *o, const struct office_actor *actor, const struct quota *quota)
{
	char object[40];
	bool own;
	enum err err = quotas_check(o, quota);
	if (!err)
		err = check_owner(o, quota->source);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = quota_put(o->store, quota);
	if (err)
		err = office_fail(o, err, "limit");
	(void)str_format(object, sizeof(object), "%s:%lld",
		vstr_name(source_kind_names, (int)source_kind(quota->source)),
		(long long)source_id(quota->source));
	if (!err)
		err = auth_audit(o, actor, "quota.change", object, "");
	office_wake(o, OFFICE_WAKE_CONFIG | OFFICE_WAKE_FEEDER);
	return office_leave(o, own, err);
}

/* ---- frequency caps ---- */

enum err caps_each(struct office *o, frequency_cap_fn fn, void *user)
{
	enum err err = frequency_cap_each(o->store, fn, user);
	return err ? office_fail(o, err, "cap") : ERR_OK;
}

enum err caps_set(struct office *o, const struct office_actor *actor,
	const struct frequency_cap *cap)
{
	bool own;
	if (cap->class == CLASS_OTP)
		return office_refuse_field(o, "class", "invalid_class",
			"Codes have no cap: somebody waits for each.");
	if (cap->days_7 < 0 || cap->days_30 < 0)
		return office_refuse_field(o, cap->days_7 < 0 ? "days_7" : "days_30",
			"invalid_limit", "A cap is a number from 0 (none) on.");
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = frequency_cap_put(o->store, cap);
	if (err)
		err = office_fail(o, err, "cap");
	if (!err)
		err = auth_audit(o, actor, "cap.change", "cap",
			vstr_name(message_class_names, (int)cap->class));
	office_wake(o, OFFICE_WAKE_CONFIG);
	return office_leave(o, own, err);
}
