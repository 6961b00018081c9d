/*
 * What an author would want to know of a text before it is sent: letters that are not
 * what they seem, characters that nobody sees, links that a cut makes useless. Nothing
 * here is an error. Text is UTF-8. Pure functions, no heap.
 */
#ifndef SMS_WARNING_H
#define SMS_WARNING_H

#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/sms/split.h"

enum warning_kind {
	WARNING_SCRIPT,	   /* letters of another script, all of its shapes, in a word */
	WARNING_ARABIC,	   /* Arabic yeh or kaf in a text with Persian letters */
	WARNING_INVISIBLE, /* shows nothing where it stands */
	WARNING_BIDI,	   /* turns the direction of what follows */
	WARNING_LINK_CUT,  /* the phone may show it as two before the parts are joined */
	WARNING_KINDS,
};

struct warning {
	enum warning_kind kind;
	uint32_t offset; /* bytes: of the word, of the character, of the link */
	uint32_t len;
	uint32_t at;	     /* bytes: of the first such letter, of the cut */
	uint32_t code_point; /* at that place */
};

#define WARNING_MAX 16

struct warning_list {
	uint32_t count[WARNING_KINDS]; /* all of them */
	uint8_t len;		       /* the first of them */
	struct warning at[WARNING_MAX];
};

/* plan: of the same text; NULL: no look at links. ERR_INPUT: not UTF-8. */
enum err warning_find(const char *text, size_t len, const struct split_plan *plan,
	struct warning_list *out);

/* "mixed_script", "arabic_letter", "invisible", "bidi", "link_cut"; static storage. */
const char *warning_kind_name(enum warning_kind kind);

#endif
