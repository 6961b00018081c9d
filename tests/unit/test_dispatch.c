/* The dispatcher's rules one by one, in worlds small enough to read; what random worlds
 * say of it is in test_dispatch_worlds.c. And its window: what a refill keeps, what finds
 * no room, sources that come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/base/str.h"
#include "firmware/radio/dispatch/dispatch.h"

enum {
	NOW = 1000000,
	SIMS = 4
};

static struct dispatch d;
static struct dispatch_config config;
static struct sim rows[SIMS];
static struct plan plans[2];
static struct plan_price prices[4];
static struct dispatch_route routes[] = { { 1, "GR" }, { 2, "CY" } };
static struct quota quotas[2];
static struct limits quota_limits[2];
static struct limits_now now;

static void sim_is(int place, bool is_idle, bool is_gone)
{
	const struct dispatch_sim_state state = { .is_present = !is_gone,
		.is_live = !is_gone,
		.is_idle = is_idle,
		.is_gone = is_gone };

	dispatch_sim_set(&d, place, &state, now.mono_ms);
}

static int set_up(void **state)
{
	(void)state;
	memset(rows, 0, sizeof(rows));
	memset(plans, 0, sizeof(plans));
	memset(quotas, 0, sizeof(quotas));
	memset(quota_limits, 0, sizeof(quota_limits));
	plans[0].id = 1;
	plans[1].id = 2;
	now = (struct limits_now){ .mono_ms = 10000000, .wall_ms = NOW, true };
	config = (struct dispatch_config){ .sims = rows,
		.plans = plans,
		.prices = prices,
		.routes = routes,
		.quotas = quotas,
		.n_sims = SIMS,
		.n_plans = 2,
		.n_routes = 2,
		.affinity_moves = AFFINITY_MOVE };
	for (int i = 0; i < SIMS; i++)
		rows[i].id = i + 1;
	dispatch_init(&d);
	dispatch_set_config(&d, &config, quota_limits);
	return 0;
}

static void add_sims(int n)
{
	for (int i = 0; i < n; i++) {
		assert_int_equal(dispatch_sim_add(&d, i + 1), i);
		sim_is(i, true, false);
	}
}

static struct queue_item message(int64_t id, enum message_class class)
{
	return (struct queue_item){ .id = id, .class = class, .route_id = 1, .parts = 1 };
}

static bool put(const struct queue_item *items, size_t n)
{
	const struct queue_group key = { .class = items[0].class,
		.source = items[0].source,
		.route_id = items[0].route_id,
		.lane = items[0].lane };

	return dispatch_put_group(&d, &key, items, n, false);
}

static void put_one(struct queue_item item)
{
	assert_true(put(&item, 1));
}

/* The id of what is chosen, and taken; 0: nothing. */
static int64_t take(struct dispatch_choice *choice)
{
	if (!dispatch_choose(&d, &now, choice))
		return 0;
	int64_t id = d.items[choice->item].item.id;
	dispatch_take(&d, choice, &now);
	return id;
}

/* Sent, whole; the SIM is free again. */
static int64_t send_one(void)
{
	struct dispatch_choice c;
	int64_t id = take(&c);

	if (id == 0)
		return 0;
	while (d.sims[c.place].hand.left.parts > 0)
		dispatch_part_went(&d, c.place, &now);
	dispatch_hand_over(&d, c.place);
	dispatch_forget(&d, id);
	sim_is(c.place, true, false);
	return id;
}

static enum dispatch_why why(int64_t id)
{
	return dispatch_explain(&d, dispatch_item_find(&d, id), &now).why;
}

static void classes_are_strict(void **state)
{
	(void)state;
	add_sims(1);
	put_one(message(1, CLASS_PROMOTIONAL));
	put_one(message(2, CLASS_CONVERSATION));
	put_one(message(3, CLASS_TRANSACTIONAL));
	put_one(message(4, CLASS_ALERT));
	put_one(message(5, CLASS_OTP));
	assert_int_equal(send_one(), 5);
	assert_int_equal(send_one(), 4);
	assert_int_equal(send_one(), 2); /* one rank, by age */
	assert_int_equal(send_one(), 3);
	assert_int_equal(send_one(), 1);
	assert_int_equal(send_one(), 0);
}

static void add_source(int64_t source, int64_t first, size_t n, uint16_t parts)
{
	struct queue_item items[200];

	for (size_t i = 0; i < n; i++) {
		items[i] = message(first + (int64_t)i, CLASS_PROMOTIONAL);
		items[i].source = source;
		items[i].parts = parts;
	}
	assert_true(put(items, n));
}

