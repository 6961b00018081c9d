/*
 * Routes: groups of destinations. The longest prefix of a number decides which one it
 * belongs to; where no prefix fits, the route of its country, made when first needed.
 * Prices and blocks by route are the plans' (plan.h).
 */
#ifndef STORE_ROUTE_H
#define STORE_ROUTE_H

#include <stddef.h>

#include "firmware/store/store.h"

#define ROUTE_PREFIX_MAX 16 /* "+" and up to 15 digits, E.164 */

struct sms_route {
	int64_t id;
	const char *name;
	const char *country;  /* ISO 3166 alpha-2, "" none */
	const char *operator; /* the network of these numbers; "" not known */
	bool is_country;      /* all of the country that no prefix names; not to be set */
	uint16_t locking, single; /* national tables tested on it, TS 23.038 6.2.1.2.4:
				     bit n is the table of identifier n */
};
typedef bool (*sms_route_fn)(void *user, const struct sms_route *route); /* false: stop */

/* ERR_BUSY: the name is taken. */
enum err route_create(struct store *s, const struct sms_route *in, int64_t *out_id);
/* Name, operator, tables; the country of one that is_country stays. ERR_BUSY,
 * ERR_NOTFOUND.
 */
enum err route_update(struct store *s, const struct sms_route *in);
/* With its prefixes and prices. Waiting messages keep its id, which no plan prices then;
 * a country's route comes back when it is needed again. ERR_NOTFOUND. */
enum err route_delete(struct store *s, int64_t id);
enum err route_get(struct store *s, int64_t id, sms_route_fn fn, void *user);
enum err route_each(struct store *s, sms_route_fn fn, void *user); /* by name */

/* "+3069". One that another route has moves to this one. ERR_ARG: no such prefix can be;
 * ERR_NOTFOUND: no such route. */
enum err route_prefix_put(struct store *s, const char *prefix, int64_t route_id);
enum err route_prefix_remove(struct store *s, const char *prefix); /* ERR_NOTFOUND */
typedef bool (*route_prefix_fn)(void *user, const char *prefix, int64_t route_id);
/* In order; route_id 0: of all. */
enum err route_prefix_each(
	struct store *s, int64_t route_id, route_prefix_fn fn, void *user);

/* The route of a number in E.164; country as known of it ("" or NULL: not known). Makes
 * the country's route where it is the first one there. 0 in out_id: no prefix fits, and
 * no country is known. From memory as long as no route was changed: one small read a
 * call.
 */
enum err route_of(
	struct store *s, const char *msisdn, const char *country, int64_t *out_id);

#endif
