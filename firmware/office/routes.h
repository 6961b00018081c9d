/*
 * Routes (groups of destinations), and the route of a number.
 */
#ifndef OFFICE_ROUTES_H
#define OFFICE_ROUTES_H

#include "firmware/office/office.h"
#include "firmware/store/route.h"

struct route_view {
	struct route r;
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
	int32_t locking, single; /* bits; see struct route */
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
 * add the country's route: call it where a transaction is open or one may be. country:
 * as known of the number, NULL or "": looked up. */
struct route_of {
	int64_t route_id;
	char country[4];
};
enum err routes_find(
	struct office *o, const char *e164, const char *country, struct route_of *out);

/* The box sends to these countries alone (setting `countries`; "": to all). */
struct route_countries {
	char list[512]; /* "GR,CY" */
};
enum err routes_countries(struct office *o, struct route_countries *out);
bool routes_may_send(const struct route_countries *allowed, const char *country);

/* The SIM that a number knows; 0: none, or affinity is off (`dispatch.affinity`). */
enum err routes_known_sim(struct office *o, const char *e164, int64_t *out_sim_id);

#endif
