/*
 * Proves that PDUs undo themselves for random fields, that nothing is written which would
 * not be read, and that a decoder fails cleanly wherever its input ends or is disturbed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/sms/pdu.h"
#include "tests/unit/sms_random.h"

static struct sms_address random_address(struct random *r)
{
	struct sms_address a;
	char digits[22] = "+";
	size_t count = 1 + random_below(r, ADDRESS_DIGITS_MAX);
	for (size_t i = 0; i < count; i++)
		digits[1 + i] = "0123456789*#abc"[random_below(r, 15)];
	if (random_below(r, 3) == 0) {
		char name[ADDRESS_TEXT_SIZE * 4];
		(void)random_text(r, 0, random_below(r, 5) + 1, name);
		assert_int_equal(address_from_name(name, &a), ERR_OK);
	} else {
		const char *number = digits + random_below(r, 2);
		assert_int_equal(address_from_number(number, &a), ERR_OK);
	}
	return a;
}

static struct sms_address random_smsc(struct random *r)
{
	struct sms_address a = { 0 };
	if (random_below(r, 2) == 1)
		assert_int_equal(address_from_number("+306977000000", &a), ERR_OK);
	return a;
}

static struct sms_ud random_ud(struct random *r, uint8_t *out_dcs, size_t max_chars)
{
	static const uint8_t codings[] = { 0x00, 0x11, 0x08, 0x18, 0xE0, 0xF1, 0x85 };
	struct sms_ud ud;
	char text[4 * 200 + 1];
	uint8_t dcs = codings[random_below(r, sizeof(codings))];
	bool ucs2 = dcs_decode(dcs).alphabet == SMS_ALPHABET_UCS2;
	struct udh udh = { 0 };
	if (random_below(r, 2) == 1)
		udh.concat = (struct udh_concat){
			.ref = (uint16_t)random_below(r, 256), .total = 9, .seq = 9
		};
	size_t count = random_below(r, (uint32_t)max_chars / (ucs2 ? 4 : 2));
	size_t len = random_text(r, ucs2 ? 2 : 0, count, text);
	assert_int_equal(content_encode(&udh, dcs, text, len, &ud), ERR_OK);
	*out_dcs = dcs;
	return ud;
}

static bool flip(struct random *r)
{
	return random_below(r, 2) == 1;
}

static struct scts random_time(struct random *r)
{
	uint8_t octets[SCTS_OCTETS];
	random_octets(r, octets, sizeof(octets));
	return scts_decode(octets);
}

static void assert_same_address(const struct sms_address *a, const struct sms_address *b)
{
	assert_int_equal(a->ton, b->ton);
	assert_int_equal(a->npi, b->npi);
	assert_string_equal(a->text, b->text);
}

static void assert_same_ud(const struct sms_ud *a, const struct sms_ud *b)
{
	assert_int_equal(a->has_udh, b->has_udh);
	assert_int_equal(a->udl, b->udl);
	assert_int_equal(a->len_octets, b->len_octets);
	assert_memory_equal(a->octets, b->octets, a->len_octets);
}

static void submits_survive(void **state)
{
	(void)state;
	struct random r = random_from(11);
	for (int round = 0; round < 3000; round++) {
		struct sms_submit in = {
			.smsc = random_smsc(&r),
			.reject_duplicates = flip(&r),
			.report_request = flip(&r),
			.reply_path = flip(&r),
			.mr = (uint8_t)random_below(&r, 256),
			.to = random_address(&r),
			.pid = (uint8_t)random_below(&r, 256),
			.validity.format = (enum validity_format)random_below(&r, 4),
		};
		random_octets(&r, in.validity.raw, validity_octets(in.validity.format));
		in.ud = random_ud(&r, &in.dcs, 132);
		uint8_t pdu[PDU_OCTETS_MAX];
		size_t len = 0, tpdu_len = 0;
		struct sms_submit out;
		assert_int_equal(
			pdu_submit_encode(&in, PDU_FRAME_SMSC, pdu, sizeof(pdu), &len),
			0);
		assert_int_equal(
			pdu_submit_decode(pdu, len, PDU_FRAME_SMSC, &out), ERR_OK);
		assert_int_equal(pdu_tpdu_len(pdu, len, &tpdu_len), ERR_OK);
		assert_int_equal(tpdu_len, len - 1 - pdu[0]);
		assert_int_equal(pdu_submit_decode(pdu + len - tpdu_len, tpdu_len,
					 PDU_FRAME_TPDU, &out),
			ERR_OK);
		assert_int_equal(
			pdu_submit_decode(pdu, len, PDU_FRAME_SMSC, &out), ERR_OK);
		assert_same_address(&in.smsc, &out.smsc);
		assert_same_address(&in.to, &out.to);
		assert_same_ud(&in.ud, &out.ud);
		assert_int_equal(in.reject_duplicates, out.reject_duplicates);
		assert_int_equal(in.report_request, out.report_request);
		assert_int_equal(in.reply_path, out.reply_path);
		assert_int_equal(in.mr, out.mr);
		assert_int_equal(in.pid, out.pid);
		assert_int_equal(in.dcs, out.dcs);
		assert_int_equal(in.validity.format, out.validity.format);
		assert_memory_equal(in.validity.raw, out.validity.raw, SCTS_OCTETS);
	}
}

static void delivers_survive(void **state)
{
	(void)state;
	struct random r = random_from(12);
	for (int round = 0; round < 3000; round++) {
		struct sms_deliver in = {
			.smsc = random_smsc(&r),
			.more_messages = flip(&r),
			.loop_prevention = flip(&r),
			.report_indication = flip(&r),
			.reply_path = flip(&r),
			.from = random_address(&r),
			.pid = (uint8_t)random_below(&r, 256),
			.sent = random_time(&r),
		};
		in.ud = random_ud(&r, &in.dcs, 132);
		uint8_t pdu[PDU_OCTETS_MAX];
		size_t len = 0;
		struct sms_deliver out;
		assert_int_equal(
			pdu_deliver_encode(&in, PDU_FRAME_SMSC, pdu, sizeof(pdu), &len),
			0);
		assert_int_equal(
			pdu_deliver_decode(pdu, len, PDU_FRAME_SMSC, &out), ERR_OK);
		assert_same_address(&in.smsc, &out.smsc);
		assert_same_address(&in.from, &out.from);
		assert_same_ud(&in.ud, &out.ud);
		assert_int_equal(in.more_messages, out.more_messages);
		assert_int_equal(in.loop_prevention, out.loop_prevention);
		assert_int_equal(in.report_indication, out.report_indication);
		assert_int_equal(in.reply_path, out.reply_path);
		assert_int_equal(in.pid, out.pid);
		assert_int_equal(in.dcs, out.dcs);
		assert_memory_equal(in.sent.raw, out.sent.raw, SCTS_OCTETS);
		assert_int_equal(in.sent.valid, out.sent.valid);
	}
}

static void status_reports_survive(void **state)
{
	(void)state;
	struct random r = random_from(13);
	for (int round = 0; round < 3000; round++) {
		struct sms_status_report in = {
			.smsc = random_smsc(&r),
			.more_messages = flip(&r),
			.loop_prevention = flip(&r),
			.of_command = flip(&r),
			.mr = (uint8_t)random_below(&r, 256),
			.to = random_address(&r),
			.sent = random_time(&r),
			.discharged = random_time(&r),
			.status = (uint8_t)random_below(&r, 256),
			.has_pid = flip(&r),
			.has_ud = flip(&r),
		};
		in.has_dcs = in.has_ud || flip(&r);
		if (in.has_pid)
			in.pid = (uint8_t)random_below(&r, 256);
		if (in.has_ud)
			in.ud = random_ud(&r, &in.dcs, 128);
		uint8_t pdu[PDU_OCTETS_MAX];
		size_t len = 0;
		struct sms_status_report out;
		assert_int_equal(pdu_status_report_encode(
					 &in, PDU_FRAME_SMSC, pdu, sizeof(pdu), &len),
			ERR_OK);
		assert_int_equal(
			pdu_status_report_decode(pdu, len, PDU_FRAME_SMSC, &out), ERR_OK);
		assert_same_address(&in.smsc, &out.smsc);
		assert_same_address(&in.to, &out.to);
		assert_same_ud(&in.ud, &out.ud);
		assert_int_equal(in.more_messages, out.more_messages);
		assert_int_equal(in.loop_prevention, out.loop_prevention);
		assert_int_equal(in.of_command, out.of_command);
		assert_int_equal(in.mr, out.mr);
		assert_int_equal(in.status, out.status);
		assert_int_equal(in.has_pid, out.has_pid);
		assert_int_equal(in.has_dcs, out.has_dcs);
		assert_int_equal(in.has_ud, out.has_ud);
		assert_int_equal(in.pid, out.pid);
		assert_int_equal(in.dcs, out.dcs);
		assert_memory_equal(in.sent.raw, out.sent.raw, SCTS_OCTETS);
		assert_memory_equal(in.discharged.raw, out.discharged.raw, SCTS_OCTETS);
	}
}

/* The longest of each: 12 octets of service centre and of address, all of the data. */
static struct sms_submit longest_submit(void)
{
	struct sms_submit s = { .validity.format = VALIDITY_ABSOLUTE };
	char text[161];
	memset(text, 'a', sizeof(text));
	assert_int_equal(address_from_number("+12345678901234567890", &s.smsc), ERR_OK);
	assert_int_equal(address_from_number("+12345678901234567890", &s.to), ERR_OK);
	assert_int_equal(content_encode(NULL, 0, text, 160, &s.ud), ERR_OK);
	return s;
}

