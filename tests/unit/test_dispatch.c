/* Choosing over worlds made at random (seeded): no SIM rests beside a message that it may
 * send, classes are strict, a message for one SIM goes nowhere else and blocks nobody,
 * sources of one class share by parts, and what a SIM refused goes over another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/radio/dispatch.h"

enum {
	SIMS_MAX = 16,
	WORLDS = 400,
	NOW = 1000000
};

static uint32_t seed;

static uint32_t random_below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static struct dispatch world;
static int64_t sims[SIMS_MAX];
static bool idle[SIMS_MAX];
static size_t n_sims;

static struct queue_item random_item(int64_t id)
{
	static const enum message_class classes[] = { CLASS_OTP, CLASS_ALERT,
		CLASS_TRANSACTIONAL, CLASS_CONVERSATION, CLASS_PROMOTIONAL };
	struct queue_item item = { .id = id,
		.source = random_below(6),
		.due_at = NOW - 500 + random_below(1000),
		.expires_at = random_below(4) ? 0 : NOW - 100 + random_below(1000),
		.sim_id = random_below(3) ? 0 : 1 + random_below(SIMS_MAX),
		.class = classes[random_below(5)],
		.parts = (uint16_t)(1 + random_below(4)) };

	return item;
}

static void make_world(uint32_t number)
{
	struct queue_item items[DISPATCH_ITEMS_MAX];

	seed = number * 2654435761u + 1;
	size_t n = random_below(60);
	memset(&world, 0, sizeof(world));
	n_sims = 1 + random_below(SIMS_MAX);
	for (size_t i = 0; i < n_sims; i++) {
		sims[i] = (int64_t)i + 1;
		idle[i] = random_below(2);
	}
	for (size_t i = 0; i < n; i++)
		items[i] = random_item(100 + (int64_t)i);
	dispatch_refill(&world, items, n);
	for (size_t i = random_below(20); i > 0; i--)
		dispatch_note_refusal(
			&world, 100 + random_below(60), 1 + random_below(SIMS_MAX));
}

static bool refused(int64_t id, int64_t sim)
{
	for (size_t i = 0; i < DISPATCH_REFUSALS_MAX; i++) {
		if (world.refusals[i].message_id == id && world.refusals[i].sim_id == sim)
			return true;
	}
	return false;
}

static bool all_refused(int64_t id)
{
	for (size_t i = 0; i < n_sims; i++) {
		if (!refused(id, sims[i]))
			return false;
	}
	return true;
}

/* The rule, written a second time. */
static bool may_send(const struct dispatch_item *it, int64_t sim)
{
	const struct queue_item *q = &it->item;

	if (it->mark != DISPATCH_WAITING || q->due_at > NOW ||
		(q->expires_at && q->expires_at <= NOW))
		return false;
	if (q->sim_id)
		return q->sim_id == sim;
	return !refused(q->id, sim) || all_refused(q->id);
}

static void nobody_rests_beside_work(void **state)
{
	(void)state;
	for (uint32_t w = 0; w < WORLDS; w++) {
		make_world(w);
		for (size_t i = 0; i < n_sims; i++) {
			int index = idle[i] ? dispatch_pick(&world, sims, n_sims, i, NOW)
					    : -1;
			if (index < 0)
				continue;
			assert_true(may_send(&world.items[index], sims[i]));
			dispatch_take(&world, index);
			idle[i] = false;
		}
		for (size_t i = 0; i < n_sims; i++) {
			for (size_t k = 0; idle[i] && k < world.n; k++)
				assert_false(may_send(&world.items[k], sims[i]));
		}
	}
}

static void classes_are_strict(void **state)
{
	(void)state;
	for (uint32_t w = 0; w < WORLDS; w++) {
		make_world(w);
		int index = dispatch_pick(&world, sims, n_sims, 0, NOW);
		for (size_t k = 0; k < world.n; k++) {
			if (!may_send(&world.items[k], sims[0]))
				continue;
			assert_true(index >= 0);
			assert_true(dispatch_rank(world.items[index].item.class) <=
				    dispatch_rank(world.items[k].item.class));
		}
	}
}

