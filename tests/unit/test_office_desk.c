/*
 * Proves: messages are accepted by the rules of their class or refused with a stable
 * code; a repeated reference gives the first answer; several calls stand or fall
 * together; contacts, lists, consent, suppression and conversations do what their headers
 * say; estimates count as the feeder does.
 */
#include "tests/unit/office_fixture.h"

#include "firmware/office/desk/conversations.h"
#include "firmware/office/overview.h"
#include "firmware/office/campaign/reports.h"
#include "firmware/office/message/requests.h"
#include "firmware/office/settings.h"

#define WHO "+306941200001"

static void test_refusals(void **state)
{
	struct fixture *f = *state;
	char longer[4000];
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	const struct {
		struct message_draft draft;
		const char *code, *field;
	} bad[] = {
		{ { .text = "Hi", .class = "otp" }, "field_required", "to" },
		{ { .to = "12", .text = "Hi", .class = "otp" }, "invalid_number", "to" },
		{ { .to = "2101234567", .text = "Hi", .class = "otp" }, "landline",
			"to" },
		{ { .to = WHO, .text = "Hi" }, "field_required", "class" },
		{ { .to = WHO, .text = "Hi", .class = "spam" }, "invalid_class",
			"class" },
		{ { .to = WHO, .text = "Hi", .class = "transactional" },
			"reference_required", "reference" },
		{ { .to = WHO, .text = " \n", .class = "otp" }, "empty_text", "text" },
		{ { .to = WHO, .text = "a\xFF", .class = "otp" }, "invalid_utf8",
			"text" },
		{ { .to = WHO, .text = longer, .class = "otp" }, "too_many_parts",
			"text" },
		{ { .to = WHO, .text = "Hi", .class = "otp", .sim_id = 99 },
			"unknown_sim", "sim" },
		{ { .to = WHO, .text = "Hi", .class = "otp", .expires_at = NOW - 1 },
			"invalid_time", "expires_at" },
		{ { .to = WHO, .text = "Hi", .class = "promotional" }, "no_consent",
			"to" },
	};
	struct message_accepted out;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		REFUSED(f, messages_send(&f->o, &tester, &bad[i].draft, &out),
			bad[i].code);
		assert_string_equal(f->o.why.field, bad[i].field);
	}
	assert_int_equal(messages_to(f, NULL).n, 0);
}

static void test_accepted(void **state)
{
	struct fixture *f = *state;
	const struct office_actor key = { .key_id = 7, .name = "key:7 shop" };
	struct message_draft d = { .to = "694 120 0001",
		.text = "Order e\xCC\x81 5",
		.class = "transactional",
		.reference = "order 5",
		.client_ref = "A-1" };
	struct message_accepted first, again;
	FINE(f, messages_send(&f->o, &key, &d, &first));
	assert_string_equal(first.to, WHO);
	assert_int_equal(first.parts, 1);
	assert_int_equal(first.encoding, MESSAGE_GSM7);
	assert_string_equal(messages_to(f, WHO).at[0].text, "Order é 5");
	d.text = "Something else";
	FINE(f, messages_send(&f->o, &key, &d, &again));
	assert_true(again.existed);
	assert_int_equal(again.id, first.id);
	assert_int_equal(messages_to(f, WHO).n, 1);
	FINE(f, messages_cancel(&f->o, &tester, first.id));
	REFUSED(f, messages_cancel(&f->o, &tester, first.id), "wrong_state");
	REFUSED(f, messages_cancel(&f->o, &tester, 999), "not_found");
}

static void test_batch(void **state)
{
	struct fixture *f = *state;
	enum {
		N = 300
	};
	struct message_draft *drafts = calloc(N, sizeof(*drafts));
	struct message_result *results = calloc(N, sizeof(*results));
	for (int i = 0; i < N; i++)
		drafts[i] = (struct message_draft){
			.to = i % 3 ? WHO : "nobody", .text = "Hi", .class = "alert"
		};
	struct message_batch batch = { drafts, results, N };
	FINE(f, messages_send_many(&f->o, &tester, &batch));
	for (int i = 0; i < N; i++) {
		assert_int_equal(results[i].is_refused, i % 3 == 0);
		if (i % 3 == 0)
			assert_string_equal(results[i].refusal.code, "invalid_number");
	}
	assert_int_equal(count_messages(f, 0, MESSAGE_QUEUED), 200);
	free(drafts);
	free(results);
}

