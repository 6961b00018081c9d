/*
 * Proves the help for authors: what each kind of change does to texts as people write
 * them, that every row of savings is true when the change is made, that nothing is
 * offered which saves nothing, that a text never outgrows its buffer; and each warning
 * where it belongs and not where it does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/sms/advice.h"
#include "firmware/sms/advice_tables.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/warning.h"
#include "tests/unit/sms_random.h"

#define TYPOGRAPHY                                                                       \
	(ADVICE_BIT(ADVICE_QUOTES) | ADVICE_BIT(ADVICE_DASHES) |                         \
		ADVICE_BIT(ADVICE_ELLIPSIS) | ADVICE_BIT(ADVICE_SPACES) |                \
		ADVICE_BIT(ADVICE_SYMBOLS) | ADVICE_BIT(ADVICE_INVISIBLE))

static const struct {
	const char *name;
	uint32_t kinds;
	const char *from, *to;
} rewrites[] = {
	{ "nothing to do", ~0u, "Plain text, 100%.", "Plain text, 100%." },
	{ "empty", ~0u, "", "" },
	{ "quotes", ADVICE_BIT(ADVICE_QUOTES),
		"\u201CIt\u2019s\u201D \u00ABso\u00BB \u201Ethis\u201C `x\u00B4",
		"\"It's\" \"so\" \"this\" 'x'" },
	{ "dashes", ADVICE_BIT(ADVICE_DASHES), "10\u201312 \u2014 now \u2212 5",
		"10-12 - now - 5" },
	{ "ellipsis", ADVICE_BIT(ADVICE_ELLIPSIS), "wait\u2026", "wait..." },
	{ "spaces", ADVICE_BIT(ADVICE_SPACES), "10\u00A0\u20AC\ta\u202Fb\u3000c",
		"10 \u20AC a b c" },
	{ "symbols", ADVICE_BIT(ADVICE_SYMBOLS), "\u2022 3\u00D74 \u00A9 \u2116 5 \u00BD",
		"* 3x4 (c) No 5 1/2" },
	{ "invisible", ADVICE_BIT(ADVICE_INVISIBLE), "a\u200Bb\u00ADc\uFEFF\u200Ed",
		"abcd" },
	{ "marks of direction stay where they matter", ADVICE_BIT(ADVICE_INVISIBLE),
		"\u200E+30 \u0633\u200B\u0644\u0627\u0645",
		"\u200E+30 \u0633\u0644\u0627\u0645" },
	{ "only what is asked for", ADVICE_BIT(ADVICE_DASHES), "\u201Ca\u201D \u2013 b",
		"\u201Ca\u201D - b" },
	{ "doubled spaces", ADVICE_BIT(ADVICE_DOUBLE_SPACES), "a  b   c d \n e  ",
		"a b c d\n e" },
	{ "one space alone", ADVICE_BIT(ADVICE_DOUBLE_SPACES), " a b", " a b" },
	{ "Greek, both sigmas and accents", ADVICE_BIT(ADVICE_GREEK),
		"\u039A\u03B1\u03BB\u03B7\u03BC\u03AD\u03C1\u03B1 "
		"\u03BA\u03CC\u03C3\u03BC\u03BF\u03C2!",
		"KA\u039BHMEPA KO\u03A3MO\u03A3!" },
	{ "Greek, diaeresis with and without accent", ADVICE_BIT(ADVICE_GREEK),
		"\u03C0\u03C1\u03B1\u03CB\u03BD\u03C9 \u03BC\u03B1\u0390\u03BF\u03C5 "
		"\u03AA\u03AB\u03B0\u03CA",
		"\u03A0PAYN\u03A9 MAIOY IYYI" },
	{ "Greek, every letter", ADVICE_BIT(ADVICE_GREEK),
		"\u03B1\u03B2\u03B3\u03B4\u03B5\u03B6\u03B7\u03B8\u03B9\u03BA\u03BB\u03BC"
		"\u03BD\u03BE\u03BF\u03C0\u03C1\u03C3\u03C2\u03C4\u03C5\u03C6\u03C7\u03C8"
		"\u03C9",
		"AB\u0393\u0394EZH\u0398IK\u039BMN\u039EO\u03A0P\u03A3\u03A3TY\u03A6X"
		"\u03A8\u03A9" },
	{ "Greek of old, breathings and iota below", ADVICE_BIT(ADVICE_GREEK),
		"\u1F08\u03B8\u1FC6\u03BD\u03B1\u03B9 \u1FF3 \u1F24\u03C1\u1FF3",
		"A\u0398HNAI \u03A9 HP\u03A9" },
	{ "Greek beside Latin", ADVICE_BIT(ADVICE_GREEK), "iPhone \u03C3\u03B5 Caf\u00E9",
		"iPhone \u03A3E Caf\u00E9" },
	{ "Greek question mark", TYPOGRAPHY, "\u03A4\u037E", "\u03A4;" },
	{ "Vietnamese", ADVICE_BIT(ADVICE_VIETNAMESE),
		"Xin ch\u00E0o, \u0111\u01A1n h\u00E0ng c\u1EE7a b\u1EA1n "
		"\u0110\u00C3 g\u1EEDi",
		"Xin chao, don hang cua ban DA gui" },
	{ "French is not Vietnamese", ADVICE_BIT(ADVICE_VIETNAMESE),
		"d\u00E9j\u00E0 \u00EA", "d\u00E9j\u00E0 \u00EA" },
	{ "Latin keeps what GSM has", ADVICE_BIT(ADVICE_LATIN),
		"Gar\u00E7on d\u00E9\u00E7u, \u015Ei\u015F\u0131, \u0141\u00F3d\u017A, "
		"\u00FCber",
		"Garcon d\u00E9cu, Sisi, Lodz, \u00FCber" },
	{ "tatweel", ADVICE_BIT(ADVICE_TATWEEL), "\u0633\u0640\u0640\u0644\u0627\u0645",
		"\u0633\u0644\u0627\u0645" },
	{ "ZWNJ after letters that do not join", ADVICE_BIT(ADVICE_ZWNJ_IDLE),
		"\u06A9\u0627\u0631\u200C\u0647\u0627 \u0645\u06CC\u200C\u0631\u0648\u0645"
		"\u200C ",
		"\u06A9\u0627\u0631\u0647\u0627 \u0645\u06CC\u200C\u0631\u0648\u0645 " },
	{ "all ZWNJ", ADVICE_BIT(ADVICE_ZWNJ),
		"\u0645\u06CC\u200C\u0631\u0648\u0645 \u06A9\u062A\u0627\u0628\u200C\u0647"
		"\u0627",
		"\u0645\u06CC\u0631\u0648\u0645 \u06A9\u062A\u0627\u0628\u0647\u0627" },
	{ "ZWNJ of another script stays", ADVICE_BIT(ADVICE_ZWNJ),
		"\u0915\u094D\u200C\u0937", "\u0915\u094D\u200C\u0937" },
	{ "emoji with a space", ADVICE_BIT(ADVICE_EMOJI), "Hi \U0001F600 you \U0001F600",
		"Hi you " },
	{ "emoji at a word", ADVICE_BIT(ADVICE_EMOJI), "Hi\U0001F600 you", "Hi you" },
	{ "emoji at the start", ADVICE_BIT(ADVICE_EMOJI), "\U0001F389 Sale!", "Sale!" },
	{ "emoji of many characters", ADVICE_BIT(ADVICE_EMOJI),
		"a\U0001F468\u200D\U0001F469\u200D\U0001F467b\U0001F44D\U0001F3FDc"
		"\U0001F1EC\U0001F1F7d\u2764\uFE0Fe1\uFE0F\u20E3f",
		"abcdef" },
	{ "digits and signs are none", ADVICE_BIT(ADVICE_EMOJI),
		"1 2# \u00A9 2024\u2122 5\u20AC", "1 2# \u00A9 2024\u2122 5\u20AC" },
};

static struct advice_text whole(const char *text, size_t len)
{
	return (struct advice_text){ .text = text, .len = len };
}

static void changes_are_what_they_should_be(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rewrites) / sizeof(rewrites[0]); i++) {
		char out[512];
		size_t len = 0;
		size_t from_len = strlen(rewrites[i].from);
		const struct advice_text from = whole(rewrites[i].from, from_len);
		assert_int_equal(
			advice_apply(&from, rewrites[i].kinds, out, sizeof(out), &len),
			ERR_OK);
		if (strcmp(out, rewrites[i].to) != 0)
			fail_msg("%s: \"%s\"", rewrites[i].name, out);
		assert_int_equal(len, strlen(out));
		assert_true(len < ADVICE_SIZE(from_len));
		assert_int_equal(
			advice_apply(&from, rewrites[i].kinds, out, len, &len), ERR_MEM);
	}
}

static void tables_are_in_order_and_fit_the_alphabet(void **state)
{
	(void)state;
	struct gsm7_alphabet a;
	(void)gsm7_alphabet_get(0, 0, &a);
	for (size_t i = 0; i < ADVICE_SWAPS; i++) {
		const struct advice_swap *s = &advice_swaps[i];
		assert_true(i == 0 || s->from > advice_swaps[i - 1].from);
		assert_int_equal(gsm7_cost(&a, s->from), 0);
		assert_true(s->kind <= ADVICE_INVISIBLE);
		for (const char *c = s->to; *c != '\0'; c++)
			assert_int_not_equal(gsm7_cost(&a, (unsigned char)*c), 0);
	}
	for (uint32_t cp = 0x80; cp < 0x2000; cp++) {
		char from[5] = "", to[16];
		size_t n = str_utf8_put(cp, from), len = 0;
		uint32_t kinds = ADVICE_BIT(ADVICE_GREEK) | ADVICE_BIT(ADVICE_LATIN);
		const struct advice_text one = whole(from, n);
		assert_int_equal(advice_apply(&one, kinds, to, sizeof(to), &len), 0);
		if (len == 0 || (len == n && memcmp(from, to, n) == 0))
			continue;
		uint32_t got = 0;
		assert_int_equal(str_utf8_next(to, len, &got), len);
		assert_int_equal(gsm7_cost(&a, got), 1);
		assert_int_equal(gsm7_cost(&a, cp), 0);
	}
}

static struct advice_list advice_of(const char *text, char *scratch, size_t size)
{
	struct advice_list list;
	const struct advice_text all = whole(text, strlen(text));
	assert_int_equal(advice_find(&all, NULL, scratch, size, &list), ERR_OK);
	return list;
}

/* The row of these kinds; without kinds if there is none. */
static struct advice advice_with(const struct advice_list *list, uint32_t kinds)
{
	for (uint8_t i = 0; i < list->count; i++) {
		if (list->at[i].kinds == kinds)
			return list->at[i];
	}
	return (struct advice){ 0 };
}

