/*
 * The routes as they stand, in memory, for whoever looks at many numbers. Nothing is
 * made: a country without a route has none here (routes_find() makes it on sending).
 */
#ifndef OFFICE_DESTINATIONS_H
#define OFFICE_DESTINATIONS_H

#include "firmware/office/office.h"

struct destination {
	size_t index; /* from 0, in order of their names */
	int64_t route_id;
	char name[64], country[4];
	bool is_country;   /* all of the country that no prefix names */
	uint32_t national; /* tables tested there: locking bits << 16 | single bits */
};

struct destinations;
/* Owned by the caller; never written after, so safe from any thread. */
enum err destinations_load(struct office *o, struct destinations **out);
void destinations_free(struct destinations *d); /* accepts NULL */
/* Of the longest prefix, else of the country ("" not known); NULL: no route fits.
 * Borrowed, valid until d is freed. */
const struct destination *destinations_find(
	const struct destinations *d, const char *e164, const char *country);
size_t destinations_count(const struct destinations *d);
/* Does the box send to this country ("" not known)? See routes_countries(). */
bool destinations_have(const struct destinations *d, const char *country);

/* The tables tested on one route; 0 where there is none. */
enum err destinations_national(struct office *o, int64_t route_id, uint32_t *out);

#endif
