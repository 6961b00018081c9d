/*
 * What is in hand: from the taking of a message to its end, on the limits of its SIM and
 * of its senders.
 */
#include "firmware/radio/dispatch/dispatch_parts.h"

#include <string.h>

void dispatch_init(struct dispatch *d)
{
	memset(d, 0, sizeof(*d));
	for (size_t i = 0; i < DISPATCH_HASH; i++)
		d->item_of[i] = d->group_of[i] = d->lane_of[i] = d->flow_of[i] =
			DISPATCH_NONE;
	for (int16_t i = 0; i < DISPATCH_ITEMS_MAX; i++)
		d->items[i].next = i + 1 < DISPATCH_ITEMS_MAX ? i + 1 : DISPATCH_NONE;
	for (int16_t i = 0; i < DISPATCH_GROUPS_MAX; i++)
		d->groups[i].free_next = d->lanes[i].hash_next =
			i + 1 < DISPATCH_GROUPS_MAX ? i + 1 : DISPATCH_NONE;
	for (int16_t i = 0; i < DISPATCH_FLOWS_MAX; i++)
		d->flows[i].hash_next =
			i + 1 < DISPATCH_FLOWS_MAX ? i + 1 : DISPATCH_NONE;
}

/* The limits of the senders of what a SIM has in hand. */
static size_t quotas_of(
	const struct dispatch *d, const struct dispatch_hand *hand, struct limits *out[2])
{
	const int64_t sources[] = { hand->source, hand->owner };
	size_t n = 0;

	for (size_t i = 0; i < 2; i++) {
		int quota = dispatch_quota_find(d, sources[i]);
		if (quota != DISPATCH_NONE)
			out[n++] = &d->quotas[quota];
	}
	return n;
}

static void take_quotas(struct dispatch *d, const struct dispatch_hand *hand)
{
	struct limits *quotas[2];

	for (size_t n = quotas_of(d, hand, quotas); n > 0; n--)
		limits_take(quotas[n - 1], &hand->left);
}

void dispatch_set_config(
	struct dispatch *d, const struct dispatch_config *config, struct limits *quotas)
{
	dispatch_drop_waiting(d);
	d->config = config;
	d->quotas = quotas;
	for (size_t i = 0; i < config->n_quotas; i++)
		quotas[i].hand = (struct limits_sum){ 0 };
	dispatch_sims_look_up(d);
	for (int i = 0; i < d->n_places; i++) {
		if (d->sims[i].hand.message_id)
			take_quotas(d, &d->sims[i].hand);
	}
}

void dispatch_take(struct dispatch *d, const struct dispatch_choice *choice,
	const struct limits_now *now)
{
	const struct dispatch_item *it = &d->items[choice->item];
	struct dispatch_sim *sim = &d->sims[choice->place];
	int64_t paid = choice->cost.parts - choice->cost.bundle;

	sim->hand = (struct dispatch_hand){ .message_id = it->item.id,
		.source = it->item.source,
		.owner = it->owner,
		.price = paid > 0 ? choice->cost.money / paid : 0,
		.left = choice->cost };
	sim->busy_rank = (uint8_t)dispatch_rank(it->item.class);
	d->n_promotional += it->item.class == CLASS_PROMOTIONAL;
	limits_take(&sim->limits, &choice->cost);
	take_quotas(d, &sim->hand);
	breaker_given(&sim->breaker, now->mono_ms);
	sim->state.is_idle = false;
	dispatch_set_put(&d->idle, choice->place, false);
	dispatch_item_take(d, (int16_t)choice->item);
}

struct dispatch_verdict dispatch_part_fit(
	const struct dispatch *d, int place, const struct limits_now *now)
{
	struct limits_answer a = limits_fit_part(&d->sims[place].limits, now);
	enum dispatch_why why = DISPATCH_READY;

	if (a.code != LIMITS_FREE)
		why = a.code == LIMITS_HOUR ? DISPATCH_LIMIT_HOUR : DISPATCH_LIMIT_MINUTE;
	return (struct dispatch_verdict){ why, place, a.until };
}

struct limits_sum dispatch_part_cost(const struct dispatch *d, int place)
{
	const struct dispatch_hand *hand = &d->sims[place].hand;
	bool by_bundle = hand->left.bundle > 0;

	return (struct limits_sum){
		.parts = 1, .bundle = by_bundle, .money = by_bundle ? 0 : hand->price
	};
}

void dispatch_part_went(struct dispatch *d, int place, const struct limits_now *now)
{
	struct dispatch_sim *sim = &d->sims[place];
	const struct limits_sum cost = dispatch_part_cost(d, place);
	struct limits *quotas[2];

	if (sim->hand.left.parts == 0)
		return;
	limits_settle(&sim->limits, &cost, now);
	for (size_t n = quotas_of(d, &sim->hand, quotas); n > 0; n--)
		limits_settle(quotas[n - 1], &cost, now);
	sim->hand.left.parts -= cost.parts;
	sim->hand.left.bundle -= cost.bundle;
	sim->hand.left.money -= cost.money;
}

