/*
 * The few things of cryptography that Chapar needs, over libsodium: random tokens,
 * BLAKE2b, password hashes. Thread-safe after crypto_init().
 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"

#define CRYPTO_HASH_OCTETS 32
#define CRYPTO_KEY_OCTETS 32
#define CRYPTO_TOKEN_SIZE 44	 /* 32 random octets, URL-safe base64, terminator */
#define CRYPTO_PASSWORD_SIZE 128 /* libsodium's crypto_pwhash_STRBYTES */

/* Once a process, before any other call; again is harmless. ERR_SYS: no random source. */
enum err crypto_init(void);

void crypto_random(void *out, size_t octets);
/* A token of 256 random bits, 43 characters of [A-Za-z0-9_-]. */
void crypto_token(char dst[CRYPTO_TOKEN_SIZE]);

/* BLAKE2b of data, out_octets 16 to 64. key: NULL, or key_octets 16 to 64 of secret. */
struct crypto_key {
	const uint8_t *octets;
	size_t len;
};
enum err crypto_digest(uint8_t *out, size_t out_octets, const void *data, size_t len,
	const struct crypto_key *key);

/* Compares without telling by its time where the difference is. */
bool crypto_equal(const void *a, const void *b, size_t octets);

/* Sealing: anybody with the public key can, only the holder of the secret one can open
 * (X25519 and XSalsa20-Poly1305, libsodium's sealed box). */
#define CRYPTO_SEAL_EXTRA 48 /* octets that a sealed text is longer */
struct crypto_seal_key {
	uint8_t public_key[CRYPTO_KEY_OCTETS], secret_key[CRYPTO_KEY_OCTETS];
};
void crypto_seal_key_make(struct crypto_seal_key *out);
/* The public half of a key whose secret_key is there. */
void crypto_seal_key_complete(struct crypto_seal_key *key);
/* out: len + CRYPTO_SEAL_EXTRA octets. */
enum err crypto_seal(uint8_t *out, const void *text, size_t len,
	const uint8_t public_key[CRYPTO_KEY_OCTETS]);
/* out: len - CRYPTO_SEAL_EXTRA octets. ERR_INPUT: not sealed for this key. */
enum err crypto_unseal(
	void *out, const uint8_t *sealed, size_t len, const struct crypto_seal_key *key);

/* Argon2id, 3 passes over 32 MiB: 40 ms on a PC, by estimate half a second on one core of
 * a Cortex-A7 board with 1 GB, where two at once leave its memory to the daemons. Not for
 * the radio side. ERR_MEM: no memory for it now. */
enum err crypto_password_hash(const char *password, char dst[CRYPTO_PASSWORD_SIZE]);
bool crypto_password_verify(const char *password, const char *hash);

#endif
