/*
 * Proves the rarer fields: SUBMIT-REPORT there, back and cut at every octet; every form
 * of validity in a SUBMIT with every flag; all octets of the data coding scheme there and
 * back; message waiting in the header; every type of number and numbering plan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/sms/pdu.h"
#include "firmware/sms/pdu_ack.h"
#include "tests/unit/sms_random.h"

static bool flip(struct random *r)
{
	return random_below(r, 2) == 1;
}

static void submit_reports_survive(void **state)
{
	(void)state;
	struct random r = random_from(41);
	for (int round = 0; round < 3000; round++) {
		struct sms_submit_report in = { .is_error = flip(&r),
			.has_pid = flip(&r),
			.has_ud = flip(&r) },
					 out;
		uint8_t time[SCTS_OCTETS], tpdu[PDU_TPDU_OCTETS_MAX];
		size_t len = 0, less = 0;
		random_octets(&r, time, sizeof(time));
		in.sent = scts_decode(time);
		in.fcs = (uint8_t)(in.is_error ? 0x80 | random_below(&r, 128) : 0);
		in.pid = (uint8_t)(in.has_pid ? random_below(&r, 256) : 0);
		in.has_dcs = flip(&r);
		in.dcs = in.has_dcs ? 0x08 : 0;
		struct udh udh = { .concat = { .ref = 9, .total = 2, .seq = 1 } };
		if (in.has_ud)
			assert_int_equal(content_encode(flip(&r) ? &udh : NULL, in.dcs,
						 "moment", random_below(&r, 7), &in.ud),
				ERR_OK);
		assert_int_equal(
			pdu_submit_report_encode(&in, tpdu, sizeof(tpdu), &len), ERR_OK);
		assert_int_equal(
			pdu_submit_report_decode(tpdu, len, in.is_error, &out), ERR_OK);
		assert_int_equal(out.fcs, in.fcs);
		assert_int_equal(out.pid, in.pid);
		assert_int_equal(out.dcs, in.dcs);
		assert_int_equal(out.has_ud, in.has_ud);
		assert_int_equal(out.ud.len_octets, in.ud.len_octets);
		assert_memory_equal(out.ud.octets, in.ud.octets, in.ud.len_octets);
		assert_memory_equal(out.sent.raw, in.sent.raw, SCTS_OCTETS);
		for (size_t cut = 0; cut < len; cut++)
			assert_int_equal(
				pdu_submit_report_decode(tpdu, cut, in.is_error, &out),
				ERR_INPUT);
		for (size_t size = 0; size < len; size++)
			assert_int_equal(pdu_submit_report_encode(&in, tpdu, size, &less),
				ERR_MEM);
	}
}

static void submit_reports_of_modems_are_read(void **state)
{
	(void)state;
	/* TS 27.005 4.3: "+CMGS: 12,"01006211129103540A"" after AT+CSMS=1 */
	static const uint8_t ack[] = { 0x01, 0x00, 0x62, 0x11, 0x12, 0x91, 0x03, 0x54,
		0x0A };
	/* the same padded, with an unknown field, and of an RP-ERROR */
	static const uint8_t padded[] = { 0x01, 0x00, 0x62, 0x11, 0x12, 0x91, 0x03, 0x54,
		0x0A, 0xFF, 0xFF };
	static const uint8_t unknown[] = { 0x01, 0x08, 0x62, 0x11, 0x12, 0x91, 0x03, 0x54,
		0x0A, 0x77 };
	static const uint8_t error[] = { 0x01, 0xC5, 0x00, 0x62, 0x11, 0x12, 0x91, 0x03,
		0x54, 0x0A };
	struct sms_submit_report out;
	assert_int_equal(pdu_submit_report_decode(ack, sizeof(ack), false, &out), ERR_OK);
	assert_true(out.sent.valid);
	assert_false(out.has_ud || out.has_pid || out.has_dcs || out.is_error);
	assert_int_equal(
		pdu_submit_report_decode(padded, sizeof(padded), false, &out), ERR_OK);
	assert_int_equal(
		pdu_submit_report_decode(unknown, sizeof(unknown), false, &out), ERR_OK);
	assert_int_equal(
		pdu_submit_report_decode(error, sizeof(error), true, &out), ERR_OK);
	assert_int_equal(out.fcs, 0xC5);
	static const uint8_t reserved[] = { 0x01, 0x7F, 0x00, 0x62, 0x11, 0x12, 0x91,
		0x03, 0x54, 0x0A };
	assert_int_equal(pdu_submit_report_decode(reserved, sizeof(reserved), true, &out),
		ERR_INPUT);
	/* an RP-ACK taken for an RP-ERROR; another message type; a cause that is none */
	assert_int_equal(
		pdu_submit_report_decode(ack, sizeof(ack), true, &out), ERR_INPUT);
	static const uint8_t deliver[] = { 0x00, 0x00, 0x62, 0x11, 0x12, 0x91, 0x03, 0x54,
		0x0A };
	assert_int_equal(pdu_submit_report_decode(deliver, sizeof(deliver), false, &out),
		ERR_INPUT);
	uint8_t tpdu[PDU_TPDU_OCTETS_MAX];
	size_t len = 0;
	struct sms_submit_report bad = { .is_error = true, .fcs = 0x12 };
	assert_int_equal(
		pdu_submit_report_encode(&bad, tpdu, sizeof(tpdu), &len), ERR_ARG);
}

