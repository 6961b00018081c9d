/* What comes in: decoded and stored first, off the SIM only after the commit; once
 * however often it is seen; kept raw where it cannot be read; nothing lost where more
 * comes than there is room for. */
#include "tests/unit/slot_world.h"

#include "firmware/sms/pdu.h"

static struct modem_stored stored_at(
	enum modem_store store, uint16_t index, const uint8_t *pdu, size_t octets)
{
	return (struct modem_stored){
		.store = store, .index = index, .pdu = pdu, .octets = octets
	};
}

static size_t make_text(uint8_t pdu[PDU_OCTETS_MAX], const char *from, const char *text)
{
	struct sms_deliver message = { .from = { .ton = 1, .npi = 1 } };
	size_t octets;

	OK(address_from_number(from, &message.from));
	OK(scts_from_time(NOW / 1000, 120, &message.sent));
	OK(content_encode(NULL, 0, text, strlen(text), &message.ud));
	OK(pdu_deliver_encode(&message, PDU_FRAME_SMSC, pdu, PDU_OCTETS_MAX, &octets));
	return octets;
}

static size_t make_report(uint8_t pdu[PDU_OCTETS_MAX], uint8_t mr, uint8_t st)
{
	struct sms_status_report report = { .mr = mr, .status = st };
	size_t octets;

	OK(address_from_number("+306912345678", &report.to));
	OK(scts_from_time(NOW / 1000, 120, &report.sent));
	OK(scts_from_time(NOW / 1000, 120, &report.discharged));
	OK(pdu_status_report_encode(
		&report, PDU_FRAME_SMSC, pdu, PDU_OCTETS_MAX, &octets));
	return octets;
}

static void comes(
	enum modem_store store, uint16_t index, const uint8_t *pdu, size_t octets)
{
	const struct modem_stored stored = stored_at(store, index, pdu, octets);

	fake_modem.event(fake_modem.event_user,
		&(struct modem_event){ .kind = MODEM_EVENT_MESSAGE, .stored = &stored });
}

static void deleted_only_after_the_commit(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n = make_text(pdu, "+306911111111", "STOP");
	(void)state;
	boot();
	comes(MODEM_STORE_SM, 3, pdu, n);
	turn();
	assert_int_equal(fake_modem.deletes, 0);
	commit_or(true); /* the disk is full */
	turn();
	assert_int_equal(fake_modem.deletes, 0);
	commit();
	assert_int_equal(committed("SELECT count(*) FROM inbound WHERE text = 'STOP' "
				   "AND originator = '+306911111111' AND state = 0"),
		1);
	turn();
	assert_int_equal(fake_modem.deletes, 1);
	answer(PENDING_DELETE);
}

static void a_direct_one_is_acknowledged_after_the_commit(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n = make_text(pdu, "+306911111111", "yes");
	(void)state;
	boot();
	comes(MODEM_STORE_NONE, 0, pdu, n);
	turn();
	assert_int_equal(fake_modem.acks, 0);
	commit();
	turn();
	assert_int_equal(fake_modem.acks, 1);
}

/* It names no message: one for the older would pass for one of the newer, which could
 * still be lost. */
static void the_last_direct_one_alone_is_acknowledged(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX], next[PDU_OCTETS_MAX];
	size_t n = make_text(pdu, "+306911111111", "first");
	size_t m = make_text(next, "+306911111111", "second");
	(void)state;
	boot();
	comes(MODEM_STORE_NONE, 0, pdu, n);
	commit();
	comes(MODEM_STORE_NONE, 0, pdu, n); /* again, and not yet committed */
	turn();
	assert_int_equal(fake_modem.acks, 0);
	comes(MODEM_STORE_NONE, 0, next, m); /* and one while that is being committed */
	commit();
	turn();
	answer(PENDING_ACK);
	turn();
	assert_int_equal(fake_modem.acks, 1);
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	assert_int_equal(committed("SELECT count(*) FROM inbound"), 2);
}

