/*
 * Proves the national language tables of TS 23.038 annex A: that writing is the inverse
 * of reading for every pair of tables, that what has no septet is refused, that an
 * unknown table falls back to the default as TS 23.040 9.2.3.24.15 asks, and that the
 * fast path over plain letters gives what going septet by septet gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/sms/content.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/gsm7_tables.h"
#include "tests/unit/sms_random.h"

/* Read and never written: see gsm7_national_tables.c. */
static bool is_read_only(const uint16_t *table, unsigned septet)
{
	return (table == gsm7_table_kannada && septet == 0x24) ||
	       (table == gsm7_table_telugu_single && septet == 0x65);
}

static int lowest_of(const uint16_t *table, uint32_t code_point)
{
	for (unsigned i = 0; i < GSM7_TABLE_LEN; i++) {
		if (table[i] == code_point && code_point != 0 && !is_read_only(table, i))
			return (int)i;
	}
	return -1;
}

/* What the tables say a code point is, without the index. */
static size_t septets_of(const struct gsm7_alphabet *a, uint32_t cp, uint8_t out[2])
{
	int at = lowest_of(a->locking, cp);
	if (at >= 0) {
		out[0] = (uint8_t)at;
		return 1;
	}
	at = lowest_of(a->single, cp);
	if (at < 0)
		return 0;
	out[0] = GSM7_ESCAPE;
	out[1] = (uint8_t)at;
	return 2;
}

static void code_point_check(const struct gsm7_alphabet *a, uint32_t cp)
{
	uint8_t want[2] = { 0 };
	char utf8[4];
	struct gsm7_septets s;
	size_t count = septets_of(a, cp, want), len = str_utf8_put(cp, utf8);
	if (gsm7_cost(a, cp) != count)
		fail_msg("U+%04X costs %u and not %zu", (unsigned)cp, gsm7_cost(a, cp),
			count);
	enum err err = gsm7_from_utf8(a, utf8, len, &s, NULL);
	assert_int_equal(err, count > 0 ? ERR_OK : ERR_INPUT);
	if (err != ERR_OK)
		return;
	assert_int_equal(s.count, count);
	assert_memory_equal(s.at, want, count);
}

static void writing_is_the_inverse_of_reading(void **state)
{
	(void)state;
	for (uint8_t language = 0; language < GSM7_LANGUAGES; language++) {
		struct gsm7_alphabet locking, single;
		bool known = gsm7_alphabet_get(language, 0, &locking);
		assert_int_equal(known, language != GSM7_SPANISH);
		assert_int_equal(gsm7_has_locking(language), known);
		assert_true(gsm7_alphabet_get(0, language, &single));
		assert_true(gsm7_has_single(language));
		for (uint32_t cp = 1; cp < 0x2300; cp++) {
			code_point_check(&locking, cp);
			code_point_check(&single, cp);
		}
		code_point_check(&locking, 0xFFFF);
		code_point_check(&locking, 0x1F600);
		code_point_check(&locking, 0x10FFFF);
	}
}

static void unknown_tables_are_the_default(void **state)
{
	(void)state;
	static const uint8_t unknown[] = { 14, 15, 127, 128, 255 };
	for (size_t i = 0; i < sizeof(unknown); i++) {
		struct gsm7_alphabet a;
		assert_false(gsm7_alphabet_get(unknown[i], GSM7_TURKISH, &a));
		assert_ptr_equal(a.locking, gsm7_table_default);
		assert_ptr_equal(a.single, gsm7_table_turkish_single);
		assert_false(gsm7_alphabet_get(GSM7_TURKISH, unknown[i], &a));
		assert_ptr_equal(a.locking, gsm7_table_turkish);
		assert_ptr_equal(a.single, gsm7_table_default_single);
		assert_false(gsm7_has_single(unknown[i]));
		assert_false(gsm7_has_locking(unknown[i]));
	}
}

