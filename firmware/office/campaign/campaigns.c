#include "firmware/office/campaign/campaigns.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/campaign/campaign_times.h"
#include "firmware/office/people/contact_values.h"
#include "firmware/office/forecast/forecast.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/text/preview.h"
#include "firmware/office/settings.h"
#include "firmware/store/list.h"

#define CAMPAIGN_FORMAT "campaign:%lld"

static enum err fail(struct office *o, enum err err)
{
	return office_fail(o, err, "such campaign");
}

static enum err audit(struct office *o, const struct office_actor *actor,
	const char *action, int64_t id)
{
	char object[40];
	(void)str_format(object, sizeof(object), CAMPAIGN_FORMAT, (long long)id);
	return auth_audit(o, actor, action, object, "");
}

/* What a campaign may be: bulk texts that answer nothing. A code or a reply to one
 * person is never one. */
static enum err check_class(struct office *o, const char *name, enum message_class *out)
{
	int class;
	if (vstr_find(message_class_names, name, &class) &&
		(class == CLASS_PROMOTIONAL || class == CLASS_TRANSACTIONAL ||
			class == CLASS_ALERT)) {
		*out = (enum message_class) class;
		return ERR_OK;
	}
	return office_refuse_field(o, "class", "invalid_class",
		"A campaign is promotional, transactional or alert.");
}

static bool no_list(void *user, const struct list *list)
{
	(void)user;
	(void)list;
	return false;
}

static enum err check_list(struct office *o, int64_t id)
{
	enum err err = list_get(o->store, id, no_list, NULL);
	if (err == ERR_NOTFOUND)
		return office_refuse_field(o, "list_id", "unknown_list",
			"There is no list %lld.", (long long)id);
	return err ? office_fail(o, err, "list") : ERR_OK;
}

/* Checks what is given of the draft and puts it into c. */
static enum err take_draft(
	struct office *o, const struct campaign_draft *d, struct campaign *c)
{
	static const struct office_text_rule name = { "name", 120, false };
	static const struct office_text_rule topic = { "topic", 120, true };
	struct template t;
	enum err err = d->name ? office_check_text(o, d->name, &name) : ERR_OK;
	if (!err && d->topic)
		err = office_check_text(o, d->topic, &topic);
	if (!err && d->class)
		err = check_class(o, d->class, &c->class);
	if (!err && d->list_id)
		err = check_list(o, d->list_id);
	if (!err && d->text)
		err = contact_values_parse(o, d->text, &t);
	if (!err)
		err = campaign_times_take(o, d, c);
	c->name = d->name ? d->name : c->name;
	c->text = d->text ? d->text : c->text;
	c->topic = d->topic ? d->topic : c->topic;
	c->list_id = d->list_id ? d->list_id : c->list_id;
	return err;
}

enum err campaigns_create(struct office *o, const struct office_actor *actor,
	const struct campaign_draft *d, int64_t *out_id)
{
	struct campaign c = {
		.topic = "", .created_by = actor->name, .user_id = actor->user_id
	};
	const char *missing = !d->name	    ? "name"
			      : !d->list_id ? "list_id"
			      : !d->text    ? "text"
			      : !d->class   ? "class"
					    : NULL;
	bool own;
	if (missing)
		return office_refuse_field(
			o, missing, "field_required", "%s is missing.", missing);
	enum err err = take_draft(o, d, &c);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = campaign_create(o->store, &c, out_id);
	if (err)
		err = fail(o, err);
	if (!err)
		err = campaign_times_put_limits(o, *out_id, d->limits);
	if (!err)
		err = audit(o, actor, "campaign.create", *out_id);
	return office_leave(o, own, err);
}

/* A campaign whose strings are the struct's own. */
struct kept {
	struct campaign c;
	char *text;
	char name[256], topic[256], created_by[80];
};

static bool keep(void *user, const struct campaign *c)
{
	struct kept *k = user;
	k->c = *c;
	k->text = strdup(c->text);
	/* Names are checked to be shorter when they are taken in. */
	(void)str_copy(k->name, sizeof(k->name), c->name);
	(void)str_copy(k->topic, sizeof(k->topic), c->topic);
	(void)str_copy(k->created_by, sizeof(k->created_by), c->created_by);
	k->c.name = k->name;
	k->c.topic = k->topic;
	k->c.created_by = k->created_by;
	k->c.text = k->text;
	return true;
}

