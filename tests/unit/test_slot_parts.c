/* The small pieces that a slot stands on: the PDU of a part, the ladder, the measured
 * rate, the table machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/base/fsm.h"
#include "firmware/base/str.h"
#include "firmware/radio/slot/build.h"
#include "firmware/radio/slot/ladder.h"
#include "firmware/radio/dispatch/rate.h"
#include "firmware/radio/slot/reason.h"
#include "firmware/sms/pdu.h"

#define NOW INT64_C(1780000000000)
#define GREEK "\xce\x9a\xce\xb1\xce\xbb\xce\xb7\xce\xbc\xce\xad\xcf\x81\xce\xb1 "

static struct queue_claim claim;

static void set_claim(const char *text, uint16_t parts, enum message_encoding encoding)
{
	claim = (struct queue_claim){
		.id = 77, .parts = parts, .encoding = encoding, .concat_ref = 0x1234
	};
	assert_true(str_copy(claim.msisdn, sizeof(claim.msisdn), "+306912345678"));
	assert_true(str_copy(claim.text, sizeof(claim.text), text));
}

static struct sms_submit built(uint16_t seq)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n;
	struct sms_submit out;

	assert_int_equal(build_part(&claim, seq, NOW, pdu, sizeof(pdu), &n), ERR_OK);
	assert_int_equal(pdu_submit_decode(pdu, n, PDU_FRAME_SMSC, &out), ERR_OK);
	return out;
}

static void a_part_says_what_the_message_says(void **state)
{
	(void)state;
	set_claim("Hello", 1, MESSAGE_GSM7);
	struct sms_submit s = built(1);
	assert_string_equal(s.to.text, "+306912345678");
	assert_string_equal(s.content.text, "Hello");
	assert_string_equal(s.smsc.text, "");
	assert_true(s.report_request);
	assert_false(s.reject_duplicates);
	assert_int_equal(s.content.udh.concat.total, 0);
	assert_int_equal(s.validity.format, VALIDITY_NONE);
}

static void parts_make_the_whole_text(void **state)
{
	char text[1200] = "", whole[1200] = "";
	(void)state;
	for (int i = 0; i < 12; i++)
		assert_true(str_append(text, sizeof(text), GREEK));
	set_claim(text, 2, MESSAGE_UCS2);
	for (uint16_t seq = 1; seq <= 2; seq++) {
		struct sms_submit s = built(seq);
		assert_int_equal(s.content.udh.concat.seq, seq);
		assert_int_equal(s.content.udh.concat.total, 2);
		assert_int_equal(s.content.udh.concat.ref, 0x34);
		assert_true(str_append(whole, sizeof(whole), s.content.text));
	}
	assert_string_equal(whole, text);
}

static void tables_of_a_route_are_used_again(void **state)
{
	char text[400] = "", whole[400] = "";
	(void)state;
	for (int i = 0; i < 9; i++)
		assert_true(str_append(text, sizeof(text), "Şişli'de ığdır ağacı "));
	/* Turkish, both tables, as the office chose them */
	const uint32_t turkish = 1u << 1;
	set_claim(text, 2, MESSAGE_GSM7);
	claim.national = turkish << 16 | turkish;
	for (uint16_t seq = 1; seq <= 2; seq++) {
		struct sms_submit s = built(seq);
		assert_int_equal(s.content.udh.locking, 0); /* not needed */
		assert_int_equal(s.content.udh.single, 1);
		assert_int_equal(s.content.udh.concat.seq, seq);
		assert_int_equal(s.content.dcs.alphabet, SMS_ALPHABET_GSM7);
		assert_true(str_append(whole, sizeof(whole), s.content.text));
	}
	assert_string_equal(whole, text);
	claim.national = turkish << 16;
	assert_int_equal(built(2).content.udh.locking, 1);
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n;
	/* no tables: two parts are not what it takes, and nothing else goes out */
	claim.national = 0;
	assert_int_equal(build_part(&claim, 1, NOW, pdu, sizeof(pdu), &n), ERR_INPUT);
	/* UCS-2 stays UCS-2 */
	set_claim(text, 3, MESSAGE_UCS2);
	claim.national = turkish << 16;
	assert_int_equal(built(1).content.dcs.alphabet, SMS_ALPHABET_UCS2);
}

