#include "firmware/sms/content.h"

#include <stddef.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/content_payload.h"
#include "firmware/sms/ucs2.h"

static bool is_septets(const struct dcs *dcs)
{
	return dcs->alphabet == SMS_ALPHABET_GSM7 && !dcs->compressed;
}

/* 9.2.3.16: what TP-UDL counts depends on the coding. */
static size_t udl_octets(uint8_t udl, const struct dcs *dcs)
{
	return is_septets(dcs) ? gsm7_packed_octets(udl, 0) : udl;
}

size_t content_udl_octets(uint8_t udl, uint8_t dcs)
{
	struct dcs decoded = dcs_decode(dcs);
	return udl_octets(udl, &decoded);
}

/* Septets that a header takes with its fill bits. */
static size_t header_septets(size_t header_octets)
{
	return (header_octets * 8 + udh_fill_bits(header_octets)) / 7;
}

enum err content_septets(
	const struct sms_ud *ud, size_t header_octets, struct gsm7_septets *out)
{
	size_t skip = header_septets(header_octets);
	if (skip > ud->udl)
		return ERR_INPUT;
	return gsm7_unpack(ud->octets + header_octets, ud->len_octets - header_octets,
		udh_fill_bits(header_octets), ud->udl - skip, out);
}

static enum err septets_decode(const struct sms_ud *ud, struct sms_content *c)
{
	struct gsm7_septets s;
	enum err err = content_septets(ud, c->udh.len_octets, &s);
	if (err != ERR_OK)
		return err;
	struct gsm7_alphabet alphabet;
	c->alphabet_known = gsm7_alphabet_get(c->udh.locking, c->udh.single, &alphabet);
	return gsm7_to_utf8(&alphabet, &s, c->text, sizeof(c->text));
}

static enum err text_decode(const struct sms_ud *ud, struct sms_content *c)
{
	if (c->dcs.compressed || c->dcs.alphabet == SMS_ALPHABET_8BIT)
		return ERR_OK;
	c->has_text = true;
	enum err err = ERR_OK;
	if (c->dcs.alphabet == SMS_ALPHABET_GSM7)
		err = septets_decode(ud, c);
	else
		err = ucs2_to_utf8(ud->octets + c->udh.len_octets,
			(size_t)(ud->len_octets - c->udh.len_octets), c->text,
			sizeof(c->text));
	c->text_len = (uint16_t)strlen(c->text);
	return err;
}

/* Everything that can be wrong with a user data: what is behind the header always reads.
 */
static enum err header_decode(
	const struct sms_ud *ud, const struct dcs *dcs, struct udh *out)
{
	if (ud->len_octets > SMS_UD_OCTETS_MAX ||
		udl_octets(ud->udl, dcs) != ud->len_octets)
		return ERR_INPUT;
	*out = (struct udh){ 0 };
	if (!ud->has_udh)
		return ERR_OK;
	enum err err = udh_decode(ud->octets, ud->len_octets, out);
	bool is_cut = err == ERR_OK && is_septets(dcs) &&
		      header_septets(out->len_octets) > ud->udl;
	return is_cut ? ERR_INPUT : err;
}

enum err content_check(const struct sms_ud *ud, uint8_t dcs)
{
	struct dcs decoded = dcs_decode(dcs);
	struct udh udh;
	return header_decode(ud, &decoded, &udh);
}

enum err content_decode(const struct sms_ud *ud, uint8_t dcs, struct sms_content *out)
{
	struct sms_content c;
	c.dcs = dcs_decode(dcs);
	c.alphabet_known = true;
	c.has_text = false;
	c.text_len = 0;
	c.text[0] = '\0';
	enum err err = header_decode(ud, &c.dcs, &c.udh);
	if (err == ERR_OK)
		err = text_decode(ud, &c);
	if (err != ERR_OK)
		return err;
	memcpy(out, &c, offsetof(struct sms_content, text) + c.text_len + 1);
	return ERR_OK;
}

static enum err header_encode(const struct udh *udh, struct sms_ud *ud)
{
	size_t octets = 0;
	enum err err = ERR_OK;
	if (udh != NULL)
		err = udh_encode(udh, ud->octets, sizeof(ud->octets), &octets);
	ud->has_udh = octets > 0;
	ud->len_octets = (uint8_t)octets;
	return err;
}

static enum err septets_encode(
	const struct udh *udh, const char *text, size_t len, struct sms_ud *ud)
{
	struct gsm7_alphabet alphabet;
	uint8_t locking = udh != NULL ? udh->locking : 0;
	uint8_t single = udh != NULL ? udh->single : 0;
	if (!gsm7_alphabet_get(locking, single, &alphabet))
		return ERR_UNSUPPORTED;
	struct gsm7_septets s;
	enum err err = gsm7_from_utf8(&alphabet, text, len, &s, NULL);
	if (err != ERR_OK)
		return err;
	size_t header = ud->len_octets, octets = 0;
	size_t udl = header_septets(header) + s.count;
	/* what goes into 140 octets is at most 160 septets */
	err = gsm7_pack(&s, udh_fill_bits(header), ud->octets + header,
		sizeof(ud->octets) - header, &octets);
	ud->udl = (uint8_t)udl;
	/* the fill bits after a header alone are counted in septets but may take an octet
	 */
	ud->len_octets = (uint8_t)gsm7_packed_octets(udl, 0);
	return err;
}

static enum err octets_append(struct sms_ud *ud, const uint8_t *data, size_t len)
{
	if (len > sizeof(ud->octets) - ud->len_octets)
		return ERR_MEM;
	if (len > 0)
		memcpy(ud->octets + ud->len_octets, data, len);
	ud->len_octets = (uint8_t)(ud->len_octets + len);
	ud->udl = ud->len_octets;
	return ERR_OK;
}

static enum err ucs2_encode(const char *text, size_t len, struct sms_ud *ud)
{
	uint8_t units[SMS_UD_OCTETS_MAX];
	size_t octets = 0;
	enum err err = ucs2_from_utf8(text, len, units, sizeof(units), &octets);
	return err != ERR_OK ? err : octets_append(ud, units, octets);
}

enum err content_encode(const struct udh *udh, uint8_t dcs, const char *text, size_t len,
	struct sms_ud *out)
{
	struct dcs decoded = dcs_decode(dcs);
	if (decoded.compressed || decoded.alphabet == SMS_ALPHABET_8BIT)
		return ERR_UNSUPPORTED;
	struct sms_ud ud = { 0 };
	enum err err = header_encode(udh, &ud);
	if (err != ERR_OK)
		return err;
	err = is_septets(&decoded) ? septets_encode(udh, text, len, &ud)
				   : ucs2_encode(text, len, &ud);
	if (err == ERR_OK)
		*out = ud;
	return err;
}

enum err content_encode_data(
	const struct udh *udh, const uint8_t *data, size_t len, struct sms_ud *out)
{
	struct sms_ud ud = { 0 };
	enum err err = header_encode(udh, &ud);
	if (err == ERR_OK)
		err = octets_append(&ud, data, len);
	if (err == ERR_OK)
		*out = ud;
	return err;
}
