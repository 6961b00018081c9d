/*
 * Messages: sent one by one or in batches, listed, shown, cancelled.
 */
#include "web/api/resources.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/forecast/explain.h"
#include "firmware/office/message/messages.h"
#include "web/api/api.h"
#include "web/api/page.h"
#include "web/api/preview_shape.h"
#include "web/api/shapes.h"

#define BATCH_BODY_MAX (24u << 20)

/* ---- shapes ---- */

/* Null where it was to go at once: every message is due at some time. */
static void write_send_after(struct json_out *j, const char *key, const void *object)
{
	const struct message_view *view = object;

	json_out_time(j, key, view->m.due_at > view->m.created_at ? view->m.due_at : 0);
}

static void write_national(struct json_out *j, const char *key, const void *object)
{
	preview_shape_national(j, key, ((const struct message_view *)object)->m.national);
}

static const struct shape_field message_fields[] = {
	SHAPE_FIELD(struct message_view, I64, "id", m.id),
	SHAPE_FIELD(struct message_view, POINTER, "to", m.msisdn),
	SHAPE_FIELD(struct message_view, POINTER, "text", m.text),
	SHAPE_ENUM(struct message_view, "class", m.class, message_class_names),
	SHAPE_ENUM(struct message_view, "state", m.state, message_state_names),
	SHAPE_FIELD(struct message_view, POINTER, "cause", m.cause),
	SHAPE_FIELD(struct message_view, POINTER, "cause_text", cause_text),
	SHAPE_ENUM(struct message_view, "encoding", m.encoding, message_encoding_names),
	SHAPE_BY("national", "string?", write_national),
	SHAPE_FIELD(struct message_view, U16, "parts", m.parts),
	SHAPE_FIELD(struct message_view, ID, "campaign_id", m.campaign_id),
	SHAPE_FIELD(struct message_view, POINTER_OR_NULL, "campaign", campaign),
	SHAPE_FIELD(struct message_view, ID, "contact_id", m.contact_id),
	SHAPE_FIELD(struct message_view, POINTER_OR_NULL, "contact_name", contact_name),
	SHAPE_FIELD(struct message_view, ID, "sim_id", m.sim_id),
	SHAPE_FIELD(struct message_view, POINTER_OR_NULL, "client_ref", m.client_ref),
	SHAPE_FIELD(struct message_view, POINTER_OR_NULL, "reference", m.reference),
	SHAPE_FIELD(struct message_view, TIME, "created_at", m.created_at),
	SHAPE_FIELD(struct message_view, TIME, "updated_at", m.updated_at),
	SHAPE_BY("send_after", "string?", write_send_after),
	SHAPE_FIELD(struct message_view, TIME, "expires_at", m.expires_at),
	SHAPE_FIELD(struct message_view, U32, "attempts", m.attempts),
	{ 0 },
};
const struct shape message_shape = { .name = "Message", .fields = message_fields };

static const struct shape_field explanation_fields[] = {
	SHAPE_FIELD(struct explanation, TEXT, "code", code),
	SHAPE_FIELD(struct explanation, TEXT, "detail", detail),
	SHAPE_FIELD(struct explanation, TIME, "until", until),
	{ 0 },
};
static const struct shape explanation_shape = { .name = "Explanation",
	.fields = explanation_fields };

static void write_explanation(
	struct json_out *j, const char *key, const struct explanation *why)
{
	if (why && why->code[0] != '\0')
		shape_write(j, key, &explanation_shape, why);
	else
		json_out_null(j, key);
}

static void write_waiting(struct json_out *j, const char *key, const void *object)
{
	write_explanation(j, key, ((const struct message_view *)object)->waiting);
}

static void write_choice(struct json_out *j, const char *key, const void *object)
{
	write_explanation(j, key, ((const struct message_view *)object)->choice);
}

