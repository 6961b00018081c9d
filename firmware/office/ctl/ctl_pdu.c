/*
 * chaparctl pdu decode, pdu encode: what modems exchange with us, for people and scripts.
 * encode takes "to" and "text"; "smsc", "mr", "pid", "class", "validity_s", "ref";
 * "report", "reply_path", "reject_duplicates", "single_shot"; and what ctl_sms.h says.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "firmware/base/clock.h"
#include "firmware/base/str.h"
#include "firmware/office/ctl/ctl_line.h"
#include "firmware/office/ctl/ctl_sms.h"
#include "firmware/sms/cause.h"
#include "firmware/sms/pdu.h"
#include "firmware/sms/pdu_ack.h"
#include "firmware/sms/split.h"

#define INPUT_OCTETS_MAX 512
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const alphabets[] = { "gsm7", "8bit", "ucs2" };
static const char *const types[] = { "unknown", "international", "national", "network",
	"subscriber", "alphanumeric", "abbreviated", "reserved" };
static const char *const waiting_kinds[] = { "voice", "fax", "mail", "other" };
static const char *const status_classes[] = { "delivered", "trying", "failed", "gave_up",
	"unconfirmed" };

static void put_address(
	struct buf *b, const char *key, const char *type_key, const struct sms_address *a)
{
	line_name(b, key, a->text);
	line_name(b, type_key, types[a->ton & 7]);
}

static void put_smsc(struct buf *b, const struct sms_address *a)
{
	if (a->text[0] != '\0')
		line_name(b, "smsc", a->text);
}

/* A time that cannot be is null; its octets are in the PDU. */
static void put_time(struct buf *b, const char *key, const struct scts *t)
{
	char iso[32];
	if (!t->valid) {
		line_null(b, key);
		return;
	}
	line_name(b, key, clock_format(t->utc_s * 1000, iso, sizeof(iso)));
}

static void put_header(struct buf *b, const struct sms_ud *ud, const struct udh *udh)
{
	struct udh_ie ie;
	if (udh->len_octets == 0)
		return;
	if (udh->concat.total > 0) {
		line_number(b, "ref", udh->concat.ref);
		line_number(b, "ref_bits", udh->concat.ref16 ? 16 : 8);
		line_number(b, "part", udh->concat.seq);
		line_number(b, "parts", udh->concat.total);
	}
	if (udh->has_ports) {
		line_number(b, "port_to", udh->port_dst);
		line_number(b, "port_from", udh->port_src);
	}
	if (udh->locking != 0 || udh->single != 0) {
		line_number(b, "locking_language", udh->locking);
		line_number(b, "single_language", udh->single);
	}
	line_bool(b, "header_malformed", udh->malformed);
	line_open(b, "header", '[');
	for (size_t pos = 0; udh_ie_next(ud->octets, ud->len_octets, &pos, &ie);) {
		line_open(b, NULL, '{');
		line_number(b, "id", ie.id);
		line_hex(b, "data", ie.data, ie.len_octets);
		line_close(b, '}');
	}
	line_close(b, ']');
}

static void put_content(
	struct buf *b, const struct sms_ud *ud, const struct sms_content *c)
{
	const struct dcs *dcs = &c->dcs;
	line_name(b, "encoding", alphabets[dcs->alphabet]);
	if (dcs->msg_class != SMS_CLASS_NONE)
		line_number(b, "class", (int)dcs->msg_class);
	if (dcs->compressed)
		line_bool(b, "compressed", true);
	if (dcs->waiting != DCS_WAITING_NONE) {
		line_name(b, "waiting", waiting_kinds[dcs->waiting]);
		line_bool(b, "waiting_active", dcs->waiting_active);
	}
	put_header(b, ud, &c->udh);
	if (c->has_text)
		line_text(b, "text", c->text, c->text_len);
	else
		line_hex(b, "data", ud->octets + c->udh.len_octets,
			(size_t)(ud->len_octets - c->udh.len_octets));
	line_number(b, "udl", ud->udl);
}

static void put_validity(struct buf *b, const struct validity *v)
{
	static const char *const formats[] = { "none", "enhanced", "relative",
		"absolute" };
	line_name(b, "validity", formats[v->format]);
	if (v->format == VALIDITY_ABSOLUTE)
		put_time(b, "valid_until", &v->until);
	else if (v->period_s > 0)
		line_number(b, "validity_s", v->period_s);
	if (v->single_shot)
		line_bool(b, "single_shot", true);
}

static bool decode_deliver(
	const uint8_t *pdu, size_t len, enum pdu_frame frame, struct buf *out)
{
	struct sms_deliver d;
	if (pdu_deliver_decode(pdu, len, frame, &d) != ERR_OK)
		return false;
	line_name(out, "kind", "deliver");
	put_smsc(out, &d.smsc);
	put_address(out, "from", "from_type", &d.from);
	put_time(out, "sent_at", &d.sent);
	line_number(out, "pid", d.pid);
	line_number(out, "dcs", d.dcs);
	line_bool(out, "more_messages", d.more_messages);
	line_bool(out, "loop_prevention", d.loop_prevention);
	line_bool(out, "report_indication", d.report_indication);
	line_bool(out, "reply_path", d.reply_path);
	put_content(out, &d.ud, &d.content);
	return true;
}

