/*
 * Proves that PDUs read as other implementations and the specification read them: every
 * row of tests/vectors/sms_pdu*.jsonl, and of the collected foreign rows where
 * ../shared/vectors exists; and that writing what was read gives the same message again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "firmware/sms/cause.h"
#include "firmware/sms/collect.h"
#include "firmware/sms/content_payload.h"
#include "firmware/sms/pdu.h"
#include "tests/unit/sms_rows.h"

static const struct rows_deviation deviations[] = {
	{ "0041010C910661345542F60008A0050003000301306F3044", "submit",
		"TS 23.040 9.2.3.16: TP-UDL counts more octets than there are" },
	{ "0041000B817777777777F700005D060504157800004DE1135B851283D4E2AFDD8BD576F3B2DC5E"
	  "96F7"
	  "DC617A788E2EBBD761173C2CA7E777F0B79CDECBE5663BF8BDC74E57CDCFBCF5B97387DBE59E1B"
	  "E00ED3"
	  "C37374D9BD0EBBE06139",
		"submit", "TS 23.040 9.2.3.16: TP-UDL counts 82 octets, there are 79" },
	{ "07919761989901F031000B919761084218F200F9FF120422043504410442002000540065007300"
	  "74",
		"submit",
		"TS 23.038 4, group 1111: bit 2 is 0, so TP-UDL counts septets: 16 "
		"octets of 18" },
	{ "07912160130310F20404D0110041006060627171118A0120", "deliver",
		"not 3GPP: CPHS hides a voice mail lamp in the sender's address" },
	{ "07912160130310F20404D0100041006060627161058A0120", "deliver",
		"not 3GPP: CPHS hides a voice mail lamp in the sender's address" },
	{ "0005000B917228001011F10000094676788E064D9B53", "submit",
		"TS 23.040 9.2.3.25: bit 2 is set, duplicates are rejected; 23.038 4: no "
		"class" },
	{ "04A12143F5310D0AA110624521430000A91BD4F29C0E6A97E7F3F0B9AC03B1DFE3301BE4AEB7C5"
	  "65F91C",
		"submit",
		"TS 23.040 9.2.3.25: bit 2 is not set, duplicates are accepted" },
	{ NULL, NULL, NULL },
};

/* A decoded row, whatever its kind; pointers NULL where the kind has no such field. */
struct seen {
	const uint8_t *octets;
	size_t len;
	enum pdu_kind kind;
	struct sms_submit submit;
	struct sms_deliver deliver;
	struct sms_status_report report;
	const struct sms_address *smsc, *peer;
	const struct scts *sent;
	const struct sms_ud *ud;
	const struct sms_content *content;
	uint8_t mr, pid, dcs;
};

typedef bool (*expect_fn)(const struct seen *s, json_t *want);

static bool same_text(const char *have, json_t *want)
{
	const char *text = json_is_null(want) ? "" : json_string_value(want);
	return strcmp(have, text) == 0;
}

static bool same_number(long have, json_t *want)
{
	return json_is_integer(want) && json_integer_value(want) == have;
}

static bool same_bool(bool have, json_t *want)
{
	return json_is_boolean(want) && json_is_true(want) == have;
}

/* format: "%+03d:%02d" of the zone appended to ISO 8601, or nothing. */
static bool same_time(
	const struct scts *t, int zone_minutes, bool with_zone, json_t *want)
{
	char iso[40] = "";
	time_t local = (time_t)(t->utc_s + zone_minutes * 60);
	struct tm tm;
	if (!t->valid || gmtime_r(&local, &tm) == NULL)
		return false;
	size_t len = strftime(iso, sizeof(iso), "%Y-%m-%dT%H:%M:%S", &tm);
	int z = zone_minutes < 0 ? -zone_minutes : zone_minutes;
	if (with_zone)
		(void)str_format(iso + len, sizeof(iso) - len, "%c%02d:%02d",
			zone_minutes < 0 ? '-' : '+', z / 60, z % 60);
	return same_text(iso, want);
}

static bool expect_smsc(const struct seen *s, json_t *want)
{
	return same_text(s->smsc->text, want);
}

