/*
 * The window on the queue: items in groups, groups in lanes, sources in flows. Every
 * change of what an order compares takes the group out of its lane and puts it back.
 */
#include "firmware/radio/dispatch/dispatch_parts.h"

#include <string.h>

static const uint8_t ranks[] = {
	[CLASS_OTP] = 0,
	[CLASS_ALERT] = 1,
	[CLASS_TRANSACTIONAL] = 2,
	[CLASS_CONVERSATION] = 2,
	[CLASS_PROMOTIONAL] = 3,
};

/* How much of the window each rank may fill, in per cent: what ranks higher finds room.
 */
static const int shares[DISPATCH_RANKS] = { 100, 95, 90, 75 };

unsigned dispatch_rank(enum message_class class)
{
	return ranks[class];
}

/* Finding by key. */

static uint64_t mix(uint64_t h, int64_t value)
{
	h = (h ^ (uint64_t)value) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 29;
}

static size_t slot_of(uint64_t h)
{
	return (size_t)(h % DISPATCH_HASH);
}

static size_t item_slot(int64_t id)
{
	return slot_of(mix(1, id));
}

static size_t group_slot(const struct queue_group *key)
{
	return slot_of(
		mix(mix(mix(mix(2, key->class), key->source), key->route_id), key->lane));
}

static size_t lane_slot(const struct dispatch_lane *key)
{
	return slot_of(mix(
		mix(mix(mix(3, key->class), key->route_id), key->lane), key->sim_group));
}

static size_t flow_slot(int64_t source, unsigned rank)
{
	return slot_of(mix(mix(4, source), rank));
}

int16_t dispatch_item_at(const struct dispatch *d, int64_t id)
{
	int16_t i = d->item_of[item_slot(id)];

	while (i != DISPATCH_NONE && d->items[i].item.id != id)
		i = d->items[i].hash_next;
	return i;
}

const struct dispatch_item *dispatch_item_find(const struct dispatch *d, int64_t id)
{
	int16_t i = dispatch_item_at(d, id);

	return i == DISPATCH_NONE ? NULL : &d->items[i];
}

static bool is_same_group(const struct queue_group *a, const struct queue_group *b)
{
	return a->class == b->class && a->source == b->source &&
	       a->route_id == b->route_id && a->lane == b->lane;
}

static int16_t group_at(const struct dispatch *d, const struct queue_group *key)
{
	int16_t i = d->group_of[group_slot(key)];

	while (i != DISPATCH_NONE && !is_same_group(&d->groups[i].key, key))
		i = d->groups[i].hash_next;
	return i;
}

int dispatch_quota_find(const struct dispatch *d, int64_t source)
{
	size_t low = 0, high = source ? d->config->n_quotas : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int64_t at = d->config->quotas[middle].source;
		if (at == source)
			return (int)middle;
		if (at < source)
			low = middle + 1;
		else
			high = middle;
	}
	return DISPATCH_NONE;
}

/* Flows. */

static void flow_look_up(struct dispatch *d, struct dispatch_flow *f)
{
	f->quota = dispatch_quota_find(d, f->source);
	f->owner_quota = dispatch_quota_find(d, f->owner);
	f->sim_group = f->quota == DISPATCH_NONE
			       ? 0
			       : dispatch_sim_group(d, d->config->quotas[f->quota].group);
}

static void flow_unlink(struct dispatch *d, int16_t flow)
{
	struct dispatch_flow *f = &d->flows[flow];
	int16_t *at = &d->flow_of[flow_slot(f->source, f->rank)];

	while (*at != flow)
		at = &d->flows[*at].hash_next;
	*at = f->hash_next;
}

/* What it would lose by being forgotten: a newcomer starts at the floor. */
static uint64_t lead_of(const struct dispatch *d, const struct dispatch_flow *f)
{
	uint64_t floor = d->floor[f->rank];

	return f->served > floor ? f->served - floor : 0;
}

static void flow_free(struct dispatch *d, int16_t flow)
{
	flow_unlink(d, flow);
	d->flows[flow].hash_next = d->free_flow;
	d->free_flow = flow;
}

/* Frees all idle sources that lose nothing; where there is none, that which loses least.
 * There is an idle one, as there are more flows than groups. */
