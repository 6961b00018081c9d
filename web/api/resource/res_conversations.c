/*
 * What came in, and conversations with those who wrote.
 */
#include "web/api/resources.h"

#include <string.h>

#include "firmware/base/text.h"
#include "firmware/office/desk/conversations.h"
#include "web/api/api.h"
#include "web/api/page.h"
#include "web/api/shapes.h"

enum {
	SEARCH_MAX = 200,
	SEARCH_STEP = 200,
	SEARCH_STEPS = 50,
	FOLDED_MAX = 65536,
};

/* ---- what came in ---- */

/* The view and what it points to, side by side for the table below. */
struct inbound_flat {
	struct inbound i;
	const char *contact_name, *sim, *campaign;
};
static const struct shape_field inbound_fields[] = {
	SHAPE_FIELD(struct inbound_flat, I64, "id", i.id),
	SHAPE_FIELD(struct inbound_flat, TEXT, "originator", i.originator),
	SHAPE_FIELD(struct inbound_flat, ID, "contact_id", i.contact_id),
	SHAPE_FIELD(struct inbound_flat, POINTER_OR_NULL, "contact_name", contact_name),
	SHAPE_FIELD(struct inbound_flat, ID, "sim_id", i.sim_id),
	SHAPE_FIELD(struct inbound_flat, POINTER, "sim", sim),
	SHAPE_FIELD(struct inbound_flat, POINTER, "text", i.text),
	SHAPE_FIELD(struct inbound_flat, U16, "parts", i.parts),
	SHAPE_ENUM(struct inbound_flat, "state", i.state, inbound_state_names),
	SHAPE_FIELD(struct inbound_flat, TEXT, "intent", i.intent),
	SHAPE_FIELD(struct inbound_flat, ID, "campaign_id", i.campaign_id),
	SHAPE_FIELD(struct inbound_flat, POINTER_OR_NULL, "campaign", campaign),
	SHAPE_ENUM(struct inbound_flat, "kind", i.kind, inbound_kind_names),
	SHAPE_FIELD(struct inbound_flat, TIME, "received_at", i.received_at),
	SHAPE_FIELD(struct inbound_flat, TIME, "seen_at", i.seen_at),
	{ 0 },
};
static const struct shape inbound_shape = { .name = "Inbound", .fields = inbound_fields };

void inbound_view_write(
	struct json_out *j, const char *key, const struct inbound_view *view)
{
	struct inbound_flat flat = {
		.i = *view->i,
		.contact_name = view->contact_name,
		.sim = view->sim,
		.campaign = view->campaign,
	};

	shape_write(j, key, &inbound_shape, &flat);
}

struct inbound_in {
	struct page_query page;
	const char *q, *originator;
	bool unread;
};
static const struct policy_field inbound_query_fields[] = {
	PAGE_FIELDS(struct inbound_in),
	POLICY_FIELD(struct inbound_in, TEXT, "q", q, false, 200),
	POLICY_FIELD(struct inbound_in, TEXT, "originator", originator, false, 64),
	POLICY_FIELD(struct inbound_in, BOOL, "unread", unread, false, 0),
	{ 0 },
};
static const struct policy inbound_policy = {
	.name = "InboundQuery",
	.fields = inbound_query_fields,
	.size = sizeof(struct inbound_in),
};

static bool inbound_item(void *user, const struct inbound_view *view)
{
	struct page *page = user;

	if (!page_item(page, view->i->id))
		return false;
	inbound_view_write(&page->j, NULL, view);
	return true;
}

static void inbound_index(struct call *c)
{
	const struct inbound_in *in = (const void *)c->query;
	struct page page;

	if (!page_begin(&page, c, &in->page))
		return;
	struct inbound_filter filter = {
		.search = in->q,
		.originator = in->originator,
		.unread = in->unread,
		.before = page.before,
		.max = page.max,
	};
	page_end(&page, inbound_views(c->office, &filter, inbound_item, &page));
}

static bool inbound_one(void *user, const struct inbound_view *view)
{
	struct json_out j = call_json(user);

	inbound_view_write(&j, NULL, view);
	return true;
}

