#include "firmware/sms/advice.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/advice_tables.h"
#include "firmware/sms/cluster.h"
#include "firmware/sms/script.h"

#define ZWNJ 0x200C
#define TATWEEL 0x640
#define EMOJI_STYLE 0xFE0F
#define KEYCAP 0x20E3
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *advice_kind_name(enum advice_kind kind)
{
	static const char *const names[ADVICE_KINDS] = {
		[ADVICE_QUOTES] = "quotes",
		[ADVICE_DASHES] = "dashes",
		[ADVICE_ELLIPSIS] = "ellipsis",
		[ADVICE_SPACES] = "spaces",
		[ADVICE_SYMBOLS] = "symbols",
		[ADVICE_INVISIBLE] = "invisible",
		[ADVICE_DOUBLE_SPACES] = "double_spaces",
		[ADVICE_TATWEEL] = "tatweel",
		[ADVICE_ZWNJ_IDLE] = "zwnj_idle",
		[ADVICE_ZWNJ] = "zwnj",
		[ADVICE_EMOJI] = "emoji",
		[ADVICE_GREEK] = "greek_capitals",
		[ADVICE_VIETNAMESE] = "vietnamese_plain",
		[ADVICE_LATIN] = "latin_plain",
	};
	return kind < ADVICE_KINDS ? names[kind] : "";
}

static bool wants(const struct advice_walk *w, enum advice_kind kind)
{
	return (w->kinds & ADVICE_BIT(kind)) != 0;
}

/* The character at pos, 0 at the end and where the text is not UTF-8. */
static uint32_t peek(const struct advice_walk *w, size_t pos, size_t *out_bytes)
{
	uint32_t code_point = 0;
	int n = pos < w->len ? str_utf8_next(w->text + pos, w->len - pos, &code_point)
			     : 0;
	*out_bytes = n > 0 ? (size_t)n : 0;
	return n > 0 ? code_point : 0;
}

/* The character before pos, 0 at the start. */
static uint32_t peek_back(const struct advice_walk *w, size_t pos)
{
	size_t bytes = 0;
	if (pos == 0)
		return 0;
	do
		pos--;
	while (pos > 0 && ((unsigned char)w->text[pos] & 0xC0) == 0x80);
	return peek(w, pos, &bytes);
}

static bool is_space_or_end(uint32_t code_point)
{
	return code_point == 0 || code_point == ' ' || code_point == '\n';
}

/* Sets a change of len bytes at the walk's place. */
static bool change_set(const struct advice_walk *w, enum advice_kind kind, size_t len,
	const char *to, struct advice_change *out)
{
	*out = (struct advice_change){ .kind = kind,
		.offset = (uint32_t)w->pos,
		.len = (uint32_t)len,
		.to_len = (uint8_t)strlen(to) };
	(void)str_copy(out->to, sizeof(out->to), to); /* the tables' longest is 4 */
	return true;
}

typedef bool (*rule_fn)(const struct advice_walk *w, uint32_t code_point, size_t bytes,
	struct advice_change *out);

static bool spaces_rule(const struct advice_walk *w, uint32_t code_point, size_t bytes,
	struct advice_change *out)
{
	size_t end = w->pos + bytes;
	if (code_point != ' ')
		return false;
	while (end < w->len && w->text[end] == ' ')
		end++;
	bool is_last = end == w->len || w->text[end] == '\n';
	if (!is_last && end == w->pos + 1)
		return false;
	return change_set(w, ADVICE_DOUBLE_SPACES, end - w->pos, is_last ? "" : " ", out);
}

/* Letters after which Arabic script does not join: ZWNJ parts nothing there. */
static bool is_non_joining(uint32_t code_point)
{
	static const uint16_t letters[] = { 0x621, 0x622, 0x623, 0x624, 0x625, 0x627,
		0x629, 0x62F, 0x630, 0x631, 0x632, 0x648, 0x671, 0x672, 0x673, 0x675,
		0x688, 0x689, 0x68A, 0x68B, 0x68C, 0x68D, 0x68E, 0x68F, 0x690, 0x691,
		0x692, 0x693, 0x694, 0x695, 0x696, 0x697, 0x698, 0x699, 0x6C0, 0x6C3,
		0x6C4, 0x6C5, 0x6C6, 0x6C7, 0x6C8, 0x6C9, 0x6CA, 0x6CB, 0x6CD, 0x6CF,
		0x6D2, 0x6D3, 0x6D5 };
	for (size_t i = 0; i < COUNT(letters); i++) {
		if (letters[i] == code_point)
			return true;
	}
	return false;
}

static bool is_arabic_letter(uint32_t code_point)
{
	return script_of(code_point) == SCRIPT_ARABIC;
}

