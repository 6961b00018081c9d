/*
 * Proves: a STOP suppresses, cancels what waits and is confirmed once, in the contact's
 * language, over the SIM that got it; START and HELP are answered at most once a day;
 * names and short codes never; a text is linked to its contact and to the campaign that
 * it answers; replies.jsonl is understood.
 */
#include <jansson.h>

#include "tests/unit/office_fixture.h"
#include "tests/unit/queue_due.h"

#include "firmware/office/desk/keywords.h"
#include "firmware/store/setting.h"
#include "firmware/base/text.h"

#define WHO "+306941200001"

static bool is_suppressed(struct fixture *f, const char *msisdn)
{
	bool out;
	OK(suppression_check(f->o.store, msisdn, &out));
	return out;
}

static void test_stop(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers");
	new_member(f, list, 1, true);
	const struct message_draft draft = {
		.to = WHO, .text = "Hi", .class = "promotional"
	};
	const struct message_draft code = { .to = WHO, .text = "Code 1", .class = "otp" };
	struct message_accepted out;
	FINE(f, messages_send(&f->o, &tester, &draft, &out));
	FINE(f, messages_send(&f->o, &tester, &code, &out));
	receive(f, WHO, "Stop παρακαλώ");
	run_rules(f);
	assert_true(is_suppressed(f, WHO));
	struct seen s = messages_to(f, WHO);
	assert_int_equal(s.n, 3);
	assert_int_equal(
		s.at[0].flags, MESSAGE_FLAG_STOP_CONFIRMATION | MESSAGE_FLAG_SIM_FIXED);
	assert_int_equal(s.at[0].sim_id, f->sim);
	assert_int_equal(s.at[0].class, CLASS_CONVERSATION);
	assert_non_null(strstr(s.at[0].text, "Δεν θα λάβετε"));
	assert_int_equal(s.at[1].state, MESSAGE_QUEUED); /* the code still goes */
	assert_int_equal(s.at[2].state, MESSAGE_CANCELLED);
	/* Again within a day: no second confirmation. */
	f->clock.fake_wall_ms += 3600 * 1000;
	receive(f, WHO, "STOP");
	run_rules(f);
	assert_int_equal(messages_to(f, WHO).n, 3);
	/* Days later: they are told again. */
	f->clock.fake_wall_ms += INT64_C(2) * 24 * 3600 * 1000;
	receive(f, WHO, "STOP");
	run_rules(f);
	assert_int_equal(messages_to(f, WHO).n, 4);
	REFUSED(f, messages_send(&f->o, &tester, &draft, &out), "suppressed");
}

static void test_language_of_the_contact(void **state)
{
	struct fixture *f = *state;
	const struct contact_draft draft = { .phone = WHO, .language = "vi" };
	int64_t id;
	FINE(f, contacts_create(&f->o, &tester, &draft, &id));
	receive(f, WHO, "STOP");
	receive(f, "+14155552671", "לא מעוניין לקבל הודעות");
	run_rules(f);
	assert_non_null(strstr(messages_to(f, WHO).at[0].text, "DANG KY"));
	assert_non_null(strstr(messages_to(f, "+14155552671").at[0].text, "להצטרף"));
}

static void test_start_and_help(void **state)
{
	struct fixture *f = *state;
	receive(f, WHO, "START"); /* nothing to lift: nothing is said */
	run_rules(f);
	assert_int_equal(messages_to(f, WHO).n, 0);
	receive(f, WHO, "ΒΟΗΘΕΙΑ");
	receive(f, WHO, "help");
	run_rules(f);
	assert_int_equal(messages_to(f, WHO).n, 1);
	receive(f, WHO, "στοπ");
	run_rules(f);
	receive(f, WHO, "έναρξη");
	run_rules(f);
	assert_false(is_suppressed(f, WHO));
	struct seen s = messages_to(f, WHO);
	assert_int_equal(s.n, 3);
	assert_string_equal(s.at[0].reference, "auto:start");
	f->clock.fake_wall_ms += INT64_C(25) * 3600 * 1000;
	receive(f, WHO, "help");
	run_rules(f);
	assert_int_equal(messages_to(f, WHO).n, 4);
}

static void test_who_cannot_be_answered(void **state)
{
	struct fixture *f = *state;
	receive(f, "Shop", "STOP");
	receive(f, "12345", "STOP");
	receive(f, "12345", "help");
	run_rules(f);
	assert_int_equal(messages_to(f, NULL).n, 0);
	/* Nor do two of our own SIMs talk to each other. */
	OK(sim_set_msisdn(f->o.store, f->sim, WHO));
	receive(f, WHO, "help");
	run_rules(f);
	assert_int_equal(messages_to(f, NULL).n, 0);
}

