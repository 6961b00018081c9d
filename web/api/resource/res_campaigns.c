/*
 * Campaigns: drafts, their states, what they will cost.
 */
#include "web/api/resources.h"

#include <stdlib.h>

#include "firmware/base/str.h"
#include "firmware/office/campaign/campaigns.h"
#include "web/api/api.h"
#include "web/api/page.h"
#include "web/api/shapes.h"

#define EVERY_DAY 127
#define COUNT_MAX 1000000000

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

void campaign_span_write(struct json_out *j, const char *key, int64_t from, int64_t to)
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

	campaign_span_write(j, key, view->eta_from, view->eta_to);
}

static const struct shape_field window_fields[] = {
	SHAPE_FIELD(struct campaign_schedule, MINUTE, "from", from_minute),
	SHAPE_FIELD(struct campaign_schedule, MINUTE, "to", to_minute),
	SHAPE_BITS(struct campaign_schedule, SET, "days", days, weekday_names),
	{ 0 },
};
static const struct shape window_shape = { .name = "CampaignWindow",
	.fields = window_fields };

static void write_window(struct json_out *j, const char *key, const void *object)
{
	const struct campaign_view *view = object;
	const struct campaign_schedule *s = &view->schedule;

	if (s->from_minute < 0 && s->days == EVERY_DAY)
		json_out_null(j, key);
	else
		shape_write(j, key, &window_shape, s);
}

static void write_said(struct json_out *j, const char *key, const void *object)
{
	const struct campaign_view *view = object;

	campaign_span_write(j, key, view->c.estimate_from, view->c.estimate_to);
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
	SHAPE_FIELD(struct campaign_view, I64, "will_not_make_window", will_not_make),
	SHAPE_FIELD(struct campaign_view, TIME, "start_at", schedule.start_at),
	SHAPE_FIELD(struct campaign_view, TIME, "end_at", schedule.end_at),
	SHAPE_BY("window", "object?", write_window),
	SHAPE_FIELD(struct campaign_view, BOOL, "spread", schedule.is_spread),
	SHAPE_FIELD(struct campaign_view, I64, "pace_per_minute", limits.per_minute),
	SHAPE_FIELD(struct campaign_view, I64, "per_day", limits.per_day),
	SHAPE_FIELD(struct campaign_view, MONEY, "budget", limits.budget),
	SHAPE_FIELD(struct campaign_view, TEXT, "group", limits.group),
	SHAPE_BY("estimate", "object?", write_said),
	SHAPE_FIELD(struct campaign_view, TIME, "created_at", c.created_at),
	SHAPE_FIELD(struct campaign_view, TIME, "started_at", c.started_at),
	SHAPE_FIELD(struct campaign_view, TIME, "ended_at", c.ended_at),
	{ 0 },
};
const struct shape campaign_shape = { .name = "Campaign", .fields = campaign_fields };

/* ---- drafts ---- */

struct window_in {
	struct policy_given given;
	int64_t from, to, days;
};
static const struct policy_field window_in_fields[] = {
	POLICY_FIELD(struct window_in, MINUTE, "from", from, false, 0),
	POLICY_FIELD(struct window_in, MINUTE, "to", to, false, 0),
	POLICY_BITS(struct window_in, "days", days, weekday_names),
	{ 0 },
};
enum { /* their places above */
	WINDOW_FROM,
	WINDOW_TO,
	WINDOW_DAYS,
};
static const struct policy window_policy = {
	.name = "CampaignWindowIn",
	.fields = window_in_fields,
	.size = sizeof(struct window_in),
};

