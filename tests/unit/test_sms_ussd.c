/*
 * Proves the USSD side: every octet of the cell broadcast coding scheme of TS 23.038
 * clause 5 against its table, the CR rule of 6.1.2.3.1 at every length, texts there and
 * back, languages in front of a text, and a clean refusal of what is too long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/base/str.h"
#include "firmware/sms/ussd.h"
#include "tests/unit/sms_random.h"

static const struct {
	uint8_t first, last;
	enum sms_alphabet alphabet;
	bool reserved, compressed, udh, prefix;
	const char *language;
} groups[] = {
	{ 0x00, 0x00, SMS_ALPHABET_GSM7, false, false, false, false, "de" },
	{ 0x01, 0x01, SMS_ALPHABET_GSM7, false, false, false, false, "en" },
	{ 0x0B, 0x0B, SMS_ALPHABET_GSM7, false, false, false, false, "el" },
	{ 0x0C, 0x0C, SMS_ALPHABET_GSM7, false, false, false, false, "tr" },
	{ 0x0F, 0x0F, SMS_ALPHABET_GSM7, false, false, false, false, "" },
	{ 0x10, 0x10, SMS_ALPHABET_GSM7, false, false, false, true, "" },
	{ 0x11, 0x11, SMS_ALPHABET_UCS2, false, false, false, true, "" },
	{ 0x12, 0x1F, SMS_ALPHABET_GSM7, true, false, false, false, "" },
	{ 0x20, 0x20, SMS_ALPHABET_GSM7, false, false, false, false, "cs" },
	{ 0x24, 0x24, SMS_ALPHABET_GSM7, false, false, false, false, "is" },
	{ 0x25, 0x3F, SMS_ALPHABET_GSM7, true, false, false, false, "" },
	{ 0x40, 0x43, SMS_ALPHABET_GSM7, false, false, false, false, "" },
	{ 0x44, 0x47, SMS_ALPHABET_8BIT, false, false, false, false, "" },
	{ 0x48, 0x4B, SMS_ALPHABET_UCS2, false, false, false, false, "" },
	{ 0x4C, 0x4F, SMS_ALPHABET_GSM7, true, false, false, false, "" },
	{ 0x58, 0x5B, SMS_ALPHABET_UCS2, false, false, false, false, "" },
	{ 0x60, 0x63, SMS_ALPHABET_GSM7, false, true, false, false, "" },
	{ 0x78, 0x7B, SMS_ALPHABET_UCS2, false, true, false, false, "" },
	{ 0x80, 0x8F, SMS_ALPHABET_GSM7, true, false, false, false, "" },
	{ 0x90, 0x93, SMS_ALPHABET_GSM7, false, false, true, false, "" },
	{ 0x94, 0x97, SMS_ALPHABET_8BIT, false, false, true, false, "" },
	{ 0x98, 0x9B, SMS_ALPHABET_UCS2, false, false, true, false, "" },
	{ 0xA0, 0xCF, SMS_ALPHABET_GSM7, true, false, false, false, "" },
	{ 0xD0, 0xEF, SMS_ALPHABET_8BIT, false, false, false, false, "" },
	{ 0xF0, 0xF3, SMS_ALPHABET_GSM7, false, false, false, false, "" },
	{ 0xF4, 0xF7, SMS_ALPHABET_8BIT, false, false, false, false, "" },
};

static void every_coding_group_is_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		for (unsigned octet = groups[i].first; octet <= groups[i].last; octet++) {
			struct cbs_dcs dcs = cbs_dcs_decode((uint8_t)octet);
			assert_int_equal(dcs.alphabet, groups[i].alphabet);
			assert_int_equal(dcs.reserved, groups[i].reserved);
			assert_int_equal(dcs.compressed, groups[i].compressed);
			assert_int_equal(dcs.has_udh, groups[i].udh);
			assert_int_equal(dcs.says_language, groups[i].prefix);
			assert_string_equal(dcs.language, groups[i].language);
		}
	}
	assert_int_equal(cbs_dcs_decode(0x52).msg_class, SMS_CLASS_2);
	assert_int_equal(cbs_dcs_decode(0x42).msg_class, SMS_CLASS_NONE);
	assert_int_equal(cbs_dcs_decode(0x91).msg_class, SMS_CLASS_1);
	assert_int_equal(cbs_dcs_decode(0xF3).msg_class, SMS_CLASS_3);
}

/* hex of a +CUSD as networks send it, and what it says. */
static const struct {
	const char *hex;
	uint8_t dcs;
	const char *text, *language;
} strings[] = {
	{ "", 0x0F, "", "" },
	{ "AA180C3602", 0x0F, "*100#", "" },
	{ "AA180C3602", 0x01, "*100#", "en" },
	/* 7 characters: the 7 spare bits are a CR */
	{ "31D98C56B3DD1A", 0x0F, "1234567", "" },
	{ "31D98C56B3DD70", 0x0F, "12345678", "" },
	/* 8 with a CR at the end: another is added */
	{ "31D98C56B3DD1A0D", 0x0F, "1234567\r", "" },
	/* "en", CR, "Hi" */
	{ "6577039906", 0x10, "Hi", "en" },
	{ "E5370048006900210021", 0x11, "Hi!!", "eo" },
	{ "00480069", 0x48, "Hi", "" },
	{ "03A903B103C9", 0x48, "\u03A9\u03B1\u03C9", "" },
};

