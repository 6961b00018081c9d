#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/people/lists.h"
#include "firmware/office/office_internal.h"

struct showing {
	struct office *o;
	consent_view_fn fn;
	void *user;
};

static bool on_event(void *user, const struct consent_event *event)
{
	struct showing *s = user;
	char list[128];
	office_list_name(s->o, event->list_id, list, sizeof(list));
	struct consent_view view = { .e = *event, .list = list };
	return s->fn(s->user, &view);
}

enum err consents_each(
	struct office *o, int64_t contact_id, consent_view_fn fn, void *user)
{
	struct showing s = { o, fn, user };
	enum err err = consent_each(o->store, contact_id, on_event, &s);
	return err ? office_fail(o, err, "such contact") : ERR_OK;
}

/* An opt-in stands on evidence; without it there is none. */
static enum err check_evidence(
	struct office *o, const struct consent_draft *d, enum consent kind)
{
	bool needed = kind == CONSENT_IN;
	const struct office_text_rule source = { "source", 100, !needed };
	const struct office_text_rule given_at = { "given_at", 60, !needed };
	const struct office_text_rule evidence = { "evidence", 1000, !needed };
	enum err err = office_check_text(o, d->source, &source);
	if (!err)
		err = office_check_text(o, d->given_at, &given_at);
	if (!err)
		err = office_check_text(o, d->evidence, &evidence);
	return err;
}

enum err consents_add(
	struct office *o, const struct office_actor *actor, const struct consent_draft *d)
{
	bool in = d->kind && str_eq(d->kind, "opt_in"), own;
	if (!in && !(d->kind && str_eq(d->kind, "opt_out")))
		return office_refuse_field(
			o, "kind", "invalid_kind", "kind is opt_in or opt_out.");
	struct consent_evidence evidence = { .kind = in ? CONSENT_IN : CONSENT_OUT,
		.source = d->source ? d->source : "",
		.given_at = d->given_at ? d->given_at : "",
		.evidence = d->evidence ? d->evidence : "",
		.actor = actor->name };
	enum err err = check_evidence(o, d, evidence.kind);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = consent_record(o->store, d->contact_id, d->list_id, &evidence);
	if (err)
		err = office_fail(o, err, "such contact on this list");
	office_wake(o, OFFICE_WAKE_RADIO);
	return office_leave(o, own, err);
}

/* ---- suppressed numbers ---- */

static enum err audit(struct office *o, const struct office_actor *actor,
	const char *action, const char *msisdn)
{
	char object[40];
	(void)str_format(object, sizeof(object), "number:%s", msisdn);
	return auth_audit(o, actor, action, object, "");
}

enum err suppressions_add(struct office *o, const struct office_actor *actor,
	const char *text, const char *reason)
{
	static const struct office_text_rule rule = { "reason", 60, true };
	char msisdn[20];
	bool own;
	struct suppression in = { .reason = reason && *reason ? reason : "manual",
		.source = actor->name };
	enum err err = office_number(o, "msisdn", text, msisdn);
	if (!err)
		err = office_check_text(o, reason, &rule);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = suppression_add(o->store, msisdn, &in, NULL);
	if (err)
		err = office_fail(o, err, "number");
	if (!err)
		err = audit(o, actor, "suppression.add", msisdn);
	office_wake(o, OFFICE_WAKE_RADIO | OFFICE_WAKE_FEEDER);
	return office_leave(o, own, err);
}

enum err suppressions_remove(
	struct office *o, const struct office_actor *actor, const char *text)
{
	char msisdn[20];
	bool own;
	enum err err = office_number(o, "msisdn", text, msisdn);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = suppression_remove(o->store, msisdn);
	if (err)
		err = office_fail(o, err, "such suppressed number");
	if (!err)
		err = audit(o, actor, "suppression.remove", msisdn);
	return office_leave(o, own, err);
}

enum err suppressions_get(
	struct office *o, const char *text, suppression_fn fn, void *user)
{
	char msisdn[20];
	enum err err = office_number(o, "msisdn", text, msisdn);
	if (err)
		return err;
	err = suppression_get(o->store, msisdn, fn, user);
	return err ? office_fail(o, err, "such suppressed number") : ERR_OK;
}

enum err suppressions_each(struct office *o, const struct suppression_filter *filter,
	suppression_fn fn, void *user)
{
	struct suppression_query query = {
		.search = filter->search, .before = filter->before, .max = filter->max
	};
	enum err err = suppression_find(o->store, &query, fn, user);
	return err ? office_fail(o, err, "suppressed number") : ERR_OK;
}
