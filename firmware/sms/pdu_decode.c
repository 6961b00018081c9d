/* TS 23.040 (Release 17) 9.2.2 and 9.2.3, reading. */
#include "firmware/sms/pdu.h"

#include <string.h>

#include "firmware/sms/pdu_ack.h"
#include "firmware/sms/pdu_bits.h"

/* The rest of a PDU. A read past the end gives zeros and sets bad, once for all. */
struct reader {
	const uint8_t *data;
	size_t len;
	bool bad;
};

static const uint8_t *octets_take(struct reader *r, size_t count)
{
	if (r->bad || count > r->len) {
		r->bad = true;
		return NULL;
	}
	const uint8_t *at = r->data;
	r->data += count;
	r->len -= count;
	return at;
}

static uint8_t octet_take(struct reader *r)
{
	const uint8_t *at = octets_take(r, 1);
	return at != NULL ? at[0] : 0;
}

static struct sms_address address_take(struct reader *r)
{
	struct sms_address a = { 0 };
	size_t octets = 0;
	if (!r->bad && address_decode(r->data, r->len, &a, &octets) != ERR_OK)
		r->bad = true;
	(void)octets_take(r, octets); /* address_decode() stayed inside */
	return a;
}

static struct scts scts_take(struct reader *r)
{
	const uint8_t *at = octets_take(r, SCTS_OCTETS);
	return at != NULL ? scts_decode(at) : (struct scts){ 0 };
}

static struct validity validity_take(struct reader *r, enum validity_format format)
{
	struct validity v = { 0 };
	if (!r->bad && validity_decode(format, r->data, r->len, &v) != ERR_OK)
		r->bad = true;
	(void)octets_take(r, validity_octets(format)); /* validity_decode() looked */
	return v;
}

/* TP-UDL and TP-UD into *ud, and what they say into *content. */
static void ud_take(
	struct reader *r, uint8_t dcs, struct sms_ud *ud, struct sms_content *content)
{
	ud->udl = octet_take(r);
	size_t octets = content_udl_octets(ud->udl, dcs);
	if (octets > SMS_UD_OCTETS_MAX)
		r->bad = true;
	const uint8_t *at = octets_take(r, octets);
	if (at == NULL)
		return;
	memcpy(ud->octets, at, octets);
	ud->len_octets = (uint8_t)octets;
	if (content_decode(ud, dcs, content) != ERR_OK)
		r->bad = true;
}

/* TS 51.011 10.5.3: FF up to the end of a SIM's record. */
static bool is_padding(const struct reader *r)
{
	for (size_t i = 0; i < r->len; i++) {
		if (r->data[i] != 0xFF)
			return false;
	}
	return true;
}

static enum err reader_open(struct reader *r, const uint8_t *pdu, size_t len,
	enum pdu_frame frame, struct sms_address *smsc)
{
	size_t skip = 0;
	if (frame == PDU_FRAME_SMSC) {
		enum err err = address_smsc_decode(pdu, len, smsc, &skip);
		if (err != ERR_OK)
			return err;
	}
	*r = (struct reader){ .data = pdu + skip, .len = len - skip };
	return ERR_OK;
}

enum err pdu_kind_get(
	const uint8_t *pdu, size_t len, enum pdu_frame frame, enum pdu_kind *out)
{
	struct reader r;
	struct sms_address smsc;
	enum err err = reader_open(&r, pdu, len, frame, &smsc);
	if (err != ERR_OK)
		return err;
	unsigned mti = octet_take(&r) & PDU_MTI_MASK;
	if (r.bad || mti > PDU_KIND_STATUS_REPORT)
		return ERR_INPUT;
	*out = (enum pdu_kind)mti;
	return ERR_OK;
}

enum err pdu_tpdu_len(const uint8_t *pdu, size_t len, size_t *out_octets)
{
	struct reader r;
	struct sms_address smsc;
	enum err err = reader_open(&r, pdu, len, PDU_FRAME_SMSC, &smsc);
	if (err == ERR_OK)
		*out_octets = r.len;
	return err;
}

/* Opens a PDU of one kind and gives its first octet. */
static enum err kind_open(struct reader *r, enum pdu_kind kind, struct sms_address *smsc,
	enum pdu_frame frame, uint8_t *out_first)
{
	enum err err = reader_open(r, r->data, r->len, frame, smsc);
	if (err != ERR_OK)
		return err;
	*out_first = octet_take(r);
	return r->bad || (*out_first & PDU_MTI_MASK) != (unsigned)kind ? ERR_INPUT
								       : ERR_OK;
}

enum err pdu_submit_decode(
	const uint8_t *pdu, size_t len, enum pdu_frame frame, struct sms_submit *out)
{
	struct sms_submit s = { 0 };
	struct reader r = { .data = pdu, .len = len };
	uint8_t first = 0;
	enum err err = kind_open(&r, PDU_KIND_SUBMIT, &s.smsc, frame, &first);
	if (err != ERR_OK)
		return err;
	s.reject_duplicates = (first & PDU_RD) != 0;
	s.report_request = (first & PDU_SRR) != 0;
	s.reply_path = (first & PDU_RP) != 0;
	s.mr = octet_take(&r);
	s.to = address_take(&r);
	s.pid = octet_take(&r);
	s.dcs = octet_take(&r);
	s.validity =
		validity_take(&r, (enum validity_format)(first >> PDU_VPF_SHIFT & 3));
	s.ud.has_udh = (first & PDU_UDHI) != 0;
	ud_take(&r, s.dcs, &s.ud, &s.content);
	if (r.bad || !is_padding(&r))
		return ERR_INPUT;
	*out = s;
	return ERR_OK;
}

