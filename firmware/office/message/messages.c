#include "firmware/office/message/messages.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/office/auth.h"
#include "firmware/office/dispatch/destinations.h"
#include "firmware/office/message/message_place.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/text/preview.h"
#include "firmware/office/dispatch/routes.h"
#include "firmware/office/text/template.h"
#include "firmware/store/contact.h"
#include "firmware/store/inbound.h"
#include "firmware/store/list.h"
#include "firmware/store/sim.h"
#include "firmware/store/source.h"
#include "firmware/store/suppression.h"

#define REF_MAX 64
#define OTP_EXPIRES_MS (10 * 60 * 1000) /* unless the request says when */
#define OTP_WINDOW_MS OTP_EXPIRES_MS
#define OTP_MAX 6   /* to one number in that time: nobody needs more, a flood does */
#define CHUNK_MS 15 /* of a batch, in one transaction */

/* What is known of a draft once it is checked. */
struct checked {
	struct message m;
	struct buf text; /* NFC */
	struct routes_place place;
	char to[24];
};

static enum err check_class(
	struct office *o, const struct message_draft *d, struct message *m)
{
	int class;
	if (!d->class || !*d->class)
		return office_refuse_field(
			o, "class", "field_required", "class is missing.");
	if (!vstr_find(message_class_names, d->class, &class))
		return office_refuse_field(o, "class", "invalid_class",
			"A class is otp, alert, transactional, conversation or "
			"promotional.");
	m->class = (enum message_class) class;
	if (m->class == CLASS_TRANSACTIONAL && !(d->reference && *d->reference))
		return office_refuse_field(o, "reference", "reference_required",
			"A transactional message names the event that it answers: an "
			"order, a ticket, an appointment.");
	return ERR_OK;
}

static enum err check_refs(
	struct office *o, const struct message_draft *d, struct message *m)
{
	static const struct office_text_rule client_ref = { "client_ref", REF_MAX, true };
	static const struct office_text_rule reference = { "reference", REF_MAX, true };
	enum err err = office_check_text(o, d->client_ref, &client_ref);
	if (!err)
		err = office_check_text(o, d->reference, &reference);
	m->client_ref = d->client_ref && *d->client_ref ? d->client_ref : NULL;
	m->reference = d->reference && *d->reference ? d->reference : NULL;
	return err;
}

static enum err check_times(
	struct office *o, const struct message_draft *d, struct message *m)
{
	int64_t now = office_now(o);
	m->due_at = d->send_after > now ? d->send_after : now;
	m->expires_at = d->expires_at;
	if (!m->expires_at && m->class == CLASS_OTP)
		m->expires_at = m->due_at + OTP_EXPIRES_MS;
	if (m->expires_at && m->expires_at <= m->due_at)
		return office_refuse_field(o, "expires_at", "invalid_time",
			"It would expire before it could be sent.");
	return ERR_OK;
}

/* Where it goes, and the tables that phones there are known to read. */
static enum err check_route(struct office *o, struct checked *c)
{
	enum err err = routes_find(o, c->m.msisdn, NULL, &c->place);
	if (err)
		return err;
	c->m.route_id = c->place.route_id;
	return destinations_national(o, c->m.route_id, &c->m.national);
}

static enum err check_body(
	struct office *o, const struct message_draft *d, struct checked *c)
{
	static const struct office_text_rule rule = { "text", TEMPLATE_TEXT_MAX, true };
	struct preview_size size;
	if (!d->text || d->text[strspn(d->text, " \t\r\n")] == '\0')
		return office_refuse_field(o, "text", "empty_text", "The text is empty.");
	enum err err = office_check_text(o, d->text, &rule);
	if (err)
		return err;
	if (text_nfc(d->text, strlen(d->text), &c->text))
		return office_fail(o, ERR_MEM, "text");
	if (!preview_measure(c->text.data, c->text.len, c->m.national, MESSAGES_PARTS_MAX,
		    &size)) {
		(void)office_refuse_field(o, "text", "too_many_parts",
			"The text needs more than %d parts. Make it shorter.",
			MESSAGES_PARTS_MAX);
		o->why.limit = MESSAGES_PARTS_MAX;
		return ERR_INPUT;
	}
	c->m.text = buf_str(&c->text);
	c->m.encoding = size.encoding;
	c->m.parts = size.parts;
	c->m.national = size.national;
	return ERR_OK;
}

struct sim_look {
	int64_t id;
	bool found;
};

static bool on_sim(void *user, const struct sim *sim, const struct sim_usage *today)
{
	struct sim_look *l = user;
	(void)today;
	l->found = l->found || sim->id == l->id;
	return !l->found;
}

