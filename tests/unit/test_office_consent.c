/*
 * Proves: nobody is written to without a recorded consent or after an opt-out, whichever
 * way round it is tried: a number written otherwise, a contact that is taken off a list
 * and comes back, is erased and entered again, changes its number, was suppressed by hand
 * and says START, is on two lists, or never wrote to the box.
 */
#include "tests/unit/office_fixture.h"

#include "firmware/office/desk/conversations.h"
#include "firmware/store/consent.h"
#include "firmware/store/suppression.h"

#define WHO "+306941200001"
#define OTHER "+306941200777"

static bool is_suppressed(struct fixture *f, const char *msisdn)
{
	bool out;
	OK(suppression_check(f->o.store, msisdn, &out));
	return out;
}

static enum err send(
	struct fixture *f, const char *to, const char *class, int64_t *out_id)
{
	struct message_accepted out;
	const struct message_draft draft = {
		.to = to, .text = "Hi", .class = class, .reference = "order 1"
	};
	enum err err = messages_send(&f->o, &tester, &draft, &out);
	*out_id = err ? 0 : out.id;
	return err;
}

static enum queue_claim_result claim(struct fixture *f, int64_t id)
{
	static struct queue_claim out;
	enum queue_claim_result result;
	OK(queue_claim(f->o.store, &(struct queue_take){ .id = id, .sim_id = f->sim },
		&out, &result));
	return result;
}

static bool on_person(void *user, const struct contact_view *v)
{
	*(int *)user = v->consent;
	return true;
}

/* The consent of the only member, -1: nobody is on the list. */
static int consent_on(struct fixture *f, int64_t list)
{
	const struct contact_query query = { .list_id = list, .max = 2 };
	int consent = -1;
	FINE(f, contacts_list(&f->o, &query, on_person, &consent));
	return consent;
}

static void set_lists(struct fixture *f, int64_t contact, const int64_t *lists, size_t n)
{
	const struct contact_draft draft = {
		.lists = lists, .n_lists = n, .has_lists = true
	};
	FINE(f, contacts_update(&f->o, &tester, contact, &draft));
}

/* As a file's row with consent columns does. */
static struct list_import import(struct fixture *f, int64_t list, const char *msisdn)
{
	const struct consent_evidence evidence = { .kind = CONSENT_IN,
		.source = "web",
		.given_at = "2024-01-01",
		.evidence = "old file, row 2",
		.actor = "test" };
	const struct list_import_row row = { .list_id = list,
		.contact = { .msisdn = msisdn,
			.first_name = "",
			.last_name = "",
			.language = "",
			.country = "GR",
			.fields = "{}" },
		.evidence = &evidence };
	struct list_import out;
	OK(list_import_row(f->o.store, &row, &out));
	return out;
}

static void opt_out(struct fixture *f, int64_t contact, int64_t list)
{
	const struct consent_draft draft = {
		.contact_id = contact, .list_id = list, .kind = "opt_out"
	};
	FINE(f, consents_add(&f->o, &tester, &draft));
}

static void test_stop_in_national_format(void **state)
{
	static const char *const spellings[] = { "6941200001", "00306941200001",
		"306941200001" };
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers"), id;
	new_member(f, list, 1, true);
	for (size_t i = 0; i < 3; i++) {
		FINE(f, send(f, WHO, "promotional", &id));
		receive(f, spellings[i], "STOP");
		assert_int_equal(claim(f, id), QUEUE_UNREAD); /* not even before */
		run_rules(f);
		assert_true(is_suppressed(f, WHO));
		assert_int_equal(claim(f, id), QUEUE_GONE);
		/* Asked for again, so that the next spelling can be tried. */
		FINE(f, suppressions_remove(&f->o, &tester, WHO));
		const struct consent_draft again = { .contact_id = 1,
			.list_id = list,
			.kind = "opt_in",
			.source = "shop",
			.given_at = "2026-06-01",
			.evidence = "form" };
		FINE(f, consents_add(&f->o, &tester, &again));
	}
	/* The confirmation goes to the number as it can be dialled. */
	assert_int_equal(messages_to(f, WHO).at[0].class, CLASS_PROMOTIONAL);
	assert_int_equal(messages_to(f, WHO).n, 4);
	receive(f, "54001", "STOP"); /* a short code is nobody */
	run_rules(f);
	assert_int_equal(messages_to(f, NULL).n, 4);
}

