#include "firmware/radio/slot/ussd_text.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/ucs2.h"
#include "firmware/sms/ussd.h"

enum {
	OCTETS_MAX = 512,
	TEXT_MAX = 2048, /* Latin 1 doubles at most, UCS-2 needs less */
	UNITS_MIN = 2,	 /* fewer do not show that they are UCS-2 */
};

static bool is_digits(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

/* Modems set to AT+CSCS="UCS2" print that, whatever the network's coding scheme says.
 * Its high octets are mostly 0 in Latin text, which packed septets hardly ever are. */
static bool looks_ucs2(const uint8_t *octets, size_t len)
{
	size_t zeros = 0;

	for (size_t i = 0; i < len; i += 2)
		zeros += octets[i] == 0;
	return len % 2 == 0 && len / 2 >= UNITS_MIN && zeros * 2 >= len / 2;
}

/* Up to the first U+0000: what follows is what was left in a modem's buffer. */
static bool from_ucs2(const uint8_t *octets, size_t len, char *dst, size_t size)
{
	size_t n = 0;

	while (n + 1 < len && (octets[n] || octets[n + 1]))
		n += 2;
	return ucs2_to_utf8(octets, n, dst, size) == ERR_OK;
}

static bool from_hex(const struct modem_ussd_answer *answer, char dst[TEXT_MAX])
{
	uint8_t octets[OCTETS_MAX], dcs = answer->has_dcs ? answer->dcs : CBS_GSM7;
	struct cbs_dcs scheme = cbs_dcs_decode(dcs);
	struct ussd_string u;
	size_t len, skip;

	if (!str_from_hex(
		    answer->text, strlen(answer->text), octets, sizeof(octets), &len))
		return false;
	if (scheme.alphabet == SMS_ALPHABET_UCS2) {
		skip = scheme.says_language && len >= 2 ? 2 : 0;
		return from_ucs2(octets + skip, len - skip, dst, TEXT_MAX);
	}
	if (looks_ucs2(octets, len))
		return from_ucs2(octets, len, dst, TEXT_MAX);
	if (is_digits(answer->text)) /* a plain number looks like hexadecimal too */
		return false;
	return ussd_decode(octets, len, dcs, &u) == ERR_OK && u.has_text &&
	       str_copy(dst, TEXT_MAX, u.text);
}

/* Plain words are in the modem's character set: UTF-8, or else Latin 1. */
static void from_plain(const char *text, char dst[TEXT_MAX])
{
	bool is_utf8 = str_is_utf8(text, strlen(text), NULL);
	char *end = dst;

	if (is_utf8) {
		(void)str_copy(dst, TEXT_MAX, text); /* larger */
		return;
	}
	for (; *text && end + 4 < dst + TEXT_MAX; text++)
		end += str_utf8_put((unsigned char)*text, end);
	*end = '\0';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n';
}

/* Whole code points that fit, control codes out, CR and CR LF as LF, ends trimmed. */
static size_t tidy(const char *text, char *dst, size_t size)
{
	size_t len = strlen(text), n = 0;
	uint32_t cp;

	while (len > 0) {
		int step = str_utf8_next(text, len, &cp);
		if (step <= 0 || n + (size_t)step >= size)
			break;
		bool is_break = cp == '\r' || cp == '\n';
		bool skips =
			n == 0 ? is_break || cp == ' ' : is_break && dst[n - 1] == '\n';
		if (is_break && !skips) {
			dst[n++] = '\n';
		} else if (!skips && cp >= ' ' && (cp < 0x7F || cp > 0x9F)) {
			memcpy(dst + n, text, (size_t)step);
			n += (size_t)step;
		}
		text += step;
		len -= (size_t)step;
	}
	while (n > 0 && is_space(dst[n - 1]))
		n--;
	dst[n] = '\0';
	return n;
}

size_t ussd_text(const struct modem_ussd_answer *answer, char *dst, size_t size)
{
	char words[TEXT_MAX];

	if (!from_hex(answer, words))
		from_plain(answer->text, words);
	return tidy(words, dst, size);
}
