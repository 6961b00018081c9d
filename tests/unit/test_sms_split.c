/*
 * Proves how texts are cut: the capacities of TS 23.040 9.2.3.24.1 to the character, no
 * cut inside an escape or surrogate pair, no part more than needed (against a search of
 * all cuts), and that the parts, read back as a phone reads them, are the text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/sms/collect.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/pdu.h"
#include "firmware/sms/split.h"
#include "firmware/sms/ucs2.h"
#include "tests/unit/sms_random.h"

static const char euro[] = "\xE2\x82\xAC", omega[] = "\xCE\xA9", ya[] = "\xD1\x8F";
static const char smile[] = "\xF0\x9F\x98\x80";

/* count times piece, then tail, on the heap. */
static char *text_of(const char *piece, size_t count, const char *tail)
{
	size_t len = strlen(piece);
	char *text = malloc(len * count + strlen(tail) + 1);
	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * len, piece, len);
	memcpy(text + len * count, tail, strlen(tail) + 1);
	return text;
}

static const struct {
	const char *piece;
	size_t count;
	const char *tail;
	bool ref16;
	enum sms_alphabet alphabet;
	unsigned parts, left;
} sizes[] = {
	{ "", 0, "", false, SMS_ALPHABET_GSM7, 1, 160 },
	{ "a", 1, "", false, SMS_ALPHABET_GSM7, 1, 159 },
	{ "a", 160, "", false, SMS_ALPHABET_GSM7, 1, 0 },
	{ "a", 160, "", true, SMS_ALPHABET_GSM7, 1, 0 },
	{ "a", 161, "", false, SMS_ALPHABET_GSM7, 2, 145 },
	{ "a", 306, "", false, SMS_ALPHABET_GSM7, 2, 0 },
	{ "a", 307, "", false, SMS_ALPHABET_GSM7, 3, 152 },
	{ "a", 304, "", true, SMS_ALPHABET_GSM7, 2, 0 },
	{ "a", 305, "", true, SMS_ALPHABET_GSM7, 3, 151 },
	{ "a", 39015, "", false, SMS_ALPHABET_GSM7, 255, 0 },
	{ euro, 80, "", false, SMS_ALPHABET_GSM7, 1, 0 },
	{ euro, 80, "a", false, SMS_ALPHABET_GSM7, 2, 144 },
	/* 153 is odd: each part of pairs leaves a septet unused */
	{ euro, 152, "", false, SMS_ALPHABET_GSM7, 2, 1 },
	{ euro, 153, "", false, SMS_ALPHABET_GSM7, 3, 151 },
	{ "a", 159, euro, false, SMS_ALPHABET_GSM7, 2, 145 },
	{ omega, 160, "", false, SMS_ALPHABET_GSM7, 1, 0 },
	{ ya, 70, "", false, SMS_ALPHABET_UCS2, 1, 0 },
	{ ya, 71, "", false, SMS_ALPHABET_UCS2, 2, 63 },
	{ ya, 134, "", false, SMS_ALPHABET_UCS2, 2, 0 },
	{ ya, 135, "", false, SMS_ALPHABET_UCS2, 3, 66 },
	{ ya, 132, "", true, SMS_ALPHABET_UCS2, 2, 0 },
	{ ya, 133, "", true, SMS_ALPHABET_UCS2, 3, 65 },
	{ smile, 35, "", false, SMS_ALPHABET_UCS2, 1, 0 },
	{ smile, 36, "", false, SMS_ALPHABET_UCS2, 2, 61 },
	{ "a", 66, smile, false, SMS_ALPHABET_UCS2, 1, 2 },
	{ "a", 69, smile, false, SMS_ALPHABET_UCS2, 2, 63 },
	{ ya, 17085, "", false, SMS_ALPHABET_UCS2, 255, 0 },
};

static void sizes_are_those_of_the_specification(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char *text = text_of(sizes[i].piece, sizes[i].count, sizes[i].tail);
		struct split_options opts = { .ref16 = sizes[i].ref16 };
		struct split_plan plan;
		assert_int_equal(split_plan(text, strlen(text), &opts, &plan), ERR_OK);
		assert_int_equal(plan.alphabet, sizes[i].alphabet);
		assert_int_equal(plan.parts, sizes[i].parts);
		assert_int_equal(plan.units_left, sizes[i].left);
		assert_int_equal(plan.start[0], 0);
		assert_int_equal(plan.start[plan.parts], strlen(text));
		free(text);
	}
}