static void buffers_are_kept(void **state)
{
	(void)state;
	struct sms_submit s = longest_submit();
	uint8_t full[PDU_OCTETS_MAX];
	size_t full_len = 0;
	assert_int_equal(
		pdu_submit_encode(&s, PDU_FRAME_SMSC, full, sizeof(full), &full_len),
		ERR_OK);
	assert_int_equal(full_len, PDU_OCTETS_MAX);
	for (size_t size = 0; size < full_len; size++) {
		uint8_t *out = malloc(size > 0 ? size : 1);
		size_t len = 999;
		assert_non_null(out);
		assert_int_equal(
			pdu_submit_encode(&s, PDU_FRAME_SMSC, out, size, &len), ERR_MEM);
		assert_int_equal(len, 999);
		free(out);
	}
}

static void a_cut_pdu_is_refused_everywhere(void **state)
{
	(void)state;
	struct sms_submit s = longest_submit(), got = { .mr = 77 };
	uint8_t full[PDU_OCTETS_MAX];
	size_t full_len = 0;
	assert_int_equal(
		pdu_submit_encode(&s, PDU_FRAME_SMSC, full, sizeof(full), &full_len),
		ERR_OK);
	for (size_t len = 0; len < full_len; len++) {
		uint8_t *cut = malloc(len > 0 ? len : 1);
		assert_non_null(cut);
		if (len > 0)
			memcpy(cut, full, len);
		assert_int_equal(
			pdu_submit_decode(cut, len, PDU_FRAME_SMSC, &got), ERR_INPUT);
		free(cut);
	}
	assert_int_equal(got.mr, 77);
}