static void inbound_show(struct call *c)
{
	(void)call_failed(c, inbound_view_get(c->office, c->params.id, inbound_one, c));
}

static void inbound_seen_post(struct call *c)
{
	if (!call_failed(c, inbound_see(c->office, c->params.id)))
		inbound_show(c);
}

/* ---- conversations ---- */

static void write_direction(struct json_out *j, const char *key, const void *object)
{
	const struct conversation_view *view = object;

	json_out_text(j, key, view->is_last_in ? "in" : "out");
}

static const struct shape_field conversation_fields[] = {
	SHAPE_FIELD(struct conversation_view, POINTER, "msisdn", msisdn),
	SHAPE_FIELD(struct conversation_view, ID, "contact_id", contact_id),
	SHAPE_FIELD(
		struct conversation_view, POINTER_OR_NULL, "contact_name", contact_name),
	SHAPE_FIELD(struct conversation_view, POINTER, "last_text", last_text),
	SHAPE_BY("last_direction", "string", write_direction),
	SHAPE_ENUM(struct conversation_view, "last_kind", last_kind, inbound_kind_names),
	SHAPE_FIELD(struct conversation_view, TIME, "last_at", last_at),
	SHAPE_FIELD(struct conversation_view, I64, "unread", unread),
	{ 0 },
};
static const struct shape conversation_shape = {
	.name = "Conversation",
	.fields = conversation_fields,
};

static void write_entry_direction(struct json_out *j, const char *key, const void *object)
{
	const struct conversation_entry *entry = object;

	json_out_text(j, key, entry->is_in ? "in" : "out");
}

static const struct shape_field entry_fields[] = {
	SHAPE_BY("direction", "string", write_entry_direction),
	SHAPE_FIELD(struct conversation_entry, I64, "id", id),
	SHAPE_FIELD(struct conversation_entry, POINTER, "text", text),
	SHAPE_ENUM(struct conversation_entry, "kind", kind, inbound_kind_names),
	SHAPE_FIELD(struct conversation_entry, POINTER, "state", state),
	SHAPE_FIELD(struct conversation_entry, TIME, "at", at),
	SHAPE_FIELD(struct conversation_entry, ID, "sim_id", sim_id),
	{ 0 },
};
static const struct shape entry_shape = { .name = "Turn", .fields = entry_fields };

struct conversations_in {
	struct page_query page;
	const char *q;
};
static const struct policy_field conversations_fields[] = {
	PAGE_FIELDS(struct conversations_in),
	POLICY_FIELD(struct conversations_in, TEXT, "q", q, false, SEARCH_MAX),
	{ 0 },
};
static const struct policy conversations_policy = {
	.name = "ConversationQuery",
	.fields = conversations_fields,
	.size = sizeof(struct conversations_in),
};

/* Goes through the conversations, those that do not fit the search left out. */
struct conversations_walk {
	struct page *page;
	char search[2 * SEARCH_MAX]; /* folded; "": all fit */
	int64_t before;		     /* of the last one looked at */
	size_t looked_at;
	bool is_full;
};

static bool holds(const char *text, const char *folded_search)
{
	struct buf folded;

	buf_init(&folded, FOLDED_MAX);
	bool found = text_fold(text, strlen(text), &folded) == ERR_OK &&
		     strstr(buf_str(&folded), folded_search);
	buf_fini(&folded);
	return found;
}

static bool conversation_item(void *user, const struct conversation_view *view)
{
	struct conversations_walk *walk = user;

	walk->looked_at++;
	walk->before = view->cursor;
	if (walk->search[0] != '\0' && !holds(view->msisdn, walk->search) &&
		!holds(view->contact_name, walk->search) &&
		!holds(view->last_text, walk->search))
		return true;
	walk->is_full = !page_item(walk->page, view->cursor);
	if (!walk->is_full)
		shape_write(&walk->page->j, NULL, &conversation_shape, view);
	return !walk->is_full;
}

/* Searching looks at so many conversations at most; the next page goes on from there. */
static enum err walk_conversations(struct office *o, struct conversations_walk *walk)
{
	enum err err = ERR_OK;
	size_t step = walk->search[0] != '\0' ? SEARCH_STEP : walk->page->max;