static void sources_share_by_parts(void **state)
{
	static const uint16_t parts[] = { 1, 3, 4 };
	int64_t had[3] = { 0 };
	(void)state;
	add_sims(1);
	for (int64_t s = 0; s < 3; s++)
		add_source(s + 1, 1000 * (s + 1), 120, parts[s]);
	for (int i = 0; i < 150; i++) {
		int64_t source = send_one() / 1000 - 1;
		had[source] += parts[source];
		for (int a = 0; a < 3; a++) {
			for (int b = 0; b < 3; b++) /* within one message of each other */
				assert_true(had[a] - had[b] <= 4);
		}
	}
}

/* A campaign that starts late neither waits for the first nor stops it. */
static void a_newcomer_earns_no_credit(void **state)
{
	int64_t had[2] = { 0 };
	(void)state;
	add_sims(1);
	add_source(1, 1000, 200, 1);
	for (int i = 0; i < 90; i++)
		(void)send_one();
	add_source(2, 2000, 120, 1);
	for (int i = 0; i < 20; i++)
		had[send_one() / 1000 - 1]++;
	assert_in_range(had[0], 9, 11);
}

/* What was not claimed after all costs its source nothing. */
static void what_is_put_back_is_first_again(void **state)
{
	struct dispatch_choice c;
	(void)state;
	add_sims(1);
	add_source(1, 1000, 2, 5);
	add_source(2, 2000, 2, 1);
	assert_int_equal(take(&c), 1000);
	dispatch_hand_over(&d, c.place);
	dispatch_put_back(&d, 1000);
	sim_is(0, true, false);
	assert_int_equal(take(&c), 1000);
}

static void a_refused_message_goes_over_another_sim(void **state)
{
	struct dispatch_choice c;
	struct queue_item fixed = message(8, CLASS_OTP);
	(void)state;
	add_sims(2);
	put_one(message(7, CLASS_OTP));
	dispatch_note_refusal(&d, 7, 0);
	assert_int_equal(take(&c), 7);
	assert_int_equal(c.place, 1);
	dispatch_hand_over(&d, 1);
	dispatch_put_back(&d, 7);
	sim_is(1, false, true); /* there is no other */
	assert_int_equal(take(&c), 7);
	assert_int_equal(c.place, 0);
	dispatch_hand_over(&d, 0);
	sim_is(0, true, false);
	sim_is(1, true, false);
	fixed.lane = 1;
	put_one(fixed);
	dispatch_note_refusal(&d, 8, 0);
	assert_int_equal(take(&c), 8); /* it may go nowhere else */
	assert_int_equal(c.place, 0);
	assert_int_equal(c.choice, CHOICE_ASKED_FOR);
}

static void a_number_keeps_its_sim(void **state)
{
	struct dispatch_choice c;
	struct queue_item affine = message(1, CLASS_ALERT);
	(void)state;
	add_sims(2);
	affine.lane = -1;
	put_one(affine);
	sim_is(0, false, false); /* busy: it waits */
	assert_int_equal(take(&c), 0);
	assert_int_equal(why(1), DISPATCH_BUSY);
	sim_is(0, false, true);
	config.affinity_moves = AFFINITY_WAIT;
	dispatch_set_config(&d, &config, quota_limits);
	put_one(affine);
	assert_int_equal(take(&c), 0);
	assert_int_equal(why(1), DISPATCH_SIM_GONE);
	config.affinity_moves = AFFINITY_MOVE;
	dispatch_set_config(&d, &config, quota_limits);
	put_one(affine);
	assert_int_equal(take(&c), 1);
	assert_int_equal(c.place, 1);
	assert_int_equal(c.choice, CHOICE_MOVED);
	dispatch_hand_over(&d, 1);
	dispatch_put_back(&d, 1);
	sim_is(0, true, false);
	sim_is(1, true, false);
	assert_int_equal(take(&c), 1);
	assert_int_equal(c.choice, CHOICE_KNOWN);
}

static void the_cheapest_then_the_bundle(void **state)
{
	struct dispatch_choice c;
	(void)state;
	plans[0].price = 50;
	plans[1].price = 40;
	rows[0].plan_id = rows[2].plan_id = 1;
	rows[1].plan_id = rows[3].plan_id = 2;
	dispatch_set_config(&d, &config, quota_limits);
	add_sims(4);
	sim_is(2, false, false);
	sim_is(3, false, false);
	put_one(message(1, CLASS_ALERT));
	assert_int_equal(take(&c), 1);
	assert_int_equal(c.place, 1);
	assert_int_equal(c.choice, CHOICE_CHEAPEST);
	assert_int_equal(c.cost.money, 40);
	plans[0].bundle_month = plans[1].bundle_month = 10;
	plans[1].bundle_month = 9;
	dispatch_set_config(&d, &config, quota_limits);
	put_one(message(2, CLASS_ALERT));
	sim_is(2, true, false);
	sim_is(3, true, false);
	sim_is(0, false, false);
	assert_int_equal(take(&c), 2);
	assert_int_equal(c.place, 2);
	assert_int_equal(c.choice, CHOICE_BUNDLE);
}