static bool expect_number(const struct seen *s, json_t *want)
{
	return same_text(s->peer->text, want);
}

static bool expect_text(const struct seen *s, json_t *want)
{
	return s->content->has_text && same_text(s->content->text, want);
}

static bool expect_text_contains(const struct seen *s, json_t *want)
{
	return strstr(s->content->text, json_string_value(want)) != NULL;
}

static bool expect_alphabet(const struct seen *s, json_t *want)
{
	static const char *const names[] = { "gsm7", "8bit", "ucs2" };
	return same_text(names[s->content->dcs.alphabet], want);
}

static bool expect_timestamp(const struct seen *s, json_t *want)
{
	return same_time(s->sent, s->sent->zone_minutes, true, want);
}

static bool expect_timestamp_local(const struct seen *s, json_t *want)
{
	return same_time(s->sent, s->sent->zone_minutes, false, want);
}

static bool expect_timestamp_utc(const struct seen *s, json_t *want)
{
	return same_time(s->sent, 0, false, want);
}

static bool expect_time_invalid(const struct seen *s, json_t *want)
{
	return same_bool(!s->sent->valid, want);
}

static bool expect_discharge(const struct seen *s, json_t *want)
{
	const struct scts *t = &s->report.discharged;
	return same_time(t, t->zone_minutes, true, want);
}

static bool expect_discharge_local(const struct seen *s, json_t *want)
{
	const struct scts *t = &s->report.discharged;
	return same_time(t, t->zone_minutes, false, want);
}

static bool expect_vp_abs(const struct seen *s, json_t *want)
{
	const struct scts *t = &s->submit.validity.until;
	return same_time(t, t->zone_minutes, true, want);
}

static bool expect_vp_abs_local(const struct seen *s, json_t *want)
{
	const struct scts *t = &s->submit.validity.until;
	return same_time(t, t->zone_minutes, false, want);
}

static bool expect_vp_minutes(const struct seen *s, json_t *want)
{
	return same_number((long)s->submit.validity.period_s / 60, want);
}

static bool expect_vp_seconds(const struct seen *s, json_t *want)
{
	return same_number((long)s->submit.validity.period_s, want);
}

static bool expect_vp(const struct seen *s, json_t *want)
{
	return same_number(s->submit.validity.raw[0], want);
}

static bool expect_vpf(const struct seen *s, json_t *want)
{
	return same_number((long)s->submit.validity.format, want);
}

static bool expect_mr(const struct seen *s, json_t *want)
{
	return same_number(s->mr, want);
}

static bool expect_pid(const struct seen *s, json_t *want)
{
	return same_number(s->pid, want);
}

static bool expect_dcs(const struct seen *s, json_t *want)
{
	return same_number(s->dcs, want);
}

static bool expect_udl(const struct seen *s, json_t *want)
{
	return same_number(s->ud->udl, want);
}

static bool expect_ud_octets(const struct seen *s, json_t *want)
{
	return same_number(s->ud->len_octets, want);
}

static bool expect_udhl(const struct seen *s, json_t *want)
{
	return same_number(s->content->udh.len_octets - 1, want);
}

static bool expect_class(const struct seen *s, json_t *want)
{
	return same_number((long)s->content->dcs.msg_class, want);
}

static bool expect_flash(const struct seen *s, json_t *want)
{
	return same_bool(s->content->dcs.msg_class == SMS_CLASS_0, want);
}

static bool expect_reject_duplicates(const struct seen *s, json_t *want)
{
	return same_bool(s->submit.reject_duplicates, want);
}

static bool expect_srr(const struct seen *s, json_t *want)
{
	return same_bool(s->submit.report_request, want);
}

static bool expect_status(const struct seen *s, json_t *want)
{
	return same_number(s->report.status, want);
}

static bool expect_status_delivered(const struct seen *s, json_t *want)
{
	(void)want; /* "delivered" or its sentence: the foreign rows know no other */
	return cause_status_class(s->report.status) == CAUSE_STATUS_DELIVERED;
}

static bool expect_first_octet(const struct seen *s, json_t *want)
{
	return same_number(s->octets[1 + s->octets[0]], want);
}

