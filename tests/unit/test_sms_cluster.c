/*
 * Proves what counts as one character for a reader, case by case, that texts are cut
 * inside one only where that saves a part, and that national tables are used only when
 * allowed and only when cheaper, with their headers counted (against a search of all).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/sms/cluster.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/split.h"
#include "firmware/sms/ucs2.h"
#include "tests/unit/sms_random.h"

/* '|' is where a cut may be. */
static const struct {
	const char *name;
	const char *text;
} clusters[] = {
	{ "ascii", "a|b|c" },
	{ "line ends", "a|\r\n|b|\n|\r|c" },
	{ "combining acute", "e\u0301|x" },
	{ "two marks", "o\u0323\u0302|n" },
	{ "mark at the start", "\u0301|a" },
	{ "mark after a line end", "\n|\u0301|a" },
	{ "Persian letter and ZWNJ",
		"\u0645|\u06CC\u200C|\u062E|\u0648|\u0627|\u0647|\u0645" },
	{ "Arabic with vowels", "\u0628\u0650|\u0633\u0652|\u0645\u0650" },
	{ "skin tone", "\U0001F44D\U0001F3FD|!" },
	{ "family", "\U0001F468\u200D\U0001F469\u200D\U0001F467|\U0001F600" },
	{ "heart with variation", "\u2764\uFE0F|\u2764\uFE0F" },
	{ "couple with heart", "\U0001F469\U0001F3FD\u200D\u2764\uFE0F\u200D\U0001F468" },
	{ "flags", "\U0001F1EC\U0001F1F7|\U0001F1EE\U0001F1F7|\U0001F1E9" },
	{ "flag of tags",
		"\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"
		"|a" },
	{ "keycap", "1\uFE0F\u20E3|2" },
	{ "joiner between letters", "\u0645\u200D|\u0645" },
	{ "Hangul letters", "\u1112\u1161\u11AB|\u1100\u1173\u11AF" },
	{ "Hangul syllables", "\uD55C|\uAE00" },
	{ "open syllable and vowel", "\uAC00\u1161\u11AB|\uAC01|\u1161" },
	{ "Hindi conjunct", "\u0915\u094D\u0937|\u0924\u094D\u0930\u093F|\u092F" },
	{ "Hindi matra", "\u0928|\u092E|\u0938\u094D\u0924\u0947" },
	{ "Tamil keeps virama apart", "\u0B95\u0BCD|\u0BB7" },
	{ "Thai", "\u0E17\u0E35\u0E48|\u0E19\u0E33|\u0E01" },
	{ "Arabic number sign", "\u0600\u0661|\u0662" },
};

static void clusters_are_what_a_reader_sees(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(clusters) / sizeof(clusters[0]); i++) {
		char text[128];
		bool cut[128] = { false };
		size_t len = 0, next = 0;
		for (const char *c = clusters[i].text; *c != '\0'; c++) {
			cut[len] = cut[len] || *c == '|';
			if (*c != '|')
				text[len++] = *c;
		}
		cut[0] = cut[len] = true;
		for (size_t pos = 0; pos <= len; pos++) {
			bool is_inside = pos < len && (text[pos] & 0xC0) == 0x80;
			if (!is_inside && cluster_is_boundary(text, len, pos) != cut[pos])
				fail_msg("%s at byte %zu", clusters[i].name, pos);
		}
		for (size_t pos = 0; pos < len; pos = next) {
			next = cluster_next(text, len, pos);
			assert_true(next > pos && cut[next]);
			assert_int_equal(cluster_floor(text, len, pos, next), next);
		}
	}
}

static unsigned broken_in(const struct split_plan *plan, const char *text, size_t len)
{
	unsigned broken = 0;
	for (unsigned i = 1; i < plan->parts; i++)
		broken += !cluster_is_boundary(text, len, plan->start[i]);
	return broken;
}

