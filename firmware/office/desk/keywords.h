/*
 * What a reply means: stop, start, help, or something for a person to read. Words and
 * short phrases in six languages, however they are written; a whole sentence about
 * something else is never a stop. Pure, safe from any thread.
 */
#ifndef OFFICE_KEYWORDS_H
#define OFFICE_KEYWORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/base/vstr.h"

enum intent {
	INTENT_OTHER,
	INTENT_STOP,
	INTENT_START,
	INTENT_HELP,
};
extern const struct vstr intent_names[]; /* "other", "stop", "start", "help" */

/* text[len]: UTF-8 of any length. hint: the language that the sender most likely writes
 * ("fa"), for words that mean this in it alone, or NULL. *out_language (may be NULL): of
 * the word that decided, "" for a common one or none; static. */
enum intent keywords_read(
	const char *text, size_t len, const char *hint, const char **out_language);

/* The tables (keyword_words.c). Words are folded, see text_fold(). */
enum keyword_strength {
	KEYWORD_STRONG, /* also as one clause of a longer text ("wrong number, stop") */
	KEYWORD_WEAK,	/* only if it is all there is, polite words aside */
	KEYWORD_HINTED, /* only if it is all there is and the hint is its language */
};
struct keyword {
	const char *phrase;   /* NULL ends the table */
	const char *language; /* "" if common to all */
	enum intent intent;
	enum keyword_strength strength;
};
extern const struct keyword keywords[];

/* A stop inside a sentence: words in this order, at most two others between two of them.
 * "a|b" is either, "stop*" a beginning. Flags before it: "!" nothing between, "^" from
 * the first word on, "?" not in a question, "~" not where the text names a time ("don't
 * text me before 9"). */
struct keyword_pattern {
	const char *pattern; /* NULL ends the table */
	const char *language;
};
extern const struct keyword_pattern keyword_patterns[];

extern const char *const keyword_fillers[]; /* polite and empty words; NULL ends */
extern const char *const keyword_limits[];  /* words of time; NULL ends */
/* Folded words that lose their meaning with the marks: this word, meant only if its
 * marked form is one of these (separated by |). */
struct keyword_marked {
	const char *folded, *marked;
};
extern const struct keyword_marked keyword_marked[];

#endif
