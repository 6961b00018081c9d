#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "firmware/base/str.h"
#include "firmware/base/tz.h"
#include "firmware/office/auth.h"
#include "firmware/office/people/lists.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"
#include "firmware/office/settings.h"
#include "firmware/office/text/template.h"

#define FIELDS_OCTETS_MAX 16384
#define LISTS_MAX 64 /* of one contact, as shown */

static enum err audit(struct office *o, const struct office_actor *actor,
	const char *action, int64_t id)
{
	char object[40];
	(void)str_format(object, sizeof(object), "contact:%lld", (long long)id);
	return auth_audit(o, actor, action, object, "");
}

/* ---- taking in ---- */

static enum err check_texts(struct office *o, const struct contact_draft *d)
{
	const struct {
		const char *text;
		struct office_text_rule rule;
	} texts[] = {
		{ d->first_name, { "first_name", 120, true } },
		{ d->last_name, { "last_name", 120, true } },
		{ d->language, { "language", 11, true } },
		{ d->consent_source, { "consent", 100, true } },
		{ d->consent_given_at, { "consent", 60, true } },
		{ d->consent_evidence, { "consent", 1000, true } },
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		enum err err = office_check_text(o, texts[i].text, &texts[i].rule);
		if (err)
			return err;
	}
	if (d->time_zone && *d->time_zone && !tz_find(d->time_zone))
		return office_refuse_field(o, "time_zone", "invalid_time_zone",
			"There is no time zone “%s”; write it as Europe/Athens.",
			d->time_zone);
	return ERR_OK;
}

/* Into the names that placeholders have, and known as fields; *out is owned. */
static enum err take_fields(struct office *o, const char *text, char **out)
{
	json_t *in = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	json_t *clean = json_object(), *value;
	const char *key;
	bool ok = json_is_object(in) && strlen(text) <= FIELDS_OCTETS_MAX;
	enum err err = ERR_OK;
	json_object_foreach(in, key, value)
	{
		char name[TEMPLATE_NAME_SIZE];
		if (!ok || err)
			break;
		ok = json_is_string(value) &&
		     template_field_name(key, strlen(key), name, sizeof(name)) &&
		     !json_object_set(clean, name, value);
		if (ok)
			err = contact_field_put(o->store, name, key);
	}
	*out = ok && !err ? json_dumps(clean, JSON_COMPACT) : NULL;
	json_decref(clean);
	json_decref(in);
	if (err)
		return office_fail(o, err, "field");
	if (!ok)
		return office_refuse_field(o, "fields", "invalid_fields",
			"fields is an object of texts of at most %d octets.",
			FIELDS_OCTETS_MAX);
	return *out ? ERR_OK : office_fail(o, ERR_MEM, "field");
}

static enum err take_number(
	struct office *o, const struct contact_draft *d, struct phone_number *out)
{
	char country[4];
	if (d->country && *d->country && !phone_country_is_known(d->country))
		return office_refuse_field(o, "country", "invalid_country",
			"A country is two capital letters, such as GR.");
	enum err err = settings_country(o, country);
	if (err)
		return err;
	enum phone_reason reason = phone_number_parse(d->phone, strlen(d->phone),
		d->country && *d->country ? d->country : country, out);
	if (reason == PHONE_OK)
		return ERR_OK;
	return office_refuse_field(o, "phone",
		reason == PHONE_IS_LANDLINE ? "landline" : "invalid_number", "%s",
		phone_reason_text(reason));
}

static enum err join_lists(struct office *o, const struct contact_draft *d, int64_t id)
{
	for (size_t i = 0; i < d->n_lists; i++) {
		enum err err = list_add_member(o->store, d->lists[i], id);
		if (err == ERR_NOTFOUND)
			return office_refuse_field(o, "lists", "unknown_list",
				"There is no list %lld.", (long long)d->lists[i]);
		if (err)
			return office_fail(o, err, "list");
	}
	return ERR_OK;
}

