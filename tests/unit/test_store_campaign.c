/*
 * Proves: a campaign reaches each member of its list once, whoever joins later not at
 * all; pausing, resuming and cancelling act on what waits; its report adds up.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/store/campaign.h"
#include "firmware/store/campaign_detail.h"

#define MEMBERS 6

struct world {
	struct fixture *f;
	int64_t list, campaign;
};

static const struct consent_evidence yes = { CONSENT_IN, "shop", "", "", "" };

static void add_member(struct world *w, int n, const struct consent_evidence *evidence)
{
	char msisdn[20];
	struct list_import out;
	(void)str_format(msisdn, sizeof(msisdn), "+3069412345%02d", n);
	const struct list_import_row row = {
		.list_id = w->list, .contact = { .msisdn = msisdn }, .evidence = evidence
	};
	OK(list_import_row(w->f->s, &row, &out));
}

/* Six members: the first without consent, the second suppressed. */
static struct world make_world(struct fixture *f)
{
	struct world w = { .f = f };
	const struct list list = { .name = "Offers" };
	const struct suppression why = { .reason = "manual" };

	OK(list_create(f->s, &list, &w.list));
	for (int n = 1; n <= MEMBERS; n++)
		add_member(&w, n, n == 1 ? NULL : &yes);
	OK(suppression_add(f->s, "+306941234502", &why, NULL));
	const struct campaign campaign = { .list_id = w.list,
		.name = "May",
		.text = "Hello {first_name}",
		.class = CLASS_PROMOTIONAL,
		.created_by = "user:1" };
	OK(campaign_create(f->s, &campaign, &w.campaign));
	return w;
}

struct batch {
	size_t n;
	struct campaign_row rows[MEMBERS];
	char msisdn[MEMBERS][20];
};

static bool take(void *user, const struct campaign_member *member)
{
	struct batch *batch = user;
	struct campaign_row *row = &batch->rows[batch->n];

	*row = (struct campaign_row){ .contact_id = member->contact.id };
	(void)str_copy(batch->msisdn[batch->n], 20, member->contact.msisdn);
	if (member->is_suppressed)
		row->reason = SKIP_SUPPRESSED;
	else if (member->consent != CONSENT_IN)
		row->reason = SKIP_NO_CONSENT;
	row->message = (struct message){ .msisdn = batch->msisdn[batch->n],
		.text = "Hello",
		.parts = 1,
		.due_at = NOW };
	batch->n++;
	return true;
}

/* One step of a feeder; how many members it took. */
static size_t feed(struct world *w, int64_t *after, size_t max)
{
	struct campaign_feed feed = {
		.campaign_id = w->campaign, .after = *after, .max = max
	};
	struct batch batch = { 0 };

	OK(campaign_feed_next(w->f->s, &feed, take, &batch));
	if (batch.n == 0)
		return 0;
	OK(campaign_feed_put(w->f->s, &feed, batch.rows, batch.n));
	*after = batch.rows[batch.n - 1].contact_id;
	/* The same batch again, as after a lost answer: refused whole. */
	assert_int_equal(
		campaign_feed_put(w->f->s, &feed, batch.rows, batch.n), ERR_BUSY);
	return batch.n;
}

static void test_each_member_once(void **state)
{
	struct world w = make_world(*state);
	struct store *s = w.f->s;
	struct campaign_report report;
	int64_t after = 0;

	OK(campaign_start(s, w.campaign));
	w.f->clock.fake_wall_ms += 1000;
	add_member(&w, 99, &yes); /* too late for this campaign */
	size_t fed = 0, n;
	while ((n = feed(&w, &after, 2)) > 0)
		fed += n;
	assert_int_equal(fed, MEMBERS);
	OK(campaign_report(s, w.campaign, &report));
	assert_int_equal(report.recipients, MEMBERS);
	assert_int_equal(report.sendable, 4);
	assert_int_equal(report.skipped[SKIP_NO_CONSENT], 1);
	assert_int_equal(report.skipped[SKIP_SUPPRESSED], 1);
	assert_int_equal(report.tally.n[MESSAGE_QUEUED], 4);
	assert_int_equal(report.remaining, 0);
	assert_int_equal(report.parts, 4);
	assert_int_equal(ask(w.f, "SELECT count(DISTINCT msisdn) FROM message"), 4);
	assert_int_equal(
		ask(w.f, "SELECT count(*) FROM message WHERE campaign_id = 1 AND "
			 "source = 1 AND class = 5 AND list_id = 1"),
		4);
	OK(campaign_finish(s, w.campaign));
	assert_int_equal(campaign_pause(s, w.campaign), ERR_BUSY);
}

