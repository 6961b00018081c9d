/* A slot through its whole life on a fake modem, a fake commit and a real store: how it
 * starts, that Ctrl-Z waits for the commit, and what every way to fail leaves in the
 * store. */
#include "tests/unit/slot_world.h"

#include "firmware/radio/slot/slot_parts.h"

static void it_starts(void **state)
{
	(void)state;
	AT(ABSENT);
	slot_plug(&w.slot);
	AT(POWERING);
	pass(0);
	AT(PROBING);
	answer(PENDING_PROBE);
	AT(SIM_WAIT);
	answer(PENDING_SIM);
	AT(REGISTERING);
	assert_int_equal(fake_modem.pending, PENDING_NONE); /* its row comes first */
	commit();
	assert_int_equal(w.slot.sim_id, w.f->sim);
	answer(PENDING_SETUP);
	answer(PENDING_NET);
	AT(READY);
	assert_false(slot_can_send(&w.slot)); /* a STOP may lie on the SIM */
	turn();
	answer(PENDING_SWEEP);
	assert_true(slot_can_send(&w.slot));
	commit();
	commit(); /* what changed while the bay's row was being written */
	assert_int_equal(committed("SELECT count(*) FROM bay WHERE state = 'READY' "
				   "AND sim_id = 1 AND port = '/dev/ttyX'"),
		1);
}

/* The bank numbers bays in the order of their ports: a bay waits for those before it. */
static void its_bay_waits_for_its_number(void **state)
{
	(void)state;
	w.slot.bay.may_add = false;
	slot_plug(&w.slot);
	pass(0);
	assert_true(slot_is_starting(&w.slot));
	answer(PENDING_PROBE);
	assert_true(slot_is_starting(&w.slot));
	answer(PENDING_SIM);
	assert_false(slot_is_starting(&w.slot));
	commit();
	commit();
	assert_int_equal(committed("SELECT count(*) FROM bay"), 0);
	slot_number(&w.slot);
	commit();
	assert_int_equal(committed("SELECT count(*) FROM bay"), 1);
}

/* A number given in a group that was rolled back may be another bay's by now. */
static void its_bay_is_not_another_ones(void **state)
{
	const struct bay other = { .key = "/dev/ttyY", .port = "/dev/ttyY" };
	int64_t id;
	(void)state;
	slot_plug(&w.slot);
	pass(0);
	answer(PENDING_PROBE);
	answer(PENDING_SIM);
	commit_or(true);
	OK(bay_find_or_add(w.f->s, &other, &id));
	commit();
	assert_int_equal(
		committed("SELECT count(*) FROM bay WHERE port = '/dev/ttyY'"), 1);
	assert_int_equal(
		committed("SELECT count(*) FROM bay WHERE port = '/dev/ttyX'"), 1);
}

static void a_mute_port_holds_up_no_bay_for_long(void **state)
{
	(void)state;
	slot_plug(&w.slot);
	pass(0);
	assert_true(slot_is_starting(&w.slot));
	pass(4000);
	AT(PROBING);
	assert_false(slot_is_starting(&w.slot));
}

static void ctrl_z_waits_for_the_commit(void **state)
{
	struct store_list jobs;
	struct store_job *job;
	(void)state;
	boot();
	int64_t id = add(1);
	give(id);
	AT(SENDING);
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	hand_over(&jobs);
	OK(store_begin(w.f->s));
	for (job = jobs.head; job; job = job->next)
		OK(job->run(w.f->s, job));
	tell_early(&jobs);
	assert_int_equal(
		fake_modem.pending, PENDING_SUBMIT); /* the prompt is asked for */
	assert_false(fake_modem.is_released);
	assert_int_equal(committed("SELECT count(*) FROM part"), 0);
	OK(store_commit(w.f->s));
	assert_false(fake_modem.is_released);
	while ((job = store_list_take(&jobs)))
		job->done(job, ERR_OK);
	assert_true(fake_modem.is_released);
	pass(1500);
	accept_part(7);
	AT(READY);
	assert_int_equal(w.end.kind, SLOT_END_DONE);
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_SENT);
	assert_int_equal(committed("SELECT mr FROM part"), 7);
	assert_int_equal(committed("SELECT submit_ms FROM sim"), 1500);
}