static bool expect_multipart(const struct seen *s, json_t *want)
{
	return same_bool(s->content->udh.concat.total > 1, want);
}

static bool has_number(json_t *object, const char *key, long have)
{
	json_t *want = json_object_get(object, key);
	return want == NULL || same_number(have, want);
}

static bool expect_udh(const struct seen *s, json_t *want)
{
	const struct udh_concat *c = &s->content->udh.concat;
	return has_number(want, "ref", c->ref) && has_number(want, "total", c->total) &&
	       has_number(want, "seq", c->seq) &&
	       has_number(want, "bits", c->ref16 ? 16 : 8);
}

static bool expect_ports(const struct seen *s, json_t *want)
{
	const struct udh *udh = &s->content->udh;
	return udh->has_ports && has_number(want, "dst", udh->port_dst) &&
	       has_number(want, "src", udh->port_src);
}

static bool expect_languages(const struct seen *s, json_t *want)
{
	const struct udh *udh = &s->content->udh;
	return has_number(want, "locking", udh->locking) &&
	       has_number(want, "single", udh->single);
}

static bool expect_data_hex(const struct seen *s, json_t *want)
{
	size_t header = s->content->udh.len_octets;
	char hex[2 * SMS_UD_OCTETS_MAX + 1] = "";
	return str_to_hex(hex, sizeof(hex), s->ud->octets + header,
		       s->ud->len_octets - header) &&
	       !s->content->has_text && same_text(hex, want);
}

/* TS 23.040 9.2.3.24.2: an element outweighs the data coding scheme. */
static bool expect_mwi_active(const struct seen *s, json_t *want)
{
	bool active = s->content->dcs.waiting_active;
	struct udh_ie ie;
	for (size_t pos = 0; s->ud->has_udh &&
			     udh_ie_next(s->ud->octets, s->ud->len_octets, &pos, &ie);) {
		if (ie.id == UDH_IE_WAITING && ie.len_octets == 2)
			active = ie.data[1] > 0;
	}
	return s->content->dcs.waiting != DCS_WAITING_NONE && same_bool(active, want);
}

static bool expect_mwi_discard(const struct seen *s, json_t *want)
{
	return same_bool(!s->content->dcs.waiting_store, want);
}

static bool expect_name(const struct seen *s, json_t *want)
{
	(void)want; /* "alphanumeric" */
	return s->peer->ton == ADDRESS_TON_ALPHANUMERIC;
}

/* The text as it reads with tables that the header does not announce. */
static bool expect_text_if_tables(const struct seen *s, json_t *tables)
{
	static const char *const names[] = { "default", "turkish", "spanish",
		"portuguese" };
	uint8_t locking = 0, single = 0;
	for (uint8_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		locking = rows_is(tables, "locking", names[i]) ? i : locking;
		single = rows_is(tables, "single", names[i]) ? i : single;
	}
	struct gsm7_alphabet a;
	struct gsm7_septets septets;
	char text[GSM7_UTF8_SIZE];
	/* Spanish has no locking table; the default is in its place */
	(void)gsm7_alphabet_get(locking, single, &a);
	return content_septets(s->ud, s->content->udh.len_octets, &septets) == ERR_OK &&
	       gsm7_to_utf8(&a, &septets, text, sizeof(text)) == ERR_OK &&
	       same_text(text, json_object_get(tables, "text"));
}

static bool expect_nothing(const struct seen *s, json_t *want)
{
	(void)s;
	(void)want;
	return true;
}

