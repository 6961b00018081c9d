/*
 * The key that PINs are sealed for: a file that only modemd's user can read, made when
 * first needed, beside the store; its public half is in the store's settings, where the
 * office side finds it.
 */
#ifndef RADIO_PIN_KEY_H
#define RADIO_PIN_KEY_H

#include "firmware/base/crypto.h"
#include "firmware/store/store.h"

#define PIN_KEY_SETTING "radio.public_key" /* in hexadecimal */

/* Reads or makes store_path + "-pin-key" and publishes it. On failure nothing is sealed
 * or opened; ERR_SYS: the file, ERR_INPUT: it is no key. Call before other threads use
 * the store. */
enum err pin_key_load(
	struct crypto_seal_key *out, const char *store_path, struct store *s);

#endif
