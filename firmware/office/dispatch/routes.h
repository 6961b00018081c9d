/*
 * Routes (groups of destinations), and the route of a number.
 */
#ifndef OFFICE_ROUTES_H
#define OFFICE_ROUTES_H

#include "firmware/office/office.h"
#include "firmware/store/message.h"
#include "firmware/store/route.h"

struct route_view {
	struct sms_route r;
	const char *const *prefixes; /* in order */
	size_t n_prefixes;
};
typedef bool (*route_view_fn)(void *user, const struct route_view *view);
enum err routes_each(struct office *o, route_view_fn fn, void *user); /* by name */
enum err routes_get(struct office *o, int64_t id, route_view_fn fn, void *user);

struct route_draft { /* NULL, -1: stays (create: none) */
	const char *name, *country, *operator;
	const char *const *prefixes; /* exactly these; one of another route moves here */
	size_t n_prefixes;
	bool has_prefixes;
	int32_t locking, single; /* bits; see struct sms_route */
};
/* Refusals: field_required, text_too_long, conflict (the name is taken), invalid_country,
 * invalid_prefix (prefixes), country_route (a country's own route has no prefixes and
 * keeps its country). */
enum err routes_create(struct office *o, const struct office_actor *actor,
	const struct route_draft *draft, int64_t *out_id);
enum err routes_update(struct office *o, const struct office_actor *actor, int64_t id,
	const struct route_draft *draft);
enum err routes_delete(struct office *o, const struct office_actor *actor, int64_t id);

/* Where a number in E.164 goes: its country ("" not known) and its route (0: none). May
 * add the country's route. country: as known of the number; NULL or "": looked up. */
struct routes_place {
	int64_t route_id;
	char country[4];
};
enum err routes_find(struct office *o, const char *e164, const char *country,
	struct routes_place *out);

/* The box sends to these countries alone (setting `countries`; "": everywhere). */
#define ROUTES_COUNTRIES_MAX 512
enum err routes_countries(struct office *o, char dst[ROUTES_COUNTRIES_MAX]);

/* For classes that somebody may answer: the SIM that the number knows (setting
 * `dispatch.affinity`, on unless "off"). A SIM that is there already wins. */
enum err routes_set_sim(struct office *o, struct message *m);

#endif
