/*
 * Campaigns: drafts, their states, what they will cost.
 */
#include "web/api/resources.h"

#include <stdlib.h>

#include "firmware/office/campaigns.h"
#include "web/api/api.h"
#include "web/api/page.h"
#include "web/api/shapes.h"

/* ---- shape ---- */

static void write_counts(struct json_out *j, const char *key, const void *object)
{
	const struct campaign_view *view = object;

	json_out_object(j, key);
	for (int state = 0; state < MESSAGE_STATE_COUNT; state++)
		json_out_i64(
			j, vstr_name(message_state_names, state), view->tally.n[state]);
	json_out_i64(j, "skipped", view->skipped);
	json_out_i64(j, "to_come", view->to_come);
	json_out_object_end(j);
}

static void write_span(struct json_out *j, const char *key, int64_t from, int64_t to)
{
	if (from == 0) {
		json_out_null(j, key);
		return;
	}
	json_out_object(j, key);
	json_out_time(j, "from", from);
	json_out_time(j, "to", to);
	json_out_object_end(j);
}

static void write_eta(struct json_out *j, const char *key, const void *object)
{
	const struct campaign_view *view = object;

	write_span(j, key, view->eta_from, view->eta_to);
}

static const struct shape_field campaign_fields[] = {
	SHAPE_FIELD(struct campaign_view, I64, "id", c.id),
	SHAPE_FIELD(struct campaign_view, POINTER, "name", c.name),
	SHAPE_FIELD(struct campaign_view, ID, "list_id", c.list_id),
	SHAPE_FIELD(struct campaign_view, POINTER, "list", list),
	SHAPE_FIELD(struct campaign_view, POINTER, "text", c.text),
	SHAPE_ENUM(struct campaign_view, "class", c.class, message_class_names),
	SHAPE_FIELD(struct campaign_view, POINTER, "topic", c.topic),
	SHAPE_ENUM(struct campaign_view, "state", c.state, campaign_state_names),
	SHAPE_FIELD(struct campaign_view, I64, "recipients", c.recipients),
	SHAPE_BY("counts", "object", write_counts),
	SHAPE_FIELD(struct campaign_view, I64, "parts", parts),
	SHAPE_FIELD(struct campaign_view, DOUBLE, "rate_per_min", rate_per_min),
	SHAPE_BY("eta", "object?", write_eta),
	SHAPE_FIELD(struct campaign_view, TIME, "created_at", c.created_at),
	SHAPE_FIELD(struct campaign_view, TIME, "started_at", c.started_at),
	SHAPE_FIELD(struct campaign_view, TIME, "ended_at", c.ended_at),
	{ 0 },
};
const struct shape campaign_shape = { .name = "Campaign", .fields = campaign_fields };

/* ---- drafts ---- */

struct campaign_in {
	struct policy_given given;
	const char *name, *text, *class, *topic;
	int64_t list_id;
};
static const struct policy_field campaign_in_fields[] = {
	POLICY_FIELD(struct campaign_in, TEXT, "name", name, false, 400),
	POLICY_ID(struct campaign_in, "list_id", list_id),
	POLICY_FIELD(struct campaign_in, TEXT, "text", text, false, 8000),
	POLICY_FIELD(struct campaign_in, TEXT, "class", class, false, 32),
	POLICY_FIELD(struct campaign_in, TEXT, "topic", topic, false, 200),
	{ 0 },
};
static const struct policy campaign_policy = {
	.name = "CampaignIn",
	.fields = campaign_in_fields,
	.size = sizeof(struct campaign_in),
};

static bool one(void *user, const struct campaign_view *view)
{
	call_answer_shape(user, &campaign_shape, view);
	return true;
}

static void answer_campaign(struct call *c, int64_t id)
{
	(void)call_failed(c, campaigns_get(c->office, id, one, c));
}

static bool item(void *user, const struct campaign_view *view)
{
	struct page *page = user;

	if (!page_item(page, view->c.id))
		return false;
	shape_write(&page->j, NULL, &campaign_shape, view);
	return true;
}

struct query_in {
	struct page_query page;
	int state;
};
static const struct policy_field query_fields[] = {
	PAGE_FIELDS(struct query_in),
	POLICY_ENUM(struct query_in, "state", state, campaign_state_names),
	{ 0 },
};
enum {
	QUERY_STATE = 2 /* its place above */
};
static const struct policy query_policy = {
	.name = "CampaignQuery",
	.fields = query_fields,
	.size = sizeof(struct query_in),
};

