/*
 * Proves: a campaign reaches each consenting member once, whoever kills the feeder and
 * whenever; pause, resume and cancel act on what waits; a STOP that comes between
 * fetching and claiming keeps the text from going out, and the rest of the campaign goes
 * on; only about ten minutes are fed ahead; the campaign ends when nothing is open.
 */
#include <sys/wait.h>

#include "tests/unit/office_fixture.h"
#include "tests/unit/queue_due.h"

#define MEMBERS 450

static struct feeder_result feed(struct fixture *f)
{
	struct feeder_result r;
	FINE(f, feeder_run(&f->o, &r));
	return r;
}

static void feed_all(struct fixture *f)
{
	while (feed(f).has_more) {
	}
}

static int64_t big_list(struct fixture *f, int n)
{
	int64_t list = new_list(f, "Offers");
	FINE(f, office_begin(&f->o));
	for (int i = 0; i < n; i++)
		new_member(f, list, i, i % 10 != 3); /* a tenth never agreed */
	FINE(f, office_commit(&f->o));
	return list;
}

struct state {
	enum campaign_state state;
	int64_t fed_after;
};

static bool on_campaign(void *user, const struct campaign *c)
{
	struct state *s = user;
	s->state = c->state;
	s->fed_after = c->fed_after;
	return true;
}

static struct state campaign_of(struct fixture *f, int64_t id)
{
	struct state s;
	OK(campaign_get(f->o.store, id, on_campaign, &s));
	return s;
}

/* What the radio side does with a message that goes through at once. */
static enum queue_claim_result claim(struct fixture *f, int64_t id)
{
	static struct queue_claim out;
	enum queue_claim_result result;
	OK(queue_claim(f->o.store, &(struct queue_take){ .id = id, .sim_id = f->sim },
		&out, &result));
	if (result == QUEUE_CLAIMED)
		OK(queue_part_accepted(f->o.store, id, 1, (uint8_t)id, 2000));
	return result;
}

static size_t send_waiting(struct fixture *f, size_t max)
{
	struct queue_item items[64];
	size_t sent = 0;
	while (sent < max) {
		size_t n =
			queue_due(f->o.store, items, max - sent < 64 ? max - sent : 64);
		for (size_t i = 0; i < n; i++)
			sent += claim(f, items[i].id) == QUEUE_CLAIMED;
		if (n == 0)
			break;
	}
	return sent;
}

static void test_ahead_and_done(void **state)
{
	struct fixture *f = *state;
	int64_t id = new_campaign(f, big_list(f, MEMBERS), "Hi {{first_name|you}}");
	FINE(f, campaigns_start(&f->o, &tester, id));
	feed_all(f);
	/* One SIM nobody has measured: the least amount is fed, give or take a tenth. */
	assert_in_range(count_messages(f, id, MESSAGE_QUEUED), FEEDER_AHEAD_MIN * 9 / 10,
		FEEDER_AHEAD_MIN);
	assert_int_equal(send_waiting(f, 50), 50);
	feed_all(f);
	assert_in_range(count_messages(f, id, MESSAGE_QUEUED), FEEDER_AHEAD_MIN * 9 / 10,
		FEEDER_AHEAD_MIN);
	while (send_waiting(f, 1000))
		feed_all(f);
	assert_int_equal(count_messages(f, id, MESSAGE_SENT), MEMBERS * 9 / 10);
	assert_int_equal(campaign_of(f, id).state, CAMPAIGN_DONE);
	struct campaign_report report;
	FINE(f, campaigns_report(&f->o, id, &report));
	assert_int_equal(report.recipients, MEMBERS);
	assert_int_equal(report.skipped[SKIP_NO_CONSENT], MEMBERS / 10);
	assert_int_equal(feed(f).fed, 0);
}

/* The process ends before the commit of its n-th transaction, at any point of it. */
static void feed_and_die(struct fixture *f, int steps)
{
	int status;
	office_close(&f->o);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct feeder_result r;
		if (office_open(&f->o, f->path, STORE_OFFICE, NULL, &f->clock))
			_exit(1);
		for (int i = 0; i < steps; i++)
			(void)feeder_run(&f->o, &r);
		/* A step that is written and not committed. */
		(void)office_begin(&f->o);
		(void)feeder_run(&f->o, &r);
		_exit(9);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 9);
	fixture_open(f);
}

static int by_number(const void *a, const void *b)
{
	return strcmp(a, b);
}

struct numbers {
	size_t n;
	char at[2 * MEMBERS][24];
};

static bool on_number(void *user, const struct message *m)
{
	struct numbers *all = user;
	(void)str_copy(all->at[all->n++], sizeof(all->at[0]), m->msisdn);
	return all->n < 2 * MEMBERS;
}

static void test_kill_anywhere(void **state)
{
	struct fixture *f = *state;
	int64_t id = new_campaign(f, big_list(f, MEMBERS), "Hi {{first_name}}");
	FINE(f, campaigns_start(&f->o, &tester, id));
	for (int round = 0; round < 4; round++) {
		feed_and_die(f, round % 2);
		send_waiting(f, 120);
	}
	feed_all(f);
	while (send_waiting(f, 1000))
		feed_all(f);
	struct numbers *all = calloc(1, sizeof(*all));
	const struct message_query query = {
		.state = -1, .campaign_id = id, .max = 2 * MEMBERS
	};
	OK(message_list(f->o.store, &query, on_number, all));
	assert_int_equal(all->n, MEMBERS * 9 / 10);
	qsort(all->at, all->n, sizeof(all->at[0]), by_number);
	for (size_t i = 1; i < all->n; i++)
		assert_string_not_equal(all->at[i - 1], all->at[i]);
	free(all);
	assert_int_equal(campaign_of(f, id).state, CAMPAIGN_DONE);
}

