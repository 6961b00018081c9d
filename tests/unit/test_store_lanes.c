/*
 * Proves: groups and their items are read in order from a cursor on; a number keeps its
 * SIM and is told once when that changes; each new refusal of the claim, with the time at
 * which it ends; and what the store can say of a waiting message.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/store/affinity.h"
#include "firmware/store/campaign.h"
#include "firmware/store/dispatch_config.h"
#include "firmware/store/window.h"

#define TO "+306941234567"
#define OTHER "+306941234568"
#define DAY INT64_C(86400000)

static struct queue_claim claimed;
static enum queue_claim_result take(struct fixture *f, struct queue_take decided)
{
	enum queue_claim_result result;
	decided.sim_id = decided.sim_id ? decided.sim_id : f->sim;
	OK(queue_claim(f->s, &decided, &claimed, &result));
	return result;
}
#define TAKE(...) take(f, (struct queue_take){ __VA_ARGS__ })

static void test_groups_in_order(void **state)
{
	struct fixture *f = *state;
	struct queue_group groups[16];
	size_t n;

	OK(queue_groups(f->s, NULL, groups, 16, &n));
	assert_int_equal(n, 0);
	(void)ADD(.class = CLASS_PROMOTIONAL, .source = 9);
	(void)ADD(.source = 7, .route_id = 2, .flags = MESSAGE_FLAG_AFFINE, .sim_id = 3);
	(void)ADD(.source = 7, .route_id = 2, .flags = MESSAGE_FLAG_SIM_FIXED,
		.sim_id = 3);
	(void)ADD(.source = 7, .route_id = 2, .due_at = NOW + 50);
	(void)ADD(.source = 7, .route_id = 2, .due_at = NOW + 20);
	(void)ADD(.source = 7, .route_id = 1);
	(void)ADD(.source = -4, .route_id = 5);
	(void)ADD(.class = CLASS_OTP, .due_at = NOW - 5);

	static const struct queue_group order[] = {
		{ CLASS_OTP, 0, 0, 0, 0, NOW - 5 },
		{ CLASS_TRANSACTIONAL, -4, 5, 0, 0, NOW },
		{ CLASS_TRANSACTIONAL, 7, 1, 0, 0, NOW },
		{ CLASS_TRANSACTIONAL, 7, 2, -3, 0, NOW },
		{ CLASS_TRANSACTIONAL, 7, 2, 0, 0, NOW + 20 },
		{ CLASS_TRANSACTIONAL, 7, 2, 3, 0, NOW },
		{ CLASS_PROMOTIONAL, 9, 0, 0, 0, NOW },
	};
	for (size_t step = 1; step <= 8; step++) { /* however many at once */
		struct queue_group *at = NULL;
		size_t all = 0;
		do {
			OK(queue_groups(f->s, at, groups, step, &n));
			for (size_t i = 0; i < n; i++, all++) {
				assert_int_equal(groups[i].class, order[all].class);
				assert_int_equal(groups[i].source, order[all].source);
				assert_int_equal(groups[i].route_id, order[all].route_id);
				assert_int_equal(groups[i].lane, order[all].lane);
				assert_int_equal(groups[i].due_at, order[all].due_at);
			}
			static struct queue_group last;
			last = groups[n ? n - 1 : 0];
			at = &last;
		} while (n == step);
		assert_int_equal(all, 7);
	}
}

static void test_owner_of_a_campaign(void **state)
{
	struct fixture *f = *state;
	struct campaign in = {
		.list_id = 1, .name = "A", .text = "x", .class = CLASS_PROMOTIONAL
	};
	int64_t nobodys, somebodys;
	struct queue_group groups[4];
	size_t n;

	OK(db_exec(f->s, "INSERT INTO list (id, name, created_at) VALUES (1, 'all', 1)"));
	OK(campaign_create(f->s, &in, &nobodys));
	in.user_id = 12;
	OK(campaign_create(f->s, &in, &somebodys));
	(void)ADD(.source = nobodys, .campaign_id = nobodys, .state = MESSAGE_QUEUED);
	(void)ADD(.source = somebodys, .campaign_id = somebodys, .state = MESSAGE_QUEUED);
	(void)ADD(.source = 99);
	OK(queue_groups(f->s, NULL, groups, 4, &n));
	assert_int_equal(n, 3);
	assert_int_equal(groups[0].owner, 0);
	assert_int_equal(groups[1].owner, source_of_user(12));
	assert_int_equal(groups[2].owner, 0);
}