static void a_failed_commit_aborts(void **state)
{
	(void)state;
	boot();
	int64_t id = add(1);
	give(id);
	commit_or(true);
	assert_int_equal(fake_modem.pending, PENDING_SUBMIT);
	assert_true(fake_modem.is_aborted);
	AT(SENDING);
	answer_submit((struct modem_submit_result){ .kind = MODEM_SUBMIT_NOT_SENT });
	AT(READY);
	assert_int_equal(w.end.kind, SLOT_END_UNSTORED);
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_QUEUED);
	give(id); /* and again, when the disk has room */
	commit();
	accept_part(1);
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_SENT);
	assert_int_equal(fake_modem.releases, 1);
}

static void the_answer_and_the_next_claim_are_one_commit(void **state)
{
	(void)state;
	boot();
	int64_t a = add(1), b = add(1);
	give(a);
	commit();
	accept_part(1);
	assert_true(slot_can_send(&w.slot));
	give(b);
	commit(); /* the modem checks: one part in `sending`, that of b */
	assert_true(fake_modem.is_released);
	accept_part(2);
	commit();
	assert_int_equal(committed("SELECT count(*) FROM message WHERE state = 3"), 2);
}

/* The answer is with the store's thread already, and may fail there: no new claim. */
static void an_answer_not_stored_holds_the_next_claim(void **state)
{
	(void)state;
	boot();
	int64_t a = add(1);
	give(a);
	commit();
	accept_part(1);
	commit_or(true);
	assert_false(w.posted.head->next != NULL);
	w.posted.head->is_handed = true;
	assert_false(slot_can_send(&w.slot));
	commit();
	assert_true(slot_can_send(&w.slot));
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_SENT);
}

static void a_lost_answer_is_unknown(void **state)
{
	(void)state;
	boot();
	int64_t a = add(1), b = add(1);
	recorder_add(
		&w.slot.log.recorder, &(struct recorder_line){ 1, '>', "AT+CMGS=19" });
	give(a);
	commit();
	answer_submit((struct modem_submit_result){ .kind = MODEM_SUBMIT_LOST });
	AT(READY);
	assert_int_equal(w.end.kind, SLOT_END_DONE); /* never again by us */
	assert_true(w.part.blames_sim); /* one that swallows all is taken out */
	give(b);
	commit();
	assert_int_equal(
		committed("SELECT state FROM message WHERE id = 1"), MESSAGE_UNKNOWN);
	answer_submit((struct modem_submit_result){ .kind = MODEM_SUBMIT_LOST });
	AT(RECOVERING); /* two in a row: it is the modem */
	commit();
	assert_int_equal(committed("SELECT count(*) FROM message WHERE state = 9"), 2);
	/* What the two had said to each other is kept, as it ended badly. */
	assert_int_equal(committed("SELECT count(*) FROM flight_record WHERE cause = "
				   "'lost_answer'"),
		1);
}

static void a_port_that_goes_while_on_air(void **state)
{
	(void)state;
	boot();
	give(add(1));
	commit();
	modem_says(MODEM_EVENT_GONE);
	AT(POWERING);
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_UNKNOWN);
	assert_int_equal(
		committed("SELECT count(*) FROM bay WHERE sim_id IS NOT NULL"), 1);
	w.open_err = ERR_NOTFOUND;
	pass(6000);
	AT(ABSENT);
	turn();
	commit();
	assert_int_equal(committed("SELECT count(*) FROM bay WHERE state = 'ABSENT' "
				   "AND reason = 'unplugged' AND sim_id IS NULL"),
		1);
}

static void a_port_that_goes_before_the_commit(void **state)
{
	(void)state;
	boot();
	int64_t id = add(1);
	give(id);
	modem_says(MODEM_EVENT_GONE);
	commit();
	assert_int_equal(fake_modem.releases, 0);
	assert_int_equal(w.end.kind, SLOT_END_RETRY);
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_QUEUED);
	assert_int_equal(committed("SELECT count(*) FROM part"), 0);
	assert_int_equal(committed("SELECT attempts FROM message"), 0);
}