/* What only the one message that was asked for tells. */
static const struct shape_field why_fields[] = {
	SHAPE_FIELD(struct message_view, POINTER_OR_NULL, "route", route),
	SHAPE_FIELD(struct message_view, POINTER_OR_NULL, "sim", sim),
	SHAPE_BY("waiting", "object?", write_waiting),
	SHAPE_BY("sim_choice", "object?", write_choice),
	{ 0 },
};
static const struct shape why_shape = {
	.name = "MessageWhy",
	.fields = why_fields,
	.also = &message_shape,
};

static const struct shape_field accepted_fields[] = {
	SHAPE_FIELD(struct message_accepted, I64, "id", id),
	SHAPE_ENUM(struct message_accepted, "state", state, message_state_names),
	SHAPE_ENUM(struct message_accepted, "encoding", encoding, message_encoding_names),
	SHAPE_FIELD(struct message_accepted, U16, "parts", parts),
	SHAPE_FIELD(struct message_accepted, TEXT, "to", to),
	{ 0 },
};
const struct shape accepted_shape = { .name = "Accepted", .fields = accepted_fields };

static const struct shape_field part_fields[] = {
	SHAPE_FIELD(struct message_part_view, U16, "seq", p.seq),
	SHAPE_ENUM(struct message_part_view, "state", p.state, part_state_names),
	SHAPE_FIELD(struct message_part_view, ID, "sim_id", p.sim_id),
	SHAPE_FIELD(struct message_part_view, POINTER, "sim", sim),
	SHAPE_FIELD(struct message_part_view, I32_OR_NULL, "mr", p.mr),
	SHAPE_FIELD(struct message_part_view, TIME, "sending_at", p.sending_at),
	SHAPE_FIELD(struct message_part_view, TIME, "answered_at", p.answered_at),
	SHAPE_FIELD(struct message_part_view, TIME, "settled_at", p.settled_at),
	SHAPE_FIELD(struct message_part_view, I32_OR_NULL, "st", p.st),
	SHAPE_FIELD(struct message_part_view, POINTER, "cause", p.cause),
	SHAPE_FIELD(struct message_part_view, POINTER, "cause_text", cause_text),
	{ 0 },
};
static const struct shape part_shape = { .name = "Part", .fields = part_fields };

static const struct shape_field note_fields[] = {
	SHAPE_FIELD(struct message_note, TIME, "at", at),
	SHAPE_FIELD(struct message_note, POINTER, "kind", kind),
	SHAPE_FIELD(struct message_note, POINTER, "text", detail),
	SHAPE_FIELD(struct message_note, ID, "sim_id", sim_id),
	{ 0 },
};
static const struct shape note_shape = { .name = "Note", .fields = note_fields };

/* ---- sending ---- */

struct message_in {
	struct policy_given given;
	const char *to, *text, *class;
	int64_t sim, send_after, expires_at;
	const char *client_ref, *reference;
	const json_t *messages;
};
#define MESSAGE_FIELDS                                                                   \
	POLICY_FIELD(struct message_in, TEXT, "to", to, false, 64),                      \
		POLICY_FIELD(struct message_in, TEXT, "text", text, false, 8000),        \
		POLICY_FIELD(struct message_in, TEXT, "class", class, false, 32),        \
		POLICY_ID(struct message_in, "sim", sim),                                \
		POLICY_FIELD(                                                            \
			struct message_in, TIME, "send_after", send_after, false, 0),    \
		POLICY_FIELD(                                                            \
			struct message_in, TIME, "expires_at", expires_at, false, 0),    \
		POLICY_FIELD(                                                            \
			struct message_in, TEXT, "client_ref", client_ref, false, 128),  \
		POLICY_FIELD(                                                            \
			struct message_in, TEXT, "reference", reference, false, 256)

