/*
 * Proves that each codec undoes itself on random input, keeps to its buffers at every
 * size and length, changes its outputs on success only, and refuses what it cannot
 * represent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/sms/address.h"
#include "firmware/sms/content.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/pdu.h"
#include "firmware/sms/scts.h"
#include "firmware/sms/ucs2.h"
#include "firmware/sms/udh.h"
#include "firmware/sms/validity.h"
#include "tests/unit/sms_random.h"

/* A copy of exactly len octets, so that the sanitizer sees a read beyond them. */
static uint8_t *exact(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, data, len);
	return copy;
}

static struct gsm7_alphabet default_alphabet(void)
{
	struct gsm7_alphabet a;
	assert_true(gsm7_alphabet_get(0, 0, &a));
	return a;
}

static void septets_survive_packing(void **state)
{
	(void)state;
	struct random r = random_from(3);
	for (unsigned fill = 0; fill <= 6; fill++) {
		for (size_t count = 0; count <= GSM7_SEPTETS_MAX; count++) {
			struct gsm7_septets s = { .count = count }, back;
			for (size_t i = 0; i < count; i++)
				s.at[i] = random_below(&r, 128) & 0x7F;
			uint8_t packed[GSM7_SEPTETS_MAX];
			size_t len = 0;
			assert_int_equal(
				gsm7_pack(&s, fill, packed, sizeof(packed), &len), 0);
			assert_int_equal(len, gsm7_packed_octets(count, fill));
			uint8_t *copy = exact(packed, len);
			assert_int_equal(
				gsm7_unpack(copy, len, fill, count, &back), ERR_OK);
			assert_memory_equal(back.at, s.at, count);
			if (count > 0)
				assert_int_equal(
					gsm7_unpack(copy, len - 1, fill, count, &back),
					ERR_INPUT);
			free(copy);
		}
	}
}

static void packing_refuses_what_does_not_fit(void **state)
{
	(void)state;
	struct gsm7_septets s = { .count = 8 }, none;
	uint8_t out[7] = { 0 };
	size_t len = 99;
	assert_int_equal(gsm7_pack(&s, 0, out, 6, &len), ERR_MEM);
	assert_int_equal(gsm7_pack(&s, 1, out, 7, &len), ERR_MEM);
	assert_int_equal(gsm7_pack(&s, 7, out, 7, &len), ERR_ARG);
	s.at[3] = 0x80;
	assert_int_equal(gsm7_pack(&s, 0, out, 7, &len), ERR_ARG);
	assert_int_equal(len, 99);
	assert_int_equal(gsm7_unpack(out, 7, 7, 1, &none), ERR_ARG);
	assert_int_equal(gsm7_unpack(out, 7, 0, GSM7_SEPTETS_MAX + 1, &none), ERR_MEM);
}

static void all_of_the_alphabet_survives(void **state)
{
	(void)state;
	struct gsm7_alphabet a = default_alphabet();
	unsigned encodable = 0;
	for (uint32_t cp = 1; cp < 0x3000; cp++) {
		char utf8[5] = "", text[GSM7_UTF8_SIZE];
		struct gsm7_septets s;
		size_t len = str_utf8_put(cp, utf8);
		enum err err = gsm7_from_utf8(&a, utf8, len, &s, NULL);
		assert_int_equal(err == ERR_OK ? s.count : 0, gsm7_cost(&a, cp));
		if (err != ERR_OK)
			continue;
		encodable++;
		assert_int_equal(gsm7_to_utf8(&a, &s, text, sizeof(text)), ERR_OK);
		assert_string_equal(text, utf8);
	}
	assert_int_equal(encodable, 127 + 10); /* TS 23.038 6.2.1 and 6.2.1.1 */
}

