/*
 * The first octets choose fill bits and tables, the rest is packed septets and also a
 * text. Septets unpack, decode to UTF-8 that encodes and decodes to itself, and pack to
 * what they were.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/gsm7.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct gsm7_alphabet plain;

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void septets_check(const struct gsm7_alphabet *a, const struct gsm7_septets *s)
{
	char text[GSM7_UTF8_SIZE], again[GSM7_UTF8_SIZE];
	struct gsm7_septets back;
	must(gsm7_to_utf8(a, s, text, sizeof(text)) == ERR_OK);
	must(str_is_utf8(text, strlen(text), NULL));
	enum err err = gsm7_from_utf8(a, text, strlen(text), &back, NULL);
	/* national tables have septets without a character, and two never written */
	must(err == ERR_OK ||
		(err == ERR_INPUT && a->locking_pages != plain.locking_pages) ||
		a->single_pages != plain.single_pages);
	if (err != ERR_OK)
		return;
	must(back.count <= s->count);
	must(gsm7_to_utf8(a, &back, again, sizeof(again)) == ERR_OK);
	must(strcmp(text, again) == 0);
}

static void packed_check(
	const struct gsm7_alphabet *a, const uint8_t *data, size_t len, unsigned fill)
{
	struct gsm7_septets s, back;
	uint8_t packed[GSM7_SEPTETS_MAX];
	size_t packed_len = 0;
	size_t count = len * 8 > fill ? (len * 8 - fill) / 7 : 0;
	enum err err = gsm7_unpack(data, len, fill, count, &s);
	must(err == (count > GSM7_SEPTETS_MAX ? ERR_MEM : ERR_OK));
	if (err != ERR_OK)
		return;
	must(gsm7_pack(&s, fill, packed, sizeof(packed), &packed_len) == ERR_OK);
	must(gsm7_unpack(packed, packed_len, fill, count, &back) == ERR_OK);
	must(memcmp(s.at, back.at, count) == 0);
	septets_check(a, &s);
}

static void text_check(const struct gsm7_alphabet *a, const char *text, size_t len)
{
	struct gsm7_septets s;
	struct gsm7_fault fault = { .offset = len + 1 };
	enum err err = gsm7_from_utf8(a, text, len, &s, &fault);
	must((err == ERR_INPUT) == (fault.offset <= len));
	if (err != ERR_OK)
		return;
	char again[GSM7_UTF8_SIZE];
	must(gsm7_to_utf8(a, &s, again, sizeof(again)) == ERR_OK);
	must(strlen(again) == len && memcmp(again, text, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct gsm7_alphabet a;
	struct gsm7_septets s;
	if (len < 2)
		return 0;
	(void)gsm7_alphabet_get(0, 0, &plain); /* the default always exists */
	(void)gsm7_alphabet_get(data[1] >> 4, data[1] & 15, &a); /* or the default */
	packed_check(&a, data + 2, len - 2, data[0] % 7);
	if (gsm7_ussd_unpack(data + 2, len - 2, &s) == ERR_OK)
		septets_check(&a, &s);
	text_check(&a, (const char *)data + 2, len - 2);
	return 0;
}
