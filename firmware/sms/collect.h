/*
 * Which received parts belong together. Putting them together is the store's matter; here
 * is what identifies a message and a place in it. Pure functions.
 */
#ifndef SMS_COLLECT_H
#define SMS_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/sms/address.h"
#include "firmware/sms/content.h"
#include "firmware/sms/pdu.h"

/* TS 23.040 9.2.3.24.1: the reference is unique for one sender only; 8 and 16 bit
 * references are different numbers. */
struct collect_key {
	struct sms_address from;
	uint16_t ref;
	bool ref16;
	uint8_t total; /* 2 to 255 */
};

/* False if the message stands alone (also as part 1 of 1). out_seq: 1 to total. */
bool collect_key_of(
	const struct sms_deliver *msg, struct collect_key *out, uint8_t *out_seq);
bool collect_key_is_equal(const struct collect_key *a, const struct collect_key *b);

/* The text of count parts in their order. Septets and UTF-16 units are joined before they
 * are decoded, so a character that a sender cut in two comes out whole. Parts without
 * text add nothing. ERR_MEM: size; dst is then empty. */
enum err collect_text(
	const struct sms_deliver *const *parts, size_t count, char *dst, size_t size);

#endif
