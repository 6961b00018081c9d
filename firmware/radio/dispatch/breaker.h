/*
 * Takes a SIM out that fails on different recipients while others succeed. Where all fail
 * alike it is the network, and nobody is taken out. After a pause the SIM gets one
 * message as a probe: accepted, it is back; refused, it waits longer. Pure, on the
 * caller's memory.
 */
#ifndef RADIO_BREAKER_H
#define RADIO_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum {
	BREAKER_NUMBERS = 4,	  /* different recipients that it failed on in a row */
	BREAKER_OTHERS = 2,	  /* parts that others got through meanwhile */
	BREAKER_FIRST_MS = 30000, /* the first pause; each one after it is doubled */
	BREAKER_LONGEST_MS = 7200000,
	BREAKER_TRUST =
		10, /* accepted in a row after which the next pause is short again */
};

enum breaker_state {
	BREAKER_CLOSED, /* it may send */
	BREAKER_OPEN,	/* it may not */
	BREAKER_HALF,	/* one message, to see */
};

struct breaker_bank { /* of all SIMs */
	uint64_t accepted;
};

struct breaker {			   /* zeroed: closed */
	uint32_t numbers[BREAKER_NUMBERS]; /* hashes of recipients */
	uint8_t n_numbers, doublings, trust;
	bool is_open, is_probing;
	uint64_t accepted_then; /* by the bank when this row began; or when it opened */
	uint64_t until_ms;
};

enum breaker_state breaker_state(const struct breaker *b, uint64_t now_ms);
/* The SIM was given a message. */
void breaker_given(struct breaker *b, uint64_t now_ms);
/* It was not put on air, and nothing was learned. */
void breaker_untried(struct breaker *b);
/* Nobody got anything through since it began to fail: it may be the network. */
bool breaker_fails_with_all(const struct breaker *b, const struct breaker_bank *bank);
void breaker_accepted(struct breaker *b, struct breaker_bank *bank);
/* number: a hash of the recipient. True: the SIM is out, until b->until_ms. */
bool breaker_failed(struct breaker *b, const struct breaker_bank *bank, uint32_t number,
	uint64_t now_ms);

#endif
