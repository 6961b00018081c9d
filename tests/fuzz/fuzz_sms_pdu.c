/*
 * Any octets as a PDU, with and without a service centre. A decoder takes or refuses;
 * what it takes can be written, the written PDU reads the same, and writing that gives
 * the same octets again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/collect.h"
#include "firmware/sms/pdu.h"
#include "firmware/sms/pdu_ack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void ud_content_check(const struct sms_content *c)
{
	must(c->text_len == strlen(c->text));
	must(str_is_utf8(c->text, c->text_len, NULL));
}

static void submit_check(const uint8_t *data, size_t len, enum pdu_frame frame)
{
	struct sms_submit first, second;
	uint8_t out[PDU_OCTETS_MAX], again[PDU_OCTETS_MAX];
	size_t out_len = 0, again_len = 0;
	if (pdu_submit_decode(data, len, frame, &first) != ERR_OK)
		return;
	ud_content_check(&first.content);
	must(pdu_submit_encode(&first, frame, out, sizeof(out), &out_len) == ERR_OK);
	must(pdu_submit_decode(out, out_len, frame, &second) == ERR_OK);
	must(pdu_submit_encode(&second, frame, again, sizeof(again), &again_len) ==
		ERR_OK);
	must(out_len == again_len && memcmp(out, again, out_len) == 0);
	must(strcmp(first.to.text, second.to.text) == 0);
	must(strcmp(first.content.text, second.content.text) == 0);
	must(first.validity.period_s == second.validity.period_s);
}

static void deliver_check(const uint8_t *data, size_t len, enum pdu_frame frame)
{
	struct sms_deliver first, second;
	uint8_t out[PDU_OCTETS_MAX], again[PDU_OCTETS_MAX];
	size_t out_len = 0, again_len = 0;
	if (pdu_deliver_decode(data, len, frame, &first) != ERR_OK)
		return;
	ud_content_check(&first.content);
	must(pdu_deliver_encode(&first, frame, out, sizeof(out), &out_len) == ERR_OK);
	must(pdu_deliver_decode(out, out_len, frame, &second) == ERR_OK);
	must(pdu_deliver_encode(&second, frame, again, sizeof(again), &again_len) ==
		ERR_OK);
	must(out_len == again_len && memcmp(out, again, out_len) == 0);
	must(strcmp(first.from.text, second.from.text) == 0);
	must(strcmp(first.content.text, second.content.text) == 0);
	const struct sms_deliver *const twice[] = { &first, &second };
	char joined[2 * SMS_TEXT_SIZE];
	must(collect_text(twice, 2, joined, sizeof(joined)) == ERR_OK);
	must(collect_text(twice, 1, joined, sizeof(joined)) == ERR_OK);
	must(strcmp(joined, first.content.text) == 0);
}

static void status_report_check(const uint8_t *data, size_t len, enum pdu_frame frame)
{
	struct sms_status_report first, second;
	uint8_t out[PDU_OCTETS_MAX], again[PDU_OCTETS_MAX];
	size_t out_len = 0, again_len = 0;
	if (pdu_status_report_decode(data, len, frame, &first) != ERR_OK)
		return;
	ud_content_check(&first.content);
	must(pdu_status_report_encode(&first, frame, out, sizeof(out), &out_len) ==
		ERR_OK);
	must(pdu_status_report_decode(out, out_len, frame, &second) == ERR_OK);
	must(pdu_status_report_encode(&second, frame, again, sizeof(again), &again_len) ==
		ERR_OK);
	must(out_len == again_len && memcmp(out, again, out_len) == 0);
	must(strcmp(first.to.text, second.to.text) == 0);
	must(first.mr == second.mr && first.status == second.status);
	must(strcmp(first.content.text, second.content.text) == 0);
}

static void submit_report_check(const uint8_t *data, size_t len, bool is_error)
{
	struct sms_submit_report first, second;
	uint8_t out[PDU_TPDU_OCTETS_MAX], again[PDU_TPDU_OCTETS_MAX];
	size_t out_len = 0, again_len = 0;
	if (pdu_submit_report_decode(data, len, is_error, &first) != ERR_OK)
		return;
	ud_content_check(&first.content);
	must(pdu_submit_report_encode(&first, out, sizeof(out), &out_len) == ERR_OK);
	must(pdu_submit_report_decode(out, out_len, is_error, &second) == ERR_OK);
	must(pdu_submit_report_encode(&second, again, sizeof(again), &again_len) ==
		ERR_OK);
	must(out_len == again_len && memcmp(out, again, out_len) == 0);
	must(first.fcs == second.fcs && first.sent.valid == second.sent.valid);
	must(strcmp(first.content.text, second.content.text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	submit_report_check(data, len, false);
	submit_report_check(data, len, true);
	static const enum pdu_frame frames[] = { PDU_FRAME_SMSC, PDU_FRAME_TPDU };
	for (size_t i = 0; i < 2; i++) {
		enum pdu_kind kind;
		(void)pdu_kind_get(
			data, len, frames[i], &kind); /* only that it stays inside */
		submit_check(data, len, frames[i]);
		deliver_check(data, len, frames[i]);
		status_report_check(data, len, frames[i]);
	}
	return 0;
}
