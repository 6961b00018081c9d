#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/dispatch/planner_internal.h"
#include "firmware/store/setting.h"
#include "firmware/store/window.h"

#define VERSION_KEY "windows.version"
#define DAY_ALL 127U
#define NEVER_MS (HOURS_FAR_DAYS * INT64_C(86400000))

/* ---- the rules ---- */

static bool on_window(void *user, const struct send_window *w)
{
	struct planner *p = user;
	if (w->class < PLANNER_CLASSES) {
		p->has_rule[w->class] = true;
		p->rules[w->class] = (struct hours_rule){ w->from_minute, w->to_minute,
			w->days, w->on_holidays };
	}
	return true;
}

static bool grow(struct planner *p)
{
	size_t room = p->room ? p->room * 2 : 64;
	void *holidays = realloc(p->holidays, room * sizeof(*p->holidays));
	if (holidays)
		p->holidays = holidays;
	void *days = realloc(p->days, room * sizeof(*p->days));
	if (days)
		p->days = days;
	p->room = holidays && days ? room : p->room;
	return holidays && days;
}

static bool on_holiday(void *user, const struct holiday *h)
{
	struct planner *p = user;
	if (p->n_holidays == p->room && !grow(p))
		return false;
	struct planner_holiday *out = &p->holidays[p->n_holidays];
	/* What does not parse was written by another program: it is no holiday. */
	p->n_holidays += str_copy(out->country, sizeof(out->country), h->country) &&
			 hours_day_parse(h->day, &out->day);
	return true;
}

static enum err load(struct office *o, struct planner *p, int64_t version)
{
	memset(p->has_rule, 0, sizeof(p->has_rule));
	memset(p->spans, 0, sizeof(p->spans));
	p->n_holidays = 0;
	p->version = -1;
	enum err err = send_window_each(o->store, on_window, p);
	if (!err)
		err = holiday_each(o->store, NULL, on_holiday, p);
	if (!err && p->n_holidays == p->room && p->room && !grow(p))
		err = ERR_MEM;
	if (err)
		return office_fail(o, err, "window");
	p->version = version;
	return ERR_OK;
}

static enum err read_version(struct office *o, int64_t *out)
{
	enum err err = setting_get_i64(o->store, VERSION_KEY, out);
	if (err == ERR_NOTFOUND)
		*out = 0;
	return err && err != ERR_NOTFOUND ? office_fail(o, err, "setting") : ERR_OK;
}

enum err planner_get(struct office *o, struct planner **out)
{
	int64_t version;
	enum err err = read_version(o, &version);
	if (err)
		return err;
	if (!o->planner) {
		o->planner = calloc(1, sizeof(*o->planner));
		if (!o->planner)
			return office_fail(o, ERR_MEM, "window");
		o->planner->version = o->planner->walk_version = -1;
	}
	if (!o->planner->zones)
		o->planner->zones = zones_create();
	if (!o->planner->zones)
		return office_fail(o, ERR_MEM, "window");
	if (o->planner->version != version)
		err = load(o, o->planner, version);
	*out = o->planner;
	return err;
}

void planner_destroy(struct planner *p)
{
	if (!p)
		return;
	zones_destroy(p->zones);
	free(p->holidays);
	free(p->days);
	free(p);
}

enum err planner_rules_changed(struct office *o)
{
	int64_t version;
	enum err err = read_version(o, &version);
	if (err)
		return err;
	err = setting_set_i64(o->store, VERSION_KEY, version + 1);
	if (err)
		return office_fail(o, err, "setting");
	office_wake(o, OFFICE_WAKE_KEEPER | OFFICE_WAKE_FEEDER);
	return ERR_OK;
}

/* ---- the hours of one recipient ---- */

/* The campaign's own window; holidays are the class's matter. */
static bool own_rule(const struct campaign *c, struct hours_rule *out)
{
	*out = (struct hours_rule){ 0, 1440, DAY_ALL, true };
	if (!c)
		return false;
	if (c->from_minute >= 0 && c->from_minute != c->to_minute) {
		out->from = c->from_minute;
		out->to = c->to_minute;
	}
	if (c->days & DAY_ALL)
		out->days = c->days & DAY_ALL;
	return out->from != 0 || out->to != 1440 || out->days != DAY_ALL;
}