static void test_refill_goes_on_from_its_cursor(void **state)
{
	struct fixture *f = *state;
	struct queue_item items[4];
	struct queue_want want = { .group = { .class = CLASS_TRANSACTIONAL, .source = 7 },
		.due_at = INT64_MIN,
		.max = 2 };
	static const int64_t dues[] = { NOW, NOW - 9, NOW - 9, NOW - 9, NOW + 30 };
	static const int64_t order[] = { 2, 3, 4, 1 };
	size_t all = 0;

	for (size_t i = 0; i < 5; i++)
		(void)ADD(.source = 7, .due_at = dues[i]);
	(void)ADD(.source = 7, .route_id = 1); /* not asked for */
	for (int i = 0; i < 2; i++) {
		OK(queue_refill(f->s, &want, items));
		assert_int_equal(want.n, 2);
		assert_true(want.has_more);
		for (size_t at = 0; at < 2; at++, all++) {
			assert_int_equal(items[at].id, order[all]);
			assert_int_equal(items[at].due_at, dues[order[all] - 1]);
			assert_int_equal(items[at].source, 7);
			assert_int_equal(items[at].parts, 1);
		}
	}
	OK(queue_refill(f->s, &want, items));
	assert_int_equal(want.n, 0);
	assert_false(want.has_more);
	assert_int_equal(want.next_due, NOW + 30);
	f->clock.fake_wall_ms += 30;
	OK(queue_refill(f->s, &want, items));
	assert_int_equal(want.n, 1);
	assert_int_equal(items[0].id, 5);
	assert_false(want.has_more);
	assert_int_equal(want.next_due, 0);
}

/* What may not go is walked over in bounded steps. */
static void test_refill_leaves_out(void **state)
{
	struct fixture *f = *state;
	struct queue_item items[2];
	struct queue_want want = {
		.group = { .class = CLASS_TRANSACTIONAL }, .due_at = INT64_MIN, .max = 2
	};
	int steps = 1;

	for (int i = 0; i < 2500; i++)
		(void)ADD(.pause_at = i % 2 ? NOW : 0, .expires_at = i % 2 ? 0 : NOW);
	int64_t id = ADD(.pause_at = NOW + 1, .expires_at = NOW + 2);
	OK(queue_refill(f->s, &want, items));
	while (want.n == 0 && want.has_more) {
		OK(queue_refill(f->s, &want, items));
		steps++;
	}
	assert_in_range(steps, 3, 10);
	assert_int_equal(want.n, 1);
	assert_int_equal(items[0].id, id);
	assert_int_equal(items[0].pause_at, NOW + 1);
	assert_int_equal(items[0].expires_at, NOW + 2);
}

static void test_claim_notes_its_decision(void **state)
{
	struct fixture *f = *state;
	int64_t id = ADD(.parts = 2, .national = 0x30005, .route_id = 4);

	assert_int_equal(
		TAKE(.id = id, .choice = CHOICE_BUNDLE, .price = 5), QUEUE_CLAIMED);
	assert_int_equal(claimed.national, 0x30005);
	assert_int_equal(ask(f, "SELECT choice FROM message"), CHOICE_BUNDLE);
	OK(queue_part_accepted(f->s, id, 1, 1, 2000));
	OK(queue_next_part(f->s, id, 2, 70));
	assert_int_equal(ask(f, "SELECT sum(price * seq) FROM part"), 145);
}

