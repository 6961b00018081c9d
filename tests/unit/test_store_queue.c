/*
 * Proves: every way a message goes through the queue ends in the state its parts call
 * for; each refusal of the claiming statement; reports find their part, also when they
 * come before the answer or the mr has come round.
 */
#include "tests/unit/store_fixture.h"

#define TO "+306941234567"

static void test_one_part_to_delivered(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_message(f, CLASS_TRANSACTIONAL, TO, 1), message;
	const struct queue_report report = { .sim_id = f->sim,
		.msisdn = "306941234567",
		.scts = NOW + 2000,
		.mr = 7,
		.outcome = PART_DELIVERED };

	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
	assert_int_equal(state_of(f, id), MESSAGE_SENDING);
	assert_int_equal(claim(f, id), QUEUE_GONE);
	OK(queue_part_accepted(f->s, id, 1, 7, 2500));
	assert_int_equal(state_of(f, id), MESSAGE_SENT);
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, id);
	assert_int_equal(state_of(f, id), MESSAGE_DELIVERED);
	assert_int_equal(ask(f, "SELECT sent * 10 + delivered FROM sim_usage"), 11);
	assert_int_equal(ask(f, "SELECT submit_ms FROM sim"), 2500);
	/* The same report again settles nothing twice. */
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, 0);
	assert_int_equal(ask(f, "SELECT delivered FROM sim_usage"), 1);
}

struct outcome {
	enum part_state parts[3]; /* 0: not sent */
	enum message_state message;
};

/* The order of badness: failed, unknown, undelivered, sent, delivered. */
static void test_message_is_its_worst_part(void **state)
{
	struct fixture *f = *state;
	static const struct outcome cases[] = {
		{ { PART_SENT, PART_SENT, PART_SENT }, MESSAGE_SENT },
		{ { PART_DELIVERED, PART_DELIVERED, PART_DELIVERED }, MESSAGE_DELIVERED },
		{ { PART_DELIVERED, PART_SENT, PART_DELIVERED }, MESSAGE_SENT },
		{ { PART_DELIVERED, PART_UNDELIVERED, PART_SENT }, MESSAGE_UNDELIVERED },
		{ { PART_UNKNOWN, PART_UNDELIVERED, PART_DELIVERED }, MESSAGE_UNKNOWN },
		{ { PART_DELIVERED, PART_DELIVERED, PART_UNKNOWN }, MESSAGE_UNKNOWN },
		{ { PART_DELIVERED, PART_FAILED, 0 }, MESSAGE_FAILED },
		{ { PART_UNKNOWN, PART_FAILED, 0 }, MESSAGE_FAILED },
	};
	uint8_t mr = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char to[20];
		int64_t settled;
		(void)str_format(to, sizeof(to), "+3069412340%02zu", i);
		int64_t id = add_message(f, CLASS_TRANSACTIONAL, to, 3);
		assert_int_equal(claim(f, id), QUEUE_CLAIMED);
		for (uint16_t seq = 1; seq <= 3 && cases[i].parts[seq - 1]; seq++) {
			enum part_state want = cases[i].parts[seq - 1];
			struct queue_report report = { .sim_id = f->sim,
				.msisdn = to,
				.mr = ++mr,
				.outcome = want };
			if (seq > 1)
				OK(queue_next_part(f->s, id, seq, 0));
			assert_int_equal(state_of(f, id), MESSAGE_SENDING);
			if (want == PART_UNKNOWN) {
				OK(queue_part_unknown(f->s, id, seq, "lost answer"));
			} else if (want == PART_FAILED) {
				OK(queue_part_failed(f->s, id, seq, "cms 21"));
			} else {
				OK(queue_part_accepted(f->s, id, seq, mr, 2000));
				if (want != PART_SENT)
					OK(queue_report(f->s, &report, &settled));
			}
		}
		assert_int_equal(state_of(f, id), cases[i].message);
	}
}