/* Whatever is read from disturbed octets can be written, and reads the same again. */
static void disturbed_pdus_are_refused_or_kept(void **state)
{
	(void)state;
	struct random r = random_from(14);
	struct sms_submit s = longest_submit(), got, again;
	unsigned taken = 0;
	for (int round = 0; round < 20000; round++) {
		uint8_t pdu[PDU_OCTETS_MAX], out[PDU_OCTETS_MAX];
		size_t len = 0, out_len = 0;
		s.ud = random_ud(&r, &s.dcs, 132);
		assert_int_equal(
			pdu_submit_encode(&s, PDU_FRAME_SMSC, pdu, sizeof(pdu), &len), 0);
		for (uint32_t i = random_below(&r, 3); i < 3; i++)
			pdu[random_below(&r, (uint32_t)len)] =
				(uint8_t)random_below(&r, 256);
		if (pdu_submit_decode(pdu, len, PDU_FRAME_SMSC, &got) != ERR_OK)
			continue;
		taken++;
		assert_int_equal(pdu_submit_encode(&got, PDU_FRAME_SMSC, out, sizeof(out),
					 &out_len),
			0);
		assert_int_equal(
			pdu_submit_decode(out, out_len, PDU_FRAME_SMSC, &again), 0);
		assert_string_equal(got.content.text, again.content.text);
		assert_string_equal(got.to.text, again.to.text);
		assert_same_ud(&got.ud, &again.ud);
	}
	assert_true(taken > 1000);
}

