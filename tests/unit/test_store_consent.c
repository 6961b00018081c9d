/*
 * Proves: what an import, an opt-in, a STOP and a START do to consent, suppression and
 * waiting messages; the chain of evidence shows what was tampered with.
 */
#include "tests/unit/store_fixture.h"

#define TO "+306941234567"

static const struct consent_evidence yes = { CONSENT_IN, "shop", "2026-05-01",
	"form 3, contacts.csv row 2", "user:1 maria" };

static int64_t add_list(struct fixture *f, const char *name)
{
	const struct list in = { .name = name, .country = "GR" };
	int64_t id;
	OK(list_create(f->s, &in, &id));
	return id;
}

static struct list_import import(
	struct fixture *f, int64_t list, const struct consent_evidence *evidence)
{
	const struct list_import_row row = { .list_id = list,
		.contact = { .msisdn = TO, .first_name = "Maria" },
		.evidence = evidence };
	struct list_import out;
	OK(list_import_row(f->s, &row, &out));
	return out;
}

static struct consent_change change_by_text(void)
{
	return (struct consent_change){ .msisdn = TO,
		.source = "sms",
		.wording = "STOP",
		.actor = "box",
		.inbound_id = 7 };
}

static int64_t events(struct fixture *f)
{
	return ask(f, "SELECT count(*) FROM consent_event");
}

static void test_import_keeps_what_was_said(void **state)
{
	struct fixture *f = *state;
	static const struct consent_evidence no = { CONSENT_OUT, "shop", "2026-05-02", "",
		"user:1 maria" };
	int64_t list = add_list(f, "Offers");

	struct list_import row = import(f, list, NULL);
	assert_true(row.is_new_contact && row.is_new_member && !row.is_opted_out);
	assert_int_equal(row.consent, CONSENT_NONE);
	assert_int_equal(events(f), 0);
	row = import(f, list, &yes);
	assert_true(!row.is_new_contact && !row.is_new_member && row.has_changed);
	assert_int_equal(row.consent, CONSENT_IN);
	row = import(f, list, &yes); /* the same file again */
	assert_false(row.has_changed);
	assert_int_equal(events(f), 1);
	row = import(f, list, NULL); /* without evidence nothing is taken away */
	assert_int_equal(row.consent, CONSENT_IN);
	row = import(f, list, &no);
	assert_int_equal(row.consent, CONSENT_OUT);
	row = import(f, list, &yes); /* and never given back */
	assert_int_equal(row.consent, CONSENT_OUT);
	assert_true(row.is_opted_out);
	assert_int_equal(events(f), 2);
	OK(consent_record(f->s, row.contact_id, list, &yes)); /* but by the person */
	assert_int_equal(ask(f, "SELECT consented * 10 + members FROM list"), 11);
	assert_int_equal(
		consent_record(f->s, row.contact_id, list + 1, &yes), ERR_NOTFOUND);
	assert_int_equal(consent_record(f->s, 99, 0, &yes), ERR_NOTFOUND);
}

