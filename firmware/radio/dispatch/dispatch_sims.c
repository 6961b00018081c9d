/*
 * SIMs: their places, what the configuration says of them, and which lanes they may
 * serve.
 */
#include "firmware/radio/dispatch/dispatch_parts.h"

#include <string.h>

#include "firmware/base/str.h"

void dispatch_set_put(struct dispatch_set *set, int place, bool is_in)
{
	uint64_t bit = UINT64_C(1) << (place % 64);

	if (is_in)
		set->bits[place / 64] |= bit;
	else
		set->bits[place / 64] &= ~bit;
}

int dispatch_set_next(const struct dispatch_set *set, int from)
{
	for (int word = from / 64; word < DISPATCH_SIMS_MAX / 64;
		word++, from = word * 64) {
		uint64_t bits = set->bits[word] >> (from % 64);
		if (bits)
			return from + __builtin_ctzll(bits);
	}
	return DISPATCH_NONE;
}

/* Groups of SIMs by the first SIM of each; 0: of none; DISPATCH_NONE: no SIM has it. */
int16_t dispatch_sim_group(const struct dispatch *d, const char *group)
{
	if (group[0] == '\0')
		return 0;
	for (size_t i = 0; i < d->config->n_sims && i < INT16_MAX - 1; i++) {
		if (str_eq(d->config->sims[i].group, group))
			return (int16_t)(i + 1);
	}
	return DISPATCH_NONE;
}

const struct plan_price *dispatch_tariff(
	const struct dispatch *d, const struct plan *plan, int64_t route_id)
{
	size_t low = 0, high = d->config->n_prices;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct plan_price *p = &d->config->prices[middle];
		if (p->plan_id == plan->id && p->route_id == route_id)
			return p;
		if (p->plan_id < plan->id ||
			(p->plan_id == plan->id && p->route_id < route_id))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static const char *country_of(const struct dispatch *d, int64_t route_id)
{
	for (size_t i = 0; i < d->config->n_routes; i++) {
		if (d->config->routes[i].id == route_id)
			return d->config->routes[i].country;
	}
	return "";
}

/* "GR,CY" names it, or names none. */
static bool allows(const char *countries, const char *country)
{
	size_t len = strlen(country);

	if (countries[0] == '\0')
		return true;
	for (const char *at = countries; len > 0 && at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, country, len) == 0 && (at[len] == ',' || !at[len]))
			return true;
	}
	return false;
}

static bool has_role(enum sim_role role, enum message_class class)
{
	switch (role) {
	case SIM_ROLE_BOTH:
		return true;
	case SIM_ROLE_PROMOTIONAL:
		return class == CLASS_PROMOTIONAL;
	case SIM_ROLE_SERVICE:
		return class != CLASS_PROMOTIONAL;
	}
	return false;
}

static enum dispatch_why may_by_known(const struct dispatch *d, int64_t known)
{
	int place = dispatch_sim_find(d, known);

	if (place != DISPATCH_NONE && !d->sims[place].state.is_gone)
		return DISPATCH_KNOWN_SIM;
	return d->config->affinity_moves == AFFINITY_WAIT ? DISPATCH_SIM_GONE
							  : DISPATCH_READY;
}

static enum dispatch_why may_by_plan(
	const struct dispatch *d, const struct plan *plan, int64_t route_id)
{
	const struct plan_price *tariff = dispatch_tariff(d, plan, route_id);

	if (tariff && tariff->is_blocked)
		return DISPATCH_ROUTE_BLOCKED;
	return allows(plan->countries, country_of(d, route_id)) ? DISPATCH_READY
								: DISPATCH_COUNTRY;
}

enum dispatch_why dispatch_may_ever(
	const struct dispatch *d, const struct dispatch_lane *lane, int place)
{
	const struct dispatch_sim *sim = &d->sims[place];

	if (!sim->row)
		return DISPATCH_NOT_LIVE;
	if (lane->lane > 0 && lane->lane != sim->id)
		return DISPATCH_OTHER_SIM;
	if (lane->sim_group != sim->sim_group)
		return DISPATCH_GROUP;
	if (!has_role(sim->row->role, lane->class))
		return DISPATCH_ROLE;
	enum dispatch_why why =
		sim->plan ? may_by_plan(d, sim->plan, lane->route_id) : DISPATCH_READY;
	if (why == DISPATCH_READY && lane->lane < 0 && -lane->lane != sim->id)
		why = may_by_known(d, -lane->lane);
	return why;
}

