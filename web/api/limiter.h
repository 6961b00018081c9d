/*
 * How often someone may ask: token buckets, and delays that grow with each failure, in a
 * table of fixed size. When it is full, whoever was seen longest ago is forgotten. Any
 * thread.
 */
#ifndef WEB_API_LIMITER_H
#define WEB_API_LIMITER_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/base/err.h"

struct limiter;

enum limiter_kind {
	LIMITER_KEY,	   /* requests of an API key or a user */
	LIMITER_GUEST,	   /* requests without credentials, by address */
	LIMITER_LOGIN,	   /* failed logins, by address */
	LIMITER_WRONG_KEY, /* wrong keys, by address */
	LIMITER_NOTED,	   /* uses of keys that were noted lately */
};

enum err limiter_create(struct limiter **out);
void limiter_destroy(struct limiter *l);

struct limiter_rate {
	uint32_t per_s, burst;
};
/* Takes one token of who. 0: go on; else milliseconds until there is one. */
uint64_t limiter_take(struct limiter *l, enum limiter_kind kind, const char *who,
	const struct limiter_rate *rate, uint64_t now_ms);

/* 0: may try; else milliseconds still to wait. */
uint64_t limiter_wait(
	struct limiter *l, enum limiter_kind kind, const char *who, uint64_t now_ms);
/* Another failure: from the fifth on the wait is 1 s, 2 s, 4 s … up to 5 minutes. */
void limiter_fail(
	struct limiter *l, enum limiter_kind kind, const char *who, uint64_t now_ms);
void limiter_forgive(struct limiter *l, enum limiter_kind kind, const char *who);

/* True at most once in period_ms for who; after being forgotten, sooner. */
bool limiter_once(struct limiter *l, enum limiter_kind kind, const char *who,
	uint64_t period_ms, uint64_t now_ms);

#endif
