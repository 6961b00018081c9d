/* A slot in a storm: thousands of steps drawn at random (seeded), any answer, any event,
 * commits that fail, ports that go. Whatever happens: leave to send is given only for a
 * part that the committed store calls `sending` and that cannot be on air already (the
 * fake modem checks both), no event comes where the table has none, at most one part is
 * `sending`, and afterwards every message has an end or waits.
 *
 * A few storms and one day are part of make test; `make storms` plays STORMS storms and
 * DAYS days from SEED on. */
#include "tests/unit/slot_world.h"

#include <dirent.h>

#define LOG_MODULE "test"
#include "firmware/base/log.h"

enum {
	STORMS = 12,
	STEPS = 1500,
	FIRST_SEED = 17,
	HOUR_MS = 3600 * 1000,
	TIMERS_MOST = 12, /* of a slot and all that is in it */
	/* octets: SQLite's tables of pages double as the database grows */
	SQLITE_GROWTH_MOST = 65536,
	HEAP_GROWTH_MOST = 4096, /* tables of statements are made when first used */
};

static uint32_t seed;

static uint32_t random_below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void random_submit_answer(void)
{
	static const uint16_t codes[] = { 1, 21, 38, 41, 42, 304, 310, 331 };

	switch (random_below(8)) {
	case 0:
		refuse(codes[random_below(8)]);
		return;
	case 1:
		end_request(&fake_modem, ERR_SYS); /* lost, or not sent */
		return;
	default:
		break;
	}
	if (fake_modem.is_released)
		accept_part((uint8_t)random_below(256));
}

static void random_answer(void)
{
	static const enum err errors[] = { ERR_TIMEOUT, ERR_UNSUPPORTED, ERR_BUSY };

	if (fake_modem.pending == PENDING_SUBMIT)
		random_submit_answer();
	else if (fake_modem.pending)
		end_request(
			&fake_modem, random_below(10) ? ERR_OK : errors[random_below(3)]);
}

static void random_event(void)
{
	static const enum modem_event_kind kinds[] = { MODEM_EVENT_GONE,
		MODEM_EVENT_REBOOTED, MODEM_EVENT_STUCK, MODEM_EVENT_SIM,
		MODEM_EVENT_FULL, MODEM_EVENT_UNREAD, MODEM_EVENT_DOUBT };

	if (fake_modem.is_open)
		modem_says(kinds[random_below(sizeof(kinds) / sizeof(kinds[0]))]);
}

static void random_net(void)
{
	if (fake_modem.is_open)
		fake_modem.event(fake_modem.event_user,
			&(struct modem_event){ .kind = MODEM_EVENT_NET,
				.reg = random_below(3) ? MODEM_REG_HOME
						       : MODEM_REG_SEARCHING });
}

static void random_inbound(void)
{
	uint8_t pdu[] = { 0x00, 0x04, 0x03, 0x91, 0x96, 0xF0, 0x00, 0x00, 0x62, 0x11,
		0x12, 0x12, 0x00, 0x00, 0x80, 0x01, 0x41 };
	const struct modem_stored stored = { .store = random_below(2) ? MODEM_STORE_SM
								      : MODEM_STORE_NONE,
		.index = (uint16_t)random_below(30),
		.pdu = pdu,
		.octets = sizeof(pdu) };

	pdu[16] = (uint8_t)(0x41 + random_below(20));
	if (fake_modem.is_open)
		fake_modem.event(fake_modem.event_user,
			&(struct modem_event){
				.kind = MODEM_EVENT_MESSAGE, .stored = &stored });
}

static void random_text(void)
{
	if (committed("SELECT count(*) FROM message") < AIR_MAX - 1)
		(void)add((uint16_t)(1 + random_below(2)));
}

static void send_something(void)
{
	char sql[128];

	if (!slot_can_send(&w.slot))
		return;
	(void)str_format(sql, sizeof(sql),
		"SELECT id FROM message WHERE state = 1 AND due_at <= %lld ORDER BY id",
		(long long)w.f->clock.fake_wall_ms);
	int64_t id = committed(sql);
	if (id > 0)
		give(id);
}

static void random_hold(void)
{
	if (random_below(2))
		slot_hold(&w.slot, REASON_STORE_FULL, 0);
	slot_release(&w.slot, REASON_STORE_FULL);
}

static void random_port(void)
{
	w.open_err = random_below(3) ? ERR_OK : ERR_NOTFOUND;
	if (random_below(2))
		slot_unplug(&w.slot);
	slot_plug(&w.slot);
}

static void step(void)
{
	uint32_t r = random_below(1000);

	if (r < 400)
		random_answer();
	else if (r < 700)
		commit_or(random_below(12) == 0);
	else if (r < 850)
		pass(random_below(3000));
	else if (r < 900)
		random_inbound();
	else if (r < 960)
		random_text();
	else if (r < 970)
		random_event();
	else if (r < 980)
		random_net();
	else if (r < 986)
		random_hold();
	else if (r < 992)
		random_port();
	else if (r < 994)
		slot_reset(&w.slot);
	else
		pass(random_below(400000));
	send_something();
	turn();
}