static void savings_are_named(void **state)
{
	(void)state;
	char text[4096] = "", scratch[ADVICE_SIZE(4096)];
	/* 100 letters and one typographic apostrophe: two parts, one without it */
	for (int i = 0; i < 10; i++)
		(void)str_append(text, sizeof(text), "abcdefghi ");
	(void)str_append(text, sizeof(text), "it\u2019s");
	struct advice_list list = advice_of(text, scratch, sizeof(scratch));
	assert_int_equal(list.now.parts, 2);
	assert_int_equal(list.now.alphabet, SMS_ALPHABET_UCS2);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.at[0].kinds, ADVICE_BIT(ADVICE_QUOTES));
	assert_int_equal(list.at[0].parts, 1);
	assert_int_equal(list.at[0].changes, 1);
	assert_int_equal(list.at[0].units_left, 160 - 104);
	/* with an emoji neither change alone saves a part, both do */
	(void)str_append(text, sizeof(text), " \U0001F600");
	list = advice_of(text, scratch, sizeof(scratch));
	uint32_t pair = ADVICE_BIT(ADVICE_QUOTES) | ADVICE_BIT(ADVICE_EMOJI);
	struct advice both = advice_with(&list, pair);
	assert_int_equal(both.parts, 1);
	assert_int_equal(both.changes, 2);
	assert_int_equal(advice_with(&list, ADVICE_BIT(ADVICE_QUOTES)).parts, 0);
	/* what saves a part alone is not offered with others as well */
	(void)str_copy(text, sizeof(text), "it\u2019s  ");
	for (int i = 0; i < 10; i++)
		(void)str_append(text, sizeof(text), "abcdefghi ");
	(void)str_append(text, sizeof(text), "end");
	list = advice_of(text, scratch, sizeof(scratch));
	assert_int_equal(list.count, 2);
	assert_int_equal(list.at[0].kinds, ADVICE_BIT(ADVICE_QUOTES));
	assert_int_equal(list.at[1].kinds, ADVICE_BIT(ADVICE_DOUBLE_SPACES));
	assert_int_equal(list.at[1].parts, 2);
	/* nothing to save, nothing said */
	list = advice_of("Plain and short.", scratch, sizeof(scratch));
	assert_int_equal(list.count, 0);
}

