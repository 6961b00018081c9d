/*
 * Proves: an inbound text is stored once however often and in whatever order its parts
 * come, also across restarts; references that come round again do not mix two texts.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/base/buf.h"

#define FROM "+306941234567"
#define DAY INT64_C(86400000)

static enum inbound_stored put(
	struct fixture *f, const struct inbound_part *part, int64_t *out_id)
{
	enum inbound_stored stored;
	OK(inbound_store_part(f->s, part, &stored, out_id));
	return stored;
}

static struct inbound_part part_of(
	struct fixture *f, uint8_t total, uint8_t seq, const char *text)
{
	return (struct inbound_part){ .sim_id = f->sim,
		.originator = FROM,
		.text = text,
		.scts = NOW + seq * 1000,
		.is_concat = true,
		.concat_ref = 77,
		.total = total,
		.seq = seq };
}

struct seen {
	size_t n;
	struct inbound last;
	char text[512];
};

static bool see(void *user, const struct inbound *row)
{
	struct seen *seen = user;
	seen->n++;
	seen->last = *row;
	(void)str_copy(seen->text, sizeof(seen->text), row->text);
	return true;
}

static const char *text_of(struct fixture *f, int64_t id, struct seen *seen)
{
	*seen = (struct seen){ 0 };
	OK(inbound_get(f->s, id, see, seen));
	return seen->text;
}

static void test_single_text_once(void **state)
{
	struct fixture *f = *state;
	struct inbound_part part = {
		.sim_id = f->sim, .originator = FROM, .text = "Ναι", .scts = NOW
	};
	struct seen seen;
	int64_t id, again;

	assert_int_equal(put(f, &part, &id), INBOUND_STORED_WHOLE);
	assert_string_equal(text_of(f, id, &seen), "Ναι");
	assert_int_equal(seen.last.state, INBOUND_NEW);
	fixture_reopen(f);
	assert_int_equal(put(f, &part, &again), INBOUND_STORED_DUPLICATE);
	part.scts += 1000;
	assert_int_equal(put(f, &part, &again), INBOUND_STORED_WHOLE);
	part.sim_id++;
	assert_int_equal(put(f, &part, &again), INBOUND_STORED_WHOLE);
	assert_int_equal(ask(f, "SELECT sum(received) FROM sim_usage"), 3);
}

/* All six orders of three parts, each part twice, a restart before each. */
static void test_parts_in_any_order(void **state)
{
	struct fixture *f = *state;
	static const uint8_t orders[6][3] = { { 1, 2, 3 }, { 1, 3, 2 }, { 2, 1, 3 },
		{ 2, 3, 1 }, { 3, 1, 2 }, { 3, 2, 1 } };
	static const char *const texts[] = { "One ", "two ", "three" };
	struct seen seen;

	for (size_t o = 0; o < 6; o++) {
		int64_t id = 0;
		for (size_t i = 0; i < 3; i++) {
			struct inbound_part part =
				part_of(f, 3, orders[o][i], texts[orders[o][i] - 1]);
			int64_t ignored;
			part.concat_ref = (uint16_t)(300 + o);
			fixture_reopen(f);
			assert_int_equal(put(f, &part, &id),
				i < 2 ? INBOUND_STORED_WAITING : INBOUND_STORED_WHOLE);
			assert_int_equal(
				put(f, &part, &ignored), INBOUND_STORED_DUPLICATE);
		}
		assert_string_equal(text_of(f, id, &seen), "One two three");
		assert_int_equal(seen.last.parts, 3);
	}
	assert_int_equal(ask(f, "SELECT count(*) FROM inbound"), 6);
	assert_int_equal(
		ask(f, "SELECT count(*) FROM inbound_part WHERE text IS NOT NULL "
		       "OR pdu IS NOT NULL"),
		0);
}

/* A network that stamps no time: the same words on another day are another text. */
static void test_same_words_without_a_time(void **state)
{
	struct fixture *f = *state;
	const struct inbound_part part = {
		.sim_id = f->sim, .originator = FROM, .text = "STOP"
	};
	int64_t id, again;

	f->clock.fake_wall_ms = NOW - NOW % 3600000;
	assert_int_equal(put(f, &part, &id), INBOUND_STORED_WHOLE);
	f->clock.fake_wall_ms += 600000; /* the next sweep */
	assert_int_equal(put(f, &part, &again), INBOUND_STORED_DUPLICATE);
	f->clock.fake_wall_ms += DAY;
	assert_int_equal(put(f, &part, &again), INBOUND_STORED_WHOLE);
}