static void strings_of_networks_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		uint8_t octets[160];
		size_t len = 0;
		struct ussd_string u;
		assert_true(str_from_hex(strings[i].hex, strlen(strings[i].hex), octets,
			sizeof(octets), &len));
		assert_int_equal(ussd_decode(octets, len, strings[i].dcs, &u), ERR_OK);
		assert_true(u.has_text);
		assert_string_equal(u.text, strings[i].text);
		assert_string_equal(u.language, strings[i].language);
		assert_int_equal(u.text_len, strlen(u.text));
	}
}

static void data_is_no_text(void **state)
{
	(void)state;
	static const uint8_t without_text[] = { 0x44, 0x60, 0x68, 0x90, 0xD0, 0xE0,
		0xF4 };
	for (size_t i = 0; i < sizeof(without_text); i++) {
		struct ussd_string u;
		assert_int_equal(
			ussd_decode((const uint8_t *)"\x31\x32", 2, without_text[i], &u),
			ERR_OK);
		assert_false(u.has_text);
		assert_string_equal(u.text, "");
	}
}

static void what_is_too_long_or_short_is_refused(void **state)
{
	(void)state;
	uint8_t octets[161] = { 0 };
	struct ussd_string u = { .text_len = 77 };
	assert_int_equal(ussd_decode(octets, 161, 0x0F, &u), ERR_INPUT);
	assert_int_equal(ussd_decode(octets, 161, 0x48, &u), ERR_INPUT);
	assert_int_equal(ussd_decode(octets, 2, 0x10, &u), ERR_INPUT);
	assert_int_equal(ussd_decode(octets, 1, 0x11, &u), ERR_INPUT);
	assert_int_equal(u.text_len, 77);
	assert_int_equal(ussd_decode(octets, 160, 0x0F, &u), ERR_OK);
	assert_int_equal(ussd_decode(octets, 3, 0x10, &u), ERR_OK);
	assert_string_equal(u.language, "??");
	char text[200];
	memset(text, 'a', sizeof(text));
	size_t len = 0;
	uint8_t dcs = 0;
	assert_int_equal(
		ussd_encode(text, 182, octets, sizeof(octets), &len, &dcs), ERR_OK);
	assert_int_equal(len, 160);
	assert_int_equal(
		ussd_encode(text, 183, octets, sizeof(octets), &len, &dcs), ERR_MEM);
	assert_int_equal(
		ussd_encode("\xFF", 1, octets, sizeof(octets), &len, &dcs), ERR_INPUT);
	assert_int_equal(
		ussd_encode("a\0b", 3, octets, sizeof(octets), &len, &dcs), ERR_INPUT);
}

static void texts_survive_at_every_length(void **state)
{
	(void)state;
	struct random r = random_from(31);
	for (int round = 0; round < 4000; round++) {
		char text[4 * 182 + 1];
		uint8_t octets[160];
		size_t octets_len = 0;
		uint8_t dcs = 0;
		struct ussd_string u;
		int choice = round % 3;
		size_t len = random_text(&r, choice,
			random_below(&r, choice == 0   ? 91
					 : choice == 1 ? 81
						       : 41),
			text);
		assert_int_equal(
			ussd_encode(text, len, octets, sizeof(octets), &octets_len, &dcs),
			ERR_OK);
		assert_int_equal(ussd_decode(octets, octets_len, dcs, &u), ERR_OK);
		assert_int_equal(u.text_len, len);
		assert_memory_equal(u.text, text, len);
		assert_int_equal(dcs == CBS_UCS2, choice != 0 && len > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_coding_group_is_known),
		cmocka_unit_test(strings_of_networks_are_read),
		cmocka_unit_test(data_is_no_text),
		cmocka_unit_test(what_is_too_long_or_short_is_refused),
		cmocka_unit_test(texts_survive_at_every_length),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