static void flows_sweep(struct dispatch *d)
{
	int16_t best = DISPATCH_NONE;

	for (int16_t i = 0; i < DISPATCH_FLOWS_MAX; i++) {
		if (d->flows[i].groups > 0)
			continue;
		if (best == DISPATCH_NONE ||
			lead_of(d, &d->flows[i]) < lead_of(d, &d->flows[best]))
			best = i;
		if (lead_of(d, &d->flows[i]) == 0)
			flow_free(d, i);
	}
	if (d->free_flow == DISPATCH_NONE)
		flow_free(d, best);
}

static int16_t flow_place(struct dispatch *d)
{
	if (d->free_flow == DISPATCH_NONE)
		flows_sweep(d);
	int16_t flow = d->free_flow;
	d->free_flow = d->flows[flow].hash_next;
	return flow;
}

static int16_t flow_find_or_add(struct dispatch *d, const struct queue_group *key)
{
	unsigned rank = dispatch_rank(key->class);
	size_t slot = flow_slot(key->source, rank);
	int16_t i = d->flow_of[slot];

	while (i != DISPATCH_NONE &&
		(d->flows[i].source != key->source || d->flows[i].rank != rank))
		i = d->flows[i].hash_next;
	if (i == DISPATCH_NONE) {
		i = flow_place(d);
		d->flows[i] = (struct dispatch_flow){ .source = key->source,
			.rank = (uint8_t)rank,
			.first = DISPATCH_NONE,
			.hash_next = d->flow_of[slot] };
		d->flow_of[slot] = i;
	}
	struct dispatch_flow *f = &d->flows[i];
	if (f->groups == 0) {
		f->owner = key->owner;
		flow_look_up(d, f);
		if (f->served < d->floor[rank]) /* a rest earns no credit */
			f->served = d->floor[rank];
	}
	return i;
}

/* Lanes: there are as many as groups, so that there is always room. */

static int16_t lane_find_or_add(struct dispatch *d, const struct dispatch_group *g)
{
	struct dispatch_lane key = { .class = g->key.class,
		.route_id = g->key.route_id,
		.lane = g->key.lane,
		.sim_group = d->flows[g->flow].sim_group,
		.root = DISPATCH_NONE };
	size_t slot = lane_slot(&key);
	unsigned rank = dispatch_rank(key.class);
	int16_t i = d->lane_of[slot];

	for (; i != DISPATCH_NONE; i = d->lanes[i].hash_next) {
		const struct dispatch_lane *l = &d->lanes[i];
		if (l->class == key.class && l->route_id == key.route_id &&
			l->lane == key.lane && l->sim_group == key.sim_group)
			return i;
	}
	i = d->free_lane;
	d->free_lane = d->lanes[i].hash_next;
	key.hash_next = d->lane_of[slot];
	key.place = (int16_t)d->n_lanes[rank];
	d->lanes_of[rank][d->n_lanes[rank]++] = i;
	d->lane_of[slot] = i;
	d->lanes[i] = key;
	dispatch_refresh_lane(d, &d->lanes[i]);
	return i;
}

static void lane_free(struct dispatch *d, int16_t lane)
{
	struct dispatch_lane *l = &d->lanes[lane];
	unsigned rank = dispatch_rank(l->class);
	int16_t *at = &d->lane_of[lane_slot(l)];
	int16_t last = d->lanes_of[rank][--d->n_lanes[rank]];

	d->lanes_of[rank][l->place] = last;
	d->lanes[last].place = l->place;
	while (*at != lane)
		at = &d->lanes[*at].hash_next;
	*at = l->hash_next;
	l->hash_next = d->free_lane;
	d->free_lane = lane;
}

void dispatch_groups_moved(struct dispatch *d)
{
	for (unsigned r = 0; r < DISPATCH_RANKS; r++) {
		for (int i = 0; i < d->n_lanes[r]; i++)
			dispatch_refresh_lane(d, &d->lanes[d->lanes_of[r][i]]);
	}
}

/* Groups. A group that waits is in its lane's order; before a change of what is compared
 * it comes out. */

static void group_out(struct dispatch *d, int16_t group)
{
	struct dispatch_group *g = &d->groups[group];

	if (g->is_in)
		dispatch_order_remove(d, &d->lanes[g->lane], group);
	g->is_in = false;
}

static void group_in(struct dispatch *d, int16_t group)
{
	struct dispatch_group *g = &d->groups[group];

	g->is_in = g->first != DISPATCH_NONE;
	if (g->is_in)
		dispatch_order_add(d, &d->lanes[g->lane], group);
}

