#include "firmware/office/desk/keywords.h"

#include <string.h>

#include "firmware/base/buf.h"
#include "firmware/base/str.h"
#include "firmware/base/text.h"

#define READ_OCTETS_MAX 600 /* a longer text is for a person */
#define FOLDED_MAX 2048
#define WORDS_MAX 16 /* a longer text is for a person */
#define CLAUSES_MAX 8
#define CLAUSE_TEXT_WORDS_MAX 9 /* of a text in which one clause may be the keyword */
#define GAP_MAX 2
#define SLIP_LETTERS_MIN 9 /* of a word in which one letter may be wrong */
#define SLIP_LETTERS_MAX 20

const struct vstr intent_names[] = {
	{ INTENT_OTHER, "other" },
	{ INTENT_STOP, "stop" },
	{ INTENT_START, "start" },
	{ INTENT_HELP, "help" },
	{ 0, NULL },
};

struct word {
	const char *s;
	size_t len;
};

struct words {
	size_t n;
	struct word at[WORDS_MAX];     /* folded */
	struct word marked[WORDS_MAX]; /* the same with marks */
	char folded[FOLDED_MAX], with_marks[FOLDED_MAX];
};

static size_t split_words(const char *s, struct word out[WORDS_MAX])
{
	size_t n = 0;
	while (*s && n <= WORDS_MAX) {
		size_t len = strcspn(s, " ");
		if (n < WORDS_MAX)
			out[n] = (struct word){ s, len };
		n++;
		s += len + (s[len] == ' ');
	}
	return n;
}

/* False: too long, or no text. */
static bool read_words(const char *text, size_t len, struct words *w)
{
	struct buf folded, marked;
	buf_init_fixed(&folded, w->folded, sizeof(w->folded));
	buf_init_fixed(&marked, w->with_marks, sizeof(w->with_marks));
	if (text_fold(text, len, &folded) || text_fold_marked(text, len, &marked))
		return false;
	w->n = split_words(buf_str(&folded), w->at);
	size_t n_marked = split_words(buf_str(&marked), w->marked);
	if (w->n == 0 || w->n > WORDS_MAX)
		return false;
	if (n_marked != w->n)
		memcpy(w->marked, w->at, sizeof(w->at));
	return true;
}

static bool word_is(const struct word *w, const char *s, size_t len)
{
	return w->len == len && memcmp(w->s, s, len) == 0;
}

/* True if w is one of "a|b|c", where "c*" is a beginning. */
static bool word_in(const struct word *w, const char *choices, size_t len)
{
	while (len) {
		const char *bar = memchr(choices, '|', len);
		size_t n = bar ? (size_t)(bar - choices) : len;
		bool is_prefix = n && choices[n - 1] == '*';
		if (is_prefix && w->len >= n - 1 && memcmp(w->s, choices, n - 1) == 0)
			return true;
		if (!is_prefix && word_is(w, choices, n))
			return true;
		len -= bar ? n + 1 : n;
		choices += bar ? n + 1 : n;
	}
	return false;
}

static bool word_is_of(const struct word *w, const char *const *words)
{
	for (; *words; words++) {
		if (word_is(w, *words, strlen(*words)))
			return true;
	}
	return false;
}

static bool is_filler(const struct word *w)
{
	return word_is_of(w, keyword_fillers);
}

static bool names_a_time(const struct words *w)
{
	for (size_t i = 0; i < w->n; i++) {
		if (word_is_of(&w->at[i], keyword_limits))
			return true;
	}
	return false;
}

/* Marks that make another word of it ("đúng" is not "dừng"). */
static bool is_meant(const struct words *w, size_t i)
{
	for (const struct keyword_marked *m = keyword_marked; m->folded; m++) {
		if (word_is(&w->at[i], m->folded, strlen(m->folded)))
			return word_in(&w->marked[i], m->marked, strlen(m->marked));
	}
	return true;
}

static bool are_meant(const struct words *w)
{
	for (size_t i = 0; i < w->n; i++) {
		if (!is_meant(w, i))
			return false;
	}
	return true;
}

/* Joins words[n] by spaces, a word repeated only once ("stop stop stop"), fillers left
 * out if asked. Returns the length, 0 if it does not fit. */
