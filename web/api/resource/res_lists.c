/*
 * Lists of contacts.
 */
#include "web/api/resources.h"

#include "firmware/office/people/lists.h"
#include "web/api/api.h"
#include "web/api/page.h"

static void write_without(struct json_out *j, const char *key, const void *object)
{
	const struct list *l = object;

	json_out_i64(j, key, l->members - l->consented - l->opted_out);
}

static const struct shape_field list_fields[] = {
	SHAPE_FIELD(struct list, I64, "id", id),
	SHAPE_FIELD(struct list, POINTER, "name", name),
	SHAPE_FIELD(struct list, POINTER, "country", country),
	SHAPE_FIELD(struct list, I64, "members", members),
	SHAPE_FIELD(struct list, I64, "with_consent", consented),
	SHAPE_BY("without_consent", "integer", write_without),
	SHAPE_FIELD(struct list, I64, "opted_out", opted_out),
	SHAPE_FIELD(struct list, TIME, "created_at", created_at),
	{ 0 },
};
static const struct shape list_shape = { .name = "List", .fields = list_fields };

struct list_in {
	struct policy_given given;
	const char *name, *country;
};
static const struct policy_field create_fields[] = {
	POLICY_FIELD(struct list_in, TEXT, "name", name, true, 400),
	POLICY_FIELD(struct list_in, TEXT, "country", country, false, 3),
	{ 0 },
};
static const struct policy create_policy = {
	.name = "ListIn",
	.fields = create_fields,
	.size = sizeof(struct list_in),
};
static const struct policy_field change_fields[] = {
	POLICY_FIELD(struct list_in, TEXT, "name", name, false, 400),
	POLICY_FIELD(struct list_in, TEXT, "country", country, false, 3),
	{ 0 },
};
static const struct policy change_policy = {
	.name = "ListChange",
	.fields = change_fields,
	.size = sizeof(struct list_in),
};

static bool one(void *user, const struct list *list)
{
	call_answer_shape(user, &list_shape, list);
	return true;
}

static void answer_list(struct call *c, int64_t id)
{
	(void)call_failed(c, lists_get(c->office, id, one, c));
}

static bool item(void *user, const struct list *list)
{
	struct page *page = user;

	if (!page_item(page, list->id))
		return false;
	shape_write(&page->j, NULL, &list_shape, list);
	return true;
}

static void lists_index(struct call *c)
{
	const struct page_query *in = (const void *)c->query;
	struct page page;

	if (page_begin(&page, c, in))
		page_end(
			&page, lists_each(c->office, page.before, page.max, item, &page));
}

static void lists_post(struct call *c)
{
	const struct list_in *in = (const void *)c->input;
	int64_t id;

	if (!call_failed(c,
		    lists_create(c->office, &c->who.actor, in->name, in->country, &id)))
		answer_list(c, id);
}

static void list_show(struct call *c)
{
	answer_list(c, c->params.id);
}

static void list_patch(struct call *c)
{
	const struct list_in *in = (const void *)c->input;

	if (!call_failed(c, lists_update(c->office, &c->who.actor, c->params.id, in->name,
				    in->country)))
		answer_list(c, c->params.id);
}

static void list_remove(struct call *c)
{
	if (!call_failed(c, lists_delete(c->office, &c->who.actor, c->params.id)))
		call_no_content(c);
}

const struct endpoint list_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/lists",
		.scope = AUTH_READ,
		.query = &page_policy,
		.run = lists_index,
		.summary = "Lists of contacts",
		.answer = &list_shape,
		.form = ROUTE_PAGE,
	},
	{
		.method = "POST",
		.path = "/api/v1/lists",
		.scope = AUTH_SEND,
		.flags = ROUTE_IDEMPOTENT,
		.body = ROUTE_JSON,
		.policy = &create_policy,
		.run = lists_post,
		.status = 201,
		.summary = "A new list",
		.answer = &list_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/lists/{id}",
		.scope = AUTH_READ,
		.run = list_show,
		.summary = "One list",
		.answer = &list_shape,
	},
	{
		.method = "PATCH",
		.path = "/api/v1/lists/{id}",
		.scope = AUTH_SEND,
		.body = ROUTE_JSON,
		.policy = &change_policy,
		.run = list_patch,
		.summary = "Change a list's name or country",
		.answer = &list_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/lists/{id}",
		.scope = AUTH_SEND,
		.run = list_remove,
		.status = 204,
		.summary = "Remove a list; its contacts stay",
	},
	{ 0 },
};