static const struct {
	const char *key;
	expect_fn check;
} expectations[] = {
	{ "smsc", expect_smsc },
	{ "number", expect_number },
	{ "text", expect_text },
	{ "text_contains", expect_text_contains },
	{ "alphabet", expect_alphabet },
	{ "timestamp", expect_timestamp },
	{ "timestamp_local", expect_timestamp_local },
	{ "timestamp_utc", expect_timestamp_utc },
	{ "time_invalid", expect_time_invalid },
	{ "discharge", expect_discharge },
	{ "discharge_local", expect_discharge_local },
	{ "vp", expect_vp },
	{ "vpf", expect_vpf },
	{ "vp_minutes", expect_vp_minutes },
	{ "vp_seconds", expect_vp_seconds },
	{ "vp_abs", expect_vp_abs },
	{ "vp_abs_local", expect_vp_abs_local },
	{ "mr", expect_mr },
	{ "pid", expect_pid },
	{ "dcs", expect_dcs },
	{ "udl", expect_udl },
	{ "ud_octets", expect_ud_octets },
	{ "udhl", expect_udhl },
	{ "class", expect_class },
	{ "flash", expect_flash },
	{ "reject_duplicates", expect_reject_duplicates },
	{ "srr", expect_srr },
	{ "status", expect_status },
	{ "status_class", expect_status_delivered },
	{ "status_text", expect_status_delivered },
	{ "first_octet", expect_first_octet },
	{ "multipart", expect_multipart },
	{ "udh", expect_udh },
	{ "ports", expect_ports },
	{ "languages", expect_languages },
	{ "data_hex", expect_data_hex },
	{ "mwi_active", expect_mwi_active },
	{ "mwi_discard", expect_mwi_discard },
	{ "toa_type", expect_name },
	/* said by the row's kind, by all rows being read back, or of another's encoder:
	 */
	{ "is_status_report", expect_nothing },
	{ "roundtrip", expect_nothing },
	{ "valid", expect_nothing },
	{ "msgstart", expect_nothing },
	{ "text_gammu", expect_nothing },
	{ "text_if_tables", expect_text_if_tables },
};

static bool key_holds(const struct seen *s, const char *key, json_t *want)
{
	for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
		if (strcmp(expectations[i].key, key) != 0)
			continue;
		bool holds = expectations[i].check(s, want);
		if (!holds)
			printf("    %s: text \"%s\" peer \"%s\"\n", key, s->content->text,
				s->peer->text);
		return holds;
	}
	printf("    unknown expectation \"%s\"\n", key);
	return false;
}

static enum err decode_submit(struct seen *s)
{
	const struct sms_submit *m = &s->submit;
	enum err err = pdu_submit_decode(s->octets, s->len, PDU_FRAME_SMSC, &s->submit);
	s->smsc = &m->smsc, s->peer = &m->to, s->sent = &m->validity.until;
	s->ud = &m->ud, s->content = &m->content;
	s->mr = m->mr, s->pid = m->pid, s->dcs = m->dcs;
	return err;
}

static enum err decode_deliver(struct seen *s)
{
	const struct sms_deliver *m = &s->deliver;
	enum err err = pdu_deliver_decode(s->octets, s->len, PDU_FRAME_SMSC, &s->deliver);
	s->smsc = &m->smsc, s->peer = &m->from, s->sent = &m->sent;
	s->ud = &m->ud, s->content = &m->content;
	s->pid = m->pid, s->dcs = m->dcs;
	return err;
}

static enum err decode_report(struct seen *s)
{
	const struct sms_status_report *m = &s->report;
	enum err err =
		pdu_status_report_decode(s->octets, s->len, PDU_FRAME_SMSC, &s->report);
	s->smsc = &m->smsc, s->peer = &m->to, s->sent = &m->sent;
	s->ud = &m->ud, s->content = &m->content;
	s->mr = m->mr, s->pid = m->pid, s->dcs = m->dcs;
	return err;
}

static enum err decode(struct seen *s)
{
	enum err (*const by_kind[])(
		struct seen *) = { decode_deliver, decode_submit, decode_report };
	enum err err = pdu_kind_get(s->octets, s->len, PDU_FRAME_SMSC, &s->kind);
	return err != ERR_OK ? err : by_kind[s->kind](s);
}

static enum err encode(const struct seen *s, uint8_t *out, size_t *out_len)
{
	switch (s->kind) {
	case PDU_KIND_SUBMIT:
		return pdu_submit_encode(
			&s->submit, PDU_FRAME_SMSC, out, PDU_OCTETS_MAX, out_len);
	case PDU_KIND_DELIVER:
		return pdu_deliver_encode(
			&s->deliver, PDU_FRAME_SMSC, out, PDU_OCTETS_MAX, out_len);
	case PDU_KIND_STATUS_REPORT:
		return pdu_status_report_encode(
			&s->report, PDU_FRAME_SMSC, out, PDU_OCTETS_MAX, out_len);
	}
	return ERR_ARG;
}

