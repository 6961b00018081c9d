/*
 * Routes: groups of destinations by the start of their numbers.
 */
#include "web/api/resources.h"

#include "firmware/office/dispatch/routes.h"
#include "web/api/api.h"

#define PREFIXES_MAX 200

/* National language identifiers, TS 23.038 6.2.1.2.4. Spanish has no locking table. */
#define LOCKING_LANGUAGES                                                                \
	{ 1, "turkish" }, { 3, "portuguese" }, { 4, "bengali" }, { 5, "gujarati" },      \
		{ 6, "hindi" }, { 7, "kannada" }, { 8, "malayalam" }, { 9, "oriya" },    \
		{ 10, "punjabi" }, { 11, "tamil" }, { 12, "telugu" },                    \
	{                                                                                \
		13, "urdu"                                                               \
	}

static const struct vstr locking_names[] = { LOCKING_LANGUAGES, { 0, NULL } };
static const struct vstr single_names[] = { LOCKING_LANGUAGES, { 2, "spanish" },
	{ 0, NULL } };

static void write_prefixes(struct json_out *j, const char *key, const void *object)
{
	const struct route_view *view = object;

	json_out_array(j, key);
	for (size_t i = 0; i < view->n_prefixes; i++)
		json_out_text(j, NULL, view->prefixes[i]);
	json_out_array_end(j);
}

static const struct shape_field route_fields[] = {
	SHAPE_FIELD(struct route_view, I64, "id", r.id),
	SHAPE_FIELD(struct route_view, POINTER, "name", r.name),
	SHAPE_FIELD(struct route_view, POINTER, "country", r.country),
	SHAPE_FIELD(struct route_view, POINTER, "operator", r.operator),
	SHAPE_FIELD(struct route_view, BOOL, "whole_country", r.is_country),
	SHAPE_BY("prefixes", "array", write_prefixes),
	SHAPE_BITS(struct route_view, SET_U16, "locking", r.locking, locking_names),
	SHAPE_BITS(struct route_view, SET_U16, "single", r.single, single_names),
	{ 0 },
};
static const struct shape route_shape = { .name = "Route", .fields = route_fields };

struct route_in {
	struct policy_given given;
	const char *name, *country, *operator;
	const json_t *prefixes;
	int64_t locking, single;
};
static const struct policy_field route_in_fields[] = {
	POLICY_FIELD(struct route_in, TEXT, "name", name, false, 200),
	POLICY_FIELD(struct route_in, TEXT, "country", country, false, 3),
	POLICY_FIELD(struct route_in, TEXT, "operator", operator, false, 200),
	POLICY_FIELD(struct route_in, TEXTS, "prefixes", prefixes, false, PREFIXES_MAX),
	POLICY_BITS(struct route_in, "locking", locking, locking_names),
	POLICY_BITS(struct route_in, "single", single, single_names),
	{ 0 },
};
enum {
	IN_LOCKING = 4, /* their places above */
	IN_SINGLE = 5,
};
static const struct policy route_policy = {
	.name = "RouteIn",
	.fields = route_in_fields,
	.size = sizeof(struct route_in),
};

static bool one(void *user, const struct route_view *view)
{
	call_answer_shape(user, &route_shape, view);
	return true;
}

static void answer_route(struct call *c, int64_t id)
{
	(void)call_failed(c, routes_get(c->office, id, one, c));
}

static bool item(void *user, const struct route_view *view)
{
	shape_write(user, NULL, &route_shape, view);
	return true;
}

static void routes_index(struct call *c)
{
	struct json_out j = call_items(c);

	call_items_end(c, &j, routes_each(c->office, item, &j));
}

struct route_prefixes {
	const char *texts[PREFIXES_MAX];
};

static struct route_draft draft_of(const struct call *c, struct route_prefixes *memory)
{
	const struct route_in *in = (const void *)c->input;
	struct route_draft draft = {
		.name = in->name,
		.country = in->country,
		.operator= in->operator,
		.prefixes = memory->texts,
		.n_prefixes = json_array_size(in->prefixes),
		.has_prefixes = in->prefixes != NULL,
		.locking = policy_has(in, IN_LOCKING) ? (int32_t)in->locking : -1,
		.single = policy_has(in, IN_SINGLE) ? (int32_t)in->single : -1,
	};

	for (size_t i = 0; i < draft.n_prefixes; i++)
		memory->texts[i] = json_string_value(json_array_get(in->prefixes, i));
	return draft;
}

static void routes_post(struct call *c)
{
	struct route_prefixes memory;
	struct route_draft draft = draft_of(c, &memory);
	int64_t id;

	if (!call_failed(c, routes_create(c->office, &c->who.actor, &draft, &id)))
		answer_route(c, id);
}

static void route_show(struct call *c)
{
	answer_route(c, c->params.id);
}

static void route_patch(struct call *c)
{
	struct route_prefixes memory;
	struct route_draft draft = draft_of(c, &memory);

	if (!call_failed(
		    c, routes_update(c->office, &c->who.actor, c->params.id, &draft)))
		answer_route(c, c->params.id);
}

static void route_remove(struct call *c)
{
	if (!call_failed(c, routes_delete(c->office, &c->who.actor, c->params.id)))
		call_no_content(c);
}

const struct endpoint route_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/routes",
		.scope = AUTH_READ,
		.run = routes_index,
		.summary = "Groups of destinations, by the longest start of a number",
		.answer = &route_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "POST",
		.path = "/api/v1/routes",
		.scope = AUTH_ADMIN,
		.flags = ROUTE_IDEMPOTENT,
		.body = ROUTE_JSON,
		.policy = &route_policy,
		.run = routes_post,
		.status = 201,
		.summary = "A new group; a prefix of another one moves here",
		.answer = &route_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/routes/{id}",
		.scope = AUTH_READ,
		.run = route_show,
		.summary = "One group of destinations",
		.answer = &route_shape,
	},
	{
		.method = "PATCH",
		.path = "/api/v1/routes/{id}",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &route_policy,
		.run = route_patch,
		.summary = "Change a group; prefixes given replace all that it has",
		.answer = &route_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/routes/{id}",
		.scope = AUTH_ADMIN,
		.run = route_remove,
		.status = 204,
		.summary = "Remove a group, with its prefixes and prices",
	},
	{ 0 },
};
