/*
 * Proves: contacts, messages, jobs, users, sessions, keys, settings, audit and kept
 * answers keep what they are given, page by id, and refuse what their headers say.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/store/audit.h"
#include "firmware/store/balance.h"
#include "firmware/store/job.h"
#include "firmware/store/setting.h"
#include "firmware/store/user.h"

/* What a callback saw, as one text: "7 Maria;9 Nikos;". */
struct seen {
	char all[512];
	size_t stop_after; /* 0: take all */
	size_t n;
};

static bool note(struct seen *seen, int64_t id, const char *text)
{
	(void)str_append_format(
		seen->all, sizeof(seen->all), "%lld %s;", (long long)id, text);
	return ++seen->n != seen->stop_after;
}

static bool see_contact(void *user, const struct contact *row)
{
	return note(user, row->id, row->first_name);
}

static bool see_fields(void *user, const struct contact *row)
{
	return note(user, row->id, row->fields);
}

static bool see_zone(void *user, const struct contact *row)
{
	return note(user, row->id, row->time_zone);
}

static void put(
	struct fixture *f, const char *msisdn, const char *name, const char *fields)
{
	const struct contact in = {
		.msisdn = msisdn, .first_name = name, .fields = fields
	};
	struct contact_put out;
	OK(contact_put(f->s, &in, &out));
}

static void expect_contacts(
	struct fixture *f, const struct contact_query *query, const char *want)
{
	struct seen seen = { .all = "" };
	OK(contact_list(f->s, query, see_contact, &seen));
	assert_string_equal(seen.all, want);
}

static void test_contacts(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { .all = "" };
	struct contact_put out;
	struct contact change = { .msisdn = "+306940000001", .fields = "{\"b\":\"3\"}" };

	put(f, "+306940000001", "Maria", "{\"a\":\"1\",\"b\":\"2\"}");
	put(f, "+306950000002", "Nikos 100%", NULL);
	put(f, "+972500000003", "Noa", NULL);
	put(f, "+306960000004", "νικος", NULL);
	OK(contact_put(f->s, &change, &out)); /* merged; the name stays */
	assert_true(!out.is_new && out.has_changed && out.id == 1);
	OK(contact_put(f->s, &change, &out));
	assert_false(out.has_changed);
	OK(contact_get(f->s, 1, see_fields, &seen));
	assert_string_equal(seen.all, "1 {\"a\":\"1\",\"b\":\"3\"};");

	expect_contacts(f, &(struct contact_query){ .max = 2 }, "1 Maria;2 Nikos 100%;");
	expect_contacts(
		f, &(struct contact_query){ .after = 2, .max = 2 }, "3 Noa;4 νικος;");
	expect_contacts(f, &(struct contact_query){ .search = "+3069", .max = 9 },
		"1 Maria;2 Nikos 100%;4 νικος;");
	expect_contacts(f, &(struct contact_query){ .search = "6950", .max = 9 },
		"2 Nikos 100%;");
	expect_contacts(f, &(struct contact_query){ .search = "%", .max = 9 }, "");
	expect_contacts(
		f, &(struct contact_query){ .search = "ΝΊΚΟς", .max = 9 }, "4 νικος;");
	expect_contacts(
		f, &(struct contact_query){ .search = "S 1", .max = 9 }, "2 Nikos 100%;");
	expect_contacts(
		f, &(struct contact_query){ .search = "mar", .max = 9 }, "1 Maria;");
	expect_contacts(f, &(struct contact_query){ .search = "x' OR 1", .max = 9 }, "");

	change =
		(struct contact){ .msisdn = "+306940000001", .time_zone = "Asia/Tehran" };
	OK(contact_put(f->s, &change, &out));
	assert_true(out.has_changed);
	change.time_zone = NULL; /* not known now: what is known stays */
	OK(contact_put(f->s, &change, &out));
	assert_false(out.has_changed);
	seen.all[0] = '\0';
	OK(contact_get(f->s, 1, see_zone, &seen));
	assert_string_equal(seen.all, "1 Asia/Tehran;");

	change = (struct contact){ .id = 3, .msisdn = "+306940000001" };
	assert_int_equal(contact_update(f->s, &change), ERR_BUSY);
	change.id = 99;
	change.msisdn = "+1";
	assert_int_equal(contact_update(f->s, &change), ERR_NOTFOUND);
	assert_int_equal(contact_get(f->s, 99, see_contact, &seen), ERR_NOTFOUND);
}