static bool decode_submit(
	const uint8_t *pdu, size_t len, enum pdu_frame frame, struct buf *out)
{
	struct sms_submit s;
	if (pdu_submit_decode(pdu, len, frame, &s) != ERR_OK)
		return false;
	line_name(out, "kind", "submit");
	put_smsc(out, &s.smsc);
	put_address(out, "to", "to_type", &s.to);
	line_number(out, "mr", s.mr);
	line_number(out, "pid", s.pid);
	line_number(out, "dcs", s.dcs);
	line_bool(out, "report", s.report_request);
	line_bool(out, "reply_path", s.reply_path);
	line_bool(out, "reject_duplicates", s.reject_duplicates);
	put_validity(out, &s.validity);
	put_content(out, &s.ud, &s.content);
	return true;
}

static bool decode_report(
	const uint8_t *pdu, size_t len, enum pdu_frame frame, struct buf *out)
{
	struct sms_status_report r;
	if (pdu_status_report_decode(pdu, len, frame, &r) != ERR_OK)
		return false;
	line_name(out, "kind", "status-report");
	put_smsc(out, &r.smsc);
	put_address(out, "to", "to_type", &r.to);
	line_number(out, "mr", r.mr);
	line_bool(out, "more_messages", r.more_messages);
	line_bool(out, "loop_prevention", r.loop_prevention);
	line_bool(out, "of_command", r.of_command);
	put_time(out, "sent_at", &r.sent);
	put_time(out, "discharged_at", &r.discharged);
	line_number(out, "status", r.status);
	line_name(out, "outcome", status_classes[cause_status_class(r.status)]);
	line_name(out, "meaning", cause_status_text(r.status));
	if (r.has_ud)
		put_content(out, &r.ud, &r.content);
	return true;
}

/* What +CMGS shows behind its reference. */
static bool decode_ack(const uint8_t *pdu, size_t len, struct buf *out)
{
	struct sms_submit_report r;
	if (pdu_submit_report_decode(pdu, len, false, &r) != ERR_OK)
		return false;
	line_open(out, NULL, '{');
	line_name(out, "kind", "submit-report");
	put_time(out, "sent_at", &r.sent);
	if (r.has_pid)
		line_number(out, "pid", r.pid);
	if (r.has_dcs)
		line_number(out, "dcs", r.dcs);
	if (r.has_ud)
		put_content(out, &r.ud, &r.content);
	line_close(out, '}');
	return true;
}

static bool decode_line(
	struct ctl *c, const char *line, struct buf *out, const char **why)
{
	typedef bool (*decode_fn)(
		const uint8_t *pdu, size_t len, enum pdu_frame frame, struct buf *out);
	static const decode_fn decode[] = { [PDU_KIND_DELIVER] = decode_deliver,
		[PDU_KIND_SUBMIT] = decode_submit,
		[PDU_KIND_STATUS_REPORT] = decode_report };
	enum pdu_frame frame =
		ctl_value(c, "--tpdu") != NULL ? PDU_FRAME_TPDU : PDU_FRAME_SMSC;
	uint8_t pdu[INPUT_OCTETS_MAX];
	size_t len = 0;
	enum pdu_kind kind;
	if (!str_from_hex(line, strlen(line), pdu, sizeof(pdu), &len)) {
		*why = "not hexadecimal octets, or too many of them";
		return false;
	}
	*why = "not a PDU";
	if (ctl_value(c, "--ack") != NULL)
		return decode_ack(pdu, len, out);
	line_open(out, NULL, '{');
	if (pdu_kind_get(pdu, len, frame, &kind) != ERR_OK ||
		!decode[kind](pdu, len, frame, out))
		return false;
	line_close(out, '}');
	return true;
}

int ctl_pdu_decode(struct ctl *c)
{
	return line_each(c, decode_line);
}

static bool flag_of(json_t *row, const char *key)
{
	return json_is_true(json_object_get(row, key));
}

/* A whole number from 0 to max; otherwise if it is absent. */
static bool number_of(json_t *row, const char *key, json_int_t max, json_int_t otherwise,
	json_int_t *out)
{
	json_t *value = json_object_get(row, key);
	*out = json_is_integer(value) ? json_integer_value(value) : otherwise;
	return value == NULL || (json_is_integer(value) && *out >= 0 && *out <= max);
}

static bool address_of(json_t *row, const char *key, bool must, struct sms_address *out)
{
	const char *number = json_string_value(json_object_get(row, key));
	if (number == NULL)
		return !must && json_object_get(row, key) == NULL;
	return address_from_number(number, out) == ERR_OK;
}

/* "validity_s", in the enhanced format if "validity" says so or for a single shot, or
 * "valid_until". */