static void persian_saves_units(void **state)
{
	(void)state;
	char scratch[1024];
	struct advice_list list = advice_of("\u0645\u06CC\u200C\u0631\u0648\u0645  "
					    "\u06A9\u0627\u0631\u200C\u0647\u0627",
		scratch, sizeof(scratch));
	assert_int_equal(list.now.units, 14);
	struct advice a = advice_with(&list, ADVICE_BIT(ADVICE_ZWNJ_IDLE));
	assert_int_equal(a.units, 13);
	a = advice_with(&list, ADVICE_BIT(ADVICE_ZWNJ));
	assert_int_equal(a.units, 12);
	a = advice_with(&list, ADVICE_BIT(ADVICE_DOUBLE_SPACES));
	assert_int_equal(a.units, 13);
}

static size_t odd_text(struct random *r, char *text, size_t count)
{
	static const uint32_t pool[] = { 'a', 'B', ' ', ' ', '\n', '.', 0x2019, 0x2014,
		0x2026, 0xA0, 0xA9, 0xBD, 0x200B, 0x3B1, 0x3C2, 0x3AF, 0x1F00, 0x1EA1,
		0x1B0, 0xE7, 0x15F, 0x640, 0x200C, 0x6CC, 0x631, 0x1F600, 0x200D, 0x1F1EC,
		0xFE0F, 0x20E3, '1', 0x202E, 0x915, 0x10FFFF };
	size_t len = 0;
	uint32_t some = 2 + random_below(r, 32);
	for (size_t i = 0; i < count; i++) {
		uint32_t pick =
			random_below(r, 2) ? random_below(r, some) : random_below(r, 7);
		len += str_utf8_put(pool[pick], text + len);
	}
	return len;
}