static void campaigns_index(struct call *c)
{
	const struct query_in *in = (const void *)c->query;
	struct page page;

	if (!page_begin(&page, c, &in->page))
		return;
	struct campaign_query query = {
		.state = policy_has(in, QUERY_STATE) ? in->state : -1,
		.before = page.before,
		.max = page.max,
	};
	page_end(&page, campaigns_list(c->office, &query, item, &page));
}

static struct campaign_draft draft_of(const struct call *c)
{
	const struct campaign_in *in = (const void *)c->input;

	return (struct campaign_draft){
		.name = in->name,
		.text = in->text,
		.class = in->class,
		.topic = in->topic,
		.list_id = in->list_id,
	};
}

static void campaigns_post(struct call *c)
{
	struct campaign_draft draft = draft_of(c);
	int64_t id;

	if (!call_failed(c, campaigns_create(c->office, &c->who.actor, &draft, &id)))
		answer_campaign(c, id);
}

static void campaign_show(struct call *c)
{
	answer_campaign(c, c->params.id);
}

static void campaign_patch(struct call *c)
{
	struct campaign_draft draft = draft_of(c);

	if (!call_failed(
		    c, campaigns_update(c->office, &c->who.actor, c->params.id, &draft)))
		answer_campaign(c, c->params.id);
}

static void campaign_remove(struct call *c)
{
	if (!call_failed(c, campaigns_delete(c->office, &c->who.actor, c->params.id)))
		call_no_content(c);
}

/* ---- states ---- */

typedef enum err (*change_fn)(struct office *o, const struct office_actor *a, int64_t id);

static void change(struct call *c, change_fn fn)
{
	if (!call_failed(c, fn(c->office, &c->who.actor, c->params.id)))
		answer_campaign(c, c->params.id);
}

static void start_post(struct call *c)
{
	change(c, campaigns_start);
}

static void pause_post(struct call *c)
{
	change(c, campaigns_pause);
}

static void resume_post(struct call *c)
{
	change(c, campaigns_resume);
}

static void cancel_post(struct call *c)
{
	change(c, campaigns_cancel);
}

/* ---- estimate ---- */

static void write_skipped(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_object(j, key);
	for (int reason = 1; reason < SKIP_REASON_COUNT; reason++)
		if (e->skipped[reason] > 0)
			json_out_i64(j, vstr_name(skip_reason_names, reason),
				e->skipped[reason]);
	json_out_object_end(j);
}

static void write_parts(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_object(j, key);
	json_out_i64(j, "min", e->parts_min);
	json_out_i64(j, "median", e->parts_median);
	json_out_i64(j, "max", e->parts_max);
	json_out_i64(j, "total", e->parts_total);
	json_out_object_end(j);
}

static void write_encoding(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_object(j, key);
	json_out_i64(j, "gsm7", e->gsm7);
	json_out_i64(j, "ucs2", e->ucs2);
	json_out_object_end(j);
}

static void write_spread(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_array(j, key);
	for (int parts = 1; parts <= ESTIMATE_SPREAD_MAX; parts++) {
		if (e->spread[parts] == 0)
			continue;
		json_out_object(j, NULL);
		json_out_i64(j, "parts", parts);
		json_out_i64(j, "recipients", e->spread[parts]);
		json_out_object_end(j);
	}
	json_out_array_end(j);
}

static void write_seconds(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_object(j, key);
	json_out_i64(j, "from", e->seconds_from);
	json_out_i64(j, "to", e->seconds_to);
	json_out_object_end(j);
}

static void write_done(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	write_span(j, key, e->done_from, e->done_to);
}

static const struct shape_field sample_fields[] = {
	SHAPE_FIELD(struct estimate_sample, TEXT, "name", name),
	SHAPE_FIELD(struct estimate_sample, TEXT, "to", to),
	SHAPE_FIELD(struct estimate_sample, POINTER, "text", text),
	SHAPE_FIELD(struct estimate_sample, U16, "parts", parts),
	{ 0 },
};
static const struct shape sample_shape = {
	.name = "EstimateSample",
	.fields = sample_fields,
};

