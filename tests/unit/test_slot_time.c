/*
 * What counts as time in which a modem worked and could send, and when it is written: the
 * bank's own job, a slot's real states, a real store, a clock that stands still.
 */
#include "tests/unit/slot_locked.h"

#include "firmware/radio/radio_parts.h"
#include "firmware/store/bay_log.h"

#define S 1000
#define MIN_MS (60 * S)

static struct radio radio; /* of this slot alone */

static int set_up(void **state)
{
	int failed = world_setup(state);

	radio = (struct radio){ .loop = w.loop, .n_slots = 1 };
	radio.slots[0] = &w.slot;
	radio.host = w.host;
	radio_times_init(&radio);
	return failed;
}

/* Started anew, as after a power cut: what was not written is gone. */
static void start_anew(void)
{
	loop_timer_cancel(&radio.times.timer);
	store_list_init(&w.posted);
	slot_fini(&w.slot);
	radio.times = (struct radio_times){ .n = 0 };
	OK(slot_init(&w.slot, &w.host, 0, "/dev/ttyX"));
	slot_number(&w.slot);
	radio_times_init(&radio);
}

/* Real time: the wall clock goes along. In small steps, as things happen in between. */
static void live(uint64_t ms)
{
	for (; ms > 0; ms -= 10 * S)
		pass(10 * S);
}

static void write_down(void)
{
	radio.times.is_wanted = true;
	radio_times_turn(&radio);
	commit();
}

static int64_t written_up(void)
{
	return committed("SELECT total(up_ms) FROM bay_hour");
}

static int64_t up(void)
{
	write_down();
	return written_up();
}

static int64_t ready(void)
{
	write_down();
	return committed("SELECT total(ready_ms) FROM bay_hour");
}

static int64_t written_ran(void)
{
	return committed("SELECT total(ran_ms) FROM radio_hour");
}

static int64_t ran(void)
{
	write_down();
	return written_ran();
}

static void ready_and_sending_can_send(void **state)
{
	(void)state;
	boot();
	AT(READY);
	assert_int_equal(up(), 0);
	live(10 * MIN_MS);
	assert_int_equal(up(), 10 * MIN_MS);
	give(add(1));
	commit();
	AT(SENDING);
	live(MIN_MS);
	assert_int_equal(ready(), 11 * MIN_MS);
	assert_int_equal(up(), 11 * MIN_MS);
	assert_int_equal(ran(), 11 * MIN_MS);
}

static void a_limit_or_a_pin_is_no_failure_of_the_modem(void **state)
{
	(void)state;
	boot();
	slot_hold(&w.slot, REASON_LIMIT_DAY, 0);
	AT(HELD);
	live(5 * MIN_MS);
	assert_int_equal(up(), 5 * MIN_MS);
	assert_int_equal(ready(), 0);
	fake_modem.sim_state = MODEM_SIM_PUK;
	fsm_event(&w.slot.fsm, SLOT_EV_SIM, NULL);
	pass(S);
	answer(PENDING_SIM);
	AT(PIN);
	int64_t before = up();
	live(MIN_MS);
	assert_int_equal(up(), before + MIN_MS);
	assert_int_equal(ready(), 0);
}

static void an_empty_socket_and_a_failure_count_for_nothing(void **state)
{
	(void)state;
	boot();
	live(MIN_MS);
	slot_unplug(&w.slot);
	AT(ABSENT);
	live(60 * MIN_MS);
	assert_int_equal(up(), MIN_MS);
	assert_int_equal(ran(), 61 * MIN_MS);
	/* Back, and waiting for its PIN: not back as far as its failure goes. */
	fake_modem.sim_state = MODEM_SIM_PUK;
	slot_plug(&w.slot);
	pass(0);
	live(MIN_MS);
	identify();
	AT(PIN);
	live(MIN_MS);
	assert_int_equal(up(), MIN_MS);
}

