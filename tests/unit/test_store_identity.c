/*
 * Proves who is who in the bank: a bay is its socket, the modem in it is known by IMEI,
 * its history is its own; a SIM is one row however the modems name it.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/store/bay_log.h"
#include "firmware/store/bay_modem.h"

#define DAY_MS INT64_C(86400000)
#define X "352989000000016"
#define Y "352989000000024"

static void pass(struct fixture *f, int64_t ms)
{
	f->clock.fake_wall_ms += ms;
}

/* A modem answers in a socket, as the radio side tells it. */
static int64_t answers(struct fixture *f, const char *key, const char *imei,
	const char *state, struct bay_arrival *out)
{
	struct bay bay = { .id = 0 };

	(void)str_copy(bay.key, sizeof(bay.key), key);
	(void)str_copy(bay.port, sizeof(bay.port), key);
	(void)str_copy(bay.imei, sizeof(bay.imei), imei);
	(void)str_copy(bay.model, sizeof(bay.model), "SIM800");
	(void)str_copy(bay.state, sizeof(bay.state), state);
	OK(bay_find_or_add(f->s, &bay, &bay.id));
	OK(bay_update(f->s, &bay));
	OK(bay_modem_seen(f->s, &bay, out));
	pass(f, 1000);
	return bay.id;
}

static int64_t failures(struct fixture *f, int64_t bay_id)
{
	struct bay_health h;

	OK(bay_health_get(f->s, bay_id, f->clock.fake_wall_ms - 30 * DAY_MS, &h));
	return h.failures;
}

static void fails_once(struct fixture *f, int64_t bay_id)
{
	OK(bay_failed(f->s, bay_id, "stuck", "cfun"));
	pass(f, 60000);
	OK(bay_back(f->s, bay_id));
	pass(f, 60000);
}

static struct bay_modem present(struct fixture *f, int64_t bay_id, size_t *out_n)
{
	struct bay_modem list[BAY_MODEMS_KEPT];

	OK(bay_modem_list(f->s, bay_id, list, out_n));
	assert_true(*out_n > 0);
	return list[0];
}

static bool count_before(void *user, const struct flight_record *record)
{
	int *n = user;

	*n += record->is_before ? 100 : 1;
	return true;
}

static bool count_failure(void *user, const struct bay_event *event)
{
	int *n = user;

	*n += event->is_before ? 100 : 1;
	return true;
}

static void test_a_modem_is_not_charged_with_another_ones_past(void **state)
{
	struct fixture *f = *state;
	struct bay_arrival a;
	struct bay_health h;
	int64_t same;
	int records = 0, failed = 0;
	size_t n;

	int64_t bay = answers(f, "usb:1-1", X, "READY", &a);
	assert_true(a.is_new);
	assert_false(a.is_other);
	for (int i = 0; i < 5; i++)
		fails_once(f, bay);
	OK(bay_record_add(f->s, bay, "stuck", "lines"));
	assert_int_equal(failures(f, bay), 5);
	answers(f, "usb:1-1", X, "READY", &a); /* says so again */
	assert_false(a.is_new);
	answers(f, "usb:1-1", "", "READY", &a); /* does not tell it this time */
	assert_false(a.is_new);
	assert_int_equal(failures(f, bay), 5);
	/* pulled, and another one put in, in the end */
	OK(bay_failed(f->s, bay, "unplugged", ""));
	pass(f, 3 * 60000);
	assert_int_equal(answers(f, "usb:1-1", Y, "REGISTERING", &a), bay);
	assert_true(a.is_other);
	assert_int_equal(a.from_bay_id, 0);
	assert_int_equal(a.n_same, 0);
	OK(bay_health_get(f->s, bay, 0, &h));
	assert_int_equal(h.failures, 0);
	assert_int_equal(h.down_ms, 0);
	assert_int_equal(h.n_causes, 0);
	assert_int_equal(h.since, f->clock.fake_wall_ms - 1000);
	fails_once(f, bay);
	OK(bay_record_add(f->s, bay, "stuck", "lines"));
	assert_int_equal(failures(f, bay), 1);
	OK(bay_records(f->s, bay, count_before, &records));
	assert_int_equal(records, 101);
	OK(bay_events(f->s, bay, 50, count_failure, &failed));
	assert_int_equal(failed, 601); /* five, and that it was pulled */
	struct bay_modem now = present(f, bay, &n);
	assert_int_equal(n, 2);
	assert_string_equal(now.imei, Y);
	assert_string_equal(now.model, "SIM800");
	assert_int_equal(bay_modem_same(f->s, bay, &same), ERR_NOTFOUND);
}

