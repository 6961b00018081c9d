/*
 * The replacements behind advice.h. Constant.
 */
#ifndef SMS_ADVICE_TABLES_H
#define SMS_ADVICE_TABLES_H

#include <stdint.h>

#include "firmware/sms/advice.h"

/* One character for others; "" removes it. Rows in ascending order of from. */
struct advice_swap {
	uint16_t from;
	uint8_t kind; /* enum advice_kind */
	char to[5];
};
#define ADVICE_SWAPS 92
extern const struct advice_swap advice_swaps[ADVICE_SWAPS];

/* The letter in place of each of a run of letters; '-' where there is none to be put. */
struct advice_run {
	uint16_t first;
	uint16_t count;
	const char *letters; /* one for each code point */
};
/* Vietnamese: every mark goes. */
#define ADVICE_VIETNAMESE_RUNS 10
extern const struct advice_run advice_vietnamese[ADVICE_VIETNAMESE_RUNS];
/* Latin letters that the default alphabet lacks. */
#define ADVICE_LATIN_RUNS 3
extern const struct advice_run advice_latin[ADVICE_LATIN_RUNS];
/* Greek: the capital without accents; of the letters g to x below, those that Latin has
 * no shape for. */
#define ADVICE_GREEK_RUNS 12
extern const struct advice_run advice_greek[ADVICE_GREEK_RUNS];
/* What the small letters of advice_greek stand for. */
extern const uint16_t advice_greek_letter[26];

#endif
