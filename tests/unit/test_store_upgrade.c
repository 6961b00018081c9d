/*
 * Proves: a store of each schema that was released becomes one of today, says what it
 * said, and has the same tables as a new one.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/store/affinity.h"
#include "firmware/store/balance.h"
#include "firmware/store/bay_log.h"
#include "firmware/store/bay_modem.h"
#include "firmware/store/bay_time.h"
#include "firmware/store/dispatch_config.h"
#include "firmware/store/pin.h"
#include "firmware/store/route.h"
#include "firmware/store/schema.h"

#define LATER INT64_C(1795010000000) /* than what the fourth and fifth say */
#define RELEASED 5		     /* schemas with a file in tests/data */

/* A copy of what was released with that schema. */
static void copy_released(struct fixture *f, int version)
{
	char command[256];

	store_close(f->s);
	f->s = NULL;
	(void)str_format(command, sizeof(command),
		"rm -f %s* && cp tests/data/store_%03d.db %s && chmod u+w %s", f->path,
		version, f->path, f->path);
	assert_int_equal(system(command), 0);
}

static void open_released(struct fixture *f, int version)
{
	copy_released(f, version);
	fixture_open(f);
}

/* What the first schema knew. */
static void check_first(struct fixture *f)
{
	int64_t checked, bad;
	bool suppressed;
	size_t unknown;

	assert_int_equal(ask(f, "SELECT count(*) FROM message WHERE id <= 3"), 3);
	assert_int_equal(ask(f, "SELECT members * 10 + consented FROM list"), 21);
	OK(consent_verify(f->s, &checked, &bad));
	assert_int_equal(checked, 2);
	OK(suppression_check(f->s, "+306940000002", &suppressed));
	assert_true(suppressed);
	OK(queue_recover(f->s, &unknown));
	assert_int_equal(unknown, 1);
	/* Hours have become quarters, of the same time. */
	assert_int_equal(
		ask(f, "SELECT sum(sent) FROM sim_usage WHERE quarter = 494444 * 4"), 1);
}

/* What the second one added. */
static void check_second(struct fixture *f)
{
	struct dispatch_config c;
	struct queue_group group = { .class = (enum message_class)0 };
	int64_t route, sim;
	size_t n;

	OK(dispatch_config_read(f->s, &c));
	assert_int_equal(c.plans[0].reset_day, 31);
	assert_int_equal(c.sims[0].plan_id, c.plans[0].id);
	assert_int_equal(c.prices[0].price, 70000);
	assert_int_equal(c.quotas[0].source, source_of_user(1));
	dispatch_config_free(&c);
	OK(route_of(f->s, "+306941234567", "GR", &route));
	assert_int_equal(route, 1);
	OK(affinity_find(f->s, "+306940000001", &sim));
	assert_int_equal(sim, 1);
	do
		OK(queue_groups(f->s, &group, &group, 1, &n));
	while (n && group.lane != -1);
	assert_int_equal(group.source, source_of_user(1));
	assert_int_equal(ask(f, "SELECT sum(money) FROM sim_usage"), 70000);
	assert_int_equal(ask(f, "SELECT days_30 FROM frequency_cap"), 4);
	assert_int_equal(ask(f, "SELECT to_minute FROM send_window"), 1260);
	assert_int_equal(ask(f, "SELECT start_at FROM campaign"), NOW);
}

static bool take_script(void *user, const struct balance_script *script)
{
	struct balance_script *out = user;

	*out = *script;
	return false;
}

/* And the third. */
static void check_third(struct fixture *f)
{
	struct balance_script script = { .code = "" };
	struct bay_health health;
	struct sim sim;
	struct pin pin;

	OK(pin_get(f->s, "8930010000000000001", &pin));
	assert_int_equal(pin.state, PIN_REFUSED);
	OK(balance_script_each(f->s, take_script, &script));
	assert_string_equal(script.code, "*100#,2");
	OK(bay_health_get(f->s, ask(f, "SELECT min(id) FROM bay"), 0, &health));
	assert_int_equal(health.failures, 1);
	OK(sim_get(f->s, 1, &sim));
	assert_false(sim.is_admitted);
	assert_false(sim.may_roam);
}

