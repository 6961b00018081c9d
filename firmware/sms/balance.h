/*
 * The amount of money in an operator's words: a pattern with {amount} in it, "balance is
 * {amount} EUR", says where it stands. Pure functions.
 */
#ifndef SMS_BALANCE_H
#define SMS_BALANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/base/err.h"

#define BALANCE_PATTERN_MAX 160 /* octets, the terminator counted */

/* Is this a pattern: {amount} once, with words before or after it? */
bool balance_pattern_is_valid(const char *pattern);
/* The first amount in text that has the pattern's words around it; ASCII letters without
 * case, any white space alike. *out: millionths. Digits may be Arabic or Persian; the
 * last point or comma parts the decimals unless exactly three digits follow it.
 * ERR_NOTFOUND: the text does not say it so. ERR_ARG: no pattern. */
enum err balance_find(const char *pattern, const char *text, int64_t *out);

#endif
