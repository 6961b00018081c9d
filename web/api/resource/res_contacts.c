/*
 * Contacts, and the evidence of what they agreed to.
 */
#include "web/api/resources.h"

#include <stdlib.h>

#include "firmware/office/people/lists.h"
#include "web/api/api.h"
#include "web/api/page.h"

#define LISTS_MAX 200

static const struct vstr consent_names[] = {
	{ CONSENT_NONE, "none" },
	{ CONSENT_IN, "in" },
	{ CONSENT_OUT, "out" },
	{ 0, NULL },
};

/* ---- shapes ---- */

static void write_consent(struct json_out *j, const char *key, const void *object)
{
	const struct contact_view *view = object;

	/* Only where a list was asked for. */
	if (view->consent >= 0)
		json_out_text(j, key, vstr_name(consent_names, view->consent));
	else
		json_out_null(j, key);
}

static void write_lists(struct json_out *j, const char *key, const void *object)
{
	const struct contact_view *view = object;

	json_out_array(j, key);
	for (size_t i = 0; i < view->n_lists; i++)
		json_out_i64(j, NULL, view->lists[i]);
	json_out_array_end(j);
}

static const struct shape_field contact_fields[] = {
	SHAPE_FIELD(struct contact_view, I64, "id", c.id),
	SHAPE_FIELD(struct contact_view, POINTER, "msisdn", c.msisdn),
	SHAPE_FIELD(struct contact_view, POINTER, "first_name", c.first_name),
	SHAPE_FIELD(struct contact_view, POINTER, "last_name", c.last_name),
	SHAPE_FIELD(struct contact_view, POINTER, "language", c.language),
	SHAPE_FIELD(struct contact_view, POINTER, "country", c.country),
	SHAPE_FIELD(struct contact_view, POINTER, "time_zone", c.time_zone),
	SHAPE_FIELD(struct contact_view, JSON, "fields", c.fields),
	SHAPE_FIELD(struct contact_view, BOOL, "suppressed", is_suppressed),
	SHAPE_BY("consent", "string?", write_consent),
	SHAPE_BY("lists", "array", write_lists),
	SHAPE_FIELD(struct contact_view, TIME, "created_at", c.created_at),
	{ 0 },
};
static const struct shape contact_shape = { .name = "Contact", .fields = contact_fields };

/* "none": a stop was lifted, or the number is another, and nothing was agreed to. */
static const struct vstr kind_names[] = {
	{ CONSENT_NONE, "none" },
	{ CONSENT_IN, "opt_in" },
	{ CONSENT_OUT, "opt_out" },
	{ 0, NULL },
};

static void write_kind(struct json_out *j, const char *key, const void *object)
{
	const struct consent_view *view = object;

	json_out_text(j, key, vstr_name(kind_names, (int)view->e.evidence.kind));
}

static const struct shape_field consent_fields[] = {
	SHAPE_FIELD(struct consent_view, I64, "id", e.id),
	SHAPE_FIELD(struct consent_view, ID, "list_id", e.list_id),
	SHAPE_FIELD(struct consent_view, POINTER_OR_NULL, "list", list),
	SHAPE_BY("kind", "string", write_kind),
	SHAPE_FIELD(struct consent_view, POINTER, "source", e.evidence.source),
	SHAPE_FIELD(struct consent_view, POINTER, "given_at", e.evidence.given_at),
	SHAPE_FIELD(struct consent_view, POINTER, "evidence", e.evidence.evidence),
	SHAPE_FIELD(struct consent_view, POINTER, "actor", e.evidence.actor),
	SHAPE_FIELD(struct consent_view, TIME, "recorded_at", e.recorded_at),
	{ 0 },
};
static const struct shape consent_shape = { .name = "Consent", .fields = consent_fields };

/* ---- what is taken ---- */

struct evidence_in {
	struct policy_given given;
	const char *source, *given_at, *evidence;
};
static const struct policy_field evidence_fields[] = {
	POLICY_FIELD(struct evidence_in, TEXT, "source", source, true, 200),
	POLICY_FIELD(struct evidence_in, TEXT, "given_at", given_at, true, 100),
	POLICY_FIELD(struct evidence_in, TEXT, "evidence", evidence, true, 2000),
	{ 0 },
};
static const struct policy evidence_policy = {
	.name = "EvidenceIn",
	.fields = evidence_fields,
	.size = sizeof(struct evidence_in),
};

