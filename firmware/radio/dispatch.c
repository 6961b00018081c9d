#include "firmware/radio/dispatch.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t ranks[] = {
	[CLASS_OTP] = 0,
	[CLASS_ALERT] = 1,
	[CLASS_TRANSACTIONAL] = 2,
	[CLASS_CONVERSATION] = 2,
	[CLASS_PROMOTIONAL] = 3,
};

unsigned dispatch_rank(enum message_class class)
{
	return ranks[class];
}

/* A free place, or that of the source not seen for longest; where all are in use (more
 * sources at once than places) the oldest is shared, which costs only fairness. */
static size_t source_place(struct dispatch *d)
{
	size_t oldest = 0;

	if (d->n_sources < DISPATCH_SOURCES_MAX)
		return d->n_sources++;
	for (size_t i = 1; i < d->n_sources; i++) {
		if (d->sources[i].used < d->sources[oldest].used)
			oldest = i;
	}
	return oldest;
}

static uint16_t source_find_or_add(struct dispatch *d, int64_t source, unsigned rank)
{
	uint64_t floor = d->floor[rank];

	d->used++;
	for (size_t i = 0; i < d->n_sources; i++) {
		struct dispatch_source *s = &d->sources[i];
		if (s->source != source || s->rank != rank)
			continue;
		if (s->served < floor) /* a rest earns no credit */
			s->served = floor;
		s->used = d->used;
		return (uint16_t)i;
	}
	size_t at = source_place(d);
	d->sources[at] = (struct dispatch_source){
		.source = source, .rank = (uint8_t)rank, .served = floor, .used = d->used
	};
	return (uint16_t)at;
}

static struct dispatch_item *item_find(struct dispatch *d, int64_t id)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->items[i].item.id == id)
			return &d->items[i];
	}
	return NULL;
}

static void drop_waiting(struct dispatch *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->n; i++) {
		if (d->items[i].mark != DISPATCH_WAITING)
			d->items[kept++] = d->items[i];
	}
	d->n = kept;
}

bool dispatch_refill(struct dispatch *d, const struct queue_item *items, size_t n)
{
	drop_waiting(d);
	for (size_t i = 0; i < n; i++) {
		if (item_find(d, items[i].id))
			continue;
		if (d->n == DISPATCH_ITEMS_MAX)
			return false;
		uint16_t source = source_find_or_add(
			d, items[i].source, dispatch_rank(items[i].class));
		d->items[d->n++] = (struct dispatch_item){
			.item = items[i], .mark = DISPATCH_WAITING, .source = source
		};
	}
	return true;
}

static int compare_ids(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

size_t dispatch_skip_ids(const struct dispatch *d, int64_t *ids)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++) {
		if (d->items[i].mark != DISPATCH_WAITING)
			ids[n++] = d->items[i].item.id;
	}
	qsort(ids, n, sizeof(ids[0]), compare_ids);
	return n;
}

void dispatch_wake_aside(struct dispatch *d)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->items[i].mark == DISPATCH_ASIDE)
			d->items[i].mark = DISPATCH_WAITING;
	}
}

static bool was_refused(const struct dispatch *d, int64_t message_id, int64_t sim_id)
{
	for (size_t i = 0; i < DISPATCH_REFUSALS_MAX; i++) {
		if (d->refusals[i].message_id == message_id &&
			d->refusals[i].sim_id == sim_id)
			return true;
	}
	return false;
}

/* Is there another working SIM that has not refused this message? */
static bool another_may(
	const struct dispatch *d, int64_t message_id, const int64_t *sims, size_t n_sims)
{
	for (size_t i = 0; i < n_sims; i++) {
		if (!was_refused(d, message_id, sims[i]))
			return true;
	}
	return false;
}

static bool may_go(const struct dispatch_item *it, int64_t sim_id, int64_t now)
{
	const struct queue_item *item = &it->item;

	return it->mark == DISPATCH_WAITING && item->due_at <= now &&
	       (item->expires_at == 0 || item->expires_at > now) &&
	       (item->sim_id == 0 || item->sim_id == sim_id);
}

/* Class, then the source's share, then age. */
static bool goes_before(const struct dispatch *d, const struct dispatch_item *a,
	const struct dispatch_item *b)
{
	const struct dispatch_source *sa = &d->sources[a->source];
	const struct dispatch_source *sb = &d->sources[b->source];
	unsigned ra = dispatch_rank(a->item.class), rb = dispatch_rank(b->item.class);

	if (ra != rb)
		return ra < rb;
	if (sa != sb && sa->served != sb->served)
		return sa->served < sb->served;
	if (a->item.due_at != b->item.due_at)
		return a->item.due_at < b->item.due_at;
	return a->item.id < b->item.id;
}

int dispatch_pick(const struct dispatch *d, const int64_t *sims, size_t n_sims,
	size_t which, int64_t now)
{
	int best = -1;

	for (size_t i = 0; i < d->n; i++) {
		const struct dispatch_item *it = &d->items[i];
		if (!may_go(it, sims[which], now))
			continue;
		if (best >= 0 && !goes_before(d, it, &d->items[best]))
			continue;
		if (it->item.sim_id == 0 && was_refused(d, it->item.id, sims[which]) &&
			another_may(d, it->item.id, sims, n_sims))
			continue;
		best = (int)i;
	}
	return best;
}

void dispatch_take(struct dispatch *d, int index)
{
	struct dispatch_item *it = &d->items[index];

	struct dispatch_source *s = &d->sources[it->source];

	it->mark = DISPATCH_TAKEN;
	if (s->served > d->floor[s->rank])
		d->floor[s->rank] = s->served;
	s->served += it->item.parts;
}

void dispatch_forget(struct dispatch *d, int64_t message_id)
{
	struct dispatch_item *it = item_find(d, message_id);

	if (it)
		*it = d->items[--d->n];
}

void dispatch_set_aside(struct dispatch *d, int64_t message_id)
{
	struct dispatch_item *it = item_find(d, message_id);
	size_t aside = 0;

	for (size_t i = 0; i < d->n; i++)
		aside += d->items[i].mark == DISPATCH_ASIDE;
	if (it && aside < DISPATCH_ASIDE_MAX)
		it->mark = DISPATCH_ASIDE;
	else
		dispatch_forget(d, message_id);
}

void dispatch_put_back(struct dispatch *d, int64_t message_id)
{
	struct dispatch_item *it = item_find(d, message_id);

	if (it)
		it->mark = DISPATCH_WAITING;
}

void dispatch_note_refusal(struct dispatch *d, int64_t message_id, int64_t sim_id)
{
	d->refusals[d->next_refusal] =
		(struct dispatch_refusal){ .message_id = message_id, .sim_id = sim_id };
	d->next_refusal = (d->next_refusal + 1) % DISPATCH_REFUSALS_MAX;
}

size_t dispatch_waiting(const struct dispatch *d, int64_t sim_id)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++) {
		if (d->items[i].mark == DISPATCH_WAITING &&
			(sim_id == 0 || d->items[i].item.sim_id == sim_id))
			n++;
	}
	return n;
}
