/*
 * What a text costs: over each SIM, and to each destination. Money is in millionths of a
 * plan's currency.
 */
#ifndef OFFICE_PREVIEW_PRICE_H
#define OFFICE_PREVIEW_PRICE_H

#include "firmware/office/dispatch/destinations.h"
#include "firmware/office/office.h"
#include "firmware/office/dispatch/price.h"

/* All of it over one SIM. */
struct preview_price {
	int64_t sim_id, plan_id;
	char sim[64], operator[48]; /* "" not known */
	char plan[64], currency[4]; /* "" not said */
	int64_t parts;		    /* that may go over it */
	int64_t blocked; /* that may not: by route, country, or beyond a bundle that ends
			    it */
	int64_t bundle_left; /* parts this month; -1: the plan has no bundle */
	int64_t covered;     /* of parts: those in the bundle */
	int64_t money;	     /* for the others */
};
struct preview_destination {
	const struct destination *to; /* NULL: no route fits; borrowed of `where` */
	int64_t recipients, parts;
};
struct preview_plan {
	int64_t id;
	char name[64], currency[4];
};
struct preview_prices {
	size_t n, n_destinations, n_plans;
	struct preview_price *sims; /* enabled ones that have a plan */
	struct preview_destination *destinations;
	struct preview_plan *plans;
	struct price_rule *rules; /* n_plans for each destination */
};

/* destinations[n]: what goes where; copied. */
enum err preview_prices_find(struct office *o,
	const struct preview_destination *destinations, size_t n,
	struct preview_prices *out);
void preview_prices_fini(struct preview_prices *p); /* accepts a zeroed struct */

#endif