/* Calm weather: all is answered and committed until nothing is in hand. */
static void calm(void)
{
	slot_stop(&w.slot);
	for (int i = 0; i < 50 && (slot_is_busy(&w.slot) || w.posted.head); i++) {
		turn();
		commit();
		if (fake_modem.pending == PENDING_SUBMIT && fake_modem.is_released)
			accept_part(1);
		else if (fake_modem.pending)
			end_request(&fake_modem, ERR_OK);
	}
}

static uint32_t given(const char *name, uint32_t usual)
{
	const char *text = getenv(name);

	return text ? (uint32_t)strtoul(text, NULL, 10) : usual;
}

/* No power is cut here, so nothing waits for the disk. */
static void setup(void **state)
{
	assert_int_equal(world_setup(state), 0);
	assert_int_equal(
		sqlite3_exec(w.f->s->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL),
		SQLITE_OK);
}

static int storm(void **state)
{
	setup(state);
	slot_plug(&w.slot);
	for (int i = 0; i < STEPS; i++) {
		step();
		assert_true(committed("SELECT count(*) FROM part WHERE state = 1") <= 1);
	}
	calm();
	assert_false(slot_is_busy(&w.slot));
	assert_int_equal(w.slot.fsm.n_dropped, 0);
	assert_int_equal(committed("SELECT count(*) FROM message WHERE state = 2"), 0);
	assert_int_equal(committed("SELECT count(*) FROM part WHERE state = 1"), 0);
	int releases = fake_modem.releases;
	assert_int_equal(world_teardown(state), 0);
	return releases;
}

static void whatever_happens(void **state)
{
	uint32_t first = given("SEED", FIRST_SEED), storms = given("STORMS", STORMS);
	uint32_t releases = 0;

	for (uint32_t n = 0; n < storms; n++) {
		seed = (first + n) * 2654435761u;
		log_debug("storm=%u", first + n); /* what to give as SEED */
		releases += (uint32_t)storm(state);
	}
	assert_true(releases > 20 * storms); /* the storm must leave room to work */
}

static unsigned open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	assert_int_equal(closedir(dir), 0);
	return n;
}

/* Known to the sanitizers alone. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t heap_without_sqlite(void)
{
	return __sanitizer_get_current_allocated_bytes
		       ? __sanitizer_get_current_allocated_bytes() -
				 (size_t)sqlite3_memory_used()
		       : 0;
}

/* All that are armed: the list is one of the loop's, the slot's own is in it or is not.
 */
static unsigned armed_timers(void)
{
	struct loop_timer mark = { 0 };
	unsigned n = 0;

	loop_timer_set(w.loop, &mark, 0, NULL, NULL);
	for (const struct loop_timer *t = mark.prev; t; t = t->prev)
		n++;
	for (const struct loop_timer *t = mark.next; t; t = t->next)
		n++;
	loop_timer_cancel(&mark);
	return n;
}

struct held { /* at one moment */
	unsigned descriptors, timers;
	size_t heap, sqlite; /* octets; heap: without SQLite's */
};

/* Always at the same phase: the modem is pulled, what was in hand is committed. */
static struct held look_at_rest(void)
{
	slot_plug(&w.slot);
	do {
		w.slot.is_awaited = false; /* one that restarts is waited for */
		slot_unplug(&w.slot);
		turn();
		commit();
	} while (slot_send_is_busy(&w.slot) || w.posted.head);
	assert_string_equal(slot_state_name(&w.slot), "ABSENT");
	(void)sqlite3_db_release_memory(w.f->s->db); /* pages that it keeps at hand */
	(void)sqlite3_db_release_memory(w.outside);
	const struct held held = { .descriptors = open_descriptors(),
		.timers = armed_timers(),
		.heap = heap_without_sqlite(),
		.sqlite = (size_t)sqlite3_memory_used() };
	w.open_err = ERR_OK;
	slot_plug(&w.slot);
	return held;
}

static void hour_of_storm(void)
{
	uint64_t end = loop_now_ms(w.loop) + HOUR_MS;

	while (loop_now_ms(w.loop) < end) {
		step();
		assert_true(armed_timers() <= TIMERS_MOST);
	}
}

static void assert_no_growth(const struct held *first, const struct held *now)
{
	assert_int_equal(now->descriptors, first->descriptors);
	assert_int_equal(now->timers, 0);
	assert_true(now->heap <= first->heap + HEAP_GROWTH_MOST);
	assert_true(now->sqlite <= first->sqlite + SQLITE_GROWTH_MOST);
}

static void day_of_storm(void **state)
{
	struct held first = { 0 };

	setup(state);
	slot_plug(&w.slot);
	for (int hour = 0; hour < 24; hour++) {
		hour_of_storm();
		const struct held now = look_at_rest();
		if (hour == 0)
			first = now;
		assert_no_growth(&first, &now);
	}
	assert_true(fake_modem.releases > 100);
	calm();
	assert_false(slot_is_busy(&w.slot));
	assert_int_equal(committed("SELECT count(*) FROM part WHERE state = 1"), 0);
	assert_int_equal(world_teardown(state), 0);
}

/* In which everything fails at random: every hour holds what the first one held. */
static void a_day_of_it(void **state)
{
	uint32_t first = given("SEED", FIRST_SEED), days = given("DAYS", 1);

	for (uint32_t n = 0; n < days; n++) {
		seed = (first + n) * 2246822519u;
		log_debug("day=%u", first + n);
		day_of_storm(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_happens),
		cmocka_unit_test(a_day_of_it),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