static void bringing_it_back_counts_for_nothing(void **state)
{
	(void)state;
	boot();
	live(MIN_MS);
	modem_says(MODEM_EVENT_STUCK);
	AT(RECOVERING);
	/* What it worked until then is written with the failure. */
	radio_times_note(&radio, &w.slot);
	radio_times_turn(&radio);
	commit();
	assert_int_equal(written_up(), MIN_MS);
	radio_times_note(&radio, &w.slot);
	assert_false(radio.times.is_wanted); /* once */
	live(5 * MIN_MS);
	w.slot.fsm.state = SLOT_RECOVERING; /* wherever its ladder had led */
	fsm_go(&w.slot.fsm, SLOT_FAULT);
	live(5 * MIN_MS);
	assert_int_equal(up(), MIN_MS);
	assert_int_equal(ran(), 11 * MIN_MS);
}

/* It is back, and its SIM is switched off: that is nobody's failure any more. */
static void a_failure_ends_where_the_sim_alone_must_not_send(void **state)
{
	const struct sim off = {
		.enabled = false, .is_admitted = true, .may_roam = true
	};

	(void)state;
	boot();
	modem_says(MODEM_EVENT_STUCK);
	commit();
	assert_int_equal(committed("SELECT back_at IS NULL FROM bay_event"), 1);
	OK(sim_set_enabled(w.f->s, w.f->sim, false));
	slot_apply_sim(&w.slot, &off);
	drain_and_boot();
	AT(HELD);
	commit();
	assert_int_equal(committed("SELECT back_at IS NULL FROM bay_event"), 0);
	live(MIN_MS);
	assert_int_equal(up(), MIN_MS);
}

/* A locked SIM after a start: the modem works, unless the store knows of a failure. */
static void what_the_last_run_left_is_asked(void **state)
{
	(void)state;
	boot();
	live(MIN_MS);
	assert_int_equal(up(), MIN_MS);
	for (int is_open = 0; is_open < 2; is_open++) {
		start_anew();
		fake_modem.sim_state = MODEM_SIM_PUK;
		boot_locked();
		live(MIN_MS);
		assert_int_equal(up(), 2 * MIN_MS);
		OK(bay_failed(w.f->s, w.slot.bay.id, "stuck", ""));
	}
}

static void another_modems_time_is_its_own(void **state)
{
	(void)state;
	boot();
	live(MIN_MS); /* not yet written */
	struct bay row = w.slot.bay.row;
	struct bay_arrival arrival;
	(void)str_copy(row.imei, sizeof(row.imei), "352989000000016");
	OK(bay_modem_seen(w.f->s, &row, &arrival));
	live(MIN_MS);
	/* The slot tells of it, too. */
	(void)str_copy(w.slot.info.imei, sizeof(w.slot.info.imei), "352989000000024");
	slot_hold(&w.slot, REASON_LIMIT_DAY, 0);
	commit();
	assert_int_equal(up(), 0);
	live(MIN_MS);
	assert_int_equal(up(), MIN_MS);
}

/* What the office is told, for those who look in between. */
static void what_is_not_written_yet_is_known(void **state)
{
	(void)state;
	boot();
	live(9 * MIN_MS);
	assert_int_equal(radio_times_unwritten_ms(&radio), 9 * MIN_MS);
	radio.times.is_wanted = true;
	radio_times_turn(&radio);
	live(MIN_MS); /* the disk stands still */
	assert_int_equal(radio_times_unwritten_ms(&radio), 10 * MIN_MS);
	commit_or(true);
	assert_int_equal(radio_times_unwritten_ms(&radio), 10 * MIN_MS);
	write_down();
	assert_int_equal(radio_times_unwritten_ms(&radio), 0);
}

