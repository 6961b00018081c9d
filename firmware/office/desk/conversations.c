#include "firmware/office/desk/conversations.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/office_internal.h"

#define PAGE_MAX 500

struct showing {
	struct office *o;
	inbound_view_fn fn;
	void *user;
};

static bool on_inbound(void *user, const struct inbound *i)
{
	struct showing *s = user;
	char name[260], sim[64], campaign[128];
	office_contact_name(s->o, i->contact_id, name, sizeof(name));
	office_sim_name(s->o, i->sim_id, sim, sizeof(sim));
	office_campaign_name(s->o, i->campaign_id, campaign, sizeof(campaign));
	struct inbound_view view = { i, name, sim, campaign };
	return s->fn(s->user, &view);
}

enum err inbound_views(struct office *o, const struct inbound_filter *filter,
	inbound_view_fn fn, void *user)
{
	struct showing s = { o, fn, user };
	struct inbound_query query = { .search = filter->search,
		.originator = filter->originator,
		.unread = filter->unread,
		.before = filter->before,
		.max = filter->max };
	enum err err = inbound_find(o->store, &query, on_inbound, &s);
	return err ? office_fail(o, err, "inbound text") : ERR_OK;
}

enum err inbound_view_get(struct office *o, int64_t id, inbound_view_fn fn, void *user)
{
	struct showing s = { o, fn, user };
	enum err err = inbound_get(o->store, id, on_inbound, &s);
	return err ? office_fail(o, err, "such inbound text") : ERR_OK;
}

enum err inbound_see(struct office *o, int64_t id)
{
	enum err err = inbound_mark_seen(o->store, id);
	return err ? office_fail(o, err, "such inbound text") : ERR_OK;
}

/* ---- conversations ---- */

struct listing {
	struct office *o;
	conversation_view_fn fn;
	void *user;
};

static bool on_conversation(void *user, const struct conversation *c)
{
	struct listing *l = user;
	char name[260];
	bool out = c->last_message_id && c->last_message_at > c->last_inbound_at;
	office_contact_name(l->o, c->contact_id, name, sizeof(name));
	struct conversation_view view = { .msisdn = c->msisdn,
		.contact_name = name,
		.last_text = out ? c->last_message_text : c->last_inbound_text,
		.contact_id = c->contact_id,
		.last_at = out ? c->last_message_at : c->last_inbound_at,
		.unread = c->unread,
		.cursor = c->last_inbound_id,
		.is_last_in = !out,
		.last_kind = out ? INBOUND_TEXT : c->last_inbound_kind };
	return l->fn(l->user, &view);
}

enum err conversations_list(
	struct office *o, int64_t before, size_t max, conversation_view_fn fn, void *user)
{
	struct listing l = { o, fn, user };
	enum err err = conversation_each(o->store, before, max, on_conversation, &l);
	return err ? office_fail(o, err, "conversation") : ERR_OK;
}

/* Both directions are read newest first, and merged by time. */
struct entry {
	struct conversation_entry e;
	char *text; /* owned */
};

struct thread {
	int64_t before_at;
	size_t n, max;
	struct entry *entries;
};

static bool add_entry(
	struct thread *t, const struct conversation_entry *e, const char *text)
{
	if (e->at >= t->before_at)
		return true;
	struct entry *at = &t->entries[t->n];
	at->e = *e;
	at->text = strdup(text);
	if (!at->text)
		return false;
	at->e.text = at->text;
	t->n++;
	return t->n < t->max;
}

static bool on_in(void *user, const struct inbound *i)
{
	struct conversation_entry e = { .is_in = true,
		.kind = i->kind,
		.id = i->id,
		.at = i->received_at,
		.sim_id = i->sim_id,
		.state = vstr_name(inbound_state_names, (int)i->state) };
	return add_entry(user, &e, i->text);
}

static bool on_out(void *user, const struct message *m)
{
	struct conversation_entry e = { .id = m->id,
		.at = m->created_at,
		.sim_id = m->sim_id,
		.state = vstr_name(message_state_names, (int)m->state) };
	return add_entry(user, &e, m->text);
}

static int newest_first(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	if (x->e.at != y->e.at)
		return x->e.at < y->e.at ? 1 : -1;
	return x->e.id < y->e.id ? 1 : x->e.id > y->e.id ? -1 : 0;
}

static enum err read_thread(
	struct office *o, const char *msisdn, size_t max, struct thread *t)
{
	struct inbound_query in = { .originator = msisdn, .max = PAGE_MAX };
	struct message_query out = { .state = -1, .msisdn = msisdn, .max = PAGE_MAX };
	t->max = max;
	enum err err = inbound_find(o->store, &in, on_in, t);
	t->max = t->n + max;
	return err ? err : message_list(o->store, &out, on_out, t);
}

enum err conversations_thread(struct office *o, const struct conversation_query *query,
	conversation_entry_fn fn, void *user)
{
	size_t max = query->max && query->max < PAGE_MAX ? query->max : PAGE_MAX;
	struct thread t = { .before_at =
				    query->before_at ? query->before_at : INT64_MAX };
	char msisdn[64];
	/* A name or short code is taken as it is; a number may be written nationally. */
	if (!str_copy(msisdn, sizeof(msisdn), query->msisdn))
		return office_fail(o, ERR_NOTFOUND, "such conversation");
	t.entries = calloc(2 * max, sizeof(*t.entries));
	if (!t.entries)
		return office_fail(o, ERR_MEM, "conversation");
	enum err err = read_thread(o, msisdn, max, &t);
	if (!err && query->see)
		err = inbound_mark_seen_all(o->store, msisdn);
	if (err)
		(void)office_fail(o, err, "conversation");
	qsort(t.entries, t.n, sizeof(*t.entries), newest_first);
	for (size_t i = 0; i < t.n && i < max && !err; i++) {
		if (!fn(user, &t.entries[i].e))
			break;
	}
	for (size_t i = 0; i < t.n; i++)
		free(t.entries[i].text);
	free(t.entries);
	return err;
}

static bool on_latest(void *user, const struct inbound *i)
{
	int64_t *sim_id = user;
	*sim_id = i->sim_id ? i->sim_id : -1;
	return false;
}

enum err conversations_reply(struct office *o, const struct office_actor *actor,
	const char *msisdn, const char *text, struct message_accepted *out)
{
	struct inbound_query latest = { .originator = msisdn, .max = 1 };
	int64_t sim_id = 0;
	if (msisdn[0] != '+')
		return office_refuse_field(o, "msisdn", "not_answerable",
			"This sender is a name or a short code, which cannot be "
			"answered.");
	enum err err = inbound_find(o->store, &latest, on_latest, &sim_id);
	if (err)
		return office_fail(o, err, "conversation");
	if (!sim_id)
		return office_refuse_field(o, "msisdn", "no_conversation",
			"This number never wrote, so there is nothing to answer.");
	struct message_draft draft = { .to = msisdn,
		.text = text,
		.class = "conversation",
		.sim_id = sim_id > 0 ? sim_id : 0 };
	return messages_send(o, actor, &draft, out);
}