static const struct policy_field single_fields[] = { MESSAGE_FIELDS, { 0 } };
static const struct policy single_policy = {
	.name = "MessageIn",
	.fields = single_fields,
	.size = sizeof(struct message_in),
};
static const struct policy_field message_in_fields[] = {
	MESSAGE_FIELDS,
	{ .name = "messages",
		.kind = POLICY_ARRAY,
		.offset = offsetof(struct message_in, messages),
		.max = MESSAGES_BATCH_MAX,
		.elements = &single_policy },
	{ 0 },
};
static const struct policy message_policy = {
	.name = "MessagesIn",
	.fields = message_in_fields,
	.size = sizeof(struct message_in),
};

static struct message_draft draft_of(const struct message_in *in)
{
	return (struct message_draft){
		.to = in->to,
		.text = in->text,
		.class = in->class,
		.sim_id = in->sim,
		.send_after = in->send_after,
		.expires_at = in->expires_at,
		.client_ref = in->client_ref,
		.reference = in->reference,
	};
}

/* What must be there for one message; the class is checked by the office, with its own
 * sentence. */
static enum err check_single(const struct message_in *in, struct problem *p)
{
	const char *missing = !in->to	   ? "to"
			      : !in->text  ? "text"
			      : !in->class ? "class"
					   : NULL;

	if (!missing)
		return ERR_OK;
	(void)problem_set(p, 400, "missing_field", "\"%s\" is missing.", missing);
	(void)str_copy(p->field, sizeof(p->field), missing);
	return ERR_INPUT;
}

static void send_single(struct call *c, const struct message_in *in)
{
	struct problem p;
	struct message_accepted accepted;
	struct message_draft draft = draft_of(in);

	if (check_single(in, &p)) {
		call_problem(c, &p);
		return;
	}
	if (call_failed(c, messages_send(c->office, &c->who.actor, &draft, &accepted)))
		return;
	call_answer_shape(c, &accepted_shape, &accepted);
	if (accepted.existed)
		c->answer.status = 200;
}

/* A batch: what does not read is refused here, the rest goes to the office in order. */
struct batch {
	size_t n, n_drafts;
	int64_t accepted;
	struct message_draft *drafts;
	struct message_result *results; /* n_drafts of them */
	struct problem **unread;	/* n; NULL: see the next result */
};

static void batch_fini(struct batch *b)
{
	for (size_t i = 0; b->unread && i < b->n; i++)
		free(b->unread[i]);
	free(b->unread);
	free(b->drafts);
	free(b->results);
}

static bool batch_init(struct batch *b, const json_t *messages)
{
	*b = (struct batch){ .n = json_array_size(messages) };
	size_t room = b->n > 0 ? b->n : 1;
	b->drafts = calloc(room, sizeof(*b->drafts));
	b->results = calloc(room, sizeof(*b->results));
	b->unread = calloc(room, sizeof(*b->unread));
	return b->drafts && b->results && b->unread;
}

static bool batch_read(struct batch *b, const json_t *messages)
{
	for (size_t i = 0; i < b->n; i++) {
		struct message_in in = { 0 };
		struct problem p;
		if (policy_read_json(
			    &single_policy, json_array_get(messages, i), &in, &p) ||
			check_single(&in, &p)) {
			b->unread[i] = malloc(sizeof(p));
			if (!b->unread[i])
				return false;
			*b->unread[i] = p;
			continue;
		}
		b->drafts[b->n_drafts++] = draft_of(&in);
	}
	return true;
}

static void write_result(struct json_out *j, struct batch *b, size_t i,
	const struct message_result *result)
{
	struct problem p;

	json_out_object(j, NULL);
	if (b->unread[i]) {
		problem_write_member(b->unread[i], j, "error");
	} else if (result->is_refused) {
		problem_from_refusal(&p, &result->refusal);
		problem_write_member(&p, j, "error");
	} else {
		shape_write_members(j, &accepted_shape, &result->accepted);
		b->accepted++;
	}
	json_out_object_end(j);
}