static void test_pause_is_kept(void **state)
{
	struct fixture *f = *state;
	int64_t id = ADD(.pause_at = NOW + 10);

	f->clock.fake_wall_ms += 10;
	assert_int_equal(TAKE(.id = id), QUEUE_GONE);
	assert_int_equal(state_of(f, id), MESSAGE_QUEUED);
	f->clock.fake_wall_ms--;
	assert_int_equal(TAKE(.id = id), QUEUE_CLAIMED);
}

/* Sends one to TO over the SIM. */
static int64_t send_one(struct fixture *f, enum message_class class, int64_t sim_id)
{
	int64_t id = ADD(.class = class, .due_at = f->clock.fake_wall_ms);
	assert_int_equal(TAKE(.id = id, .sim_id = sim_id), QUEUE_CLAIMED);
	OK(queue_part_accepted(f->s, id, 1, (uint8_t)id, 2000));
	return id;
}

static void test_frequency_cap(void **state)
{
	struct fixture *f = *state;
	const struct frequency_cap cap = { CLASS_TRANSACTIONAL, 2, 3 };
	const struct frequency_cap none = { CLASS_TRANSACTIONAL, 0, 0 };
	int64_t at;

	OK(frequency_cap_put(f->s, &cap));
	(void)send_one(f, CLASS_TRANSACTIONAL, f->sim);
	(void)send_one(f, CLASS_CONVERSATION, f->sim); /* another class */
	f->clock.fake_wall_ms += DAY;
	int64_t bound = ADD(.parts = 2, .due_at = NOW);
	assert_int_equal(TAKE(.id = bound), QUEUE_CLAIMED);
	OK(queue_part_accepted(f->s, bound, 1, 9, 2000));

	int64_t id = ADD(.due_at = NOW);
	assert_int_equal(TAKE(.id = id), QUEUE_FREQUENCY);
	assert_int_equal(state_of(f, id), MESSAGE_QUEUED);
	assert_int_equal(
		ask_id(f, "SELECT due_at FROM message WHERE id = ", id), NOW + 7 * DAY);
	assert_int_equal(
		ask_id(f, "SELECT cause = 'frequency_cap' FROM message WHERE id = ", id),
		1);
	OK(frequency_free_at(f->s, TO, CLASS_TRANSACTIONAL, &at));
	assert_int_equal(at, NOW + 7 * DAY);
	OK(frequency_free_at(f->s, OTHER, CLASS_TRANSACTIONAL, &at));
	assert_int_equal(at, 0);
	assert_int_equal(TAKE(.id = ADD(.msisdn = OTHER)), QUEUE_CLAIMED);
	/* What is half on air goes on. */
	OK(queue_next_part(f->s, bound, 2, 0));
	OK(queue_part_retry(
		f->s, bound, 2, &(struct queue_retry){ NOW, "cms 42", true }));
	assert_int_equal(TAKE(.id = bound), QUEUE_CLAIMED);

	f->clock.fake_wall_ms = NOW + 7 * DAY;
	assert_int_equal(TAKE(.id = id), QUEUE_CLAIMED);
	OK(queue_part_accepted(f->s, id, 1, 11, 2000));
	/* Now the third in 30 days: the first of them frees it. */
	f->clock.fake_wall_ms = NOW + 20 * DAY;
	id = ADD(.due_at = NOW);
	assert_int_equal(TAKE(.id = id), QUEUE_FREQUENCY);
	OK(frequency_free_at(f->s, TO, CLASS_TRANSACTIONAL, &at));
	assert_int_equal(at, NOW + 30 * DAY);
	OK(frequency_cap_put(f->s, &none));
	f->clock.fake_wall_ms = at;
	assert_int_equal(TAKE(.id = id), QUEUE_CLAIMED);
}

