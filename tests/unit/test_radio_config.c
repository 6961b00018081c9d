/* What the limits count from: read from a real store by one job, kept in memory after it,
 * right whatever ends while the job is on its way, whenever a day turns or the clock is
 * set. The store's thread is the test's. */
#include "tests/unit/store_fixture.h"

#include "firmware/radio/radio_parts.h"
#include "firmware/store/balance.h"
#include "firmware/store/plan.h"
#include "firmware/store/quota.h"

enum {
	DAY_MS = 86400000
};

static struct world {
	struct fixture *f;
	struct radio radio;
	struct store_job *posted;
	struct slot slot;
} w;

void store_thread_post(struct store_thread *t, struct store_job *job)
{
	(void)t;
	w.posted = job;
}

static int set_up(void **state)
{
	memset(&w, 0, sizeof(w));
	assert_int_equal(fixture_setup(state), 0);
	w.f = *state;
	w.f->clock.fake_mono_ms = 10000000;
	OK(loop_create_fake(&w.radio.loop, &w.f->clock));
	dispatch_init(&w.radio.dispatch);
	radio_config_init(&w.radio);
	w.radio.start.done = true;
	w.radio.host.loop = w.radio.loop;
	return 0;
}

static int tear_down(void **state)
{
	radio_config_fini(&w.radio);
	loop_destroy(w.radio.loop);
	return fixture_teardown(state);
}

static void run_job(void)
{
	OK(w.posted->run(w.f->s, w.posted));
}

static void end_job(void)
{
	struct store_job *job = w.posted;

	w.posted = NULL;
	job->done(job, ERR_OK);
}

static bool turn(void)
{
	radio_config_turn(&w.radio);
	return w.posted != NULL;
}

static void read_all(void)
{
	radio_config_want(&w.radio);
	assert_true(turn());
	run_job();
	end_job();
}

static struct limits *limits(void)
{
	int place = dispatch_sim_find(&w.radio.dispatch, w.f->sim);

	assert_int_not_equal(place, DISPATCH_NONE);
	return &w.radio.dispatch.sims[place].limits;
}

static void plan(struct plan in)
{
	int64_t id;

	(void)str_copy(in.name, sizeof(in.name), "P");
	(void)str_copy(in.time_zone, sizeof(in.time_zone), "UTC");
	OK(plan_create(w.f->s, &in, &id));
	OK(sim_set_plan(w.f->s, w.f->sim, id));
}

/* One part over the SIM, as the store has it in the end. */
static void store_part(int64_t price)
{
	struct queue_claim out;
	enum queue_claim_result result;
	const struct queue_take take = { .id = add_message(
						 w.f, CLASS_ALERT, "+306941234567", 1),
		.sim_id = w.f->sim,
		.price = price };

	OK(queue_claim(w.f->s, &take, &out, &result));
	assert_int_equal(result, QUEUE_CLAIMED);
	OK(queue_part_accepted(w.f->s, take.id, 1, 7, 100));
}

/* The same in memory: taken, and gone. */
static void send_part(int64_t price)
{
	int place = dispatch_sim_find(&w.radio.dispatch, w.f->sim);
	struct dispatch_sim *sim = &w.radio.dispatch.sims[place];
	const struct limits_sum cost = { 1, 0, price };

	sim->hand =
		(struct dispatch_hand){ .message_id = 1, .price = price, .left = cost };
	limits_take(&sim->limits, &cost);
	radio_config_went(&w.radio, place);
	dispatch_hand_over(&w.radio.dispatch, place);
}

static void what_was_used_is_read(void **state)
{
	(void)state;
	plan((struct plan){ .per_day = 10, .spend_month = 1000 });
	store_part(30);
	store_part(30);
	read_all(); /* gives the SIM its place */
	read_all();
	assert_int_equal(limits()->day_parts, 2);
	assert_int_equal(limits()->month_sum.parts, 2);
	assert_int_equal(limits()->month_sum.money, 60);
	assert_int_equal(limits()->rule.per_day, 10);
	/* After a start the last hour counts as if it were now. */
	assert_int_equal(meter_sum(&limits()->hour, w.f->clock.fake_mono_ms), 2);
	assert_int_equal(meter_sum(&limits()->minute, w.f->clock.fake_mono_ms), 2);
	read_all(); /* and not twice */
	assert_int_equal(meter_sum(&limits()->hour, w.f->clock.fake_mono_ms), 2);
}

