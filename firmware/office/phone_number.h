/*
 * Telephone numbers: what people write, to E.164. libphonenumber decides, but for ranges
 * that its tables do not list yet; this is the one file that knows it. Safe from any
 * thread; the first call loads its tables (50 ms).
 */
#ifndef OFFICE_PHONE_NUMBER_H
#define OFFICE_PHONE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PHONE_NUMBER_SIZE 20 /* '+', 15 digits, NUL */

enum phone_type {
	PHONE_UNKNOWN, /* fixed or mobile, or of a range that the tables do not list */
	PHONE_MOBILE,
	PHONE_LANDLINE, /* never a mobile: cannot be sent a text */
};

enum phone_reason {
	PHONE_OK,
	PHONE_NO_NUMBER, /* nothing there */
	PHONE_NOT_A_NUMBER,
	PHONE_FORMULA, /* a spreadsheet formula: =… or @… */
	PHONE_TOO_SHORT,
	PHONE_TOO_LONG,
	PHONE_INVALID_FOR_COUNTRY,
	PHONE_IS_LANDLINE,
	PHONE_REASON_COUNT,
};

struct phone_number {
	char e164[PHONE_NUMBER_SIZE];
	char country[4]; /* ISO 3166 alpha-2 of the number, "" if shared by several */
	enum phone_type type;
};

/* text[len]: in any digits and with any usual signs; nationally written for country
 * (alpha-2), or with + or 00; a number of that country with its code but without + is
 * understood too. Anything but PHONE_OK leaves *out undefined. */
enum phone_reason phone_number_parse(
	const char *text, size_t len, const char *country, struct phone_number *out);

/* "no_number", "not_a_number" …, as in job files and API answers; static. */
const char *phone_reason_name(enum phone_reason reason);
/* A sentence to go with it; static. */
const char *phone_reason_text(enum phone_reason reason);
/* False for codes that are no country with telephone numbers. */
bool phone_country_is_known(const char *country);

#ifdef __cplusplus
}
#endif

#endif