static enum err check_sim(
	struct office *o, const struct message_draft *d, struct message *m)
{
	struct sim_look look = { d->sim_id, false };
	if (!d->sim_id)
		return ERR_OK;
	enum err err = sim_each(o->store, office_now(o), on_sim, &look);
	if (err)
		return office_fail(o, err, "SIM");
	if (!look.found)
		return office_refuse_field(o, "sim", "unknown_sim",
			"There is no SIM %lld.", (long long)d->sim_id);
	m->sim_id = d->sim_id;
	m->flags |= MESSAGE_FLAG_SIM_FIXED;
	return ERR_OK;
}

static bool on_written(void *user, const struct inbound *inbound)
{
	bool *wrote = user;
	(void)inbound;
	*wrote = true;
	return false;
}

/* A conversation is with whoever wrote first. */
static enum err check_wrote(struct office *o, const struct message *m)
{
	const struct inbound_query latest = { .originator = m->msisdn, .max = 1 };
	bool wrote = false;
	enum err err = inbound_find(o->store, &latest, on_written, &wrote);
	if (err)
		return office_fail(o, err, "conversation");
	if (!wrote)
		return office_refuse_field(o, "to", "no_conversation",
			"This number never wrote, so there is nothing to answer.");
	return ERR_OK;
}

struct otp_look {
	int64_t since;
	size_t n;
};

static bool on_earlier(void *user, const struct message *m)
{
	struct otp_look *l = user;
	if (m->created_at <= l->since)
		return false;
	l->n += m->class == CLASS_OTP;
	return true;
}

/* Codes pass every STOP, so whoever makes a site ask for them must not flood a phone. */
static enum err check_codes(struct office *o, const struct message *m)
{
	const struct message_query query = {
		.state = -1, .msisdn = m->msisdn, .max = (size_t)OTP_MAX * 8
	};
	struct otp_look look = { office_now(o) - OTP_WINDOW_MS, 0 };
	enum err err = message_list(o->store, &query, on_earlier, &look);
	if (err)
		return office_fail(o, err, "message");
	if (look.n < OTP_MAX)
		return ERR_OK;
	return office_refuse_field(o, "to", "too_many_codes",
		"This number got %d codes within %d minutes. Try again later.", OTP_MAX,
		OTP_WINDOW_MS / 60000);
}

static bool on_membership(void *user, const struct list_member *member)
{
	bool *consented = user;
	*consented = *consented || member->consent == CONSENT_IN;
	return !*consented;
}

/* The claim checks both again at the last moment; here the sender is told at once. */
static enum err check_consent(struct office *o, const struct message *m)
{
	bool suppressed = false, consented = false;
	if (m->class == CLASS_OTP)
		return check_codes(o, m);
	if (m->class == CLASS_ALERT)
		return ERR_OK;
	enum err err = suppression_check(o->store, m->msisdn, &suppressed);
	if (err)
		return office_fail(o, err, "suppression");
	if (suppressed)
		return office_refuse_field(
			o, "to", "suppressed", "This number asked for no more messages.");
	if (m->class == CLASS_CONVERSATION)
		return check_wrote(o, m);
	if (m->class != CLASS_PROMOTIONAL)
		return ERR_OK;
	if (m->contact_id)
		err = list_of_contact(o->store, m->contact_id, on_membership, &consented);
	if (err)
		return office_fail(o, err, "contact");
	if (!consented)
		return office_refuse_field(o, "to", "no_consent",
			"No consent of this number is recorded on any list.");
	return ERR_OK;
}

static enum err check_allowed(struct office *o, struct checked *c)
{
	struct message *m = &c->m;
	struct message_added before;
	enum err err = message_find_ref(o->store, m, &before);
	if (err != ERR_NOTFOUND) /* it is asked again: what was said then holds */
		return err ? office_fail(o, err, "message") : ERR_OK;
	err = contact_find(o->store, m->msisdn, &m->contact_id);
	if (err == ERR_NOTFOUND)
		m->contact_id = 0;
	else if (err)
		return office_fail(o, err, "contact");
	err = check_consent(o, m);
	return err ? err : message_place(o, m, c->place.country);
}

/* c->text is the caller's to buf_fini() in any case. */
static enum err check(struct office *o, const struct office_actor *actor,
	const struct message_draft *d, struct checked *c)
{
	*c = (struct checked){ .m = { .state = MESSAGE_QUEUED, .cause = "" } };
	buf_init(&c->text, (size_t)TEMPLATE_TEXT_MAX * 3);
	c->m.key_id = actor->key_id;
	c->m.source = actor->key_id    ? source_of_key(actor->key_id)
		      : actor->user_id ? source_of_user(actor->user_id)
				       : SOURCE_BOX;
	if (!d->to || !*d->to)
		return office_refuse_field(o, "to", "field_required", "to is missing.");
	enum err err = office_number(o, "to", d->to, c->to);
	c->m.msisdn = c->to;
	if (!err)
		err = check_class(o, d, &c->m);
	if (!err)
		err = check_refs(o, d, &c->m);
	if (!err)
		err = check_times(o, d, &c->m);
	if (!err)
		err = check_route(o, c);
	if (!err)
		err = check_body(o, d, c);
	if (!err)
		err = check_sim(o, d, &c->m);
	return err ? err : check_allowed(o, c);
}