static void what_ends_meanwhile_counts_once(void **state)
{
	(void)state;
	plan((struct plan){ .per_day = 10 });
	read_all();
	read_all();
	send_part(5); /* recorded before the job is posted */
	store_part(5);
	radio_config_want(&w.radio);
	assert_true(turn());
	run_job();
	send_part(5); /* recorded after it */
	store_part(5);
	end_job();
	assert_int_equal(limits()->day_parts, 2);
	assert_int_equal(limits()->month_sum.money, 10);
	assert_int_equal(limits()->hand.parts, 0);
	read_all();
	assert_int_equal(limits()->day_parts, 2);
}

static void a_day_turns(void **state)
{
	(void)state;
	plan((struct plan){ .per_day = 10 });
	read_all();
	read_all();
	send_part(0);
	store_part(0);
	assert_false(turn());
	w.f->clock.fake_wall_ms = limits()->day.to - 1;
	assert_false(turn());
	w.f->clock.fake_wall_ms = limits()->day.to;
	assert_true(turn());
	run_job();
	end_job();
	assert_int_equal(limits()->day_parts, 0);
	assert_int_equal(limits()->day.to - limits()->day.from, DAY_MS);
	assert_int_equal(limits()->month_sum.parts, 1);
	assert_false(turn());
}

/* Set back, the day before is looked at again, with what it has used. */
static void a_clock_is_set(void **state)
{
	(void)state;
	plan((struct plan){ .per_day = 10 });
	read_all();
	read_all();
	send_part(0);
	store_part(0);
	w.f->clock.fake_wall_ms += 3 * (int64_t)DAY_MS;
	assert_true(turn());
	run_job();
	end_job();
	assert_int_equal(limits()->day_parts, 0);
	w.f->clock.fake_wall_ms -= 3 * (int64_t)DAY_MS;
	assert_true(turn());
	run_job();
	end_job();
	assert_int_equal(limits()->day_parts, 1);
}

static void a_balance_goes_down_with_what_is_sent(void **state)
{
	(void)state;
	plan((struct plan){ .balance_floor = 10, .has_balance_floor = true });
	OK(balance_note(w.f->s, w.f->sim, "", &(int64_t){ 100 }));
	read_all();
	read_all();
	assert_int_equal(limits()->balance, 100);
	send_part(40);
	store_part(40);
	assert_int_equal(limits()->balance, 60);
	read_all(); /* read again, not forgotten: since the reading that much was sent */
	assert_int_equal(limits()->balance, 60);
}

static void quotas_keep_their_meters(void **state)
{
	const struct quota quota = { .source = 3, .per_minute = 5, .per_day = 50 };
	(void)state;
	OK(quota_put(w.f->s, &quota));
	read_all();
	assert_int_equal(w.radio.config.now.n_quotas, 1);
	const struct limits_now now = radio_now(&w.radio);
	const struct limits_sum one = { 1, 0, 0 };
	limits_take(&w.radio.config.quotas[0], &one);
	limits_settle(&w.radio.config.quotas[0], &one, &now);
	read_all();
	assert_int_equal(meter_sum(&w.radio.config.quotas[0].minute, now.mono_ms), 1);
	assert_int_equal(w.radio.config.quotas[0].rule.per_day, 50);
}

static void a_failed_reading_leaves_the_last_one(void **state)
{
	(void)state;
	plan((struct plan){ .per_day = 10 });
	read_all();
	read_all();
	radio_config_want(&w.radio);
	assert_true(turn());
	struct store_job *job = w.posted;
	w.posted = NULL;
	job->done(job, ERR_SYS);
	assert_int_equal(limits()->rule.per_day, 10);
	assert_true(w.radio.config.is_read);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(what_was_used_is_read),
		T(what_ends_meanwhile_counts_once),
		T(a_day_turns),
		T(a_clock_is_set),
		T(a_balance_goes_down_with_what_is_sent),
		T(quotas_keep_their_meters),
		T(a_failed_reading_leaves_the_last_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
