#include "firmware/radio/slot/build.h"

#include <string.h>

#include "firmware/sms/pdu.h"
#include "firmware/sms/split.h"

static struct validity validity_left(int64_t expires_at, int64_t now)
{
	struct validity none = { .format = VALIDITY_NONE };

	if (expires_at == 0 || !clock_wall_is_sane(now))
		return none;
	int64_t left_s = (expires_at - now) / 1000;
	return validity_from_seconds(left_s > 0 ? (uint32_t)left_s : 0);
}

enum err build_part(const struct queue_claim *claim, uint16_t seq, int64_t now,
	uint8_t *pdu, size_t size, size_t *out_octets)
{
	struct split_plan plan;
	struct sms_submit submit = {
		.report_request = true,
		.validity = validity_left(claim->expires_at, now),
	};
	/* The office chose these tables for the route when it took the message in; what
	 * it measured comes out again. */
	const struct split_options options = {
		.force_ucs2 = claim->encoding == MESSAGE_UCS2,
		.locking_allowed = (uint16_t)(claim->national >> 16),
		.single_allowed = (uint16_t)claim->national,
	};

	enum err err = split_plan(claim->text, strlen(claim->text), &options, &plan);
	if (err != ERR_OK)
		return ERR_INPUT;
	if (plan.parts != claim->parts || seq < 1 || seq > plan.parts)
		return ERR_INPUT;
	if (address_from_number(claim->msisdn, &submit.to) != ERR_OK)
		return ERR_INPUT;
	submit.dcs = split_dcs(&plan, SMS_CLASS_NONE);
	err = split_part_encode(
		&plan, claim->text, seq - 1u, claim->concat_ref, &submit.ud);
	return err == ERR_OK
		       ? pdu_submit_encode(&submit, PDU_FRAME_SMSC, pdu, size, out_octets)
		       : err;
}
