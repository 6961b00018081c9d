/*
 * modemsim reads and writes messages by itself. Here its code and firmware/sms, which
 * were written apart, must agree on random texts of every length; and modemsim refuses
 * every submit that is cut short or has an octet too many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/collect.h"
#include "firmware/sms/pdu.h"
#include "firmware/sms/split.h"
#include "tests/modemsim/phone.h"
#include "tests/modemsim/rng.h"
#include "tests/modemsim/simpdu.h"
#include "tests/modemsim/world.h"

enum {
	TEXT_MAX = 2400,
	PARTS_MAX = 12,
};

struct rig {
	struct loop loop;
	struct simlog log;
	struct world world;
	struct sim sim;
	struct rng rng;
};

static void rig_offer(void *user, struct sim *sim)
{
	(void)user;
	(void)sim;
}

static void rig_init(struct rig *rig)
{
	struct world_events events = { .offer = rig_offer };

	assert_int_equal(loop_init(&rig->loop), ERR_OK);
	assert_int_equal(simlog_open(&rig->log, NULL, false), ERR_OK);
	world_init(&rig->world, &rig->loop, &rig->log, &events);
	sim_init(&rig->sim, 0, 30);
	rng_seed(&rig->rng, 11, 0);
}

static void rig_fini(struct rig *rig)
{
	world_fini(&rig->world);
	sim_fini(&rig->sim);
	simlog_close(&rig->log);
	loop_fini(&rig->loop);
}

/* About units characters: of the default alphabet, or of any script. */
static void text_make(struct rng *rng, unsigned units, bool gsm7, char dst[TEXT_MAX])
{
	static const uint32_t easy[] = { 'a', 'Z', '0', ' ', '@', 0xe9, 0x394, 0x20ac,
		'{', '\n', '~', 0xa7 };
	static const uint32_t any[] = { 'a', 0x3b1, 0x5d0, 0x6af, 0x10d0, 0x1ea1, 0x200c,
		0x1f600, 0x20ac, 0xfffd };
	struct buf b;

	buf_init_fixed(&b, dst, TEXT_MAX);
	for (unsigned i = 0; i < units; i++) {
		uint32_t point =
			gsm7 ? easy[rng_next(rng) % 12] : any[rng_next(rng) % 10];
		char utf8[4];

		buf_put(&b, utf8, str_utf8_put(point, utf8));
	}
	assert_true(buf_ok(&b));
}

/* What modemsim queued for the SIM, put together by firmware/sms. */
static void collect(struct rig *rig, const char *from, char *dst, size_t size)
{
	struct sms_deliver *parts = calloc(PARTS_MAX, sizeof(*parts));
	const struct sms_deliver *order[PARTS_MAX] = { NULL };
	size_t count = 0;

	assert_non_null(parts);
	while (rig->sim.first) {
		const struct mt_message *message = rig->sim.first;
		struct sms_deliver *part = &parts[count];
		struct collect_key key;
		uint8_t seq = 1;

		assert_true(count < PARTS_MAX);
		assert_int_equal(pdu_deliver_decode(message->pdu, message->len,
					 PDU_FRAME_SMSC, part),
			ERR_OK);
		assert_string_equal(part->from.text, from);
		assert_true(part->sent.valid);
		assert_int_equal(part->sent.zone_minutes, 210);
		(void)collect_key_of(part, &key, &seq); /* false: a single part */
		order[seq - 1] = part;
		count++;
		sim_queue_drop(&rig->sim);
	}
	assert_int_equal(collect_text(order, count, dst, size), ERR_OK);
	free(parts);
}

static void firmware_reads_what_phones_write(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	for (unsigned units = 1; units < 400; units++) {
		for (unsigned kind = 0; kind < 8; kind++) {
			struct inbound_options options = {
				.reverse = kind & 1, .ref16 = kind & 2, .zone_min = 210
			};
			char text[TEXT_MAX];
			char back[TEXT_MAX];

			text_make(&rig.rng, units, kind & 4, text);
			assert_true(world_send(&rig.world, "+306912345678", &rig.sim,
					    text, &options) > 0);
			collect(&rig, "+306912345678", back, sizeof(back));
			assert_string_equal(back, text);
		}
	}
	rig_fini(&rig);
}

static void firmware_reads_every_kind_of_sender(void **state)
{
	static const char *const senders[] = { "+306912345678", "12345", "1", "CHAPAR",
		"ALPHA BANK", "12345678901234567890" };
	struct inbound_options options = { .zone_min = 210 };
	char back[64];
	struct rig rig;

	(void)state;
	rig_init(&rig);
	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		assert_int_equal(
			world_send(&rig.world, senders[i], &rig.sim, "hello", &options),
			1);
		collect(&rig, senders[i], back, sizeof(back));
		assert_string_equal(back, "hello");
	}
	rig_fini(&rig);
}