/* And the fourth. */
static void check_fourth(struct fixture *f)
{
	struct bay_modem modems[BAY_MODEMS_KEPT];
	struct bay_health health;
	size_t n;

	f->clock.fake_wall_ms = LATER;
	OK(bay_modem_list(f->s, 2, modems, &n));
	assert_int_equal(n, 2);
	assert_string_equal(modems[0].imei, "352989000000016");
	assert_int_equal(modems[0].from_bay_id, 1);
	OK(bay_health_get(f->s, 2, 0, &health));
	assert_int_equal(health.since, modems[0].at);
}

static bool take_signal(void *user, const struct bay_signal_hour *hour)
{
	struct bay_signal_hour *out = user;

	*out = *hour;
	return false;
}

/* And the fifth. */
static void check_fifth(struct fixture *f)
{
	struct bay_signal_hour signal = { .at = 0 };
	struct bay_health health;

	OK(bay_health_get(f->s, 2, 0, &health));
	assert_int_equal(health.failures, 1);
	assert_int_equal(health.up_ms, 3500000);
	assert_int_equal(health.ready_ms, 3300000);
	assert_int_equal(health.down_ms, 700000);
	OK(bay_signals(f->s, 2, 0, take_signal, &signal));
	assert_int_equal(signal.mean_dbm, -80);
}

/* From each schema as released: its file is opened, migrated, and still says the same. */
static void test_upgrade_from_each_version(void **state)
{
	struct fixture *f = *state;

	for (int version = 1; version <= RELEASED; version++) {
		open_released(f, version);
		assert_int_equal(store_schema_version(f->s), SCHEMA_VERSION);
		OK(store_check(f->s));
		check_first(f);
		if (version >= 2)
			check_second(f);
		if (version >= 3)
			check_third(f);
		if (version >= 4)
			check_fourth(f);
		if (version >= 5)
			check_fifth(f);
		f->clock.fake_wall_ms = NOW;
	}
}

/* A box whose modems were known before goes on counting where it was. */
static void test_modems_of_before_have_been_there_since(void **state)
{
	struct fixture *f = *state;
	struct bay_modem modems[BAY_MODEMS_KEPT];
	struct bay_health health;
	struct bay_arrival arrival;
	struct bay bay = { .id = 1, .imei = "352989000000016", .state = "READY" };
	sqlite3 *raw;
	size_t n;

	copy_released(f, 3);
	f->clock.fake_wall_ms = LATER;
	assert_int_equal(sqlite3_open(f->path, &raw), SQLITE_OK);
	assert_int_equal(sqlite3_exec(raw, "UPDATE bay SET imei = '352989000000016'",
				 NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_close(raw), SQLITE_OK);
	fixture_open(f);
	OK(bay_modem_list(f->s, 1, modems, &n));
	assert_int_equal(n, 1);
	OK(bay_modem_seen(f->s, &bay, &arrival));
	assert_false(arrival.is_new);
	OK(bay_health_get(f->s, 1, 0, &health));
	assert_int_equal(health.failures, 1);
	assert_int_equal(health.since, modems[0].at);
}

/* What was released is not edited: a change to the schema is a migration of its own, and
 * a store that came from the first one has the same tables as a new one. */
static void test_released_schema_is_as_it_was(void **state)
{
	struct fixture *f = *state;
	char new_path[160], attach[200];
	struct store *fresh;

	(void)str_format(new_path, sizeof(new_path), "%s/new.db", f->folder);
	(void)str_format(attach, sizeof(attach), "ATTACH '%s' AS fresh", new_path);
	OK(store_open(&fresh, new_path, STORE_OFFICE, &f->clock, NULL));
	store_close(fresh);
	for (int version = 1; version <= RELEASED; version++) {
		open_released(f, version);
		OK(db_exec(f->s, attach));
		assert_int_equal(ask(f, "SELECT count(*) FROM (SELECT name, sql FROM "
					"main.sqlite_schema EXCEPT SELECT name, sql FROM "
					"fresh.sqlite_schema)"),
			0);
		assert_int_equal(ask(f, "SELECT count(*) FROM (SELECT name, sql FROM "
					"fresh.sqlite_schema EXCEPT SELECT name, sql "
					"FROM main.sqlite_schema)"),
			0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_upgrade_from_each_version),
		TEST(test_modems_of_before_have_been_there_since),
		TEST(test_released_schema_is_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