static void test_claim_refusals(void **state)
{
	struct fixture *f = *state;
	struct queue_claim out;
	enum queue_claim_result result;
	int64_t id = add_message(f, CLASS_TRANSACTIONAL, TO, 1);

	assert_int_equal(claim(f, 999), QUEUE_GONE);
	f->clock.fake_wall_ms--; /* not due yet */
	assert_int_equal(claim(f, id), QUEUE_GONE);
	f->clock.fake_wall_ms++;
	OK(message_cancel(f->s, id, "user"));
	assert_int_equal(claim(f, id), QUEUE_GONE);

	const struct message expiring = { .state = MESSAGE_QUEUED,
		.class = CLASS_OTP,
		.msisdn = TO,
		.text = "1234",
		.parts = 1,
		.due_at = NOW,
		.expires_at = NOW + 10 };
	struct message_added added;
	OK(message_add(f->s, &expiring, &added));
	f->clock.fake_wall_ms += 10;
	assert_int_equal(claim(f, added.id), QUEUE_GONE);

	const struct message fixed = { .state = MESSAGE_QUEUED,
		.class = CLASS_OTP,
		.msisdn = TO,
		.text = "1234",
		.parts = 1,
		.flags = MESSAGE_FLAG_SIM_FIXED,
		.sim_id = f->sim + 1 };
	OK(message_add(f->s, &fixed, &added));
	assert_int_equal(claim(f, added.id), QUEUE_GONE);
	OK(queue_claim(f->s, &(struct queue_take){ .id = added.id, .sim_id = f->sim + 1 },
		&out, &result));
	assert_int_equal(result, QUEUE_CLAIMED);
	assert_int_equal(out.next_seq, 1);
	assert_string_equal(out.text, "1234");
}

static const struct {
	enum message_class class;
	bool exempt;
} classes[] = {
	{ CLASS_OTP, true },
	{ CLASS_ALERT, true },
	{ CLASS_TRANSACTIONAL, false },
	{ CLASS_CONVERSATION, false },
	{ CLASS_PROMOTIONAL, false },
};
#define CLASSES (sizeof(classes) / sizeof(classes[0]))

static int64_t add_stop_confirmation(struct fixture *f)
{
	struct message_added added;
	const struct message in = { .state = MESSAGE_QUEUED,
		.class = CLASS_CONVERSATION,
		.flags = MESSAGE_FLAG_STOP_CONFIRMATION,
		.msisdn = TO,
		.text = "You will get no more texts.",
		.parts = 1 };
	OK(message_add(f->s, &in, &added));
	return added.id;
}

static void test_suppressed_numbers(void **state)
{
	struct fixture *f = *state;
	const struct suppression why = { .reason = "manual", .source = "panel" };

	OK(suppression_add(f->s, TO, &why, NULL));
	for (size_t i = 0; i < CLASSES; i++) {
		int64_t id = add_message(f, classes[i].class, TO, 1);
		assert_int_equal(claim(f, id),
			classes[i].exempt ? QUEUE_CLAIMED : QUEUE_SUPPRESSED);
		assert_int_equal(state_of(f, id),
			classes[i].exempt ? MESSAGE_SENDING : MESSAGE_CANCELLED);
	}
	assert_int_equal(claim(f, add_stop_confirmation(f)), QUEUE_CLAIMED);
}

/* Between a STOP's arrival and its reading by the office side nothing leaves. */
static void test_unread_inbound_holds_back(void **state)
{
	struct fixture *f = *state;
	/* As a network gives a number nationally. */
	const struct inbound_part stop = {
		.sim_id = f->sim, .originator = "6941234567", .text = "stop", .scts = NOW
	};
	enum inbound_stored stored;
	int64_t inbound;

	OK(inbound_store_part(f->s, &stop, &stored, &inbound));
	assert_int_equal(stored, INBOUND_STORED_WHOLE);
	for (size_t i = 0; i < CLASSES - 1; i++) {
		int64_t id = add_message(f, classes[i].class, TO, 1);
		assert_int_equal(
			claim(f, id), classes[i].exempt ? QUEUE_CLAIMED : QUEUE_UNREAD);
		if (!classes[i].exempt)
			assert_int_equal(state_of(f, id), MESSAGE_QUEUED);
	}
	assert_int_equal(claim(f, add_stop_confirmation(f)), QUEUE_CLAIMED);
	int64_t other = add_message(f, CLASS_TRANSACTIONAL, "+306949999999", 1);
	assert_int_equal(claim(f, other), QUEUE_CLAIMED);
	int64_t waiting = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
	OK(inbound_mark_read(f->s, inbound, "other", 0, 0));
	assert_int_equal(claim(f, waiting), QUEUE_CLAIMED);
}