static void picking_changes_nothing(void **state)
{
	struct dispatch before;
	(void)state;
	for (uint32_t w = 0; w < 50; w++) {
		make_world(w);
		before = world;
		(void)dispatch_pick(&world, sims, n_sims, 0, NOW);
		assert_memory_equal(&before, &world, sizeof(world));
	}
}

static size_t add_source(
	struct queue_item *items, size_t n, int64_t source, uint16_t parts)
{
	for (size_t i = 0; i < 120; i++, n++)
		items[n] = (struct queue_item){ .id = source * 1000 + (int64_t)i,
			.source = source,
			.class = CLASS_PROMOTIONAL,
			.parts = parts };
	return n;
}

static void sources_share_by_parts(void **state)
{
	struct queue_item items[DISPATCH_ITEMS_MAX];
	static const uint16_t parts[] = { 1, 3, 4 };
	int64_t sim = 1, had[3] = { 0 };
	size_t n = 0;
	(void)state;
	memset(&world, 0, sizeof(world));
	for (int64_t s = 0; s < 3; s++)
		n = add_source(items, n, s, parts[s]);
	dispatch_refill(&world, items, n);
	for (int i = 0; i < 100; i++) {
		int index = dispatch_pick(&world, &sim, 1, 0, NOW);
		int64_t source = world.items[index].item.source;
		int64_t id = world.items[index].item.id;
		dispatch_take(&world, index);
		had[source] += parts[source];
		dispatch_forget(&world, id);
		for (int a = 0; a < 3; a++) {
			for (int b = 0; b < 3; b++) /* within one message of each other */
				assert_true(had[a] - had[b] <= 4);
		}
	}
}

/* A campaign that starts late neither waits for the first nor stops it. */
static void a_newcomer_earns_no_credit(void **state)
{
	struct queue_item items[DISPATCH_ITEMS_MAX];
	int64_t sim = 1, had[2] = { 0 };
	(void)state;
	memset(&world, 0, sizeof(world));
	dispatch_refill(&world, items, add_source(items, 0, 0, 1));
	for (int i = 0; i < 90; i++) {
		int index = dispatch_pick(&world, &sim, 1, 0, NOW);
		int64_t id = world.items[index].item.id;
		dispatch_take(&world, index);
		dispatch_forget(&world, id);
	}
	dispatch_refill(
		&world, items, add_source(items, add_source(items, 0, 1, 1), 0, 1));
	for (int i = 0; i < 20; i++) {
		int index = dispatch_pick(&world, &sim, 1, 0, NOW);
		int64_t id = world.items[index].item.id;
		had[world.items[index].item.source]++;
		dispatch_take(&world, index);
		dispatch_forget(&world, id);
	}
	assert_in_range(had[0], 9, 11);
}

static void a_refused_message_goes_over_another_sim(void **state)
{
	const struct queue_item item = { .id = 7, .class = CLASS_OTP, .parts = 1 };
	const struct queue_item fixed = {
		.id = 8, .sim_id = 1, .class = CLASS_OTP, .parts = 1
	};
	int64_t two[] = { 1, 2 };
	(void)state;
	memset(&world, 0, sizeof(world));
	dispatch_refill(&world, &item, 1);
	dispatch_note_refusal(&world, 7, 1);
	assert_int_equal(dispatch_pick(&world, two, 2, 0, NOW), -1);
	assert_int_equal(dispatch_pick(&world, two, 2, 1, NOW), 0);
	assert_int_equal(
		dispatch_pick(&world, two, 1, 0, NOW), 0); /* there is no other */
	dispatch_refill(&world, &fixed, 1);
	dispatch_note_refusal(&world, 8, 1);
	assert_int_equal(
		dispatch_pick(&world, two, 2, 0, NOW), 0); /* it may go nowhere else */
}