static void no_prompt_puts_it_back(void **state)
{
	(void)state;
	boot();
	give(add(1));
	commit();
	fake_modem.is_released = false; /* as the driver sees it: nothing was written */
	answer_submit((struct modem_submit_result){ .kind = MODEM_SUBMIT_NOT_SENT });
	AT(READY);
	assert_int_equal(w.end.kind, SLOT_END_RETRY);
	assert_true(w.end.sim_refused);
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_QUEUED);
}

static void parts_go_in_order_over_one_sim(void **state)
{
	uint8_t first[MODEM_PDU_MAX];
	(void)state;
	boot();
	give(add(2));
	commit();
	memcpy(first, fake_modem.pdu, sizeof(first));
	accept_part(1);
	assert_int_equal(w.ends, 0);
	assert_false(slot_can_send(&w.slot)); /* its second part is next */
	turn();
	commit();
	assert_true(fake_modem.is_released);
	assert_memory_not_equal(first, fake_modem.pdu, sizeof(first));
	accept_part(2);
	assert_int_equal(w.ends, 1);
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_SENT);
	assert_int_equal(committed("SELECT count(*) FROM part WHERE state = 2"), 2);
}

/* Between two parts stands a limit; a stop gives the rest back. */
static void a_part_waits_for_a_limit(void **state)
{
	(void)state;
	boot();
	give(add(2));
	commit();
	accept_part(1);
	w.must_wait = true;
	turn();
	commit();
	assert_int_equal(fake_modem.releases, 1);
	/* It is no time for an operator's menu or a test either. */
	OK(slot_ussd(&w.slot, "*100#"));
	OK(slot_test(&w.slot));
	assert_false(slot_ussd_is_due(&w.slot, true));
	assert_false(slot_test_is_due(&w.slot, true));
	slot_ussd_stop(&w.slot);
	slot_test_stop(&w.slot);
	w.must_wait = false;
	turn();
	commit();
	accept_part(2);
	assert_int_equal(w.parts, 2);
	give(add(2));
	commit();
	accept_part(3);
	w.must_wait = true;
	slot_stop(&w.slot);
	turn();
	commit();
	assert_int_equal(w.end.kind, SLOT_END_RETRY);
	assert_int_equal(committed("SELECT count(*) FROM message WHERE state = 1"), 1);
}

/* The first part is on air, then the modem goes: the rest waits for this SIM. */
static void parts_not_on_air_go_back_to_the_queue(void **state)
{
	(void)state;
	boot();
	int64_t id = add(2);
	give(id);
	commit();
	accept_part(1);
	modem_says(MODEM_EVENT_STUCK);
	AT(RECOVERING);
	turn();
	commit();
	assert_int_equal(w.end.kind, SLOT_END_RETRY);
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_QUEUED);
	assert_int_equal(committed("SELECT sim_id FROM message"), w.f->sim);
	drain_and_boot();
	give(id);
	commit();
	assert_int_equal(w.slot.send.seq, 2);
	accept_part(2);
	commit();
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_SENT);
}

static void a_stop_ends_after_the_part_on_air(void **state)
{
	(void)state;
	boot();
	give(add(2));
	commit();
	slot_stop(&w.slot);
	assert_true(slot_is_busy(&w.slot));
	accept_part(1);
	turn();
	assert_true(slot_is_busy(&w.slot)); /* until it is written down */
	commit();
	turn();
	assert_true(slot_is_busy(&w.slot)); /* until the modem keeps what comes in */
	answer(PENDING_PARK);
	turn();
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	assert_false(slot_is_busy(&w.slot));
	assert_false(slot_can_send(&w.slot));
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_QUEUED);
	assert_int_equal(fake_modem.releases, 1);
}

static void a_suppressed_number_is_never_asked_a_prompt_for(void **state)
{
	const struct suppression stop = { .reason = "stop", .source = "" };
	(void)state;
	boot();
	OK(suppression_add(w.f->s, "+306912345678", &stop, NULL));
	give(add(1));
	commit();
	assert_int_equal(fake_modem.pending, PENDING_NONE);
	AT(READY);
	assert_int_equal(w.end.kind, SLOT_END_GONE);
	assert_int_equal(committed("SELECT state FROM message"), MESSAGE_CANCELLED);
}