static void test_pause_resume_cancel(void **state)
{
	struct fixture *f = *state;
	int64_t id = new_campaign(f, big_list(f, MEMBERS), "Hi");
	REFUSED(f, campaigns_pause(&f->o, &tester, id), "wrong_state");
	FINE(f, campaigns_start(&f->o, &tester, id));
	REFUSED(f, campaigns_start(&f->o, &tester, id), "wrong_state");
	feed_all(f);
	FINE(f, campaigns_pause(&f->o, &tester, id));
	feed_all(f);
	assert_int_equal(count_messages(f, id, MESSAGE_QUEUED), 0);
	assert_true(count_messages(f, id, MESSAGE_HELD) > FEEDER_AHEAD_MIN / 2);
	assert_int_equal(send_waiting(f, 10), 0);
	FINE(f, campaigns_resume(&f->o, &tester, id));
	feed_all(f);
	assert_int_equal(count_messages(f, id, MESSAGE_HELD), 0);
	assert_int_equal(send_waiting(f, 10), 10);
	FINE(f, campaigns_cancel(&f->o, &tester, id));
	feed_all(f);
	assert_int_equal(count_messages(f, id, MESSAGE_QUEUED), 0);
	assert_int_equal(count_messages(f, id, MESSAGE_SENT), 10);
	assert_int_equal(send_waiting(f, 10), 0);
	REFUSED(f, campaigns_resume(&f->o, &tester, id), "wrong_state");
}

static void test_stop_between_fetch_and_claim(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers");
	for (int i = 0; i < 3; i++)
		new_member(f, list, i, true);
	int64_t id = new_campaign(f, list, "Hi {{first_name}}");
	FINE(f, campaigns_start(&f->o, &tester, id));
	feed_all(f);
	struct queue_item items[8] = { { .id = 0 } };
	assert_int_equal(queue_due(f->o.store, items, 8), 3);
	receive(f, "+306941200001", "ΣΤΟΠ");
	/* Before the rules have read it, and after. */
	assert_int_equal(claim(f, items[1].id), QUEUE_UNREAD);
	run_rules(f);
	assert_int_not_equal(claim(f, items[1].id), QUEUE_CLAIMED);
	assert_int_equal(claim(f, items[0].id), QUEUE_CLAIMED);
	assert_int_equal(claim(f, items[2].id), QUEUE_CLAIMED);
	feed_all(f);
	assert_int_equal(campaign_of(f, id).state, CAMPAIGN_DONE);
	assert_int_equal(count_messages(f, id, MESSAGE_CANCELLED), 1);
}

static void test_stop_before_feeding(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers");
	for (int i = 0; i < 3; i++)
		new_member(f, list, i, true);
	int64_t id = new_campaign(f, list, "Hi");
	FINE(f, campaigns_start(&f->o, &tester, id));
	receive(f, "+306941200002", "stop");
	run_rules(f);
	feed_all(f);
	struct campaign_report report;
	FINE(f, campaigns_report(&f->o, id, &report));
	assert_int_equal(report.skipped[SKIP_SUPPRESSED], 1);
	assert_int_equal(count_messages(f, id, MESSAGE_QUEUED), 2);
}

static void test_texts_of_two_campaigns_fairly(void **state)
{
	struct fixture *f = *state;
	int64_t list = big_list(f, MEMBERS);
	int64_t a = new_campaign(f, list, "A {{first_name}}");
	int64_t b = new_campaign(f, list, "B {{missing|none}}");
	REFUSED(f, campaigns_start(&f->o, &tester, b), "unknown_placeholder");
	const struct campaign_draft fixed = { .text = "B {{last_name|none}}" };
	FINE(f, campaigns_update(&f->o, &tester, b, &fixed));
	FINE(f, campaigns_start(&f->o, &tester, a));
	FINE(f, campaigns_start(&f->o, &tester, b));
	feed_all(f);
	int64_t of_a = count_messages(f, a, MESSAGE_QUEUED);
	assert_true(of_a > FEEDER_AHEAD_MIN / 2);
	assert_int_equal(count_messages(f, b, MESSAGE_QUEUED), of_a);
	struct seen s = messages_to(f, "+306941200000");
	assert_int_equal(s.n, 2);
	assert_string_equal(s.at[0].text, "A Person0");
	assert_string_equal(s.at[1].text, "B none");
}

static void test_nobody_to_send_to(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers");
	int64_t id = new_campaign(f, list, "Hi");
	REFUSED(f, campaigns_start(&f->o, &tester, id), "no_recipients");
	new_member(f, list, 1, false);
	REFUSED(f, campaigns_start(&f->o, &tester, id), "no_recipients");
	assert_int_equal(campaign_of(f, id).state, CAMPAIGN_DRAFT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ahead_and_done),
		TEST(test_kill_anywhere),
		TEST(test_pause_resume_cancel),
		TEST(test_stop_between_fetch_and_claim),
		TEST(test_stop_before_feeding),
		TEST(test_texts_of_two_campaigns_fairly),
		TEST(test_nobody_to_send_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