static void test_failures_without_a_modem_are_nobodys(void **state)
{
	struct fixture *f = *state;
	struct bay_arrival a;

	int64_t bay = answers(f, "usb:1-1", "", "FAULT", &a);
	fails_once(f, bay);
	assert_int_equal(failures(f, bay), 1);
	answers(f, "usb:1-1", X, "READY", &a);
	assert_true(a.is_new);
	assert_int_equal(failures(f, bay), 0);
}

static void test_a_moved_modem_says_where_it_was(void **state)
{
	struct fixture *f = *state;
	struct bay_arrival a;
	size_t n;

	int64_t one = answers(f, "usb:1-1", X, "READY", &a);
	int64_t two = answers(f, "usb:1-2", Y, "READY", &a);
	answers(f, "usb:1-1", X, "ABSENT", &a);
	int64_t three = answers(f, "usb:1-3", X, "READY", &a);
	assert_int_equal(a.from_bay_id, one);
	assert_int_equal(present(f, three, &n).from_bay_id, one);
	/* two modems change places: each says so, though one's bay has another by then */
	answers(f, "usb:1-2", Y, "ABSENT", &a);
	answers(f, "usb:1-3", X, "ABSENT", &a);
	answers(f, "usb:1-2", X, "READY", &a);
	assert_int_equal(a.from_bay_id, three); /* and not the socket before that */
	answers(f, "usb:1-3", Y, "READY", &a);
	assert_true(a.is_other);
	assert_int_equal(a.from_bay_id, two);
	/* back where it was: its history goes on */
	answers(f, "usb:1-3", Y, "ABSENT", &a);
	answers(f, "usb:1-3", Y, "READY", &a);
	assert_false(a.is_new);
}

/* Cheap pools have one IMEI for all. */
static void test_an_imei_that_repeats_tells_nothing(void **state)
{
	struct fixture *f = *state;
	struct bay_arrival a;
	int64_t bays[4], same = 0;
	char key[16];
	size_t n;

	for (int i = 0; i < 4; i++) {
		(void)str_format(key, sizeof(key), "usb:1-%d", i + 1);
		bays[i] = answers(f, key, X, "READY", &a);
		assert_true(a.is_new);
		assert_int_equal(a.n_same, i);
		assert_int_equal(a.from_bay_id, 0);
	}
	assert_true(bays[0] != bays[1] && bays[2] != bays[3]);
	OK(bay_modem_same(f->s, bays[2], &same));
	assert_int_equal(same, bays[0]);
	fails_once(f, bays[3]);
	answers(f, "usb:1-4", X, "ABSENT", &a); /* one is moved: which one? */
	answers(f, "usb:1-5", X, "READY", &a);
	assert_int_equal(a.from_bay_id, 0);
	assert_int_equal(failures(f, bays[3]), 1);
	/* all off: still nobody can tell */
	for (int i = 0; i < 5; i++) {
		(void)str_format(key, sizeof(key), "usb:1-%d", i + 1);
		answers(f, key, X, "ABSENT", &a);
		assert_false(a.is_new);
	}
	int64_t last = answers(f, "usb:1-6", X, "READY", &a);
	assert_int_equal(a.from_bay_id, 0);
	assert_int_equal(bay_modem_same(f->s, last, &same), ERR_NOTFOUND);
	assert_int_equal(present(f, last, &n).from_bay_id, 0);
}