static void congestion_holds_the_sim(void **state)
{
	(void)state;
	boot();
	give(add(1));
	commit();
	refuse(42);
	AT(HELD);
	assert_int_equal(w.slot.reason, REASON_NETWORK_BUSY);
	commit();
	assert_int_equal(committed("SELECT attempts FROM message"), 1);
	pass(900);
	AT(HELD);
	pass(200);
	AT(READY);
}

static void a_store_that_fails_holds_it_until_it_works(void **state)
{
	(void)state;
	boot();
	slot_hold(&w.slot, REASON_STORE_FULL, 0);
	AT(HELD);
	pass(3600000);
	AT(HELD);
	slot_release(&w.slot, REASON_SIM_DISABLED); /* another reason's end */
	AT(HELD);
	slot_release(&w.slot, REASON_STORE_FULL);
	AT(READY);
}

static void a_hold_waits_for_the_part_on_air(void **state)
{
	(void)state;
	boot();
	give(add(1));
	commit();
	slot_hold(&w.slot, REASON_SIM_DISABLED, 0);
	AT(SENDING);
	accept_part(1);
	AT(HELD);
}

static const struct {
	struct modem_sim_info sim;
	const char *at;
	enum reason reason;
} sims[] = {
	{ { .state = MODEM_SIM_PIN }, "PIN", REASON_SIM_PIN },
	{ { .state = MODEM_SIM_PUK, .puk_tries = -1 }, "PIN", REASON_SIM_PUK },
	{ { .state = MODEM_SIM_ABSENT }, "SIM_WAIT", REASON_NO_SIM },
	{ { .state = MODEM_SIM_BUSY }, "SIM_WAIT", REASON_SIM_BUSY },
	{ { .state = MODEM_SIM_FAILED }, "SIM_WAIT", REASON_SIM_FAILED },
	{ { .state = MODEM_SIM_PUK, .puk_tries = 0 }, "PIN", REASON_SIM_BLOCKED },
	{ { .state = MODEM_SIM_READY }, "SIM_WAIT", REASON_SIM_UNREADABLE },
};

static void say_sim(const struct modem_sim_info *sim)
{
	assert_int_equal(fake_modem.pending, PENDING_SIM);
	fake_modem.pending = PENDING_NONE;
	fake_modem.sim(fake_modem.user, ERR_OK, sim);
}

static void a_sim_that_cannot_be_used_says_why(void **state)
{
	(void)state;
	slot_plug(&w.slot);
	pass(0);
	answer(PENDING_PROBE);
	for (size_t i = 0; i < sizeof(sims) / sizeof(sims[0]); i++) {
		if (at() == SLOT_PIN) { /* that it is another is seen before it is read */
			say_sim(&sims[i].sim);
			pass(1000);
		}
		say_sim(&sims[i].sim);
		assert_string_equal(slot_state_name(&w.slot), sims[i].at);
		assert_int_equal(w.slot.reason, sims[i].reason);
		pass(31000); /* it is asked again */
	}
	answer(PENDING_SIM);
	AT(REGISTERING);
}

static void a_second_port_of_the_same_modem_is_left_alone(void **state)
{
	static struct slot other;
	(void)state;
	(void)str_copy(other.info.imei, sizeof(other.info.imei), "1");
	w.twin = &other;
	slot_plug(&w.slot);
	pass(0);
	answer(PENDING_PROBE);
	answer(PENDING_SIM);
	AT(FAULT);
	assert_int_equal(w.slot.reason, REASON_SECOND_PORT);
	assert_false(fake_modem.is_open);
	assert_null(w.posted.head); /* nor is it shown */
}

static void a_bay_is_its_socket(void **state)
{
	(void)state;
	(void)str_copy(w.slot.port, sizeof(w.slot.port), "usb:1-1.4/2:9600:rtscts");
	boot();
	assert_int_equal(committed("SELECT count(*) FROM bay WHERE key = 'usb:1-1.4/2' "
				   "AND port = 'usb:1-1.4/2:9600:rtscts'"),
		1);
	assert_int_equal(committed("SELECT count(*) FROM bay_modem WHERE imei = '1'"), 1);
}