static void a_family_is_not_parted_if_there_is_room(void **state)
{
	(void)state;
	static const char family[] =
		"\U0001F468\u200D\U0001F469\u200D\U0001F467"; /* 8 units */
	char text[2048];
	size_t len = 0;
	struct split_plan plan;
	for (int i = 0; i < 64; i++)
		text[len++] = 'a';
	memcpy(text + len, family, sizeof(family));
	len += sizeof(family) - 1;
	assert_int_equal(split_plan(text, len, NULL, &plan), ERR_OK);
	assert_int_equal(plan.parts, 2);
	assert_int_equal(plan.start[1], 64);
	assert_int_equal(plan.units, 72);
	assert_int_equal(plan.units_left, 67 - 8);
	/* full to the last unit there is no choice */
	for (int i = 0; i < 62; i++)
		text[len++] = 'b';
	assert_int_equal(split_plan(text, len, NULL, &plan), ERR_OK);
	assert_int_equal(plan.parts, 2);
	assert_int_equal(plan.units_left, 0);
	assert_int_equal(broken_in(&plan, text, len), 1);
	len--;
	assert_int_equal(split_plan(text, len, NULL, &plan), ERR_OK);
	assert_int_equal(plan.parts, 2);
	assert_int_equal(broken_in(&plan, text, len), 1);
	len -= 2; /* 8 units of family would leave 3 unused in part one: now they may */
	assert_int_equal(split_plan(text, len, NULL, &plan), ERR_OK);
	assert_int_equal(plan.parts, 2);
	assert_int_equal(broken_in(&plan, text, len), 0);
}

static void a_heap_of_marks_is_cut_all_the_same(void **state)
{
	(void)state;
	char text[2 * 300 + 1];
	size_t len = 0;
	struct split_plan plan;
	text[len++] = 'a';
	for (int i = 0; i < 299; i++)
		len += str_utf8_put(0x301, text + len);
	assert_int_equal(split_plan(text, len, NULL, &plan), ERR_OK);
	assert_int_equal(plan.parts, 5);
	assert_int_equal(plan.units, 300);
}

/* The fewest parts of whole clusters; 999 if one is longer than a part. */
static unsigned fewest_whole(const char *text, size_t len, unsigned room)
{
	unsigned parts = 1, used = 0;
	for (size_t pos = 0, next = 0; pos < len; pos = next) {
		unsigned cost = 0;
		next = cluster_next(text, len, pos);
		for (size_t at = pos; at < next;) {
			uint32_t cp = 0;
			at += (size_t)str_utf8_next(text + at, len - at, &cp);
			cost += ucs2_cost(cp);
		}
		if (cost > room)
			return 999;
		if (used + cost > room) {
			parts++;
			used = 0;
		}
		used += cost;
	}
	return parts;
}

static void clusters_are_parted_only_to_save_a_part(void **state)
{
	(void)state;
	static const uint32_t pool[] = { 'a', ' ', 0x301, 0x200D, 0x1F468, 0x1F3FD,
		0xFE0F, 0x1F1EC, 0x1F1F7, 0x6CC, 0x200C, 0x915, 0x94D, 0x2764 };
	struct random r = random_from(21);
	for (int round = 0; round < 3000; round++) {
		char text[4 * 400 + 1];
		size_t len = 0, count = 60 + random_below(&r, 300);
		uint32_t sum = 0;
		for (size_t i = 0; i < count; i++) {
			uint32_t cp = pool[random_below(
				&r, round % 2 ? sizeof(pool) / sizeof(pool[0]) : 9)];
			sum += ucs2_cost(cp);
			len += str_utf8_put(cp, text + len);
		}
		struct split_options opts = { .force_ucs2 = true };
		struct split_plan plan;
		assert_int_equal(split_plan(text, len, &opts, &plan), ERR_OK);
		assert_int_equal(plan.units, sum);
		if (plan.parts > 1 && fewest_whole(text, len, 67) == plan.parts)
			assert_int_equal(broken_in(&plan, text, len), 0);
	}
}

/* What a text costs in every pair of tables, by counting; PARTS_NONE: cannot be said. */
#define PARTS_NONE 999u

