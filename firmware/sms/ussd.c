#include "firmware/sms/ussd.h"

#include <string.h>

#include "firmware/sms/ucs2.h"

#define LANGUAGE_SEPTETS 3 /* clause 5, 10: two letters and CR */
#define LANGUAGE_OCTETS 2  /* 11: two letters in 14 bits, then UCS-2 */

static void language_set(const uint8_t *letters, struct ussd_string *out)
{
	for (size_t i = 0; i < 2; i++) {
		bool is_letter = (letters[i] | 0x20) >= 'a' && (letters[i] | 0x20) <= 'z';
		out->language[i] = is_letter ? (char)(letters[i] | 0x20) : '?';
	}
	out->language[2] = '\0';
}

static enum err septets_decode(const uint8_t *in, size_t len, struct ussd_string *out)
{
	struct gsm7_alphabet a;
	struct gsm7_septets s;
	(void)gsm7_alphabet_get(GSM7_DEFAULT, GSM7_DEFAULT, &a); /* always exists */
	enum err err = gsm7_ussd_unpack(in, len, &s);
	if (err != ERR_OK)
		return err;
	if (out->dcs.says_language) {
		if (s.count < LANGUAGE_SEPTETS)
			return ERR_INPUT;
		language_set(s.at, out);
		s.count -= LANGUAGE_SEPTETS;
		memmove(s.at, s.at + LANGUAGE_SEPTETS, s.count);
	}
	return gsm7_to_utf8(&a, &s, out->text, sizeof(out->text));
}

static enum err units_decode(const uint8_t *in, size_t len, struct ussd_string *out)
{
	if (out->dcs.says_language) {
		struct gsm7_septets s;
		if (gsm7_unpack(in, len, 0, 2, &s) != ERR_OK)
			return ERR_INPUT;
		language_set(s.at, out);
		in += LANGUAGE_OCTETS;
		len -= LANGUAGE_OCTETS;
	}
	return ucs2_to_utf8(in, len, out->text, sizeof(out->text));
}

enum err ussd_decode(const uint8_t *in, size_t len, uint8_t dcs, struct ussd_string *out)
{
	struct ussd_string u = { .dcs = cbs_dcs_decode(dcs) };
	if (len > GSM7_USSD_OCTETS_MAX)
		return ERR_INPUT;
	memcpy(u.language, u.dcs.language, strlen(u.dcs.language));
	u.has_text = !u.dcs.compressed && !u.dcs.has_udh &&
		     u.dcs.alphabet != SMS_ALPHABET_8BIT;
	enum err err = ERR_OK;
	if (u.has_text)
		err = u.dcs.alphabet == SMS_ALPHABET_GSM7 ? septets_decode(in, len, &u)
							  : units_decode(in, len, &u);
	if (err != ERR_OK)
		return err;
	u.text_len = (uint16_t)strlen(u.text);
	*out = u;
	return ERR_OK;
}

enum err ussd_encode(const char *text, size_t len, uint8_t *out, size_t size,
	size_t *out_octets, uint8_t *out_dcs)
{
	struct gsm7_alphabet a;
	struct gsm7_septets s;
	if (size > GSM7_USSD_OCTETS_MAX)
		size = GSM7_USSD_OCTETS_MAX;
	(void)gsm7_alphabet_get(GSM7_DEFAULT, GSM7_DEFAULT, &a); /* always exists */
	enum err err = gsm7_from_utf8(&a, text, len, &s, NULL);
	bool is_ucs2 = err == ERR_INPUT;
	if (err == ERR_OK)
		err = gsm7_ussd_pack(&s, out, size, out_octets);
	else if (is_ucs2)
		err = ucs2_from_utf8(text, len, out, size, out_octets);
	if (err == ERR_OK)
		*out_dcs = is_ucs2 ? CBS_UCS2 : CBS_GSM7;
	return err;
}
