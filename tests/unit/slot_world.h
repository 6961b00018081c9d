/*
 * A slot in a world that a test moves by hand: a modem that answers when told, a store's
 * thread that commits (or fails) when told, a real store beneath, a clock that stands
 * still. Every function of modem.h and the posting of jobs are the test's own, so none of
 * the real ones is linked.
 *
 * The modem watches the rule of all rules by itself: whenever it is given leave to send,
 * the committed store must say `sending` for exactly that part, and no earlier try of
 * that part may be on air, as far as anybody knows.
 */
#ifndef TESTS_SLOT_WORLD_H
#define TESTS_SLOT_WORLD_H

#include "tests/unit/store_fixture.h"

#include "drivers/power.h"
#include "firmware/radio/slot/slot.h"

enum pending {
	PENDING_NONE,
	PENDING_PROBE,
	PENDING_SIM,
	PENDING_SETUP,
	PENDING_PARK,
	PENDING_NET,
	PENDING_CHECK,
	PENDING_SWEEP,
	PENDING_DELETE,
	PENDING_ACK,
	PENDING_SUBMIT,
	PENDING_RESET,
	PENDING_USSD,
	PENDING_PIN,
	PENDING_HEALTH,
	PENDING_TEST,
	PENDING_SEARCH,
};

struct modem {
	modem_event_fn event;
	void *event_user, *user;
	bool is_open;
	enum pending pending;
	modem_info_fn info;
	modem_sim_fn sim;
	modem_net_fn net;
	modem_done_fn plain;
	modem_stored_fn each;
	modem_submit_fn submit;
	modem_ussd_fn ussd;
	modem_health_fn health;
	modem_self_test_fn self_test;
	struct modem_self_test_result tested;
	modem_networks_fn networks;
	struct modem_networks around;
	int search_stops;
	uint8_t reject_cause; /* told where it is in no network */
	modem_trace_fn trace;
	void *trace_user;
	struct modem_fill fill;
	struct modem_ussd_answer words;
	int ussds;
	bool is_released, is_aborted;
	uint8_t pdu[MODEM_PDU_MAX];
	size_t octets;
	bool is_mute; /* it does not tell of texts */
	bool is_usb;  /* a device that may be reset */
	int usb_resets;
	int opens, stops, resets, deletes, acks, releases;
	enum modem_sim_state sim_state;
	int64_t clock_utc_s; /* 0: not told */
	const char *iccid;   /* NULL: WORLD_ICCID */
	struct modem_way way, preferred;
	bool hides_iccid; /* while it is locked */
	char pin[16], puk[16];
	enum modem_reg reg; /* NONE: at home */
	int8_t pin_tries, puk_tries;
	int pins, puks;
};

#define WORLD_ICCID "8930010000000000001"

enum {
	AIR_MAX = 4096 /* messages of one test */
};

struct world {
	struct fixture *f;
	struct loop *loop;
	struct slot slot;
	struct slot_host host;
	struct store_list posted;
	struct slot_end end; /* of the message finished last */
	int ends;
	struct slot_part_end part; /* that ended last */
	int parts;
	bool must_wait; /* between two parts */
	enum err open_err, reset_err, power_err;
	int power_cycles;
	bool is_alone;		       /* nothing else is on the port's bay */
	struct slot_ussd_end ussd_end; /* of the question ended last */
	int ussd_ends;
	struct slot_test_end test_end; /* of the self-test ended last */
	int test_ends;
	int inbounds; /* texts told of */
	struct slot *twin;
	bool air[AIR_MAX][4]; /* [message][part]: it is or may be on air */
	sqlite3 *outside;     /* sees only what is committed */
};
static struct world w;
static struct modem fake_modem;

/* What the committed store says, as another process sees it. */
static inline int64_t committed(const char *sql)
{
	sqlite3_stmt *stmt;
	int64_t n = -1;

	assert_int_equal(sqlite3_prepare_v2(w.outside, sql, -1, &stmt, NULL), SQLITE_OK);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		n = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return n;
}

#include "tests/unit/slot_modem.h"

/* The store's thread, played by the test. */

void store_thread_post(struct store_thread *t, struct store_job *job)
{
	(void)t;
	job->is_handed = false;
	store_list_add(&w.posted, job);
}

static inline void hand_over(struct store_list *out)
{
	store_list_init(out);
	store_list_join(out, &w.posted);
	for (struct store_job *job = out->head; job; job = job->next)
		job->is_handed = true;
}

static inline void tell_early(struct store_list *jobs)
{
	for (struct store_job *job = jobs->head; job; job = job->next) {
		if (job->early)
			job->early(job);
	}
}

/* One group: all that is posted, committed or (fails) rolled back. */
static inline void commit_or(bool fails)
{
	struct store_list jobs;
	struct store_job *job;

	hand_over(&jobs);
	OK(store_begin(w.f->s));
	for (job = jobs.head; job; job = job->next)
		OK(job->run(w.f->s, job));
	tell_early(&jobs);
	if (fails)
		store_rollback(w.f->s);
	else
		OK(store_commit(w.f->s));
	while ((job = store_list_take(&jobs))) {
		if (!fails)
			job->done(job, ERR_OK);
		else if (job->once)
			job->done(job, ERR_SYS);
		else
			store_list_add(&w.posted, job); /* again, later */
	}
}

static inline void commit(void)
{
	commit_or(false);
}