static void more_parts_than_allowed_are_refused(void **state)
{
	(void)state;
	char *text = text_of("a", 39016, "");
	struct split_options three = { .parts_max = 3 };
	struct split_plan plan = { .parts = 77 };
	assert_int_equal(split_plan(text, 39016, NULL, &plan), ERR_MEM);
	assert_int_equal(split_plan(text, 460, &three, &plan), ERR_MEM);
	assert_int_equal(plan.parts, 77);
	assert_int_equal(split_plan(text, 459, &three, &plan), ERR_OK);
	assert_int_equal(plan.parts, 3);
	free(text);
}

static void the_reason_for_ucs2_is_named(void **state)
{
	(void)state;
	static const char text[] = "a\xD1\x8F{\xF0\x9F\x98\x80\xD1\x8F";
	struct split_plan plan;
	assert_int_equal(split_plan(text, sizeof(text) - 1, NULL, &plan), ERR_OK);
	assert_int_equal(plan.alphabet, SMS_ALPHABET_UCS2);
	assert_int_equal(plan.because_len, 3);
	assert_int_equal(plan.because[0].code_point, 0x44F);
	assert_int_equal(plan.because[0].offset, 1);
	assert_int_equal(plan.because[1].code_point, 0x1F600);
	assert_int_equal(plan.because[1].offset, 4);
	assert_int_equal(plan.because[2].offset, 8);
	char *many = text_of(ya, 100, "");
	assert_int_equal(split_plan(many, 200, NULL, &plan), ERR_OK);
	assert_int_equal(plan.because_len, SPLIT_BECAUSE_MAX);
	free(many);
}

static void ucs2_can_be_asked_for(void **state)
{
	(void)state;
	struct split_options opts = { .force_ucs2 = true };
	struct split_plan plan;
	assert_int_equal(split_plan("abc", 3, &opts, &plan), ERR_OK);
	assert_int_equal(plan.alphabet, SMS_ALPHABET_UCS2);
	assert_int_equal(plan.because_len, 0);
	assert_int_equal(plan.units_left, 67);
	assert_int_equal(split_dcs(&plan, SMS_CLASS_NONE), 0x08);
	assert_int_equal(split_dcs(&plan, SMS_CLASS_0), 0x18);
}

static void what_is_no_text_is_refused(void **state)
{
	(void)state;
	struct split_plan plan = { .parts = 77 };
	/* a character cut after each of its bytes */
	for (size_t len = 2; len < 5; len++)
		assert_int_equal(
			split_plan("a\xF0\x9F\x98\x80", len, NULL, &plan), ERR_INPUT);
	assert_int_equal(split_plan("a\0b", 3, NULL, &plan), ERR_INPUT);
	assert_int_equal(split_plan("\xC0\x80", 2, NULL, &plan), ERR_INPUT);
	assert_int_equal(split_plan("\xED\xA0\x80", 3, NULL, &plan), ERR_INPUT);
	assert_int_equal(plan.parts, 77);
}

/* Part index as the receiver's modem hands it over. */
static void part_receive(const struct split_plan *plan, const char *text, unsigned index,
	struct sms_deliver *out)
{
	struct sms_deliver sent = { .dcs = split_dcs(plan, SMS_CLASS_NONE) };
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t len = 0;
	assert_int_equal(address_from_number("+306912345678", &sent.from), ERR_OK);
	assert_int_equal(split_part_encode(plan, text, index, 0xABCD, &sent.ud), ERR_OK);
	assert_int_equal(
		pdu_deliver_encode(&sent, PDU_FRAME_TPDU, pdu, sizeof(pdu), &len),
		ERR_OK);
	assert_int_equal(pdu_deliver_decode(pdu, len, PDU_FRAME_TPDU, out), ERR_OK);
}

static void parts_give_the_text(
	const char *text, size_t len, const struct split_options *opts)
{
	struct split_plan plan;
	assert_int_equal(split_plan(text, len, opts, &plan), ERR_OK);
	size_t pos = 0;
	for (unsigned i = 0; i < plan.parts; i++) {
		struct sms_deliver got;
		part_receive(&plan, text, i, &got);
		struct collect_key key;
		uint8_t seq = 0;
		assert_int_equal(collect_key_of(&got, &key, &seq), plan.parts > 1);
		if (plan.parts > 1) {
			assert_int_equal(seq, i + 1);
			assert_int_equal(key.total, plan.parts);
			assert_int_equal(key.ref, opts->ref16 ? 0xABCD : 0xCD);
			assert_int_equal(key.ref16, opts->ref16);
		}
		assert_true(got.content.text_len <= len - pos);
		assert_memory_equal(got.content.text, text + pos, got.content.text_len);
		pos += got.content.text_len;
		assert_int_equal(plan.start[i + 1], pos);
	}
	assert_int_equal(pos, len);
}