static size_t join(const struct words *w, bool drop_fillers, char *dst, size_t size)
{
	size_t len = 0;
	const struct word *last = NULL;
	for (size_t i = 0; i < w->n; i++) {
		const struct word *x = &w->at[i];
		if (drop_fillers && is_filler(x))
			continue;
		if (last && word_is(last, x->s, x->len))
			continue;
		if (len + x->len + 2 > size)
			return 0;
		if (len)
			dst[len++] = ' ';
		memcpy(dst + len, x->s, x->len);
		len += x->len;
		last = x;
	}
	dst[len] = '\0';
	return len;
}

/* Greek and Cyrillic capitals that look like Latin ones, typed on the wrong layout:
 * "STΟΡ". Only where Latin letters stand beside them. */
static bool latinise(const char *s, char *dst, size_t size)
{
	static const struct {
		uint16_t from;
		char to;
	} alike[] = { { 0x3B1, 'a' }, { 0x3B5, 'e' }, { 0x3B7, 'h' }, { 0x3B9, 'i' },
		{ 0x3BA, 'k' }, { 0x3BC, 'm' }, { 0x3BD, 'n' }, { 0x3BF, 'o' },
		{ 0x3C1, 'p' }, { 0x3C4, 't' }, { 0x3C5, 'y' }, { 0x3C7, 'x' },
		{ 0x430, 'a' }, { 0x435, 'e' }, { 0x43E, 'o' }, { 0x440, 'p' },
		{ 0x442, 't' }, { 0x441, 'c' }, { 0x455, 's' } };
	size_t n = 0, len = strlen(s);
	bool has_latin = false, has_other = false;
	uint32_t cp;
	for (size_t at = 0; at < len;) {
		int step = str_utf8_next(s + at, len - at, &cp);
		if (step <= 0 || n + 1 >= size)
			return false;
		at += (size_t)step;
		char c = cp < 0x80 ? (char)cp : '\0';
		has_latin = has_latin || (c >= 'a' && c <= 'z');
		for (size_t i = 0; !c && i < sizeof(alike) / sizeof(alike[0]); i++)
			c = alike[i].from == cp ? alike[i].to : '\0';
		has_other = has_other || cp >= 0x80;
		if (!c)
			return false;
		dst[n++] = c;
	}
	dst[n] = '\0';
	return has_latin && has_other;
}

/* "s t o p": at least three single letters. */
static bool close_up(const char *s, char *dst, size_t size)
{
	size_t n = 0, letters = 0;
	for (const char *p = s; *p; p++) {
		bool continued = (*p & 0xC0) == 0x80; /* of a character in UTF-8 */
		bool apart = p == s || *p == ' ' || p[-1] == ' ';
		if ((!apart && !continued) || n + 1 >= size)
			return false;
		if (*p != ' ')
			dst[n++] = *p;
		letters += *p != ' ' && !continued;
	}
	dst[n] = '\0';
	return letters > 2;
}

/* Two neighbouring letters swapped, of the one word that everybody types in a hurry. */
static bool is_swapped_stop(const char *s)
{
	static const char *const swapped[] = { "stpo", "sotp", "tsop" };
	for (size_t i = 0; i < sizeof(swapped) / sizeof(swapped[0]); i++) {
		if (str_eq(s, swapped[i]))
			return true;
	}
	return false;
}

/* A long Latin word with one slip: "unsubcribe". Not in other scripts, whose words are
 * short in letters: Persian "do not send" and "do send" differ by one. */
static const struct keyword *find_slip(const char *word)
{
	size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyz");
	if (word[len] || len < SLIP_LETTERS_MIN || len > SLIP_LETTERS_MAX)
		return NULL;
	for (const struct keyword *k = keywords; k->phrase; k++) {
		if (k->strength == KEYWORD_STRONG && !strchr(k->phrase, ' ') &&
			strlen(k->phrase) >= SLIP_LETTERS_MIN &&
			text_distance(word, k->phrase, 1) <= 1)
			return k;
	}
	return NULL;
}

static const struct keyword *find_phrase(const char *phrase, const char *hint)
{
	const char *wanted = is_swapped_stop(phrase) ? "stop" : phrase;
	for (const struct keyword *k = keywords; k->phrase; k++) {
		if (!str_eq(k->phrase, wanted))
			continue;
		if (k->strength == KEYWORD_HINTED && !(hint && str_eq(hint, k->language)))
			continue;
		return k;
	}
	return NULL;
}

