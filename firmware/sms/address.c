#include "firmware/sms/address.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/gsm7.h"

#define SEMI_OCTETS_MAX ADDRESS_DIGITS_MAX
#define SMSC_OCTETS_MAX 11 /* TS 24.011 8.2.5.1, after the length octet */
#define END_MARK 0xF

/* 9.1.2.3: the digit of each semi-octet; F only fills. */
static const char digits[] = "0123456789*#abc";

static unsigned semi_octet(const uint8_t *value, size_t i)
{
	return i % 2 == 0 ? value[i / 2] & 0xF : value[i / 2] >> 4;
}

/* Appends up to count digits, fewer if a filler ends them, and says how many. */
static size_t digits_read(const uint8_t *value, size_t count, struct sms_address *a)
{
	size_t len = 0;
	if (a->ton == ADDRESS_TON_INTERNATIONAL && count > 0 &&
		semi_octet(value, 0) != END_MARK)
		a->text[len++] = '+';
	size_t i = 0;
	for (; i < count && semi_octet(value, i) != END_MARK; i++)
		a->text[len++] = digits[semi_octet(value, i)];
	a->text[len] = '\0';
	return i;
}

/* The digits of a->text as semi-octets into value[10], filled up with F. False if the
 * text is not what digits_read() would give. */
static bool digits_write(const struct sms_address *a, uint8_t *value, size_t *out_count)
{
	const char *text = a->text;
	if (a->ton == ADDRESS_TON_INTERNATIONAL && *text != '\0' && *text++ != '+')
		return false;
	size_t count = strlen(text);
	if (count > SEMI_OCTETS_MAX || (count == 0 && text != a->text))
		return false;
	memset(value, 0xFF, SEMI_OCTETS_MAX / 2);
	for (size_t i = 0; i < count; i++) {
		const char *digit = strchr(digits, text[i]);
		if (digit == NULL)
			return false;
		unsigned code = (unsigned)(digit - digits);
		value[i / 2] = (uint8_t)(i % 2 == 0 ? 0xF0 | code
						    : (value[i / 2] & 0xF) | code << 4);
	}
	*out_count = count;
	return true;
}

/* 7 characters leave a spare septet in their 7 octets. 9.1.2.5 wants 13 semi-octets then,
 * but many senders say 14, which would show an '@' at the end of their name. */
static bool ends_in_spare_septet(const struct gsm7_septets *s, size_t semi_octets)
{
	return semi_octets == 14 && s->at[7] == 0;
}

static enum err name_read(const uint8_t *value, size_t semi_octets, struct sms_address *a)
{
	struct gsm7_alphabet alphabet;
	(void)gsm7_alphabet_get(0, 0, &alphabet); /* the default always exists */
	struct gsm7_septets s;
	enum err err =
		gsm7_unpack(value, (semi_octets + 1) / 2, 0, semi_octets * 4 / 7, &s);
	if (err != ERR_OK)
		return err;
	if (ends_in_spare_septet(&s, semi_octets))
		s.count--;
	return gsm7_to_utf8(&alphabet, &s, a->text, sizeof(a->text));
}

static bool name_write(const char *name, uint8_t *value, size_t *out_semi_octets)
{
	struct gsm7_alphabet alphabet;
	(void)gsm7_alphabet_get(0, 0, &alphabet); /* the default always exists */
	struct gsm7_septets s;
	size_t octets = 0;
	if (gsm7_from_utf8(&alphabet, name, strlen(name), &s, NULL) != ERR_OK ||
		s.count > ADDRESS_SEPTETS_MAX)
		return false;
	memset(value, 0, SEMI_OCTETS_MAX / 2);
	if (gsm7_pack(&s, 0, value, SEMI_OCTETS_MAX / 2, &octets) != ERR_OK)
		return false;
	/* 9.1.2.5: semi-octets of mere fill do not count, but those of an '@' do */
	size_t semi_octets = (s.count * 7 + 3) / 4;
	if (ends_in_spare_septet(&s, semi_octets))
		semi_octets++;
	*out_semi_octets = semi_octets;
	return true;
}

static bool text_is_terminated(const struct sms_address *a)
{
	return memchr(a->text, '\0', sizeof(a->text)) != NULL;
}

static bool value_write(const struct sms_address *a, uint8_t *value, size_t *out_count)
{
	if (a->ton > ADDRESS_TON_RESERVED || a->npi > 15 || !text_is_terminated(a))
		return false;
	return a->ton == ADDRESS_TON_ALPHANUMERIC ? name_write(a->text, value, out_count)
						  : digits_write(a, value, out_count);
}

