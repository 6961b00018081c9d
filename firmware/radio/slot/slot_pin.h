/*
 * Opening a locked SIM with the PIN that somebody entered in the panel. The try is
 * committed before the SIM is asked, so that no crash leads to a second one with the same
 * PIN (TS 31.101 9.5.1: after three wrong ones it wants its PUK).
 *
 * Loop thread. Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_PIN_H
#define RADIO_SLOT_PIN_H

#include "firmware/radio/store_thread.h"
#include "firmware/store/pin.h"

struct slot;

enum {
	SLOT_PIN_POLL_MS = 10000 /* of a locked SIM */
};

enum slot_pin_finding {
	SLOT_PIN_NONE,	     /* nobody entered one */
	SLOT_PIN_READY,	     /* code: its try is committed */
	SLOT_PIN_REFUSED,    /* this one was refused before */
	SLOT_PIN_UNSURE,     /* a try was cut off: nobody knows how it ended */
	SLOT_PIN_UNREADABLE, /* sealed for another box's key */
};

struct slot_pin_look {
	struct store_job job;
	struct slot *slot;
	const struct crypto_seal_key *key;
	char name[PIN_NAME_SIZE], code[9];
	enum slot_pin_finding finding;
	int8_t tries_left; /* as the SIM counts; -1: not told */
	bool posted;
};

struct slot_pin_end { /* how a try ended, to be written down */
	struct store_job job;
	struct slot *slot;
	char name[PIN_NAME_SIZE];
	uint8_t refused[CRYPTO_HASH_OCTETS];
	bool worked, posted;
};

struct slot_pin {
	struct slot_pin_look look;
	struct slot_pin_end end;
	uint64_t look_ms; /* when a kept PIN is looked for again */
	bool is_entering; /* the SIM has it; the next reading tells what it made of it */
	uint8_t digest[CRYPTO_HASH_OCTETS];
};

/* What a PIN or PUK is kept under; false: the bay has no number yet. */
bool slot_pin_name(const struct slot *slot, char *dst, size_t size);
/* CRYPTO_HASH_OCTETS, with this box's key alone. */
void slot_pin_digest(const struct crypto_seal_key *key, const char *code, uint8_t *out);
void slot_pin_init(struct slot *slot);
/* The SIM asks for its PIN: tries the one that is kept, if that may be tried. */
void slot_pin_try(struct slot *slot);
/* fsm_fn of a struct slot: has anybody cured it? */
void slot_pin_poll(void *user, const void *data);
/* The SIM was read: it is open, or it still asks. */
void slot_pin_note(struct slot *slot, bool is_open);

#endif