static bool on_kept(void *user, const struct idempotency *kept)
{
	return str_copy(user, 64, kept->answer);
}

static void test_stand_or_fall_together(void **state)
{
	struct fixture *f = *state;
	const struct message_draft d = { .to = WHO, .text = "Hi", .class = "otp" };
	struct request_token token = { .owner = 7, .token = "abc" };
	struct message_accepted out;
	char answer[64] = "";
	OK(requests_hash("body", 4, token.hash));
	assert_int_equal(requests_find(&f->o, &token, on_kept, answer), ERR_NOTFOUND);
	FINE(f, office_begin(&f->o));
	FINE(f, messages_send(&f->o, &tester, &d, &out));
	FINE(f, requests_keep(&f->o, &token, 202, "{\"id\":1}"));
	office_rollback(&f->o);
	assert_int_equal(messages_to(f, NULL).n, 0);
	assert_int_equal(requests_find(&f->o, &token, on_kept, answer), ERR_NOTFOUND);
	FINE(f, office_begin(&f->o));
	FINE(f, messages_send(&f->o, &tester, &d, &out));
	FINE(f, requests_keep(&f->o, &token, 202, "{\"id\":1}"));
	FINE(f, office_commit(&f->o));
	FINE(f, requests_find(&f->o, &token, on_kept, answer));
	assert_string_equal(answer, "{\"id\":1}");
	OK(requests_hash("other", 5, token.hash));
	REFUSED(f, requests_find(&f->o, &token, on_kept, answer), "idempotency_mismatch");
}

struct shown {
	int64_t id;
	bool suppressed;
	int consent;
	size_t n, n_lists;
	char msisdn[24], first[64], fields[200];
};

static bool on_contact(void *user, const struct contact_view *v)
{
	struct shown *s = user;
	s->n++;
	s->id = v->c.id;
	s->suppressed = v->is_suppressed;
	s->consent = v->consent;
	s->n_lists = v->n_lists;
	(void)str_copy(s->msisdn, sizeof(s->msisdn), v->c.msisdn);
	(void)str_copy(s->first, sizeof(s->first), v->c.first_name);
	(void)str_copy(s->fields, sizeof(s->fields), v->c.fields);
	return true;
}

static void test_contacts(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers"), other = new_list(f, "News"), id;
	struct contact_draft d = { .phone = "694 120 0001",
		.first_name = "Maria",
		.fields = "{\"Shoe size\":\"38\"}",
		.lists = &list,
		.n_lists = 1 };
	FINE(f, contacts_create(&f->o, &tester, &d, &id));
	REFUSED(f, contacts_create(&f->o, &tester, &d, &id), "conflict");
	struct shown s = { 0 };
	FINE(f, contacts_get(&f->o, id, on_contact, &s));
	assert_string_equal(s.msisdn, WHO);
	assert_string_equal(s.fields, "{\"shoe_size\":\"38\"}");
	assert_int_equal(s.n_lists, 1);
	d = (struct contact_draft){
		.first_name = "Anna", .lists = &other, .n_lists = 1, .has_lists = true
	};
	FINE(f, contacts_update(&f->o, &tester, id, &d));
	FINE(f, contacts_get(&f->o, id, on_contact, &s));
	assert_string_equal(s.first, "Anna");
	assert_int_equal(s.n_lists, 1);
	const struct contact_query query = { .list_id = other, .max = 10 };
	s.n = 0;
	FINE(f, contacts_list(&f->o, &query, on_contact, &s));
	assert_int_equal(s.n, 1);
	assert_int_equal(s.consent, CONSENT_NONE);
	struct consent_draft consent = { .contact_id = id,
		.list_id = other,
		.kind = "opt_in",
		.source = "shop",
		.given_at = "2026-01-01" };
	REFUSED(f, consents_add(&f->o, &tester, &consent), "field_required");
	consent.evidence = "form 3";
	FINE(f, consents_add(&f->o, &tester, &consent));
	FINE(f, contacts_list(&f->o, &query, on_contact, &s));
	assert_int_equal(s.consent, CONSENT_IN);
	d = (struct contact_draft){ .fields = "[1]" };
	REFUSED(f, contacts_update(&f->o, &tester, id, &d), "invalid_fields");
	FINE(f, contacts_delete(&f->o, &tester, id));
	REFUSED(f, contacts_get(&f->o, id, on_contact, &s), "not_found");
	d = (struct contact_draft){
		.phone = WHO, .lists = &(int64_t){ 99 }, .n_lists = 1
	};
	REFUSED(f, contacts_create(&f->o, &tester, &d, &id), "unknown_list");
}