/* Each row, when its changes are made, costs what it says and less than now. */
static void savings_are_true(void **state)
{
	(void)state;
	struct random r = random_from(51);
	for (int round = 0; round < 3000; round++) {
		char text[4 * 300], other[ADVICE_SIZE(4 * 300)];
		char scratch[ADVICE_SIZE(4 * 300)];
		size_t len = odd_text(&r, text, random_below(&r, 300)), other_len = 0;
		struct split_options opts = { .ref16 = round % 2 == 0 };
		const struct advice_meter meter = { .opts = &opts };
		const struct advice_text all = whole(text, len);
		struct advice_list list;
		struct split_plan plan;
		assert_int_equal(
			advice_find(&all, &meter, scratch, ADVICE_SIZE(len), &list),
			ERR_OK);
		for (uint8_t i = 0; i < list.count; i++) {
			const struct advice *a = &list.at[i];
			assert_int_equal(advice_apply(&all, a->kinds, other,
						 ADVICE_SIZE(len), &other_len),
				ERR_OK);
			assert_int_equal(split_plan(other, other_len, &opts, &plan), 0);
			assert_int_equal(plan.parts, a->parts);
			assert_int_equal(plan.units, a->units);
			assert_int_equal(plan.units_left, a->units_left);
			assert_true(a->changes > 0);
			assert_true(a->parts <= list.now.parts);
			assert_true(a->parts < list.now.parts ||
				    a->alphabet != list.now.alphabet ||
				    a->units < list.now.units);
		}
	}
}

static void changes_walk_in_order(void **state)
{
	(void)state;
	struct random r = random_from(52);
	for (int round = 0; round < 3000; round++) {
		char text[4 * 200];
		size_t len = odd_text(&r, text, random_below(&r, 200)), pos = 0;
		uint32_t kinds = random_below(&r, 1u << ADVICE_KINDS);
		const struct advice_text all = whole(text, len);
		struct advice_walk walk = advice_walk_start(&all, kinds);
		struct advice_change change;
		while (advice_next(&walk, &change)) {
			assert_true(change.offset >= pos && change.len > 0);
			assert_true((size_t)change.offset + change.len <= len);
			assert_true((kinds & ADVICE_BIT(change.kind)) != 0);
			assert_true(change.to_len < sizeof(change.to));
			assert_true(str_is_utf8(text + change.offset, change.len, NULL));
			pos = (size_t)change.offset + change.len;
		}
		assert_int_equal(walk.pos, len);
	}
}

/* Names of placeholders are nobody's to change; the text between them is, up to their
 * edges. */