static void test_erasure(void **state)
{
	struct fixture *f = *state;
	enum inbound_stored stored;
	int64_t inbound;
	bool suppressed;
	const struct inbound_part part = { .sim_id = 1,
		.originator = "+306940000001",
		.text = "my secret",
		.scts = NOW };

	put(f, "+306940000001", "Maria", NULL);
	int64_t id = add_message(f, CLASS_TRANSACTIONAL, "+306940000001", 1);
	OK(inbound_store_part(f->s, &part, &stored, &inbound));
	OK(contact_erase(f->s, 1));
	assert_int_equal(state_of(f, id), MESSAGE_CANCELLED);
	OK(suppression_check(f->s, "+306940000001", &suppressed));
	assert_true(suppressed);
	assert_int_equal(contact_erase(f->s, 1), ERR_NOTFOUND);
	put(f, "+306940000009", "Nikos", NULL);
	assert_int_equal(ask(f, "SELECT id FROM contact"), 2); /* not Maria's id again */
	static const char *const places[] = { "contact", "message", "inbound",
		"inbound_part", "suppression" };
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char sql[128];
		(void)str_format(sql, sizeof(sql),
			"SELECT count(*) FROM %s WHERE %s = '+306940000001'", places[i],
			i == 2 || i == 3 ? "originator" : "msisdn");
		assert_int_equal(ask(f, sql), 0);
	}
}

static bool see_list(void *user, const struct list *row)
{
	char text[64];
	(void)str_format(text, sizeof(text), "%s %lld/%lld", row->name,
		(long long)row->consented, (long long)row->members);
	return note(user, row->id, text);
}

