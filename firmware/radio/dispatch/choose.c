/*
 * Choosing. Rank by rank; of a rank's lanes those that an idle SIM may serve; of a lane
 * its groups in order, until the first whose message may go. A lane is left as soon as
 * what follows could not come before what another lane has given.
 */
#include "firmware/radio/dispatch/dispatch_parts.h"

struct search {
	const struct dispatch *d;
	const struct limits_now *now;
	struct dispatch_set open; /* SIMs that are idle and could take something */
	struct dispatch_ask ask;
	const struct queue_item *best; /* NULL: nothing yet */
	uint64_t best_served;
	struct dispatch_choice choice;
};

/* What no message can change, out of the way first. */
static bool find_open(struct search *s)
{
	const struct dispatch *d = s->d;
	bool any = false;

	s->open = d->idle;
	for (int i = dispatch_set_next(&d->idle, 0); i != DISPATCH_NONE;
		i = dispatch_set_next(&d->idle, i + 1)) {
		bool opens = breaker_state(&d->sims[i].breaker, s->now->mono_ms) !=
				     BREAKER_OPEN &&
			     dispatch_sim_limit(d, i, s->now).why == DISPATCH_READY;
		dispatch_set_put(&s->open, i, opens);
		any |= opens;
	}
	return any;
}

static bool is_served_by(const struct dispatch_lane *lane, const struct dispatch_set *set)
{
	uint64_t both = 0;

	for (size_t i = 0; i < sizeof(set->bits) / sizeof(set->bits[0]); i++)
		both |= lane->may.bits[i] & set->bits[i];
	return both != 0;
}

/* Of the SIMs for one message: a candidate, as it is compared. */
struct candidate {
	int place;
	bool is_own, is_probe; /* own: the SIM that it is for or its number knows */
	struct limits_sum cost;
	int64_t bundle_left;
	uint64_t idle_ms;
};

static int compare(const struct candidate *a, const struct candidate *b)
{
	if (a->is_own != b->is_own)
		return a->is_own ? -1 : 1;
	if (a->cost.money != b->cost.money)
		return a->cost.money < b->cost.money ? -1 : 1;
	if (a->bundle_left != b->bundle_left)
		return a->bundle_left > b->bundle_left ? -1 : 1;
	if (a->idle_ms != b->idle_ms)
		return a->idle_ms < b->idle_ms ? -1 : 1;
	return a->place - b->place;
}

static struct candidate candidate_of(const struct search *s, int place)
{
	const struct dispatch_sim *sim = &s->d->sims[place];
	const struct limits *l = &sim->limits;
	const struct limits_ask ask = dispatch_limits_ask(s->d, &s->ask, place);
	int64_t left = l->rule.bundle - l->month_sum.bundle - l->hand.bundle;

	return (struct candidate){ .place = place,
		.is_own = ask.is_bound,
		.is_probe = sim->breaker.is_open,
		.cost = limits_cost(l, &ask),
		.bundle_left = ask.in_bundle && left > 0 ? left : 0,
		.idle_ms = sim->idle_ms };
}

static enum sim_choice why_this(const struct search *s, const struct candidate *best,
	const struct candidate *next)
{
	int64_t lane = s->ask.item->lane;

	if (best->is_probe)
		return CHOICE_PROBE;
	if (lane > 0)
		return CHOICE_ASKED_FOR;
	if (lane < 0)
		return best->is_own ? CHOICE_KNOWN : CHOICE_MOVED;
	if (next->place == DISPATCH_NONE)
		return CHOICE_ONLY_ONE;
	if (next->cost.money != best->cost.money)
		return CHOICE_CHEAPEST;
	return next->bundle_left != best->bundle_left ? CHOICE_BUNDLE : CHOICE_ANY;
}

static bool choose_sim(struct search *s)
{
	struct candidate best = { .place = DISPATCH_NONE }, next = best;

	for (int i = dispatch_set_next(&s->open, 0); i != DISPATCH_NONE;
		i = dispatch_set_next(&s->open, i + 1)) {
		if (!dispatch_set_has(&s->ask.lane->may, i) ||
			dispatch_judge_sim(s->d, &s->ask, i).why != DISPATCH_READY)
			continue;
		struct candidate c = candidate_of(s, i);
		if (best.place == DISPATCH_NONE || compare(&c, &best) < 0) {
			next = best;
			best = c;
		} else if (next.place == DISPATCH_NONE || compare(&c, &next) < 0) {
			next = c;
		}
	}
	if (best.place == DISPATCH_NONE)
		return false;
	s->choice.place = best.place;
	s->choice.cost = best.cost;
	s->choice.choice = why_this(s, &best, &next);
	return true;
}

static bool is_quota_open(const struct search *s, const struct queue_item *item)
{
	return dispatch_judge_quota(s->d, s->ask.quota, item, s->now).why ==
		       DISPATCH_READY &&
	       dispatch_judge_quota(s->d, s->ask.owner_quota, item, s->now).why ==
		       DISPATCH_READY;
}

/* May a message of this source come before the best there is? */
static bool may_beat(
	const struct search *s, const struct queue_item *item, uint64_t served)
{
	return !s->best || dispatch_order_before(item, served, s->best, s->best_served);
}

static void look_at_group(struct search *s, int16_t group)
{
	const struct dispatch_group *g = &s->d->groups[group];
	const struct dispatch_flow *f = &s->d->flows[g->flow];

	s->ask.quota = f->quota;
	s->ask.owner_quota = f->owner_quota;
	for (int16_t i = g->first; i != DISPATCH_NONE; i = s->d->items[i].next) {
		const struct queue_item *item = &s->d->items[i].item;
		if (!may_beat(s, item, f->served) || item->due_at > s->now->wall_ms)
			return;
		s->ask.item = item;
		s->ask.refusal = dispatch_refusal_find(s->d, item->id);
		if (dispatch_judge_time(item, s->now).why != DISPATCH_READY ||
			!is_quota_open(s, item) || !choose_sim(s))
			continue;
		s->choice.item = i;
		s->best = item;
		s->best_served = f->served;
		return;
	}
}

/* In order; true: what follows cannot beat the best. */
static bool look_at_groups(struct search *s, int16_t root)
{
	if (root == DISPATCH_NONE)
		return false;
	const struct dispatch_group *g = &s->d->groups[root];
	if (look_at_groups(s, g->left))
		return true;
	if (!may_beat(s, &s->d->items[g->first].item, s->d->flows[g->flow].served))
		return true;
	look_at_group(s, root);
	return look_at_groups(s, g->right);
}

bool dispatch_choose(const struct dispatch *d, const struct limits_now *now,
	struct dispatch_choice *out)
{
	struct search s = { .d = d, .now = now };

	if (!d->config || d->n_waiting == 0 || !find_open(&s))
		return false;
	for (unsigned rank = 0; rank < DISPATCH_RANKS && !s.best; rank++) {
		s.ask = (struct dispatch_ask){
			.rank = rank, .is_quick = true, .now = now
		};
		if (dispatch_is_reserved(d, rank))
			break;
		for (int i = 0; i < d->n_lanes[rank]; i++) {
			s.ask.lane = &d->lanes[d->lanes_of[rank][i]];
			if (is_served_by(s.ask.lane, &s.open))
				(void)look_at_groups(&s, s.ask.lane->root);
		}
	}
	if (s.best)
		*out = s.choice;
	return s.best != NULL;
}
