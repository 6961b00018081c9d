/* TS 23.038 (Release 17) 6.1.2: septets into octets and back. */
#include "firmware/sms/gsm7.h"

#include <string.h>

#include "firmware/sms/gsm7_word.h"

#define SEPTET_CR 0x0D
#define FILL_BITS_MAX 6
#define GROUP_SEPTETS WORD_OCTETS
#define GROUP_OCTETS 7 /* what eight septets take */

size_t gsm7_packed_octets(size_t count, unsigned fill_bits)
{
	return (count * 7 + fill_bits + 7) / 8;
}

static bool are_septets(const struct gsm7_septets *in)
{
	unsigned all = 0;
	for (size_t i = 0; i < in->count; i++)
		all |= in->at[i];
	return all <= 0x7F;
}

static void septet_put(uint8_t *out, size_t bit, uint8_t septet)
{
	unsigned shifted = (unsigned)septet << bit % 8;
	out[bit / 8] |= (uint8_t)shifted;
	if (shifted > 0xFF)
		out[bit / 8 + 1] |= (uint8_t)(shifted >> 8);
}

enum err gsm7_pack(const struct gsm7_septets *in, unsigned fill_bits, uint8_t *out,
	size_t size, size_t *out_octets)
{
	if (fill_bits > FILL_BITS_MAX || in->count > GSM7_SEPTETS_MAX || !are_septets(in))
		return ERR_ARG;
	size_t octets = gsm7_packed_octets(in->count, fill_bits);
	if (octets > size)
		return ERR_MEM;
	/* a word at a time writes one octet too many, which the next word overwrites */
	size_t i = 0, at = 0;
	uint64_t carry = 0;
	for (; in->count - i >= GROUP_SEPTETS && octets - at >= WORD_OCTETS;
		i += GROUP_SEPTETS, at += GROUP_OCTETS) {
		uint64_t bits = word_squeeze(word_load(in->at + i)) << fill_bits | carry;
		word_store(out + at, bits);
		carry = bits >> 8 * GROUP_OCTETS;
	}
	if (octets > at)
		memset(out + at, 0, octets - at);
	if (i > 0 && octets > at)
		out[at] = (uint8_t)carry;
	for (; i < in->count; i++)
		septet_put(out, fill_bits + 7 * i, in->at[i]);
	*out_octets = octets;
	return ERR_OK;
}

enum err gsm7_unpack(const uint8_t *in, size_t len, unsigned fill_bits, size_t count,
	struct gsm7_septets *out)
{
	if (fill_bits > FILL_BITS_MAX)
		return ERR_ARG;
	if (count > GSM7_SEPTETS_MAX)
		return ERR_MEM;
	if (count > 0 && gsm7_packed_octets(count, fill_bits) > len)
		return ERR_INPUT;
	size_t i = 0, at = 0;
	for (; count - i >= GROUP_SEPTETS && len - at >= WORD_OCTETS;
		i += GROUP_SEPTETS, at += GROUP_OCTETS)
		word_store(out->at + i, word_stretch(word_load(in + at) >> fill_bits));
	for (; i < count; i++) {
		size_t bit = fill_bits + 7 * i;
		unsigned pair = in[bit / 8];
		if (bit % 8 > 1)
			pair |= (unsigned)in[bit / 8 + 1] << 8;
		out->at[i] = (pair >> bit % 8) & 0x7F;
	}
	out->count = count;
	return ERR_OK;
}

enum err gsm7_ussd_pack(
	const struct gsm7_septets *in, uint8_t *out, size_t size, size_t *out_octets)
{
	struct gsm7_septets padded = *in;
	bool ends_octet = in->count > 0 && in->count % 8 == 0;
	bool spare_septet = in->count % 8 == 7;
	if (spare_septet || (ends_octet && in->at[in->count - 1] == SEPTET_CR)) {
		if (padded.count == GSM7_SEPTETS_MAX)
			return ERR_MEM;
		padded.at[padded.count++] = SEPTET_CR;
	}
	return gsm7_pack(&padded, 0, out, size, out_octets);
}

enum err gsm7_ussd_unpack(const uint8_t *in, size_t len, struct gsm7_septets *out)
{
	if (len > GSM7_USSD_OCTETS_MAX)
		return ERR_MEM;
	struct gsm7_septets s;
	enum err err = gsm7_unpack(in, len, 0, len * 8 / 7, &s);
	if (err != ERR_OK)
		return err;
	bool ends_cr = s.count > 0 && s.at[s.count - 1] == SEPTET_CR;
	bool doubled = ends_cr && s.count % 8 == 1 && s.count > 1 &&
		       s.at[s.count - 2] == SEPTET_CR;
	if (doubled || (ends_cr && s.count % 8 == 0))
		s.count--;
	*out = s;
	return ERR_OK;
}
