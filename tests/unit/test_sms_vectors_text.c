/*
 * Proves that single fields are read and written as others do it: the GSM 7 bit tables
 * and packing, addresses, UCS-2, times, validity, header elements. Rows of
 * tests/vectors/sms_field.jsonl and sms_tables.jsonl, and the collected foreign ones
 * where ../shared/vectors exists.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/base/clock.h"
#include "firmware/sms/address.h"
#include "firmware/sms/content.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/scts.h"
#include "firmware/sms/ucs2.h"
#include "firmware/sms/udh.h"
#include "firmware/sms/validity.h"
#include "tests/unit/sms_rows.h"

static const char ussd_has_no_header[] =
	"TS 23.038 6.1.2.3: USSD has no header to fill up";

static const struct rows_deviation deviations[] = {
	{ "14D04F78D92D9C0EC3E23119", "address",
		"TS 23.040 9.1.2.5: 10 octets hold 11 characters, the source names 19" },
	{ "1B", "locking_char", "TS 23.038 6.2.1 note 1: an escape alone shows a space" },
	{ "hindi", "locking_table",
		"TS 23.038 A.3.6: U+0901 to U+0903; the source has Bengali's signs" },
	{ "telugu", "consensus_shift_table",
		"nothing is at 65 in TS 23.038 A.2.12; phones send the euro sign so" },
	{ "kannada", "consensus_locking_table",
		"TS 23.038 A.3.7: 24 is printed as U+0CAA, which is at 3D; the sources "
		"differ" },
	{ NULL, NULL, NULL },
};

static bool same_octets(json_t *row, const char *key, const uint8_t *have, size_t len)
{
	uint8_t want[256];
	long want_len = rows_hex(row, key, want, sizeof(want));
	return want_len == (long)len && memcmp(want, have, len) == 0;
}

static long number_of(json_t *row, const char *key)
{
	return (long)json_integer_value(json_object_get(row, key));
}

static uint8_t language_of(json_t *row, const char *key)
{
	static const char *const names[GSM7_LANGUAGES] = { "default", "turkish",
		"spanish", "portuguese", "bengali", "gujarati", "hindi", "kannada",
		"malayalam", "oriya", "punjabi", "tamil", "telugu", "urdu" };
	json_t *value = json_object_get(row, key);
	if (json_is_integer(value))
		return (uint8_t)json_integer_value(value);
	for (uint8_t i = 0; value != NULL && i < GSM7_LANGUAGES; i++) {
		if (rows_is(row, key, names[i]))
			return i;
	}
	return GSM7_DEFAULT;
}

/* The tables that a row is about. */
static void tables_of(json_t *row, struct gsm7_alphabet *out)
{
	uint8_t language = language_of(row, "nli");
	bool is_locking = strstr(rows_text(row, "kind"), "locking") != NULL;
	bool is_shift = strstr(rows_text(row, "kind"), "shift") != NULL;
	uint8_t locking = is_locking ? language : language_of(row, "locking");
	uint8_t single = is_shift ? language : language_of(row, "shift");
	/* Spanish has no locking table; the default is in its place */
	(void)gsm7_alphabet_get(locking, single, out);
}

static bool septets_of(json_t *row, struct gsm7_septets *out)
{
	long count = rows_hex(row, "septets", out->at, sizeof(out->at));
	out->count = count > 0 ? (size_t)count : 0;
	return count >= 0;
}

static bool reads_as(
	const struct gsm7_alphabet *a, const struct gsm7_septets *s, json_t *row)
{
	char text[GSM7_UTF8_SIZE];
	return gsm7_to_utf8(a, s, text, sizeof(text)) == ERR_OK &&
	       strcmp(text, rows_text(row, "text")) == 0;
}

static enum rows_verdict verdict(bool holds)
{
	return holds ? ROWS_PASS : ROWS_FAIL;
}