/* The members are there when it is started, whatever the clock said when they joined. */
static void test_started_after_the_clock_was_set_back(void **state)
{
	struct world w = make_world(*state);
	int64_t after = 0;

	w.f->clock.fake_wall_ms -= 3600000;
	OK(campaign_start(w.f->s, w.campaign));
	assert_int_equal(feed(&w, &after, MEMBERS), MEMBERS);
	assert_int_equal(campaign_start(w.f->s, 99), ERR_NOTFOUND);
}

static bool see_bucket(void *user, const struct campaign_bucket *b)
{
	return str_append_format(user, 256, "%d:%d,%d,%d ", (int)(b->at - NOW),
		(int)b->sent, (int)b->delivered, (int)b->failed);
}

static bool see_sim(void *user, const struct campaign_sim *sim)
{
	return str_append_format(user, 256, "sim%d:%d,%d,%d ", (int)sim->sim_id,
		(int)sim->parts, (int)sim->delivered, (int)sim->failed);
}

static bool see_cause(void *user, const struct campaign_cause *cause)
{
	return str_append_format(user, 256, "%s:%d ", cause->cause, (int)cause->n);
}

static void test_report_counts_what_came_of_it(void **state)
{
	struct world w = make_world(*state);
	struct store *s = w.f->s;
	struct campaign_report report;
	struct message_last last;
	int64_t after = 0, inbound;
	enum inbound_stored stored;

	OK(campaign_start(s, w.campaign));
	assert_int_equal(feed(&w, &after, MEMBERS), MEMBERS);
	assert_int_equal(claim(w.f, 1), QUEUE_CLAIMED);
	assert_int_equal(claim(w.f, 2), QUEUE_CLAIMED);
	OK(queue_part_accepted(s, 1, 1, 1, 2000));
	OK(queue_part_unknown(s, 2, 1, "lost answer"));
	OK(message_find_last(s, "+306941234503", 0, &last));
	assert_int_equal(last.campaign_id, w.campaign);
	assert_int_equal(message_find_last(s, "+306941234506", 0, &last), ERR_NOTFOUND);
	const struct inbound_part reply = {
		.sim_id = 1, .originator = "+306941234503", .text = "stop", .scts = NOW
	};
	OK(inbound_store_part(s, &reply, &stored, &inbound));
	OK(inbound_mark_read(s, inbound, "stop", last.contact_id, last.campaign_id));
	OK(campaign_report(s, w.campaign, &report));
	assert_int_equal(report.tally.n[MESSAGE_SENT], 1);
	assert_int_equal(report.tally.n[MESSAGE_UNKNOWN], 1);
	assert_int_equal(report.tally.n[MESSAGE_QUEUED], 2);
	assert_int_equal(report.replies * 10 + report.opt_outs, 11);
	assert_int_equal(campaign_report(s, 99, &report), ERR_NOTFOUND);

	char all[256] = "";
	const struct campaign_timeline timeline = {
		.campaign_id = w.campaign, .from = NOW - 500, .step_ms = 400
	};
	const struct queue_report delivered = {
		.sim_id = 1, .msisdn = "+306941234503", .mr = 1, .outcome = PART_DELIVERED
	};
	w.f->clock.fake_wall_ms += 300;
	OK(queue_report(s, &delivered, &inbound));
	OK(campaign_timeline(s, &timeline, see_bucket, all));
	OK(campaign_by_sim(s, w.campaign, see_sim, all));
	OK(campaign_causes(s, w.campaign, see_cause, all));
	assert_string_equal(all, "-100:1,0,0 300:0,1,0 sim1:2,1,0 lost answer:1 ");
}

static size_t settle_all(struct world *w)
{
	size_t n, total = 0;
	do {
		OK(campaign_settle_step(w->f->s, w->campaign, 3, &n));
		assert_true(n <= 3);
		total += n;
	} while (n > 0);
	return total;
}