/* At a start a socket may speak before the one that its modem's double is in. */
static void test_a_double_that_starts_later(void **state)
{
	struct fixture *f = *state;
	struct bay_arrival a;
	size_t n;

	int64_t one = answers(f, "usb:1-1", X, "READY", &a);
	answers(f, "usb:1-1", X, "ABSENT", &a);
	int64_t two = answers(f, "usb:1-2", X, "READY", &a);
	assert_int_equal(present(f, two, &n).from_bay_id, one);
	answers(f, "usb:1-1", X, "READY", &a);
	assert_int_equal(present(f, two, &n).from_bay_id, 0);
}

static void test_what_is_kept_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct bay_arrival a;
	char imei[20];
	int64_t bay = 0;
	size_t n;

	for (int i = 0; i < BAY_MODEMS_KEPT + 5; i++) {
		(void)str_format(imei, sizeof(imei), "3529890000%05d", i);
		bay = answers(f, "usb:1-1", imei, "READY", &a);
	}
	assert_string_equal(present(f, bay, &n).imei, imei);
	assert_int_equal(n, BAY_MODEMS_KEPT);
	assert_int_equal(ask(f, "SELECT count(*) FROM bay_modem"), BAY_MODEMS_KEPT);
}

static int64_t old_bay(struct fixture *f, const char *key, const char *imei,
	const char *iccid, const char *state)
{
	struct bay bay = { .id = 0 };

	(void)str_copy(bay.key, sizeof(bay.key), key);
	(void)str_copy(bay.imei, sizeof(bay.imei), imei);
	(void)str_copy(bay.iccid, sizeof(bay.iccid), iccid);
	(void)str_copy(bay.state, sizeof(bay.state), state);
	OK(bay_find_or_add(f->s, &bay, &bay.id));
	OK(bay_update(f->s, &bay));
	return bay.id;
}

/* A box whose bays were ports becomes one whose bays are sockets. */
static void test_bays_of_ports_become_bays_of_sockets(void **state)
{
	struct fixture *f = *state;
	const char *gone = "ABSENT";

	int64_t unique = old_bay(f, "/dev/ttyUSB0", Y, "", gone);
	int64_t twin = old_bay(f, "/dev/ttyUSB1", X, "8930010000000000021", gone);
	int64_t other = old_bay(f, "/dev/ttyACM0", X, "8930010000000000022", gone);
	int64_t mute = old_bay(f, "/dev/ttyUSB3", "", "", gone);
	int64_t used = old_bay(f, "/dev/ttyUSB4", "352989000000099", "", "READY");

	assert_int_equal(
		old_bay(f, "usb:1-1", Y, "8930010000000000029", "READY"), unique);
	assert_int_equal(old_bay(f, "usb:1-2", X, "8930010000000000022", "READY"), other);
	assert_true(old_bay(f, "usb:1-3", "352989000000099", "", "READY") > used);
	assert_true(old_bay(f, "usb:1-4", "", "", "READY") > mute);
	assert_int_equal(old_bay(f, "usb:1-5", X, "", "READY"), twin); /* what is left */
	assert_true(old_bay(f, "usb:1-6", X, "", "READY") > used);
	assert_int_equal(old_bay(f, "usb:1-1", Y, "", "READY"), unique);
	/* a port by its name stays one */
	assert_true(old_bay(f, "/dev/ttyUSB9", "352989000000032", "", gone) > used);
}

/* How a socket is spoken to is no part of its name. */
static void test_bays_of_sockets_with_options(void **state)
{
	struct fixture *f = *state;
	struct bay bay = { .key = "usb:1-1", .port = "usb:1-1:rtscts" };

	int64_t before = old_bay(f, "usb:1-1:rtscts", "", "", "ABSENT");
	OK(bay_find_or_add(f->s, &bay, &bay.id));
	assert_int_equal(bay.id, before);
	(void)str_copy(bay.port, sizeof(bay.port), "usb:1-1:9600");
	OK(bay_find_or_add(f->s, &bay, &bay.id));
	assert_int_equal(bay.id, before);
	assert_int_equal(ask(f, "SELECT count(*) FROM bay"), 1);
}

/* SIMs. */