/* The bank. */

static inline void on_changed(void *user, struct slot *slot)
{
	(void)user;
	(void)slot;
}

static inline struct slot *on_find_twin(void *user, const struct slot *slot)
{
	(void)user;
	(void)slot;
	return w.twin;
}

static inline void on_message(void *user, int64_t id, enum message_state state)
{
	(void)user;
	(void)id;
	(void)state;
}

static inline void on_inbound(void *user, int64_t id)
{
	(void)user;
	(void)id;
	w.inbounds++;
}

static inline bool on_may_go_on(void *user, struct slot *slot, int64_t *out_price)
{
	(void)user;
	(void)slot;
	*out_price = 0;
	return !w.must_wait;
}

static inline void on_claimed(
	void *user, struct slot *slot, const struct queue_claim *claim)
{
	(void)user;
	(void)slot;
	(void)claim;
}

static inline void on_part_ended(
	void *user, struct slot *slot, const struct slot_part_end *end)
{
	(void)user;
	(void)slot;
	w.part = *end;
	w.parts++;
}

static inline uint32_t on_draw(void *user)
{
	(void)user;
	return 0;
}

static inline void on_finished(void *user, struct slot *slot, const struct slot_end *end)
{
	(void)user;
	(void)slot;
	w.end = *end;
	w.ends++;
}

static inline void on_ussd_ended(
	void *user, struct slot *slot, const struct slot_ussd_end *end)
{
	(void)user;
	(void)slot;
	w.ussd_end = *end;
	w.ussd_ends++;
}

static inline void on_test_ended(
	void *user, struct slot *slot, const struct slot_test_end *end)
{
	(void)user;
	(void)slot;
	w.test_end = *end;
	w.test_ends++;
}

static inline int world_setup(void **state)
{
	memset(&w, 0, sizeof(w));
	assert_int_equal(fixture_setup(state), 0);
	w.f = *state;
	w.power_err = ERR_UNSUPPORTED;
	store_list_init(&w.posted);
	OK(loop_create_fake(&w.loop, &w.f->clock));
	assert_int_equal(sqlite3_open(w.f->path, &w.outside), SQLITE_OK);
	w.host = (struct slot_host){ .loop = w.loop,
		.changed = on_changed,
		.find_twin = on_find_twin,
		.message = on_message,
		.inbound = on_inbound,
		.may_go_on = on_may_go_on,
		.claimed = on_claimed,
		.part_ended = on_part_ended,
		.draw = on_draw,
		.finished = on_finished,
		.ussd_ended = on_ussd_ended,
		.test_ended = on_test_ended };
	OK(slot_init(&w.slot, &w.host, 0, "/dev/ttyX"));
	slot_number(&w.slot);
	return 0;
}

static inline int world_teardown(void **state)
{
	slot_fini(&w.slot);
	(void)sqlite3_close(w.outside);
	loop_destroy(w.loop);
	return fixture_teardown(state);
}

static inline void pass(uint64_t ms)
{
	loop_fake_advance(w.loop, ms);
}

static inline void turn(void)
{
	slot_turn(&w.slot, true);
}

static inline enum slot_state at(void)
{
	return (enum slot_state)w.slot.fsm.state;
}

#define AT(state) assert_string_equal(slot_state_name(&w.slot), #state)

static inline void give(int64_t message_id)
{
	slot_send(&w.slot, &(struct queue_take){ .id = message_id });
}

/* It says what it is and which SIM it has. */
static inline void identify(void)
{
	answer(PENDING_PROBE);
	answer(PENDING_SIM);
	commit(); /* the SIM's row */
}

/* From a port to a known SIM. */
static inline void plug_in(void)
{
	slot_plug(&w.slot);
	pass(0);
	identify();
}

/* From a known SIM to the first sweep. */
static inline void come_up(void)
{
	answer(PENDING_SETUP);
	answer(PENDING_NET);
	turn();
}

/* From a port to a slot that may send. */
static inline void boot(void)
{
	plug_in();
	come_up();
	answer(PENDING_SWEEP);
	commit(); /* the bay's */
	commit(); /* and what changed meanwhile */
}

/* The first rung helped: through the start again. */
static inline void drain_and_boot(void)
{
	pass(0);
	answer(PENDING_RESET);
	pass(0);
	identify();
	come_up();
	answer(PENDING_SWEEP);
}

static inline int64_t add(uint16_t parts)
{
	static const char *const texts[] = {
		NULL,
		"Hello",
		"Seventy characters and more of a text that does not fit into one part "
		"because it goes on and on until it has got three hundred of them, and "
		"nobody knows why it has to be so long, yet it has to be, for two parts",
	};
	struct message_added added;
	const struct message in = { .state = MESSAGE_QUEUED,
		.class = CLASS_TRANSACTIONAL,
		.msisdn = "+306912345678",
		.text = texts[parts],
		.parts = parts,
		.due_at = w.f->clock.fake_wall_ms };

	OK(message_add(w.f->s, &in, &added));
	return added.id;
}

static inline void accept_part(uint8_t mr)
{
	answer_submit(
		(struct modem_submit_result){ .kind = MODEM_SUBMIT_ACCEPTED, .mr = mr });
}

static inline void refuse(uint16_t code)
{
	answer_submit((struct modem_submit_result){
		.kind = MODEM_SUBMIT_REFUSED, .code = code });
}

#endif
