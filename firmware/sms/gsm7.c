#include "firmware/sms/gsm7.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/gsm7_tables.h"

#define SEPTET_NONE (-1)
#define SEPTET_CR 0x0D
#define FILL_BITS_MAX 6
#define USSD_OCTETS_MAX 160 /* TS 24.080 4.6: USSD-String */

bool gsm7_alphabet_get(uint8_t locking, uint8_t single, struct gsm7_alphabet *out)
{
	out->locking = gsm7_table_default;
	out->single = gsm7_table_default_single;
	return locking == 0 && single == 0;
}

static int septet_find(const uint16_t *table, uint32_t code_point)
{
	/* Most of a text is ASCII, and most of ASCII is at its own place. */
	if (code_point < GSM7_TABLE_LEN && table[code_point] == code_point)
		return code_point == 0 ? SEPTET_NONE : (int)code_point;
	for (int i = 0; i < GSM7_TABLE_LEN; i++) {
		if (table[i] == code_point && code_point != 0)
			return i;
	}
	return SEPTET_NONE;
}

unsigned gsm7_cost(const struct gsm7_alphabet *a, uint32_t code_point)
{
	if (septet_find(a->locking, code_point) != SEPTET_NONE)
		return 1;
	return septet_find(a->single, code_point) != SEPTET_NONE ? 2 : 0;
}

static enum err septets_append(struct gsm7_septets *s, uint8_t septet)
{
	if (s->count == GSM7_SEPTETS_MAX)
		return ERR_MEM;
	s->at[s->count++] = septet;
	return ERR_OK;
}

static enum err code_point_append(
	const struct gsm7_alphabet *a, uint32_t code_point, struct gsm7_septets *s)
{
	int septet = septet_find(a->locking, code_point);
	if (septet != SEPTET_NONE)
		return septets_append(s, (uint8_t)septet);
	septet = septet_find(a->single, code_point);
	if (septet == SEPTET_NONE)
		return ERR_INPUT;
	enum err err = septets_append(s, GSM7_ESCAPE);
	return err != ERR_OK ? err : septets_append(s, (uint8_t)septet);
}

enum err gsm7_from_utf8(const struct gsm7_alphabet *a, const char *text, size_t len,
	struct gsm7_septets *out, struct gsm7_fault *fault)
{
	struct gsm7_septets s = { 0 };
	for (size_t pos = 0; pos < len;) {
		uint32_t code_point = 0;
		int n = str_utf8_next(text + pos, len - pos, &code_point);
		enum err err = n > 0 ? code_point_append(a, code_point, &s) : ERR_INPUT;
		if (err == ERR_INPUT && fault != NULL) {
			*fault = (struct gsm7_fault){
				.offset = pos,
				.code_point = n > 0 ? code_point : 0,
			};
		}
		if (err != ERR_OK)
			return err;
		pos += (size_t)n;
	}
	*out = s;
	return ERR_OK;
}

/* 6.2.1.1: what the septet after an escape shows. */
static uint32_t shifted(const struct gsm7_alphabet *a, uint8_t septet)
{
	if (septet == GSM7_ESCAPE) /* note 1: for a further table, until then a space */
		return ' ';
	if (a->single[septet] != 0)
		return a->single[septet];
	return a->locking[septet];
}

static uint32_t septet_read(
	const struct gsm7_alphabet *a, const struct gsm7_septets *in, size_t *pos)
{
	uint8_t septet = in->at[(*pos)++] & 0x7F;
	uint32_t code_point = a->locking[septet];
	if (septet == GSM7_ESCAPE) {
		/* 6.2.1 note 1: one that shifts nothing is a space */
		code_point = ' ';
		if (*pos < in->count)
			code_point = shifted(a, in->at[(*pos)++] & 0x7F);
	}
	return code_point != 0 ? code_point : 0xFFFD;
}

enum err gsm7_to_utf8(const struct gsm7_alphabet *a, const struct gsm7_septets *in,
	char *dst, size_t size)
{
	size_t len = 0;
	for (size_t pos = 0; pos < in->count;) {
		char utf8[4];
		size_t n = str_utf8_put(septet_read(a, in, &pos), utf8);
		if (n >= size - len)
			return ERR_MEM;
		memcpy(dst + len, utf8, n);
		len += n;
	}
	if (len >= size)
		return ERR_MEM;
	dst[len] = '\0';
	return ERR_OK;
}

size_t gsm7_packed_octets(size_t count, unsigned fill_bits)
{
	return (count * 7 + fill_bits + 7) / 8;
}

enum err gsm7_pack(const struct gsm7_septets *in, unsigned fill_bits, uint8_t *out,
	size_t size, size_t *out_octets)
{
	if (fill_bits > FILL_BITS_MAX || in->count > GSM7_SEPTETS_MAX)
		return ERR_ARG;
	for (size_t i = 0; i < in->count; i++) {
		if (in->at[i] > 0x7F)
			return ERR_ARG;
	}
	size_t octets = gsm7_packed_octets(in->count, fill_bits);
	if (octets > size)
		return ERR_MEM;
	memset(out, 0, octets);
	for (size_t i = 0; i < in->count; i++) {
		size_t bit = fill_bits + 7 * i;
		unsigned shifted_septet = (unsigned)in->at[i] << bit % 8;
		out[bit / 8] |= (uint8_t)shifted_septet;
		if (shifted_septet > 0xFF)
			out[bit / 8 + 1] |= (uint8_t)(shifted_septet >> 8);
	}
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
	*out = (struct gsm7_septets){ .count = count };
	for (size_t i = 0; i < count; i++) {
		size_t bit = fill_bits + 7 * i;
		unsigned pair = in[bit / 8];
		if (bit % 8 > 1)
			pair |= (unsigned)in[bit / 8 + 1] << 8;
		out->at[i] = (pair >> bit % 8) & 0x7F;
	}
	return ERR_OK;
}

enum err gsm7_ussd_pack(
	const struct gsm7_septets *in, uint8_t *out, size_t size, size_t *out_octets)
{
	struct gsm7_septets padded = *in;
	bool ends_octet = in->count > 0 && in->count % 8 == 0;
	bool spare_septet = in->count % 8 == 7;
	if (spare_septet || (ends_octet && in->at[in->count - 1] == SEPTET_CR)) {
		enum err err = septets_append(&padded, SEPTET_CR);
		if (err != ERR_OK)
			return err;
	}
	return gsm7_pack(&padded, 0, out, size, out_octets);
}

enum err gsm7_ussd_unpack(const uint8_t *in, size_t len, struct gsm7_septets *out)
{
	if (len > USSD_OCTETS_MAX)
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