static enum rows_verdict check_packed(json_t *row)
{
	struct gsm7_alphabet a;
	struct gsm7_septets s, back;
	uint8_t packed[200];
	size_t len = 0;
	const char *text = rows_text(row, "text");
	(void)gsm7_alphabet_get(0, 0, &a);
	if (gsm7_from_utf8(&a, text, json_string_length(json_object_get(row, "text")), &s,
		    NULL) != ERR_OK)
		return ROWS_FAIL;
	bool is_ussd = json_is_true(json_object_get(row, "cr_padding"));
	unsigned fill = (unsigned)number_of(row, "fill_bits");
	enum err err = is_ussd ? gsm7_ussd_pack(&s, packed, sizeof(packed), &len)
			       : gsm7_pack(&s, fill, packed, sizeof(packed), &len);
	if (err != ERR_OK || !same_octets(row, "packed", packed, len))
		return ROWS_FAIL;
	err = is_ussd ? gsm7_ussd_unpack(packed, len, &back)
		      : gsm7_unpack(packed, len, fill, s.count, &back);
	return verdict(
		err == ERR_OK && back.count == s.count && reads_as(&a, &back, row));
}

static enum rows_verdict check_pack(json_t *row)
{
	struct gsm7_septets s = { 0 }, back;
	uint8_t packed[200];
	size_t len = 0;
	unsigned fill = (unsigned)number_of(row, "fill_bits");
	if (!septets_of(row, &s) ||
		gsm7_pack(&s, fill, packed, sizeof(packed), &len) != ERR_OK)
		return ROWS_FAIL;
	return verdict(same_octets(row, "packed", packed, len) &&
		       gsm7_unpack(packed, len, fill, s.count, &back) == ERR_OK &&
		       memcmp(back.at, s.at, s.count) == 0);
}

static enum rows_verdict check_pack_ussd(json_t *row)
{
	struct gsm7_septets s = { 0 }, back;
	uint8_t packed[200];
	size_t len = 0;
	if (number_of(row, "fill_bits") != 0) {
		printf("    left out: %s\n", ussd_has_no_header);
		return ROWS_SKIP;
	}
	if (!septets_of(row, &s) ||
		gsm7_ussd_pack(&s, packed, sizeof(packed), &len) != ERR_OK)
		return ROWS_FAIL;
	return verdict(same_octets(row, "packed", packed, len) &&
		       gsm7_ussd_unpack(packed, len, &back) == ERR_OK &&
		       back.count == s.count && memcmp(back.at, s.at, s.count) == 0);
}

static enum rows_verdict check_septets(json_t *row)
{
	struct gsm7_alphabet a;
	struct gsm7_septets s = { 0 };
	tables_of(row, &a);
	return verdict(septets_of(row, &s) && reads_as(&a, &s, row));
}

static bool entry_holds(
	const struct gsm7_alphabet *a, const char *septet, json_t *want, bool is_shift)
{
	struct gsm7_septets s = { 0 };
	size_t len = 0;
	if (is_shift)
		s.at[s.count++] = GSM7_ESCAPE;
	if (!str_from_hex(septet, strlen(septet), s.at + s.count, 2, &len))
		return false;
	s.count += len;
	char text[GSM7_UTF8_SIZE];
	return gsm7_to_utf8(a, &s, text, sizeof(text)) == ERR_OK &&
	       strcmp(text, json_string_value(want)) == 0;
}

/* Each entry reads so, and there are no entries that the row has not. */
static enum rows_verdict check_table(json_t *row)
{
	struct gsm7_alphabet a;
	tables_of(row, &a);
	/* the source's own addition, as its note says: 23.038 6.2.1.1 reserves 1B0D */
	bool has_lf_at_0d = rows_text(row, "note")[0] != '\0';
	bool is_shift = strstr(rows_text(row, "kind"), "shift") != NULL;
	const char *septet = NULL;
	json_t *want = NULL;
	long count = 0, have = 0;
	json_object_foreach(json_object_get(row, "entries"), septet, want)
	{
		bool is_pair = strlen(septet) == 4; /* 1B65 in a table of both */
		bool left_out = (is_shift && has_lf_at_0d && strcmp(septet, "0D") == 0) ||
				strcmp(septet, "1B") == 0;
		if (left_out)
			continue;
		count++;
		if (!entry_holds(&a, septet, want, is_shift && !is_pair)) {
			printf("    entry %s\n", septet);
			return ROWS_FAIL;
		}
	}
	for (int i = 0; i < 128; i++)
		have += (is_shift ? a.single : a.locking)[i] != 0;
	bool is_both = rows_is(row, "kind", "default_and_extension_table");
	return verdict(is_both || count == have);
}