static void parts_joined_are_the_text(void **state)
{
	(void)state;
	struct random r = random_from(1);
	static char text[4 * 2000 + 1];
	for (int round = 0; round < 600; round++) {
		struct split_options opts = {
			.ref16 = random_below(&r, 2) == 1,
			.force_ucs2 = random_below(&r, 4) == 0,
		};
		size_t count = random_below(&r, round % 10 == 0 ? 2000 : 400);
		size_t len = random_text(&r, round % 3, count, text);
		parts_give_the_text(text, len, &opts);
	}
}

/* Units of the whole text; the fewest parts by trying every cut from every place. */
static unsigned fewest_parts(const unsigned *cost, size_t count, unsigned room)
{
	static unsigned best[512];
	best[count] = 0;
	for (size_t i = count; i-- > 0;) {
		best[i] = SPLIT_PARTS_MAX + 1;
		unsigned used = 0;
		for (size_t end = i + 1; end <= count; end++) {
			used += cost[end - 1];
			if (used <= room && best[end] + 1 < best[i])
				best[i] = best[end] + 1;
		}
	}
	return best[0];
}

static void no_part_is_more_than_needed(void **state)
{
	(void)state;
	struct random r = random_from(2);
	static char text[4 * 500 + 1];
	for (int round = 0; round < 300; round++) {
		int choice = (int)random_below(&r, 3);
		size_t count = 1 + random_below(&r, 450);
		unsigned cost[500], sum = 0;
		size_t len = 0;
		bool ucs2 = false;
		for (size_t i = 0; i < count; i++) {
			uint32_t cp = random_code_point(&r, choice);
			struct gsm7_alphabet a;
			(void)gsm7_alphabet_get(0, 0, &a);
			ucs2 = ucs2 || gsm7_cost(&a, cp) == 0;
			cost[i] = choice == 0 ? gsm7_cost(&a, cp) : ucs2_cost(cp);
			sum += cost[i];
			len += str_utf8_put(cp, text + len);
		}
		struct split_options opts = { .force_ucs2 = choice != 0 };
		struct split_plan plan;
		assert_int_equal(split_plan(text, len, &opts, &plan), ERR_OK);
		assert_int_equal(plan.units, sum);
		bool one = sum <= (choice == 0 ? 160 : 70);
		unsigned want =
			one ? 1 : fewest_parts(cost, count, choice == 0 ? 153 : 67);
		assert_int_equal(plan.parts, want);
	}
}

static void a_part_needs_its_own_plan(void **state)
{
	(void)state;
	struct split_plan plan;
	struct sms_ud ud = { .udl = 99 };
	assert_int_equal(split_plan("abc", 3, NULL, &plan), ERR_OK);
	assert_int_equal(split_part_encode(&plan, "abc", 1, 0, &ud), ERR_ARG);
	assert_int_equal(split_part_encode(&plan, ya, 0, 0, &ud), ERR_ARG);
	assert_int_equal(ud.udl, 99);
	assert_int_equal(split_part_encode(&plan, "abc", 0, 0, &ud), ERR_OK);
	assert_false(ud.has_udh);
	assert_int_equal(ud.udl, 3);
}

static void the_same_text_gives_the_same_parts(void **state)
{
	(void)state;
	char *text = text_of("lorem {ipsum} ", 40, "");
	struct split_plan first, second;
	struct sms_ud a, b;
	assert_int_equal(split_plan(text, strlen(text), NULL, &first), ERR_OK);
	assert_int_equal(split_plan(text, strlen(text), NULL, &second), ERR_OK);
	for (unsigned i = 0; i < first.parts; i++) {
		assert_int_equal(split_part_encode(&first, text, i, 7, &a), ERR_OK);
		assert_int_equal(split_part_encode(&second, text, i, 7, &b), ERR_OK);
		assert_int_equal(a.len_octets, b.len_octets);
		assert_memory_equal(a.octets, b.octets, a.len_octets);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_those_of_the_specification),
		cmocka_unit_test(more_parts_than_allowed_are_refused),
		cmocka_unit_test(the_reason_for_ucs2_is_named),
		cmocka_unit_test(ucs2_can_be_asked_for),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(parts_joined_are_the_text),
		cmocka_unit_test(no_part_is_more_than_needed),
		cmocka_unit_test(a_part_needs_its_own_plan),
		cmocka_unit_test(the_same_text_gives_the_same_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
