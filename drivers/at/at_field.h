/*
 * The comma-separated fields of an AT answer (V.250 5.4.2), for at_parse. A field may be
 * quoted; a quoted one may hold commas. Pure.
 */
#ifndef DRIVERS_AT_FIELD_H
#define DRIVERS_AT_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct at_field { /* borrowed from the line; quotes and outer blanks taken off */
	const char *text;
	size_t len;
	bool is_quoted;
};

/* True if text[len] begins with prefix; *out_rest is its length with the blanks after. */
bool at_field_prefix(const char *text, size_t len, const char *prefix, size_t *out_rest);
/* Splits the whole of text[len] into out[max]; false: more fields. An open quote takes
 * the rest, and stays in its field. */
bool at_field_split(
	const char *text, size_t len, struct at_field *out, size_t max, size_t *out_n);
bool at_field_uint(const struct at_field *f, uint16_t max, uint16_t *out);
bool at_field_eq(const struct at_field *f, const char *text); /* ASCII, without case */

#endif