static void add_holidays(struct planner *p, const char *country)
{
	p->hours.holidays = p->days;
	p->hours.n_holidays = 0;
	for (size_t i = 0; i < p->n_holidays; i++) {
		if (str_eq(p->holidays[i].country, country))
			p->days[p->hours.n_holidays++] = p->holidays[i].day;
	}
}

static void make_hours(struct planner *p, const struct planner_ask *ask)
{
	struct hours *h = &p->hours;
	struct hours_rule own;
	const struct tz *tz = ask->time_zone[0] ? tz_find(ask->time_zone) : NULL;
	h->n_rules = 0;
	if (ask->class < PLANNER_CLASSES && p->has_rule[ask->class])
		h->rules[h->n_rules++] = p->rules[ask->class];
	if (own_rule(ask->campaign, &own))
		h->rules[h->n_rules++] = own;
	if (tz)
		h->zones = (struct zone_set){ .tz = { tz }, .n = 1 };
	else
		zones_of_country(p->zones, ask->country, &h->zones);
	add_holidays(p, ask->country);
}

static bool is_same(const struct hours_rule *a, const struct hours_rule *b)
{
	return a->from == b->from && a->to == b->to && a->days == b->days &&
	       a->on_holidays == b->on_holidays;
}

static struct planner_span *find_span(
	struct planner *p, const struct planner_ask *ask, const struct hours_rule *own)
{
	const char *key = ask->time_zone[0] ? ask->time_zone : ask->country;
	for (size_t i = 0; i < PLANNER_SPANS; i++) {
		struct planner_span *s = &p->spans[i];
		if (s->class == ask->class && str_eq(s->key, key) &&
			str_eq(s->country, ask->country) && is_same(&s->own, own) &&
			ask->from >= s->asked && ask->from < s->span.close)
			return s;
	}
	return NULL;
}

static struct planner_span *make_span(
	struct planner *p, const struct planner_ask *ask, const struct hours_rule *own)
{
	const char *key = ask->time_zone[0] ? ask->time_zone : ask->country;
	struct planner_span *s = &p->spans[p->next_span++ % PLANNER_SPANS];
	*s = (struct planner_span){
		.class = ask->class, .own = *own, .asked = ask->from
	};
	/* A key that does not fit is never found again, which costs time alone. */
	(void)str_copy(s->key, sizeof(s->key), key);
	(void)str_copy(s->country, sizeof(s->country), ask->country);
	make_hours(p, ask);
	if (hours_next(&p->hours, ask->from, &s->span))
		return s;
	p->hours.zones.n = 1;
	s->is_never = !hours_next(&p->hours, ask->from, &s->span);
	if (s->is_never)
		s->span = (struct hours_span){ ask->from + NEVER_MS, HOURS_NEVER };
	return s;
}

enum err planner_is_bound(struct office *o, enum message_class class,
	const struct campaign *campaign, bool *out)
{
	struct planner *p = NULL;
	struct hours_rule own;
	enum err err = planner_get(o, &p);
	if (!err && p)
		*out = p->has_rule[class] || own_rule(campaign, &own);
	return err;
}

enum err planner_hours(
	struct office *o, const struct planner_ask *ask, const struct hours **out)
{
	struct planner *p = NULL;
	struct hours_span span;
	enum err err = planner_get(o, &p);
	if (err || !p)
		return err;
	make_hours(p, ask);
	if (!hours_next(&p->hours, ask->from, &span))
		p->hours.zones.n = 1;
	*out = &p->hours;
	return ERR_OK;
}

enum err planner_when(
	struct office *o, const struct planner_ask *ask, struct planner_when *out)
{
	struct planner *p = NULL;
	struct hours_rule own = { 0, 0, 0, false };
	enum err err = planner_get(o, &p);
	if (err || !p)
		return err;
	*out = (struct planner_when){ .due_at = ask->from };
	if (!own_rule(ask->campaign, &own) && !p->has_rule[ask->class])
		return ERR_OK;
	if (!clock_wall_is_sane(office_now(o))) {
		out->pause_at = ask->from;
		return ERR_OK;
	}
	struct planner_span *s = find_span(p, ask, &own);
	s = s ? s : make_span(p, ask, &own);
	out->is_never = s->is_never;
	out->due_at = s->span.open > ask->from ? s->span.open : ask->from;
	out->pause_at = s->span.close == HOURS_NEVER ? 0 : s->span.close;
	return ERR_OK;
}
