/*
 * Did a PDU line arrive whole? A UART without flow control loses octets, and what is
 * handed on is deleted from the SIM afterwards. The header before the line says how long
 * it is (27.005 3.1 <length>); but cheap modems count wrong, so that a line which reads
 * the same a second time is believed, and the modem's lengths no more. Pure.
 */
#ifndef DRIVERS_AT_LENGTH_H
#define DRIVERS_AT_LENGTH_H

#include "drivers/at/at_parse.h"

struct at_lengths { /* zeroed: nothing is known */
	bool are_wrong;
	bool has_doubt, has_new_doubt; /* new: since the dialogue began */
	struct at_stored doubted;
	size_t octets;
	uint32_t sum;
};

void at_lengths_begin(struct at_lengths *l); /* a dialogue that reads */
/* True: it is to be read again. head names its store and index. */
bool at_lengths_doubt(struct at_lengths *l, const struct at_stored *head,
	const uint8_t *pdu, size_t octets);

#endif