/* The same before anything can be stored. */
static void early_ones_are_acknowledged_once(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n = make_text(pdu, "+306911111111", "early");
	(void)state;
	slot_plug(&w.slot);
	pass(0);
	comes(MODEM_STORE_NONE, 0, pdu, n);
	comes(MODEM_STORE_NONE, 0, pdu, n);
	identify();
	answer(PENDING_SETUP);
	answer(PENDING_NET);
	commit();
	turn();
	answer(PENDING_ACK);
	turn();
	assert_int_equal(fake_modem.acks, 1);
	assert_int_equal(committed("SELECT count(*) FROM inbound"), 1);
}

/* What there is no room for is not acknowledged by another's acknowledgement. */
static void a_direct_one_without_room_is_not_acknowledged(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	(void)state;
	boot();
	for (uint16_t i = 0; i < INBOX_MAX - 1; i++) {
		char text[16];
		(void)str_format(text, sizeof(text), "text %u", i);
		comes(MODEM_STORE_SM, i, pdu, make_text(pdu, "+306911111111", text));
	}
	comes(MODEM_STORE_NONE, 0, pdu, make_text(pdu, "+306911111111", "kept"));
	comes(MODEM_STORE_NONE, 0, pdu, make_text(pdu, "+306911111111", "no room"));
	commit();
	assert_int_equal(
		committed("SELECT count(*) FROM inbound WHERE text = 'kept'"), 1);
	assert_int_equal(
		committed("SELECT count(*) FROM inbound WHERE text = 'no room'"), 0);
	turn();
	assert_int_equal(fake_modem.acks, 0);
}

static void seen_twice_stored_once(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n = make_text(pdu, "+306911111111", "again");
	(void)state;
	boot();
	comes(MODEM_STORE_SM, 3, pdu, n);
	comes(MODEM_STORE_SM, 3, pdu, n); /* told, and found by a sweep */
	comes(MODEM_STORE_ME, 1, pdu, n); /* the other memory shows it too */
	commit();
	assert_int_equal(committed("SELECT count(*) FROM inbound"), 1);
	turn();
	answer(PENDING_DELETE);
	turn();
	answer(PENDING_DELETE);
	turn();
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	assert_int_equal(fake_modem.deletes, 2);
}

/* ME is the SIM's memory by another name: a second AT+CMGD would delete what came into
 * the place since. */
static void one_place_is_emptied_once(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX], next[PDU_OCTETS_MAX];
	size_t n = make_text(pdu, "+306911111111", "first");
	size_t n_next = make_text(next, "+306911111111", "second");
	(void)state;
	boot();
	comes(MODEM_STORE_SM, 1, pdu, n);
	commit();
	comes(MODEM_STORE_ME, 1, pdu, n); /* on its way to the store as the other goes */
	turn();
	answer(PENDING_DELETE);
	comes(MODEM_STORE_SM, 1, next, n_next);
	commit();
	turn();
	answer(PENDING_DELETE);
	assert_int_equal(fake_modem.deletes, 2); /* of SM */
	assert_int_equal(committed("SELECT count(*) FROM inbound"), 2);
	turn();
	answer(PENDING_SWEEP); /* for the other, should it be another memory after all */
}

/* The SIM shows it again at each sweep: it is told of once, and deleted when it can. */
static void a_delete_that_fails_makes_no_second_text(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n = make_text(pdu, "+306911111111", "STOP");
	const struct modem_stored stored = stored_at(MODEM_STORE_SM, 3, pdu, n);
	(void)state;
	boot();
	comes(MODEM_STORE_SM, 3, pdu, n);
	for (int i = 1; i <= 4; i++) {
		commit();
		turn();
		assert_int_equal(fake_modem.deletes, i);
		assert_int_equal(fake_modem.pending, PENDING_DELETE);
		end_request(&fake_modem, i < 4 ? ERR_TIMEOUT : ERR_OK);
		commit();
		pass(600000);
		while (i < 4 && fake_modem.pending != PENDING_SWEEP) {
			if (fake_modem.pending)
				end_request(&fake_modem, ERR_OK);
			turn();
		}
		if (i < 4) {
			fake_modem.each(fake_modem.user, &stored);
			answer(PENDING_SWEEP);
		}
	}
	assert_int_equal(committed("SELECT count(*) FROM inbound"), 1);
	assert_int_equal(w.inbounds, 1);
}