static void test_recipients_of_a_month(void **state)
{
	struct fixture *f = *state;
	int64_t first = ADD(.msisdn = TO), again = ADD(.msisdn = TO);
	int64_t second = ADD(.msisdn = OTHER);
	size_t n;

	assert_int_equal(TAKE(.id = first, .month_at = NOW - DAY, .recipients_left = 1),
		QUEUE_CLAIMED);
	assert_true(claimed.is_new_recipient);
	assert_int_equal(TAKE(.id = second, .month_at = NOW - DAY), QUEUE_RECIPIENTS);
	assert_int_equal(state_of(f, second), MESSAGE_QUEUED);
	assert_int_equal(TAKE(.id = again, .month_at = NOW - DAY), QUEUE_CLAIMED);
	assert_false(claimed.is_new_recipient);
	/* Another SIM has not written to it, and the next month begins anew. */
	assert_int_equal(TAKE(.id = second, .sim_id = f->sim + 1, .month_at = NOW - DAY),
		QUEUE_RECIPIENTS);
	assert_int_equal(
		TAKE(.id = second, .month_at = NOW, .recipients_left = 5), QUEUE_CLAIMED);
	assert_true(claimed.is_new_recipient);
	assert_int_equal(ask(f, "SELECT count(*) FROM sim_recipient"), 2);
	/* Months that are over are forgotten; SIMs of the box only are looked at. */
	OK(dispatch_recipients_sweep(f->s, NOW, 10, &n));
	assert_int_equal(n, 1);
	const struct dispatch_since since = { .month = NOW };
	struct dispatch_used used;
	OK(dispatch_used_read(f->s, f->sim, &since, &used));
	assert_int_equal(used.recipients_month, 1);
}

static int64_t known_sim(struct fixture *f, const char *msisdn)
{
	int64_t sim = 0;
	enum err err = affinity_find(f->s, msisdn, &sim);
	assert_true(err == ERR_OK || err == ERR_NOTFOUND);
	return sim;
}

static void receive(struct fixture *f, const char *from, int64_t sim_id)
{
	const struct inbound_part part = { .sim_id = sim_id,
		.originator = from,
		.text = "Yes",
		.scts = f->clock.fake_wall_ms };
	enum inbound_stored stored;
	int64_t id;
	OK(inbound_store_part(f->s, &part, &stored, &id));
	OK(inbound_mark_read(f->s, id, "other", 0, 0));
}