enum err pdu_deliver_decode(
	const uint8_t *pdu, size_t len, enum pdu_frame frame, struct sms_deliver *out)
{
	struct sms_deliver d = { 0 };
	struct reader r = { .data = pdu, .len = len };
	uint8_t first = 0;
	enum err err = kind_open(&r, PDU_KIND_DELIVER, &d.smsc, frame, &first);
	if (err != ERR_OK)
		return err;
	d.more_messages = (first & PDU_NO_MORE_MESSAGES) == 0;
	d.loop_prevention = (first & PDU_LP) != 0;
	d.report_indication = (first & PDU_SRI) != 0;
	d.reply_path = (first & PDU_RP) != 0;
	d.from = address_take(&r);
	d.pid = octet_take(&r);
	d.dcs = octet_take(&r);
	d.sent = scts_take(&r);
	d.ud.has_udh = (first & PDU_UDHI) != 0;
	ud_take(&r, d.dcs, &d.ud, &d.content);
	if (r.bad) /* what follows is the rest of an older record: see pdu.h */
		return ERR_INPUT;
	*out = d;
	return ERR_OK;
}

/* 9.2.3.27: TP-PI, what it announces; *out_unknown: also fields that are reserved. */
static void indicator_take(
	struct reader *r, struct sms_status_report *s, bool *out_unknown)
{
	uint8_t pi = octet_take(r);
	unsigned unknown = pi & PDU_PI_RESERVED;
	for (uint8_t more = pi; (more & PDU_PI_EXTENSION) != 0 && !r->bad;) {
		more = octet_take(r);
		unknown |= more & 0x7Fu;
	}
	s->has_pid = (pi & PDU_PI_PID) != 0;
	s->has_dcs = (pi & PDU_PI_DCS) != 0;
	s->has_ud = (pi & PDU_PI_UD) != 0;
	*out_unknown = unknown != 0;
}

/* The announced fields; reserved ones follow the user data and are to be discarded. */
static void optional_fields_take(
	struct reader *r, struct sms_status_report *s, bool unknown)
{
	if (s->has_pid)
		s->pid = octet_take(r);
	if (s->has_dcs)
		s->dcs = octet_take(r); /* 0 in its absence, 9.2.3.27 */
	if (s->has_ud)
		ud_take(r, s->dcs, &s->ud, &s->content);
	if (unknown)
		r->len = 0;
}

enum err pdu_status_report_decode(const uint8_t *pdu, size_t len, enum pdu_frame frame,
	struct sms_status_report *out)
{
	struct sms_status_report s = { 0 };
	struct reader r = { .data = pdu, .len = len };
	uint8_t first = 0;
	enum err err = kind_open(&r, PDU_KIND_STATUS_REPORT, &s.smsc, frame, &first);
	if (err != ERR_OK)
		return err;
	s.more_messages = (first & PDU_NO_MORE_MESSAGES) == 0;
	s.loop_prevention = (first & PDU_LP) != 0;
	s.of_command = (first & PDU_SRQ) != 0;
	s.mr = octet_take(&r);
	s.to = address_take(&r);
	s.sent = scts_take(&r);
	s.discharged = scts_take(&r);
	s.status = octet_take(&r);
	s.ud.has_udh = (first & PDU_UDHI) != 0;
	if (!r.bad && !is_padding(&r)) {
		bool unknown = false;
		indicator_take(&r, &s, &unknown);
		optional_fields_take(&r, &s, unknown);
	}
	if (!s.has_ud)
		s.ud.has_udh = false;
	if (r.bad || !is_padding(&r) || s.ud.len_octets > PDU_REPORT_UD_OCTETS_MAX)
		return ERR_INPUT;
	*out = s;
	return ERR_OK;
}

enum err pdu_submit_report_decode(
	const uint8_t *tpdu, size_t len, bool is_error, struct sms_submit_report *out)
{
	struct sms_status_report both = { 0 }; /* the fields that both reports have */
	struct reader r = { .data = tpdu, .len = len };
	uint8_t first = octet_take(&r);
	uint8_t fcs = is_error ? octet_take(&r) : 0;
	bool unknown = false;
	if (r.bad || (first & PDU_MTI_MASK) != PDU_KIND_SUBMIT ||
		(is_error && fcs < PDU_FCS_FIRST))
		return ERR_INPUT;
	both.ud.has_udh = (first & PDU_UDHI) != 0;
	indicator_take(&r, &both, &unknown);
	struct scts sent = scts_take(&r);
	optional_fields_take(&r, &both, unknown);
	if (!both.has_ud)
		both.ud.has_udh = false;
	if (r.bad || !is_padding(&r))
		return ERR_INPUT;
	*out = (struct sms_submit_report){
		.is_error = is_error,
		.fcs = fcs,
		.sent = sent,
		.has_pid = both.has_pid,
		.has_dcs = both.has_dcs,
		.has_ud = both.has_ud,
		.pid = both.pid,
		.dcs = both.dcs,
		.ud = both.ud,
		.content = both.content,
	};
	return ERR_OK;
}