static void test_references_come_round(void **state)
{
	struct fixture *f = *state;
	struct seen seen;
	int64_t id;
	struct inbound_part old = part_of(f, 2, 1, "Old one");
	struct inbound_part other_total = part_of(f, 3, 2, "Of three");
	struct inbound_part second = part_of(f, 2, 2, " and its end");
	struct inbound_part first = part_of(f, 2, 1, "New one");

	assert_int_equal(put(f, &old, &id), INBOUND_STORED_WAITING);
	assert_int_equal(put(f, &other_total, &id), INBOUND_STORED_WAITING);
	second.scts = NOW + 3 * DAY;
	assert_int_equal(put(f, &second, &id), INBOUND_STORED_WAITING);
	first.scts = NOW + 3 * DAY - 1000;
	assert_int_equal(put(f, &first, &id), INBOUND_STORED_WHOLE);
	assert_string_equal(text_of(f, id, &seen), "New one and its end");
	/* Within the day: the nearest in time belong together. */
	struct inbound_part near = part_of(f, 2, 2, " is whole");
	assert_int_equal(put(f, &near, &id), INBOUND_STORED_WHOLE);
	assert_string_equal(text_of(f, id, &seen), "Old one is whole");
}

static void test_parts_that_never_come(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { 0 };
	struct inbound_part part = part_of(f, 3, 2, "middle");
	int64_t id;
	size_t n;

	assert_int_equal(put(f, &part, &id), INBOUND_STORED_WAITING);
	OK(inbound_give_up(f->s, NOW, &n));
	assert_int_equal(n, 0);
	OK(inbound_give_up(f->s, NOW + 1, &n));
	assert_int_equal(n, 1);
	const struct inbound_query query = { .originator = FROM, .max = 10 };
	OK(inbound_find(f->s, &query, see, &seen));
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.text, "[…]middle[…]");
	assert_int_equal(seen.last.state, INBOUND_INCOMPLETE);
}

static enum err join_pdus(
	const struct inbound_pdu *pdus, size_t n, char *dst, size_t size)
{
	struct buf all;
	buf_init_fixed(&all, dst, size);
	for (size_t i = 0; i < n; i++)
		buf_put(&all, pdus[i].octets, pdus[i].len);
	buf_putc(&all, '\0');
	return buf_ok(&all) ? ERR_OK : ERR_MEM;
}

/* A character cut between two parts: the joiner sees the PDUs, the texts alone cannot. */
static void test_joiner_has_the_pdus(void **state)
{
	struct fixture *f = *state;
	struct seen seen;
	int64_t id;
	struct inbound_part a = part_of(f, 2, 1, "?"), b = part_of(f, 2, 2, "?");

	a.pdu = (const uint8_t *)"smi";
	b.pdu = (const uint8_t *)"ley";
	a.pdu_octets = b.pdu_octets = 3;
	a.join = b.join = join_pdus;
	assert_int_equal(put(f, &b, &id), INBOUND_STORED_WAITING);
	assert_int_equal(put(f, &a, &id), INBOUND_STORED_WHOLE);
	assert_string_equal(text_of(f, id, &seen), "smiley");
}

static void test_what_does_not_decode_is_kept(void **state)
{
	struct fixture *f = *state;
	static const uint8_t pdu[] = { 0x07, 0xff, 0x00 };
	const struct inbound_part part = { .sim_id = f->sim,
		.originator = FROM,
		.pdu = pdu,
		.pdu_octets = sizeof(pdu),
		.scts = NOW };
	struct inbound_part bad = part;
	enum inbound_stored stored;
	struct seen seen;
	int64_t id;

	assert_int_equal(put(f, &part, &id), INBOUND_STORED_WHOLE);
	assert_string_equal(text_of(f, id, &seen), "07FF00");
	assert_int_equal(seen.last.state, INBOUND_UNDECODED);
	assert_int_equal(put(f, &part, &id), INBOUND_STORED_DUPLICATE);
	bad.pdu = NULL;
	assert_int_equal(inbound_store_part(f->s, &bad, &stored, &id), ERR_ARG);
	bad = part_of(f, 2, 3, "third of two");
	assert_int_equal(inbound_store_part(f->s, &bad, &stored, &id), ERR_ARG);
}

