#include "firmware/sms/dcs.h"

#define DCS_COMPRESSED 0x20
#define DCS_HAS_CLASS 0x10

/* Bits 3 and 2 of group 0xxx; 11 is reserved and thus GSM 7 bit. */
static const enum sms_alphabet alphabet_of[4] = {
	SMS_ALPHABET_GSM7,
	SMS_ALPHABET_8BIT,
	SMS_ALPHABET_UCS2,
	SMS_ALPHABET_GSM7,
};

/* Groups 00xx general and 01xx automatic deletion. */
static struct dcs decode_general(uint8_t octet)
{
	unsigned alphabet = octet >> 2 & 3;
	bool has_class = (octet & DCS_HAS_CLASS) != 0;
	return (struct dcs){
		.alphabet = alphabet_of[alphabet],
		.msg_class = has_class ? (enum sms_class)(octet & 3) : SMS_CLASS_NONE,
		.compressed = (octet & DCS_COMPRESSED) != 0,
		.auto_delete = (octet & 0xC0) == 0x40,
		.reserved = alphabet == 3,
		.waiting = DCS_WAITING_NONE,
	};
}

/* Groups 1100 discard, 1101 store, 1110 store with UCS-2 text. */
static struct dcs decode_waiting(uint8_t octet)
{
	return (struct dcs){
		.alphabet = octet >> 4 == 0xE ? SMS_ALPHABET_UCS2 : SMS_ALPHABET_GSM7,
		.msg_class = SMS_CLASS_NONE,
		.waiting = (enum dcs_waiting)(octet & 3),
		.waiting_active = (octet & 8) != 0,
		.waiting_store = octet >> 4 != 0xC,
	};
}

/* Group 1111; its bit 3 is reserved and says nothing. */
static struct dcs decode_class(uint8_t octet)
{
	return (struct dcs){
		.alphabet = (octet & 4) != 0 ? SMS_ALPHABET_8BIT : SMS_ALPHABET_GSM7,
		.msg_class = (enum sms_class)(octet & 3),
		.waiting = DCS_WAITING_NONE,
	};
}

struct dcs dcs_decode(uint8_t octet)
{
	if (octet < 0x80)
		return decode_general(octet);
	if (octet >= 0xF0)
		return decode_class(octet);
	if (octet >= 0xC0)
		return decode_waiting(octet);
	return (struct dcs){
		.alphabet = SMS_ALPHABET_GSM7,
		.msg_class = SMS_CLASS_NONE,
		.reserved = true,
		.waiting = DCS_WAITING_NONE,
	};
}

uint8_t dcs_encode(enum sms_alphabet alphabet, enum sms_class msg_class)
{
	unsigned octet = (unsigned)alphabet << 2;
	if (msg_class != SMS_CLASS_NONE)
		octet |= DCS_HAS_CLASS | (unsigned)msg_class;
	return (uint8_t)octet;
}

static bool is_same(const struct dcs *a, const struct dcs *b)
{
	return a->alphabet == b->alphabet && a->msg_class == b->msg_class &&
	       a->compressed == b->compressed && a->auto_delete == b->auto_delete &&
	       a->reserved == b->reserved && a->waiting == b->waiting &&
	       a->waiting_active == b->waiting_active &&
	       a->waiting_store == b->waiting_store;
}

enum err dcs_octet(const struct dcs *in, uint8_t *out)
{
	for (unsigned octet = 0; octet <= 0xFF; octet++) {
		struct dcs dcs = dcs_decode((uint8_t)octet);
		if (is_same(&dcs, in)) {
			*out = (uint8_t)octet;
			return ERR_OK;
		}
	}
	return ERR_ARG;
}