/* k->text is the caller's to free. */
static enum err get(struct office *o, int64_t id, struct kept *k)
{
	k->text = NULL;
	enum err err = campaign_get(o->store, id, keep, k);
	if (!err && !k->text)
		err = ERR_MEM;
	return err ? fail(o, err) : ERR_OK;
}

static enum err wrong_state(struct office *o, const char *what, enum campaign_state is)
{
	return office_refuse(o, REFUSAL_CONFLICT, "wrong_state",
		"A campaign that is %s cannot be %s.",
		vstr_name(campaign_state_names, is), what);
}

enum err campaigns_update(struct office *o, const struct office_actor *actor, int64_t id,
	const struct campaign_draft *d)
{
	struct kept k;
	bool own;
	enum err err = get(o, id, &k);
	if (!err && k.c.state != CAMPAIGN_DRAFT)
		err = wrong_state(o, "changed", k.c.state);
	if (!err)
		err = take_draft(o, d, &k.c);
	if (!err)
		err = office_enter(o, &own);
	if (!err) {
		err = campaign_update(o->store, &k.c);
		if (err == ERR_BUSY)
			err = wrong_state(o, "changed", CAMPAIGN_RUNNING);
		else if (err)
			err = fail(o, err);
		if (!err)
			err = campaign_times_put_limits(o, id, d->limits);
		if (!err)
			err = audit(o, actor, "campaign.change", id);
		err = office_leave(o, own, err);
	}
	free(k.text);
	return err;
}

enum err campaigns_delete(struct office *o, const struct office_actor *actor, int64_t id)
{
	static const struct campaign_limits no_limits = { .per_minute = 0 };
	struct kept k;
	bool own;
	enum err err = get(o, id, &k);
	if (!err && k.c.state != CAMPAIGN_DRAFT)
		err = wrong_state(o, "deleted", k.c.state);
	free(k.text);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = campaign_delete(o->store, id);
	if (err == ERR_BUSY)
		err = wrong_state(o, "deleted", CAMPAIGN_RUNNING);
	else if (err)
		err = fail(o, err);
	if (!err)
		err = campaign_times_put_limits(o, id, &no_limits);
	if (!err)
		err = audit(o, actor, "campaign.delete", id);
	return office_leave(o, own, err);
}

/* ---- states ---- */

struct change {
	enum err (*put)(struct store *s, int64_t id);
	const char *action, *done; /* "campaign.pause", "paused" */
};

static enum err change_state(struct office *o, const struct office_actor *actor,
	int64_t id, const struct change *change)
{
	struct kept k;
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = get(o, id, &k);
	if (!err) {
		err = change->put(o->store, id);
		if (err == ERR_BUSY)
			err = wrong_state(o, change->done, k.c.state);
		else if (err)
			err = fail(o, err);
	}
	free(k.text);
	if (!err)
		err = audit(o, actor, change->action, id);
	office_wake(o, OFFICE_WAKE_FEEDER);
	err = office_leave(o, own, err);
	if (!err)
		hub_tell(o->hub, HUB_CAMPAIGN, id);
	return err;
}

/* A start that nobody would get is refused now, not found out later. */
static enum err check_start(struct office *o, int64_t id, struct estimate *e)
{
	struct kept k;
	struct template t;
	enum err err = get(o, id, &k);
	if (!err && k.c.state != CAMPAIGN_DRAFT)
		err = wrong_state(o, "started", k.c.state);
	if (!err)
		err = campaign_times_check_start(o, &k.c);
	if (!err)
		err = contact_values_parse(o, k.c.text, &t);
	if (!err)
		err = contact_values_check(o, &t);
	free(k.text);
	if (!err)
		err = campaigns_estimate(o, id, e);
	if (err)
		return err;
	int64_t long_ones = e->skipped[SKIP_TOO_LONG], sendable = e->sendable;
	estimate_fini(e);
	if (sendable > 0)
		return ERR_OK;
	if (long_ones > 0)
		return office_refuse_field(o, "text", "too_many_parts",
			"The text is too long for every recipient.");
	return office_refuse_field(o, "list_id", "no_recipients",
		"Nobody on this list may be sent it: see the estimate for why.");
}

enum err campaigns_start(struct office *o, const struct office_actor *a, int64_t id)
{
	static const struct change start = { campaign_start, "campaign.start",
		"started" };
	struct estimate e;
	bool own;
	enum err err = check_start(o, id, &e);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = change_state(o, a, id, &start);
	if (!err && campaign_set_estimate(o->store, id, e.done_from, e.done_to))
		err = fail(o, ERR_BUSY);
	return office_leave(o, own, err);
}