struct campaign_in {
	struct policy_given given;
	const char *name, *text, *class, *topic, *group;
	int64_t list_id, start_at, end_at, pace_per_minute, per_day, budget;
	const json_t *window;
	bool spread;
};
enum { /* their places in the table below */
	IN_START_AT = 5,
	IN_END_AT,
	IN_WINDOW,
	IN_SPREAD,
	IN_PACE,
	IN_PER_DAY,
	IN_BUDGET,
	IN_GROUP,
};
static const struct policy_field campaign_in_fields[] = {
	POLICY_FIELD(struct campaign_in, TEXT, "name", name, false, 400),
	POLICY_ID(struct campaign_in, "list_id", list_id),
	POLICY_FIELD(struct campaign_in, TEXT, "text", text, false, 8000),
	POLICY_FIELD(struct campaign_in, TEXT, "class", class, false, 32),
	POLICY_FIELD(struct campaign_in, TEXT, "topic", topic, false, 200),
	[IN_START_AT] =
		POLICY_FIELD(struct campaign_in, TIME, "start_at", start_at, false, 0),
	[IN_END_AT] = POLICY_FIELD(struct campaign_in, TIME, "end_at", end_at, false, 0),
	[IN_WINDOW] = { .name = "window",
		.kind = POLICY_OBJECT,
		.offset = offsetof(struct campaign_in, window),
		.elements = &window_policy },
	[IN_SPREAD] = POLICY_FIELD(struct campaign_in, BOOL, "spread", spread, false, 0),
	[IN_PACE] = POLICY_NUMBER(
		struct campaign_in, "pace_per_minute", pace_per_minute, 0, COUNT_MAX),
	[IN_PER_DAY] =
		POLICY_NUMBER(struct campaign_in, "per_day", per_day, 0, COUNT_MAX),
	[IN_BUDGET] = POLICY_AMOUNT(struct campaign_in, "budget", budget, 0),
	[IN_GROUP] = POLICY_FIELD(struct campaign_in, TEXT, "group", group, false, 63),
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

/* When and how fast: what the body says of it, over what was there before. */
struct timing {
	struct campaign_schedule schedule;
	struct campaign_limits limits;
};

/* False: answered. */
static bool apply_window(struct call *c, struct campaign_schedule *s)
{
	const struct campaign_in *in = (const void *)c->input;
	struct window_in window = { 0 };
	struct problem p;

	if (policy_is_null(in, IN_WINDOW)) {
		s->from_minute = s->to_minute = -1;
		s->days = EVERY_DAY;
	}
	if (!policy_has(in, IN_WINDOW))
		return true;
	if (policy_read_json(&window_policy, in->window, &window, &p)) {
		char inside[sizeof(p.field)];
		(void)str_copy(inside, sizeof(inside), p.field);
		(void)str_format(p.field, sizeof(p.field), "window.%.32s", inside);
		call_problem(c, &p);
		return false;
	}
	s->from_minute = policy_has(&window, WINDOW_FROM) ? (int)window.from : -1;
	s->to_minute = policy_has(&window, WINDOW_TO) ? (int)window.to : -1;
	s->days = policy_has(&window, WINDOW_DAYS) ? (unsigned)window.days : EVERY_DAY;
	return true;
}

static bool said(const struct campaign_in *in, unsigned field)
{
	return policy_has(in, field) || policy_is_null(in, field);
}

static bool apply_timing(struct call *c, struct timing *t)
{
	const struct campaign_in *in = (const void *)c->input;

	if (said(in, IN_START_AT))
		t->schedule.start_at = in->start_at;
	if (said(in, IN_END_AT))
		t->schedule.end_at = in->end_at;
	if (said(in, IN_SPREAD))
		t->schedule.is_spread = in->spread;
	if (said(in, IN_PACE))
		t->limits.per_minute = in->pace_per_minute;
	if (said(in, IN_PER_DAY))
		t->limits.per_day = in->per_day;
	if (said(in, IN_BUDGET))
		t->limits.budget = in->budget;
	if (said(in, IN_GROUP))
		(void)str_copy(t->limits.group, sizeof(t->limits.group),
			in->group ? in->group : "");
	return apply_window(c, &t->schedule);
}

static bool says_timing(const struct campaign_in *in)
{
	return (in->given.fields | in->given.nulls) >> IN_START_AT != 0;
}

static struct campaign_draft draft_of(const struct call *c, const struct timing *t)
{
	const struct campaign_in *in = (const void *)c->input;
	bool timing = says_timing(in);

	return (struct campaign_draft){
		.name = in->name,
		.text = in->text,
		.class = in->class,
		.topic = in->topic,
		.list_id = in->list_id,
		.schedule = timing ? &t->schedule : NULL,
		.limits = timing ? &t->limits : NULL,
	};
}

static void campaigns_post(struct call *c)
{
	struct timing timing = {
		.schedule = { .from_minute = -1, .to_minute = -1, .days = EVERY_DAY },
	};
	int64_t id;

	if (!apply_timing(c, &timing))
		return;
	struct campaign_draft draft = draft_of(c, &timing);
	if (!call_failed(c, campaigns_create(c->office, &c->who.actor, &draft, &id)))
		answer_campaign(c, id);
}

static void campaign_show(struct call *c)
{
	answer_campaign(c, c->params.id);
}

static bool keep_timing(void *user, const struct campaign_view *view)
{
	*(struct timing *)user =
		(struct timing){ .schedule = view->schedule, .limits = view->limits };
	return true;
}

static void campaign_patch(struct call *c)
{
	struct timing timing = { 0 };
	int64_t id = c->params.id;

	if (call_failed(c, campaigns_get(c->office, id, keep_timing, &timing)) ||
		!apply_timing(c, &timing))
		return;
	struct campaign_draft draft = draft_of(c, &timing);
	if (!call_failed(c, campaigns_update(c->office, &c->who.actor, id, &draft)))
		answer_campaign(c, id);
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
	CHANGE("start", start_post, "Begin to send"),
	CHANGE("pause", pause_post, "Hold what has not gone out"),
	CHANGE("resume", resume_post, "Go on sending"),
	CHANGE("cancel", cancel_post, "End it; what has not gone out never goes"),
	{ 0 },
};