static void a_refill_keeps_what_is_on_its_way(void **state)
{
	struct queue_item items[4] = { { .id = 1, .class = CLASS_OTP, .parts = 1 },
		{ .id = 2, .class = CLASS_OTP, .parts = 1 },
		{ .id = 3, .class = CLASS_OTP, .parts = 1 },
		{ .id = 4, .class = CLASS_OTP, .parts = 1 } };
	int64_t ids[DISPATCH_ITEMS_MAX], sim = 1;
	(void)state;
	memset(&world, 0, sizeof(world));
	dispatch_refill(&world, items, 3);
	dispatch_take(&world, dispatch_pick(&world, &sim, 1, 0, NOW)); /* 1 */
	dispatch_set_aside(&world, 3);
	assert_int_equal(dispatch_skip_ids(&world, ids), 2);
	assert_int_equal(ids[0], 1);
	assert_int_equal(ids[1], 3);
	dispatch_refill(
		&world, items, 4); /* a fetch that did not know of the claim yet */
	assert_int_equal(world.n, 4);
	assert_int_equal(dispatch_waiting(&world, 0), 2);
	dispatch_wake_aside(&world);
	assert_int_equal(dispatch_waiting(&world, 0), 3);
	dispatch_forget(&world, 1);
	assert_int_equal(world.n, 3);
}

/* What is on its way takes room: what did not fit must not be taken for all there is. */
static void what_does_not_fit_is_told(void **state)
{
	static struct queue_item items[DISPATCH_ITEMS_MAX + 1];
	int64_t sim = 1;
	(void)state;
	memset(&world, 0, sizeof(world));
	for (size_t i = 0; i <= DISPATCH_ITEMS_MAX; i++)
		items[i] = (struct queue_item){
			.id = (int64_t)i + 1, .class = CLASS_OTP, .parts = 1
		};
	assert_true(dispatch_refill(&world, items, DISPATCH_ITEMS_MAX));
	dispatch_take(&world, dispatch_pick(&world, &sim, 1, 0, NOW));
	assert_true(dispatch_refill(&world, items, DISPATCH_ITEMS_MAX));
	assert_false(dispatch_refill(&world, &items[1], DISPATCH_ITEMS_MAX));
	assert_true(dispatch_refill(&world, &items[1], DISPATCH_ITEMS_MAX - 1));
}

static void many_unread_ones_leave_room(void **state)
{
	static struct queue_item items[DISPATCH_ITEMS_MAX];
	(void)state;
	memset(&world, 0, sizeof(world));
	for (size_t i = 0; i < DISPATCH_ITEMS_MAX; i++)
		items[i] = (struct queue_item){
			.id = (int64_t)i + 1, .class = CLASS_OTP, .parts = 1
		};
	dispatch_refill(&world, items, DISPATCH_ITEMS_MAX);
	for (size_t i = 0; i < DISPATCH_ITEMS_MAX; i++)
		dispatch_set_aside(&world, (int64_t)i + 1);
	assert_int_equal(world.n, DISPATCH_ASIDE_MAX);
}

static void many_sources_and_a_full_window(void **state)
{
	static struct queue_item items[DISPATCH_ITEMS_MAX + 10];
	int64_t sim = 1;
	(void)state;
	memset(&world, 0, sizeof(world));
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < DISPATCH_ITEMS_MAX + 10; i++)
			items[i] =
				(struct queue_item){ .id = round * 1000 + (int64_t)i + 1,
					.source = round * 1000 + (int64_t)i,
					.class = CLASS_PROMOTIONAL,
					.parts = 1 };
		assert_false(dispatch_refill(&world, items, DISPATCH_ITEMS_MAX + 10));
		assert_int_equal(world.n, DISPATCH_ITEMS_MAX);
		assert_true(dispatch_pick(&world, &sim, 1, 0, NOW) >= 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_rests_beside_work),
		cmocka_unit_test(classes_are_strict),
		cmocka_unit_test(picking_changes_nothing),
		cmocka_unit_test(sources_share_by_parts),
		cmocka_unit_test(a_newcomer_earns_no_credit),
		cmocka_unit_test(a_refused_message_goes_over_another_sim),
		cmocka_unit_test(a_refill_keeps_what_is_on_its_way),
		cmocka_unit_test(what_does_not_fit_is_told),
		cmocka_unit_test(many_unread_ones_leave_room),
		cmocka_unit_test(many_sources_and_a_full_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
