/*
 * The part of the set-up that says where texts and reports go (TS 27.005 3.4.1), for
 * at_sms.c's table; the context is struct at_sms.
 */
#ifndef DRIVERS_AT_ROUTE_H
#define DRIVERS_AT_ROUTE_H

#include "drivers/at/at_sms.h"

enum {
	AT_ROUTE_WAYS = 16 /* that may be tried, one after the other */
};

/* make, line: AT+CNMI=? */
bool at_route_begin(void *ctx, char *dst, size_t size);
bool at_route_take_ranges(void *ctx, const char *text, size_t len);

/* make, end: AT+CSMS as the next way wants it, then AT+CNMI; skipped once one was taken
 */
bool at_route_make_service(void *ctx, char *dst, size_t size);
void at_route_end_service(void *ctx, const struct at_result *result);
bool at_route_make(void *ctx, char *dst, size_t size);
void at_route_end(void *ctx, const struct at_result *result);

/* Texts go past the modem's memories, straight to us. */
static inline bool at_route_is_direct(const struct at_cnmi *route)
{
	return route->mt >= 2;
}

#endif