static void test_suppression_however_written(void **state)
{
	struct fixture *f = *state;
	int64_t id;
	FINE(f, suppressions_add(&f->o, &tester, "694 120 0001", "asked at the till"));
	assert_true(is_suppressed(f, WHO));
	REFUSED(f, send(f, "00 30 694-1200001", "transactional", &id), "suppressed");
	receive(f, WHO, "START"); /* not theirs to lift */
	run_rules(f);
	assert_true(is_suppressed(f, WHO));
	FINE(f, send(f, WHO, "otp", &id)); /* they ask for their code themselves */
	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
}

static void test_start_lifts_only_a_stop(void **state)
{
	struct fixture *f = *state;
	receive(f, WHO, "STOP");
	run_rules(f);
	FINE(f, suppressions_add(&f->o, &tester, WHO, "lawyer's letter"));
	receive(f, WHO, "START");
	run_rules(f);
	assert_true(is_suppressed(f, WHO));
}

static void test_list_left_and_joined_again(void **state)
{
	struct fixture *f = *state;
	int64_t offers = new_list(f, "Offers"), news = new_list(f, "News"), id;
	int64_t contact = new_member(f, offers, 1, true);
	opt_out(f, contact, offers);
	set_lists(f, contact, &news, 1);
	assert_int_equal(consent_on(f, offers), -1);
	/* The old file once more: what they said since counts. */
	struct list_import row = import(f, offers, WHO);
	assert_int_equal(row.consent, CONSENT_OUT);
	assert_true(row.is_opted_out);
	assert_int_equal(consent_on(f, offers), CONSENT_OUT);
	/* The same by hand. */
	set_lists(f, contact, &news, 1);
	set_lists(f, contact, &offers, 1);
	assert_int_equal(consent_on(f, offers), CONSENT_OUT);
	REFUSED(f, send(f, WHO, "promotional", &id), "no_consent");
	/* A list that they never left is another matter. */
	assert_int_equal(import(f, news, WHO).consent, CONSENT_IN);
}

static void test_stop_holds_for_lists_to_come(void **state)
{
	struct fixture *f = *state;
	int64_t offers = new_list(f, "Offers"), news = new_list(f, "News");
	new_member(f, offers, 1, true);
	receive(f, WHO, "STOP");
	run_rules(f);
	assert_int_equal(import(f, news, WHO).consent, CONSENT_OUT);
	receive(f, WHO, "START"); /* may be written to, but to which list was not said */
	run_rules(f);
	assert_false(is_suppressed(f, WHO));
	assert_int_equal(consent_on(f, offers), CONSENT_OUT);
}

static void test_erased_and_entered_again(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers"), id;
	int64_t contact = new_member(f, list, 1, true);
	opt_out(f, contact, list);
	FINE(f, send(f, WHO, "alert", &id)); /* waits, and has nobody to go to then */
	FINE(f, contacts_delete(&f->o, &tester, contact));
	struct list_import row = import(f, list, WHO);
	assert_int_equal(claim(f, id), QUEUE_GONE);
	assert_true(row.is_new_contact);
	assert_true(row.is_opted_out);
	REFUSED(f, send(f, WHO, "promotional", &id), "suppressed");
}

static void test_number_of_another(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers"), to_old, to_new, id;
	int64_t contact = new_member(f, list, 1, true);
	FINE(f, send(f, WHO, "promotional", &to_old));
	const struct contact_draft moved = { .phone = OTHER };
	FINE(f, contacts_update(&f->o, &tester, contact, &moved));
	/* Nobody at the new number agreed to anything, nor is it still theirs. */
	assert_int_equal(consent_on(f, list), CONSENT_NONE);
	REFUSED(f, send(f, OTHER, "promotional", &to_new), "no_consent");
	assert_int_equal(claim(f, to_old), QUEUE_NO_CONSENT);
	/* Whoever gets the old number next did not agree either. */
	const struct contact_draft next = { .phone = WHO, .lists = &list, .n_lists = 1 };
	FINE(f, contacts_create(&f->o, &tester, &next, &id));
	REFUSED(f, send(f, WHO, "promotional", &id), "no_consent");
	/* The same number written anew is no change. */
	const struct contact_draft same = { .phone = "694 120 0777" };
	const struct consent_draft again = { .contact_id = contact,
		.list_id = list,
		.kind = "opt_in",
		.source = "shop",
		.given_at = "2026-06-01",
		.evidence = "form" };
	FINE(f, consents_add(&f->o, &tester, &again));
	FINE(f, contacts_update(&f->o, &tester, contact, &same));
	FINE(f, send(f, OTHER, "promotional", &to_new));
	assert_int_equal(claim(f, to_new), QUEUE_CLAIMED);
}