static void kept_spans_stay(void **state)
{
	(void)state;
	static const struct {
		const char *text, *to;
		struct advice_span keep[2];
		size_t n;
	} rows[] = {
		{ "\u201Ca\u201D {\u2026} \u2026", "\"a\" {\u2026} ...", { { 8, 13 } },
			1 },
		{ "{\u03CC}\u03CC{\u1EA1}", "{\u03CC}O{\u1EA1}", { { 0, 4 }, { 6, 11 } },
			2 },
		{ "{x}", "{x}", { { 0, 3 } }, 1 },
		{ "a  {x}  ", "a {x}", { { 3, 6 } }, 1 },
		/* a run ends where a span begins */
		{ "a   b", "a   b", { { 2, 3 } }, 1 },
		{ "a    b", "a   b", { { 3, 4 } }, 1 },
		{ "|\U0001F600 }", "| }", { { 5, 7 } }, 1 },
		/* a name in Vietnamese makes no text Vietnamese */
		{ "caf\u00EA{\u1EA1}", "cafe{\u1EA1}", { { 5, 10 } }, 1 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct advice_text text = whole(rows[i].text, strlen(rows[i].text));
		char out[200];
		size_t len = 0;
		text.keep = rows[i].keep;
		text.n_keep = rows[i].n;
		assert_int_equal(advice_apply(&text, ~0u, out, sizeof(out), &len), 0);
		assert_string_equal(out, rows[i].to);
	}
	const struct advice_span name = { 5, 10 };
	const struct advice_text named = { "caf\u00EA{\u1EA1}", 10, &name, 1 };
	struct advice_walk walk = advice_walk_start(&named, ~0u);
	assert_false(walk.is_vietnamese);
}

static void what_is_no_text_is_refused(void **state)
{
	(void)state;
	char out[64];
	size_t len = 0;
	struct advice_list list = { .count = 77 };
	struct warning_list warnings = { .len = 77 };
	const struct advice_text bad = whole("a\xFF", 2), dots = whole("\u2026", 3);
	assert_int_equal(advice_apply(&bad, ~0u, out, sizeof(out), &len), ERR_INPUT);
	assert_int_equal(advice_find(&bad, NULL, out, sizeof(out), &list), ERR_INPUT);
	assert_int_equal(advice_find(&dots, NULL, out, 3, &list), ERR_MEM);
	assert_int_equal(list.count, 77);
	assert_int_equal(warning_find("a\xC3", 2, NULL, &warnings), ERR_INPUT);
	assert_int_equal(warnings.len, 77);
	for (unsigned i = 0; i < ADVICE_KINDS; i++)
		assert_true(strlen(advice_kind_name((enum advice_kind)i)) > 3);
	for (unsigned i = 0; i < WARNING_KINDS; i++)
		assert_true(strlen(warning_kind_name((enum warning_kind)i)) > 3);
}

static const struct {
	const char *text;
	enum warning_kind kind; /* WARNING_KINDS: none at all */
	uint32_t offset, len, at;
} warned[] = {
	{ "Plain text, \u03BA\u03B1\u03B9 \u0434\u0430, \u0633\u0644\u0627\u0645 1.",
		WARNING_KINDS, 0, 0, 0 },
	{ "", WARNING_KINDS, 0, 0, 0 },
	/* Cyrillic a in PayPal; Greek omicron; Latin o in a Greek word */
	{ "see P\u0430ypal now", WARNING_SCRIPT, 4, 7, 5 },
	{ "G\u03BF\u03BFgle", WARNING_SCRIPT, 0, 8, 1 },
	{ "\u03BA\u03B1\u03BBo\u03C2", WARNING_SCRIPT, 0, 9, 6 },
	{ "\u0441\u043Fac\u0438\u0431\u043E", WARNING_SCRIPT, 0, 12, 4 },
	/* letters of two scripts that nobody takes for one another */
	{ "SMS\u03BB\u03AC\u03BA\u03B9 10\u03BC", WARNING_KINDS, 0, 0, 0 },
	{ "\u03A9mega", WARNING_KINDS, 0, 0, 0 },
	/* Greek in capitals as GSM 7 bit has them */
	{ "KA\u039BHMEPA \u03A6\u03A9\u03A3A", WARNING_KINDS, 0, 0, 0 },
	{ "g\u043Eod", WARNING_SCRIPT, 0, 5, 1 },
	{ "ab\u200Bc", WARNING_INVISIBLE, 2, 3, 2 },
	{ "a\u200Cb", WARNING_INVISIBLE, 1, 3, 1 },
	{ "x\u00ADy", WARNING_INVISIBLE, 1, 2, 1 },
	{ "\u0645\u06CC\u200C\u0631\u0648\u0645 \U0001F468\u200D\U0001F469 "
	  "\u2764\uFE0F\u200D\U0001F525",
		WARNING_KINDS, 0, 0, 0 },
	{ "abc\u202Etxt.exe", WARNING_BIDI, 3, 3, 3 },
	{ "\u200Fa", WARNING_BIDI, 0, 3, 0 },
	{ "\u06A9\u062A\u0627\u0628 \u0639\u0644\u064A", WARNING_ARABIC, 13, 2, 13 },
	{ "\u0643\u062A\u0627\u0628 \u0639\u0644\u064A", WARNING_KINDS, 0, 0, 0 },
};

static void warnings_are_where_they_belong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(warned) / sizeof(warned[0]); i++) {
		struct warning_list list;
		assert_int_equal(
			warning_find(warned[i].text, strlen(warned[i].text), NULL, &list),
			ERR_OK);
		bool wants = warned[i].kind != WARNING_KINDS;
		if (list.len != wants)
			fail_msg("%u warnings for \"%s\"", list.len, warned[i].text);
		if (!wants)
			continue;
		const struct warning *w = &list.at[0];
		assert_int_equal(w->kind, warned[i].kind);
		assert_int_equal(w->offset, warned[i].offset);
		assert_int_equal(w->len, warned[i].len);
		assert_int_equal(w->at, warned[i].at);
		assert_int_equal(list.count[w->kind], 1);
	}
}