/* News of a text can get lost, and a campaign takes hours: the memory is looked into all
 * the same, and sooner where more had come than there was room for. */
static void a_busy_sim_is_swept_too(void **state)
{
	(void)state;
	boot();
	for (int i = 0; i < 2; i++) {
		pass(i == 0 ? 590000 : 50000);
		w.slot.inbox.overflowed = i > 0;
		slot_turn(&w.slot, false);
		while (fake_modem.pending == PENDING_SIM || /* looked at as well */
			fake_modem.pending == PENDING_CHECK) {
			end_request(&fake_modem, ERR_OK);
			slot_turn(&w.slot, false);
		}
		assert_int_equal(fake_modem.pending, PENDING_NONE);
		pass(10000);
		slot_turn(&w.slot, false);
		answer(PENDING_SWEEP);
	}
}

static void what_cannot_be_read_is_kept_raw(void **state)
{
	static const uint8_t broken[] = { 0x00, 0x04, 0x0B, 0x91, 0x03 };
	static const uint8_t empty[] = { 0x00 };
	(void)state;
	boot();
	comes(MODEM_STORE_SM, 1, broken, sizeof(broken));
	comes(MODEM_STORE_SM, 2, empty, sizeof(empty));
	commit();
	assert_int_equal(committed("SELECT count(*) FROM inbound WHERE state = 2"), 2);
	turn();
	assert_int_equal(fake_modem.deletes, 1);
}

static void somebody_s_draft_is_not_ours(void **state)
{
	static const uint8_t submit[] = { 0x00, 0x01, 0x00, 0x03, 0x91, 0x96, 0xF0, 0x00,
		0x00, 0x01, 0x41 };
	(void)state;
	boot();
	comes(MODEM_STORE_SM, 1, submit, sizeof(submit));
	assert_null(w.posted.head);
}

static void a_report_settles_its_part(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n = make_report(pdu, 9, 0x00);
	(void)state;
	boot();
	give(add(1));
	commit();
	accept_part(9);
	commit();
	comes(MODEM_STORE_NONE, 0, pdu, n);
	assert_int_equal(w.posted.head->urgency, STORE_LAZY);
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_DELIVERED);
}

static void a_report_settles_what_was_unknown(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n = make_report(pdu, 9, 0x46); /* validity period expired */
	(void)state;
	boot();
	give(add(1));
	commit();
	answer_submit((struct modem_submit_result){ .kind = MODEM_SUBMIT_LOST });
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_UNKNOWN);
	comes(MODEM_STORE_NONE, 0, pdu, n);
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_UNDELIVERED);
}

/* A phone that is off: the network tries for days, and says so. Nothing waits for it. */
static void a_report_that_it_still_tries_is_not_the_end(void **state)
{
	static const uint8_t tries[] = { 0x20, 0x21, 0x25, 0x30 };
	uint8_t pdu[PDU_OCTETS_MAX];
	(void)state;
	boot();
	give(add(1));
	commit();
	accept_part(9);
	commit();
	for (size_t i = 0; i < sizeof(tries); i++) {
		comes(MODEM_STORE_NONE, 0, pdu, make_report(pdu, 9, tries[i]));
		commit();
		assert_int_equal(committed("SELECT state FROM message"), MESSAGE_SENT);
		turn();
		answer(PENDING_ACK);
		assert_true(slot_can_send(&w.slot));
	}
	comes(MODEM_STORE_NONE, 0, pdu, make_report(pdu, 9, 0x00));
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_DELIVERED);
}

/* The report overtakes the answer, and then the answer never comes. */
static void a_report_that_came_first_settles_a_lost_answer(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n = make_report(pdu, 9, 0x00);
	(void)state;
	boot();
	give(add(1));
	commit();
	comes(MODEM_STORE_NONE, 0, pdu, n);
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_SENDING);
	answer_submit((struct modem_submit_result){ .kind = MODEM_SUBMIT_LOST });
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_DELIVERED);
	assert_int_equal(w.slot.send.result.state, MESSAGE_DELIVERED);
}