static void test_an_opt_out_moves_with_the_contact(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers");
	int64_t contact = new_member(f, list, 1, true);
	opt_out(f, contact, list);
	const struct contact_draft moved = { .phone = OTHER };
	FINE(f, contacts_update(&f->o, &tester, contact, &moved));
	assert_int_equal(consent_on(f, list), CONSENT_OUT);
}

/* Consent to one list is none to another, and a campaign that runs twice is one. */
static void test_two_lists_and_a_second_start(void **state)
{
	struct fixture *f = *state;
	struct feeder_result fed;
	struct campaign_report report;
	int64_t offers = new_list(f, "Offers"), news = new_list(f, "News");
	const int64_t both[] = { offers, news };
	set_lists(f, new_member(f, offers, 1, true), both, 2);
	new_member(f, news, 2, true);
	int64_t campaign = new_campaign(f, news, "Hi");
	FINE(f, campaigns_start(&f->o, &tester, campaign));
	REFUSED(f, campaigns_start(&f->o, &tester, campaign), "wrong_state");
	do {
		FINE(f, feeder_run(&f->o, &fed));
	} while (fed.has_more);
	FINE(f, campaigns_report(&f->o, campaign, &report));
	assert_int_equal(report.skipped[SKIP_NO_CONSENT], 1);
	assert_int_equal(report.sendable, 1);
	assert_int_equal(messages_to(f, WHO).n, 0);
	assert_int_equal(messages_to(f, "+306941200002").n, 1);
}

static void test_conversation_with_a_stranger(void **state)
{
	struct fixture *f = *state;
	int64_t id;
	REFUSED(f, send(f, WHO, "conversation", &id), "no_conversation");
	receive(f, WHO, "Are you open on Sunday?");
	run_rules(f);
	FINE(f, send(f, WHO, "conversation", &id));
	assert_int_equal(claim(f, id), QUEUE_CLAIMED);
}

static void test_a_flood_of_codes(void **state)
{
	struct fixture *f = *state;
	struct message_accepted out;
	const struct message_draft same = {
		.to = WHO, .text = "Code", .class = "otp", .client_ref = "login-1"
	};
	int64_t id;
	FINE(f, messages_send(&f->o, &tester, &same, &out));
	for (int i = 1; i < 6; i++)
		FINE(f, send(f, WHO, "otp", &id));
	REFUSED(f, send(f, WHO, "otp", &id), "too_many_codes");
	FINE(f, send(f, OTHER, "otp", &id));
	/* Asking again for one that was taken is no new one. */
	FINE(f, messages_send(&f->o, &tester, &same, &out));
	assert_true(out.existed);
	f->clock.fake_wall_ms += 11 * 60 * 1000;
	FINE(f, send(f, WHO, "otp", &id));
}

static void test_one_person_one_conversation(void **state)
{
	struct fixture *f = *state;
	struct message_accepted out;
	receive(f, "6941200001", "Are you open?");
	run_rules(f);
	FINE(f, conversations_reply(&f->o, &tester, WHO, "Yes", &out));
	assert_int_equal(claim(f, out.id), QUEUE_CLAIMED);
}

/* START does not bring back what a STOP has cancelled, nor the campaign it was of. */
static void test_start_and_the_old_campaign(void **state)
{
	struct fixture *f = *state;
	struct feeder_result fed;
	int64_t list = new_list(f, "Offers");
	new_member(f, list, 1, true);
	new_member(f, list, 2, true);
	int64_t campaign = new_campaign(f, list, "Hi");
	FINE(f, campaigns_start(&f->o, &tester, campaign));
	FINE(f, campaigns_pause(&f->o, &tester, campaign));
	receive(f, WHO, "STOP");
	run_rules(f);
	receive(f, WHO, "START");
	run_rules(f);
	FINE(f, campaigns_resume(&f->o, &tester, campaign));
	do {
		FINE(f, feeder_run(&f->o, &fed));
	} while (fed.has_more);
	struct seen s = messages_to(f, WHO);
	for (size_t i = 0; i < s.n; i++)
		assert_int_equal(s.at[i].campaign_id, 0);
	assert_int_equal(messages_to(f, "+306941200002").n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_stop_in_national_format),
		TEST(test_suppression_however_written),
		TEST(test_start_lifts_only_a_stop),
		TEST(test_list_left_and_joined_again),
		TEST(test_stop_holds_for_lists_to_come),
		TEST(test_erased_and_entered_again),
		TEST(test_number_of_another),
		TEST(test_an_opt_out_moves_with_the_contact),
		TEST(test_two_lists_and_a_second_start),
		TEST(test_conversation_with_a_stranger),
		TEST(test_one_person_one_conversation),
		TEST(test_a_flood_of_codes),
		TEST(test_start_and_the_old_campaign),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