static void write_sample(struct json_out *j, const char *key, const void *object)
{
	const struct estimate *e = object;

	json_out_array(j, key);
	for (size_t i = 0; i < e->n_samples; i++)
		shape_write(j, NULL, &sample_shape, &e->samples[i]);
	json_out_array_end(j);
}

/* Faults of the text refuse the whole call; the member is there for what is to come. */
static void write_no_errors(struct json_out *j, const char *key, const void *object)
{
	(void)object;
	json_out_array(j, key);
	json_out_array_end(j);
}

static const struct shape_field estimate_fields[] = {
	SHAPE_FIELD(struct estimate, I64, "recipients", recipients),
	SHAPE_FIELD(struct estimate, I64, "sendable", sendable),
	SHAPE_FIELD(struct estimate, BOOL, "exact", is_exact),
	SHAPE_BY("skipped", "object", write_skipped),
	SHAPE_BY("parts", "object", write_parts),
	SHAPE_BY("encoding", "object", write_encoding),
	SHAPE_BY("spread", "array", write_spread),
	SHAPE_FIELD(struct estimate, U32, "sims", sims),
	SHAPE_FIELD(struct estimate, DOUBLE, "rate_per_min", rate_per_min),
	SHAPE_FIELD(struct estimate, BOOL, "rate_measured", is_rate_measured),
	SHAPE_BY("seconds", "object", write_seconds),
	SHAPE_BY("done", "object?", write_done),
	SHAPE_LIST("sample", &sample_shape, write_sample),
	SHAPE_BY("errors", "array", write_no_errors),
	{ 0 },
};
static const struct shape estimate_shape = {
	.name = "Estimate",
	.fields = estimate_fields,
};

static void estimate_post(struct call *c)
{
	struct estimate estimate = { 0 };

	if (!call_failed(c, campaigns_estimate(c->office, c->params.id, &estimate)))
		call_answer_shape(c, &estimate_shape, &estimate);
	estimate_fini(&estimate);
}

#define CHANGE(verb_, fn_, summary_)                                                     \
	{                                                                                \
		.method = "POST", .path = "/api/v1/campaigns/{id}/" verb_,               \
		.scope = AUTH_SEND, .body = ROUTE_OPTIONAL_JSON,                         \
		.policy = &policy_nothing, .run = fn_, .summary = summary_,              \
		.answer = &campaign_shape,                                               \
	}

const struct endpoint campaign_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/campaigns",
		.scope = AUTH_READ,
		.query = &query_policy,
		.run = campaigns_index,
		.summary = "Campaigns, newest first",
		.answer = &campaign_shape,
		.form = ROUTE_PAGE,
	},
	{
		.method = "POST",
		.path = "/api/v1/campaigns",
		.scope = AUTH_SEND,
		.flags = ROUTE_IDEMPOTENT,
		.body = ROUTE_JSON,
		.policy = &campaign_policy,
		.run = campaigns_post,
		.status = 201,
		.summary = "A draft; nothing is sent until it is started",
		.answer = &campaign_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/campaigns/{id}",
		.scope = AUTH_READ,
		.run = campaign_show,
		.summary = "A campaign and how far it is",
		.answer = &campaign_shape,
	},
	{
		.method = "PATCH",
		.path = "/api/v1/campaigns/{id}",
		.scope = AUTH_SEND,
		.body = ROUTE_JSON,
		.policy = &campaign_policy,
		.run = campaign_patch,
		.summary = "Change a draft",
		.answer = &campaign_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/campaigns/{id}",
		.scope = AUTH_SEND,
		.run = campaign_remove,
		.status = 204,
		.summary = "Remove a draft",
	},
	{
		.method = "POST",
		.path = "/api/v1/campaigns/{id}/estimate",
		.scope = AUTH_READ,
		.body = ROUTE_OPTIONAL_JSON,
		.policy = &policy_nothing,
		.run = estimate_post,
		.summary =
			"Whom it would reach, in how many parts, and how long it takes",
		.answer = &estimate_shape,
	},
	CHANGE("start", start_post, "Begin to send"),
	CHANGE("pause", pause_post, "Hold what has not gone out"),
	CHANGE("resume", resume_post, "Go on sending"),
	CHANGE("cancel", cancel_post, "End it; what has not gone out never goes"),
	{ 0 },
};