static void strictly_the_cheapest_waits_for_it(void **state)
{
	struct dispatch_choice c;
	(void)state;
	plans[0].price = 50;
	plans[1].price = 40;
	rows[0].plan_id = 1;
	rows[1].plan_id = 2;
	config.is_least_cost_strict = true;
	dispatch_set_config(&d, &config, quota_limits);
	add_sims(2);
	put_one(message(1, CLASS_ALERT));
	sim_is(1, false, false); /* the cheap one is busy */
	assert_int_equal(take(&c), 0);
	sim_is(1, false, true); /* and gone */
	assert_int_equal(take(&c), 1);
}

static void roles_groups_routes_and_countries(void **state)
{
	struct queue_item promo = message(1, CLASS_PROMOTIONAL);
	struct queue_item alert = message(2, CLASS_ALERT);
	struct queue_item cy = message(3, CLASS_ALERT);
	(void)state;
	rows[0].role = SIM_ROLE_SERVICE;
	rows[0].plan_id = 1;
	(void)str_copy(plans[0].countries, sizeof(plans[0].countries), "BG,GR");
	dispatch_set_config(&d, &config, quota_limits);
	add_sims(1);
	cy.route_id = 2;
	put_one(promo);
	put_one(cy);
	assert_int_equal(send_one(), 0);
	assert_int_equal(why(1), DISPATCH_ROLE);
	assert_int_equal(why(3), DISPATCH_COUNTRY);
	put_one(alert);
	assert_int_equal(send_one(), 2);
	prices[0] =
		(struct plan_price){ .plan_id = 1, .route_id = 1, .is_blocked = true };
	config.n_prices = 1;
	dispatch_set_config(&d, &config, quota_limits);
	put_one(alert);
	assert_int_equal(why(2), DISPATCH_ROUTE_BLOCKED);
	config.n_prices = 0;
	(void)str_copy(rows[0].group, sizeof(rows[0].group), "clinic");
	dispatch_set_config(&d, &config, quota_limits);
	put_one(alert);
	assert_int_equal(why(2), DISPATCH_GROUP);
	quotas[0] = (struct quota){ .source = 9, .group = "clinic" };
	config.n_quotas = 1;
	limits_init(&quota_limits[0]);
	dispatch_set_config(&d, &config, quota_limits);
	alert.source = 9;
	put_one(alert);
	assert_int_equal(send_one(), 2);
}

static void a_reserve_is_kept_for_codes(void **state)
{
	struct queue_item promo[4], otp = message(9, CLASS_OTP);
	struct dispatch_choice c;
	(void)state;
	config.reserve = 25;
	config.is_reserve_share = true;
	dispatch_set_config(&d, &config, quota_limits);
	add_sims(4);
	for (int i = 0; i < 4; i++)
		promo[i] = message(i + 1, CLASS_PROMOTIONAL);
	assert_true(put(promo, 4));
	for (int i = 0; i < 3; i++)
		assert_int_equal(take(&c), i + 1);
	assert_int_equal(take(&c), 0);
	assert_int_equal(why(4), DISPATCH_RESERVE);
	put_one(otp);
	assert_int_equal(take(&c), 9);
}

static void a_sim_that_was_out_gets_one_message(void **state)
{
	struct dispatch_choice c;
	(void)state;
	add_sims(2);
	sim_is(1, false, false);
	for (uint32_t i = 0; i < BREAKER_NUMBERS; i++) {
		d.bank.accepted += BREAKER_OTHERS;
		(void)breaker_failed(&d.sims[0].breaker, &d.bank, i, now.mono_ms);
		d.bank.accepted += BREAKER_OTHERS;
	}
	put_one(message(1, CLASS_TRANSACTIONAL));
	assert_int_equal(take(&c), 0);
	assert_int_equal(why(1), DISPATCH_BUSY); /* the other one's */
	now.mono_ms += BREAKER_FIRST_MS;
	put_one(message(2, CLASS_OTP)); /* no code is used to try it out */
	assert_int_equal(take(&c), 1);
	assert_int_equal(c.choice, CHOICE_PROBE);
	dispatch_hand_over(&d, 0);
	sim_is(0, true, false);
	dispatch_forget(&d, 1);
	assert_int_equal(take(&c), 0);
	sim_is(1, false, true); /* unless there is no other */
	assert_int_equal(take(&c), 2);
}