static struct validity some_validity(unsigned form)
{
	struct validity v = { .format = VALIDITY_NONE, .valid = true };
	switch (form) {
	case 1:
		return validity_from_seconds(3 * 86400);
	case 2:
		return validity_enhanced(90, true);
	case 3:
		return validity_enhanced(3661, false);
	case 4:
		assert_int_equal(validity_until(1795300245, 120, &v), ERR_OK);
		return v;
	default:
		return v;
	}
}

/* TP-RD, TP-SRR and TP-RP with every form of validity, with and without a header. */
static void every_submit_is_read_back(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 5 * 16; bits++) {
		struct sms_submit in = {
			.reject_duplicates = bits & 1,
			.report_request = bits >> 1 & 1,
			.reply_path = bits >> 2 & 1,
			.validity = some_validity(bits >> 4),
		},
				  out;
		struct udh udh = { .has_ports = true, .port_dst = 7, .port_src = 9 };
		uint8_t pdu[PDU_OCTETS_MAX];
		size_t len = 0;
		assert_int_equal(address_from_number("+989121234567", &in.to), ERR_OK);
		assert_int_equal(
			content_encode(bits >> 3 & 1 ? &udh : NULL, 0, "ok", 2, &in.ud),
			ERR_OK);
		assert_int_equal(
			pdu_submit_encode(&in, PDU_FRAME_SMSC, pdu, sizeof(pdu), &len),
			ERR_OK);
		assert_int_equal(
			pdu_submit_decode(pdu, len, PDU_FRAME_SMSC, &out), ERR_OK);
		assert_int_equal(out.reject_duplicates, in.reject_duplicates);
		assert_int_equal(out.report_request, in.report_request);
		assert_int_equal(out.reply_path, in.reply_path);
		assert_int_equal(out.ud.has_udh, bits >> 3 & 1);
		assert_int_equal(out.validity.format, in.validity.format);
		assert_true(out.validity.valid);
		assert_int_equal(out.validity.period_s, in.validity.period_s);
		assert_int_equal(out.validity.single_shot, in.validity.single_shot);
		assert_int_equal(out.validity.until.utc_s, in.validity.until.utc_s);
	}
}

static void enhanced_periods_are_exact_below_a_day(void **state)
{
	(void)state;
	static const uint32_t exact[] = { 0, 1, 59, 255, 256, 3599, 3600, 86399, 86400,
		2 * 86400, 63 * 7 * 86400 };
	for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
		struct validity v = validity_enhanced(exact[i], i % 2 == 1), back;
		assert_int_equal(v.period_s, exact[i]);
		assert_int_equal(validity_decode(VALIDITY_ENHANCED, v.raw, 7, &back), 0);
		assert_true(back.valid);
		assert_int_equal(back.period_s, exact[i]);
		assert_int_equal(back.single_shot, i % 2 == 1);
	}
	assert_int_equal(validity_enhanced(86400 + 1799, false).period_s, 86400);
	struct validity v = { .valid = false };
	assert_int_equal(validity_until(1795300245, 7, &v), ERR_ARG);
	assert_false(v.valid);
}

static void every_coding_has_an_octet(void **state)
{
	(void)state;
	unsigned lowest = 0;
	for (unsigned octet = 0; octet <= 0xFF; octet++) {
		struct dcs dcs = dcs_decode((uint8_t)octet);
		uint8_t back = 0xEE;
		assert_int_equal(dcs_octet(&dcs, &back), ERR_OK);
		assert_true(back <= octet);
		lowest += back == octet;
	}
	/* group 1111 says what 00xx says, reserved codings say the same, and so on */
	assert_true(lowest > 100);
	struct dcs voice = { .msg_class = SMS_CLASS_NONE,
		.waiting = DCS_WAITING_VOICE,
		.waiting_active = true };
	uint8_t octet = 0;
	assert_int_equal(dcs_octet(&voice, &octet), ERR_OK);
	assert_int_equal(octet, 0xC8);
	voice.waiting_store = true;
	assert_int_equal(dcs_octet(&voice, &octet), ERR_OK);
	assert_int_equal(octet, 0xD8);
	voice.alphabet = SMS_ALPHABET_UCS2;
	assert_int_equal(dcs_octet(&voice, &octet), ERR_OK);
	assert_int_equal(octet, 0xE8);
	voice.waiting_store = false; /* no group discards UCS-2 */
	assert_int_equal(dcs_octet(&voice, &octet), ERR_ARG);
}