static enum rows_verdict check_user_data(json_t *row)
{
	struct sms_ud ud = { .has_udh = true, .udl = (uint8_t)number_of(row, "udl") };
	struct sms_ud again;
	struct sms_content content;
	ud.len_octets = (uint8_t)content_udl_octets(ud.udl, 0);
	uint8_t octets[160];
	long len = rows_hex(row, "packed", octets, sizeof(octets));
	if (len < ud.len_octets)
		return ROWS_FAIL;
	memcpy(ud.octets, octets, ud.len_octets);
	if (content_decode(&ud, 0, &content) != ERR_OK ||
		strcmp(content.text, rows_text(row, "text")) != 0)
		return ROWS_FAIL;
	return verdict(content_encode(&content.udh, 0, content.text, content.text_len,
			       &again) == ERR_OK &&
		       again.udl == ud.udl && again.len_octets == ud.len_octets &&
		       memcmp(again.octets, ud.octets, ud.len_octets) == 0);
}

static enum rows_verdict check_semi_octets(json_t *row)
{
	/* as an address of unknown type: its length and type come before */
	struct sms_address a = { .npi = 1 };
	uint8_t out[ADDRESS_OCTETS_MAX];
	size_t len = 0;
	(void)str_copy(a.text, sizeof(a.text), rows_text(row, "digits"));
	return verdict(address_encode(&a, out, sizeof(out), &len) == ERR_OK &&
		       same_octets(row, "hex", out + 2, len - 2));
}

static enum rows_verdict check_ucs2(json_t *row)
{
	uint8_t out[140];
	char text[UCS2_UTF8_SIZE(140)];
	size_t len = 0;
	const char *want = rows_text(row, "text");
	return verdict(
		ucs2_from_utf8(want, strlen(want), out, sizeof(out), &len) == ERR_OK &&
		same_octets(row, "hex", out, len) &&
		ucs2_to_utf8(out, len, text, sizeof(text)) == ERR_OK &&
		strcmp(text, want) == 0);
}

static enum rows_verdict check_address(json_t *row)
{
	bool is_smsc = rows_is(row, "field", "smsc_address");
	uint8_t in[64], out[ADDRESS_OCTETS_MAX];
	struct sms_address a;
	size_t used = 0, len = 0;
	long in_len = rows_hex(row, "hex", in, sizeof(in));
	enum err err = is_smsc ? address_smsc_decode(in, (size_t)in_len, &a, &used)
			       : address_decode(in, (size_t)in_len, &a, &used);
	if (err != ERR_OK || strcmp(a.text, rows_text(row, "number")) != 0)
		return ROWS_FAIL;
	json_t *octets = json_object_get(row, "octets");
	if (octets != NULL && json_integer_value(octets) != (json_int_t)used)
		return ROWS_FAIL;
	err = is_smsc ? address_smsc_encode(&a, out, sizeof(out), &len)
		      : address_encode(&a, out, sizeof(out), &len);
	const char *encoded = json_object_get(row, "encoded") != NULL ? "encoded" : "hex";
	bool is_counted_fill = strcmp(rows_text(row, "hex"), "0ED04F78D92D9C0E01") == 0;
	if (is_counted_fill) {
		printf("    read as asked, written shorter: TS 23.040 9.1.2.5: 7 "
		       "characters "
		       "are 13 useful semi-octets\n");
		return verdict(err == ERR_OK && out[0] == 13);
	}
	return verdict(err == ERR_OK && same_octets(row, encoded, out, len));
}

static enum rows_verdict check_relative(json_t *row)
{
	uint32_t seconds = validity_relative_seconds((uint8_t)number_of(row, "vp"));
	return verdict(seconds == number_of(row, "minutes") * 60);
}

static enum rows_verdict check_relative_encode(json_t *row)
{
	struct validity v =
		validity_from_seconds((uint32_t)(number_of(row, "minutes") * 60));
	return verdict(v.format == VALIDITY_RELATIVE && v.raw[0] == number_of(row, "vp"));
}

