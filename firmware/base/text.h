/*
 * Unicode text: normal forms and the folding that makes two spellings of a word equal.
 * The only user of utf8proc. Pure functions, safe from any thread; input is UTF-8.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"
#include "firmware/base/err.h"

/* Appends s[len] in NFC. ERR_INPUT: not UTF-8; ERR_MEM: it did not fit. */
enum err text_nfc(const char *s, size_t len, struct buf *out);
/* Appends s[len] folded for comparing: NFKC, no case, no marks (so no accents, niqqud,
 * harakat), Arabic letters unified with Persian ones, all digits ASCII, everything but
 * letters and digits a single space, none at the ends. Errors as above. */
enum err text_fold(const char *s, size_t len, struct buf *out);
/* The same with the marks left on, word for word. */
enum err text_fold_marked(const char *s, size_t len, struct buf *out);
/* Columns a terminal needs for s; wide East Asian characters are two, marks none. */
size_t text_width(const char *s);
/* Steps between two folded words (insert, delete, replace, swap of neighbours), at most
 * limit + 1. Counts code points. */
unsigned text_distance(const char *a, const char *b, unsigned limit);
/* Units of UTF-16 that the first `bytes` bytes of s are. */
size_t text_utf16_len(const char *s, size_t bytes);

#endif