static const char *validity_read(json_t *row, json_int_t seconds, struct validity *out)
{
	const char *until = json_string_value(json_object_get(row, "valid_until"));
	const char *format = json_string_value(json_object_get(row, "validity"));
	bool single_shot = flag_of(row, "single_shot");
	int64_t at = 0;
	if (until != NULL)
		return clock_parse(until, &at) &&
				       validity_until(at / 1000, 0, out) == ERR_OK
			       ? NULL
			       : "\"valid_until\" is not a time that can be said";
	if (single_shot || (format != NULL && str_eq(format, "enhanced")))
		*out = validity_enhanced(
			seconds > 0 ? (uint32_t)seconds : 0, single_shot);
	else if (seconds >= 0)
		*out = validity_from_seconds((uint32_t)seconds);
	return NULL;
}

static const char *submit_read(
	json_t *row, struct sms_submit *s, enum sms_class *out_class)
{
	json_int_t mr = 0, pid = 0, class = 0, validity = 0;
	if (!address_of(row, "to", true, &s->to))
		return "\"to\" is not a number";
	if (!address_of(row, "smsc", false, &s->smsc))
		return "\"smsc\" is not a number";
	if (!number_of(row, "mr", 255, 0, &mr) || !number_of(row, "pid", 255, 0, &pid) ||
		!number_of(row, "class", 3, SMS_CLASS_NONE, &class) ||
		!number_of(row, "validity_s", UINT32_MAX, -1, &validity))
		return "\"mr\", \"pid\", \"class\" or \"validity_s\" is out of range";
	s->mr = (uint8_t)mr;
	s->pid = (uint8_t)pid;
	s->report_request = flag_of(row, "report");
	s->reply_path = flag_of(row, "reply_path");
	s->reject_duplicates = flag_of(row, "reject_duplicates");
	*out_class = (enum sms_class) class;
	return validity_read(row, validity, &s->validity);
}

/* "port_to" and "port_from": 8 bit where both fit. */
static bool ports_of(json_t *row, struct udh *out)
{
	json_int_t to = 0, from = 0;
	out->has_ports = json_object_get(row, "port_to") != NULL;
	if (!number_of(row, "port_to", 65535, 0, &to) ||
		!number_of(row, "port_from", 65535, 0, &from))
		return false;
	out->port_dst = (uint16_t)to;
	out->port_src = (uint16_t)from;
	out->ports16 = to > 255 || from > 255;
	return true;
}

static bool put_part(struct sms_submit *s, const struct split_plan *plan,
	const char *text, const unsigned index_ref[2], struct buf *out)
{
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t len = 0, tpdu_len = 0;
	if (split_part_encode(plan, text, index_ref[0], (uint16_t)index_ref[1], &s->ud) !=
			ERR_OK ||
		pdu_submit_encode(s, PDU_FRAME_SMSC, pdu, sizeof(pdu), &len) != ERR_OK ||
		pdu_tpdu_len(pdu, len, &tpdu_len) != ERR_OK)
		return false;
	line_open(out, NULL, '{');
	line_hex(out, "pdu", pdu, len);
	line_number(out, "tpdu_octets", (int64_t)tpdu_len);
	line_close(out, '}');
	return true;
}

static const char *encode_row(json_t *row, struct buf *out)
{
	struct sms_submit s = { 0 };
	struct split_options opts;
	struct split_plan plan;
	struct udh ports = { 0 };
	enum sms_class class = SMS_CLASS_NONE;
	json_int_t ref = 0;
	const char *text = json_string_value(json_object_get(row, "text"));
	const char *why = submit_read(row, &s, &class);
	if (why == NULL)
		why = ctl_sms_options(row, &opts);
	if (why == NULL && !number_of(row, "ref", 65535, 0, &ref))
		why = "\"ref\" is not from 0 to 65535";
	if (why == NULL && !ports_of(row, &ports))
		why = "\"port_to\" or \"port_from\" is not from 0 to 65535";
	opts.ports = &ports;
	if (why == NULL &&
		(text == NULL || split_plan(text, strlen(text), &opts, &plan) != ERR_OK))
		why = "\"text\" is missing or needs too many parts";
	if (why != NULL)
		return why;
	s.dcs = split_dcs(&plan, class);
	line_open(out, NULL, '{');
	line_name(out, "encoding", alphabets[plan.alphabet]);
	line_number(out, "parts", plan.parts);
	line_open(out, "pdus", '[');
	for (unsigned i = 0; i < plan.parts; i++) {
		const unsigned index_ref[2] = { i, (unsigned)ref };
		if (!put_part(&s, &plan, text, index_ref, out))
			return "a part does not encode";
	}
	line_close(out, ']');
	line_close(out, '}');
	return NULL;
}

static bool encode_line(
	struct ctl *c, const char *line, struct buf *out, const char **why)
{
	(void)c;
	json_t *row = json_loads(line, 0, NULL);
	*why = json_is_object(row) ? encode_row(row, out) : "not a JSON object";
	json_decref(row);
	return *why == NULL;
}

int ctl_pdu_encode(struct ctl *c)
{
	return line_each(c, encode_line);
}
