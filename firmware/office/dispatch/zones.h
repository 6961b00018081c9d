/*
 * The time zones of countries, by the table that comes with the system's zone files. A
 * struct zones belongs to one thread.
 */
#ifndef OFFICE_ZONES_H
#define OFFICE_ZONES_H

#include <stddef.h>

#include "firmware/base/tz.h"

#define ZONES_MAX 32 /* of a country; the most that one has is 29 */

struct zones;

/* NULL: no memory. A table that cannot be read leaves every country without zones. */
struct zones *zones_create(void);
void zones_destroy(struct zones *z); /* accepts NULL */

struct zone_set {
	const struct tz *tz[ZONES_MAX];
	size_t n;
};
/* All zones that a country has (alpha-2); one whose country is not known or not listed:
 * the system's own zone. The first time for a country it takes up to 10 ms a zone. */
void zones_of_country(struct zones *z, const char *country, struct zone_set *out);

#endif