static void which_sims_are_one(void **state)
{
	static const struct modem_sim_info
		card = { .iccid = "8930010000000000037", .imsi = "202010000000003" },
		again = { .iccid = "8930010000000000037", .imsi = "202010000000777" },
		nameless = { .iccid = "202010000000003", .imsi = "202010000000003" },
		other = { .iccid = "8930010000000000045", .imsi = "202010000000003" },
		silent = { .iccid = "8930010000000000052" },
		silent_too = { .iccid = "8930010000000000060" };
	(void)state;
	assert_true(slot_is_same_sim(&card, &again));
	assert_true(slot_is_same_sim(&card, &nameless));
	assert_true(slot_is_same_sim(&nameless, &card));
	assert_false(slot_is_same_sim(&card, &other));
	assert_false(slot_is_same_sim(&silent, &silent_too));
	assert_false(slot_is_same_sim(&silent, &nameless));
}

static void say_modem(const char *imei)
{
	struct modem_info info = { .model = "M" };

	(void)str_copy(info.imei, sizeof(info.imei), imei);
	assert_int_equal(fake_modem.pending, PENDING_PROBE);
	fake_modem.pending = PENDING_NONE;
	fake_modem.info(fake_modem.user, ERR_OK, &info);
}

/* Its last lines and its failed starts are not the next one's. */
static void another_modem_begins_anew(void **state)
{
	static const char *const imeis[] = { "", "352989000000016", "", "352989000000016",
		"352989000000024" };
	(void)state;
	for (size_t i = 0; i < sizeof(imeis) / sizeof(imeis[0]); i++) {
		slot_plug(&w.slot);
		pass(0);
		w.slot.ladder.faults = 3;
		recorder_add(&w.slot.log.recorder,
			&(struct recorder_line){ .direction = '>', .text = "AT" });
		say_modem(imeis[i]);
		assert_int_equal(w.slot.ladder.faults, i < 4 ? 3 : 0);
		assert_int_equal(w.slot.log.recorder.len > 0, i < 4);
		slot_unplug(&w.slot);
	}
}

static void a_lost_network_is_waited_for(void **state)
{
	(void)state;
	boot();
	fake_modem.event(
		fake_modem.event_user, &(struct modem_event){ .kind = MODEM_EVENT_NET,
					       .reg = MODEM_REG_SEARCHING });
	AT(REGISTERING);
	fake_modem.event(
		fake_modem.event_user, &(struct modem_event){ .kind = MODEM_EVENT_NET,
					       .reg = MODEM_REG_ROAMING });
	AT(READY);
	assert_true(slot_can_send(&w.slot));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_starts),
		TEST(its_bay_waits_for_its_number),
		TEST(its_bay_is_not_another_ones),
		TEST(a_mute_port_holds_up_no_bay_for_long),
		TEST(ctrl_z_waits_for_the_commit),
		TEST(a_failed_commit_aborts),
		TEST(the_answer_and_the_next_claim_are_one_commit),
		TEST(an_answer_not_stored_holds_the_next_claim),
		TEST(a_lost_answer_is_unknown),
		TEST(a_port_that_goes_while_on_air),
		TEST(a_port_that_goes_before_the_commit),
		TEST(no_prompt_puts_it_back),
		TEST(parts_go_in_order_over_one_sim),
		TEST(a_part_waits_for_a_limit),
		TEST(parts_not_on_air_go_back_to_the_queue),
		TEST(a_stop_ends_after_the_part_on_air),
		TEST(a_suppressed_number_is_never_asked_a_prompt_for),
		TEST(congestion_holds_the_sim),
		TEST(a_store_that_fails_holds_it_until_it_works),
		TEST(a_hold_waits_for_the_part_on_air),
		TEST(a_sim_that_cannot_be_used_says_why),
		TEST(a_second_port_of_the_same_modem_is_left_alone),
		TEST(a_bay_is_its_socket),
		TEST(which_sims_are_one),
		TEST(another_modem_begins_anew),
		TEST(a_lost_network_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