static void firmware_reads_status_reports(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		struct simpdu_status status = { .recipient = "+306912345678",
			.mr = (uint8_t)i,
			.tp_st = (uint8_t)(255 - i),
			.sent_ms = 1795291180000,
			.done_ms = 1795291185000,
			.zone_min = -150 };
		struct sms_status_report report;
		uint8_t pdu[SIMPDU_MAX];
		size_t len = simpdu_status_encode(&status, pdu);

		assert_int_equal(
			pdu_status_report_decode(pdu, len, PDU_FRAME_SMSC, &report),
			ERR_OK);
		assert_int_equal(report.mr, i);
		assert_int_equal(report.status, 255 - i);
		assert_string_equal(report.to.text, "+306912345678");
		assert_true(report.sent.utc_s == 1795291180);
		assert_true(report.discharged.utc_s == 1795291185);
		assert_int_equal(report.sent.zone_minutes, -150);
	}
}

/* The firmware's part of a text, as AT+CMGS would give it to the modem. */
static void part_encode(const struct split_plan *plan, const char *text, unsigned index,
	struct simpdu_submit *out)
{
	struct sms_submit submit = { .report_request = index % 2,
		.mr = (uint8_t)index,
		.dcs = split_dcs(plan, SMS_CLASS_NONE),
		.validity = validity_from_seconds(3600) };
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t tpdu;
	size_t len;

	assert_int_equal(address_from_number("+306912345678", &submit.to), ERR_OK);
	assert_int_equal(
		split_part_encode(plan, text, index, 0x1234, &submit.ud), ERR_OK);
	assert_int_equal(
		pdu_submit_encode(&submit, PDU_FRAME_SMSC, pdu, sizeof(pdu), &len),
		ERR_OK);
	assert_int_equal(pdu_tpdu_len(pdu, len, &tpdu), ERR_OK);
	assert_true(simpdu_submit_decode(pdu, len, tpdu, out));
	assert_string_equal(out->to, "+306912345678");
	assert_int_equal(out->wants_status, submit.report_request);
	assert_int_equal(out->concat.total, plan->parts);
	assert_int_equal(out->concat.seq, index + 1);
}

static void phones_read_what_firmware_writes(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	for (unsigned units = 1; units < 400; units++) {
		for (unsigned kind = 0; kind < 4; kind++) {
			struct split_options options = { .ref16 = kind & 1 };
			struct split_plan plan;
			struct simpdu_submit part;
			const char *whole = NULL;
			char text[TEXT_MAX];

			text_make(&rig.rng, units, kind & 2, text);
			assert_int_equal(
				split_plan(text, strlen(text), &options, &plan), ERR_OK);
			for (unsigned i = 0; i < plan.parts; i++) {
				assert_null(whole);
				part_encode(&plan, text, i, &part);
				whole = phone_receive(&rig.world, "+306900000001", &part);
			}
			assert_non_null(whole);
			assert_string_equal(whole, text);
		}
	}
	assert_int_equal(rig.world.phones, 1);
	rig_fini(&rig);
}

static void cut_submits_are_refused(void **state)
{
	/* UDH, UCS-2, relative validity; and 7 bit without any. */
	static const char *const good[] = {
		"0051000C910396214365870008FF0C050003BA02010393002003B1",
		"079103960090090031000C910396963254760000A705E8329BFD06",
		"0001000C9103969632547600F606010203040506",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct simpdu_submit message;
		uint8_t pdu[SIMPDU_MAX];
		size_t len;

		assert_true(str_from_hex(
			good[i], strlen(good[i]), pdu, sizeof(pdu) - 1, &len));
		assert_true(simpdu_submit_decode(
			pdu, len, simpdu_tpdu_len(pdu, len), &message));
		assert_false(simpdu_submit_decode(
			pdu, len, simpdu_tpdu_len(pdu, len) - 1, &message));
		for (size_t cut = 0; cut < len; cut++)
			assert_false(simpdu_submit_decode(pdu, cut,
				cut > 0 ? simpdu_tpdu_len(pdu, cut) : 0, &message));
		pdu[len] = 0;
		assert_false(simpdu_submit_decode(
			pdu, len + 1, simpdu_tpdu_len(pdu, len + 1), &message));
	}
}

/* Random octets and bent good ones: the sanitizers see a read outside. */
static void noise_is_read_safely(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3, 0);
	for (int i = 0; i < 50000; i++) {
		struct simpdu_submit message;
		uint8_t pdu[SIMPDU_MAX];
		size_t len = rng_next(&rng) % (SIMPDU_MAX + 1);

		for (size_t at = 0; at < len; at++)
			pdu[at] = (uint8_t)rng_next(&rng);
		if (len > 3) {
			pdu[0] = 0;
			pdu[1] = (uint8_t)(0x01 | (pdu[1] & 0x78));
			pdu[3] %= 21;
		}
		if (simpdu_submit_decode(pdu, len, len > 0 ? len - 1 : 0, &message))
			assert_true(
				str_is_utf8(message.text, strlen(message.text), NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(firmware_reads_what_phones_write),
		cmocka_unit_test(firmware_reads_every_kind_of_sender),
		cmocka_unit_test(firmware_reads_status_reports),
		cmocka_unit_test(phones_read_what_firmware_writes),
		cmocka_unit_test(cut_submits_are_refused),
		cmocka_unit_test(noise_is_read_safely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