static void any_septets_decode_and_fit(void **state)
{
	(void)state;
	struct gsm7_alphabet a = default_alphabet();
	struct random r = random_from(4);
	for (int round = 0; round < 2000; round++) {
		struct gsm7_septets s = { .count = random_below(
						  &r, GSM7_SEPTETS_MAX + 1) };
		for (size_t i = 0; i < s.count; i++)
			s.at[i] = random_below(&r, 4) == 0 ? GSM7_ESCAPE
							   : random_below(&r, 128) & 0x7F;
		char text[GSM7_UTF8_SIZE], small[GSM7_UTF8_SIZE];
		assert_int_equal(gsm7_to_utf8(&a, &s, text, sizeof(text)), ERR_OK);
		size_t len = strlen(text);
		assert_true(str_is_utf8(text, len, NULL));
		assert_int_equal(gsm7_to_utf8(&a, &s, small, len + 1), ERR_OK);
		assert_int_equal(gsm7_to_utf8(&a, &s, small, len), ERR_MEM);
	}
}

static void what_gsm7_lacks_is_named(void **state)
{
	(void)state;
	struct gsm7_alphabet a = default_alphabet();
	struct gsm7_septets s = { .count = 99 };
	struct gsm7_fault fault = { 0 };
	assert_int_equal(
		gsm7_from_utf8(&a, "a\xE2\x82\xAC\xC3\xA7", 6, &s, &fault), ERR_INPUT);
	assert_int_equal(fault.offset, 4);
	assert_int_equal(
		fault.code_point, 0xE7); /* c cedilla: only the capital is there */
	assert_int_equal(gsm7_from_utf8(&a, "ab\xFF", 3, &s, &fault), ERR_INPUT);
	assert_int_equal(fault.offset, 2);
	assert_int_equal(fault.code_point, 0);
	char many[GSM7_SEPTETS_MAX + 1];
	memset(many, 'a', sizeof(many));
	assert_int_equal(gsm7_from_utf8(&a, many, sizeof(many), &s, NULL), ERR_MEM);
	assert_int_equal(s.count, 99);
	assert_int_equal(gsm7_from_utf8(&a, many, sizeof(many) - 1, &s, NULL), ERR_OK);
}

static void unknown_languages_fall_back(void **state)
{
	(void)state;
	struct gsm7_alphabet a, d = default_alphabet();
	assert_false(gsm7_alphabet_get(0xFF, 0xFE, &a));
	assert_ptr_equal(a.locking, d.locking);
	assert_ptr_equal(a.single, d.single);
}

static void ussd_strings_survive(void **state)
{
	(void)state;
	struct random r = random_from(5);
	for (size_t count = 0; count <= GSM7_SEPTETS_MAX; count++) {
		struct gsm7_septets s = { .count = count }, back;
		for (size_t i = 0; i < count; i++)
			s.at[i] = random_below(&r, 4) == 0 ? '\r' : 'a';
		uint8_t packed[160];
		size_t len = 0;
		assert_int_equal(
			gsm7_ussd_pack(&s, packed, sizeof(packed), &len), ERR_OK);
		assert_int_equal(gsm7_ussd_unpack(packed, len, &back), ERR_OK);
		/* 6.1.2.3.1: of two carriage returns at the end one may be padding */
		bool is_ambiguous = count % 8 == 1 && count > 1 &&
				    s.at[count - 1] == '\r' && s.at[count - 2] == '\r';
		if (!is_ambiguous) {
			assert_int_equal(back.count, count);
			assert_memory_equal(back.at, s.at, count);
		}
	}
}

static void ucs2_survives(void **state)
{
	(void)state;
	struct random r = random_from(6);
	for (int round = 0; round < 2000; round++) {
		char text[4 * 70 + 1], back[UCS2_UTF8_SIZE(280)];
		uint8_t out[280];
		size_t octets = 0;
		size_t len = random_text(&r, round % 3, random_below(&r, 71), text);
		assert_int_equal(
			ucs2_from_utf8(text, len, out, sizeof(out), &octets), ERR_OK);
		assert_int_equal(ucs2_to_utf8(out, octets, back, sizeof(back)), ERR_OK);
		assert_string_equal(back, text);
		if (octets > 0)
			assert_int_equal(
				ucs2_from_utf8(text, len, out, octets - 1, &octets),
				ERR_MEM);
	}
}