struct contact_in {
	struct policy_given given;
	const char *phone, *country, *first_name, *last_name, *language, *time_zone;
	const json_t *fields, *lists, *consent;
};
#define CONTACT_FIELDS(phone_required_)                                                  \
	POLICY_FIELD(struct contact_in, TEXT, "phone", phone, phone_required_, 64),      \
		POLICY_FIELD(struct contact_in, TEXT, "country", country, false, 3),     \
		POLICY_FIELD(                                                            \
			struct contact_in, TEXT, "first_name", first_name, false, 400),  \
		POLICY_FIELD(                                                            \
			struct contact_in, TEXT, "last_name", last_name, false, 400),    \
		POLICY_FIELD(struct contact_in, TEXT, "language", language, false, 11),  \
		POLICY_FIELD(                                                            \
			struct contact_in, TEXT, "time_zone", time_zone, false, 47),     \
		POLICY_FIELD(struct contact_in, STRINGS, "fields", fields, false, 0),    \
		POLICY_FIELD(struct contact_in, IDS, "lists", lists, false, LISTS_MAX)

static const struct policy_field create_fields[] = {
	CONTACT_FIELDS(true),
	{ .name = "consent",
		.kind = POLICY_OBJECT,
		.offset = offsetof(struct contact_in, consent),
		.elements = &evidence_policy },
	{ 0 },
};
static const struct policy create_policy = {
	.name = "ContactIn",
	.fields = create_fields,
	.size = sizeof(struct contact_in),
};
static const struct policy_field change_fields[] = { CONTACT_FIELDS(false), { 0 } };
static const struct policy change_policy = {
	.name = "ContactChange",
	.fields = change_fields,
	.size = sizeof(struct contact_in),
};

/* What a draft borrows while it is used. */
struct draft_memory {
	char *fields;
	int64_t lists[LISTS_MAX];
	struct evidence_in evidence;
};

static enum err draft_read(const struct contact_in *in, struct draft_memory *memory,
	struct contact_draft *out, struct problem *p)
{
	*out = (struct contact_draft){
		.phone = in->phone,
		.country = in->country,
		.first_name = in->first_name,
		.last_name = in->last_name,
		.language = in->language,
		.time_zone = in->time_zone,
		.has_lists = in->lists != NULL,
		.lists = memory->lists,
		.n_lists = json_array_size(in->lists),
	};
	for (size_t i = 0; i < out->n_lists; i++)
		memory->lists[i] = json_integer_value(json_array_get(in->lists, i));
	if (in->consent &&
		policy_read_json(&evidence_policy, in->consent, &memory->evidence, p))
		return ERR_INPUT;
	out->consent_source = memory->evidence.source;
	out->consent_given_at = memory->evidence.given_at;
	out->consent_evidence = memory->evidence.evidence;
	if (in->fields) {
		memory->fields = json_dumps(in->fields, JSON_COMPACT);
		out->fields = memory->fields;
	}
	return ERR_OK;
}

/* ---- handlers ---- */

static bool one(void *user, const struct contact_view *view)
{
	call_answer_shape(user, &contact_shape, view);
	return true;
}

static void answer_contact(struct call *c, int64_t id)
{
	(void)call_failed(c, contacts_get(c->office, id, one, c));
}

static void contacts_write(struct call *c, int64_t id)
{
	struct draft_memory memory = { 0 };
	struct contact_draft draft;
	struct problem p;

	if (draft_read((const void *)c->input, &memory, &draft, &p)) {
		call_problem(c, &p);
		return;
	}
	enum err err = id > 0 ? contacts_update(c->office, &c->who.actor, id, &draft)
			      : contacts_create(c->office, &c->who.actor, &draft, &id);
	if (!call_failed(c, err))
		answer_contact(c, id);
	free(memory.fields);
}

static void contacts_post(struct call *c)
{
	contacts_write(c, 0);
}

static void contact_patch(struct call *c)
{
	contacts_write(c, c->params.id);
}

static void contact_show(struct call *c)
{
	answer_contact(c, c->params.id);
}

static void contact_remove(struct call *c)
{
	if (!call_failed(c, contacts_delete(c->office, &c->who.actor, c->params.id)))
		call_no_content(c);
}