static unsigned links_cut(const char *link, size_t before)
{
	char text[600] = "";
	struct split_plan plan;
	struct warning_list list;
	memset(text, 'a', before);
	text[before] = '\0';
	(void)str_append(text, sizeof(text), " ");
	(void)str_append(text, sizeof(text), link);
	(void)str_append(text, sizeof(text), " and so on and so on and so on");
	assert_int_equal(split_plan(text, strlen(text), NULL, &plan), ERR_OK);
	assert_int_equal(warning_find(text, strlen(text), &plan, &list), ERR_OK);
	if (list.count[WARNING_LINK_CUT] == 1) {
		assert_int_equal(list.at[0].offset, before + 1);
		assert_int_equal(list.at[0].len, strlen(link));
		assert_int_equal(list.at[0].at, 153);
	}
	return list.count[WARNING_LINK_CUT];
}

static void links_that_a_cut_parts_are_named(void **state)
{
	(void)state;
	assert_int_equal(links_cut("https://example.com/offer?x=1", 140), 1);
	assert_int_equal(links_cut("HTTP://example.com/", 140), 1);
	assert_int_equal(links_cut("www.example.com", 145), 1);
	assert_int_equal(links_cut("example.com/offer", 145), 1);
	assert_int_equal(links_cut("bit.ly/3xYzAb", 145), 1);
	assert_int_equal(
		links_cut("https://example.com/offer", 152), 0); /* starts there */
	assert_int_equal(links_cut("https://example.com/offer", 127), 0); /* ends there */
	assert_int_equal(links_cut("https://example.com/offer", 128), 1);
	assert_int_equal(links_cut("https://example.com/offer", 20), 0);
	assert_int_equal(links_cut("and/or.but-no.link", 145), 0);
	assert_int_equal(links_cut("end.Next sentence", 150), 0);
}

static void many_warnings_are_counted(void **state)
{
	(void)state;
	char text[3 * 100 + 1];
	struct warning_list list;
	for (int i = 0; i < 100; i++)
		memcpy(text + 3 * i, "\u200B", 4);
	assert_int_equal(warning_find(text, 300, NULL, &list), ERR_OK);
	assert_int_equal(list.count[WARNING_INVISIBLE], 100);
	assert_int_equal(list.len, WARNING_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_are_what_they_should_be),
		cmocka_unit_test(tables_are_in_order_and_fit_the_alphabet),
		cmocka_unit_test(savings_are_named),
		cmocka_unit_test(persian_saves_units),
		cmocka_unit_test(savings_are_true),
		cmocka_unit_test(changes_walk_in_order),
		cmocka_unit_test(kept_spans_stay),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(warnings_are_where_they_belong),
		cmocka_unit_test(links_that_a_cut_parts_are_named),
		cmocka_unit_test(many_warnings_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