static void test_stop_is_one_deed(void **state)
{
	struct fixture *f = *state;
	struct consent_change stop = change_by_text();
	int64_t lists[2] = { add_list(f, "Offers"), add_list(f, "News") };
	size_t cancelled;
	bool suppressed;

	for (size_t i = 0; i < 2; i++)
		(void)import(f, lists[i], &yes);
	int64_t promo = add_message(f, CLASS_PROMOTIONAL, TO, 1);
	int64_t reply = add_message(f, CLASS_CONVERSATION, TO, 1);
	int64_t code = add_message(f, CLASS_OTP, TO, 1);
	int64_t other = add_message(f, CLASS_TRANSACTIONAL, "+306940000000", 1);
	OK(consent_stop(f->s, &stop, &cancelled));
	assert_int_equal(cancelled, 2);
	assert_int_equal(state_of(f, promo), MESSAGE_CANCELLED);
	assert_int_equal(state_of(f, reply), MESSAGE_CANCELLED);
	assert_int_equal(state_of(f, code), MESSAGE_QUEUED);
	assert_int_equal(state_of(f, other), MESSAGE_QUEUED);
	OK(suppression_check(f->s, TO, &suppressed));
	assert_true(suppressed);
	assert_int_equal(ask(f, "SELECT sum(consented) FROM list"), 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM list_member WHERE consent = 2"), 2);
	OK(consent_stop(f->s, &stop, &cancelled));
	assert_int_equal(cancelled, 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM suppression"), 1);

	/* A new list cannot bring consent for a suppressed number. */
	struct list_import row = import(f, add_list(f, "More"), &yes);
	assert_int_equal(row.consent, CONSENT_OUT);
	assert_true(row.is_opted_out);

	OK(consent_start(f->s, &stop));
	OK(suppression_check(f->s, TO, &suppressed));
	assert_false(suppressed);
	assert_int_equal(ask(f, "SELECT sum(consented) FROM list"), 0);
	assert_int_equal(
		claim(f, add_message(f, CLASS_PROMOTIONAL, TO, 1)), QUEUE_NO_CONSENT);
	assert_int_equal(consent_start(f->s, &stop), ERR_NOTFOUND);
	int64_t checked, bad;
	OK(consent_verify(f->s, &checked, &bad));
	assert_int_equal(checked, 5);
}

static void test_stop_of_a_stranger(void **state)
{
	struct fixture *f = *state;
	struct consent_change stop = change_by_text();
	size_t cancelled;

	OK(consent_stop(f->s, &stop, &cancelled));
	assert_int_equal(
		claim(f, add_message(f, CLASS_TRANSACTIONAL, TO, 1)), QUEUE_SUPPRESSED);
	assert_int_equal(events(f), 0);
}

static bool see(void *user, const struct suppression *row)
{
	struct suppression *seen = user;
	*seen = *row;
	return true;
}

static void test_suppression_by_hand(void **state)
{
	struct fixture *f = *state;
	const struct suppression why = { .reason = "manual", .source = "panel" };
	struct consent_change start = change_by_text();
	struct suppression seen = { 0 };
	int64_t count;

	OK(suppression_add(f->s, TO, &why, NULL));
	/* START lifts a STOP, not what the office has decided. */
	assert_int_equal(consent_start(f->s, &start), ERR_NOTFOUND);
	OK(suppression_get(f->s, TO, see, &seen));
	OK(suppression_add(f->s, "+306940000000", &why, NULL));
	OK(suppression_count(f->s, &count));
	assert_int_equal(count, 2);
	const struct suppression_query query = { .max = 10, .search = "+30694" };
	OK(suppression_find(f->s, &query, see, &seen));
	assert_int_equal(seen.id, 1); /* newest first */
	OK(suppression_remove(f->s, TO));
	assert_int_equal(suppression_remove(f->s, TO), ERR_NOTFOUND);
	assert_int_equal(suppression_get(f->s, TO, see, &seen), ERR_NOTFOUND);
}

/* Another key in another store: a hash cannot be looked up in a table made elsewhere. */
static void test_hashes_are_of_this_store(void **state)
{
	struct fixture *f = *state, *g;
	const struct suppression why = { .reason = "manual" };

	assert_int_equal(fixture_setup((void **)&g), 0);
	OK(suppression_add(f->s, TO, &why, NULL));
	OK(suppression_add(g->s, TO, &why, NULL));
	assert_int_equal(ask(f, "SELECT length(hash) FROM suppression"), 16);
	sqlite3_stmt *stmt;
	uint8_t hash[16];
	assert_int_equal(sqlite3_prepare_v2(f->s->db, "SELECT hash FROM suppression", -1,
				 &stmt, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	memcpy(hash, sqlite3_column_blob(stmt, 0), sizeof(hash));
	(void)sqlite3_finalize(stmt);
	assert_int_equal(sqlite3_prepare_v2(g->s->db, "SELECT hash FROM suppression", -1,
				 &stmt, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_memory_not_equal(sqlite3_column_blob(stmt, 0), hash, sizeof(hash));
	(void)sqlite3_finalize(stmt);
	fixture_reopen(f); /* and it stays */
	bool suppressed;
	OK(suppression_check(f->s, TO, &suppressed));
	assert_true(suppressed);
	(void)fixture_teardown((void **)&g);
}

static void test_chain_shows_tampering(void **state)
{
	struct fixture *f = *state;
	int64_t list = add_list(f, "Offers"), checked, bad;
	char sql[200];

	OK(consent_verify(f->s, &checked, &bad));
	assert_int_equal(checked, 0);
	int64_t contact = import(f, list, NULL).contact_id;
	for (int i = 0; i < 6; i++) {
		fixture_reopen(f);
		OK(consent_record(f->s, contact, i % 2 ? list : 0, &yes));
	}
	OK(consent_verify(f->s, &checked, &bad));
	assert_int_equal(checked, 6);
	assert_int_equal(bad, 0);
	/* The store itself refuses to change them. */
	assert_int_not_equal(
		sqlite3_exec(f->s->db, "DELETE FROM consent_event", NULL, NULL, NULL),
		SQLITE_OK);
	OK(db_exec(f->s,
		"DROP TRIGGER consent_event_fixed; DROP TRIGGER consent_event_kept"));
	static const char *const tampering[] = { "UPDATE consent_event SET kind = 2",
		"UPDATE consent_event SET given_at = '2020-01-01'",
		"UPDATE consent_event SET contact_id = 9",
		"UPDATE consent_event SET source = 'shopf', evidence = 'orm 3'",
		"DELETE FROM consent_event" };
	for (size_t i = 0; i < sizeof(tampering) / sizeof(tampering[0]); i++) {
		OK(store_begin(f->s));
		(void)str_format(sql, sizeof(sql), "%s WHERE id = 3", tampering[i]);
		OK(db_exec(f->s, sql));
		assert_int_equal(consent_verify(f->s, &checked, &bad), ERR_INPUT);
		assert_int_equal(bad, i == 4 ? 4 : 3);
		store_rollback(f->s);
	}
	OK(consent_verify(f->s, &checked, &bad));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_import_keeps_what_was_said),
		TEST(test_stop_is_one_deed),
		TEST(test_stop_of_a_stranger),
		TEST(test_suppression_by_hand),
		TEST(test_hashes_are_of_this_store),
		TEST(test_chain_shows_tampering),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