static void nothing_is_written_that_would_not_be_read(void **state)
{
	(void)state;
	struct sms_submit s = longest_submit();
	uint8_t out[PDU_OCTETS_MAX];
	size_t len = 999;
	s.ud.udl = 159; /* 140 octets as well: the last septet is only not counted */
	assert_int_equal(
		pdu_submit_encode(&s, PDU_FRAME_TPDU, out, sizeof(out), &len), ERR_OK);
	len = 999;
	s.ud.udl = 150;
	assert_int_equal(
		pdu_submit_encode(&s, PDU_FRAME_TPDU, out, sizeof(out), &len), ERR_ARG);
	s = longest_submit();
	s.dcs = 4; /* 160 octets of data do not exist */
	assert_int_equal(
		pdu_submit_encode(&s, PDU_FRAME_TPDU, out, sizeof(out), &len), ERR_ARG);
	s = longest_submit();
	s.ud.has_udh = true;
	s.ud.octets[0] = 200;
	assert_int_equal(
		pdu_submit_encode(&s, PDU_FRAME_TPDU, out, sizeof(out), &len), ERR_ARG);
	struct sms_status_report report = { .has_ud = true, .has_dcs = true, .dcs = 4 };
	report.ud.udl = report.ud.len_octets = 132;
	assert_int_equal(
		pdu_status_report_encode(&report, PDU_FRAME_TPDU, out, sizeof(out), &len),
		ERR_ARG);
	assert_int_equal(len, 999);
	report.ud.udl = report.ud.len_octets = 131;
	assert_int_equal(
		pdu_status_report_encode(&report, PDU_FRAME_TPDU, out, sizeof(out), &len),
		ERR_OK);
}

/* TS 23.040 9.2.3.27: TP-DCS is 0 where it is absent; no user data, no header in it. */
static void a_report_says_only_what_it_has(void **state)
{
	(void)state;
	struct sms_status_report in = { .has_ud = true, .dcs = 8 }, out;
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t len = 0;
	assert_int_equal(content_encode(NULL, 0, "delivered", 9, &in.ud), ERR_OK);
	assert_int_equal(
		pdu_status_report_encode(&in, PDU_FRAME_TPDU, pdu, sizeof(pdu), &len),
		ERR_OK);
	assert_int_equal(
		pdu_status_report_decode(pdu, len, PDU_FRAME_TPDU, &out), ERR_OK);
	assert_string_equal(out.content.text, "delivered");
	in.has_ud = false;
	in.ud.has_udh = true;
	assert_int_equal(
		pdu_status_report_encode(&in, PDU_FRAME_TPDU, pdu, sizeof(pdu), &len),
		ERR_OK);
	assert_int_equal(pdu[0] & 0x40, 0);
	pdu[0] |= 0x40;
	assert_int_equal(
		pdu_status_report_decode(pdu, len, PDU_FRAME_TPDU, &out), ERR_OK);
	assert_false(out.ud.has_udh);
}

static void kinds_are_told_apart(void **state)
{
	(void)state;
	const uint8_t octets[] = { 0x00, 0x01, 0x02, 0x03 };
	enum pdu_kind kind = PDU_KIND_SUBMIT;
	assert_int_equal(pdu_kind_get(octets, 1, PDU_FRAME_TPDU, &kind), ERR_OK);
	assert_int_equal(kind, PDU_KIND_DELIVER);
	assert_int_equal(pdu_kind_get(octets, 2, PDU_FRAME_SMSC, &kind), ERR_OK);
	assert_int_equal(kind, PDU_KIND_SUBMIT);
	assert_int_equal(pdu_kind_get(octets + 2, 1, PDU_FRAME_TPDU, &kind), ERR_OK);
	assert_int_equal(kind, PDU_KIND_STATUS_REPORT);
	assert_int_equal(pdu_kind_get(octets + 3, 1, PDU_FRAME_TPDU, &kind), ERR_INPUT);
	assert_int_equal(pdu_kind_get(octets, 1, PDU_FRAME_SMSC, &kind), ERR_INPUT);
	assert_int_equal(pdu_kind_get(octets, 0, PDU_FRAME_TPDU, &kind), ERR_INPUT);
	assert_int_equal(pdu_kind_get(octets + 3, 1, PDU_FRAME_SMSC, &kind), ERR_INPUT);
	assert_int_equal(kind, PDU_KIND_STATUS_REPORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(submits_survive),
		cmocka_unit_test(delivers_survive),
		cmocka_unit_test(status_reports_survive),
		cmocka_unit_test(buffers_are_kept),
		cmocka_unit_test(a_cut_pdu_is_refused_everywhere),
		cmocka_unit_test(disturbed_pdus_are_refused_or_kept),
		cmocka_unit_test(nothing_is_written_that_would_not_be_read),
		cmocka_unit_test(a_report_says_only_what_it_has),
		cmocka_unit_test(kinds_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
