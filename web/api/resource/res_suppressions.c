/*
 * Numbers that are never written to.
 */
#include "web/api/resources.h"

#include "firmware/office/people/lists.h"
#include "web/api/api.h"
#include "web/api/page.h"

static const struct shape_field suppression_fields[] = {
	/* Null: erased, only its hash is kept. */
	SHAPE_FIELD(struct suppression, POINTER_OR_NULL, "msisdn", msisdn),
	SHAPE_FIELD(struct suppression, POINTER, "reason", reason),
	SHAPE_FIELD(struct suppression, POINTER, "source", source),
	SHAPE_FIELD(struct suppression, TIME, "created_at", created_at),
	{ 0 },
};
static const struct shape suppression_shape = {
	.name = "Suppression",
	.fields = suppression_fields,
};

static bool one(void *user, const struct suppression *row)
{
	call_answer_shape(user, &suppression_shape, row);
	return true;
}

static bool item(void *user, const struct suppression *row)
{
	struct page *page = user;

	if (!page_item(page, row->id))
		return false;
	shape_write(&page->j, NULL, &suppression_shape, row);
	return true;
}

struct query_in {
	struct page_query page;
	const char *q;
};
static const struct policy_field query_fields[] = {
	PAGE_FIELDS(struct query_in),
	POLICY_FIELD(struct query_in, TEXT, "q", q, false, 64),
	{ 0 },
};
static const struct policy query_policy = {
	.name = "SuppressionQuery",
	.fields = query_fields,
	.size = sizeof(struct query_in),
};

static void suppressions_index(struct call *c)
{
	const struct query_in *in = (const void *)c->query;
	struct page page;

	if (!page_begin(&page, c, &in->page))
		return;
	struct suppression_filter filter = {
		.search = in->q,
		.before = page.before,
		.max = page.max,
	};
	page_end(&page, suppressions_each(c->office, &filter, item, &page));
}

struct suppression_in {
	struct policy_given given;
	const char *msisdn, *reason;
};
static const struct policy_field in_fields[] = {
	POLICY_FIELD(struct suppression_in, TEXT, "msisdn", msisdn, true, 64),
	POLICY_FIELD(struct suppression_in, TEXT, "reason", reason, false, 200),
	{ 0 },
};
static const struct policy in_policy = {
	.name = "SuppressionIn",
	.fields = in_fields,
	.size = sizeof(struct suppression_in),
};

static void suppressions_post(struct call *c)
{
	const struct suppression_in *in = (const void *)c->input;

	if (!call_failed(c,
		    suppressions_add(c->office, &c->who.actor, in->msisdn, in->reason)))
		(void)call_failed(c, suppressions_get(c->office, in->msisdn, one, c));
}

static void suppression_show(struct call *c)
{
	(void)call_failed(c, suppressions_get(c->office, c->params.name, one, c));
}

static void suppression_lift(struct call *c)
{
	if (!call_failed(
		    c, suppressions_remove(c->office, &c->who.actor, c->params.name)))
		call_no_content(c);
}

const struct endpoint suppression_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/suppressions",
		.scope = AUTH_READ,
		.query = &query_policy,
		.run = suppressions_index,
		.summary = "Numbers that are never written to; q: start of a number",
		.answer = &suppression_shape,
		.form = ROUTE_PAGE,
	},
	{
		.method = "POST",
		.path = "/api/v1/suppressions",
		.scope = AUTH_SEND,
		.body = ROUTE_JSON,
		.policy = &in_policy,
		.run = suppressions_post,
		.status = 201,
		.summary = "Never write to a number again",
		.answer = &suppression_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/suppressions/{msisdn}",
		.scope = AUTH_READ,
		.run = suppression_show,
		.summary = "Is a number suppressed, and why",
		.answer = &suppression_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/suppressions/{msisdn}",
		.scope = AUTH_ADMIN,
		.run = suppression_lift,
		.status = 204,
		.summary = "Lift a suppression; the audit remembers who did",
	},
	{ 0 },
};
