/*
 * Plans: the operator's contract, shared by SIMs of a kind: limits for each of them, and
 * prices by route. Money is in millionths of the plan's currency.
 */
#ifndef STORE_PLAN_H
#define STORE_PLAN_H

#include <stddef.h>

#include "firmware/store/store.h"

#define PLAN_COUNTRIES_MAX 512 /* octets of "GR,CY…", the terminator counted */

struct plan {
	int64_t id;
	char name[64], currency[4]; /* ISO 4217; "" not said */
	char time_zone[48];	    /* of its days and months; "" the box's */
	int reset_day;		    /* 1 to 31; 0 is taken for 1 */
	/* Limits of each SIM, 0: none. Parts; minutes and hours slide. */
	int64_t per_minute, per_hour, per_day, per_month;
	int64_t recipients_month; /* different numbers */
	int64_t bundle_month;	  /* parts that are paid for already */
	int64_t spend_month;	  /* money beyond the bundle */
	int64_t price;	       /* of a part beyond the bundle, where no route names one */
	int64_t balance_floor; /* if has_balance_floor: nothing goes out below it */
	bool has_balance_floor, is_bundle_only;
	char countries[PLAN_COUNTRIES_MAX]; /* "GR,CY"; "" all */
};
typedef bool (*plan_fn)(void *user, const struct plan *plan); /* false: stop */

/* ERR_BUSY: the name is taken; ERR_ARG: no such reset day, or a limit below 0. */
enum err plan_create(struct store *s, const struct plan *in, int64_t *out_id);
/* Sets all of it. ERR_BUSY, ERR_ARG, ERR_NOTFOUND. */
enum err plan_update(struct store *s, const struct plan *in);
/* Its SIMs have no plan then. ERR_NOTFOUND. */
enum err plan_delete(struct store *s, int64_t id);
enum err plan_get(struct store *s, int64_t id, plan_fn fn, void *user);
enum err plan_each(struct store *s, plan_fn fn, void *user); /* by name */

struct plan_price {
	int64_t plan_id, route_id;
	int64_t price;	 /* of a part beyond the bundle */
	bool in_bundle;	 /* false: always paid for */
	bool is_blocked; /* never over these SIMs */
};
typedef bool (*plan_price_fn)(void *user, const struct plan_price *price);
/* Adds or replaces. ERR_NOTFOUND: no such plan or route; ERR_ARG: a price below 0. */
enum err plan_price_put(struct store *s, const struct plan_price *in);
/* The plan's own price counts again. ERR_NOTFOUND. */
enum err plan_price_remove(struct store *s, int64_t plan_id, int64_t route_id);
/* By plan and route; plan_id 0: of all. */
enum err plan_price_each(struct store *s, int64_t plan_id, plan_price_fn fn, void *user);

#endif