static void test_lists(void **state)
{
	struct fixture *f = *state;
	struct list list = { .name = "Offers" };
	struct seen seen = { .all = "" };
	int64_t id;

	put(f, "+306940000001", "Maria", NULL);
	OK(list_create(f->s, &list, &id));
	list.name = "offers";
	assert_int_equal(list_create(f->s, &list, &id), ERR_BUSY);
	OK(list_add_member(f->s, 1, 1));
	OK(list_add_member(f->s, 1, 1));
	assert_int_equal(list_add_member(f->s, 1, 9), ERR_NOTFOUND);
	OK(list_each(f->s, 0, 9, see_list, &seen));
	assert_string_equal(seen.all, "1 Offers 0/1;");
	OK(list_remove_member(f->s, 1, 1));
	assert_int_equal(list_remove_member(f->s, 1, 1), ERR_NOTFOUND);
	OK(list_add_member(f->s, 1, 1));
	OK(list_delete(f->s, 1));
	assert_int_equal(list_delete(f->s, 1), ERR_NOTFOUND);
	assert_int_equal(ask(f, "SELECT count(*) FROM list_member"), 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM contact"), 1);
}

static bool see_message(void *user, const struct message *row)
{
	return note(user, row->id, vstr_name(message_state_names, (int)row->state));
}

static bool see_part(void *user, const struct message_part *row)
{
	return note(user, row->seq, vstr_name(part_state_names, (int)row->state));
}

static bool see_note(void *user, const struct message_note *row)
{
	return note(user, row->sim_id, row->kind);
}

static void expect_messages(
	struct fixture *f, const struct message_query *query, const char *want)
{
	struct seen seen = { .all = "" };
	OK(message_list(f->s, query, see_message, &seen));
	assert_string_equal(seen.all, want);
}

static void test_messages(void **state)
{
	struct fixture *f = *state;
	static const char *const to[] = { "+301", "+302", "+301", "+302" };
	static const struct message_detail_fn detail = { see_message, see_part,
		see_note };
	struct seen seen = { .all = "" };
	const struct queue_retry retry = { NOW, "cms 38", true };
	struct message_tally tally;

	for (size_t i = 0; i < 4; i++)
		(void)add_message(f, CLASS_OTP, to[i], 1);
	assert_int_equal(claim(f, 2), QUEUE_CLAIMED);
	OK(queue_part_failed(f->s, 2, 1, "cms 21"));
	assert_int_equal(claim(f, 3), QUEUE_CLAIMED);
	OK(queue_part_retry(f->s, 3, 1, &retry));
	assert_int_equal(claim(f, 3), QUEUE_CLAIMED);
	expect_messages(f, &(struct message_query){ .state = -1, .max = 3 },
		"4 queued;3 sending;2 failed;");
	expect_messages(f, &(struct message_query){ .state = -1, .max = 3, .before = 2 },
		"1 queued;");
	expect_messages(f,
		&(struct message_query){ .state = -1, .max = 9, .msisdn = "+301" },
		"3 sending;1 queued;");
	for (int i = 0; i < MESSAGE_STATE_COUNT; i++)
		expect_messages(f, &(struct message_query){ .state = i, .max = 9 },
			i == MESSAGE_FAILED    ? "2 failed;"
			: i == MESSAGE_SENDING ? "3 sending;"
			: i == MESSAGE_QUEUED  ? "4 queued;1 queued;"
					       : "");
	expect_messages(f,
		&(struct message_query){
			.state = MESSAGE_FAILED, .max = 9, .msisdn = "+302" },
		"2 failed;");
	OK(message_get(f->s, 3, &detail, &seen));
	assert_string_equal(seen.all, "3 sending;1 sending;1 retry;");
	assert_int_equal(message_get(f->s, 99, &detail, &seen), ERR_NOTFOUND);
	OK(message_count(f->s, -1, &tally));
	assert_int_equal(tally.n[MESSAGE_QUEUED], 3);
	assert_int_equal(tally.n[MESSAGE_FAILED], 1);
}

static void test_client_ref_is_one_message(void **state)
{
	struct fixture *f = *state;
	struct message in = { .state = MESSAGE_QUEUED,
		.class = CLASS_OTP,
		.msisdn = "+301",
		.text = "x",
		.parts = 1,
		.client_ref = "order-1",
		.key_id = 3 };
	struct message_added first, again;

	OK(message_add(f->s, &in, &first));
	OK(message_cancel(f->s, first.id, "user"));
	OK(message_add(f->s, &in, &again));
	assert_true(again.existed && again.id == first.id);
	assert_int_equal(again.state, MESSAGE_CANCELLED);
	in.key_id = 4;
	OK(message_add(f->s, &in, &again));
	assert_false(again.existed);
	in.text = NULL;
	assert_int_equal(message_add(f->s, &in, &again), ERR_ARG);
}

static bool see_job(void *user, const struct job *row)
{
	return note(user, row->accepted, row->state);
}

static void test_jobs(void **state)
{
	struct fixture *f = *state;
	struct job job = { .kind = "import", .file = "/tmp/x" };
	struct seen seen = { .all = "" };
	int64_t ids[2];

	OK(job_create(f->s, &job, &ids[0]));
	OK(job_create(f->s, &job, &ids[1]));
	OK(job_next(f->s, see_job, &seen));
	job = (struct job){ .id = ids[0], .state = "running", .accepted = 5 };
	OK(job_update(f->s, &job));
	OK(job_next(f->s, see_job, &seen)); /* a restart takes it up again */
	OK(job_cancel(f->s, ids[0]));
	OK(job_update(f->s, &job));
	OK(job_get(f->s, ids[0], see_job, &seen));
	assert_int_equal(job_cancel(f->s, ids[0]), ERR_BUSY);
	assert_int_equal(job_cancel(f->s, 99), ERR_NOTFOUND);
	OK(job_next(f->s, see_job, &seen));
	assert_string_equal(seen.all, "0 waiting;5 running;5 cancelled;0 waiting;");
}

static bool see_user(void *user, const struct user *row)
{
	return note(user, row->id, row->name);
}

static void test_users_and_sessions(void **state)
{
	struct fixture *f = *state;
	static const uint8_t a[CRYPTO_HASH_OCTETS] = { 1 }, b[CRYPTO_HASH_OCTETS] = { 2 };
	struct user user = { .name = "Maria", .password_hash = "h", .role = "admin" };
	struct seen seen = { .all = "" };
	int64_t id;

	OK(user_create(f->s, &user, &id));
	user.name = "maria";
	assert_int_equal(user_create(f->s, &user, &id), ERR_BUSY);
	OK(user_find(f->s, "MARIA", see_user, &seen));
	OK(session_create(f->s, a, 1, NOW + 10));
	OK(session_create(f->s, b, 1, NOW + 99));
	OK(session_find(f->s, a, see_user, &seen));
	f->clock.fake_wall_ms += 10;
	assert_int_equal(session_find(f->s, a, see_user, &seen), ERR_NOTFOUND);
	OK(session_find(f->s, b, see_user, &seen));
	assert_string_equal(seen.all, "1 Maria;1 Maria;1 Maria;");
	OK(session_sweep(f->s));
	assert_int_equal(ask(f, "SELECT count(*) FROM session"), 1);
	user = (struct user){ .id = 1, .password_hash = "new" };
	OK(user_update(f->s, &user));
	assert_int_equal(session_find(f->s, b, see_user, &seen), ERR_NOTFOUND);
	assert_int_equal(session_create(f->s, a, 99, NOW), ERR_NOTFOUND);
	user = (struct user){ .id = 1, .disabled_at = NOW };
	OK(user_update(f->s, &user));
	OK(user_count(f->s, &id));
	assert_int_equal(id, 0);
}

static bool see_key(void *user, const struct api_key *row)
{
	return note(user, row->last_used_at - NOW, row->scope);
}

static void test_api_keys(void **state)
{
	struct fixture *f = *state;
	static const uint8_t hash[CRYPTO_HASH_OCTETS] = { 7 };
	const struct api_key key = { .name = "shop", .scope = "send" };
	struct seen seen = { .all = "" };
	int64_t id;

	OK(api_key_create(f->s, &key, hash, &id));
	OK(api_key_used(f->s, id));
	f->clock.fake_wall_ms += 1000;
	OK(api_key_used(f->s, id)); /* not written again within the hour */
	OK(api_key_find(f->s, hash, see_key, &seen));
	assert_string_equal(seen.all, "0 send;");
	OK(api_key_revoke(f->s, id));
	assert_int_equal(api_key_find(f->s, hash, see_key, &seen), ERR_NOTFOUND);
	OK(api_key_each(f->s, see_key, &seen));
	assert_int_equal(api_key_revoke(f->s, 99), ERR_NOTFOUND);
}

static bool see_setting(void *user, const char *key, const char *value)
{
	(void)key;
	return note(user, 0, value);
}

static bool see_answer(void *user, const struct idempotency *row)
{
	return note(user, row->status + row->request_hash[0], row->answer);
}

static bool see_audit(void *user, const struct audit *row)
{
	return note(user, row->id, row->action);
}

static void test_settings_answers_audit(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { .all = "" };
	char value[8];
	int64_t number;
	size_t n;

	assert_int_equal(setting_get(f->s, "a.x", value, sizeof(value)), ERR_NOTFOUND);
	OK(setting_set(f->s, "a.x", "one"));
	OK(setting_set(f->s, "a.x", "two"));
	OK(setting_set_i64(f->s, "a.y", 42));
	OK(setting_set(f->s, "b", "much too long"));
	OK(setting_get(f->s, "a.x", value, sizeof(value)));
	assert_string_equal(value, "two");
	OK(setting_get_i64(f->s, "a.y", &number));
	assert_int_equal(number, 42);
	assert_int_equal(setting_get(f->s, "b", value, sizeof(value)), ERR_MEM);
	/* The key of the suppression hashes is nobody's to read. */
	assert_int_equal(
		setting_get(f->s, "suppression.key", value, sizeof(value)), ERR_NOTFOUND);
	OK(setting_each(f->s, "a.", see_setting, &seen));
	assert_string_equal(seen.all, "0 two;0 42;");

	const struct idempotency answer = { .key_id = 1,
		.token = "t",
		.request_hash = { 5 },
		.status = 202,
		.answer = "{}" };
	seen = (struct seen){ .all = "" };
	assert_int_equal(idempotency_get(f->s, 1, "t", see_answer, &seen), ERR_NOTFOUND);
	OK(idempotency_put(f->s, &answer));
	assert_int_equal(idempotency_put(f->s, &answer), ERR_BUSY);
	OK(idempotency_get(f->s, 1, "t", see_answer, &seen));
	assert_string_equal(seen.all, "207 {};");
	OK(idempotency_sweep(f->s, NOW + 1, 10, &n));
	assert_int_equal(n, 1);

	const struct audit entry = { .actor = "box", .action = "start", .object = "x" };
	seen = (struct seen){ .all = "" };
	for (int i = 0; i < 3; i++)
		OK(audit_add(f->s, &entry));
	OK(audit_each(f->s, 3, 1, see_audit, &seen));
	assert_string_equal(seen.all, "2 start;");
}

static bool see_sim(void *user, const struct sim *row, const struct sim_usage *today)
{
	return note(user, today->received, row->operator);
}

static bool see_balance(void *user, const struct sim *row, const struct sim_usage *today)
{
	assert_int_equal(today->money, 0);
	return note(user, row->balance, row->group);
}

static bool see_bay(void *user, const struct bay *row)
{
	return note(user, row->sim_id, row->state);
}

static void test_sims_and_bays(void **state)
{
	struct fixture *f = *state;
	struct sim sim = { .iccid = "8930010000000000001", .operator= "Cosmote" };
	struct bay bay = { .key = "1-1.2", .port = "/dev/ttyUSB0" };
	struct seen seen = { .all = "" };
	int64_t id;

	OK(sim_find_or_add(f->s, &sim, &id));
	assert_int_equal(id, f->sim);
	sim.operator[0] = '\0'; /* not known now: what is known stays */
	OK(sim_find_or_add(f->s, &sim, &id));
	OK(sim_each(f->s, NOW, see_sim, &seen));
	assert_string_equal(seen.all, "0 Cosmote;");
	assert_int_equal(sim_set_enabled(f->s, 99, true), ERR_NOTFOUND);
	seen.all[0] = '\0';
	OK(sim_set_group(f->s, f->sim, "north"));
	OK(balance_note(f->s, f->sim, "12.50 EUR", &(int64_t){ 12500000 }));
	OK(sim_each(f->s, NOW, see_balance, &seen));
	assert_string_equal(seen.all, "12500000 north;");
	assert_int_equal(sim_set_role(f->s, 99, SIM_ROLE_BOTH), ERR_NOTFOUND);
	OK(bay_find_or_add(f->s, &bay, &bay.id));
	OK(bay_find_or_add(f->s, &bay, &id));
	assert_int_equal(id, bay.id);
	(void)str_copy(bay.state, sizeof(bay.state), "READY");
	bay.sim_id = f->sim;
	OK(bay_update(f->s, &bay));
	OK(bay_each(f->s, see_bay, &seen));
	assert_string_equal(seen.all, "12500000 north;1 READY;");
}

static bool is_admitted_at(struct fixture *f, const char *iccid, int64_t at)
{
	struct sim sim = { .id = 0 };

	(void)str_copy(sim.iccid, sizeof(sim.iccid), iccid);
	f->clock.fake_wall_ms = at;
	OK(sim_find_or_add(f->s, &sim, &sim.id));
	OK(sim_get(f->s, sim.id, &sim));
	return sim.is_admitted;
}

/* A clock set back does not make the box a new one. */
static void test_sims_are_admitted_while_the_box_is_set_up(void **state)
{
	struct fixture *f = *state;
	struct user user = { .name = "Maria", .password_hash = "h", .role = "admin" };
	int64_t id;

	assert_true(is_admitted_at(f, "8930010000000000011", NOW));
	OK(user_create(f->s, &user, &id));
	assert_true(is_admitted_at(f, "8930010000000000012", NOW + SIM_SETUP_MS));
	assert_false(is_admitted_at(f, "8930010000000000013", NOW + SIM_SETUP_MS + 1));
	assert_false(is_admitted_at(f, "8930010000000000014", NOW - 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_contacts),
		TEST(test_erasure),
		TEST(test_lists),
		TEST(test_messages),
		TEST(test_client_ref_is_one_message),
		TEST(test_jobs),
		TEST(test_users_and_sessions),
		TEST(test_api_keys),
		TEST(test_settings_answers_audit),
		TEST(test_sims_and_bays),
		TEST(test_sims_are_admitted_while_the_box_is_set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
