/*
 * What would make a text cheaper to send: kinds of change, the places where each applies,
 * and what each saves, alone and together. Nothing here changes a text unasked: the
 * author sees the changes and takes them or not. Text is UTF-8, NFC. Pure functions, no
 * heap.
 */
#ifndef SMS_ADVICE_H
#define SMS_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/sms/split.h"

enum advice_kind {
	ADVICE_QUOTES,	  /* typographic quotes to ' and " */
	ADVICE_DASHES,	  /* long dashes to - */
	ADVICE_ELLIPSIS,  /* one character of three dots to three */
	ADVICE_SPACES,	  /* no-break and other spaces, tabs, to a space */
	ADVICE_SYMBOLS,	  /* bullets, fractions, (c) and the like */
	ADVICE_INVISIBLE, /* what shows nothing: removed; marks of direction only where
			   * nothing runs right to left */
	ADVICE_DOUBLE_SPACES, /* one of several, none before a line end */
	ADVICE_TATWEEL,	      /* Arabic script: stretching strokes removed */
	ADVICE_ZWNJ_IDLE,     /* Arabic script: ZWNJ that parts nothing removed */
	ADVICE_ZWNJ,	      /* all ZWNJ removed: letters join, words stay readable */
	ADVICE_EMOJI,	      /* removed, with one of the spaces around */
	ADVICE_GREEK,	      /* capitals without accents, see advice_tables.c */
	ADVICE_VIETNAMESE,    /* letters without any marks */
	ADVICE_LATIN,	      /* letters that GSM 7 bit lacks without their marks */
	ADVICE_KINDS,
};

#define ADVICE_BIT(kind) (1u << (kind))

/* One place: len bytes at offset become to[to_len]. */
struct advice_change {
	enum advice_kind kind;
	uint32_t offset;
	uint32_t len;
	uint8_t to_len;
	char to[7];
};

/* Bytes from..to of a text. */
struct advice_span {
	uint32_t from, to;
};

/* What is looked at. Nothing inside the spans of keep, in ascending order, is changed:
 * the placeholders of a template. All borrowed. */
struct advice_text {
	const char *text;
	size_t len;
	const struct advice_span *keep; /* NULL: none */
	size_t n_keep;
};

/* A walk over the places; pos is where it stands. */
struct advice_walk {
	const char *text; /* borrowed as long as the walk */
	size_t len;
	size_t pos;
	const struct advice_span *keep; /* those ahead */
	size_t n_keep;
	uint32_t kinds;
	bool has_rtl;
	bool is_vietnamese; /* has a letter that no other language has */
};

struct advice_walk advice_walk_start(const struct advice_text *text, uint32_t kinds);
/* The next place, in ascending order. False at the end, and where the text is not UTF-8.
 */
bool advice_next(struct advice_walk *walk, struct advice_change *out);

/* A changed text is never longer than this. */
#define ADVICE_SIZE(len) ((len) + (len) / 2 + 1)
/* The text with the changes of these kinds, NUL at its end. ERR_MEM: size too small;
 * ERR_INPUT: not UTF-8. */
enum err advice_apply(const struct advice_text *text, uint32_t kinds, char *dst,
	size_t size, size_t *out_len);

struct advice {
	uint32_t kinds;		    /* ADVICE_BIT() of each, to be done together */
	uint32_t changes;	    /* places */
	enum sms_alphabet alphabet; /* after them */
	uint16_t parts;
	uint16_t units_left; /* in the last part */
	uint32_t units;
};
#define ADVICE_MAX 20

struct advice_list {
	struct advice now; /* the text as it is; no kinds */
	/* Those that need fewer parts, a cheaper alphabet or fewer units; kinds together
	 * only where they save more parts than some of them. */
	uint8_t count;
	struct advice at[ADVICE_MAX];
};

/* What a text costs: split_plan() with opts, or measure(), where what is sent is made of
 * it first. An error of measure() but the first leaves those changes out. */
typedef enum err (*advice_measure_fn)(
	void *user, const char *text, size_t len, struct split_plan *out);
struct advice_meter {
	const struct split_options *opts; /* NULL: all defaults */
	advice_measure_fn measure;	  /* NULL: split_plan() */
	void *user;
};

/* scratch: ADVICE_SIZE(len) bytes of the caller. meter NULL: all defaults. ERR_INPUT,
 * ERR_ARG: as split_plan(); ERR_MEM also if scratch is too small. */
enum err advice_find(const struct advice_text *text, const struct advice_meter *meter,
	char *scratch, size_t scratch_size, struct advice_list *out);

const char *advice_kind_name(enum advice_kind kind); /* "quotes"; static storage */

#endif