	for (int i = 0; i < SEARCH_STEPS && err == ERR_OK; i++) {
		walk->looked_at = 0;
		err = conversations_list(o, walk->before, step, conversation_item, walk);
		if (walk->is_full || walk->looked_at < step)
			return err;
	}
	walk->page->n = walk->page->max;
	walk->page->last = walk->before;
	return err;
}

static void conversations_index(struct call *c)
{
	const struct conversations_in *in = (const void *)c->query;
	struct conversations_walk walk = { 0 };
	struct page page;
	struct buf folded;

	if (!page_begin(&page, c, &in->page))
		return;
	walk.page = &page;
	walk.before = page.before;
	buf_init_fixed(&folded, walk.search, sizeof(walk.search));
	if (in->q)
		(void)text_fold(in->q, strlen(in->q), &folded); /* cut: finds more */
	page_end(&page, walk_conversations(c->office, &walk));
}

static bool entry_item(void *user, const struct conversation_entry *entry)
{
	struct page *page = user;

	if (!page_item(page, entry->at))
		return false;
	shape_write(&page->j, NULL, &entry_shape, entry);
	return true;
}

static void conversation_show(struct call *c)
{
	const struct page_query *in = (const void *)c->query;
	struct page page;

	if (!page_begin(&page, c, in))
		return;
	struct conversation_query query = {
		.msisdn = c->params.name,
		.before_at = page.before,
		.max = page.max,
		/* A key reads along; only a person's look counts as seen. */
		.see = c->who.actor.user_id > 0 && page.before == 0,
	};
	page_end(&page, conversations_thread(c->office, &query, entry_item, &page));
}

struct reply_in {
	struct policy_given given;
	const char *text;
};
static const struct policy_field reply_fields[] = {
	POLICY_FIELD(struct reply_in, TEXT, "text", text, true, 8000),
	{ 0 },
};
static const struct policy reply_policy = {
	.name = "ReplyIn",
	.fields = reply_fields,
	.size = sizeof(struct reply_in),
};

static void reply_post(struct call *c)
{
	const struct reply_in *in = (const void *)c->input;
	struct message_accepted accepted;

	if (!call_failed(c, conversations_reply(c->office, &c->who.actor, c->params.name,
				    in->text, &accepted)))
		call_answer_shape(c, &accepted_shape, &accepted);
}

const struct endpoint conversation_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/inbound",
		.scope = AUTH_READ,
		.query = &inbound_policy,
		.run = inbound_index,
		.summary =
			"Texts that came in, newest first; q: part of the text or start "
			"of the number",
		.answer = &inbound_shape,
		.form = ROUTE_PAGE,
	},
	{
		.method = "GET",
		.path = "/api/v1/inbound/{id}",
		.scope = AUTH_READ,
		.run = inbound_show,
		.summary = "One text that came in",
		.answer = &inbound_shape,
	},
	{
		.method = "POST",
		.path = "/api/v1/inbound/{id}/seen",
		.scope = AUTH_SEND,
		.body = ROUTE_OPTIONAL_JSON,
		.policy = &policy_nothing,
		.run = inbound_seen_post,
		.summary = "Someone has read it",
		.answer = &inbound_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/conversations",
		.scope = AUTH_READ,
		.query = &conversations_policy,
		.run = conversations_index,
		.summary =
			"Numbers that wrote, the latest first; q: part of number, name "
			"or last text",
		.answer = &conversation_shape,
		.form = ROUTE_PAGE,
	},
	{
		.method = "GET",
		.path = "/api/v1/conversations/{msisdn}",
		.scope = AUTH_READ,
		.query = &page_policy,
		.run = conversation_show,
		.summary = "Both sides of a conversation, newest first",
		.answer = &entry_shape,
		.form = ROUTE_PAGE,
	},
	{
		.method = "POST",
		.path = "/api/v1/conversations/{msisdn}",
		.scope = AUTH_SEND,
		.flags = ROUTE_IDEMPOTENT,
		.body = ROUTE_JSON,
		.policy = &reply_policy,
		.run = reply_post,
		.status = 202,
		.summary = "Answer, over the SIM that got their last text",
		.answer = &accepted_shape,
	},
	{ 0 },
};