static void it_expires_on_its_way_too(void **state)
{
	(void)state;
	set_claim("123456", 1, MESSAGE_GSM7);
	claim.expires_at = NOW + 600000;
	struct sms_submit s = built(1);
	assert_int_equal(s.validity.format, VALIDITY_RELATIVE);
	assert_int_equal(s.validity.period_s, 600);
	claim.expires_at = NOW - 1;
	assert_int_equal(built(1).validity.period_s, 300); /* the least there is */
}

static void what_the_store_cannot_mean_is_refused(void **state)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t n;
	(void)state;
	set_claim("Hello", 2, MESSAGE_GSM7); /* it has one */
	assert_int_equal(build_part(&claim, 1, NOW, pdu, sizeof(pdu), &n), ERR_INPUT);
	set_claim("Hello", 1, MESSAGE_GSM7);
	assert_int_equal(build_part(&claim, 0, NOW, pdu, sizeof(pdu), &n), ERR_INPUT);
	assert_int_equal(build_part(&claim, 2, NOW, pdu, sizeof(pdu), &n), ERR_INPUT);
	set_claim("\xff", 1, MESSAGE_GSM7);
	assert_int_equal(build_part(&claim, 1, NOW, pdu, sizeof(pdu), &n), ERR_INPUT);
	set_claim("Hello", 1, MESSAGE_GSM7);
	(void)str_copy(claim.msisdn, sizeof(claim.msisdn), "x");
	assert_int_equal(build_part(&claim, 1, NOW, pdu, sizeof(pdu), &n), ERR_INPUT);
}

static enum rung climb(struct ladder *l, enum rung from)
{
	return ladder_climb(l, from, LADDER_KNOWN, LADDER_ALL);
}

static void the_ladder_is_climbed_and_left(void **state)
{
	struct ladder l = { 0 };
	uint64_t before = 0;
	(void)state;
	for (enum rung r = RUNG_DRAIN; r <= RUNG_FAULT; r++)
		assert_int_equal(climb(&l, RUNG_DRAIN), r);
	assert_int_equal(climb(&l, RUNG_DRAIN), RUNG_REOPEN);
	ladder_reset(&l);
	assert_int_equal(climb(&l, RUNG_CFUN), RUNG_CFUN);
	assert_int_equal(climb(&l, RUNG_DRAIN), RUNG_VENDOR);
	for (l.faults = 1; l.faults < 6; l.faults++) {
		assert_true(ladder_pause_ms(&l, RUNG_FAULT) > before);
		before = ladder_pause_ms(&l, RUNG_FAULT);
	}
	l.faults = UINT32_MAX;
	assert_int_equal(ladder_pause_ms(&l, RUNG_FAULT), 15000 << 5);
}

/* The less is known of a port and the less can be done, the shorter the ladder. */
static void rungs_that_are_not_there_are_left_out(void **state)
{
	static const struct {
		enum ladder_port port;
		unsigned cannot;
		const char *rungs;
	} cases[] = {
		{ LADDER_KNOWN, 0, "drain reopen cfun vendor usb power fault " },
		{ LADDER_KNOWN, LADDER_RUNG(RUNG_VENDOR),
			"drain reopen cfun usb power fault " },
		{ LADDER_KNOWN, LADDER_RUNG(RUNG_USB) | LADDER_RUNG(RUNG_POWER),
			"drain reopen cfun vendor fault " },
		{ LADDER_ALONE, 0, "reopen usb power fault " },
		{ LADDER_ALONE, LADDER_RUNG(RUNG_USB), "reopen power fault " },
		{ LADDER_MODEM, 0, "reopen usb fault " },
		{ LADDER_STRANGER, 0, "reopen fault " },
		{ LADDER_STRANGER, LADDER_ALL, "fault " }, /* it always can */
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ladder l = { 0 };
		char rungs[128] = "";
		enum rung rung;
		do {
			rung = ladder_climb(&l, RUNG_DRAIN, cases[i].port,
				LADDER_ALL & ~cases[i].cannot);
			assert_true(str_append_format(
				rungs, sizeof(rungs), "%s ", ladder_rung_name(rung)));
		} while (rung != RUNG_FAULT);
		assert_string_equal(rungs, cases[i].rungs);
	}
}