static void answer_batch(struct call *c, struct batch *b)
{
	struct json_out j = call_json(c);
	const struct message_result *next = b->results;

	json_out_object(&j, NULL);
	json_out_array(&j, "results");
	for (size_t i = 0; i < b->n; i++) {
		write_result(&j, b, i, next);
		if (!b->unread[i])
			next++;
	}
	json_out_array_end(&j);
	json_out_i64(&j, "accepted", b->accepted);
	json_out_i64(&j, "refused", (int64_t)b->n - b->accepted);
	json_out_object_end(&j);
}

static void send_batch(struct call *c, const struct message_in *in)
{
	struct batch b;

	if ((in->given.fields & (in->given.fields - 1)) != 0) {
		call_refuse(c, 400, "unknown_field",
			"Beside \"messages\" nothing else can be said; put it into each "
			"message.");
		return;
	}
	if (batch_init(&b, in->messages) && batch_read(&b, in->messages)) {
		struct message_batch batch = {
			.drafts = b.drafts,
			.results = b.results,
			.n = b.n_drafts,
		};
		if (!call_failed(c, messages_send_many(c->office, &c->who.actor, &batch)))
			answer_batch(c, &b);
	} else {
		call_refuse(c, 503, "busy", "Out of memory; send fewer at once.");
	}
	batch_fini(&b);
}

static void messages_post(struct call *c)
{
	const struct message_in *in = (const void *)c->input;

	if (in->messages)
		send_batch(c, in);
	else
		send_single(c, in);
}

/* ---- reading ---- */

struct message_query_in {
	struct page_query page;
	int state;
	int64_t campaign;
	const char *to;
};
static const struct policy_field query_fields[] = {
	PAGE_FIELDS(struct message_query_in),
	POLICY_ENUM(struct message_query_in, "state", state, message_state_names),
	POLICY_ID(struct message_query_in, "campaign", campaign),
	POLICY_FIELD(struct message_query_in, TEXT, "to", to, false, 64),
	{ 0 },
};
enum {
	QUERY_STATE = 2 /* its place above */
};
static const struct policy query_policy = {
	.name = "MessageQuery",
	.fields = query_fields,
	.size = sizeof(struct message_query_in),
};

static bool list_item(void *user, const struct message_view *view)
{
	struct page *page = user;

	if (!page_item(page, view->m.id))
		return false;
	shape_write(&page->j, NULL, &message_shape, view);
	return true;
}

static void messages_get_list(struct call *c)
{
	const struct message_query_in *in = (const void *)c->query;
	struct page page;

	if (!page_begin(&page, c, &in->page))
		return;
	struct message_filter filter = {
		.state = policy_has(in, QUERY_STATE)
				 ? vstr_name(message_state_names, in->state)
				 : NULL,
		.to = in->to,
		.campaign_id = in->campaign,
		.before = page.before,
		.max = page.max,
	};
	page_end(&page, messages_list(c->office, &filter, list_item, &page));
}

/* The parts come after the message and the notes after the parts, so the answer can be
 * written as they come. */
enum detail_at {
	AT_MESSAGE,
	AT_PARTS,
	AT_NOTES
};
struct detail {
	struct json_out j;
	enum detail_at at;
};

static bool detail_message(void *user, const struct message_view *view)
{
	struct detail *d = user;

	json_out_object(&d->j, NULL);
	shape_write_members(&d->j, &why_shape, view);
	json_out_array(&d->j, "part_list");
	d->at = AT_PARTS;
	return true;
}

static bool detail_part(void *user, const struct message_part_view *part)
{
	struct detail *d = user;

	shape_write(&d->j, NULL, &part_shape, part);
	return true;
}

static void detail_to_notes(struct detail *d)
{
	json_out_array_end(&d->j);
	json_out_array(&d->j, "history");
	d->at = AT_NOTES;
}