static void waiting_messages_are_counted(void **state)
{
	(void)state;
	/* 3 voice messages, keep the text; no e-mail any more; video of profile 2; the
	 * element of a wrong length is not one */
	static const uint8_t ud[] = { 15, 0x01, 2, 0x80, 3, 0x01, 2, 0x02, 0, 0x01, 1, 0,
		0x01, 2, 0x47, 255 };
	struct udh_waiting w;
	size_t pos = 0;
	assert_true(udh_waiting_next(ud, sizeof(ud), &pos, &w));
	assert_int_equal(w.kind, DCS_WAITING_VOICE);
	assert_int_equal(w.count, 3);
	assert_true(w.store);
	assert_true(udh_waiting_next(ud, sizeof(ud), &pos, &w));
	assert_int_equal(w.kind, DCS_WAITING_MAIL);
	assert_int_equal(w.count, 0);
	assert_false(w.store);
	assert_true(udh_waiting_next(ud, sizeof(ud), &pos, &w));
	assert_int_equal(w.kind, DCS_WAITING_OTHER);
	assert_int_equal(w.extended, 1);
	assert_int_equal(w.profile, 2);
	assert_int_equal(w.count, 255);
	assert_false(udh_waiting_next(ud, sizeof(ud), &pos, &w));
	pos = 0;
	assert_false(udh_waiting_next(ud, sizeof(ud) - 1, &pos, &w));
}

/* What may be written is judged by a shorter way than reading: the same judgement. */
static void checking_is_decoding(void **state)
{
	(void)state;
	struct random r = random_from(42);
	unsigned good = 0;
	for (int round = 0; round < 200000; round++) {
		uint8_t dcs = round % 2 == 0 ? 0 : (uint8_t)random_below(&r, 256);
		struct sms_ud ud = { .has_udh = flip(&r),
			.udl = (uint8_t)random_below(&r, 24) };
		struct sms_content content;
		size_t octets = content_udl_octets(ud.udl, dcs);
		ud.len_octets = (uint8_t)(octets + (random_below(&r, 8) == 0));
		random_octets(&r, ud.octets, ud.len_octets);
		ud.octets[0] = (uint8_t)random_below(&r, 24);
		enum err err = content_decode(&ud, dcs, &content);
		assert_int_equal(content_check(&ud, dcs), err);
		good += err == ERR_OK;
	}
	assert_true(good > 50000 && good < 190000);
}

static void every_type_of_number_survives(void **state)
{
	(void)state;
	static const char *const numbers[] = { "1", "12", "54321", "*100#",
		"12345678901234567890", "a0b1c2" };
	for (unsigned type = 0; type < 128; type++) {
		for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
			struct sms_address in = { .ton = (uint8_t)(type >> 4),
				.npi = (uint8_t)(type & 15) },
					   out;
			uint8_t octets[ADDRESS_OCTETS_MAX];
			size_t len = 0, used = 0;
			bool plus = in.ton == ADDRESS_TON_INTERNATIONAL;
			(void)str_format(in.text, sizeof(in.text), "%s%s",
				plus ? "+" : "", numbers[i]);
			bool is_long_name = in.ton == ADDRESS_TON_ALPHANUMERIC && i == 4;
			enum err err = address_encode(&in, octets, sizeof(octets), &len);
			assert_int_equal(err, is_long_name ? ERR_ARG : ERR_OK);
			if (err != ERR_OK)
				continue;
			assert_int_equal(octets[1], 0x80 | type);
			assert_int_equal(
				address_decode(octets, len, &out, &used), ERR_OK);
			assert_int_equal(used, len);
			assert_int_equal(out.ton, in.ton);
			assert_int_equal(out.npi, in.npi);
			assert_string_equal(out.text, in.text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(submit_reports_survive),
		cmocka_unit_test(submit_reports_of_modems_are_read),
		cmocka_unit_test(every_submit_is_read_back),
		cmocka_unit_test(enhanced_periods_are_exact_below_a_day),
		cmocka_unit_test(every_coding_has_an_octet),
		cmocka_unit_test(waiting_messages_are_counted),
		cmocka_unit_test(checking_is_decoding),
		cmocka_unit_test(every_type_of_number_survives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