static void test_pause_resume_cancel(void **state)
{
	struct world w = make_world(*state);
	struct store *s = w.f->s;
	int64_t after = 0;

	assert_int_equal(campaign_pause(s, w.campaign), ERR_BUSY);
	assert_int_equal(campaign_pause(s, 99), ERR_NOTFOUND);
	OK(campaign_start(s, w.campaign));
	assert_int_equal(campaign_start(s, w.campaign), ERR_BUSY);
	assert_int_equal(feed(&w, &after, 5), 5);
	int64_t other = add_message(w.f, CLASS_TRANSACTIONAL, "+306940000000", 1);
	OK(campaign_pause(s, w.campaign));
	assert_int_equal(settle_all(&w), 3);
	assert_int_equal(ask(w.f, "SELECT count(*) FROM message WHERE state = 0"), 3);
	assert_int_equal(claim(w.f, 1), QUEUE_GONE);
	struct campaign_feed f = { .campaign_id = w.campaign, .after = after, .max = 1 };
	struct batch batch = { 0 };
	OK(campaign_feed_next(s, &f, take, &batch));
	assert_int_equal(campaign_feed_put(s, &f, batch.rows, batch.n), ERR_BUSY);
	OK(campaign_resume(s, w.campaign));
	assert_int_equal(settle_all(&w), 3);
	assert_int_equal(claim(w.f, 1), QUEUE_CLAIMED);
	OK(campaign_cancel(s, w.campaign));
	assert_int_equal(settle_all(&w), 2);
	assert_int_equal(state_of(w.f, 1), MESSAGE_SENDING);
	assert_int_equal(state_of(w.f, other), MESSAGE_QUEUED);
	assert_int_equal(campaign_resume(s, w.campaign), ERR_BUSY);
}

static bool see(void *user, const struct campaign *row)
{
	*(int64_t *)user = *(int64_t *)user * 10 + row->id;
	return true;
}

static void test_drafts(void **state)
{
	struct world w = make_world(*state);
	struct store *s = w.f->s;
	struct campaign draft = { .id = w.campaign,
		.list_id = w.list,
		.name = "June",
		.text = "Hi",
		.class = CLASS_PROMOTIONAL };
	struct campaign_query query = { .state = -1, .max = 10 };
	int64_t id, seen = 0;

	OK(campaign_update(s, &draft));
	OK(campaign_create(s, &draft, &id));
	OK(campaign_start(s, w.campaign));
	assert_int_equal(campaign_update(s, &draft), ERR_BUSY);
	assert_int_equal(campaign_delete(s, w.campaign), ERR_BUSY);
	OK(campaign_list(s, &query, see, &seen));
	assert_int_equal(seen, 21);
	query.state = CAMPAIGN_RUNNING;
	seen = 0;
	OK(campaign_list(s, &query, see, &seen));
	assert_int_equal(seen, 1);
	OK(campaign_delete(s, id));
	assert_int_equal(campaign_delete(s, id), ERR_NOTFOUND);
	assert_int_equal(list_delete(s, w.list), ERR_BUSY);
	draft.list_id = 99;
	assert_int_equal(campaign_create(s, &draft, &id), ERR_NOTFOUND);
}

static bool see_all(void *user, const struct campaign *row)
{
	*(struct campaign *)user = *row;
	return true;
}

static void assert_schedule(struct store *s, const struct campaign *want)
{
	struct campaign seen;
	OK(campaign_get(s, want->id, see_all, &seen));
	assert_int_equal(seen.user_id, want->user_id);
	assert_int_equal(seen.start_at, want->start_at);
	assert_int_equal(seen.end_at, want->end_at);
	assert_int_equal(seen.from_minute, want->from_minute);
	assert_int_equal(seen.to_minute, want->to_minute);
	assert_int_equal(seen.days, want->days);
	assert_int_equal(seen.is_spread, want->is_spread);
	assert_int_equal(seen.estimate_from, want->estimate_from);
	assert_int_equal(seen.estimate_to, want->estimate_to);
}

static void test_times_of_a_campaign(void **state)
{
	struct world w = make_world(*state);
	struct store *s = w.f->s;
	struct campaign c = { .list_id = w.list,
		.name = "July",
		.text = "Hi",
		.class = CLASS_PROMOTIONAL };

	OK(campaign_create(s, &c, &c.id)); /* none given: none kept */
	assert_schedule(
		s, &(struct campaign){
			   .id = c.id, .from_minute = -1, .to_minute = -1, .days = 127 });
	c.user_id = 4;
	c.start_at = NOW + 1;
	c.end_at = NOW + 2;
	c.from_minute = 1260;
	c.to_minute = 0;
	c.days = 31;
	c.is_spread = true;
	OK(campaign_update(s, &c));
	assert_schedule(s, &c);
	OK(campaign_set_estimate(s, c.id, NOW + 5, NOW + 9));
	assert_int_equal(campaign_set_estimate(s, 99, 1, 2), ERR_NOTFOUND);
	c.estimate_from = NOW + 5;
	c.estimate_to = NOW + 9;
	assert_schedule(s, &c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_member_once),
		TEST(test_report_counts_what_came_of_it),
		TEST(test_started_after_the_clock_was_set_back),
		TEST(test_pause_resume_cancel),
		TEST(test_drafts),
		TEST(test_times_of_a_campaign),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
