/*
 * A slot whose SIM is locked, in the world of slot_world.h, and the key with which codes
 * lie in the store. The fake modem asks for what its sim_state says.
 */
#ifndef TESTS_SLOT_LOCKED_H
#define TESTS_SLOT_LOCKED_H

#include "tests/unit/slot_world.h"

static struct crypto_seal_key key;

/* In place of world_setup(). */
static inline int locked_setup(void **state, enum modem_sim_state asks)
{
	int rc = world_setup(state);

	OK(crypto_init());
	crypto_seal_key_make(&key);
	w.host.pin_key = &key;
	fake_modem.sim_state = asks;
	return rc;
}

/* The SIM is read, and what is kept for it looked for. */
static inline void read_sim(void)
{
	answer(PENDING_SIM);
	commit();
	commit();
}

/* Up to where the SIM has been read as locked and a code for it looked for. */
static inline void boot_locked(void)
{
	plug_in();
	AT(PIN);
	commit();
}

static inline void read_again(void)
{
	pass(2000); /* it takes a moment */
	pass(2000);
	read_sim();
}

static inline void assert_reason(const char *name)
{
	assert_string_equal(reason_name(w.slot.reason), name);
}

#endif
