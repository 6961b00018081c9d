/*
 * Proves: hints of the radio side reach the workers and the tap, a hint lost costs
 * nothing because a new connection makes everybody look at the store; commands are
 * answered or time out with the link; the workers feed, read replies and import by
 * themselves, and end when told; a text whose parts never came is shown after a while.
 */
#include <pthread.h>

#include "tests/unit/office_fixture.h"

#include "firmware/office/hub.h"
#include "firmware/office/hub_link.h"
#include "firmware/office/overview.h"
#include "firmware/office/bank/bays.h"
#include "firmware/office/bank/lines.h"
#include "firmware/office/keeper.h"
#include "firmware/office/workers.h"

#define WHO "+306941200001"
#define MIN_MS INT64_C(60000)

struct tap {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t n[HUB_LINK + 1];
	int64_t last_id[HUB_LINK + 1];
	struct hub_change change;
};

static void on_event(void *user, const struct hub_event *e)
{
	struct tap *t = user;
	pthread_mutex_lock(&t->lock);
	t->n[e->kind]++;
	t->last_id[e->kind] = e->id;
	if (e->n)
		t->change = e->changed[e->n - 1];
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->lock);
}

static void wait_for(struct tap *t, enum hub_event_kind kind, size_t n)
{
	pthread_mutex_lock(&t->lock);
	while (t->n[kind] < n)
		pthread_cond_wait(&t->changed, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

static struct tap new_tap(void)
{
	struct tap t = { .n = { 0 } };
	pthread_mutex_init(&t.lock, NULL);
	pthread_cond_init(&t.changed, NULL);
	return t;
}

static void test_hints(void **state)
{
	struct tap tap = new_tap();
	struct hub *hub;
	struct hub_slot slot;
	(void)state;
	OK(hub_create(&hub, on_event, &tap));
	hub_link_set(hub, true);
	for (int i = 0; i < HUB_WORKER_COUNT; i++) /* each looks at the store now */
		assert_true(hub_wait(hub, (enum hub_worker)i, -1));
	hub_link_line(hub,
		"slot bay=3 sim=7 state=READY signal=-71 operator=\"Cosmote GR\" rate=14");
	hub_link_line(hub, "slot bay=3 state=HELD reason=denied");
	assert_true(hub_slot_get(hub, 3, &slot));
	assert_int_equal(slot.sim_id, 7);
	assert_string_equal(slot.state, "HELD");
	assert_string_equal(slot.reason, "denied");
	assert_string_equal(slot.operator_name, "Cosmote GR");
	assert_int_equal(slot.signal_dbm, -71);
	assert_int_equal(tap.last_id[HUB_SLOT], 3);
	hub_link_line(hub, "messages n=2 list=16:sent,17:4,x:y");
	assert_int_equal(tap.change.id, 17);
	assert_int_equal(tap.change.state, MESSAGE_DELIVERED);
	assert_true(hub_wait(hub, HUB_FEEDER, -1));
	hub_link_line(hub, "inbound id=4");
	assert_true(hub_wait(hub, HUB_RULES, -1));
	hub_link_line(hub, "");
	hub_link_line(hub, "slot bay=x");
	hub_link_set(hub, false);
	assert_false(hub_slot_get(hub, 3, &slot)); /* what was told is void */
	hub_stop(hub);
	assert_false(hub_wait(hub, HUB_FEEDER, -1));
	hub_destroy(hub);
}

struct asking {
	struct hub *hub;
	enum err err;
	struct hub_command command;
	struct hub_answer answer;
};

static void *ask(void *user)
{
	struct asking *a = user;
	a->err = hub_ask(a->hub, &a->command, &a->answer);
	return NULL;
}

static void test_command(void **state)
{
	struct hub *hub;
	struct asking a;
	pthread_t thread;
	char line[BUS_LINE_MAX], answer[128];
	int64_t seq = 0;
	(void)state;
	OK(hub_create(&hub, NULL, NULL));
	a = (struct asking){ .hub = hub, .command = { .op = "reset", .bay_id = 3 } };
	assert_int_equal(hub_ask(hub, &a.command, &a.answer), ERR_NOTFOUND);
	hub_link_set(hub, true);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(pthread_create(&thread, NULL, ask, &a), 0);
		while (!hub_link_take(hub, line)) {
		}
		assert_true(bus_is(line, "command") && bus_get_i64(line, "seq", &seq));
		(void)str_format(answer, sizeof(answer),
			"answer seq=%lld ok=%d text=\"on it\"", (long long)seq, round);
		hub_link_line(hub, "answer seq=999 ok=1");
		hub_link_line(hub, answer);
		assert_int_equal(pthread_join(thread, NULL), 0);
		assert_int_equal(a.err, round ? ERR_OK : ERR_BUSY);
		assert_string_equal(a.answer.text, "on it");
	}
	/* The link goes while somebody waits. */
	assert_int_equal(pthread_create(&thread, NULL, ask, &a), 0);
	while (!hub_link_take(hub, line)) {
	}
	hub_link_set(hub, false);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(a.err, ERR_TIMEOUT);
	hub_destroy(hub);
}

/* While an operator is asked others get their answers, but no second operator does. */
static void test_commands_beside_a_long_one(void **state)
{
	struct hub *hub;
	struct asking slow, quick, second;
	pthread_t threads[2];
	char line[BUS_LINE_MAX], code[64];
	(void)state;
	OK(hub_create(&hub, NULL, NULL));
	hub_link_set(hub, true);
	slow = second = (struct asking){ .hub = hub,
		.command = { .op = "ussd", .sim_id = 7, .code = "*100#" } };
	quick = (struct asking){ .hub = hub, .command = { .op = "power", .bay_id = 3 } };
	assert_int_equal(pthread_create(&threads[0], NULL, ask, &slow), 0);
	while (!hub_link_take(hub, line)) {
	}
	assert_true(bus_get(line, "code", code, sizeof(code)));
	assert_string_equal(code, "*100#");
	ask(&second);
	assert_int_equal(second.err, ERR_BUSY);
	assert_string_equal(second.answer.code, "sim_busy");
	assert_int_equal(pthread_create(&threads[1], NULL, ask, &quick), 0);
	while (!hub_link_take(hub, line)) {
	}
	hub_link_line(hub, "answer seq=2 ok=0 code=unsupported text=no");
	assert_int_equal(pthread_join(threads[1], NULL), 0);
	assert_int_equal(quick.err, ERR_BUSY);
	assert_string_equal(quick.answer.code, "unsupported");
	hub_link_line(hub, "answer seq=1 ok=1 code=\"\" more=1 text=\"1 Top\\n2 up\"");
	assert_int_equal(pthread_join(threads[0], NULL), 0);
	assert_int_equal(slow.err, ERR_OK);
	assert_true(slow.answer.more);
	assert_string_equal(slow.answer.text, "1 Top\n2 up");
	hub_destroy(hub);
}

static void test_work_by_themselves(void **state)
{
	struct fixture *f = *state;
	struct tap tap = new_tap();
	struct workers *workers;
	struct hub *hub;
	const char csv[] =
		"phone,consent_source,consent_date\n6941200002,web,2026-01-01\n";
	int64_t list = new_list(f, "Offers"), job;
	new_member(f, list, 1, true);
	receive(f, WHO, "hello"); /* before they start */
	OK(hub_create(&hub, on_event, &tap));
	f->o.hub = hub;
	const struct workers_options options = {
		.store_path = f->path, .run_dir = f->folder, .clock = &f->clock
	};
	OK(workers_start(&workers, hub, &options));
	wait_for(&tap, HUB_INBOUND, 1);
	struct import_upload up;
	const struct import_options file = { .list_id = list };
	FINE(f, import_upload_begin(&f->o, f->spool, -1, &up));
	FINE(f, import_upload_write(&f->o, &up, csv, strlen(csv)));
	FINE(f, import_upload_end(&f->o, &tester, &up, &file, &job));
	wait_for(&tap, HUB_JOB, 1);
	assert_int_equal(tap.last_id[HUB_JOB], job);
	int64_t id = new_campaign(f, list, "Hi");
	FINE(f, campaigns_start(&f->o, &tester, id));
	wait_for(&tap, HUB_CAMPAIGN, 3); /* the start, the feeding, the look after it */
	assert_int_equal(count_messages(f, id, MESSAGE_QUEUED), 2);
	workers_stop(workers);
	f->o.hub = NULL;
	hub_destroy(hub);
}

static bool on_text(void *user, const struct inbound *row)
{
	return str_copy(user, 64, row->text) && false; /* the newest is enough */
}

static enum inbound_stored receive_part(struct fixture *f, uint16_t ref, uint8_t seq)
{
	static const char *const texts[] = { "One ", "two ", "three" };
	enum inbound_stored stored;
	int64_t id;
	const struct inbound_part part = { .sim_id = f->sim,
		.originator = WHO,
		.text = texts[seq - 1],
		.scts = NOW + seq * 1000,
		.is_concat = true,
		.concat_ref = ref,
		.total = 3,
		.seq = seq };

	OK(inbound_store_part(f->o.store, &part, &stored, &id));
	return stored;
}

/* Ten minutes between two parts, or more than a day, are waited for; for ever is not, and
 * what had come is shown with its gap. */
static void test_parts_are_waited_for_and_not_for_ever(void **state)
{
	const struct inbound_query newest = { .max = 1 };
	struct fixture *f = *state;
	char text[64] = "";

	assert_int_equal(receive_part(f, 7, 3), INBOUND_STORED_WAITING);
	f->clock.fake_wall_ms += 600000;
	keeper_sweep(&f->o);
	assert_int_equal(receive_part(f, 7, 1), INBOUND_STORED_WAITING);
	f->clock.fake_wall_ms += INT64_C(30) * 3600000;
	keeper_sweep(&f->o);
	assert_int_equal(receive_part(f, 7, 2), INBOUND_STORED_WHOLE);
	assert_int_equal(receive_part(f, 8, 1), INBOUND_STORED_WAITING);
	f->clock.fake_wall_ms += INT64_C(37) * 3600000;
	OK(inbound_find(f->o.store, &newest, on_text, text));
	assert_string_equal(text, "One two three");
	keeper_sweep(&f->o);
	OK(inbound_find(f->o.store, &newest, on_text, text));
	assert_string_equal(text, "One […][…]");
}

static bool on_line(void *user, const struct line_view *v)
{
	struct line_view *out = user;
	*out = *v;
	return false;
}

static void test_lines(void **state)
{
	struct fixture *f = *state;
	struct hub *hub;
	struct line_view v;
	struct lines_speed speed;
	char line[100];
	static struct overview seen_all;
	int64_t bay;
	const struct bay seen = { .key = "usb-1",
		.port = "/dev/ttyUSB0",
		.state = "REGISTERING",
		.sim_id = f->sim };
	OK(bay_find_or_add(f->o.store, &seen, &bay));
	OK(hub_create(&hub, NULL, NULL));
	f->o.hub = hub;
	hub_link_set(hub, true);
	(void)str_format(line, sizeof(line),
		"slot bay=%lld sim=%lld state=READY signal=-80", (long long)bay,
		(long long)f->sim);
	hub_link_line(hub, line);
	FINE(f, lines_bay(&f->o, bay, on_line, &v));
	assert_string_equal(v.state, "READY");
	assert_true(v.is_live);
	assert_int_equal(v.bars, 4);
	assert_int_equal(v.sim.id, f->sim);
	FINE(f, overview_get(&f->o, &seen_all));
	assert_int_equal(seen_all.n_problems, 0);
	(void)str_append(line, sizeof(line), " fill=80 clock_off=-3600"); /* fits */
	hub_link_line(hub, line);
	FINE(f, overview_get(&f->o, &seen_all));
	assert_int_equal(seen_all.n_problems, 2);
	assert_string_equal(seen_all.problems[0].code, "memory_full");
	assert_int_equal(seen_all.problems[0].bay_id, bay);
	assert_string_equal(seen_all.problems[1].code, "clock_off");
	FINE(f, lines_speed(&f->o, &speed));
	assert_int_equal(speed.sims, 1);
	assert_int_equal(speed.unmeasured, 1);
	assert_true(speed.rate_per_min > 14.9 && speed.rate_per_min < 15.1);
	const struct sim_change change = { .name = "Shop", .enabled = 0 };
	FINE(f, lines_sim_update(&f->o, &tester, f->sim, &change));
	FINE(f, lines_speed(&f->o, &speed));
	assert_int_equal(speed.sims, 0);
	REFUSED(f, lines_sim_update(&f->o, &tester, 99, &change), "not_found");
	REFUSED(f, lines_bay_reset(&f->o, &tester, 99), "not_found");
	hub_link_set(hub, false);
	REFUSED(f, lines_bay_reset(&f->o, &tester, bay), "modemd_away");
	f->o.hub = NULL;
	hub_destroy(hub);
}

/* Of the time of failures, which the hub's real clock lengthens by what the test takes.
 */
static void down_is(struct fixture *f, int64_t bay, int64_t minutes)
{
	static struct bay_health_view v;

	FINE(f, bays_health(&f->o, bay, &v));
	assert_in_range(v.h.down_ms, minutes * MIN_MS, minutes * MIN_MS + MIN_MS / 2);
}

/* It failed for the first time, and the radio side writes its times every ten minutes. */
static void test_a_failure_counts_from_its_moment(void **state)
{
	const struct bay seen = {
		.key = "usb-1", .port = "/dev/ttyUSB0", .state = "READY"
	};
	const struct bay_time worked = { .up_ms = 5 * MIN_MS, .ready_ms = 5 * MIN_MS };
	struct fixture *f = *state;
	struct hub *hub;
	int64_t bay;

	OK(bay_find_or_add(f->o.store, &seen, &bay));
	f->clock.fake_wall_ms += 5 * MIN_MS;
	OK(bay_time_ran(f->o.store, 5 * MIN_MS));
	OK(bay_time_add(f->o.store, bay, &worked));
	OK(bay_failed(f->o.store, bay, "stuck", ""));
	OK(hub_create(&hub, NULL, NULL));
	f->o.hub = hub;
	f->clock.fake_wall_ms += 3 * MIN_MS;
	down_is(f, bay, 0); /* nobody knows whether the radio side runs */
	hub_link_set(hub, true);
	down_is(f, bay, 0);
	hub_link_line(hub, "times unwritten=180000");
	down_is(f, bay, 3);
	OK(bay_back(f->o.store, bay));
	f->clock.fake_wall_ms += 2 * MIN_MS;
	hub_link_line(hub, "times unwritten=300000");
	down_is(f, bay, 3);
	OK(bay_time_ran(f->o.store, 5 * MIN_MS));
	OK(bay_time_add(f->o.store, bay,
		&(struct bay_time){ .up_ms = 2 * MIN_MS, .ready_ms = 2 * MIN_MS }));
	hub_link_line(hub, "times unwritten=0");
	down_is(f, bay, 3); /* written: not twice */
	hub_link_line(hub, "times unwritten=-1");
	hub_link_line(hub, "times");
	hub_link_set(hub, false);
	down_is(f, bay, 3);
	f->o.hub = NULL;
	hub_destroy(hub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_commands_beside_a_long_one),
		TEST(test_work_by_themselves),
		TEST(test_parts_are_waited_for_and_not_for_ever),
		TEST(test_lines),
		TEST(test_a_failure_counts_from_its_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