static void test_promotional_needs_consent(void **state)
{
	struct fixture *f = *state;
	const struct contact contact = { .msisdn = TO };
	const struct consent_evidence yes = { .kind = CONSENT_IN, .source = "web" };
	const struct list lists[] = { { .name = "Offers" }, { .name = "News" } };
	struct contact_put put;
	int64_t offers, news;
	struct message_added added;
	struct message promo = { .state = MESSAGE_QUEUED,
		.class = CLASS_PROMOTIONAL,
		.msisdn = TO,
		.text = "Half price",
		.parts = 1 };

	assert_int_equal(
		claim(f, add_message(f, CLASS_PROMOTIONAL, TO, 1)), QUEUE_NO_CONSENT);
	OK(contact_put(f->s, &contact, &put));
	OK(list_create(f->s, &lists[0], &offers));
	OK(list_create(f->s, &lists[1], &news));
	OK(list_add_member(f->s, offers, put.id));
	OK(list_add_member(f->s, news, put.id));
	assert_int_equal(
		claim(f, add_message(f, CLASS_PROMOTIONAL, TO, 1)), QUEUE_NO_CONSENT);
	OK(consent_record(f->s, put.id, offers, &yes));
	assert_int_equal(
		claim(f, add_message(f, CLASS_PROMOTIONAL, TO, 1)), QUEUE_CLAIMED);
	promo.list_id = news;
	OK(message_add(f->s, &promo, &added));
	assert_int_equal(claim(f, added.id), QUEUE_NO_CONSENT);
	promo.list_id = offers;
	OK(message_add(f->s, &promo, &added));
	assert_int_equal(claim(f, added.id), QUEUE_CLAIMED);
}

static void test_retry_frees_or_keeps_the_sim(void **state)
{
	struct fixture *f = *state;
	const struct queue_retry retry = { NOW + 5000, "cms 42 congestion", true };
	int64_t id = add_message(f, CLASS_TRANSACTIONAL, TO, 3);
	struct queue_claim out;
	enum queue_claim_result result;

	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
	OK(queue_part_retry(f->s, id, 1, &retry));
	assert_int_equal(state_of(f, id), MESSAGE_QUEUED);
	assert_int_equal(ask(f, "SELECT sim_id IS NULL FROM message"), 1);
	assert_int_equal(ask(f, "SELECT attempts FROM message"), 1);
	assert_int_equal(ask(f, "SELECT count(*) FROM message_note"), 1);
	assert_int_equal(claim(f, id), QUEUE_GONE);
	f->clock.fake_wall_ms += 5000;
	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
	OK(queue_part_accepted(f->s, id, 1, 1, 2000));
	OK(queue_next_part(f->s, id, 2, 0));
	OK(queue_part_retry(f->s, id, 2, &retry));
	OK(queue_claim(f->s, &(struct queue_take){ .id = id, .sim_id = f->sim + 1 }, &out,
		&result));
	assert_int_equal(result, QUEUE_GONE); /* bound to the first SIM */
	OK(queue_claim(
		f->s, &(struct queue_take){ .id = id, .sim_id = f->sim }, &out, &result));
	assert_int_equal(result, QUEUE_CLAIMED);
	assert_int_equal(out.next_seq, 2);
	OK(queue_part_accepted(f->s, id, 2, 2, 2000));
	assert_int_equal(queue_next_part(f->s, id, 2, 0), ERR_ARG);
	OK(queue_next_part(f->s, id, 3, 0));
	OK(queue_part_accepted(f->s, id, 3, 3, 2000));
	assert_int_equal(state_of(f, id), MESSAGE_SENT);
}

