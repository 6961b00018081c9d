#include "firmware/office/desk/rules.h"

#include <stdlib.h>
#include <string.h>

#define LOG_MODULE "rules"
#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "firmware/office/dispatch/destinations.h"
#include "firmware/office/desk/keywords.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"
#include "firmware/office/text/preview.h"
#include "firmware/office/dispatch/routes.h"
#include "firmware/office/settings.h"
#include "firmware/store/consent.h"
#include "firmware/store/contact.h"
#include "firmware/store/inbound.h"
#include "firmware/store/message.h"
#include "firmware/store/sim.h"
#include "firmware/store/suppression.h"

#define DAY_MS (24 * 3600 * 1000LL)
#define ANSWERS_MS (7 * DAY_MS) /* a text answers a campaign of the last week */
#define NEW_MAX 64
#define LATEST_LOOK 50 /* messages to a number, for what it was told today */
#define REFERENCE_HELP "auto:help"
#define REFERENCE_START "auto:start"

struct taken { /* an inbound text, copied */
	int64_t id, sim_id;
	char *text;
	char originator[64];
};

struct batch {
	size_t n, max;
	struct taken at[NEW_MAX];
};

/* What is known of who wrote, and what he wrote. */
struct read_text {
	const struct taken *in;
	bool is_number;	     /* E.164: can be answered */
	char msisdn[20];     /* then; else "" */
	char language[12];   /* of the contact, "" if not known */
	const char *spoken;  /* of the word that decided */
	const char *country; /* the language of the number's country, or NULL */
	int64_t contact_id, campaign_id;
	enum intent intent;
};

static bool on_new(void *user, const struct inbound *inbound)
{
	struct batch *b = user;
	struct taken *t = &b->at[b->n];
	*t = (struct taken){ .id = inbound->id, .sim_id = inbound->sim_id };
	t->text = strdup(inbound->text);
	if (!t->text)
		return false;
	(void)str_copy(t->originator, sizeof(t->originator), inbound->originator);
	b->n++;
	return b->n < b->max;
}

/* The language that people of a country most likely write. */
static const char *language_of(const char *msisdn)
{
	static const struct {
		const char *prefix, *language;
	} countries[] = { { "+30", "el" }, { "+357", "el" }, { "+972", "he" },
		{ "+98", "fa" }, { "+995", "ka" }, { "+84", "vi" }, { "+44", "en" },
		{ "+1", "en" } };
	for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
		if (str_starts(msisdn, countries[i].prefix))
			return countries[i].language;
	}
	return NULL;
}

static bool on_contact(void *user, const struct contact *contact)
{
	struct read_text *r = user;
	/* A language tag that does not fit is none of ours. */
	if (!str_copy(r->language, sizeof(r->language), contact->language))
		r->language[0] = '\0';
	return true;
}