static void no_text_has_a_nul(void **state)
{
	(void)state;
	uint8_t out[8];
	size_t octets = 99;
	assert_int_equal(ucs2_from_utf8("a\0b", 3, out, sizeof(out), &octets), ERR_INPUT);
	assert_int_equal(
		ucs2_from_utf8("a\xFF", 2, out, sizeof(out), &octets), ERR_INPUT);
	assert_int_equal(octets, 99);
}

static void any_units_decode_and_fit(void **state)
{
	(void)state;
	struct random r = random_from(7);
	for (int round = 0; round < 5000; round++) {
		uint8_t in[140];
		size_t len = random_below(&r, sizeof(in) + 1);
		random_octets(&r, in, len);
		for (size_t i = 0; i + 1 < len; i += 2) {
			if (random_below(&r, 3) == 0)
				in[i] = (uint8_t)(0xD8 + random_below(&r, 8));
		}
		uint8_t *copy = exact(in, len);
		char text[UCS2_UTF8_SIZE(140)], small[UCS2_UTF8_SIZE(140)];
		assert_int_equal(
			ucs2_to_utf8(copy, len, text, UCS2_UTF8_SIZE(len)), ERR_OK);
		assert_true(str_is_utf8(text, strlen(text), NULL));
		assert_int_equal(ucs2_to_utf8(copy, len, small, strlen(text)), ERR_MEM);
		free(copy);
	}
}

static void every_coding_octet_has_a_meaning(void **state)
{
	(void)state;
	for (unsigned octet = 0; octet <= 0xFF; octet++) {
		struct dcs dcs = dcs_decode((uint8_t)octet);
		assert_true(dcs.alphabet <= SMS_ALPHABET_UCS2);
		assert_true(dcs.msg_class <= SMS_CLASS_NONE);
		assert_true(dcs.waiting <= DCS_WAITING_NONE);
		assert_int_equal(dcs.auto_delete, octet >= 0x40 && octet < 0x80);
		assert_int_equal(dcs.compressed, octet < 0x80 && (octet & 0x20) != 0);
	}
	for (unsigned a = 0; a <= SMS_ALPHABET_UCS2; a++) {
		for (unsigned c = 0; c <= SMS_CLASS_NONE; c++) {
			struct dcs dcs = dcs_decode(
				dcs_encode((enum sms_alphabet)a, (enum sms_class)c));
			assert_int_equal(dcs.alphabet, a);
			assert_int_equal(dcs.msg_class, c);
			assert_false(dcs.compressed || dcs.reserved || dcs.auto_delete);
		}
	}
}

static void addresses_survive(void **state)
{
	(void)state;
	struct random r = random_from(8);
	for (int round = 0; round < 20000; round++) {
		uint8_t in[ADDRESS_OCTETS_MAX], out[ADDRESS_OCTETS_MAX];
		random_octets(&r, in, sizeof(in));
		in[0] = (uint8_t)random_below(&r, 23);
		struct sms_address a, again;
		size_t used = 0, len = 0;
		size_t in_len = random_below(&r, sizeof(in) + 1);
		uint8_t *copy = exact(in, in_len);
		enum err err = address_decode(copy, in_len, &a, &used);
		free(copy);
		if (err != ERR_OK)
			continue;
		assert_int_equal(address_encode(&a, out, sizeof(out), &len), ERR_OK);
		assert_true(len <= used + 1);
		assert_int_equal(address_decode(out, len, &again, &used), ERR_OK);
		assert_int_equal(used, len);
		assert_string_equal(again.text, a.text);
		assert_int_equal(again.ton, a.ton);
		assert_int_equal(again.npi, a.npi);
		assert_int_equal(address_encode(&a, out, len - 1, &len), ERR_MEM);
	}
}

static void a_cut_service_centre_is_refused(void **state)
{
	(void)state;
	const uint8_t in[] = { 4, 0x91, 0x21, 0x43, 0x65 };
	struct sms_address a = { .ton = 7 };
	size_t used = 99;
	for (size_t len = 0; len < sizeof(in); len++) {
		uint8_t *copy = exact(in, len);
		assert_int_equal(address_smsc_decode(copy, len, &a, &used), ERR_INPUT);
		free(copy);
	}
	assert_int_equal(a.ton, 7);
	assert_int_equal(used, 99);
	assert_int_equal(address_smsc_decode(in, sizeof(in), &a, &used), ERR_OK);
	assert_string_equal(a.text, "+123456");
}