static bool detail_note(void *user, const struct message_note *note)
{
	struct detail *d = user;

	if (d->at == AT_PARTS)
		detail_to_notes(d);
	shape_write(&d->j, NULL, &note_shape, note);
	return true;
}

static void message_get_one(struct call *c)
{
	static const struct message_show show = {
		.message = detail_message,
		.part = detail_part,
		.note = detail_note,
	};
	struct detail d = { .j = call_json(c) };

	if (call_failed(c, messages_get(c->office, c->params.id, &show, &d)))
		return;
	if (d.at == AT_PARTS)
		detail_to_notes(&d);
	json_out_array_end(&d.j);
	json_out_object_end(&d.j);
}

static bool plain_message(void *user, const struct message_view *view)
{
	call_answer_shape(user, &message_shape, view);
	return true;
}

static bool no_part(void *user, const struct message_part_view *part)
{
	(void)user;
	(void)part;
	return true;
}

static bool no_note(void *user, const struct message_note *note)
{
	(void)user;
	(void)note;
	return true;
}

static void message_cancel_post(struct call *c)
{
	static const struct message_show show = {
		.message = plain_message,
		.part = no_part,
		.note = no_note,
	};
	int64_t id = c->params.id;

	if (!call_failed(c, messages_cancel(c->office, &c->who.actor, id)))
		(void)call_failed(c, messages_get(c->office, id, &show, c));
}

/* ---- documents ---- */

static void doc_parts(struct json_out *j, const char *key, const void *object)
{
	(void)object;
	json_out_array(j, key);
	json_out_array_end(j);
}
static const struct shape_field detail_fields[] = {
	SHAPE_LIST("part_list", &part_shape, doc_parts),
	SHAPE_LIST("history", &note_shape, doc_parts),
	{ 0 },
};
/* Written by detail_message() and those after it; this documents them. */
static const struct shape detail_shape = {
	.name = "MessageDetail",
	.fields = detail_fields,
	.also = &why_shape,
};

/* What answer_batch() writes. */
static const struct shape_field result_fields[] = {
	SHAPE_BY("error", "object", doc_parts),
	{ 0 },
};
static const struct shape result_shape = {
	.name = "Result",
	.fields = result_fields,
	.also = &accepted_shape,
};
static const struct shape_field batch_fields[] = {
	SHAPE_LIST("results", &result_shape, doc_parts),
	SHAPE_FIELD(struct batch, I64, "accepted", accepted),
	SHAPE_FIELD(struct batch, I64, "refused", accepted),
	{ 0 },
};
static const struct shape batch_shape = { .name = "BatchAnswer", .fields = batch_fields };

const struct endpoint message_routes[] = {
	{
		.method = "POST",
		.path = "/api/v1/messages",
		.scope = AUTH_SEND,
		.flags = ROUTE_IDEMPOTENT,
		.body = ROUTE_JSON,
		.body_max = BATCH_BODY_MAX,
		.policy = &message_policy,
		.run = messages_post,
		.status = 202,
		.summary = "Send one message, or up to 10000 as {messages: […]}, with a "
			   "result for each",
		.answer = &accepted_shape,
		.or_answer = &batch_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/messages",
		.scope = AUTH_READ,
		.query = &query_policy,
		.run = messages_get_list,
		.summary = "Messages, newest first",
		.answer = &message_shape,
		.form = ROUTE_PAGE,
	},
	{
		.method = "GET",
		.path = "/api/v1/messages/{id}",
		.scope = AUTH_READ,
		.run = message_get_one,
		.summary = "A message with its parts and history",
		.answer = &detail_shape,
	},
	{
		.method = "POST",
		.path = "/api/v1/messages/{id}/cancel",
		.scope = AUTH_SEND,
		.body = ROUTE_OPTIONAL_JSON,
		.policy = &policy_nothing,
		.run = message_cancel_post,
		.summary = "Cancel a message that has not gone out",
		.answer = &message_shape,
	},
	{ 0 },
};
