/*
 * What a TP-UD carries behind its header, for those who join parts before decoding them.
 */
#ifndef SMS_CONTENT_PAYLOAD_H
#define SMS_CONTENT_PAYLOAD_H

#include "firmware/sms/content.h"
#include "firmware/sms/gsm7.h"

/* The septets behind the header of a user data that content_decode() takes as 7 bit text.
 * ERR_INPUT: the header is longer than the data. */
enum err content_septets(
	const struct sms_ud *ud, size_t header_octets, struct gsm7_septets *out);

#endif