static void test_cancel_between_parts(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_message(f, CLASS_TRANSACTIONAL, TO, 2), message;
	const struct queue_report report = {
		.sim_id = f->sim, .msisdn = TO, .mr = 9, .outcome = PART_DELIVERED
	};

	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
	OK(message_cancel(f->s, id, "user"));
	OK(queue_part_accepted(f->s, id, 1, 9, 2000));
	assert_int_equal(queue_next_part(f->s, id, 2, 0), ERR_NOTFOUND);
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, id);
	assert_int_equal(part_state_of(f, id, 1), PART_DELIVERED);
	assert_int_equal(state_of(f, id), MESSAGE_CANCELLED);
	assert_int_equal(
		ask(f, "SELECT count(*) FROM message_note WHERE kind = 'cancel'"), 1);

	id = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
	assert_int_equal(message_cancel(f->s, id, "user"), ERR_BUSY);
	assert_int_equal(message_cancel(f->s, 999, "user"), ERR_NOTFOUND);
}

static void test_report_before_the_answer(void **state)
{
	struct fixture *f = *state;
	int64_t message;
	struct queue_report report = {
		.sim_id = f->sim, .msisdn = TO, .mr = 40, .outcome = PART_DELIVERED
	};

	/* One of long ago must not settle what is sent now. */
	OK(queue_report(f->s, &report, &message));
	f->clock.fake_wall_ms += 60000;
	int64_t id = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
	report.mr = 41;
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, 0);
	OK(queue_part_accepted(f->s, id, 1, 41, 2000));
	assert_int_equal(state_of(f, id), MESSAGE_DELIVERED);

	id = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
	OK(queue_part_accepted(f->s, id, 1, 40, 2000));
	assert_int_equal(state_of(f, id), MESSAGE_SENT);
	assert_int_equal(ask(f, "SELECT count(*) FROM report_unmatched"), 1);
}

/* The report overtook an answer that never comes: the loss is settled as it is noticed.
 */
static void test_report_before_the_loss(void **state)
{
	struct fixture *f = *state;
	int64_t message;
	struct queue_report report = {
		.sim_id = f->sim, .msisdn = TO, .mr = 41, .outcome = PART_DELIVERED
	};

	int64_t id = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
	f->clock.fake_wall_ms += 900;
	report.scts = f->clock.fake_wall_ms - 1000;
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, 0);
	f->clock.fake_wall_ms += 5000;
	OK(queue_part_unknown(f->s, id, 1, "lost_answer"));
	assert_int_equal(state_of(f, id), MESSAGE_DELIVERED);
	assert_int_equal(ask(f, "SELECT count(*) FROM report_unmatched"), 0);
}

/* The mr of the first part was cut on its way, so that its report fits no part. The
 * second part, sent after that report had come, must not be called delivered by it. */
static void test_report_from_before_a_part_is_not_its_own(void **state)
{
	struct fixture *f = *state;
	int64_t message, id = add_message(f, CLASS_TRANSACTIONAL, TO, 2);
	struct queue_report report = {
		.sim_id = f->sim, .msisdn = TO, .mr = 23, .outcome = PART_DELIVERED
	};

	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
	f->clock.fake_wall_ms += 1800;
	report.scts = f->clock.fake_wall_ms - 300;
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, 0);
	f->clock.fake_wall_ms += 1900;
	OK(queue_part_accepted(f->s, id, 1, 2, 2000));
	OK(queue_next_part(f->s, id, 2, 0));
	f->clock.fake_wall_ms += 1000;
	OK(queue_part_unknown(f->s, id, 2, "lost_answer"));
	assert_int_equal(part_state_of(f, id, 2), PART_UNKNOWN);
	assert_int_equal(state_of(f, id), MESSAGE_UNKNOWN);
}