static uint8_t type_octet(const struct sms_address *a)
{
	return (uint8_t)(0x80 | a->ton << 4 | a->npi);
}

static struct sms_address typed(uint8_t type)
{
	return (struct sms_address){ .ton = type >> 4 & 7, .npi = type & 0xF };
}

enum err address_from_number(const char *number, struct sms_address *out)
{
	bool plus = number[0] == '+';
	struct sms_address a = {
		.ton = plus ? ADDRESS_TON_INTERNATIONAL : ADDRESS_TON_UNKNOWN,
		.npi = ADDRESS_NPI_ISDN,
	};
	uint8_t value[SEMI_OCTETS_MAX / 2];
	size_t count = 0;
	if (number[0] == '\0' || !str_copy(a.text, sizeof(a.text), number) ||
		!digits_write(&a, value, &count))
		return ERR_INPUT;
	*out = a;
	return ERR_OK;
}

enum err address_from_name(const char *name, struct sms_address *out)
{
	struct sms_address a = { .ton = ADDRESS_TON_ALPHANUMERIC };
	uint8_t value[SEMI_OCTETS_MAX / 2];
	size_t count = 0;
	if (name[0] == '\0' || !str_copy(a.text, sizeof(a.text), name) ||
		!name_write(a.text, value, &count))
		return ERR_INPUT;
	*out = a;
	return ERR_OK;
}

enum err address_decode(
	const uint8_t *in, size_t len, struct sms_address *out, size_t *out_octets)
{
	if (len < 2 || in[0] > SEMI_OCTETS_MAX)
		return ERR_INPUT;
	size_t count = in[0];
	size_t octets = 2 + (count + 1) / 2;
	if (octets > len)
		return ERR_INPUT;
	struct sms_address a = typed(in[1]);
	if (a.ton == ADDRESS_TON_ALPHANUMERIC) {
		enum err err = name_read(in + 2, count, &a);
		if (err != ERR_OK)
			return err;
	} else if (digits_read(in + 2, count, &a) != count) {
		return ERR_INPUT;
	}
	*out = a;
	*out_octets = octets;
	return ERR_OK;
}

enum err address_encode(
	const struct sms_address *in, uint8_t *out, size_t size, size_t *out_octets)
{
	uint8_t value[SEMI_OCTETS_MAX / 2];
	size_t count = 0;
	if (!value_write(in, value, &count))
		return ERR_ARG;
	size_t octets = (count + 1) / 2;
	if (2 + octets > size)
		return ERR_MEM;
	out[0] = (uint8_t)count;
	out[1] = type_octet(in);
	memcpy(out + 2, value, octets);
	*out_octets = 2 + octets;
	return ERR_OK;
}

enum err address_smsc_decode(
	const uint8_t *in, size_t len, struct sms_address *out, size_t *out_octets)
{
	if (len < 1 || in[0] > SMSC_OCTETS_MAX || in[0] > len - 1)
		return ERR_INPUT;
	struct sms_address a = { 0 };
	if (in[0] > 1) {
		a = typed(in[1]);
		/* TS 24.008 10.5.4.7: an end mark ends the digits. No digits, and a name,
		 * which this field cannot have, are no reason to lose the message. */
		size_t count = 2 * (size_t)(in[0] - 1);
		if (a.ton == ADDRESS_TON_ALPHANUMERIC ||
			digits_read(in + 2, count, &a) == 0)
			a = (struct sms_address){ 0 };
	}
	*out = a;
	*out_octets = 1 + (size_t)in[0];
	return ERR_OK;
}

enum err address_smsc_encode(
	const struct sms_address *in, uint8_t *out, size_t size, size_t *out_octets)
{
	uint8_t value[SEMI_OCTETS_MAX / 2];
	size_t count = 0;
	if (in->ton == ADDRESS_TON_ALPHANUMERIC || !value_write(in, value, &count))
		return ERR_ARG;
	size_t octets = (count + 1) / 2;
	if (size < 1 || (count > 0 && 2 + octets > size))
		return ERR_MEM;
	out[0] = 0;
	*out_octets = 1;
	if (count > 0) {
		out[0] = (uint8_t)(1 + octets);
		out[1] = type_octet(in);
		memcpy(out + 2, value, octets);
		*out_octets = 2 + octets;
	}
	return ERR_OK;
}
