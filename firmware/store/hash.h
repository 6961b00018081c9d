/*
 * Numbers as the suppression list keeps them: keyed BLAKE2b-128, in C and in SQL as
 * msisdn_hash(text). The key is made once for each store.
 */
#ifndef STORE_HASH_H
#define STORE_HASH_H

#include "firmware/store/db.h"

#define HASH_OCTETS 16

enum err hash_setup(struct store *s); /* at opening: the key and the SQL function */
void hash_msisdn(const struct store *s, const char *msisdn, uint8_t out[HASH_OCTETS]);

#endif
