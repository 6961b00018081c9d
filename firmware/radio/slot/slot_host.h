/*
 * What a slot asks of the bank. Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_HOST_H
#define RADIO_SLOT_HOST_H

#include "firmware/radio/slot/slot_send.h"
#include "firmware/radio/slot/slot_ussd.h"

struct crypto_seal_key;
struct power;
struct slot_test_end;
struct slot_ways;

struct slot_host { /* user is given back */
	struct loop *loop;
	struct store_thread *store;
	struct power *power;		       /* NULL: this board switches nothing */
	const struct crypto_seal_key *pin_key; /* NULL: PINs cannot be read */
	const struct slot_ways *ways;	       /* NULL: none were kept */
	bool store_fails;		       /* it takes nothing now: nobody sends */
	/* Something to show changed. */
	void (*changed)(void *user, struct slot *slot);
	/* Another slot that has this very modem and SIM, or this SIM; NULL: none. */
	struct slot *(*find_twin)(void *user, const struct slot *slot);
	/* A message's state changed and is committed. */
	void (*message)(void *user, int64_t id, enum message_state state);
	void (*inbound)(void *user, int64_t id);
	/* May the next part of the message in hand go now, and at what price? False: ask
	 * again in a later turn. */
	bool (*may_go_on)(void *user, struct slot *slot, int64_t *out_price);
	/* A message was claimed; a part ended, and is on its way to the store. */
	void (*claimed)(void *user, struct slot *slot, const struct queue_claim *claim);
	void (*part_ended)(
		void *user, struct slot *slot, const struct slot_part_end *end);
	/* A random number: the back-offs of many must not end together. */
	uint32_t (*draw)(void *user);
	/* The slot is through with the message that it was given. */
	void (*finished)(void *user, struct slot *slot, const struct slot_end *end);
	/* Every question that was accepted ends so, once. */
	void (*ussd_ended)(
		void *user, struct slot *slot, const struct slot_ussd_end *end);
	/* The same for a self-test. */
	void (*test_ended)(
		void *user, struct slot *slot, const struct slot_test_end *end);
	void *user;
};

#endif