/* The same, but the power goes instead. */
static void a_report_that_came_first_settles_a_cut_off_part(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n = make_report(pdu, 9, 0x00), unknown;
	(void)state;
	boot();
	give(add(1));
	commit();
	comes(MODEM_STORE_NONE, 0, pdu, n);
	commit();
	OK(queue_recover(w.f->s, &unknown));
	assert_int_equal(unknown, 1);
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_DELIVERED);
}

/* Before the SIM's row is known there is nowhere to store it. */
static void what_comes_early_waits_for_its_sim(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n = make_text(pdu, "+306911111111", "early");
	(void)state;
	slot_plug(&w.slot);
	pass(0);
	comes(MODEM_STORE_NONE, 0, pdu, n);
	assert_null(w.posted.head);
	identify();
	commit();
	assert_int_equal(committed("SELECT count(*) FROM inbound WHERE text = 'early' "
				   "AND sim_id = 1"),
		1);
}

static void a_flood_stays_on_the_sim_until_there_is_room(void **state)
{
	enum {
		N = INBOX_MAX + 10
	};
	uint8_t pdus[N][PDU_OCTETS_MAX];
	size_t octets[N];
	bool on_sim[N];
	(void)state;
	boot();
	for (int i = 0; i < N; i++) {
		char text[16];
		(void)str_format(text, sizeof(text), "text %d", i);
		octets[i] = make_text(pdus[i], "+306911111111", text);
		on_sim[i] = true;
		comes(MODEM_STORE_SM, (uint16_t)i, pdus[i], octets[i]);
	}
	for (int rounds = 0; rounds < 100; rounds++) {
		commit();
		turn();
		if (fake_modem.pending == PENDING_DELETE) {
			on_sim[w.slot.chore.entry->index] = false;
		} else if (fake_modem.pending == PENDING_SWEEP) {
			for (int i = 0; i < N; i++) {
				const struct modem_stored stored = stored_at(
					MODEM_STORE_SM, (uint16_t)i, pdus[i], octets[i]);
				if (on_sim[i])
					fake_modem.each(fake_modem.user, &stored);
			}
		}
		if (fake_modem.pending)
			end_request(&fake_modem, ERR_OK);
	}
	assert_int_equal(committed("SELECT count(*) FROM inbound"), N);
	for (int i = 0; i < N; i++)
		assert_false(on_sim[i]);
}

/* While messages wait, texts are deleted in quiet moments, a few may pile up. */
static void deleting_does_not_keep_the_radio_waiting(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	(void)state;
	boot();
	for (int i = 0; i < 10; i++) {
		char text[16];
		(void)str_format(text, sizeof(text), "text %d", i);
		comes(MODEM_STORE_SM, (uint16_t)i, pdu,
			make_text(pdu, "+306911111111", text));
		commit();
		int64_t id = add(1);
		give(id);
		slot_turn(&w.slot, false);
		assert_int_equal(fake_modem.deletes > 0, i >= 7);
		if (fake_modem.pending == PENDING_DELETE)
			answer(PENDING_DELETE);
		commit();
		accept_part((uint8_t)i);
		commit();
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(deleted_only_after_the_commit),
		TEST(a_direct_one_is_acknowledged_after_the_commit),
		TEST(the_last_direct_one_alone_is_acknowledged),
		TEST(early_ones_are_acknowledged_once),
		TEST(a_direct_one_without_room_is_not_acknowledged),
		TEST(seen_twice_stored_once),
		TEST(one_place_is_emptied_once),
		TEST(a_delete_that_fails_makes_no_second_text),
		TEST(a_busy_sim_is_swept_too),
		TEST(what_cannot_be_read_is_kept_raw),
		TEST(somebody_s_draft_is_not_ours),
		TEST(a_report_settles_its_part),
		TEST(a_report_settles_what_was_unknown),
		TEST(a_report_that_it_still_tries_is_not_the_end),
		TEST(a_report_that_came_first_settles_a_lost_answer),
		TEST(a_report_that_came_first_settles_a_cut_off_part),
		TEST(what_comes_early_waits_for_its_sim),
		TEST(a_flood_stays_on_the_sim_until_there_is_room),
		TEST(deleting_does_not_keep_the_radio_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