static void test_lists_and_suppressions(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers"), id;
	REFUSED(f, lists_create(&f->o, &tester, "OFFERS", NULL, &id), "conflict");
	REFUSED(f, lists_create(&f->o, &tester, "X", "ZZ", &id), "invalid_country");
	REFUSED(f, lists_create(&f->o, &tester, "", NULL, &id), "field_required");
	FINE(f, lists_update(&f->o, &tester, list, "Deals", NULL));
	FINE(f, lists_find(&f->o, "deals", &id));
	assert_int_equal(id, list);
	new_member(f, list, 1, true);
	FINE(f, suppressions_add(&f->o, &tester, "694 120 0001", NULL));
	const struct message_draft d = { .to = WHO, .text = "x", .class = "promotional" };
	struct message_accepted out;
	REFUSED(f, messages_send(&f->o, &tester, &d, &out), "suppressed");
	FINE(f, suppressions_remove(&f->o, &tester, WHO));
	FINE(f, messages_send(&f->o, &tester, &d, &out));
	REFUSED(f, suppressions_remove(&f->o, &tester, WHO), "not_found");
	new_campaign(f, list, "Hi");
	REFUSED(f, lists_delete(&f->o, &tester, list), "in_use");
}

static bool on_counts(void *user, const struct list *list)
{
	int64_t *out = user;
	*out = list->members * 100 + list->consented * 10 + list->opted_out;
	return true;
}

static void test_list_counts(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers"), counts;
	new_member(f, list, 1, true);
	new_member(f, list, 2, true);
	new_member(f, list, 3, false);
	FINE(f, lists_get(&f->o, list, on_counts, &counts));
	assert_int_equal(counts, 320);
	receive(f, WHO, "stop");
	run_rules(f);
	FINE(f, lists_get(&f->o, list, on_counts, &counts));
	assert_int_equal(counts, 311);
}

struct talk {
	size_t n;
	char text[8][40];
	bool in[8];
};

static bool on_entry(void *user, const struct conversation_entry *e)
{
	struct talk *t = user;
	t->in[t->n] = e->is_in;
	(void)str_copy(t->text[t->n++], sizeof(t->text[0]), e->text);
	return t->n < 8;
}

static bool on_conversation(void *user, const struct conversation_view *v)
{
	struct talk *t = user;
	t->in[t->n] = v->is_last_in;
	(void)str_format(t->text[t->n++], sizeof(t->text[0]), "%s %lld %s", v->msisdn,
		(long long)v->unread, v->last_text);
	return t->n < 8;
}

static void test_conversation(void **state)
{
	struct fixture *f = *state;
	struct message_accepted out;
	REFUSED(f, conversations_reply(&f->o, &tester, WHO, "Hi", &out),
		"no_conversation");
	REFUSED(f, conversations_reply(&f->o, &tester, "Shop", "Hi", &out),
		"not_answerable");
	receive(f, WHO, "One");
	f->clock.fake_wall_ms += 1000;
	receive(f, WHO, "Two");
	run_rules(f);
	f->clock.fake_wall_ms += 1000;
	FINE(f, conversations_reply(&f->o, &tester, WHO, "Three", &out));
	assert_int_equal(messages_to(f, WHO).at[0].sim_id, f->sim);
	struct talk t = { .n = 0 };
	FINE(f, conversations_list(&f->o, 0, 10, on_conversation, &t));
	assert_int_equal(t.n, 1);
	assert_string_equal(t.text[0], WHO " 2 Three");
	const struct conversation_query query = { .msisdn = WHO, .max = 10, .see = true };
	t.n = 0;
	FINE(f, conversations_thread(&f->o, &query, on_entry, &t));
	assert_int_equal(t.n, 3);
	assert_string_equal(t.text[0], "Three");
	assert_string_equal(t.text[2], "One");
	assert_true(t.in[1] && !t.in[0]);
	t.n = 0;
	FINE(f, conversations_list(&f->o, 0, 10, on_conversation, &t));
	assert_string_equal(t.text[0], WHO " 0 Three");
}

