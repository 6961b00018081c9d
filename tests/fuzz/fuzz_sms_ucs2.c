/*
 * Any octets as UTF-16 and as UTF-8. Both decode or are refused; what decodes encodes to
 * the same text again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/ucs2.h"

#define OCTETS_MAX 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void units_check(const uint8_t *data, size_t len)
{
	char text[UCS2_UTF8_SIZE(OCTETS_MAX)], again[UCS2_UTF8_SIZE(OCTETS_MAX)];
	uint8_t units[OCTETS_MAX + 1];
	size_t octets = 0;
	must(ucs2_to_utf8(data, len, text, UCS2_UTF8_SIZE(len)) == ERR_OK);
	must(str_is_utf8(text, strlen(text), NULL));
	must(ucs2_from_utf8(text, strlen(text), units, sizeof(units), &octets) == ERR_OK);
	must(octets == (len + 1) / 2 * 2);
	must(ucs2_to_utf8(units, octets, again, sizeof(again)) == ERR_OK);
	must(strcmp(text, again) == 0);
}

static void text_check(const char *text, size_t len)
{
	uint8_t units[2 * OCTETS_MAX];
	char again[UCS2_UTF8_SIZE(2 * OCTETS_MAX)];
	size_t octets = 0;
	enum err err = ucs2_from_utf8(text, len, units, sizeof(units), &octets);
	bool is_text = str_is_utf8(text, len, NULL) && memchr(text, '\0', len) == NULL;
	must(err == (is_text ? ERR_OK : ERR_INPUT));
	if (err != ERR_OK)
		return;
	must(ucs2_to_utf8(units, octets, again, sizeof(again)) == ERR_OK);
	must(strlen(again) == len && memcmp(again, text, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0 || len > OCTETS_MAX)
		return 0;
	units_check(data, len);
	text_check((const char *)data, len);
	return 0;
}