struct contacts_query_in {
	struct page_query page;
	int64_t list;
	const char *q;
};
static const struct policy_field query_fields[] = {
	PAGE_FIELDS(struct contacts_query_in),
	POLICY_ID(struct contacts_query_in, "list", list),
	POLICY_FIELD(struct contacts_query_in, TEXT, "q", q, false, 200),
	{ 0 },
};
static const struct policy query_policy = {
	.name = "ContactQuery",
	.fields = query_fields,
	.size = sizeof(struct contacts_query_in),
};

static bool item(void *user, const struct contact_view *view)
{
	struct page *page = user;

	if (!page_item(page, view->c.id))
		return false;
	shape_write(&page->j, NULL, &contact_shape, view);
	return true;
}

static void contacts_index(struct call *c)
{
	const struct contacts_query_in *in = (const void *)c->query;
	struct page page;

	if (!page_begin(&page, c, &in->page))
		return;
	struct contact_query query = {
		.search = in->q,
		.list_id = in->list,
		.after = page.before,
		.max = page.max,
	};
	page_end(&page, contacts_list(c->office, &query, item, &page));
}

static bool consent_item(void *user, const struct consent_view *view)
{
	shape_write(user, NULL, &consent_shape, view);
	return true;
}

static void consents_index(struct call *c)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	enum err err = consents_each(c->office, c->params.id, consent_item, &j);
	json_out_array_end(&j);
	json_out_object_end(&j);
	(void)call_failed(c, err);
}

struct consent_in {
	struct policy_given given;
	int64_t list_id;
	const char *kind, *source, *given_at, *evidence;
};
static const struct policy_field consent_in_fields[] = {
	POLICY_ID(struct consent_in, "list_id", list_id),
	POLICY_FIELD(struct consent_in, TEXT, "kind", kind, true, 16),
	POLICY_FIELD(struct consent_in, TEXT, "source", source, true, 200),
	POLICY_FIELD(struct consent_in, TEXT, "given_at", given_at, true, 100),
	POLICY_FIELD(struct consent_in, TEXT, "evidence", evidence, true, 2000),
	{ 0 },
};
static const struct policy consent_policy = {
	.name = "ConsentIn",
	.fields = consent_in_fields,
	.size = sizeof(struct consent_in),
};

static void consents_post(struct call *c)
{
	const struct consent_in *in = (const void *)c->input;
	struct consent_draft draft = {
		.contact_id = c->params.id,
		.list_id = in->list_id,
		.kind = in->kind,
		.source = in->source,
		.given_at = in->given_at,
		.evidence = in->evidence,
	};

	if (!call_failed(c, consents_add(c->office, &c->who.actor, &draft)))
		consents_index(c);
}

const struct endpoint contact_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/contacts",
		.scope = AUTH_READ,
		.query = &query_policy,
		.run = contacts_index,
		.summary = "Contacts; q: part of a name, or the start of a number",
		.answer = &contact_shape,
		.form = ROUTE_PAGE,
	},
	{
		.method = "POST",
		.path = "/api/v1/contacts",
		.scope = AUTH_SEND,
		.flags = ROUTE_IDEMPOTENT,
		.body = ROUTE_JSON,
		.policy = &create_policy,
		.run = contacts_post,
		.status = 201,
		.summary = "A new contact, with the evidence of what they agreed to",
		.answer = &contact_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/contacts/{id}",
		.scope = AUTH_READ,
		.run = contact_show,
		.summary = "One contact",
		.answer = &contact_shape,
	},
	{
		.method = "PATCH",
		.path = "/api/v1/contacts/{id}",
		.scope = AUTH_SEND,
		.body = ROUTE_JSON,
		.policy = &change_policy,
		.run = contact_patch,
		.summary = "Change a contact",
		.answer = &contact_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/contacts/{id}",
		.scope = AUTH_SEND,
		.run = contact_remove,
		.status = 204,
		.summary = "Erase a contact; the number stays suppressed by its hash",
	},
	{
		.method = "GET",
		.path = "/api/v1/contacts/{id}/consents",
		.scope = AUTH_READ,
		.run = consents_index,
		.summary = "What a contact agreed to, oldest first",
		.answer = &consent_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "POST",
		.path = "/api/v1/contacts/{id}/consents",
		.scope = AUTH_SEND,
		.body = ROUTE_JSON,
		.policy = &consent_policy,
		.run = consents_post,
		.status = 201,
		.summary = "Record an opt-in or opt-out with its evidence",
		.answer = &consent_shape,
		.form = ROUTE_ITEMS,
	},
	{ 0 },
};
