/*
 * Unlocking a SIM with the PUK that somebody entered in the panel, and the PIN that it
 * gets by that (TS 27.007 8.3). One try for each entry: it is committed, and the PUK gone
 * from the store, before the SIM is asked; what it refused is never tried again (TS
 * 31.101 9.5.1: after ten wrong ones it is lost).
 *
 * Loop thread. Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_PUK_H
#define RADIO_SLOT_PUK_H

#include "firmware/radio/store_thread.h"
#include "firmware/store/puk.h"

struct slot;

enum slot_puk_finding {
	SLOT_PUK_NONE,	  /* nobody entered one */
	SLOT_PUK_READY,	  /* its try is committed */
	SLOT_PUK_REFUSED, /* the last one was refused, or this one was before */
	SLOT_PUK_UNSURE,  /* a try was cut off: nobody knows how it ended */
};

struct slot_puk_entry {
	char name[PIN_NAME_SIZE]; /* of the SIM's PIN */
	struct pin pin;		  /* the new one, sealed */
	uint8_t digest[CRYPTO_HASH_OCTETS], pin_digest[CRYPTO_HASH_OCTETS];
};

struct slot_puk_look {
	struct store_job job;
	struct slot *slot;
	const struct crypto_seal_key *key;
	struct slot_puk_entry entry;
	char puk[PUK_DIGITS + 1], code[9]; /* code: the new PIN */
	enum slot_puk_finding finding;
	bool posted;
};

enum slot_puk_verdict {
	SLOT_PUK_WORKED,
	SLOT_PUK_WRONG,
	SLOT_PUK_UNKNOWN,
	SLOT_PUK_CURED, /* by somebody else: what was tried before does not matter */
};

struct slot_puk_end { /* how a try ended, to be written down */
	struct store_job job;
	struct slot *slot;
	struct slot_puk_entry entry;
	enum slot_puk_verdict verdict;
	bool posted;
};

struct slot_puk {
	struct slot_puk_look look;
	struct slot_puk_end end;
	struct slot_puk_entry entry; /* if is_entering: what the SIM has */
	bool is_entering;	     /* the next reading tells what the SIM made of it */
	enum err answer;
	int8_t tries_before;	   /* as the SIM counts; -1: not told */
	char stale[PIN_NAME_SIZE]; /* the SIM that refused one; "": none */
};

void slot_puk_init(struct slot *slot);
/* The SIM asks for its PUK: tries the one that was entered, if there is one. */
void slot_puk_try(struct slot *slot);
/* The SIM was read. */
void slot_puk_note(struct slot *slot);
/* The modem went away or started anew: the answer will not come. */
void slot_puk_lost(struct slot *slot);
/* In the store's thread, before a PIN is looked for: if the try of a PUK was cut off, and
 * the SIM asks for its PIN now, then that is the new one. */
enum err slot_puk_adopt(
	struct store *s, const char *name, const struct crypto_seal_key *key);

#endif