/* What fails for one text, and would each time, does not stand in the way of the next. */
static void test_one_that_fails(void **state)
{
	struct fixture *f = *state;
	size_t n;
	OK(setting_set(f->o.store, "reply.stop.vi", "no text: \xFF"));
	const struct contact_draft draft = { .phone = WHO, .language = "vi" };
	int64_t id;
	FINE(f, contacts_create(&f->o, &tester, &draft, &id));
	receive(f, WHO, "STOP");
	receive(f, "+306941200002", "STOP");
	assert_int_not_equal(rules_run(&f->o, 100, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_true(is_suppressed(f, "+306941200002"));
	/* Put right, it is read as well. */
	OK(setting_delete(f->o.store, "reply.stop.vi"));
	run_rules(f);
	assert_true(is_suppressed(f, WHO));
}

struct linked {
	int64_t contact_id, campaign_id;
	char intent[16];
	enum inbound_state state;
};

static bool on_inbound(void *user, const struct inbound *i)
{
	struct linked *l = user;
	*l = (struct linked){ i->contact_id, i->campaign_id, "", i->state };
	(void)str_copy(l->intent, sizeof(l->intent), i->intent);
	return true;
}

static struct linked linked_of(struct fixture *f, int64_t id)
{
	struct linked l = { 0 };
	OK(inbound_get(f->o.store, id, on_inbound, &l));
	return l;
}

static void send_one(struct fixture *f)
{
	static struct queue_claim claim;
	struct queue_item item = { .id = 0 };
	enum queue_claim_result result;
	assert_int_equal(queue_due(f->o.store, &item, 1), 1);
	OK(queue_claim(f->o.store,
		&(struct queue_take){ .id = item.id, .sim_id = f->sim }, &claim,
		&result));
	assert_int_equal(result, QUEUE_CLAIMED);
	OK(queue_part_accepted(f->o.store, item.id, 1, 1, 2000));
}

static void test_links(void **state)
{
	struct fixture *f = *state;
	struct feeder_result r;
	int64_t list = new_list(f, "Offers"), contact = new_member(f, list, 1, true);
	int64_t campaign = new_campaign(f, list, "Hi");
	FINE(f, campaigns_start(&f->o, &tester, campaign));
	FINE(f, feeder_run(&f->o, &r));
	send_one(f);
	int64_t id = receive(f, WHO, "Ναι, έρχομαι");
	run_rules(f);
	struct linked l = linked_of(f, id);
	assert_int_equal(l.contact_id, contact);
	assert_int_equal(l.campaign_id, campaign);
	assert_string_equal(l.intent, "other");
	assert_int_equal(l.state, INBOUND_READ);
	f->clock.fake_wall_ms += INT64_C(8) * 24 * 3600 * 1000;
	id = receive(f, WHO, "Θέλω να ακυρώσω το ραντεβού");
	run_rules(f);
	l = linked_of(f, id);
	assert_int_equal(l.campaign_id, 0); /* a week later it answers something else */
	assert_string_equal(l.intent, "other");
	assert_false(is_suppressed(f, WHO));
}

/* Every line of the file; the sender's country suggests the language of the reply. */
static void judge(const char *path)
{
	size_t right[4] = { 0 }, given[4] = { 0 }, wanted[4] = { 0 }, wrong = 0;
	char line[2000];
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		json_t *row = json_loads(line, 0, NULL);
		const char *text = json_string_value(json_object_get(row, "text"));
		const char *want = json_string_value(json_object_get(row, "intent"));
		const char *lang = json_string_value(json_object_get(row, "lang"));
		int expected;
		assert_non_null(text);
		assert_true(vstr_find(intent_names, want, &expected));
		int got = (int)keywords_read(text, strlen(text), lang, NULL);
		right[got] += got == expected;
		given[got]++;
		wanted[expected]++;
		if (got != expected) {
			wrong++;
			print_error("%s: “%s” is %s\n", path, text,
				vstr_name(intent_names, got));
		}
		json_decref(row);
	}
	fclose(file);
	for (int i = 0; i < 4; i++)
		print_message("%s: %zu of %zu right, %zu given\n",
			vstr_name(intent_names, i), right[i], wanted[i], given[i]);
	assert_int_equal(wrong, 0);
}

static void test_replies(void **state)
{
	(void)state;
	judge("tests/data/replies.jsonl");
	judge("tests/data/replies-more.jsonl");
}

static void test_tables_are_folded(void **state)
{
	(void)state;
	for (const struct keyword *k = keywords; k->phrase; k++) {
		char mem[256];
		struct buf folded;
		buf_init_fixed(&folded, mem, sizeof(mem));
		OK(text_fold(k->phrase, strlen(k->phrase), &folded));
		assert_string_equal(buf_str(&folded), k->phrase);
	}
}

static void test_long_and_strange_texts(void **state)
{
	(void)state;
	char text[5000];
	memset(text, 'a', sizeof(text));
	assert_int_equal(keywords_read(text, sizeof(text), NULL, NULL), INTENT_OTHER);
	assert_int_equal(keywords_read("", 0, NULL, NULL), INTENT_OTHER);
	assert_int_equal(keywords_read("\xFF\xFE", 2, NULL, NULL), INTENT_OTHER);
	assert_int_equal(keywords_read("STOP\0x", 4, NULL, NULL), INTENT_STOP);
	/* Nothing is read that was not written: the fuzzer found what "11" left behind.
	 */
	(void)keywords_read("11", 2, "fa", NULL);
	assert_int_equal(keywords_read("11ʽ)τα", 9, "fa", NULL), INTENT_OTHER);
	assert_int_equal(keywords_read("S T O P", 7, NULL, NULL), INTENT_STOP);
	assert_int_equal(keywords_read("Σ Τ Ο Π", 11, NULL, NULL), INTENT_STOP);
	/* A number that means STOP in Iran alone. */
	assert_int_equal(keywords_read("11", 2, "el", NULL), INTENT_OTHER);
	assert_int_equal(keywords_read("11", 2, "fa", NULL), INTENT_STOP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_stop),
		TEST(test_language_of_the_contact),
		TEST(test_start_and_help),
		TEST(test_who_cannot_be_answered),
		TEST(test_one_that_fails),
		TEST(test_links),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_tables_are_folded),
		cmocka_unit_test(test_long_and_strange_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