static void text_survives_every_pair_of_tables(void **state)
{
	(void)state;
	struct random r = random_from(11);
	for (unsigned pair = 0; pair < GSM7_LANGUAGES * GSM7_LANGUAGES; pair++) {
		struct udh udh = { .locking = (uint8_t)(pair / GSM7_LANGUAGES),
			.single = (uint8_t)(pair % GSM7_LANGUAGES) };
		struct gsm7_alphabet a;
		if (!gsm7_alphabet_get(udh.locking, udh.single, &a))
			continue;
		for (int round = 0; round < 20; round++) {
			char text[3 * 160 + 1];
			size_t len = 0, used = 0;
			for (int i = 0; i < 70; i++) {
				uint16_t cp = (random_below(&r, 4) == 0
						       ? a.single
						       : a.locking)[random_below(
					&r, 128)];
				unsigned cost = gsm7_cost(&a, cp);
				if (cost == 0)
					continue;
				used += cost;
				len += str_utf8_put(cp, text + len);
			}
			struct sms_ud ud;
			struct sms_content got;
			assert_int_equal(content_encode(&udh, 0, text, len, &ud), ERR_OK);
			assert_int_equal(content_decode(&ud, 0, &got), ERR_OK);
			assert_true(got.alphabet_known);
			assert_int_equal(got.udh.locking, udh.locking);
			assert_int_equal(got.udh.single, udh.single);
			assert_int_equal(got.text_len, len);
			assert_memory_equal(got.text, text, len);
			size_t header = got.udh.len_octets;
			assert_int_equal(ud.udl, (header * 8 + 6) / 7 + used);
		}
	}
}

/* Words of eight and what is beside them, at every offset. */
static void the_fast_path_is_the_slow_one(void **state)
{
	(void)state;
	struct random r = random_from(12);
	struct gsm7_alphabet fast, slow;
	(void)gsm7_alphabet_get(0, 0, &fast);
	slow = fast;
	slow.is_latin = false;
	for (int round = 0; round < 20000; round++) {
		char text[4 * 182 + 1], a[GSM7_UTF8_SIZE], b[GSM7_UTF8_SIZE];
		struct gsm7_septets s, t;
		struct gsm7_fault f = { 0 }, g = { 0 };
		size_t len = 0;
		size_t count = random_below(&r, 190);
		for (size_t i = 0; i < count; i++) {
			uint32_t odd = round % 3 == 0 ? random_below(&r, 0x80)
						      : random_code_point(&r, 0);
			bool is_odd = random_below(&r, 12) == 0 && odd != 0;
			uint32_t plain = 'a' + random_below(&r, 26);
			len += str_utf8_put(is_odd ? odd : plain, text + len);
		}
		enum err err = gsm7_from_utf8(&fast, text, len, &s, &f);
		assert_int_equal(err, gsm7_from_utf8(&slow, text, len, &t, &g));
		assert_int_equal(f.offset, g.offset);
		assert_int_equal(f.code_point, g.code_point);
		if (err != ERR_OK)
			continue;
		assert_int_equal(s.count, t.count);
		assert_memory_equal(s.at, t.at, s.count);
		size_t size = 1 + random_below(&r, sizeof(a));
		err = gsm7_to_utf8(&fast, &s, a, size);
		assert_int_equal(err, gsm7_to_utf8(&slow, &s, b, size));
		if (err == ERR_OK)
			assert_string_equal(a, b);
	}
}

/* Every count and fill, against bits set one by one. */
static void packing_is_bit_by_bit(void **state)
{
	(void)state;
	struct random r = random_from(13);
	for (size_t count = 0; count <= GSM7_SEPTETS_MAX; count++) {
		for (unsigned fill = 0; fill <= 6; fill++) {
			struct gsm7_septets s = { .count = count }, back;
			uint8_t want[200] = { 0 }, have[200];
			size_t len = 0, octets = (count * 7 + fill + 7) / 8;
			for (size_t i = 0; i < count; i++) {
				s.at[i] = (uint8_t)random_below(&r, 128);
				for (unsigned bit = 0; bit < 7; bit++) {
					size_t at = fill + 7 * i + bit;
					if (s.at[i] >> bit & 1)
						want[at / 8] |= (uint8_t)(1 << at % 8);
				}
			}
			memset(have, 0xEE, sizeof(have));
			assert_int_equal(gsm7_pack(&s, fill, have, octets, &len), ERR_OK);
			assert_int_equal(len, octets);
			assert_memory_equal(have, want, octets);
			assert_int_equal(have[octets], 0xEE);
			assert_int_equal(
				gsm7_unpack(have, octets, fill, count, &back), ERR_OK);
			assert_int_equal(back.count, count);
			assert_memory_equal(back.at, s.at, count);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writing_is_the_inverse_of_reading),
		cmocka_unit_test(unknown_tables_are_the_default),
		cmocka_unit_test(text_survives_every_pair_of_tables),
		cmocka_unit_test(the_fast_path_is_the_slow_one),
		cmocka_unit_test(packing_is_bit_by_bit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
