/*
 * The first octet is a coding scheme, the rest a USSD string and also a text. Both are
 * taken or refused; a text that is taken reads the same, unless it ends in CR, which USSD
 * cannot always tell from its fill.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/ussd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void string_check(const uint8_t *data, size_t len, uint8_t dcs)
{
	struct ussd_string u = { .text_len = 0x7777 };
	if (ussd_decode(data, len, dcs, &u) != ERR_OK) {
		must(u.text_len == 0x7777 && (len > 160 || len < 3));
		return;
	}
	must(u.text_len == strlen(u.text) && str_is_utf8(u.text, u.text_len, NULL));
	must(u.has_text || u.text_len == 0);
	must(strlen(u.language) == 0 || strlen(u.language) == 2);
}

static void text_check(const char *text, size_t len)
{
	uint8_t octets[160];
	size_t octets_len = 0;
	uint8_t dcs = 0;
	struct ussd_string u;
	bool is_text = str_is_utf8(text, len, NULL) && memchr(text, '\0', len) == NULL;
	enum err err = ussd_encode(text, len, octets, sizeof(octets), &octets_len, &dcs);
	must(is_text ? err == ERR_OK || err == ERR_MEM : err != ERR_OK);
	if (err != ERR_OK)
		return;
	must(ussd_decode(octets, octets_len, dcs, &u) == ERR_OK && u.has_text);
	if (len > 0 && text[len - 1] == '\r')
		return;
	must(u.text_len == len && memcmp(u.text, text, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0)
		return 0;
	string_check(data + 1, len - 1, data[0]);
	text_check((const char *)data + 1, len - 1);
	return 0;
}