static void without_a_date_only_what_needs_none_goes(void **state)
{
	struct queue_item dated = message(1, CLASS_ALERT);
	(void)state;
	add_sims(1);
	now.is_wall_sane = false;
	dated.expires_at = NOW + 1000;
	put_one(dated);
	assert_int_equal(send_one(), 0);
	assert_int_equal(why(1), DISPATCH_CLOCK);
	dated = message(2, CLASS_ALERT);
	dated.source = 5;
	put_one(dated);
	assert_int_equal(send_one(), 2);
}

/* The window. */

static void a_refill_keeps_what_is_on_its_way(void **state)
{
	struct queue_item items[4];
	struct queue_group marked[DISPATCH_ITEMS_MAX];
	struct dispatch_choice c;
	(void)state;
	add_sims(2);
	for (int i = 0; i < 4; i++)
		items[i] = message(i + 1, CLASS_OTP);
	assert_true(put(items, 3));
	assert_int_equal(take(&c), 1);
	assert_int_equal(take(&c), 2);
	dispatch_hand_over(&d, c.place);
	dispatch_set_aside(&d, 2);
	assert_int_equal(dispatch_marked(&d, marked), 2);
	assert_true(put(items, 4)); /* a fetch that did not know of the claim yet */
	assert_int_equal(dispatch_waiting(&d, 0), 2);
	assert_int_equal(why(2), DISPATCH_UNREAD);
	dispatch_wake_aside(&d);
	assert_int_equal(dispatch_waiting(&d, 0), 3);
	dispatch_forget(&d, 1);
	assert_null(dispatch_item_find(&d, 1));
}

static void what_was_not_read_again_is_dropped(void **state)
{
	const struct queue_group kept = { .class = CLASS_OTP, .route_id = 1 };
	(void)state;
	put_one(message(1, CLASS_OTP));
	put_one(message(2, CLASS_ALERT));
	dispatch_refill_begin(&d);
	dispatch_refill_keep(&d, &kept);
	dispatch_refill_end(&d);
	assert_non_null(dispatch_item_find(&d, 1));
	assert_null(dispatch_item_find(&d, 2));
}

/* A window full of offers has room for a code. */
static void codes_find_room(void **state)
{
	static struct queue_item items[DISPATCH_ITEMS_MAX];
	(void)state;
	add_sims(1);
	for (size_t i = 0; i < DISPATCH_ITEMS_MAX; i++)
		items[i] = message((int64_t)i + 1, CLASS_PROMOTIONAL);
	assert_false(put(items, DISPATCH_ITEMS_MAX));
	assert_true(dispatch_is_low(&d, DISPATCH_ITEMS_MAX) == false);
	items[0] = message(DISPATCH_ITEMS_MAX + 1, CLASS_OTP);
	assert_true(put(items, 1));
	assert_int_equal(send_one(), DISPATCH_ITEMS_MAX + 1);
}

static void many_sources_come_and_go(void **state)
{
	(void)state;
	add_sims(1);
	for (int64_t round = 0; round < 3; round++) {
		for (int64_t i = 0; i < DISPATCH_GROUPS_MAX; i++) {
			struct queue_item item =
				message(round * 10000 + i + 1, CLASS_PROMOTIONAL);
			item.source = round * 10000 + i;
			if (!put(&item, 1))
				assert_true(i > DISPATCH_GROUPS_MAX / 2);
		}
		assert_true(dispatch_waiting(&d, 0) > DISPATCH_GROUPS_MAX / 2);
		for (int i = 0; i < 500; i++)
			assert_int_not_equal(send_one(), 0);
		dispatch_drop_waiting(&d);
		assert_int_equal(dispatch_waiting(&d, 0), 0);
	}
	assert_int_equal(d.n_items, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		T(classes_are_strict),
		T(sources_share_by_parts),
		T(a_newcomer_earns_no_credit),
		T(what_is_put_back_is_first_again),
		T(a_refused_message_goes_over_another_sim),
		T(a_number_keeps_its_sim),
		T(the_cheapest_then_the_bundle),
		T(strictly_the_cheapest_waits_for_it),
		T(roles_groups_routes_and_countries),
		T(a_reserve_is_kept_for_codes),
		T(a_sim_that_was_out_gets_one_message),
		T(without_a_date_only_what_needs_none_goes),
		T(a_refill_keeps_what_is_on_its_way),
		T(what_was_not_read_again_is_dropped),
		T(codes_find_room),
		T(many_sources_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
