#include "firmware/base/crypto.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

static_assert(CRYPTO_PASSWORD_SIZE == crypto_pwhash_STRBYTES, "libsodium's string form");

#define PASSWORD_PASSES 3
#define PASSWORD_OCTETS (32U * 1024 * 1024)

enum err crypto_init(void)
{
	return sodium_init() < 0 ? ERR_SYS : ERR_OK;
}

void crypto_random(void *out, size_t octets)
{
	randombytes_buf(out, octets);
}

void crypto_token(char dst[CRYPTO_TOKEN_SIZE])
{
	uint8_t random[32];

	randombytes_buf(random, sizeof(random));
	(void)sodium_bin2base64(dst, CRYPTO_TOKEN_SIZE, random, sizeof(random),
		sodium_base64_VARIANT_URLSAFE_NO_PADDING); /* returns dst */
	sodium_memzero(random, sizeof(random));
}

enum err crypto_digest(uint8_t *out, size_t out_octets, const void *data, size_t len,
	const struct crypto_key *key)
{
	if (out_octets < crypto_generichash_BYTES_MIN ||
		out_octets > crypto_generichash_BYTES_MAX)
		return ERR_ARG;
	if (key && (key->len < crypto_generichash_KEYBYTES_MIN ||
			   key->len > crypto_generichash_KEYBYTES_MAX))
		return ERR_ARG;
	if (crypto_generichash(out, out_octets, data, len, key ? key->octets : NULL,
		    key ? key->len : 0) != 0)
		return ERR_ARG;
	return ERR_OK;
}

bool crypto_equal(const void *a, const void *b, size_t octets)
{
	return sodium_memcmp(a, b, octets) == 0;
}

static_assert(CRYPTO_SEAL_EXTRA == crypto_box_SEALBYTES, "libsodium's sealed box");
static_assert(CRYPTO_KEY_OCTETS == crypto_box_PUBLICKEYBYTES, "libsodium's public keys");
static_assert(CRYPTO_KEY_OCTETS == crypto_box_SECRETKEYBYTES, "libsodium's secret keys");

void crypto_seal_key_make(struct crypto_seal_key *out)
{
	(void)crypto_box_keypair(out->public_key, out->secret_key); /* always 0 */
}

void crypto_seal_key_complete(struct crypto_seal_key *key)
{
	(void)crypto_scalarmult_base(key->public_key, key->secret_key); /* always 0 */
}

enum err crypto_seal(uint8_t *out, const void *text, size_t len,
	const uint8_t public_key[CRYPTO_KEY_OCTETS])
{
	return crypto_box_seal(out, text, len, public_key) == 0 ? ERR_OK : ERR_ARG;
}

enum err crypto_unseal(
	void *out, const uint8_t *sealed, size_t len, const struct crypto_seal_key *key)
{
	if (len < CRYPTO_SEAL_EXTRA || crypto_box_seal_open(out, sealed, len,
					       key->public_key, key->secret_key) != 0)
		return ERR_INPUT;
	return ERR_OK;
}

enum err crypto_password_hash(const char *password, char dst[CRYPTO_PASSWORD_SIZE])
{
	if (crypto_pwhash_str_alg(dst, password, strlen(password), PASSWORD_PASSES,
		    PASSWORD_OCTETS, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return ERR_MEM;
	return ERR_OK;
}

bool crypto_password_verify(const char *password, const char *hash)
{
	char padded[CRYPTO_PASSWORD_SIZE] = { 0 };
	size_t len = strlen(hash);

	if (len >= sizeof(padded)) /* libsodium reads its full size */
		return false;
	memcpy(padded, hash, len);
	return crypto_pwhash_str_verify(padded, password, strlen(password)) == 0;
}