static unsigned cut_parts(const unsigned *cost, size_t count, unsigned room)
{
	unsigned parts = 1, used = 0;
	for (size_t i = 0; i < count; i++) {
		if (used + cost[i] > room) {
			parts++;
			used = 0;
		}
		used += cost[i];
	}
	return parts;
}

static unsigned parts_with(const uint32_t *cps, size_t count, uint8_t locking,
	uint8_t single, unsigned concat_octets)
{
	struct gsm7_alphabet a;
	unsigned cost[512], sum = 0;
	if (!gsm7_alphabet_get(locking, single, &a))
		return PARTS_NONE;
	for (size_t i = 0; i < count; i++) {
		cost[i] = gsm7_cost(&a, cps[i]);
		if (cost[i] == 0)
			return PARTS_NONE;
		sum += cost[i];
	}
	unsigned tables = (locking != 0 ? 3u : 0u) + (single != 0 ? 3u : 0u);
	unsigned alone = tables != 0 ? 1 + tables : 0;
	if (sum <= (140 - alone) * 8 / 7)
		return 1;
	return cut_parts(cost, count, (140 - 1 - concat_octets - tables) * 8 / 7);
}

static unsigned parts_ucs2(const uint32_t *cps, size_t count, unsigned concat_octets)
{
	unsigned cost[512], sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += cost[i] = ucs2_cost(cps[i]);
	return sum <= 70 ? 1 : cut_parts(cost, count, (140 - 1 - concat_octets) / 2);
}

/* Characters of one language's tables. */
static size_t language_text(struct random *r, uint8_t language, uint32_t *cps)
{
	struct gsm7_alphabet a;
	size_t count = 0, want = 1 + random_below(r, 300);
	(void)gsm7_alphabet_get(
		random_below(r, 4) ? language : 0, language, &a); /* or the default */
	while (count < want) {
		const uint16_t *table = random_below(r, 3) ? a.locking : a.single;
		uint16_t cp = table[random_below(r, 128)];
		if (cp != 0)
			cps[count++] = cp;
	}
	return count;
}

static void the_cheapest_of_the_allowed_tables_is_taken(void **state)
{
	(void)state;
	struct random r = random_from(22);
	unsigned national = 0;
	for (int round = 0; round < 4000; round++) {
		uint32_t cps[512];
		char text[3 * 512];
		size_t len = 0;
		uint8_t language = (uint8_t)random_below(&r, GSM7_LANGUAGES);
		size_t count = language_text(&r, language, cps);
		struct split_options opts = { .ref16 = random_below(&r, 2) == 1 };
		if (random_below(&r, 4) != 0) {
			opts.single_allowed = (uint16_t)(1u << language);
			opts.locking_allowed =
				(uint16_t)(random_below(&r, 2) << language);
		} else {
			opts.single_allowed = (uint16_t)random_below(&r, 1 << 14);
			opts.locking_allowed = (uint16_t)random_below(&r, 1 << 14);
		}
		for (size_t i = 0; i < count; i++)
			len += str_utf8_put(cps[i], text + len);
		unsigned concat = opts.ref16 ? 6 : 5;
		unsigned plain = parts_with(cps, count, 0, 0, concat);
		unsigned least = parts_ucs2(cps, count, concat);
		least = plain < least ? plain : least;
		unsigned without = least;
		for (uint8_t l = 0; l < GSM7_LANGUAGES; l++) {
			for (uint8_t s = 0; s < GSM7_LANGUAGES; s++) {
				if ((l != 0 && !(opts.locking_allowed >> l & 1)) ||
					(s != 0 && !(opts.single_allowed >> s & 1)))
					continue;
				unsigned parts = parts_with(cps, count, l, s, concat);
				least = parts < least ? parts : least;
			}
		}
		struct split_plan plan;
		assert_int_equal(split_plan(text, len, &opts, &plan), ERR_OK);
		assert_int_equal(plan.parts, least);
		bool is_national = plan.header.locking != 0 || plan.header.single != 0;
		assert_int_equal(is_national, least < without);
		national += is_national;
		for (unsigned i = 0; i < plan.parts; i++) {
			struct sms_ud ud;
			struct sms_content got;
			assert_int_equal(
				split_part_encode(&plan, text, i, 9, &ud), ERR_OK);
			assert_int_equal(content_decode(&ud,
						 split_dcs(&plan, SMS_CLASS_NONE), &got),
				ERR_OK);
			assert_memory_equal(got.text, text + plan.start[i], got.text_len);
			assert_int_equal(got.text_len, plan.start[i + 1] - plan.start[i]);
		}
	}
	assert_true(national > 1000);
}