static bool zwnj_rule(const struct advice_walk *w, uint32_t code_point, size_t bytes,
	struct advice_change *out)
{
	size_t next_bytes = 0;
	if (code_point != ZWNJ)
		return false;
	uint32_t last = peek_back(w, w->pos);
	uint32_t next = peek(w, w->pos + bytes, &next_bytes);
	if (!is_arabic_letter(last) && !is_arabic_letter(next))
		return false;
	bool is_idle = !is_arabic_letter(last) || is_non_joining(last) ||
		       !is_arabic_letter(next);
	if (is_idle && wants(w, ADVICE_ZWNJ_IDLE))
		return change_set(w, ADVICE_ZWNJ_IDLE, bytes, "", out);
	return wants(w, ADVICE_ZWNJ) && change_set(w, ADVICE_ZWNJ, bytes, "", out);
}

static bool tatweel_rule(const struct advice_walk *w, uint32_t code_point, size_t bytes,
	struct advice_change *out)
{
	return code_point == TATWEEL && change_set(w, ADVICE_TATWEEL, bytes, "", out);
}

/* A cluster that is shown as an emoji. Some signs are one only if they say so. */
static bool is_emoji(const struct advice_walk *w, size_t pos, size_t end)
{
	size_t bytes = 0;
	uint32_t first = peek(w, pos, &bytes), code_point = 0;
	enum cluster_class class = cluster_class_of(first);
	bool has_style = false, is_keycap = false;
	if (first == 0)
		return false;
	for (size_t at = pos; at < end; at += bytes) {
		code_point = peek(w, at, &bytes);
		if (bytes == 0)
			return false;
		has_style = has_style || code_point == EMOJI_STYLE;
		is_keycap = is_keycap || code_point == KEYCAP;
	}
	return is_keycap || class == CLUSTER_FLAG ||
	       (class == CLUSTER_PICTURE && (first >= 0x231A || has_style));
}

/* A run of them with one of the spaces around it. */
static bool emoji_rule(const struct advice_walk *w, uint32_t code_point, size_t bytes,
	struct advice_change *out)
{
	size_t end = w->pos, next = w->pos + bytes, next_bytes = 0;
	enum cluster_class class = cluster_class_of(code_point);
	bool is_keycap =
		code_point <= '9' && next < w->len && (w->text[next] & 0x80) != 0;
	if (class != CLUSTER_PICTURE && class != CLUSTER_FLAG && !is_keycap)
		return false;
	while (end < w->len) {
		next = cluster_next(w->text, w->len, end);
		if (!is_emoji(w, end, next))
			break;
		end = next;
	}
	if (end == w->pos)
		return false;
	if (is_space_or_end(peek_back(w, w->pos)) && peek(w, end, &next_bytes) == ' ')
		end += next_bytes;
	return change_set(w, ADVICE_EMOJI, end - w->pos, "", out);
}

static bool is_direction_mark(uint32_t code_point)
{
	return code_point == 0x61C || code_point == 0x200E || code_point == 0x200F ||
	       (code_point >= 0x202A && code_point <= 0x202E) ||
	       (code_point >= 0x2066 && code_point <= 0x2069);
}

static bool swap_rule(const struct advice_walk *w, uint32_t code_point, size_t bytes,
	struct advice_change *out)
{
	size_t low = 0, high = ADVICE_SWAPS;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (advice_swaps[middle].from < code_point)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == ADVICE_SWAPS || advice_swaps[low].from != code_point)
		return false;
	enum advice_kind kind = (enum advice_kind)advice_swaps[low].kind;
	if (!wants(w, kind) || (w->has_rtl && is_direction_mark(code_point)))
		return false;
	return change_set(w, kind, bytes, advice_swaps[low].to, out);
}

/* The letter of a run table for a code point, '-' if it has none. */
static char run_letter(const struct advice_run *runs, size_t count, uint32_t code_point)
{
	for (size_t i = 0; i < count; i++) {
		if (code_point >= runs[i].first &&
			code_point - runs[i].first < runs[i].count)
			return runs[i].letters[code_point - runs[i].first];
	}
	return '-';
}

static bool letter_set(const struct advice_walk *w, enum advice_kind kind, size_t bytes,
	char letter, struct advice_change *out)
{
	const char to[2] = { letter, '\0' };
	if (letter == '-')
		return false;
	return change_set(w, kind, bytes, letter == '_' ? "" : to, out);
}

static bool greek_rule(const struct advice_walk *w, uint32_t code_point, size_t bytes,
	struct advice_change *out)
{
	char letter = run_letter(advice_greek, ADVICE_GREEK_RUNS, code_point);
	if (letter < 'a' || letter > 'z')
		return letter_set(w, ADVICE_GREEK, bytes, letter, out);
	char utf8[5] = "";
	uint32_t capital = advice_greek_letter[letter - 'a'];
	utf8[str_utf8_put(capital, utf8)] = '\0';
	return capital != code_point && change_set(w, ADVICE_GREEK, bytes, utf8, out);
}

static bool vietnamese_rule(const struct advice_walk *w, uint32_t code_point,
	size_t bytes, struct advice_change *out)
{
	return w->is_vietnamese &&
	       letter_set(w, ADVICE_VIETNAMESE, bytes,
		       run_letter(advice_vietnamese, ADVICE_VIETNAMESE_RUNS, code_point),
		       out);
}