static void the_rate_is_of_the_last_minute(void **state)
{
	struct rate r = { { 0 }, 0 };
	uint64_t now = 123456789;
	(void)state;
	assert_int_equal(rate_per_min(&r, now), 0);
	for (int i = 0; i < 120; i++, now += 1000)
		rate_add(&r, now);
	assert_int_equal(rate_per_min(&r, now - 1000), 60);
	assert_int_equal(rate_per_min(&r, now + 29000), 30);
	assert_int_equal(rate_per_min(&r, now + 59000), 0);
	rate_add(&r, now + 3600000);
	assert_int_equal(rate_per_min(&r, now + 3600000), 1);
}

static void every_reason_has_a_name_and_a_sentence(void **state)
{
	(void)state;
	for (int i = REASON_NONE + 1; i < REASON_COUNT; i++) {
		enum reason a = (enum reason)i;
		assert_true(strlen(reason_name(a)) > 2 && strlen(reason_name(a)) < 48);
		assert_int_equal(reason_text(a)[strlen(reason_text(a)) - 1], '.');
		for (int j = REASON_NONE + 1; j < i; j++)
			assert_string_not_equal(
				reason_name(a), reason_name((enum reason)j));
	}
}

struct lamp {
	struct fsm fsm;
	int entered;
};

static void switch_on(void *user, const void *data)
{
	struct lamp *lamp = user;

	assert_string_equal(data, "by hand");
	fsm_go(&lamp->fsm, 1);
}

static void count_entered(void *user, unsigned from, unsigned to)
{
	struct lamp *lamp = user;

	assert_int_not_equal(from, to);
	lamp->entered++;
}

static void the_table_decides(void **state)
{
	static const char *const states[] = { "DARK", "LIT" }, *const events[] = { "on",
		"look" };
	static const fsm_fn cells[2][2] = { { switch_on, NULL },
		{ fsm_ignore, fsm_ignore } };
	static const struct fsm_def def = { .name = "lamp",
		.n_states = 2,
		.n_events = 2,
		.states = states,
		.events = events,
		.cells = &cells[0][0],
		.entered = count_entered };
	struct lamp lamp = { .entered = 0 };
	(void)state;
	fsm_init(&lamp.fsm, &def, "1", &lamp, 0);
	assert_true(fsm_event(&lamp.fsm, 1, NULL));
	assert_true(fsm_event(&lamp.fsm, 0, "by hand"));
	assert_string_equal(fsm_state_name(&lamp.fsm), "LIT");
	assert_false(fsm_event(&lamp.fsm, 0, "by hand"));
	assert_int_equal(lamp.fsm.n_dropped, 1);
	fsm_go(&lamp.fsm, 1);
	assert_int_equal(lamp.entered, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_says_what_the_message_says),
		cmocka_unit_test(parts_make_the_whole_text),
		cmocka_unit_test(tables_of_a_route_are_used_again),
		cmocka_unit_test(it_expires_on_its_way_too),
		cmocka_unit_test(what_the_store_cannot_mean_is_refused),
		cmocka_unit_test(the_ladder_is_climbed_and_left),
		cmocka_unit_test(rungs_that_are_not_there_are_left_out),
		cmocka_unit_test(the_rate_is_of_the_last_minute),
		cmocka_unit_test(every_reason_has_a_name_and_a_sentence),
		cmocka_unit_test(the_table_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