static enum err read_sender(struct office *o, struct read_text *r)
{
	struct phone_number number;
	struct message_last last;
	const char *from = r->in->originator;
	char country[4];
	/* Names and short codes cannot be answered; a number is, also where the network
	 * gives it as it is dialled in the box's country. */
	enum err err = settings_country(o, country);
	if (err)
		return err;
	r->is_number =
		from[strspn(from, "+0123456789")] == '\0' &&
		phone_number_parse(from, strlen(from), country, &number) == PHONE_OK;
	if (!r->is_number)
		return ERR_OK;
	(void)str_copy(r->msisdn, sizeof(r->msisdn), number.e164); /* the same size */
	r->country = language_of(r->msisdn);
	err = contact_find(o->store, r->msisdn, &r->contact_id);
	if (!err)
		err = contact_get(o->store, r->contact_id, on_contact, r);
	if (err && err != ERR_NOTFOUND)
		return err;
	err = message_find_last(o->store, r->msisdn, office_now(o) - ANSWERS_MS, &last);
	if (!err)
		r->campaign_id = last.campaign_id;
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* ---- automatic answers ---- */

struct told {
	int64_t since;
	unsigned flag;
	const char *reference;
	bool found;
};

static bool on_told(void *user, const struct message *m)
{
	struct told *t = user;
	bool same = t->reference ? m->reference && str_eq(m->reference, t->reference)
				 : (m->flags & t->flag) != 0;
	t->found = t->found || (same && m->created_at > t->since);
	return !t->found;
}

static enum err was_told(
	struct office *o, const char *msisdn, struct told *told, bool *out)
{
	struct message_query query = {
		.state = -1, .msisdn = msisdn, .max = LATEST_LOOK
	};
	told->since = office_now(o) - DAY_MS;
	enum err err = message_list(o->store, &query, on_told, told);
	*out = told->found;
	return err;
}

struct own_numbers {
	const char *msisdn;
	bool found;
};

static bool on_sim(void *user, const struct sim *sim, const struct sim_usage *today)
{
	struct own_numbers *own = user;
	(void)today;
	own->found = own->found || str_eq(sim->msisdn, own->msisdn);
	return !own->found;
}

struct answer {
	enum settings_reply_kind kind;
	unsigned flags;
	const char *reference; /* NULL: by flag */
};

static const char *answer_language(const struct read_text *r)
{
	if (r->language[0])
		return r->language;
	if (r->spoken && *r->spoken)
		return r->spoken;
	return r->country ? r->country : "";
}

/* Once a day a number and kind, over the SIM that got the text; never to our own SIMs,
 * which could answer each other for ever. */
static enum err answer(
	struct office *o, const struct read_text *r, const struct answer *a)
{
	struct told told = { .flag = a->flags, .reference = a->reference };
	struct own_numbers own = { r->msisdn, false };
	struct message_added added;
	struct preview_size size;
	struct routes_place place;
	char text[480];
	uint32_t national = 0;
	bool already = false;
	if (!r->is_number)
		return ERR_OK;
	enum err err = was_told(o, r->msisdn, &told, &already);
	if (!err && !already)
		err = sim_each(o->store, office_now(o), on_sim, &own);
	if (err || already || own.found)
		return err;
	err = settings_reply(o, a->kind, answer_language(r), text, sizeof(text));
	if (!err)
		err = routes_find(o, r->msisdn, r->country, &place);
	if (!err)
		err = destinations_national(o, place.route_id, &national);
	if (err)
		return err;
	if (!preview_measure(text, strlen(text), national, 0, &size))
		return ERR_INPUT;
	struct message m = { .state = MESSAGE_QUEUED,
		.class = CLASS_CONVERSATION,
		.encoding = size.encoding,
		.parts = size.parts,
		.national = size.national,
		.route_id = place.route_id,
		.flags = a->flags | (r->in->sim_id ? MESSAGE_FLAG_SIM_FIXED : 0),
		.contact_id = r->contact_id,
		.sim_id = r->in->sim_id,
		.msisdn = r->msisdn,
		.text = text,
		.reference = a->reference,
		.cause = "",
		.due_at = office_now(o),
		.expires_at = office_now(o) + DAY_MS };
	err = message_add(o->store, &m, &added);
	if (!err)
		office_wake(o, OFFICE_WAKE_RADIO);
	return err;
}

/* ---- the chain ---- */

static struct consent_change change_of(const struct read_text *r)
{
	return (struct consent_change){ .msisdn = r->msisdn,
		.source = "sms",
		.wording = r->in->text,
		.actor = "box",
		.inbound_id = r->in->id };
}

static enum err do_stop(struct office *o, const struct read_text *r)
{
	static const struct answer confirmation = { SETTINGS_REPLY_STOP,
		MESSAGE_FLAG_STOP_CONFIRMATION, NULL };
	struct consent_change change = change_of(r);
	char masked[24];
	size_t cancelled = 0;
	if (!r->is_number)
		return ERR_OK;
	enum err err = consent_stop(o->store, &change, &cancelled);
	if (err)
		return err;
	log_info("inbound=%lld intent=stop from=%s cancelled=%zu", (long long)r->in->id,
		log_mask_number(r->msisdn, masked, sizeof(masked)), cancelled);
	office_wake(o, OFFICE_WAKE_RADIO | OFFICE_WAKE_FEEDER);
	return answer(o, r, &confirmation);
}

static enum err do_start(struct office *o, const struct read_text *r)
{
	static const struct answer welcome = { SETTINGS_REPLY_START, 0, REFERENCE_START };
	struct consent_change change = change_of(r);
	if (!r->is_number)
		return ERR_OK;
	enum err err = consent_start(o->store, &change);
	if (err == ERR_NOTFOUND) /* they were not stopped: nothing to lift or to tell */
		return ERR_OK;
	return err ? err : answer(o, r, &welcome);
}

static enum err do_help(struct office *o, const struct read_text *r)
{
	static const struct answer help = { SETTINGS_REPLY_HELP, 0, REFERENCE_HELP };
	bool suppressed = false;
	if (!r->is_number)
		return ERR_OK;
	enum err err = suppression_check(o->store, r->msisdn, &suppressed);
	return err || suppressed ? err : answer(o, r, &help);
}

static enum err act(struct office *o, const struct read_text *r)
{
	switch (r->intent) {
	case INTENT_STOP:
		return do_stop(o, r);
	case INTENT_START:
		return do_start(o, r);
	case INTENT_HELP:
		return do_help(o, r);
	case INTENT_OTHER:
		return ERR_OK;
	}
	return ERR_OK;
}

static enum err run_one(struct office *o, const struct taken *in)
{
	struct read_text r = { .in = in, .spoken = "" };
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = read_sender(o, &r);
	if (!err) {
		r.intent =
			keywords_read(in->text, strlen(in->text), r.country, &r.spoken);
		err = act(o, &r);
	}
	/* One person is one conversation, can be answered, and is found to be erased. */
	if (!err && r.is_number && !str_eq(r.msisdn, in->originator))
		err = inbound_set_originator(o->store, in->id, r.msisdn);
	if (!err)
		err = inbound_mark_read(o->store, in->id,
			vstr_name(intent_names, r.intent), r.contact_id, r.campaign_id);
	if (err)
		(void)office_fail(o, err, "inbound text");
	/* Its sender may be written to again. */
	office_wake(o, OFFICE_WAKE_RADIO);
	err = office_leave(o, own, err);
	if (!err)
		hub_tell(o->hub, HUB_INBOUND, in->id);
	return err;
}

enum err rules_run(struct office *o, size_t max, size_t *out_n)
{
	struct batch b = { .max = max < NEW_MAX ? max : NEW_MAX };
	*out_n = 0;
	enum err err = inbound_each_new(o->store, b.max, on_new, &b);
	if (err)
		(void)office_fail(o, err, "inbound text");
	for (size_t i = 0; i < b.n && err != ERR_BUSY && err != ERR_SYS; i++) {
		/* One that cannot be read keeps its sender from being written to, and
		 * nobody else's STOP from being heard. */
		enum err one = run_one(o, &b.at[i]);
		*out_n += !one;
		err = one ? one : err;
	}
	for (size_t i = 0; i < b.n; i++)
		free(b.at[i].text);
	return err;
}
