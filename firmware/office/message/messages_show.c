#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/cause_text.h"
#include "firmware/office/forecast/explain.h"
#include "firmware/office/message/messages.h"
#include "firmware/office/office_internal.h"

struct showing {
	struct office *o;
	message_view_fn fn;
	const struct message_show *show;
	void *user;
	struct explanation waiting, choice; /* of messages_get() */
	bool is_explained;
	/* The campaign of the row before: a page is mostly of one. */
	int64_t campaign_id;
	char campaign[128];
};

static bool on_message(void *user, const struct message *m)
{
	struct showing *s = user;
	char name[260], cause[200], sim[64], route[128];
	if (m->campaign_id != s->campaign_id) {
		s->campaign_id = m->campaign_id;
		office_campaign_name(
			s->o, m->campaign_id, s->campaign, sizeof(s->campaign));
	}
	office_contact_name(s->o, m->contact_id, name, sizeof(name));
	sim[0] = route[0] = '\0';
	if (s->is_explained) {
		office_sim_name(s->o, m->sim_id, sim, sizeof(sim));
		office_route_name(s->o, m->route_id, route, sizeof(route));
		explain_choice(m->choice, sim, &s->choice);
	}
	struct message_view view = { .m = *m,
		.sim = sim,
		.route = route,
		.waiting = s->is_explained && s->waiting.code[0] ? &s->waiting : NULL,
		.choice = s->is_explained && s->choice.code[0] ? &s->choice : NULL,
		.campaign = s->campaign,
		.contact_name = name,
		.cause_text = cause_text(m->cause, cause, sizeof(cause)) };
	return s->fn(s->user, &view);
}

enum err messages_list(struct office *o, const struct message_filter *filter,
	message_view_fn fn, void *user)
{
	struct showing s = { .o = o, .fn = fn, .user = user };
	struct message_query query = { .state = -1,
		.campaign_id = filter->campaign_id,
		.before = filter->before,
		.max = filter->max };
	char to[20];
	if (filter->state && !vstr_find(message_state_names, filter->state, &query.state))
		return office_refuse_field(o, "state", "invalid_state",
			"There is no state “%s”.", filter->state);
	if (filter->to && *filter->to) {
		enum err err = office_number(o, "to", filter->to, to);
		if (err)
			return err;
		query.msisdn = to;
	}
	enum err err = message_list(o->store, &query, on_message, &s);
	return err ? office_fail(o, err, "message") : ERR_OK;
}

static bool on_part(void *user, const struct message_part *part)
{
	struct showing *s = user;
	char name[64], cause[200];
	office_sim_name(s->o, part->sim_id, name, sizeof(name));
	struct message_part_view view = { .p = *part,
		.sim = name,
		.cause_text = *part->cause ? cause_text(part->cause, cause, sizeof(cause))
					   : cause_status_sentence(part->st) };
	return s->show->part(s->user, &view);
}

static bool on_note(void *user, const struct message_note *note)
{
	struct showing *s = user;
	return s->show->note(s->user, note);
}

enum err messages_get(
	struct office *o, int64_t id, const struct message_show *show, void *user)
{
	static const struct message_detail_fn fns = { on_message, on_part, on_note };
	struct showing s = { .o = o,
		.fn = show->message,
		.show = show,
		.user = user,
		.is_explained = true };
	char what[40];
	enum err err = explain_waiting(o, id, &s.waiting);
	if (err)
		return err;
	err = message_get(o->store, id, &fns, &s);
	(void)str_format(what, sizeof(what), "message %lld", (long long)id);
	return err ? office_fail(o, err, what) : ERR_OK;
}
