/*
 * Users, their sessions, and API keys. Secrets come in as BLAKE2b hashes
 * (crypto_digest(), CRYPTO_HASH_OCTETS) or argon2id strings; the store never sees one.
 */
#ifndef STORE_USER_H
#define STORE_USER_H

#include <stddef.h>

#include "firmware/base/crypto.h"
#include "firmware/store/store.h"

struct user {
	int64_t id;
	const char *name, *password_hash, *role, *locale;
	int64_t created_at, disabled_at; /* disabled_at 0: not */
};
typedef bool (*user_fn)(void *user, const struct user *row);

/* ERR_BUSY: the name is taken. */
enum err user_create(struct store *s, const struct user *in, int64_t *out_id);
/* Values that are NULL stay; disabling ends the user's sessions, as a new password does.
 * ERR_NOTFOUND, ERR_BUSY. */
enum err user_update(struct store *s, const struct user *in);
enum err user_get(struct store *s, int64_t id, user_fn fn, void *user);
enum err user_find(struct store *s, const char *name, user_fn fn, void *user);
enum err user_each(struct store *s, user_fn fn, void *user);
enum err user_count(struct store *s, int64_t *out); /* not disabled ones */

enum err session_create(struct store *s, const uint8_t token_hash[CRYPTO_HASH_OCTETS],
	int64_t user_id, int64_t expires_at);
/* Of a session not expired whose user is not disabled: fn gets the user. ERR_NOTFOUND. */
enum err session_find(struct store *s, const uint8_t token_hash[CRYPTO_HASH_OCTETS],
	user_fn fn, void *user);
/* Moves the end of a session; call it rarely (it is written to flash). */
enum err session_extend(struct store *s, const uint8_t token_hash[CRYPTO_HASH_OCTETS],
	int64_t expires_at);
enum err session_delete(struct store *s, const uint8_t token_hash[CRYPTO_HASH_OCTETS]);
enum err session_sweep(struct store *s); /* removes expired ones */

struct api_key {
	int64_t id;
	const char *name, *scope;		      /* scope: read, send, admin */
	int64_t created_at, last_used_at, revoked_at; /* 0: not */
};
typedef bool (*api_key_fn)(void *user, const struct api_key *key);

enum err api_key_create(struct store *s, const struct api_key *in,
	const uint8_t token_hash[CRYPTO_HASH_OCTETS], int64_t *out_id);
/* Not revoked. ERR_NOTFOUND. */
enum err api_key_find(struct store *s, const uint8_t token_hash[CRYPTO_HASH_OCTETS],
	api_key_fn fn, void *user);
/* Written at most once an hour a key. */
enum err api_key_used(struct store *s, int64_t id);
enum err api_key_revoke(struct store *s, int64_t id); /* ERR_NOTFOUND */
enum err api_key_each(struct store *s, api_key_fn fn, void *user);

#endif