/* The whole of the words, as they are, then without fillers. */
static const struct keyword *find_whole(const struct words *w, const char *hint)
{
	char phrase[FOLDED_MAX], other[FOLDED_MAX];
	if (!are_meant(w))
		return NULL;
	for (int drop = 0; drop < 2; drop++) {
		const struct keyword *k = NULL;
		if (!join(w, drop == 1, phrase, sizeof(phrase)))
			continue;
		k = find_phrase(phrase, hint);
		if (!k && latinise(phrase, other, sizeof(other)))
			k = find_phrase(other, hint);
		if (!k && close_up(phrase, other, sizeof(other)))
			k = find_phrase(other, hint);
		if (!k)
			k = find_slip(phrase);
		if (k)
			return k;
	}
	return NULL;
}

static bool is_clause_end(uint32_t cp)
{
	static const uint32_t ends[] = { ',', '.', ';', ':', '!', '?', '\n', '\r', '-',
		'(', ')', '/', 0x060C, 0x061B, 0x061F, 0x2013, 0x2014, 0x2026, 0x00B7,
		0x037E };
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (cp == ends[i])
			return true;
	}
	return false;
}

/* One clause of a short text that is a strong word by itself. */
static const struct keyword *find_clause(const char *text, size_t len, const char *hint)
{
	size_t start = 0, clauses = 0;
	for (size_t at = 0; at <= len && clauses < CLAUSES_MAX;) {
		uint32_t cp = ',';
		int step = at < len ? str_utf8_next(text + at, len - at, &cp) : 1;
		if (step <= 0)
			return NULL;
		if (is_clause_end(cp)) {
			struct words w;
			if (at > start && read_words(text + start, at - start, &w)) {
				const struct keyword *k = find_whole(&w, hint);
				if (k && k->strength == KEYWORD_STRONG)
					return k;
				clauses++;
			}
			start = at + (size_t)step;
		}
		at += (size_t)step;
	}
	return NULL;
}

/* pattern from word i on; gap: words that may be skipped before the next match. */
static bool match_from(const struct words *w, size_t i, const char *pattern, size_t gap)
{
	size_t allowed = 0; /* the first word of the pattern is words[i] itself */
	while (*pattern) {
		size_t len = strcspn(pattern, " "), tried = 0;
		while (i < w->n && tried <= allowed &&
			!(word_in(&w->at[i], pattern, len) && is_meant(w, i))) {
			i++;
			tried++;
		}
		if (i >= w->n || tried > allowed)
			return false;
		i++;
		allowed = gap;
		pattern += len + (pattern[len] == ' ');
	}
	return true;
}

static bool match_pattern(const struct words *w, const char *pattern, bool is_question)
{
	size_t gap = GAP_MAX, last = w->n;
	for (; strchr("!^?~", *pattern); pattern++) {
		if (*pattern == '?' && is_question)
			return false;
		if (*pattern == '~' && names_a_time(w))
			return false;
		if (*pattern == '!')
			gap = 0;
		if (*pattern == '^')
			last = 1;
	}
	for (size_t i = 0; i < last; i++) {
		if (match_from(w, i, pattern, gap))
			return true;
	}
	return false;
}

static bool has_question(const char *text, size_t len)
{
	uint32_t cp;
	for (size_t at = 0; at < len;) {
		int step = str_utf8_next(text + at, len - at, &cp);
		if (step <= 0)
			return false;
		if (cp == '?' || cp == 0x061F || cp == 0x037E)
			return true;
		at += (size_t)step;
	}
	return false;
}

static const char *find_pattern(const struct words *w, bool is_question)
{
	for (const struct keyword_pattern *p = keyword_patterns; p->pattern; p++) {
		if (match_pattern(w, p->pattern, is_question))
			return p->language;
	}
	return NULL;
}

enum intent keywords_read(
	const char *text, size_t len, const char *hint, const char **out_language)
{
	const char *ignored;
	const char **language = out_language ? out_language : &ignored;
	struct words w;
	*language = "";
	if (len > READ_OCTETS_MAX || !read_words(text, len, &w))
		return INTENT_OTHER;
	const struct keyword *k = find_whole(&w, hint);
	if (!k && w.n <= CLAUSE_TEXT_WORDS_MAX)
		k = find_clause(text, len, hint);
	if (k) {
		*language = k->language;
		return k->intent;
	}
	const char *found = find_pattern(&w, has_question(text, len));
	if (!found)
		return INTENT_OTHER;
	*language = found;
	return INTENT_STOP;
}