void dispatch_refresh_lane(const struct dispatch *d, struct dispatch_lane *lane)
{
	for (int i = 0; i < d->n_places; i++)
		dispatch_set_put(&lane->may, i,
			d->sims[i].id && dispatch_may_ever(d, lane, i) == DISPATCH_READY);
}

int dispatch_sim_find(const struct dispatch *d, int64_t sim_id)
{
	for (int i = 0; i < d->n_places; i++) {
		if (sim_id && d->sims[i].id == sim_id)
			return i;
	}
	return DISPATCH_NONE;
}

/* A new place, or that of a SIM that is not here. */
static int place_find(struct dispatch *d)
{
	if (d->n_places < DISPATCH_SIMS_MAX)
		return d->n_places++;
	for (int i = 0; i < d->n_places; i++) {
		if (!d->sims[i].state.is_present && !d->sims[i].hand.message_id)
			return i;
	}
	return DISPATCH_NONE;
}

static void take_rule(struct dispatch_sim *sim)
{
	const struct plan *plan = sim->plan;

	sim->limits.rule = (struct limits_rule){ 0 };
	if (!plan)
		return;
	sim->limits.rule = (struct limits_rule){
		.per_minute = (uint32_t)plan->per_minute,
		.per_hour = (uint32_t)plan->per_hour,
		.per_day = plan->per_day,
		.per_month = plan->per_month,
		.recipients = plan->recipients_month,
		.bundle = plan->bundle_month,
		.spend = plan->spend_month,
		.balance_floor = plan->balance_floor,
		/* A balance that was never read says nothing. */
		.has_floor = plan->has_balance_floor && sim->row->balance_at != 0,
		.is_bundle_only = plan->is_bundle_only,
	};
}

static void look_up(const struct dispatch *d, struct dispatch_sim *sim)
{
	sim->row = NULL;
	sim->plan = NULL;
	sim->sim_group = DISPATCH_NONE;
	for (size_t i = 0; d->config && i < d->config->n_sims; i++) {
		if (d->config->sims[i].id == sim->id)
			sim->row = &d->config->sims[i];
	}
	if (!sim->row)
		return;
	sim->sim_group = dispatch_sim_group(d, sim->row->group);
	for (size_t i = 0; i < d->config->n_plans; i++) {
		if (d->config->plans[i].id == sim->row->plan_id)
			sim->plan = &d->config->plans[i];
	}
	take_rule(sim);
}

int dispatch_sim_add(struct dispatch *d, int64_t sim_id)
{
	int place = dispatch_sim_find(d, sim_id);

	if (place != DISPATCH_NONE)
		return place;
	place = place_find(d);
	if (place == DISPATCH_NONE)
		return place;
	struct dispatch_sim *sim = &d->sims[place];
	*sim = (struct dispatch_sim){ .id = sim_id, .busy_rank = DISPATCH_RANKS };
	limits_init(&sim->limits);
	look_up(d, sim);
	for (size_t i = 0; i < DISPATCH_REFUSALS; i++) {
		dispatch_set_put(&d->refusals[i].refused, place, false);
		dispatch_set_put(&d->refusals[i].barred, place, false);
	}
	dispatch_groups_moved(d);
	return place;
}

void dispatch_sims_look_up(struct dispatch *d)
{
	for (int i = 0; i < d->n_places; i++)
		look_up(d, &d->sims[i]);
}

void dispatch_sim_set(struct dispatch *d, int place,
	const struct dispatch_sim_state *state, uint64_t now_ms)
{
	struct dispatch_sim *sim = &d->sims[place];
	bool moves = sim->state.is_gone != state->is_gone;

	d->n_live += (int)state->is_live - (int)sim->state.is_live;
	if (state->is_idle && !sim->state.is_idle)
		sim->idle_ms = now_ms;
	sim->state = *state;
	dispatch_set_put(&d->idle, place, state->is_idle);
	if (moves)
		dispatch_groups_moved(d);
}