static unsigned identical;

/* Writing what was read, and reading that, gives the same text and the same octets. */
static bool survives(const struct seen *s)
{
	static struct seen again;
	uint8_t first[PDU_OCTETS_MAX], second[PDU_OCTETS_MAX];
	size_t first_len = 0, second_len = 0;
	if (encode(s, first, &first_len) != ERR_OK)
		return false;
	identical += first_len == s->len && memcmp(first, s->octets, first_len) == 0;
	again = (struct seen){ .octets = first, .len = first_len };
	return decode(&again) == ERR_OK && again.kind == s->kind &&
	       encode(&again, second, &second_len) == ERR_OK && second_len == first_len &&
	       memcmp(first, second, first_len) == 0 &&
	       strcmp(again.content->text, s->content->text) == 0;
}

static bool kind_holds(const struct seen *s, json_t *row)
{
	static const char *const kinds[] = { "deliver", "submit", "status-report" };
	return strcmp(rows_text(row, "kind"), kinds[s->kind]) == 0;
}

static enum rows_verdict check_valid(json_t *row)
{
	static struct seen s;
	static uint8_t octets[512];
	s = (struct seen){ .octets = octets };
	s.len = (size_t)rows_hex(row, "pdu", octets, sizeof(octets));
	if (decode(&s) != ERR_OK || !kind_holds(&s, row))
		return ROWS_FAIL;
	json_t *expect = json_object_get(row, "expect"), *want = NULL;
	const char *key = NULL;
	json_t *tables = json_object_get(expect, "text_if_tables");
	if (tables != NULL) /* the row's text goes with them */
		json_object_set(tables, "text", json_object_get(expect, "text"));
	bool holds = survives(&s);
	size_t tpdu_len = 0;
	json_t *stated = json_object_get(row, "tpdu_len");
	if (stated != NULL && (pdu_tpdu_len(octets, s.len, &tpdu_len) != ERR_OK ||
				      !same_number((long)tpdu_len, stated)))
		holds = false;
	json_object_foreach(expect, key, want)
	{
		if (tables != NULL && strcmp(key, "text") == 0)
			continue;
		holds = key_holds(&s, key, want) && holds;
	}
	return holds ? ROWS_PASS : ROWS_FAIL;
}

/* Not hex, or no decoder takes it. */
static enum rows_verdict check_invalid(json_t *row)
{
	static struct seen s;
	static uint8_t octets[512];
	s = (struct seen){ .octets = octets };
	long len = rows_hex(row, "pdu", octets, sizeof(octets));
	if (len < 0)
		return ROWS_PASS;
	s.len = (size_t)len;
	bool taken = decode_submit(&s) == ERR_OK || decode_deliver(&s) == ERR_OK ||
		     decode_report(&s) == ERR_OK;
	return taken ? ROWS_FAIL : ROWS_PASS;
}

static void run(const char *path, rows_check_fn check, bool may_be_absent)
{
	struct rows_tally tally;
	if (!rows_each(path, check, deviations, &tally)) {
		if (may_be_absent)
			skip();
		fail_msg("%s is missing", path);
	}
	assert_int_equal(tally.failed, 0);
	assert_true(tally.passed > 0);
}

static void own_pdus(void **state)
{
	(void)state;
	run(ROWS_OWN "sms_pdu.jsonl", check_valid, false);
}

static void own_invalid_pdus(void **state)
{
	(void)state;
	run(ROWS_OWN "sms_pdu_invalid.jsonl", check_invalid, false);
}

static void foreign_pdus(void **state)
{
	(void)state;
	identical = 0;
	run(ROWS_FOREIGN "pdu_vectors.jsonl", check_valid, true);
	printf("  %u of them are written octet for octet as they came\n", identical);
}

static void foreign_invalid_pdus(void **state)
{
	(void)state;
	run(ROWS_FOREIGN "pdu_invalid.jsonl", check_invalid, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_pdus),
		cmocka_unit_test(own_invalid_pdus),
		cmocka_unit_test(foreign_pdus),
		cmocka_unit_test(foreign_invalid_pdus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
