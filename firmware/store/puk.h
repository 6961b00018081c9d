/*
 * PUKs that somebody entered, each for one try and with the PIN that it is to give the
 * SIM; in the table of PINs, under a name of their own and sealed as they are. A PUK
 * waits for minutes at most, and is gone from the store before the SIM is asked: what is
 * left of it is a keyed hash, if the SIM refused it (TS 31.101 9.5.1: ten wrong ones and
 * the SIM is lost).
 */
#ifndef STORE_PUK_H
#define STORE_PUK_H

#include "firmware/store/pin.h"

enum {
	PUK_DIGITS = 8,
	PUK_WAITS_MS = 120000 /* then nobody stands before the panel any more */
};

/* name: that of the SIM's PIN, throughout. */

/* sealed: the PUK, a space and the new PIN. What was refused stays known. */
enum err puk_put(struct store *s, const char *name, const void *sealed, size_t octets);
/* As pin_get(). tries 0: sealed is what was put, if sealed_octets and not is_old; else a
 * try was begun and sealed is the new PIN alone. */
enum err puk_get(struct store *s, const char *name, struct pin *out, bool *out_is_old);
/* Before the SIM is asked, to be committed first: of what was entered only the new PIN
 * stays, sealed anew. */
enum err puk_begin_try(
	struct store *s, const char *name, const void *sealed_pin, size_t octets);
/* It is over, and how is known or does not matter any more. */
enum err puk_over(struct store *s, const char *name);
/* It was begun, and nobody knows how it ended: nothing sealed stays. */
enum err puk_unsure(struct store *s, const char *name);
/* refused: its keyed hash, as that of a PIN; nothing sealed stays. */
enum err puk_refused(struct store *s, const char *name, const void *refused);
/* The PUK worked: the SIM's PIN is the one of pin->sealed now, with pin->state. digest:
 * its keyed hash, which was perhaps refused before. */
enum err puk_worked(
	struct store *s, const char *name, const struct pin *pin, const void *digest);
enum err puk_drop(struct store *s, const char *name); /* if there is one */

#endif
