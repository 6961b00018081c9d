/*
 * From a claimed message to the PDU of one of its parts. The same claim gives the same
 * parts at any time, so a message can go on after a restart. Pure.
 */
#ifndef RADIO_BUILD_H
#define RADIO_BUILD_H

#include <stddef.h>
#include <stdint.h>

#include "firmware/store/queue.h"

/* seq: 1 to claim->parts. now: UTC ms, for the validity. pdu[size >= 176]: service centre
 * octets included, as modem_submit() takes it. ERR_INPUT: the text or the number cannot
 * be sent as it stands in the store. */
enum err build_part(const struct queue_claim *claim, uint16_t seq, int64_t now,
	uint8_t *pdu, size_t size, size_t *out_octets);

#endif
