/* TS 23.040 (Release 17) 9.2.2 and 9.2.3, writing. */
#include "firmware/sms/pdu.h"

#include <string.h>

#include "firmware/sms/pdu_ack.h"
#include "firmware/sms/pdu_bits.h"

/* The first error stays; nothing is written after it. */
struct writer {
	uint8_t *out;
	size_t size;
	size_t len;
	enum err err;
};

static void octets_put(struct writer *w, const uint8_t *data, size_t count)
{
	if (w->err == ERR_OK && count > w->size - w->len)
		w->err = ERR_MEM;
	if (w->err != ERR_OK || count == 0)
		return;
	memcpy(w->out + w->len, data, count);
	w->len += count;
}

static void octet_put(struct writer *w, uint8_t octet)
{
	octets_put(w, &octet, 1);
}

typedef enum err (*address_encode_fn)(
	const struct sms_address *in, uint8_t *out, size_t size, size_t *out_octets);

static void address_put(
	struct writer *w, const struct sms_address *address, address_encode_fn encode)
{
	uint8_t octets[ADDRESS_OCTETS_MAX];
	size_t count = 0;
	if (w->err == ERR_OK)
		w->err = encode(address, octets, sizeof(octets), &count);
	octets_put(w, octets, count);
}

static void smsc_put(
	struct writer *w, const struct sms_address *smsc, enum pdu_frame frame)
{
	if (frame == PDU_FRAME_SMSC)
		address_put(w, smsc, address_smsc_encode);
}

/* Reading is the judge of what may be written. */
static void ud_put(struct writer *w, const struct sms_ud *ud, uint8_t dcs, size_t max)
{
	if (w->err == ERR_OK &&
		(ud->len_octets > max || content_check(ud, dcs) != ERR_OK))
		w->err = ERR_ARG;
	octet_put(w, ud->udl);
	octets_put(w, ud->octets, ud->len_octets);
}

/* An octet of the flags that are set. */
struct flag {
	bool is_set;
	uint8_t bit;
};

static uint8_t flags_join(enum pdu_kind kind, const struct flag *flags, size_t count)
{
	uint8_t octet = (uint8_t)kind;
	for (size_t i = 0; i < count; i++) {
		if (flags[i].is_set)
			octet |= flags[i].bit;
	}
	return octet;
}

#define FLAGS_JOIN(kind, flags)                                                          \
	flags_join(kind, flags, sizeof(flags) / sizeof((flags)[0]))

static enum err writer_close(const struct writer *w, size_t *out_octets)
{
	if (w->err == ERR_OK)
		*out_octets = w->len;
	return w->err;
}

enum err pdu_submit_encode(const struct sms_submit *in, enum pdu_frame frame,
	uint8_t *out, size_t size, size_t *out_octets)
{
	const struct flag flags[] = {
		{ in->reject_duplicates, PDU_RD },
		{ in->report_request, PDU_SRR },
		{ in->ud.has_udh, PDU_UDHI },
		{ in->reply_path, PDU_RP },
	};
	if (in->validity.format > VALIDITY_ABSOLUTE)
		return ERR_ARG;
	struct writer w = { .out = out, .size = size };
	smsc_put(&w, &in->smsc, frame);
	uint8_t format = (uint8_t)(in->validity.format << PDU_VPF_SHIFT);
	octet_put(&w, FLAGS_JOIN(PDU_KIND_SUBMIT, flags) | format);
	octet_put(&w, in->mr);
	address_put(&w, &in->to, address_encode);
	octet_put(&w, in->pid);
	octet_put(&w, in->dcs);
	octets_put(&w, in->validity.raw, validity_octets(in->validity.format));
	ud_put(&w, &in->ud, in->dcs, SMS_UD_OCTETS_MAX);
	return writer_close(&w, out_octets);
}

enum err pdu_deliver_encode(const struct sms_deliver *in, enum pdu_frame frame,
	uint8_t *out, size_t size, size_t *out_octets)
{
	const struct flag flags[] = {
		{ !in->more_messages, PDU_NO_MORE_MESSAGES },
		{ in->loop_prevention, PDU_LP },
		{ in->report_indication, PDU_SRI },
		{ in->ud.has_udh, PDU_UDHI },
		{ in->reply_path, PDU_RP },
	};
	struct writer w = { .out = out, .size = size };
	smsc_put(&w, &in->smsc, frame);
	octet_put(&w, FLAGS_JOIN(PDU_KIND_DELIVER, flags));
	address_put(&w, &in->from, address_encode);
	octet_put(&w, in->pid);
	octet_put(&w, in->dcs);
	octets_put(&w, in->sent.raw, SCTS_OCTETS);
	ud_put(&w, &in->ud, in->dcs, SMS_UD_OCTETS_MAX);
	return writer_close(&w, out_octets);
}

static uint8_t indicator(bool has_pid, bool has_dcs, bool has_ud)
{
	return (uint8_t)((has_pid ? PDU_PI_PID : 0) | (has_dcs ? PDU_PI_DCS : 0) |
			 (has_ud ? PDU_PI_UD : 0));
}

static void optional_fields_put(struct writer *w, const struct sms_status_report *in)
{
	if (!in->has_pid && !in->has_dcs && !in->has_ud)
		return;
	octet_put(w, indicator(in->has_pid, in->has_dcs, in->has_ud));
	if (in->has_pid)
		octet_put(w, in->pid);
	if (in->has_dcs)
		octet_put(w, in->dcs);
	if (in->has_ud)
		ud_put(w, &in->ud, in->has_dcs ? in->dcs : 0, PDU_REPORT_UD_OCTETS_MAX);
}

enum err pdu_status_report_encode(const struct sms_status_report *in,
	enum pdu_frame frame, uint8_t *out, size_t size, size_t *out_octets)
{
	const struct flag flags[] = {
		{ !in->more_messages, PDU_NO_MORE_MESSAGES },
		{ in->loop_prevention, PDU_LP },
		{ in->of_command, PDU_SRQ },
		{ in->has_ud && in->ud.has_udh, PDU_UDHI },
	};
	struct writer w = { .out = out, .size = size };
	smsc_put(&w, &in->smsc, frame);
	octet_put(&w, FLAGS_JOIN(PDU_KIND_STATUS_REPORT, flags));
	octet_put(&w, in->mr);
	address_put(&w, &in->to, address_encode);
	octets_put(&w, in->sent.raw, SCTS_OCTETS);
	octets_put(&w, in->discharged.raw, SCTS_OCTETS);
	octet_put(&w, in->status);
	optional_fields_put(&w, in);
	return writer_close(&w, out_octets);
}

enum err pdu_submit_report_encode(
	const struct sms_submit_report *in, uint8_t *out, size_t size, size_t *out_octets)
{
	if (in->is_error && in->fcs < PDU_FCS_FIRST)
		return ERR_ARG;
	struct writer w = { .out = out, .size = size };
	octet_put(&w, PDU_KIND_SUBMIT | (in->has_ud && in->ud.has_udh ? PDU_UDHI : 0));
	if (in->is_error)
		octet_put(&w, in->fcs);
	octet_put(&w, indicator(in->has_pid, in->has_dcs, in->has_ud));
	octets_put(&w, in->sent.raw, SCTS_OCTETS);
	if (in->has_pid)
		octet_put(&w, in->pid);
	if (in->has_dcs)
		octet_put(&w, in->dcs);
	if (in->has_ud)
		ud_put(&w, &in->ud, in->has_dcs ? in->dcs : 0, SMS_UD_OCTETS_MAX);
	return writer_close(&w, out_octets);
}