static void test_reading(void **state)
{
	struct fixture *f = *state;
	struct inbound_part part = { .sim_id = f->sim, .text = "hi", .scts = NOW };
	static const char *const from[] = { "+30691", "+30692", "+30691", "Bank" };
	struct seen seen = { 0 };
	int64_t ids[4], unseen;

	for (size_t i = 0; i < 4; i++) {
		part.originator = from[i];
		part.scts += 1000;
		assert_int_equal(put(f, &part, &ids[i]), INBOUND_STORED_WHOLE);
	}
	OK(inbound_each_new(f->s, 10, see, &seen));
	assert_int_equal(seen.n, 4);
	assert_int_equal(seen.last.id, ids[3]);
	OK(inbound_mark_read(f->s, ids[0], "stop", 5, 6));
	seen = (struct seen){ 0 };
	OK(inbound_each_new(f->s, 1, see, &seen));
	assert_int_equal(seen.last.id, ids[1]);
	(void)text_of(f, ids[0], &seen);
	assert_string_equal(seen.last.intent, "stop");
	assert_int_equal(seen.last.contact_id * 10 + seen.last.campaign_id, 56);
	seen = (struct seen){ 0 };
	const struct inbound_query older = {
		.originator = "+30691", .before = ids[2], .max = 10
	};
	OK(inbound_find(f->s, &older, see, &seen));
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.last.id, ids[0]);
	OK(inbound_mark_seen(f->s, ids[0]));
	OK(inbound_count_unseen(f->s, &unseen));
	assert_int_equal(unseen, 3);
	assert_int_equal(inbound_mark_read(f->s, 99, "x", 0, 0), ERR_NOTFOUND);
	assert_int_equal(inbound_get(f->s, 99, see, &seen), ERR_NOTFOUND);
}

static bool see_conversation(void *user, const struct conversation *row)
{
	char *all = user;
	(void)str_append_format(all, 256, "%s %lld %s|%s;", row->msisdn,
		(long long)row->unread, row->last_inbound_text, row->last_message_text);
	return true;
}

static void test_conversations(void **state)
{
	struct fixture *f = *state;
	static const struct inbound_part parts[] = {
		{ .originator = "+30691", .text = "Καλημέρα", .scts = NOW },
		{ .originator = "+30692", .text = "yes", .scts = NOW },
		{ .originator = "+30691", .text = "Αύριο;", .scts = NOW },
	};
	struct inbound_query query = { .search = "καλημερα", .max = 9 };
	struct seen seen = { 0 };
	char all[256] = "";
	int64_t id;

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(put(f, &parts[i], &id), INBOUND_STORED_WHOLE);
	(void)add_message(f, CLASS_CONVERSATION, "+30692", 1);
	OK(inbound_find(f->s, &query, see, &seen));
	assert_int_equal(seen.n, 1);
	OK(conversation_each(f->s, 0, 9, see_conversation, all));
	assert_string_equal(all, "+30691 2 Αύριο;|;+30692 1 yes|Hello;");
	OK(inbound_mark_seen_all(f->s, "+30691"));
	all[0] = '\0';
	OK(conversation_each(f->s, 0, 1, see_conversation, all));
	assert_string_equal(all, "+30691 0 Αύριο;|;");
	query = (struct inbound_query){ .unread = true, .max = 9 };
	seen = (struct seen){ 0 };
	OK(inbound_find(f->s, &query, see, &seen));
	assert_int_equal(seen.n, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_single_text_once),
		TEST(test_parts_in_any_order),
		TEST(test_same_words_without_a_time),
		TEST(test_references_come_round),
		TEST(test_parts_that_never_come),
		TEST(test_joiner_has_the_pdus),
		TEST(test_what_does_not_decode_is_kept),
		TEST(test_reading),
		TEST(test_conversations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