static int64_t sim_of(struct fixture *f, const char *iccid, const char *imsi)
{
	struct sim sim = { .id = 0 };
	int64_t id;

	(void)str_copy(sim.iccid, sizeof(sim.iccid), iccid);
	(void)str_copy(sim.imsi, sizeof(sim.imsi), imsi);
	OK(sim_find_or_add(f->s, &sim, &id));
	return id;
}

static void expect_names(
	struct fixture *f, int64_t id, const char *iccid, const char *imsi)
{
	struct sim sim;

	OK(sim_get(f->s, id, &sim));
	assert_string_equal(sim.iccid, iccid);
	assert_string_equal(sim.imsi, imsi);
}

#define CARD "8930010000000000037"
#define IMSI "202010000000003"

/* By ICCID in one modem, by IMSI in the next. */
static void test_a_sim_whose_modem_hides_the_iccid(void **state)
{
	struct fixture *f = *state;

	int64_t id = sim_of(f, CARD, IMSI);
	assert_int_equal(sim_of(f, IMSI, IMSI), id);
	expect_names(f, id, CARD, IMSI);
	assert_int_equal(
		ask(f, "SELECT count(*) FROM sim"), 2); /* one is the fixture's */
}

static void test_a_sim_that_gets_its_iccid_later(void **state)
{
	struct fixture *f = *state;

	int64_t id = sim_of(f, IMSI, IMSI);
	OK(sim_set_group(f->s, id, "north"));
	assert_int_equal(sim_of(f, CARD, IMSI), id);
	expect_names(f, id, CARD, IMSI);
	assert_int_equal(sim_of(f, IMSI, IMSI), id);
	assert_int_equal(sim_of(f, CARD, IMSI), id);
	assert_int_equal(ask(f, "SELECT count(*) FROM sim WHERE sim_group = 'north'"), 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM sim"), 2);
}

/* With and without its check digit, or with a digit that fills. */
static void test_an_iccid_of_two_lengths(void **state)
{
	struct fixture *f = *state;

	int64_t id = sim_of(f, "893001000000000003", IMSI);
	assert_int_equal(sim_of(f, CARD, IMSI), id);
	assert_int_equal(sim_of(f, CARD "1", IMSI), id);
	expect_names(f, id, "893001000000000003", IMSI);
	/* as near, and another IMSI or none: another SIM */
	assert_true(sim_of(f, "8930010000000000038", "202010000000009") > id);
	assert_true(sim_of(f, "8930010000000000039", "") > id);
}

static void test_the_card_decides(void **state)
{
	struct fixture *f = *state;

	int64_t id = sim_of(f, CARD, IMSI);
	assert_int_equal(sim_of(f, CARD, "202010000000777"), id); /* the IMSI changed */
	expect_names(f, id, CARD, "202010000000777");
	assert_int_equal(sim_of(f, CARD, ""), id); /* not told: what is known stays */
	expect_names(f, id, CARD, "202010000000777");
	/* another card with that IMSI is another SIM; where only the IMSI is told, the
	 * one that was seen last */
	int64_t next = sim_of(f, "8930019999999999991", "202010000000777");
	assert_true(next > id);
	pass(f, 2 * 3600000);
	assert_int_equal(sim_of(f, CARD, "202010000000777"), id);
	assert_int_equal(sim_of(f, "202010000000777", "202010000000777"), id);
	/* two SIMs of which no IMSI is known are not one */
	assert_true(sim_of(f, "8930010000000000051", "") !=
		    sim_of(f, "8930010000000000052", ""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_modem_is_not_charged_with_another_ones_past),
		TEST(test_failures_without_a_modem_are_nobodys),
		TEST(test_a_moved_modem_says_where_it_was),
		TEST(test_an_imei_that_repeats_tells_nothing),
		TEST(test_a_double_that_starts_later),
		TEST(test_what_is_kept_is_bounded),
		TEST(test_bays_of_ports_become_bays_of_sockets),
		TEST(test_bays_of_sockets_with_options),
		TEST(test_a_sim_whose_modem_hides_the_iccid),
		TEST(test_a_sim_that_gets_its_iccid_later),
		TEST(test_an_iccid_of_two_lengths),
		TEST(test_the_card_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
