/*
 * What parts cost over a SIM: its plan's price for their route, nothing while the bundle
 * lasts. Money is in millionths of the plan's currency. Pure.
 */
#ifndef OFFICE_PRICE_H
#define OFFICE_PRICE_H

#include <stdbool.h>
#include <stdint.h>

/* What a plan says of one route. */
struct price_rule {
	int64_t price;	 /* of a part beyond the bundle, 0 and up */
	bool in_bundle;	 /* its parts are taken from the bundle first */
	bool is_blocked; /* nothing goes there over this plan */
};

/* What goes over one SIM, in no known order of routes. */
struct price_sum {
	int64_t parts;		      /* those that may go */
	int64_t blocked;	      /* those that may not: they cost nothing */
	int64_t bundled;	      /* of parts: those that the bundle may pay for */
	int64_t bundled_money, money; /* of these beyond the bundle, and of the others */
};

void price_add(struct price_sum *sum, const struct price_rule *rule, int64_t parts);
/* What is to be paid where bundle_left parts are paid for already. A bundle that is too
 * small covers each route in proportion, as their parts go out mixed. */
int64_t price_total(const struct price_sum *sum, int64_t bundle_left);
/* How many of the parts the bundle covers. */
int64_t price_covered(const struct price_sum *sum, int64_t bundle_left);

#endif