static bool on_first(void *user, const struct message *m)
{
	struct message_accepted *out = user;
	out->state = m->state;
	out->encoding = m->encoding;
	out->parts = m->parts;
	(void)str_copy(out->to, sizeof(out->to), m->msisdn); /* a number of the store */
	return true;
}

static enum err add(
	struct office *o, const struct message *m, struct message_accepted *out)
{
	static const struct message_detail_fn first = { .message = on_first };
	struct message_added added;
	enum err err = message_add(o->store, m, &added);
	if (err)
		return office_fail(o, err, "message");
	*out = (struct message_accepted){
		.id = added.id, .state = added.state, .existed = added.existed
	};
	if (added.existed) {
		err = message_get(o->store, added.id, &first, out);
		return err ? office_fail(o, err, "message") : ERR_OK;
	}
	(void)on_first(out, m);
	out->state = added.state;
	office_wake(o, OFFICE_WAKE_RADIO);
	return ERR_OK;
}

enum err messages_send(struct office *o, const struct office_actor *actor,
	const struct message_draft *draft, struct message_accepted *out)
{
	struct checked c;
	bool own;
	enum err err = check(o, actor, draft, &c);
	if (!err)
		err = office_enter(o, &own);
	if (!err)
		err = office_leave(o, own, add(o, &c.m, out));
	buf_fini(&c.text);
	return err;
}

static enum err send_in_chunk(struct office *o, const struct office_actor *actor,
	const struct message_draft *draft, struct message_result *result)
{
	struct checked c;
	enum err err = check(o, actor, draft, &c);
	result->is_refused = err != ERR_OK;
	if (!err)
		err = add(o, &c.m, &result->accepted);
	else
		result->refusal = o->why;
	buf_fini(&c.text);
	/* What is wrong with one draft is that draft's answer; a failing store is ours.
	 */
	bool is_refusal = result->is_refused && o->why.kind == REFUSAL_INVALID;
	return is_refusal ? ERR_OK : err;
}

/* From draft *at on, one transaction; *at moves on when it is committed. */
static enum err send_chunk(struct office *o, const struct office_actor *actor,
	struct message_batch *batch, size_t *at)
{
	bool own;
	size_t i = *at;
	uint64_t until = clock_mono_ms(o->clock) + CHUNK_MS;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	while (!err && i < batch->n) {
		err = send_in_chunk(o, actor, &batch->drafts[i], &batch->results[i]);
		i++;
		if (own && clock_mono_ms(o->clock) >= until)
			break;
	}
	err = office_leave(o, own, err);
	if (!err)
		*at = i;
	return err;
}

enum err messages_send_many(
	struct office *o, const struct office_actor *actor, struct message_batch *batch)
{
	size_t at = 0;
	while (at < batch->n) {
		enum err err = send_chunk(o, actor, batch, &at);
		if (err && (at == 0 || o->in_transaction))
			return err;
		if (!err)
			continue;
		/* What is accepted is told, or it would be sent to us again. */
		for (; at < batch->n; at++)
			batch->results[at] = (struct message_result){ .is_refused = true,
				.refusal = o->why };
	}
	return ERR_OK;
}

static bool on_cancelled(void *user, const struct message *m)
{
	enum message_state *state = user;
	*state = m->state;
	return true;
}

enum err messages_cancel(struct office *o, const struct office_actor *actor, int64_t id)
{
	static const struct message_detail_fn look = { .message = on_cancelled };
	enum message_state state = MESSAGE_SENT;
	char object[40];
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = message_cancel(o->store, id, "cancelled");
	if (err == ERR_BUSY) {
		(void)message_get(o->store, id, &look, &state); /* for the sentence */
		err = office_refuse(o, REFUSAL_CONFLICT, "wrong_state",
			"It is too late: the message is %s.",
			vstr_name(message_state_names, state));
	} else if (err) {
		err = office_fail(o, err, "such message");
	} else {
		(void)str_format(object, sizeof(object), "message:%lld", (long long)id);
		err = auth_audit(o, actor, "message.cancel", object, "");
		office_wake(o, OFFICE_WAKE_RADIO | OFFICE_WAKE_FEEDER);
	}
	return office_leave(o, own, err);
}
