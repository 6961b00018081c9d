/*
 * Proves: BLAKE2b is BLAKE2b (RFC 7693 appendix A), tokens do not repeat, passwords match
 * only themselves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "firmware/base/crypto.h"
#include "firmware/base/str.h"

static void test_blake2b(void **state)
{
	uint8_t hash[64], other[16];
	char hex[129];
	static const uint8_t secret[32] = { 1 };
	const struct crypto_key key = { secret, sizeof(secret) },
				short_key = { secret, 15 };

	(void)state;
	assert_int_equal(crypto_digest(hash, 64, "abc", 3, NULL), ERR_OK);
	assert_true(str_to_hex(hex, sizeof(hex), hash, 64));
	assert_string_equal(hex,
		"BA80A53F981C4D0D6A2797B69F12F6E94C212F14685AC4B74B12BB6FDB"
		"FFA2D17D87C5392AAB792DC252D5DE4533CC9518D38AA8DBF1925AB923"
		"86EDD4009923");
	assert_int_equal(crypto_digest(hash, 16, "abc", 3, &key), ERR_OK);
	assert_int_equal(crypto_digest(other, 16, "abc", 3, NULL), ERR_OK);
	assert_false(crypto_equal(hash, other, 16));
	assert_int_equal(crypto_digest(other, 16, "abc", 3, &key), ERR_OK);
	assert_true(crypto_equal(hash, other, 16));
	assert_int_equal(crypto_digest(hash, 15, "abc", 3, NULL), ERR_ARG);
	assert_int_equal(crypto_digest(hash, 65, "abc", 3, NULL), ERR_ARG);
	assert_int_equal(crypto_digest(hash, 16, "abc", 3, &short_key), ERR_ARG);
	assert_int_equal(crypto_digest(hash, 32, NULL, 0, NULL), ERR_OK);
}

static void test_tokens(void **state)
{
	char tokens[50][CRYPTO_TOKEN_SIZE];

	(void)state;
	for (size_t i = 0; i < 50; i++) {
		crypto_token(tokens[i]);
		assert_int_equal(strlen(tokens[i]), CRYPTO_TOKEN_SIZE - 1);
		assert_int_equal(
			strspn(tokens[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
					  "pqrstuvwxyz0123456789-_"),
			CRYPTO_TOKEN_SIZE - 1);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(tokens[i], tokens[k]);
	}
}

static void test_passwords(void **state)
{
	char hash[CRYPTO_PASSWORD_SIZE], again[CRYPTO_PASSWORD_SIZE];
	char long_one[200];

	(void)state;
	assert_int_equal(crypto_password_hash("καλημέρα", hash), ERR_OK);
	assert_non_null(strstr(hash, "$argon2id$v=19$m=32768,t=3,p=1$"));
	assert_int_equal(crypto_password_hash("καλημέρα", again), ERR_OK);
	assert_string_not_equal(hash, again); /* salted */
	assert_true(crypto_password_verify("καλημέρα", hash));
	assert_false(crypto_password_verify("καλημέρ", hash));
	assert_false(crypto_password_verify("", hash));
	assert_false(crypto_password_verify("x", ""));
	memset(long_one, 'a', sizeof(long_one) - 1);
	long_one[sizeof(long_one) - 1] = '\0';
	assert_false(crypto_password_verify("x", long_one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blake2b),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_passwords),
	};
	if (crypto_init())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
