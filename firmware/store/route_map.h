/*
 * Inside the store: a connection's copy of the prefixes and countries, so that finding a
 * number's route reads nothing but whether they have changed.
 */
#ifndef STORE_ROUTE_MAP_H
#define STORE_ROUTE_MAP_H

#include "firmware/store/db.h"

void route_map_free(struct route_map *map); /* zeroed: fine */

#endif