void dispatch_hand_over(struct dispatch *d, int place)
{
	struct dispatch_sim *sim = &d->sims[place];
	struct limits *quotas[2];

	if (sim->hand.message_id == 0)
		return;
	limits_release(&sim->limits, &sim->hand.left);
	for (size_t n = quotas_of(d, &sim->hand, quotas); n > 0; n--)
		limits_release(quotas[n - 1], &sim->hand.left);
	d->n_promotional -= sim->busy_rank == dispatch_rank(CLASS_PROMOTIONAL);
	sim->busy_rank = DISPATCH_RANKS;
	sim->hand = (struct dispatch_hand){ 0 };
	breaker_untried(&sim->breaker);
}

void dispatch_forget(struct dispatch *d, int64_t message_id)
{
	int16_t item = dispatch_item_at(d, message_id);

	if (item != DISPATCH_NONE && d->items[item].mark != DISPATCH_WAITING)
		dispatch_item_free(d, item);
}

void dispatch_set_aside(struct dispatch *d, int64_t message_id)
{
	int16_t item = dispatch_item_at(d, message_id);

	if (item == DISPATCH_NONE || d->items[item].mark != DISPATCH_TAKEN)
		return;
	if (d->n_aside == DISPATCH_ASIDE_MAX) { /* found again by a fetch */
		dispatch_item_free(d, item);
		return;
	}
	d->items[item].mark = DISPATCH_ASIDE;
	d->n_aside++;
}

void dispatch_put_back(struct dispatch *d, int64_t message_id)
{
	int16_t item = dispatch_item_at(d, message_id);

	if (item != DISPATCH_NONE && d->items[item].mark == DISPATCH_TAKEN)
		dispatch_item_put_back(d, item);
}

/* Refusals. */

static struct dispatch_refusal *refusal_of(struct dispatch *d, int64_t message_id)
{
	struct dispatch_refusal *r =
		&d->refusals[(uint64_t)message_id % DISPATCH_REFUSALS];

	if (r->message_id != message_id)
		*r = (struct dispatch_refusal){ .message_id = message_id };
	return r;
}

const struct dispatch_refusal *dispatch_refusal_find(
	const struct dispatch *d, int64_t message_id)
{
	const struct dispatch_refusal *r =
		&d->refusals[(uint64_t)message_id % DISPATCH_REFUSALS];

	return r->message_id == message_id ? r : NULL;
}

void dispatch_note_refusal(struct dispatch *d, int64_t message_id, int place)
{
	dispatch_set_put(&refusal_of(d, message_id)->refused, place, true);
}

void dispatch_note_barred(struct dispatch *d, int64_t message_id, int place)
{
	dispatch_set_put(&refusal_of(d, message_id)->barred, place, true);
}

size_t dispatch_marked(const struct dispatch *d, struct queue_group *out)
{
	size_t n = 0;

	if (d->n_items == d->n_waiting)
		return 0;
	for (int16_t i = 0; i < DISPATCH_ITEMS_MAX; i++) {
		const struct queue_item *item = &d->items[i].item;
		if (d->items[i].mark != DISPATCH_WAITING)
			out[n++] = (struct queue_group){ .class = item->class,
				.source = item->source,
				.route_id = item->route_id,
				.lane = item->lane };
	}
	return n;
}

size_t dispatch_full_groups(const struct dispatch *d, size_t low, struct queue_group *out)
{
	size_t n = 0;

	for (int16_t i = 0; i < d->group_places; i++) {
		const struct dispatch_group *g = &d->groups[i];
		if (g->is_used && g->has_more && g->n > 0 && g->n >= low)
			out[n++] = g->key;
	}
	return n;
}

bool dispatch_is_low(const struct dispatch *d, size_t low)
{
	bool has_room = d->n_waiting <= DISPATCH_ITEMS_MAX / 2;

	if (d->n_more == 0)
		return false;
	for (int16_t i = 0; i < d->group_places; i++) {
		const struct dispatch_group *g = &d->groups[i];
		if (g->is_used && g->has_more && (g->n == 0 || (has_room && g->n < low)))
			return true;
	}
	return false;
}

size_t dispatch_waiting(const struct dispatch *d, int64_t sim_id)
{
	size_t n = 0;

	if (sim_id == 0)
		return (size_t)d->n_waiting;
	for (int16_t i = 0; i < d->group_places; i++) {
		const struct dispatch_group *g = &d->groups[i];
		n += g->n > 0 && g->key.lane == sim_id ? g->n : 0;
	}
	return n;
}