static void it_is_written_every_ten_minutes_and_at_the_end(void **state)
{
	(void)state;
	boot();
	live(9 * MIN_MS);
	radio_times_turn(&radio);
	assert_null(w.posted.head);
	live(MIN_MS);
	radio_times_turn(&radio);
	assert_non_null(w.posted.head);
	commit();
	assert_int_equal(written_up(), 10 * MIN_MS);
	live(MIN_MS);
	radio_times_end(&radio);
	commit();
	assert_int_equal(written_up(), 11 * MIN_MS);
	assert_int_equal(written_ran(), 11 * MIN_MS);
	radio_times_end(&radio); /* asked again while the store works */
	assert_null(w.posted.head);
}

/* A full disk costs no minute: it is tried again the next time. */
static void what_the_store_did_not_take_is_kept(void **state)
{
	(void)state;
	boot();
	live(10 * MIN_MS);
	slot_time_signal(&w.slot, -71);
	radio_times_turn(&radio);
	commit_or(true);
	assert_int_equal(committed("SELECT count(*) FROM bay_hour"), 0);
	slot_time_signal(&w.slot, -91);
	live(10 * MIN_MS);
	assert_int_equal(up(), 20 * MIN_MS);
	assert_int_equal(ran(), 20 * MIN_MS);
	assert_int_equal(committed("SELECT signal_min * 1000 + signal_sum FROM bay_hour"),
		-91232); /* with that of the start */
	assert_int_equal(committed("SELECT signal_max FROM bay_hour"), -70);
}

/* The clock of a box without a battery shows 1970 until the network tells. */
static void a_clock_that_is_not_set_is_waited_for(void **state)
{
	(void)state;
	boot();
	w.f->clock.fake_wall_ms = 1000;
	live(30 * MIN_MS);
	assert_int_equal(up(), 0);
	assert_int_equal(committed("SELECT count(*) FROM radio_hour"), 0);
	w.f->clock.fake_wall_ms = NOW;
	assert_int_equal(up(), 30 * MIN_MS);
	assert_int_equal(ran(), 30 * MIN_MS);
	w.f->clock.fake_wall_ms += INT64_C(86400000) * 3650; /* ten years ahead */
	assert_int_equal(up(), 30 * MIN_MS);
	assert_int_equal(ran(), 30 * MIN_MS);
}

/* Readings of an hour. */
static int64_t live_an_hour(bool may_rest)
{
	int64_t before = w.slot.time.kept.signal.n;

	for (int minute = 0; minute < 60; minute++) {
		pass(MIN_MS);
		slot_turn(&w.slot, may_rest);
		while (fake_modem.pending) {
			answer(fake_modem.pending);
			slot_turn(&w.slot, may_rest);
		}
	}
	return w.slot.time.kept.signal.n - before;
}

/* A campaign of hours leaves no hole in the history. */
static void the_signal_is_read_under_traffic_too(void **state)
{
	(void)state;
	boot();
	commit();
	assert_in_range(live_an_hour(true), 59, 60);
	assert_int_equal(live_an_hour(false), 4);
}

static void a_forgotten_bay_leaves_nothing(void **state)
{
	(void)state;
	boot();
	slot_unplug(&w.slot);
	commit();
	int64_t bay = w.slot.bay.id;
	w.slot.time.kept.up_ms = 5; /* on its way when the bay went */
	OK(bay_forget(w.f->s, bay));
	assert_int_equal(up(), 0);
	assert_int_equal(committed("SELECT count(*) FROM bay_hour"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ready_and_sending_can_send),
		TEST(a_limit_or_a_pin_is_no_failure_of_the_modem),
		TEST(an_empty_socket_and_a_failure_count_for_nothing),
		TEST(bringing_it_back_counts_for_nothing),
		TEST(a_failure_ends_where_the_sim_alone_must_not_send),
		TEST(what_the_last_run_left_is_asked),
		TEST(another_modems_time_is_its_own),
		TEST(what_is_not_written_yet_is_known),
		TEST(it_is_written_every_ten_minutes_and_at_the_end),
		TEST(what_the_store_did_not_take_is_kept),
		TEST(a_clock_that_is_not_set_is_waited_for),
		TEST(the_signal_is_read_under_traffic_too),
		TEST(a_forgotten_bay_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