static bool latin_rule(const struct advice_walk *w, uint32_t code_point, size_t bytes,
	struct advice_change *out)
{
	return letter_set(w, ADVICE_LATIN, bytes,
		run_letter(advice_latin, ADVICE_LATIN_RUNS, code_point), out);
}

#define TYPOGRAPHY                                                                       \
	(ADVICE_BIT(ADVICE_QUOTES) | ADVICE_BIT(ADVICE_DASHES) |                         \
		ADVICE_BIT(ADVICE_ELLIPSIS) | ADVICE_BIT(ADVICE_SPACES) |                \
		ADVICE_BIT(ADVICE_SYMBOLS) | ADVICE_BIT(ADVICE_INVISIBLE))

/* In the order in which they are tried at a place. */
static const struct {
	uint32_t kinds; /* any of which brings it */
	uint32_t from;	/* no character below is its concern */
	rule_fn rule;
} rules[] = {
	{ ADVICE_BIT(ADVICE_DOUBLE_SPACES), ' ', spaces_rule },
	{ ADVICE_BIT(ADVICE_EMOJI), '#', emoji_rule },
	{ ADVICE_BIT(ADVICE_TATWEEL), TATWEEL, tatweel_rule },
	{ ADVICE_BIT(ADVICE_ZWNJ) | ADVICE_BIT(ADVICE_ZWNJ_IDLE), ZWNJ, zwnj_rule },
	{ TYPOGRAPHY, '\t', swap_rule },
	{ ADVICE_BIT(ADVICE_GREEK), 0x300, greek_rule },
	{ ADVICE_BIT(ADVICE_VIETNAMESE), 0xC0, vietnamese_rule },
	{ ADVICE_BIT(ADVICE_LATIN), 0xC0, latin_rule },
};

/* Letters that Vietnamese alone has: with horn, and those of U+1EA0 on. */
static bool is_vietnamese_letter(uint32_t code_point)
{
	return (code_point >= 0x1EA0 && code_point <= 0x1EF9) || code_point == 0x1A0 ||
	       code_point == 0x1A1 || code_point == 0x1AF || code_point == 0x1B0;
}

/* Where the walk goes on from pos: behind a span that is kept, if it is in one. */
static size_t keep_skip(struct advice_walk *w, size_t pos)
{
	while (w->n_keep > 0 && pos >= w->keep->from) {
		if (pos < w->keep->to)
			pos = w->keep->to;
		w->keep++;
		w->n_keep--;
	}
	return pos;
}

/* Kept spans are somebody's words for the author, so they say nothing of the text. */
static void script_look(struct advice_walk w, struct advice_walk *out)
{
	size_t bytes = 0;
	for (size_t pos = keep_skip(&w, 0); pos < w.len;
		pos = keep_skip(&w, pos + bytes)) {
		uint32_t code_point = peek(&w, pos, &bytes);
		if (bytes == 0)
			break;
		if (code_point < 0x80)
			continue;
		out->has_rtl = out->has_rtl || script_is_rtl(code_point);
		out->is_vietnamese =
			out->is_vietnamese || is_vietnamese_letter(code_point);
	}
}

struct advice_walk advice_walk_start(const struct advice_text *text, uint32_t kinds)
{
	struct advice_walk w = { .text = text->text,
		.len = text->len,
		.keep = text->keep,
		.n_keep = text->n_keep,
		.kinds = kinds };
	script_look(w, &w);
	return w;
}

/* A run of spaces or emoji ends where a kept span begins. False if nothing of the change
 * is left then. */
static bool keep_clear(const struct advice_walk *w, struct advice_change *change)
{
	if (w->n_keep == 0 || change->offset + change->len <= w->keep->from)
		return true;
	change->len = w->keep->from - change->offset;
	return change->len != change->to_len ||
	       memcmp(w->text + change->offset, change->to, change->len) != 0;
}

/* Most of most texts, which no rule touches. */
static bool is_plain_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool advice_next(struct advice_walk *walk, struct advice_change *out)
{
	while (walk->pos < walk->len) {
		size_t bytes = 0;
		walk->pos = keep_skip(walk, walk->pos);
		if (walk->pos < walk->len && is_plain_letter(walk->text[walk->pos])) {
			walk->pos++;
			continue;
		}
		if (walk->pos >= walk->len)
			break;
		uint32_t code_point = peek(walk, walk->pos, &bytes);
		if (bytes == 0)
			return false;
		for (size_t i = 0; i < COUNT(rules); i++) {
			if ((walk->kinds & rules[i].kinds) != 0 &&
				code_point >= rules[i].from &&
				rules[i].rule(walk, code_point, bytes, out) &&
				keep_clear(walk, out)) {
				walk->pos += out->len;
				return true;
			}
		}
		walk->pos += bytes;
	}
	return false;
}
