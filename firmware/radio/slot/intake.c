#include "firmware/radio/slot/intake.h"

#include <stdlib.h>

#include "firmware/radio/slot/state.h"
#include "firmware/sms/cause.h"
#include "firmware/sms/collect.h"
#include "firmware/sms/pdu.h"

enum {
	WAP_PUSH_PORT = 2948
};

static const enum part_state outcomes[] = {
	[CAUSE_STATUS_DELIVERED] = PART_DELIVERED,
	[CAUSE_STATUS_TRYING] = PART_SENT,
	[CAUSE_STATUS_FAILED] = PART_UNDELIVERED,
	[CAUSE_STATUS_GAVE_UP] = PART_UNDELIVERED,
	[CAUSE_STATUS_UNCONFIRMED] = PART_SENT, /* on its way, and nobody will say more */
};

static int64_t wall_ms(const struct scts *scts)
{
	return scts->valid ? scts->utc_s * 1000 : 0;
}

enum intake_kind intake_kind_of(const uint8_t *pdu, size_t octets)
{
	enum pdu_kind kind;

	if (pdu_kind_get(pdu, octets, PDU_FRAME_SMSC, &kind) != ERR_OK)
		return INTAKE_UNREADABLE;
	switch (kind) {
	case PDU_KIND_DELIVER:
		return INTAKE_TEXT;
	case PDU_KIND_STATUS_REPORT:
		return INTAKE_REPORT;
	case PDU_KIND_SUBMIT:
		break;
	}
	return INTAKE_OURS;
}

/* inbound_join_fn over firmware/sms. */
static enum err join(const struct inbound_pdu *pdus, size_t n, char *dst, size_t size)
{
	struct sms_deliver *messages = calloc(n, sizeof(*messages));
	const struct sms_deliver **list = calloc(n, sizeof(*list));
	enum err err = messages && list ? ERR_OK : ERR_MEM;

	for (size_t i = 0; err == ERR_OK && i < n; i++) {
		err = pdu_deliver_decode(
			pdus[i].octets, pdus[i].len, PDU_FRAME_SMSC, &messages[i]);
		list[i] = &messages[i];
	}
	if (err == ERR_OK)
		err = collect_text(list, n, dst, size);
	free(list);
	free(messages);
	return err;
}

static enum err store_part(
	struct store *s, const struct inbound_part *part, struct intake_result *out)
{
	enum inbound_stored stored = INBOUND_STORED_WAITING;
	int64_t id = 0;
	enum err err = inbound_store_part(s, part, &stored, &id);

	out->duplicate = stored == INBOUND_STORED_DUPLICATE;
	out->inbound_id = stored == INBOUND_STORED_WHOLE ? id : 0;
	return err;
}

static enum err store_unreadable(
	struct store *s, const struct inbound_part *raw, struct intake_result *out)
{
	out->kind = INTAKE_UNREADABLE;
	return store_part(s, raw, out);
}

/* TS 23.038 clause 4 (class 0, message waiting); TS 23.040 9.2.3.24.2; a picture message
 * is announced by WAP push (WAP-259: port 2948). */
static enum inbound_kind kind_of(const struct sms_deliver *message)
{
	const struct sms_content *content = &message->content;
	struct udh_waiting waiting;
	size_t pos = 0;
	bool says_waiting =
		message->ud.has_udh && udh_waiting_next(message->ud.octets,
					       message->ud.len_octets, &pos, &waiting);

	if (content->udh.has_ports && content->udh.port_dst == WAP_PUSH_PORT)
		return INBOUND_MMS;
	if (says_waiting || content->dcs.waiting != DCS_WAITING_NONE)
		return INBOUND_VOICEMAIL;
	return content->dcs.msg_class == SMS_CLASS_0 ? INBOUND_FLASH : INBOUND_TEXT;
}

static enum err store_text(
	struct store *s, struct inbound_part *part, struct intake_result *out)
{
	struct sms_deliver message;
	struct collect_key key;

	if (pdu_deliver_decode(part->pdu, part->pdu_octets, PDU_FRAME_SMSC, &message) !=
		ERR_OK)
		return store_unreadable(s, part, out);
	part->originator = message.from.text;
	part->kind = kind_of(&message);
	part->text = message.content.has_text ? message.content.text : NULL;
	if (part->kind == INBOUND_MMS) /* where the picture lies, for phones alone */
		part->text = "";
	part->scts = wall_ms(&message.sent);
	part->is_concat = collect_key_of(&message, &key, &part->seq);
	if (part->is_concat) {
		part->concat_ref = key.ref;
		part->total = key.total;
		part->join = join;
	}
	return store_part(s, part, out);
}

static enum err store_report(
	struct store *s, struct inbound_part *raw, struct intake_result *out)
{
	struct sms_status_report r;

	if (pdu_status_report_decode(raw->pdu, raw->pdu_octets, PDU_FRAME_SMSC, &r) !=
		ERR_OK)
		return store_unreadable(s, raw, out);
	const struct queue_report report = { .sim_id = raw->sim_id,
		.msisdn = r.to.text,
		.scts = wall_ms(&r.sent),
		.discharge = wall_ms(&r.discharged),
		.mr = r.mr,
		.st = r.status,
		.outcome = outcomes[cause_status_class(r.status)] };
	enum err err = queue_report(s, &report, &out->message_id);
	if (err == ERR_OK && out->message_id) /* the report of one part does not tell */
		err = state_read(s, out->message_id, &out->state);
	return err;
}

enum err intake_store(struct store *s, int64_t sim_id, const uint8_t *pdu, size_t octets,
	struct intake_result *out)
{
	struct inbound_part part = { .sim_id = sim_id,
		.originator = "",
		.pdu = pdu,
		.pdu_octets = octets,
		.total = 1,
		.seq = 1 };

	*out = (struct intake_result){ .kind = intake_kind_of(pdu, octets) };
	switch (out->kind) {
	case INTAKE_TEXT:
		return store_text(s, &part, out);
	case INTAKE_REPORT:
		return store_report(s, &part, out);
	case INTAKE_UNREADABLE:
		return store_unreadable(s, &part, out);
	case INTAKE_OURS:
		break;
	}
	return ERR_OK;
}