/* TP-MR is eight bits: the newest part with it that fits the number is meant. */
static void test_mr_comes_round(void **state)
{
	struct fixture *f = *state;
	int64_t ids[3], message;
	static const char *const to[] = { TO, TO, "+306940000000" };
	struct queue_report report = {
		.sim_id = f->sim, .msisdn = TO, .mr = 5, .outcome = PART_DELIVERED
	};

	for (size_t i = 0; i < 3; i++) {
		ids[i] = add_message(f, CLASS_TRANSACTIONAL, to[i], 1);
		assert_int_equal(claim(f, ids[i]), QUEUE_CLAIMED);
		OK(queue_part_accepted(f->s, ids[i], 1, 5, 2000));
		f->clock.fake_wall_ms += 600000;
	}
	report.sim_id = f->sim + 1;
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, 0);
	report.sim_id = f->sim;
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, ids[1]);
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, ids[0]);
	report.msisdn = "6940000000";
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, ids[2]);
}

static void test_unknown_is_settled_by_a_report_only(void **state)
{
	struct fixture *f = *state;
	int64_t ids[2], message;
	struct queue_report report = { .sim_id = f->sim,
		.msisdn = TO,
		.mr = 77,
		.scts = NOW + 1000,
		.outcome = PART_SENT };

	for (size_t i = 0; i < 2; i++) {
		ids[i] = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
		assert_int_equal(claim(f, ids[i]), QUEUE_CLAIMED);
		OK(queue_part_unknown(f->s, ids[i], 1, "lost answer"));
		assert_int_equal(state_of(f, ids[i]), MESSAGE_UNKNOWN);
		assert_int_equal(claim(f, ids[i]), QUEUE_GONE);
		f->clock.fake_wall_ms += 60000;
	}
	report.scts = NOW + 2 * INT64_C(86400000); /* of another day: not theirs */
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, 0);
	report.scts = NOW + 1000;
	report.msisdn = "+306971234567"; /* somebody else, with the same last digits */
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, 0);
	report.msisdn = TO;
	/* The network still tries: so it has it. Of two the one that was on air then. */
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, ids[0]);
	assert_int_equal(state_of(f, ids[0]), MESSAGE_SENT);
	report.outcome = PART_UNDELIVERED;
	report.st = 0x41;
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, ids[0]); /* its mr is known now */
	assert_int_equal(state_of(f, ids[0]), MESSAGE_UNDELIVERED);
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, ids[1]);
	assert_int_equal(
		ask(f, "SELECT count(*) FROM message_note WHERE kind = 'report'"), 2);
}

/* Two to the same number are in doubt: the stamp tells of which the report is. */
static void test_report_is_for_what_was_on_air_then(void **state)
{
	struct fixture *f = *state;
	int64_t ids[3], message;
	struct queue_report report = {
		.sim_id = f->sim, .msisdn = TO, .mr = 3, .outcome = PART_DELIVERED
	};

	for (size_t i = 0; i < 3; i++) {
		ids[i] = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
		assert_int_equal(claim(f, ids[i]), QUEUE_CLAIMED);
		OK(queue_part_unknown(f->s, ids[i], 1, "power cut"));
		f->clock.fake_wall_ms += 60000;
	}
	report.scts = NOW + 62000;
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, ids[1]);
	/* Its stamp is older than all: our clock and the network's differ. */
	report.mr = 4;
	report.scts = NOW - 60000;
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, ids[0]);
}