enum err campaigns_pause(struct office *o, const struct office_actor *a, int64_t id)
{
	static const struct change pause = { campaign_pause, "campaign.pause", "paused" };
	return change_state(o, a, id, &pause);
}

enum err campaigns_resume(struct office *o, const struct office_actor *a, int64_t id)
{
	static const struct change resume = { campaign_resume, "campaign.resume",
		"resumed" };
	return change_state(o, a, id, &resume);
}

enum err campaigns_cancel(struct office *o, const struct office_actor *a, int64_t id)
{
	static const struct change cancel = { campaign_cancel, "campaign.cancel",
		"cancelled" };
	return change_state(o, a, id, &cancel);
}

/* ---- views ---- */

struct viewing {
	struct office *o;
	struct forecast_bank *bank;
	char country[4]; /* the box's */
	campaign_view_fn fn;
	void *user;
	enum err err;
};

/* Members yet to come count as many parts as those so far did on average, and as people
 * of the box's own country. */
static enum err forecast_rest(
	struct viewing *v, const struct campaign_report *r, struct campaign_view *view)
{
	static const enum message_state waiting[] = { MESSAGE_HELD, MESSAGE_QUEUED,
		MESSAGE_SENDING };
	struct forecast_flow rest = { .messages = r->remaining };
	struct forecast f;
	int64_t messages = 0, parts = 0;
	for (int i = 0; i < MESSAGE_STATE_COUNT; i++) {
		messages += r->tally.n[i];
		parts += r->tally.parts[i];
	}
	double each = messages ? (double)parts / (double)messages : 1;
	rest.parts = (int64_t)((double)r->remaining * each + 0.5);
	for (size_t i = 0; i < sizeof(waiting) / sizeof(waiting[0]); i++) {
		rest.messages += r->tally.n[waiting[i]];
		rest.parts += r->tally.parts[waiting[i]];
	}
	(void)str_copy(rest.country, sizeof(rest.country), v->country); /* the same */
	const struct forecast_ask ask = { &view->c, &rest, 1 };
	enum err err = forecast_run(v->o, v->bank, &ask, &f);
	if (err)
		return err;
	view->eta_from = f.from;
	view->eta_to = f.to;
	view->will_not_make = f.will_not_make;
	return ERR_OK;
}

static enum err begin_views(struct viewing *v)
{
	enum err err = settings_country(v->o, v->country);
	return err ? err : forecast_bank_read(v->o, &v->bank);
}

static enum err end_views(struct viewing *v, enum err err)
{
	forecast_bank_free(v->bank);
	err = err ? err : v->err;
	return err ? fail(v->o, err) : ERR_OK;
}

static bool on_campaign(void *user, const struct campaign *c)
{
	struct viewing *v = user;
	struct campaign_report r;
	char list[128];
	v->err = campaign_progress(v->o->store, c->id, &r);
	if (v->err)
		return false;
	office_list_name(v->o, c->list_id, list, sizeof(list));
	struct campaign_view view = { .c = *c,
		.schedule = campaign_times_schedule(c),
		.list = list,
		.tally = r.tally,
		.to_come = r.remaining,
		.parts = r.parts,
		.rate_per_min = forecast_bank_rate(v->bank) };
	v->err = campaign_times_get_limits(v->o, c->id, &view.limits);
	if (v->err)
		return false;
	for (int i = 0; i < SKIP_REASON_COUNT; i++)
		view.skipped += r.skipped[i];
	if (c->state == CAMPAIGN_RUNNING)
		v->err = forecast_rest(v, &r, &view);
	return !v->err && v->fn(v->user, &view);
}

enum err campaigns_get(struct office *o, int64_t id, campaign_view_fn fn, void *user)
{
	struct viewing v = { .o = o, .fn = fn, .user = user };
	enum err err = begin_views(&v);
	return err ? err : end_views(&v, campaign_get(o->store, id, on_campaign, &v));
}

enum err campaigns_list(struct office *o, const struct campaign_query *query,
	campaign_view_fn fn, void *user)
{
	struct viewing v = { .o = o, .fn = fn, .user = user };
	enum err err = begin_views(&v);
	return err ? err : end_views(&v, campaign_list(o->store, query, on_campaign, &v));
}

enum err campaigns_report(struct office *o, int64_t id, struct campaign_report *out)
{
	enum err err = campaign_report(o->store, id, out);
	return err ? fail(o, err) : ERR_OK;
}
