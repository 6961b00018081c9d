/*
 * PINs of SIMs. The office side can put one in and never read it: it is sealed with the
 * public key of the radio side, whose other half lies in a file of its own. One try each:
 * a second wrong one would bring the SIM nearer to its PUK (TS 31.101 9.5.1).
 */
#ifndef STORE_PIN_H
#define STORE_PIN_H

#include "firmware/base/crypto.h"
#include "firmware/store/store.h"

enum {
	PIN_SEALED_MAX = 128,
	PIN_NAME_SIZE = 32,
	PIN_REFUSED_KEPT = 8 /* a SIM takes three before its PUK */
};

enum pin_state {
	PIN_NEW = 0,
	PIN_WORKED = 1,
	PIN_REFUSED = 2,
};

struct pin {
	char name[PIN_NAME_SIZE]; /* the SIM's ICCID, or "bay:3" */
	uint8_t sealed[PIN_SEALED_MAX];
	size_t sealed_octets;
	enum pin_state state;
	unsigned tries;	  /* begun and not known to have ended well */
	size_t n_refused; /* PINs that the SIM refused, the last first: keyed hashes */
	uint8_t refused[PIN_REFUSED_KEPT][CRYPTO_HASH_OCTETS];
};

/* A new PIN, in the place of any other; what was refused stays known. */
enum err pin_put(struct store *s, const char *name, const void *sealed, size_t octets);
/* ERR_NOTFOUND */
enum err pin_get(struct store *s, const char *name, struct pin *out);
/* Before the SIM is asked: to be committed first. */
enum err pin_begin_try(struct store *s, const char *name);
enum err pin_worked(struct store *s, const char *name); /* it opened the SIM */
/* refused: its keyed hash, CRYPTO_HASH_OCTETS; those refused before stay known, too. */
enum err pin_refused(struct store *s, const char *name, const void *refused);
/* Did the SIM refuse the PIN with this keyed hash, now or before others? */
bool pin_was_refused(const struct pin *pin, const void *digest);
enum err pin_drop(struct store *s, const char *name); /* if there is one */

#endif