static enum err give_consent(struct office *o, const struct office_actor *actor,
	const struct contact_draft *d, int64_t id)
{
	if (!d->consent_source && !d->consent_given_at && !d->consent_evidence)
		return ERR_OK;
	for (size_t i = 0; i < d->n_lists; i++) {
		struct consent_draft consent = { .contact_id = id,
			.list_id = d->lists[i],
			.kind = "opt_in",
			.source = d->consent_source,
			.given_at = d->consent_given_at,
			.evidence = d->consent_evidence };
		enum err err = consents_add(o, actor, &consent);
		if (err)
			return err;
	}
	return ERR_OK;
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static enum err create(struct office *o, const struct office_actor *actor,
	const struct contact_draft *d, int64_t *out_id)
{
	struct phone_number number;
	struct contact_put put;
	char *fields = NULL;
	int64_t other;
	enum err err = take_number(o, d, &number);
	if (err)
		return err;
	err = contact_find(o->store, number.e164, &other);
	if (!err)
		return office_refuse(o, REFUSAL_CONFLICT, "conflict",
			"There is a contact with this number already: %lld.",
			(long long)other);
	if (err != ERR_NOTFOUND)
		return office_fail(o, err, "contact");
	err = take_fields(o, d->fields ? d->fields : "{}", &fields);
	if (err)
		return err;
	struct contact c = { .msisdn = number.e164,
		.first_name = or_empty(d->first_name),
		.last_name = or_empty(d->last_name),
		.language = or_empty(d->language),
		.country = number.country,
		.time_zone = or_empty(d->time_zone),
		.fields = fields };
	err = contact_put(o->store, &c, &put);
	free(fields);
	if (err)
		return office_fail(o, err, "contact");
	*out_id = put.id;
	err = join_lists(o, d, put.id);
	if (!err)
		err = give_consent(o, actor, d, put.id);
	return err ? err : audit(o, actor, "contact.create", put.id);
}

enum err contacts_create(struct office *o, const struct office_actor *actor,
	const struct contact_draft *d, int64_t *out_id)
{
	bool own;
	if (!d->phone)
		return office_refuse_field(
			o, "phone", "field_required", "phone is missing.");
	enum err err = check_texts(o, d);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	return office_leave(o, own, create(o, actor, d, out_id));
}

/* ---- changing ---- */

struct update {
	struct office *o;
	const struct contact_draft *d;
	const char *fields;
	struct phone_number number;
	enum err err;
};

/* The contact as it is, with what is given put over it. The store copies before it
 * writes, so its own texts may be handed back. */
static bool put_over(void *user, const struct contact *c)
{
	struct update *u = user;
	struct contact next = *c;
	const struct contact_draft *d = u->d;
	if (d->phone) {
		next.msisdn = u->number.e164;
		next.country = u->number.country;
	}
	next.first_name = d->first_name ? d->first_name : c->first_name;
	next.last_name = d->last_name ? d->last_name : c->last_name;
	next.language = d->language ? d->language : c->language;
	next.time_zone = d->time_zone ? d->time_zone : c->time_zone;
	next.fields = u->fields ? u->fields : c->fields;
	u->err = contact_update(u->o->store, &next);
	return false;
}

struct membership {
	int64_t lists[LISTS_MAX];
	size_t n;
};

static bool on_membership(void *user, const struct list_member *member)
{
	struct membership *m = user;
	m->lists[m->n++] = member->list_id;
	return m->n < LISTS_MAX;
}

static bool holds(const int64_t *ids, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++) {
		if (ids[i] == id)
			return true;
	}
	return false;
}

static enum err set_lists(struct office *o, const struct contact_draft *d, int64_t id)
{
	struct membership m = { .n = 0 };
	enum err err = list_of_contact(o->store, id, on_membership, &m);
	for (size_t i = 0; i < m.n && !err; i++) {
		if (!holds(d->lists, d->n_lists, m.lists[i]))
			err = list_remove_member(o->store, m.lists[i], id);
	}
	return err ? office_fail(o, err, "list") : join_lists(o, d, id);
}

static enum err update(struct office *o, const struct office_actor *actor, int64_t id,
	const struct contact_draft *d)
{
	struct update u = { .o = o, .d = d };
	char *fields = NULL;
	enum err err = d->phone ? take_number(o, d, &u.number) : ERR_OK;
	if (!err && d->fields)
		err = take_fields(o, d->fields, &fields);
	u.fields = fields;
	if (!err) {
		err = contact_get(o->store, id, put_over, &u);
		err = err ? err : u.err;
		if (err == ERR_BUSY)
			err = office_refuse(o, REFUSAL_CONFLICT, "conflict",
				"Another contact has this number.");
		else if (err)
			err = office_fail(o, err, "such contact");
	}
	free(fields);
	if (!err && d->has_lists)
		err = set_lists(o, d, id);
	return err ? err : audit(o, actor, "contact.change", id);
}

enum err contacts_update(struct office *o, const struct office_actor *actor, int64_t id,
	const struct contact_draft *d)
{
	bool own;
	enum err err = check_texts(o, d);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	return office_leave(o, own, update(o, actor, id, d));
}

enum err contacts_delete(struct office *o, const struct office_actor *actor, int64_t id)
{
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = contact_erase(o->store, id);
	if (err)
		err = office_fail(o, err, "such contact");
	if (!err)
		err = audit(o, actor, "contact.erase", id);
	office_wake(o, OFFICE_WAKE_RADIO | OFFICE_WAKE_FEEDER);
	return office_leave(o, own, err);
}

/* ---- showing ---- */

struct showing {
	struct office *o;
	contact_view_fn fn;
	void *user;
	enum err err;
};

static bool show(struct showing *s, const struct contact *c, int consent)
{
	struct membership m = { .n = 0 };
	struct contact_view view = { .c = *c, .consent = consent, .lists = m.lists };
	s->err = suppression_check(s->o->store, c->msisdn, &view.is_suppressed);
	if (!s->err)
		s->err = list_of_contact(s->o->store, c->id, on_membership, &m);
	view.n_lists = m.n;
	return !s->err && s->fn(s->user, &view);
}

static bool on_contact(void *user, const struct contact *c)
{
	return show(user, c, -1);
}

static bool on_person(
	void *user, const struct contact *c, const struct list_member *member)
{
	return show(user, c, (int)member->consent);
}

enum err contacts_get(struct office *o, int64_t id, contact_view_fn fn, void *user)
{
	struct showing s = { .o = o, .fn = fn, .user = user };
	enum err err = contact_get(o->store, id, on_contact, &s);
	err = err ? err : s.err;
	return err ? office_fail(o, err, "such contact") : ERR_OK;
}

enum err contacts_list(struct office *o, const struct contact_query *query,
	contact_view_fn fn, void *user)
{
	struct showing s = { .o = o, .fn = fn, .user = user };
	enum err err = query->list_id ? list_members(o->store, query, on_person, &s)
				      : contact_list(o->store, query, on_contact, &s);
	err = err ? err : s.err;
	return err ? office_fail(o, err, "such list") : ERR_OK;
}
