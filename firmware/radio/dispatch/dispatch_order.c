/*
 * A treap: a search tree by (served, due_at, id) that is a heap by a number drawn from
 * the group's place, which keeps it flat whatever the order of arrival.
 */
#include "firmware/radio/dispatch/dispatch_parts.h"

static uint32_t weight(int16_t group)
{
	uint32_t x = (uint32_t)group * 2654435761u;

	x ^= x >> 15;
	x *= 2246822519u;
	return x ^ x >> 13;
}

bool dispatch_order_before(const struct queue_item *a, uint64_t served_a,
	const struct queue_item *b, uint64_t served_b)
{
	if (served_a != served_b)
		return served_a < served_b;
	if (a->due_at != b->due_at)
		return a->due_at < b->due_at;
	return a->id < b->id;
}

static bool is_before(const struct dispatch *d, int16_t a, int16_t b)
{
	const struct dispatch_group *ga = &d->groups[a], *gb = &d->groups[b];

	return dispatch_order_before(&d->items[ga->first].item, d->flows[ga->flow].served,
		&d->items[gb->first].item, d->flows[gb->flow].served);
}

/* Those before the group to *left, the others to *right. */
static void split(
	struct dispatch *d, int16_t root, int16_t group, int16_t *left, int16_t *right)
{
	while (root != DISPATCH_NONE) {
		struct dispatch_group *g = &d->groups[root];
		if (is_before(d, root, group)) {
			*left = root;
			left = &g->right;
			root = g->right;
		} else {
			*right = root;
			right = &g->left;
			root = g->left;
		}
	}
	*left = *right = DISPATCH_NONE;
}

static int16_t merge(struct dispatch *d, int16_t left, int16_t right)
{
	int16_t root = DISPATCH_NONE, *at = &root;

	while (left != DISPATCH_NONE && right != DISPATCH_NONE) {
		if (weight(left) > weight(right)) {
			*at = left;
			at = &d->groups[left].right;
			left = *at;
		} else {
			*at = right;
			at = &d->groups[right].left;
			right = *at;
		}
	}
	*at = left != DISPATCH_NONE ? left : right;
	return root;
}

void dispatch_order_add(struct dispatch *d, struct dispatch_lane *lane, int16_t group)
{
	struct dispatch_group *g = &d->groups[group];
	int16_t *at = &lane->root;

	while (*at != DISPATCH_NONE && weight(*at) > weight(group))
		at = is_before(d, *at, group) ? &d->groups[*at].right
					      : &d->groups[*at].left;
	int16_t below = *at;
	*at = group;
	split(d, below, group, &g->left, &g->right);
}

void dispatch_order_remove(struct dispatch *d, struct dispatch_lane *lane, int16_t group)
{
	int16_t *at = &lane->root;

	while (*at != group)
		at = is_before(d, *at, group) ? &d->groups[*at].right
					      : &d->groups[*at].left;
	*at = merge(d, d->groups[group].left, d->groups[group].right);
}
