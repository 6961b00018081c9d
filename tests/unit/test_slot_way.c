/* The way by which a modem was answered is kept, and tried first by the next run; a port
 * that does not open yet is waited for. */
#include "tests/unit/slot_world.h"

#include "firmware/store/setting.h"

#define KEY "modem.way./dev/ttyX"

static void assert_kept(const char *want)
{
	char value[32];

	OK(setting_get(w.f->s, KEY, value, sizeof(value)));
	assert_string_equal(value, want);
}

static int64_t writes(void)
{
	return committed("SELECT count(*) FROM setting WHERE key LIKE 'modem.way.%'");
}

static void what_answered_is_kept(void **state)
{
	(void)state;
	fake_modem.way = (struct modem_way){ .interface = -1, .speed = 9600 };
	boot();
	assert_kept("9600 0");
	/* The same again costs no writing. */
	OK(setting_delete(w.f->s, KEY));
	modem_says(MODEM_EVENT_REBOOTED);
	pass(2000);
	answer(PENDING_PROBE);
	commit();
	assert_int_equal(writes(), 0);
	/* Another one does. */
	fake_modem.way.speed = 57600;
	modem_says(MODEM_EVENT_REBOOTED);
	pass(2000);
	answer(PENDING_PROBE);
	commit();
	assert_kept("57600 0");
}

/* It may be another modem now, whose port is another. */
static void what_answered_is_doubted_after_the_plug(void **state)
{
	(void)state;
	fake_modem.way = (struct modem_way){ .interface = 2, .speed = 115200 };
	boot();
	fake_modem.preferred = (struct modem_way){ 0 };
	slot_unplug(&w.slot);
	assert_int_equal(fake_modem.preferred.speed, 0);
	slot_plug(&w.slot);
	assert_int_equal(fake_modem.preferred.interface, 2);
	assert_int_equal(fake_modem.preferred.speed, 115200);
}

static void one_way_alone_is_not_worth_keeping(void **state)
{
	(void)state;
	boot();
	assert_int_equal(writes(), 0);
}

/* A slot of the next run, on what the store has. */
static void start_anew(struct slot_ways *ways)
{
	slot_ways_load(ways, w.f->s);
	w.host.ways = ways;
	slot_fini(&w.slot);
	OK(slot_init(&w.slot, &w.host, 0, "/dev/ttyX"));
	slot_number(&w.slot);
}

static void the_next_run_tries_it_first(void **state)
{
	static struct slot_ways ways;
	(void)state;
	OK(setting_set(w.f->s, "modem.way./dev/ttyW", "38400 0"));
	OK(setting_set(w.f->s, KEY, "115200 3"));
	start_anew(&ways);
	assert_int_equal(ways.n, 2);
	assert_int_equal(fake_modem.preferred.speed, 115200);
	assert_int_equal(fake_modem.preferred.interface, 2);
	fake_modem.way = fake_modem.preferred;
	OK(setting_delete(w.f->s, KEY));
	boot();
	assert_int_equal(writes(), 1); /* the other's */
}

/* Whatever stands there: it is searched for again. */
static void nonsense_is_not_tried(void **state)
{
	static const char *const values[] = { "", "9600", "9600 ", " 1", "x 1",
		"9600 999", "99999999999 1", "-9600 1", "9600 -1", "9600 1 1" };
	static struct slot_ways ways;
	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		OK(setting_set(w.f->s, KEY, values[i]));
		start_anew(&ways);
		assert_int_equal(ways.n, 0);
		assert_int_equal(fake_modem.preferred.speed, 0);
	}
}

/* A moment after the plugging udev has not let anybody to the port yet. */
static void a_port_that_opens_a_little_later(void **state)
{
	(void)state;
	w.open_err = ERR_SYS;
	slot_plug(&w.slot);
	pass(5000);
	AT(POWERING);
	assert_int_equal(w.slot.reason, REASON_STARTING);
	w.open_err = ERR_OK;
	pass(1000);
	AT(PROBING);
	assert_int_equal(w.slot.ladder.faults, 0);
}

static void a_port_that_stays_refused(void **state)
{
	(void)state;
	w.open_err = ERR_SYS;
	slot_plug(&w.slot);
	pass(19000);
	AT(POWERING);
	pass(2000);
	AT(FAULT);
	assert_int_equal(w.slot.reason, REASON_PORT_REFUSED);
	pass(15000);
	AT(FAULT); /* not from the start again */
	assert_int_equal(w.slot.ladder.faults, 2);
	/* One that another program holds is told at once. */
	slot_unplug(&w.slot);
	w.open_err = ERR_BUSY;
	slot_plug(&w.slot);
	pass(0);
	AT(FAULT);
	assert_int_equal(w.slot.reason, REASON_PORT_BUSY);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_answered_is_kept),
		TEST(what_answered_is_doubted_after_the_plug),
		TEST(one_way_alone_is_not_worth_keeping),
		TEST(the_next_run_tries_it_first),
		TEST(nonsense_is_not_tried),
		TEST(a_port_that_opens_a_little_later),
		TEST(a_port_that_stays_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
