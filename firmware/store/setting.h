/*
 * Settings by key, and answers kept for repeated requests (Idempotency-Key).
 */
#ifndef STORE_SETTING_H
#define STORE_SETTING_H

#include <stddef.h>

#include "firmware/base/crypto.h"
#include "firmware/store/store.h"

/* Text into dst[size]. ERR_NOTFOUND; ERR_MEM: it does not fit. */
enum err setting_get(struct store *s, const char *key, char *dst, size_t size);
enum err setting_get_i64(struct store *s, const char *key, int64_t *out);
enum err setting_set(struct store *s, const char *key, const char *value);
enum err setting_set_i64(struct store *s, const char *key, int64_t value);
enum err setting_delete(struct store *s, const char *key); /* absent: fine */
typedef bool (*setting_fn)(void *user, const char *key, const char *value);
/* Keys that start with prefix, in order. Binary ones (secrets) are left out. */
enum err setting_each(struct store *s, const char *prefix, setting_fn fn, void *user);

struct idempotency {
	int64_t key_id;	   /* API key; minus the user's id for the panel */
	const char *token; /* the Idempotency-Key header */
	uint8_t request_hash[CRYPTO_HASH_OCTETS];
	int status;
	const char *answer; /* the body */
};
typedef bool (*idempotency_fn)(void *user, const struct idempotency *kept);
/* fn is called once. ERR_NOTFOUND: a new request. Comparing request_hash is the
 * caller's. */
enum err idempotency_get(struct store *s, int64_t key_id, const char *token,
	idempotency_fn fn, void *user);
/* In the transaction of the work itself. ERR_BUSY: kept already. */
enum err idempotency_put(struct store *s, const struct idempotency *in);
/* Removes up to max answers made before then. */
enum err idempotency_sweep(struct store *s, int64_t before, size_t max, size_t *out_n);

#endif