static void test_a_number_knows_its_sim(void **state)
{
	struct fixture *f = *state;

	(void)send_one(f, CLASS_OTP, 2); /* nobody answers a code */
	assert_int_equal(known_sim(f, TO), 0);
	(void)send_one(f, CLASS_TRANSACTIONAL, 2);
	assert_int_equal(known_sim(f, TO), 2);
	receive(f, TO, 3);
	assert_int_equal(known_sim(f, TO), 3);
	receive(f, "54001", 3);
	assert_int_equal(known_sim(f, "54001"), 0);
	receive(f, "6941234568", 4); /* as the network gave it; whose it is comes out */
	assert_int_equal(known_sim(f, OTHER), 0);
	OK(inbound_set_originator(f->s, 3, OTHER));
	assert_int_equal(known_sim(f, OTHER), 4);
	assert_int_equal(inbound_set_originator(f->s, 99, OTHER), ERR_NOTFOUND);
	/* Nothing is written where nothing changes. */
	f->clock.fake_wall_ms += 5;
	receive(f, OTHER, 4);
	assert_int_equal(ask(f, "SELECT at FROM affinity WHERE sim_id = 4"), NOW);

	struct contact contact = { .msisdn = OTHER };
	struct contact_put put;
	OK(contact_put(f->s, &contact, &put));
	OK(db_exec(f->s, "INSERT INTO sim_recipient VALUES (4, 1, '" OTHER "')"));
	OK(contact_erase(f->s, put.id));
	assert_int_equal(known_sim(f, OTHER), 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM sim_recipient"), 0);
}

static int64_t lane_of(struct fixture *f, int64_t id)
{
	struct queue_explain explain;
	OK(queue_explain_read(f->s, id, &explain));
	assert_int_equal(
		explain.item.sim_id, explain.item.lane > 0 ? explain.item.lane : 0);
	return explain.item.lane;
}

/* A wish until a part of it is on air, then a must. */
static void test_lane_of_a_retry(void **state)
{
	struct fixture *f = *state;
	const struct queue_retry retry = { NOW, "cms 42", true };
	size_t unknown;

	OK(affinity_put(f->s, TO, 3));
	int64_t id = ADD(.parts = 3, .flags = MESSAGE_FLAG_AFFINE, .sim_id = 3);
	assert_int_equal(lane_of(f, id), -3);
	assert_int_equal(TAKE(.id = id, .sim_id = 5), QUEUE_CLAIMED);
	OK(queue_part_retry(f->s, id, 1, &retry));
	assert_int_equal(lane_of(f, id), -3);
	assert_int_equal(TAKE(.id = id, .sim_id = 5), QUEUE_CLAIMED);
	OK(queue_part_accepted(f->s, id, 1, 1, 2000));
	OK(queue_next_part(f->s, id, 2, 0));
	OK(queue_part_retry(f->s, id, 2, &retry));
	assert_int_equal(lane_of(f, id), 5);
	assert_int_equal(TAKE(.id = id, .sim_id = 3), QUEUE_GONE);
	assert_int_equal(TAKE(.id = id, .sim_id = 5), QUEUE_CLAIMED);

	OK(affinity_put(f->s, OTHER, 3));
	int64_t cut = ADD(.msisdn = OTHER, .parts = 2, .flags = MESSAGE_FLAG_AFFINE,
		.sim_id = 3);
	assert_int_equal(TAKE(.id = cut, .sim_id = 6), QUEUE_CLAIMED);
	OK(queue_recover(f->s, &unknown));
	assert_int_equal(lane_of(f, cut), 6);

	/* Its number is not known any more: it is free. */
	int64_t gone = ADD(.msisdn = "+30210", .flags = MESSAGE_FLAG_AFFINE, .sim_id = 3);
	assert_int_equal(TAKE(.id = gone, .sim_id = 6), QUEUE_CLAIMED);
	OK(queue_part_retry(f->s, gone, 1, &retry));
	assert_int_equal(lane_of(f, gone), 0);
}

static void test_notice_of_a_move(void **state)
{
	struct fixture *f = *state;
	const struct queue_notice notice = { "We write from here.", MESSAGE_GSM7, 1 };
	struct queue_group group;
	size_t n;

	OK(affinity_put(f->s, TO, 3));
	int64_t free_one = ADD(.parts = 1);
	int64_t first = ADD(.flags = MESSAGE_FLAG_AFFINE, .sim_id = 3, .route_id = 8);
	int64_t second = ADD(.flags = MESSAGE_FLAG_AFFINE, .sim_id = 3);
	int64_t home = ADD(.flags = MESSAGE_FLAG_AFFINE, .sim_id = 3);
	assert_int_equal(
		TAKE(.id = free_one, .sim_id = 4, .notice = &notice), QUEUE_CLAIMED);
	assert_int_equal(claimed.notice_id, 0);
	assert_int_equal(TAKE(.id = home, .sim_id = 3, .notice = &notice), QUEUE_CLAIMED);
	assert_int_equal(claimed.notice_id, 0);
	assert_int_equal(
		TAKE(.id = first, .sim_id = 4, .notice = &notice), QUEUE_CLAIMED);
	assert_int_not_equal(claimed.notice_id, 0);
	assert_int_equal(lane_of(f, claimed.notice_id), 4);
	assert_int_equal(
		ask_id(f, "SELECT route_id FROM message WHERE id = ", claimed.notice_id),
		8);
	assert_int_equal(known_sim(f, TO), 4);
	OK(queue_groups(f->s, NULL, &group, 1, &n));
	assert_int_equal(group.class, CLASS_TRANSACTIONAL);
	assert_int_equal(group.source, SOURCE_BOX);
	/* Once for a move. */
	assert_int_equal(
		TAKE(.id = second, .sim_id = 4, .notice = &notice), QUEUE_CLAIMED);
	assert_int_equal(claimed.notice_id, 0);
}

static void test_affine_is_added_with_its_sim(void **state)
{
	struct fixture *f = *state;
	struct message_added added;
	struct message in = { .state = MESSAGE_QUEUED,
		.class = CLASS_TRANSACTIONAL,
		.msisdn = TO,
		.text = "x",
		.parts = 1,
		.flags = MESSAGE_FLAG_AFFINE };

	assert_int_equal(message_add(f->s, &in, &added), ERR_ARG);
	in.sim_id = 2;
	in.flags |= MESSAGE_FLAG_SIM_FIXED;
	assert_int_equal(message_add(f->s, &in, &added), ERR_ARG);
	in.flags = 0;
	assert_int_equal(message_add(f->s, &in, &added), ERR_ARG);
}

static void test_explain(void **state)
{
	struct fixture *f = *state;
	const struct frequency_cap cap = { CLASS_TRANSACTIONAL, 1, 0 };
	const struct suppression stop = { .reason = "manual" };
	struct queue_explain e;
	size_t n;

	assert_int_equal(queue_explain_read(f->s, 99, &e), ERR_NOTFOUND);
	int64_t id = ADD(.route_id = 4, .pause_at = NOW + 50, .expires_at = NOW + 60,
		.parts = 2);
	OK(queue_explain_read(f->s, id, &e));
	assert_int_equal(e.state, MESSAGE_QUEUED);
	assert_int_equal(e.item.route_id, 4);
	assert_int_equal(e.item.pause_at, NOW + 50);
	assert_int_equal(e.item.parts, 2);
	assert_int_equal(e.campaign_state, -1);
	assert_int_equal(e.frequency_free_at + e.refused_at + e.attempts, 0);
	assert_false(e.is_unread || e.is_suppressed || e.is_unconsented);

	assert_int_equal(TAKE(.id = id), QUEUE_CLAIMED);
	OK(queue_part_retry(f->s, id, 1,
		&(struct queue_retry){ NOW + 9, "cms 42 congestion", true }));
	OK(frequency_cap_put(f->s, &cap));
	(void)send_one(f, CLASS_TRANSACTIONAL, f->sim);
	const struct inbound_part part = {
		.sim_id = 1, .originator = TO, .text = "Stop?"
	};
	enum inbound_stored stored;
	int64_t inbound;
	OK(inbound_store_part(f->s, &part, &stored, &inbound));
	OK(queue_explain_read(f->s, id, &e));
	assert_int_equal(e.item.due_at, NOW + 9);
	assert_int_equal(e.refused_at, NOW);
	assert_int_equal(e.refused_by, f->sim);
	assert_int_equal(e.attempts, 1);
	assert_int_equal(e.frequency_free_at, NOW + 7 * DAY);
	assert_string_equal(e.cause, "cms 42 congestion");
	assert_true(e.is_unread);
	assert_false(e.is_suppressed);

	int64_t promo = ADD(.class = CLASS_PROMOTIONAL, .msisdn = OTHER);
	OK(suppression_add(f->s, TO, &stop, &n));
	id = ADD(.parts = 1);
	OK(queue_explain_read(f->s, id, &e));
	assert_true(e.is_suppressed);
	OK(queue_explain_read(f->s, promo, &e));
	assert_true(e.is_unconsented);
	id = ADD(.class = CLASS_OTP);
	OK(queue_explain_read(f->s, id, &e));
	assert_false(e.is_suppressed || e.is_unread || e.is_unconsented);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_groups_in_order),
		TEST(test_owner_of_a_campaign),
		TEST(test_refill_goes_on_from_its_cursor),
		TEST(test_refill_leaves_out),
		TEST(test_claim_notes_its_decision),
		TEST(test_pause_is_kept),
		TEST(test_frequency_cap),
		TEST(test_recipients_of_a_month),
		TEST(test_a_number_knows_its_sim),
		TEST(test_lane_of_a_retry),
		TEST(test_notice_of_a_move),
		TEST(test_affine_is_added_with_its_sim),
		TEST(test_explain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