static enum rows_verdict check_timestamp(json_t *row)
{
	uint8_t octets[SCTS_OCTETS];
	if (rows_hex(row, "hex", octets, sizeof(octets)) != SCTS_OCTETS)
		return ROWS_FAIL;
	struct scts t = scts_decode(octets), again;
	if (rows_is(row, "iso", ""))
		return verdict(!t.valid && memcmp(t.raw, octets, SCTS_OCTETS) == 0);
	int64_t want_ms = 0;
	if (!clock_parse(rows_text(row, "iso"), &want_ms) || !t.valid ||
		t.utc_s != want_ms / 1000)
		return ROWS_FAIL;
	return verdict(scts_from_time(t.utc_s, t.zone_minutes, &again) == ERR_OK &&
		       memcmp(again.raw, octets, SCTS_OCTETS) == 0);
}

/* A header of the one element of the row. */
static bool element_of(json_t *row, struct udh *udh, uint8_t *header, size_t *len)
{
	long octets = rows_hex(row, "hex", header + 1, 32);
	if (octets < 0)
		return false;
	header[0] = (uint8_t)octets;
	*len = (size_t)octets + 1;
	return udh_decode(header, *len, udh) == ERR_OK;
}

static bool element_is_written_back(
	const struct udh *udh, const uint8_t *header, size_t len)
{
	uint8_t out[64];
	size_t out_len = 0;
	return udh_encode(udh, out, sizeof(out), &out_len) == ERR_OK && out_len == len &&
	       memcmp(out, header, len) == 0;
}

static enum rows_verdict check_ie_concat(json_t *row)
{
	struct udh udh;
	uint8_t header[64];
	size_t len = 0;
	return verdict(element_of(row, &udh, header, &len) &&
		       udh.concat.ref == number_of(row, "ref") &&
		       udh.concat.total == number_of(row, "total") &&
		       udh.concat.seq == number_of(row, "seq") &&
		       element_is_written_back(&udh, header, len));
}

static enum rows_verdict check_ie_ports(json_t *row)
{
	struct udh udh;
	uint8_t header[64];
	size_t len = 0;
	return verdict(element_of(row, &udh, header, &len) && udh.has_ports &&
		       udh.port_dst == number_of(row, "dst") &&
		       udh.port_src == number_of(row, "src") &&
		       element_is_written_back(&udh, header, len));
}

static const struct {
	const char *name; /* "kind" of the GSM 7 bit rows, "field" of the others */
	rows_check_fn check;
} checks[] = {
	{ "packed", check_packed },
	{ "pack", check_pack },
	{ "pack_ussd", check_pack_ussd },
	{ "septets", check_septets },
	{ "locking_char", check_septets },
	{ "shift_char", check_septets },
	{ "locking_table", check_table },
	{ "shift_table", check_table },
	{ "consensus_locking_table", check_table },
	{ "consensus_shift_table", check_table },
	{ "default_and_extension_table", check_table },
	{ "user_data_with_udh", check_user_data },
	{ "semi_octets", check_semi_octets },
	{ "ucs2", check_ucs2 },
	{ "address", check_address },
	{ "smsc_address", check_address },
	{ "relative_validity", check_relative },
	{ "relative_validity_encode", check_relative_encode },
	{ "timestamp", check_timestamp },
	{ "ie_concat", check_ie_concat },
	{ "ie_ports", check_ie_ports },
};

static enum rows_verdict check_row(json_t *row)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (rows_is(row, "kind", checks[i].name) ||
			rows_is(row, "field", checks[i].name))
			return checks[i].check(row);
	}
	printf("    no check for this row\n");
	return ROWS_FAIL;
}

static void run(const char *path, bool may_be_absent)
{
	struct rows_tally tally;
	if (!rows_each(path, check_row, deviations, &tally)) {
		if (may_be_absent)
			skip();
		fail_msg("%s is missing", path);
	}
	assert_int_equal(tally.failed, 0);
	assert_true(tally.passed > 0);
}

static void own_fields(void **state)
{
	(void)state;
	run(ROWS_OWN "sms_field.jsonl", false);
}

static void own_tables(void **state)
{
	(void)state;
	run(ROWS_OWN "sms_tables.jsonl", false);
}

static void foreign_gsm7(void **state)
{
	(void)state;
	run(ROWS_FOREIGN "gsm7_vectors.jsonl", true);
}

static void foreign_fields(void **state)
{
	(void)state;
	run(ROWS_FOREIGN "field_vectors.jsonl", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_fields),
		cmocka_unit_test(own_tables),
		cmocka_unit_test(foreign_gsm7),
		cmocka_unit_test(foreign_fields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