static void numbers_and_names_are_told_apart(void **state)
{
	(void)state;
	struct sms_address a = { .ton = 7 };
	static const char *const no_numbers[] = { "", "+", "+30 691", "Chapar", "++30",
		"123456789012345678901", "+123456789012345678901", "30+691" };
	for (size_t i = 0; i < sizeof(no_numbers) / sizeof(no_numbers[0]); i++)
		assert_int_equal(address_from_number(no_numbers[i], &a), ERR_INPUT);
	static const char *const no_names[] = {
		"", "ABCDEFGHIJKL", "\xD1\x8F",
		"\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC"
	};
	for (size_t i = 0; i < sizeof(no_names) / sizeof(no_names[0]); i++)
		assert_int_equal(address_from_name(no_names[i], &a), ERR_INPUT);
	assert_int_equal(a.ton, 7);
	assert_int_equal(address_from_number("+12345678901234567890", &a), ERR_OK);
	assert_int_equal(a.ton, ADDRESS_TON_INTERNATIONAL);
	assert_int_equal(address_from_number("*100#", &a), ERR_OK);
	assert_int_equal(a.ton, ADDRESS_TON_UNKNOWN);
	assert_int_equal(address_from_name("ABCDEFGHIJK", &a), ERR_OK);
	assert_int_equal(a.ton, ADDRESS_TON_ALPHANUMERIC);
}

static void no_bad_address_is_written(void **state)
{
	(void)state;
	uint8_t out[ADDRESS_OCTETS_MAX];
	size_t len = 99;
	struct sms_address bad[] = {
		{ .ton = 8, .text = "1" },
		{ .npi = 16, .text = "1" },
		{ .ton = ADDRESS_TON_INTERNATIONAL, .text = "1" },
		{ .ton = ADDRESS_TON_INTERNATIONAL, .text = "+" },
		{ .ton = ADDRESS_TON_UNKNOWN, .text = "+1" },
		{ .ton = ADDRESS_TON_UNKNOWN, .text = "1d" },
		{ .ton = ADDRESS_TON_ALPHANUMERIC, .text = "ABCDEFGHIJKL" },
		{ .ton = ADDRESS_TON_UNKNOWN },
	};
	size_t count = sizeof(bad) / sizeof(bad[0]);
	memset(bad[count - 1].text, '1', sizeof(bad[0].text));
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(
			address_encode(&bad[i], out, sizeof(out), &len), ERR_ARG);
		assert_int_equal(
			address_smsc_encode(&bad[i], out, sizeof(out), &len), ERR_ARG);
	}
	assert_int_equal(len, 99);
}

static bool same_elements(const struct udh *a, const struct udh *b)
{
	return a->concat.ref == b->concat.ref && a->concat.ref16 == b->concat.ref16 &&
	       a->concat.total == b->concat.total && a->concat.seq == b->concat.seq &&
	       a->has_ports == b->has_ports && a->ports16 == b->ports16 &&
	       a->port_dst == b->port_dst && a->port_src == b->port_src &&
	       a->locking == b->locking && a->single == b->single;
}

static void headers_survive(void **state)
{
	(void)state;
	struct random r = random_from(9);
	for (int round = 0; round < 50000; round++) {
		uint8_t in[40], out[40];
		size_t in_len = 1 + random_below(&r, sizeof(in) - 1), len = 0;
		for (size_t i = 0; i < in_len; i++) /* small octets make known elements */
			in[i] = (uint8_t)random_below(&r, random_below(&r, 2) ? 6 : 40);
		struct udh udh, again;
		uint8_t *copy = exact(in, in_len);
		enum err err = udh_decode(copy, in_len, &udh);
		assert_int_equal(err, in[0] < in_len ? ERR_OK : ERR_INPUT);
		struct udh_ie ie;
		size_t octets = 1;
		for (size_t pos = 0; udh_ie_next(copy, in_len, &pos, &ie);)
			octets += 2 + (size_t)ie.len_octets;
		free(copy);
		if (err != ERR_OK)
			continue;
		assert_int_equal(udh.len_octets, in[0] + 1);
		assert_int_equal(octets, udh.malformed ? 1 : udh.len_octets);
		assert_int_equal(udh_encode(&udh, out, sizeof(out), &len), ERR_OK);
		if (len == 0)
			continue;
		assert_int_equal(udh_decode(out, len, &again), ERR_OK);
		assert_true(same_elements(&udh, &again));
		assert_int_equal(udh_encode(&udh, out, len - 1, &len), ERR_MEM);
	}
}