static const struct {
	bool ports, ports16, ref16;
	uint8_t single, locking;
	unsigned one, more; /* septets of a single part and of one of several */
} headers[] = {
	{ false, false, false, 0, 0, 160, 153 },
	{ false, false, true, 0, 0, 160, 152 },
	{ false, false, false, 1, 0, 155, 149 },
	{ false, false, false, 0, 1, 155, 149 },
	{ false, false, false, 1, 1, 152, 146 },
	{ false, false, true, 1, 1, 152, 145 },
	{ true, false, false, 0, 0, 154, 148 },
	{ true, true, false, 0, 0, 152, 146 },
	{ true, true, true, 0, 0, 152, 145 },
	{ true, true, false, 1, 0, 148, 142 },
	{ true, true, true, 1, 1, 145, 138 },
};

static void every_mix_of_headers_is_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct udh ports = { .has_ports = headers[i].ports,
			.ports16 = headers[i].ports16,
			.port_dst = 80,
			.port_src = 81 };
		struct split_options opts = { .ref16 = headers[i].ref16,
			.ports = &ports };
		char text[3 * 400];
		struct split_plan plan;
		struct sms_ud ud;
		for (unsigned turn = 0; turn < 2; turn++) {
			unsigned units = turn == 0 ? headers[i].one : 2 * headers[i].more;
			size_t len = 0;
			/* one letter of each table, so that UCS-2 or one table is dearer
			 */
			unsigned used = 0;
			if (headers[i].single)
				used += 2, len += str_utf8_put(0x15E, text + len);
			if (headers[i].locking) /* Portuguese, which Turkish lacks */
				used += 1, len += str_utf8_put(0xE3, text + len);
			while (used < units)
				text[len++] = 'a', used++;
			opts.single_allowed =
				headers[i].single ? SPLIT_LANGUAGE(GSM7_TURKISH) : 0;
			opts.locking_allowed =
				headers[i].locking ? SPLIT_LANGUAGE(GSM7_PORTUGUESE) : 0;
			assert_int_equal(split_plan(text, len, &opts, &plan), ERR_OK);
			assert_int_equal(plan.parts, turn + 1);
			assert_int_equal(plan.units_left, 0);
			assert_int_equal(plan.units, units);
			for (unsigned part = 0; part < plan.parts; part++) {
				assert_int_equal(
					split_part_encode(&plan, text, part, 1, &ud),
					ERR_OK);
				assert_int_equal(ud.udl > 158, true);
				assert_true(ud.len_octets >= 139);
			}
			text[len++] = 'a';
			assert_int_equal(split_plan(text, len, &opts, &plan), ERR_OK);
			assert_int_equal(plan.parts, turn + 2);
		}
	}
}

static void a_port_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	struct udh ports = { .has_ports = true, .port_dst = 256 };
	struct split_options opts = { .ports = &ports };
	struct split_plan plan;
	assert_int_equal(split_plan("a", 1, &opts, &plan), ERR_ARG);
	ports.ports16 = true;
	assert_int_equal(split_plan("a", 1, &opts, &plan), ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clusters_are_what_a_reader_sees),
		cmocka_unit_test(a_family_is_not_parted_if_there_is_room),
		cmocka_unit_test(a_heap_of_marks_is_cut_all_the_same),
		cmocka_unit_test(clusters_are_parted_only_to_save_a_part),
		cmocka_unit_test(the_cheapest_of_the_allowed_tables_is_taken),
		cmocka_unit_test(every_mix_of_headers_is_counted),
		cmocka_unit_test(a_port_that_does_not_fit_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
