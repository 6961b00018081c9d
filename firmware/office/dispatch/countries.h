/*
 * Sets of countries as text: "GR,CY". "": no limit.
 */
#ifndef OFFICE_COUNTRIES_H
#define OFFICE_COUNTRIES_H

#include "firmware/office/office.h"

/* What people write ("gr, cy") as a set, each once. invalid_country, naming the field;
 * text_too_long. */
enum err countries_read(
	struct office *o, const char *field, const char *text, char *dst, size_t size);
/* An empty set has every country; "" (a number of no known country) is in none but that.
 */
bool countries_have(const char *set, const char *country);

#endif