static void no_header_is_longer_than_user_data_can_be(void **state)
{
	(void)state;
	uint8_t in[256] = { 139, 0x70, 137 };
	struct udh udh = { .locking = 9 };
	assert_int_equal(udh_decode(in, sizeof(in), &udh), ERR_OK);
	assert_int_equal(udh.len_octets, 140);
	in[0] = 140;
	assert_int_equal(udh_decode(in, sizeof(in), &udh), ERR_INPUT);
	in[0] = 255; /* its own octet would make it 256, which is 0 in eight bits */
	assert_int_equal(udh_decode(in, sizeof(in), &udh), ERR_INPUT);
	assert_int_equal(udh.len_octets, 140);
}

static void no_bad_header_is_written(void **state)
{
	(void)state;
	uint8_t out[40];
	size_t len = 99;
	const struct udh bad[] = {
		{ .concat = { .total = 2, .seq = 3 } },
		{ .concat = { .total = 2, .seq = 0 } },
		{ .concat = { .total = 2, .seq = 1, .ref = 256 } },
		{ .has_ports = true, .port_dst = 256 },
		{ .has_ports = true, .port_src = 256 },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(udh_encode(&bad[i], out, sizeof(out), &len), ERR_ARG);
	assert_int_equal(len, 99);
}

static void times_survive(void **state)
{
	(void)state;
	struct random r = random_from(10);
	const int64_t first = 631152000, end = 3786912000; /* 1990 and 2090 */
	struct scts t = { 0 };
	for (int round = 0; round < 20000; round++) {
		int64_t utc_s = first + random_below(&r, (uint32_t)(end - first));
		int zone = 15 * ((int)random_below(&r, 159) - 79);
		enum err err = scts_from_time(utc_s, zone, &t);
		int64_t local = utc_s + zone * 60;
		assert_int_equal(err, local >= first && local < end ? ERR_OK : ERR_ARG);
		if (err != ERR_OK)
			continue;
		struct scts back = scts_decode(t.raw);
		assert_true(back.valid);
		assert_int_equal(back.utc_s, utc_s);
		assert_int_equal(back.zone_minutes, zone);
	}
	assert_int_equal(scts_from_time(first, 7, &t), ERR_ARG);
	assert_int_equal(scts_from_time(first, 20 * 60, &t), ERR_ARG);
	assert_int_equal(scts_from_time(first, -20 * 60, &t), ERR_ARG);
	assert_int_equal(scts_from_time(INT64_MAX, 0, &t), ERR_ARG);
	assert_int_equal(scts_from_time(INT64_MIN, 0, &t), ERR_ARG);
	assert_int_equal(scts_from_time(0, 0, &t), ERR_ARG);
}

static void a_period_is_never_longer_than_asked(void **state)
{
	(void)state;
	for (unsigned octet = 0; octet <= 255; octet++) {
		uint32_t s = validity_relative_seconds((uint8_t)octet);
		assert_int_equal(validity_from_seconds(s).raw[0], octet);
		if (octet > 0) {
			assert_true(s > validity_relative_seconds((uint8_t)(octet - 1)));
			assert_int_equal(validity_from_seconds(s - 1).raw[0], octet - 1);
		}
	}
	assert_int_equal(validity_from_seconds(0).period_s, 300);
	assert_int_equal(validity_from_seconds(UINT32_MAX).raw[0], 255);
}

/* TS 23.040 9.2.3.12.3 */
static void enhanced_periods_are_read(void **state)
{
	(void)state;
	static const struct {
		uint8_t octets[SCTS_OCTETS];
		bool valid, single_shot;
		uint32_t period_s;
	} rows[] = {
		{ { 0x00 }, true, false, 0 },
		{ { 0x40 }, true, true, 0 },
		{ { 0x02, 30 }, true, false, 30 },
		{ { 0x42, 30 }, true, true, 30 },
		{ { 0x02, 0 }, false, false, 0 },     /* 0 seconds are reserved */
		{ { 0x82, 0, 30 }, true, false, 30 }, /* a second indicator octet */
		{ { 0x0A, 30 }, false, false, 0 },    /* reserved bits */
		{ { 0x07, 30 }, false, false, 0 },    /* a reserved form */
		{ { 0x03, 0x10, 0x02, 0x30 }, true, false, 3600 + 20 * 60 + 3 },
		{ { 0x03, 0x42, 0x02, 0x30 }, false, false, 0 }, /* 24 hours */
		{ { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, false, true, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct validity v;
		assert_int_equal(validity_decode(VALIDITY_ENHANCED, rows[i].octets,
					 SCTS_OCTETS, &v),
			ERR_OK);
		assert_int_equal(v.valid, rows[i].valid);
		assert_int_equal(v.single_shot, rows[i].single_shot);
		assert_int_equal(v.period_s, rows[i].period_s);
	}
}

static void a_part_holds_what_fits_and_no_more(void **state)
{
	(void)state;
	char text[200];
	memset(text, 'a', sizeof(text));
	const struct udh concat = { .concat = { .ref = 1, .total = 2, .seq = 1 } };
	struct sms_ud ud = { .udl = 200 };
	struct sms_content content;
	assert_int_equal(content_encode(NULL, 0, text, 161, &ud), ERR_MEM);
	assert_int_equal(content_encode(&concat, 0, text, 154, &ud), ERR_MEM);
	assert_int_equal(content_encode(NULL, 8, text, 71, &ud), ERR_MEM);
	assert_int_equal(content_encode(&concat, 8, text, 68, &ud), ERR_MEM);
	assert_int_equal(content_encode_data(NULL, (uint8_t *)text, 141, &ud), ERR_MEM);
	assert_int_equal(content_encode(NULL, 4, text, 1, &ud), ERR_UNSUPPORTED);
	assert_int_equal(content_encode(NULL, 0x20, text, 1, &ud), ERR_UNSUPPORTED);
	assert_int_equal(ud.udl, 200);
	assert_int_equal(content_encode(&concat, 0, text, 153, &ud), ERR_OK);
	assert_int_equal(content_decode(&ud, 0, &content), ERR_OK);
	assert_int_equal(content.text_len, 153);
	assert_int_equal(content_encode(&concat, 8, text, 67, &ud), ERR_OK);
	assert_int_equal(content_decode(&ud, 8, &content), ERR_OK);
	assert_int_equal(content.text_len, 67);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(septets_survive_packing),
		cmocka_unit_test(packing_refuses_what_does_not_fit),
		cmocka_unit_test(all_of_the_alphabet_survives),
		cmocka_unit_test(any_septets_decode_and_fit),
		cmocka_unit_test(what_gsm7_lacks_is_named),
		cmocka_unit_test(unknown_languages_fall_back),
		cmocka_unit_test(ussd_strings_survive),
		cmocka_unit_test(ucs2_survives),
		cmocka_unit_test(no_text_has_a_nul),
		cmocka_unit_test(any_units_decode_and_fit),
		cmocka_unit_test(every_coding_octet_has_a_meaning),
		cmocka_unit_test(addresses_survive),
		cmocka_unit_test(a_cut_service_centre_is_refused),
		cmocka_unit_test(numbers_and_names_are_told_apart),
		cmocka_unit_test(no_bad_address_is_written),
		cmocka_unit_test(headers_survive),
		cmocka_unit_test(no_header_is_longer_than_user_data_can_be),
		cmocka_unit_test(no_bad_header_is_written),
		cmocka_unit_test(times_survive),
		cmocka_unit_test(a_period_is_never_longer_than_asked),
		cmocka_unit_test(enhanced_periods_are_read),
		cmocka_unit_test(a_part_holds_what_fits_and_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