static int16_t group_find_or_add(struct dispatch *d, const struct queue_group *key)
{
	int16_t i = group_at(d, key);
	size_t slot = group_slot(key);

	if (i != DISPATCH_NONE)
		return i;
	if (d->free_group == DISPATCH_NONE ||
		d->n_groups >= DISPATCH_GROUPS_MAX / 100 * shares[ranks[key->class]])
		return DISPATCH_NONE;
	i = d->free_group;
	struct dispatch_group *g = &d->groups[i];
	d->free_group = g->free_next;
	d->n_groups++;
	if (i >= d->group_places)
		d->group_places = (int16_t)(i + 1);
	*g = (struct dispatch_group){ .key = *key,
		.is_used = true,
		.first = DISPATCH_NONE,
		.hash_next = d->group_of[slot] };
	d->group_of[slot] = i;
	g->flow = flow_find_or_add(d, key);
	g->flow_next = d->flows[g->flow].first;
	d->flows[g->flow].first = i;
	d->flows[g->flow].groups++;
	g->lane = lane_find_or_add(d, g);
	d->lanes[g->lane].groups++;
	return i;
}

static void group_free(struct dispatch *d, int16_t group)
{
	struct dispatch_group *g = &d->groups[group];
	struct dispatch_flow *f = &d->flows[g->flow];
	int16_t *at = &d->group_of[group_slot(&g->key)];

	while (*at != group)
		at = &d->groups[*at].hash_next;
	*at = g->hash_next;
	for (at = &f->first; *at != group;)
		at = &d->groups[*at].flow_next;
	*at = g->flow_next;
	f->groups--;
	if (--d->lanes[g->lane].groups == 0)
		lane_free(d, g->lane);
	d->n_more -= g->has_more;
	g->is_used = g->has_more = false;
	g->free_next = d->free_group;
	d->free_group = group;
	d->n_groups--;
}

/* Items. */

static int16_t item_new(struct dispatch *d, const struct queue_item *item)
{
	int16_t i = d->free_item;
	size_t slot = item_slot(item->id);

	d->free_item = d->items[i].next;
	d->items[i] = (struct dispatch_item){ .item = *item,
		.group = DISPATCH_NONE,
		.next = DISPATCH_NONE,
		.hash_next = d->item_of[slot] };
	d->item_of[slot] = i;
	d->n_items++;
	return i;
}

void dispatch_item_free(struct dispatch *d, int16_t item)
{
	struct dispatch_item *it = &d->items[item];
	int16_t *at = &d->item_of[item_slot(it->item.id)];

	while (*at != item)
		at = &d->items[*at].hash_next;
	*at = it->hash_next;
	d->n_aside -= it->mark == DISPATCH_ASIDE;
	it->mark = DISPATCH_WAITING;
	it->next = d->free_item;
	d->free_item = item;
	d->n_items--;
}

static bool is_due_before(const struct queue_item *a, const struct queue_item *b)
{
	return dispatch_order_before(a, 0, b, 0);
}

/* The group is out of its lane. Mostly it is the last one. */
static void item_queue(struct dispatch *d, int16_t item, int16_t group)
{
	struct dispatch_group *g = &d->groups[group];
	struct dispatch_item *it = &d->items[item];
	int16_t *at = &g->first;

	if (g->n > 0 && is_due_before(&d->items[g->last].item, &it->item))
		at = &d->items[g->last].next;
	while (*at != DISPATCH_NONE && is_due_before(&d->items[*at].item, &it->item))
		at = &d->items[*at].next;
	if (*at == DISPATCH_NONE)
		g->last = item;
	it->next = *at;
	*at = item;
	it->mark = DISPATCH_WAITING;
	it->group = group;
	g->n++;
	d->n_waiting++;
}

static void item_unqueue(struct dispatch *d, int16_t item)
{
	struct dispatch_item *it = &d->items[item];
	struct dispatch_group *g = &d->groups[it->group];
	int16_t *at = &g->first, before = DISPATCH_NONE;

	while (*at != item) {
		before = *at;
		at = &d->items[*at].next;
	}
	*at = it->next;
	if (g->last == item)
		g->last = before;
	it->next = it->group = DISPATCH_NONE;
	g->n--;
	d->n_waiting--;
}

/* Taken or aside, it waits again; for want of room it is forgotten, and found again by a
 * fetch. */
