/*
 * Repeated requests: the answer that was given for an Idempotency-Key, kept in the
 * transaction of the work itself (office_begin … requests_keep … office_commit).
 */
#ifndef OFFICE_REQUESTS_H
#define OFFICE_REQUESTS_H

#include "firmware/office/office.h"
#include "firmware/store/setting.h"

#define REQUESTS_KEEP_MS (7LL * 24 * 3600 * 1000)

/* The request's hash over whatever makes it the same request. */
enum err requests_hash(const void *data, size_t len, uint8_t out[CRYPTO_HASH_OCTETS]);
/* owner: the API key's id, or minus the user's. fn is called once with the kept answer.
 * ERR_NOTFOUND: new (o->why says so, too). Refusal: idempotency_mismatch: another request
 * had this token. */
struct request_token {
	int64_t owner;
	const char *token; /* 1 to 64 printable ASCII characters, else invalid_token */
	uint8_t hash[CRYPTO_HASH_OCTETS];
};
enum err requests_find(struct office *o, const struct request_token *token,
	idempotency_fn fn, void *user);
enum err requests_keep(struct office *o, const struct request_token *token, int status,
	const char *answer);

#endif
