#include "firmware/office/message/requests.h"

#include <string.h>

#include "firmware/base/crypto.h"
#include "firmware/office/office_internal.h"

#define TOKEN_MAX 64

enum err requests_hash(const void *data, size_t len, uint8_t out[CRYPTO_HASH_OCTETS])
{
	return crypto_digest(out, CRYPTO_HASH_OCTETS, data, len, NULL);
}

static bool is_token(const char *s)
{
	size_t len = strlen(s);
	if (len == 0 || len > TOKEN_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < 0x21 || s[i] > 0x7E)
			return false;
	}
	return true;
}

struct finding {
	const struct request_token *token;
	idempotency_fn fn;
	void *user;
	bool is_other;
};

static bool on_found(void *user, const struct idempotency *kept)
{
	struct finding *f = user;
	f->is_other =
		!crypto_equal(kept->request_hash, f->token->hash, CRYPTO_HASH_OCTETS);
	return f->is_other || f->fn(f->user, kept);
}

enum err requests_find(struct office *o, const struct request_token *token,
	idempotency_fn fn, void *user)
{
	struct finding f = { token, fn, user, false };
	if (!is_token(token->token)) {
		(void)office_refuse(o, REFUSAL_BAD, "invalid_token",
			"An Idempotency-Key is 1 to %d printable characters.", TOKEN_MAX);
		return ERR_INPUT;
	}
	enum err err =
		idempotency_get(o->store, token->owner, token->token, on_found, &f);
	if (err)
		return office_fail(o, err, "answer kept for this key");
	if (f.is_other)
		return office_refuse(o, REFUSAL_CONFLICT, "idempotency_mismatch",
			"This Idempotency-Key was used for another request. Take a new "
			"one.");
	return ERR_OK;
}

enum err requests_keep(struct office *o, const struct request_token *token, int status,
	const char *answer)
{
	struct idempotency kept = { .key_id = token->owner,
		.token = token->token,
		.status = status,
		.answer = answer };
	memcpy(kept.request_hash, token->hash, sizeof(kept.request_hash));
	enum err err = idempotency_put(o->store, &kept);
	return err ? office_fail(o, err, "request") : ERR_OK;
}