static int16_t item_requeue(struct dispatch *d, int16_t item)
{
	struct dispatch_item *it = &d->items[item];
	const struct queue_group key = { .class = it->item.class,
		.source = it->item.source,
		.route_id = it->item.route_id,
		.lane = it->item.lane,
		.owner = it->owner };
	int16_t group = group_find_or_add(d, &key);

	if (group == DISPATCH_NONE) {
		dispatch_item_free(d, item);
		return group;
	}
	group_out(d, group);
	item_queue(d, item, group);
	group_in(d, group);
	return group;
}

static void flow_serve(struct dispatch *d, int16_t flow, int64_t parts)
{
	struct dispatch_flow *f = &d->flows[flow];
	int64_t served = (int64_t)f->served + parts;

	for (int16_t i = f->first; i != DISPATCH_NONE; i = d->groups[i].flow_next)
		group_out(d, i);
	f->served = served > 0 ? (uint64_t)served : 0;
	for (int16_t i = f->first; i != DISPATCH_NONE; i = d->groups[i].flow_next)
		group_in(d, i);
}

void dispatch_item_take(struct dispatch *d, int16_t item)
{
	struct dispatch_item *it = &d->items[item];
	int16_t group = it->group;
	struct dispatch_group *g = &d->groups[group];
	struct dispatch_flow *f = &d->flows[g->flow];
	int16_t flow = g->flow;

	if (f->served > d->floor[f->rank])
		d->floor[f->rank] = f->served;
	group_out(d, group);
	item_unqueue(d, item);
	it->mark = DISPATCH_TAKEN;
	if (g->n == 0 && !g->has_more)
		group_free(d, group);
	else
		group_in(d, group);
	flow_serve(d, flow, it->item.parts);
}

void dispatch_item_put_back(struct dispatch *d, int16_t item)
{
	int64_t parts = d->items[item].item.parts;
	int16_t group = item_requeue(d, item);

	if (group != DISPATCH_NONE)
		flow_serve(d, d->groups[group].flow, -parts);
}

/* The window. */

static void group_empty(struct dispatch *d, int16_t group)
{
	struct dispatch_group *g = &d->groups[group];

	group_out(d, group);
	while (g->first != DISPATCH_NONE) {
		int16_t item = g->first;
		g->first = d->items[item].next;
		dispatch_item_free(d, item);
		d->n_waiting--;
	}
	g->n = 0;
}

void dispatch_drop_waiting(struct dispatch *d)
{
	dispatch_refill_begin(d);
	dispatch_refill_end(d);
}

bool dispatch_put_group(struct dispatch *d, const struct queue_group *key,
	const struct queue_item *items, size_t n, bool more)
{
	int16_t group = group_find_or_add(d, key);
	int room = DISPATCH_ITEMS_MAX / 100 * shares[ranks[key->class]];
	bool fits = true;

	if (group == DISPATCH_NONE)
		return false;
	struct dispatch_group *g = &d->groups[group];
	group_empty(d, group);
	for (size_t i = 0; i < n; i++) {
		if (dispatch_item_at(d, items[i].id) != DISPATCH_NONE)
			continue; /* on its way, or aside */
		fits = d->n_items < room;
		if (!fits)
			break;
		int16_t item = item_new(d, &items[i]);
		d->items[item].owner = key->owner;
		item_queue(d, item, group);
	}
	d->n_more += (int)(more || !fits) - (int)g->has_more;
	g->has_more = more || !fits;
	g->is_seen = true;
	if (g->n == 0 && !g->has_more)
		group_free(d, group);
	else
		group_in(d, group);
	return fits;
}

void dispatch_refill_begin(struct dispatch *d)
{
	for (int16_t i = 0; i < d->group_places; i++)
		d->groups[i].is_seen = false;
}

void dispatch_refill_keep(struct dispatch *d, const struct queue_group *key)
{
	int16_t group = group_at(d, key);

	if (group != DISPATCH_NONE)
		d->groups[group].is_seen = true;
}

void dispatch_refill_end(struct dispatch *d)
{
	for (int16_t i = 0; i < d->group_places; i++) {
		if (d->groups[i].is_seen || !d->groups[i].is_used)
			continue;
		group_empty(d, i);
		group_free(d, i);
	}
}

void dispatch_wake_aside(struct dispatch *d)
{
	for (int16_t i = 0; d->n_aside > 0 && i < DISPATCH_ITEMS_MAX; i++) {
		if (d->items[i].mark == DISPATCH_ASIDE)
			(void)item_requeue(d, i); /* or forgotten */
	}
	d->n_aside = 0;
}
