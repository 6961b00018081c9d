#include "firmware/sms/warning.h"

#include <stdbool.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/cluster.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/script.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *warning_kind_name(enum warning_kind kind)
{
	static const char *const names[WARNING_KINDS] = {
		[WARNING_SCRIPT] = "mixed_script",
		[WARNING_ARABIC] = "arabic_letter",
		[WARNING_INVISIBLE] = "invisible",
		[WARNING_BIDI] = "bidi",
		[WARNING_LINK_CUT] = "link_cut",
	};
	return kind < WARNING_KINDS ? names[kind] : "";
}

static void warning_add(struct warning_list *list, const struct warning *warning)
{
	list->count[warning->kind]++;
	if (list->len < WARNING_MAX)
		list->at[list->len++] = *warning;
}

/* The letters of one script in a word. */
struct share {
	uint32_t count;
	uint32_t first_at;
	uint32_t first;
};

struct word {
	size_t start;
	struct share of[SCRIPT_CYRILLIC + 1];
	bool is_gsm_greek; /* its Greek letters are capitals that GSM 7 bit has */
};

static void word_letter_add(
	struct word *w, enum script script, uint32_t code_point, size_t pos)
{
	struct gsm7_alphabet gsm7;
	struct share *share = &w->of[script];
	if (share->count++ == 0) {
		share->first_at = (uint32_t)pos;
		share->first = code_point;
	}
	(void)gsm7_alphabet_get(GSM7_DEFAULT, GSM7_DEFAULT, &gsm7); /* always exists */
	if (script == SCRIPT_GREEK && gsm7_cost(&gsm7, code_point) == 0)
		w->is_gsm_greek = false;
}

/* Whether all letters of one script in text[start..end) look like the other's. */
static bool is_disguised(
	const char *text, size_t start, size_t end, enum script script, enum script as)
{
	uint32_t code_point = 0;
	for (size_t pos = start; pos < end;) {
		pos += (size_t)str_utf8_next(text + pos, end - pos, &code_point);
		if (script_of(code_point) == script && !script_looks_like(code_point, as))
			return false;
	}
	return true;
}

/* Greek in capitals for GSM 7 bit takes A, B, E from Latin: that is no disguise. */
static bool is_wanted_mix(const struct word *w, enum script hidden, enum script seen)
{
	return hidden == SCRIPT_LATIN && seen == SCRIPT_GREEK && w->is_gsm_greek;
}

static void word_check(
	const char *text, const struct word *w, size_t end, struct warning_list *out)
{
	for (int a = SCRIPT_LATIN; a <= SCRIPT_CYRILLIC; a++) {
		for (int b = SCRIPT_LATIN; b <= SCRIPT_CYRILLIC; b++) {
			enum script hidden = (enum script)a, seen = (enum script)b;
			const struct share *few = &w->of[a], *many = &w->of[b];
			/* of two that look alike, the other one is rather Latin */
			bool is_less = few->count < many->count ||
				       (few->count == many->count && b < a);
			if (a == b || few->count == 0 || many->count == 0 || !is_less ||
				is_wanted_mix(w, hidden, seen) ||
				!is_disguised(text, w->start, end, hidden, seen))
				continue;
			warning_add(out,
				&(struct warning){ WARNING_SCRIPT, (uint32_t)w->start,
					(uint32_t)(end - w->start), few->first_at,
					few->first });
			return;
		}
	}
}

static void words_check(const char *text, size_t len, struct warning_list *out)
{
	struct word word = { .is_gsm_greek = true };
	bool is_inside = false;
	for (size_t pos = 0, next = 0; pos < len; pos = next) {
		uint32_t code_point = 0;
		next = pos + (size_t)str_utf8_next(text + pos, len - pos, &code_point);
		enum script script = script_of(code_point);
		bool is_letter = script != SCRIPT_NONE && script != SCRIPT_ARABIC;
		if (!is_letter && cluster_class_of(code_point) == CLUSTER_EXTEND)
			continue;
		if (is_inside && !is_letter)
			word_check(text, &word, pos, out);
		if (is_letter && !is_inside)
			word = (struct word){ .start = pos, .is_gsm_greek = true };
		if (is_letter)
			word_letter_add(&word, script, code_point, pos);
		is_inside = is_letter;
	}
	if (is_inside)
		word_check(text, &word, len, out);
}

/* Letters that Persian has and Arabic has not. */
static bool is_persian(uint32_t code_point)
{
	static const uint16_t letters[] = { 0x67E, 0x686, 0x698, 0x6A9, 0x6AF, 0x6CC };
	for (size_t i = 0; i < COUNT(letters); i++) {
		if (letters[i] == code_point)
			return true;
	}
	return false;
}

static bool is_arabic_double(uint32_t code_point)
{
	return code_point == 0x643 || code_point == 0x649 || code_point == 0x64A;
}

static bool is_bidi_control(uint32_t code_point)
{
	return code_point == 0x61C || code_point == 0x200E || code_point == 0x200F ||
	       (code_point >= 0x202A && code_point <= 0x202E) ||
	       (code_point >= 0x2066 && code_point <= 0x2069);
}