static void test_estimate(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "Offers");
	for (int i = 0; i < 10; i++)
		new_member(f, list, i, i != 4);
	FINE(f, suppressions_add(&f->o, &tester, "+306941200007", NULL));
	int64_t id = new_campaign(f, list, "Γεια {{first_name}} {{nick_name}}");
	struct estimate e;
	FINE(f, campaigns_estimate(&f->o, id, &e));
	assert_string_equal(e.fault.code, "unknown_placeholder");
	assert_int_equal(e.sendable, 0);
	estimate_fini(&e);
	const struct campaign_draft better = { .text = "Γεια σου {{first_name}}" };
	FINE(f, campaigns_update(&f->o, &tester, id, &better));
	FINE(f, campaigns_estimate(&f->o, id, &e));
	assert_int_equal(e.recipients, 10);
	assert_int_equal(e.sendable, 8);
	assert_int_equal(e.skipped[SKIP_NO_CONSENT], 1);
	assert_int_equal(e.skipped[SKIP_SUPPRESSED], 1);
	assert_int_equal(e.ucs2, 8);
	assert_int_equal(e.parts_total, 8);
	assert_int_equal(e.spread[1], 8);
	assert_int_equal(e.parts_median, 1);
	assert_true(e.is_exact);
	assert_int_equal(e.n_samples, 3);
	assert_string_equal(e.samples[0].text, "Γεια σου Person0");
	estimate_fini(&e);
}

static void test_settings(void **state)
{
	struct fixture *f = *state;
	static struct settings s;
	FINE(f, settings_get(&f->o, &s));
	assert_string_equal(s.country, "GR");
	struct settings_change change = { .country = "XX" };
	REFUSED(f, settings_set(&f->o, &tester, &change), "invalid_country");
	change = (struct settings_change){
		.country = "IL", .language = "he", .stop_reply = "ביי"
	};
	FINE(f, settings_set(&f->o, &tester, &change));
	receive(f, "+972522511933", "הסר");
	run_rules(f);
	assert_string_equal(messages_to(f, "+972522511933").at[0].text, "ביי");
	change = (struct settings_change){ .language = "xx", .stop_reply = "x" };
	REFUSED(f, settings_set(&f->o, &tester, &change), "invalid_language");
}

static void test_overview_and_report(void **state)
{
	struct fixture *f = *state;
	static struct overview v;
	static struct report_detail detail;
	struct health health;
	struct metrics metrics;
	int64_t list = new_list(f, "Offers");
	new_member(f, list, 1, true);
	int64_t id = new_campaign(f, list, "Hi");
	FINE(f, campaigns_start(&f->o, &tester, id));
	struct feeder_result r;
	FINE(f, feeder_run(&f->o, &r));
	receive(f, WHO, "hello");
	FINE(f, overview_get(&f->o, &v));
	assert_int_equal(v.queued, 1);
	assert_int_equal(v.running, 1);
	assert_int_equal(v.unread, 1);
	FINE(f, reports_detail(&f->o, id, &detail));
	assert_true(detail.n_buckets >= 1);
	FINE(f, metrics_get(&f->o, f->path, &metrics));
	assert_int_equal(metrics.tally.n[MESSAGE_QUEUED], 1);
	assert_true(metrics.store_octets > 0);
	health_get(&f->o, f->path, &health);
	assert_true(health.store && health.disk_free_mb >= 0);
	assert_string_equal(health.status, "degraded");
}

static void test_backup(void **state)
{
	struct fixture *f = *state;
	struct office copy;
	char path[128];
	int64_t list = new_list(f, "Offers"), found;
	new_member(f, list, 1, true);
	(void)str_format(path, sizeof(path), "%s/copy.db", f->folder);
	OK(store_backup(f->o.store, path));
	assert_int_equal(store_backup(f->o.store, path), ERR_BUSY);
	assert_int_equal(store_backup(f->o.store, "/nonexistent/copy.db"), ERR_SYS);
	OK(office_open(&copy, path, STORE_OFFICE, NULL, &f->clock));
	OK(store_check(copy.store));
	OK(contact_find(copy.store, WHO, &found));
	office_close(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_refusals),
		TEST(test_accepted),
		TEST(test_batch),
		TEST(test_stand_or_fall_together),
		TEST(test_contacts),
		TEST(test_lists_and_suppressions),
		TEST(test_list_counts),
		TEST(test_conversation),
		TEST(test_estimate),
		TEST(test_settings),
		TEST(test_overview_and_report),
		TEST(test_backup),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
