/*
 * Names as a search compares them: without case and accents, in C and in SQL as
 * folded(text).
 */
#ifndef STORE_FOLD_H
#define STORE_FOLD_H

#include "firmware/store/db.h"

enum err fold_setup(struct store *s); /* at opening: the SQL function */
/* Into dst[size], cut where it is too long; "" where nothing is left to compare. */
void fold_text(const char *text, char *dst, size_t size);

#endif