static bool is_never_seen(uint32_t code_point)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = { { 0x01, 0x08 }, { 0x0B, 0x0C }, { 0x0E, 0x1F }, { 0x7F, 0x9F },
		{ 0xAD, 0xAD }, { 0x34F, 0x34F }, { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 },
		{ 0x180E, 0x180E }, { 0x200B, 0x200B }, { 0x2060, 0x2064 },
		{ 0x206A, 0x206F }, { 0x3164, 0x3164 }, { 0xFEFF, 0xFEFF },
		{ 0xFFA0, 0xFFA0 }, { 0xFFF9, 0xFFFB } };
	for (size_t i = 0; i < COUNT(ranges) && code_point >= ranges[i].first; i++) {
		if (code_point <= ranges[i].last)
			return true;
	}
	return false;
}

/* Joiners do their work between letters that join, and emoji. */
static bool is_idle_joiner(uint32_t code_point, uint32_t last)
{
	if (code_point != 0x200C && code_point != 0x200D)
		return false;
	bool may_join = last >= 0x600 && !(last >= 0x2000 && last < 0x2300);
	return !may_join && last != 0xFE0F;
}

static void characters_check(const char *text, size_t len, struct warning_list *out)
{
	uint32_t last = 0, code_point = 0;
	bool has_persian = false;
	for (size_t pos = 0; pos < len;) {
		pos += (size_t)str_utf8_next(text + pos, len - pos, &code_point);
		has_persian = has_persian || is_persian(code_point);
	}
	for (size_t pos = 0, next = 0; pos < len; pos = next, last = code_point) {
		next = pos + (size_t)str_utf8_next(text + pos, len - pos, &code_point);
		if (code_point >= ' ' && code_point < 0x7F)
			continue;
		enum warning_kind kind = WARNING_KINDS;
		if (is_bidi_control(code_point))
			kind = WARNING_BIDI;
		else if (is_never_seen(code_point) || is_idle_joiner(code_point, last))
			kind = WARNING_INVISIBLE;
		else if (has_persian && is_arabic_double(code_point))
			kind = WARNING_ARABIC;
		if (kind != WARNING_KINDS)
			warning_add(out, &(struct warning){ kind, (uint32_t)pos,
						 (uint32_t)(next - pos), (uint32_t)pos,
						 code_point });
	}
}

static bool is_link_char(char c)
{
	return c > ' ' && c != '"' && c != '<' && c != '>' && c != 0x7F &&
	       (c & 0x80) == 0;
}

static bool starts_with(const char *text, size_t len, const char *prefix)
{
	for (; *prefix != '\0'; prefix++, text++, len--) {
		char c = len > 0 ? *text : '\0';
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != *prefix)
			return false;
	}
	return true;
}

static bool is_label_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-';
}

/* A name and a path as people write links: example.com/offer. */
static bool is_host_and_path(const char *text, size_t len)
{
	size_t pos = 0, dots = 0, label = 0;
	for (; pos < len && (is_label_char(text[pos]) || text[pos] == '.'); pos++) {
		if (text[pos] == '.' && label == 0)
			return false;
		dots += text[pos] == '.';
		label = text[pos] == '.' ? 0 : label + 1;
	}
	return dots > 0 && label >= 2 && pos < len && text[pos] == '/';
}

static bool is_link(const char *text, size_t len)
{
	return starts_with(text, len, "http://") || starts_with(text, len, "https://") ||
	       starts_with(text, len, "www.") || is_host_and_path(text, len);
}

static void link_check(const struct split_plan *plan, const char *text, size_t start,
	size_t end, struct warning_list *out)
{
	for (unsigned i = 1; i < plan->parts; i++) {
		size_t cut = plan->start[i];
		if (cut <= start || cut >= end)
			continue;
		uint32_t code_point = 0;
		(void)str_utf8_next(text + cut, end - cut, &code_point); /* it is UTF-8 */
		warning_add(out,
			&(struct warning){ WARNING_LINK_CUT, (uint32_t)start,
				(uint32_t)(end - start), (uint32_t)cut, code_point });
		return;
	}
}

static void links_check(const char *text, size_t len, const struct split_plan *plan,
	struct warning_list *out)
{
	for (size_t pos = 0, end = 0; pos < len; pos = end + 1) {
		while (pos < len && (!is_label_char(text[pos])))
			pos++;
		for (end = pos; end < len && is_link_char(text[end]);)
			end++;
		if (end > pos && is_link(text + pos, end - pos))
			link_check(plan, text, pos, end, out);
	}
}

enum err warning_find(const char *text, size_t len, const struct split_plan *plan,
	struct warning_list *out)
{
	struct warning_list list = { 0 };
	if (!str_is_utf8(text, len, NULL))
		return ERR_INPUT;
	words_check(text, len, &list);
	characters_check(text, len, &list);
	if (plan != NULL && plan->parts > 1)
		links_check(text, len, plan, &list);
	*out = list;
	return ERR_OK;
}