/* A part to the same number is on air: the report may be its own, so it waits. */
static void test_report_may_be_for_the_part_on_air(void **state)
{
	struct fixture *f = *state;
	int64_t ids[2], message;
	struct queue_report report = {
		.sim_id = f->sim, .msisdn = TO, .mr = 8, .outcome = PART_DELIVERED
	};

	for (size_t i = 0; i < 2; i++) {
		ids[i] = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
		assert_int_equal(claim(f, ids[i]), QUEUE_CLAIMED);
		if (i == 0)
			OK(queue_part_unknown(f->s, ids[i], 1, "lost answer"));
	}
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, 0);
	OK(queue_part_accepted(f->s, ids[1], 1, 8, 2000));
	assert_int_equal(state_of(f, ids[0]), MESSAGE_UNKNOWN);
	assert_int_equal(state_of(f, ids[1]), MESSAGE_DELIVERED);
	assert_int_equal(ask(f, "SELECT count(*) FROM report_unmatched"), 0);

	/* The answer tells otherwise: it was for the unknown one. */
	int64_t id = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
	report.mr = 10;
	OK(queue_report(f->s, &report, &message));
	assert_int_equal(message, 0);
	OK(queue_part_accepted(f->s, id, 1, 9, 2000));
	assert_int_equal(state_of(f, id), MESSAGE_SENT);
	assert_int_equal(state_of(f, ids[0]), MESSAGE_DELIVERED);
	assert_int_equal(ask(f, "SELECT count(*) FROM report_unmatched"), 0);
}

/* A report that comes twice must not be taken for the one an unknown part waits for. */
static void test_repeated_report_settles_nothing_else(void **state)
{
	struct fixture *f = *state;
	int64_t ids[2], message;
	const struct queue_report report = { .sim_id = f->sim,
		.msisdn = TO,
		.mr = 8,
		.scts = NOW,
		.outcome = PART_DELIVERED };

	for (size_t i = 0; i < 2; i++) {
		ids[i] = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
		assert_int_equal(claim(f, ids[i]), QUEUE_CLAIMED);
	}
	OK(queue_part_unknown(f->s, ids[0], 1, "lost answer"));
	OK(queue_part_accepted(f->s, ids[1], 1, 8, 2000));
	for (int i = 0; i < 2; i++)
		OK(queue_report(f->s, &report, &message));
	assert_int_equal(state_of(f, ids[1]), MESSAGE_DELIVERED);
	assert_int_equal(state_of(f, ids[0]), MESSAGE_UNKNOWN);
}

static void test_expiry(void **state)
{
	struct fixture *f = *state;
	struct message in = { .state = MESSAGE_HELD,
		.class = CLASS_OTP,
		.msisdn = TO,
		.text = "x",
		.parts = 1,
		.expires_at = NOW + 10 };
	struct message_added added[2];
	size_t n;
	int64_t next;

	OK(message_add(f->s, &in, &added[0]));
	in.state = MESSAGE_QUEUED;
	in.expires_at = NOW + 20;
	OK(message_add(f->s, &in, &added[1]));
	OK(queue_expire(f->s, NOW, &n, &next));
	assert_int_equal(n, 0);
	assert_int_equal(next, NOW + 10);
	OK(queue_expire(f->s, NOW + 10, &n, &next));
	assert_int_equal(n, 1);
	assert_int_equal(next, NOW + 20);
	assert_int_equal(state_of(f, added[0].id), MESSAGE_EXPIRED);
	OK(queue_expire(f->s, NOW + 99, &n, &next));
	assert_int_equal(next, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_part_to_delivered),
		TEST(test_message_is_its_worst_part),
		TEST(test_claim_refusals),
		TEST(test_suppressed_numbers),
		TEST(test_unread_inbound_holds_back),
		TEST(test_promotional_needs_consent),
		TEST(test_retry_frees_or_keeps_the_sim),
		TEST(test_cancel_between_parts),
		TEST(test_report_before_the_loss),
		TEST(test_report_before_the_answer),
		TEST(test_report_from_before_a_part_is_not_its_own),
		TEST(test_mr_comes_round),
		TEST(test_unknown_is_settled_by_a_report_only),
		TEST(test_report_is_for_what_was_on_air_then),
		TEST(test_report_may_be_for_the_part_on_air),
		TEST(test_repeated_report_settles_nothing_else),
		TEST(test_expiry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
