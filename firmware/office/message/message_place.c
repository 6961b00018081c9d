#include "firmware/office/message/message_place.h"

#include "firmware/base/str.h"
#include "firmware/base/tz.h"
#include "firmware/office/dispatch/countries.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/dispatch/planner.h"
#include "firmware/office/dispatch/routes.h"
#include "firmware/store/contact.h"

static bool on_contact(void *user, const struct contact *c)
{
	char *zone = user;
	/* One that does not fit is none. */
	(void)str_copy(zone, TZ_NAME_SIZE, c->time_zone);
	return true;
}

static enum err read_zone(struct office *o, int64_t contact_id, char zone[TZ_NAME_SIZE])
{
	zone[0] = '\0';
	if (!contact_id)
		return ERR_OK;
	enum err err = contact_get(o->store, contact_id, on_contact, zone);
	return err && err != ERR_NOTFOUND ? office_fail(o, err, "contact") : ERR_OK;
}

static enum err set_hours(struct office *o, struct message *m, const char *country)
{
	char zone[TZ_NAME_SIZE], text[32];
	struct planner_when when;
	bool is_bound = false;
	enum err err = planner_is_bound(o, m->class, NULL, &is_bound);
	if (err || !is_bound)
		return err;
	err = read_zone(o, m->contact_id, zone);
	const struct planner_ask ask = { .class = m->class,
		.country = country,
		.time_zone = zone,
		.from = m->due_at };
	if (!err)
		err = planner_when(o, &ask, &when);
	if (err)
		return err;
	if (m->expires_at && when.due_at >= m->expires_at)
		return office_refuse_field(o, "expires_at", "window_closed",
			"Messages of this class go out from %s on there, and it would "
			"have expired by then.",
			clock_format(when.due_at, text, sizeof(text)));
	m->due_at = when.due_at;
	m->pause_at = when.pause_at;
	return ERR_OK;
}

enum err message_place(struct office *o, struct message *m, const char *country)
{
	char allowed[ROUTES_COUNTRIES_MAX];
	enum err err = routes_countries(o, allowed);
	if (!err && !countries_have(allowed, country))
		return office_refuse_field(o, "to", "country_not_allowed",
			"This box does not send to %s; it sends to %s.",
			country[0] ? country : "numbers of no country", allowed);
	if (!err)
		err = routes_set_sim(o, m);
	return err ? err : set_hours(o, m, country);
}
