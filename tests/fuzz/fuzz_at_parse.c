/*
 * Oracle: every parser takes a line or leaves its output untouched, and what it writes is
 * terminated, bounded and in range.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/at_parse.h"

#define UNTOUCHED 0x5A

static void check(bool holds)
{
	if (!holds)
		abort();
}

static bool is_untouched(const void *p, size_t size)
{
	const unsigned char *bytes = p;

	for (size_t i = 0; i < size; i++)
		if (bytes[i] != UNTOUCHED)
			return false;
	return true;
}

typedef bool (*text_fn)(const char *text, size_t len, char *dst, size_t size);
typedef bool (*stored_fn)(const char *text, size_t len, struct at_stored *out);

static const text_fn text_fns[] = { at_parse_cops, at_parse_iccid, at_parse_identity,
	at_parse_cnum, at_parse_csca, at_parse_words };
static const stored_fn stored_fns[] = { at_parse_cmti, at_parse_cmgl, at_parse_cmgr,
	at_parse_cmt };

static void try_texts(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof(text_fns) / sizeof(text_fns[0]); i++) {
		char out[24];
		memset(out, UNTOUCHED, sizeof(out));
		if (text_fns[i](text, len, out, sizeof(out)))
			check(memchr(out, '\0', sizeof(out)) != NULL);
		else
			check(is_untouched(out, sizeof(out)));
	}
}

static void try_headers(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof(stored_fns) / sizeof(stored_fns[0]); i++) {
		struct at_stored out;
		memset(&out, UNTOUCHED, sizeof(out));
		if (stored_fns[i](text, len, &out))
			check(out.store <= MODEM_STORE_NONE && out.stat <= 4);
		else
			check(is_untouched(&out, sizeof(out)));
	}
}

static void try_cusd(const char *text, size_t len)
{
	struct at_cusd out;

	memset(&out, UNTOUCHED, sizeof(out));
	if (!at_parse_cusd(text, len, &out)) {
		check(is_untouched(&out, sizeof(out)));
		return;
	}
	check(out.m <= 5);
	check(out.text_len == 0 ||
		(out.text > text && out.text + out.text_len <= text + len));
}

static void try_pdu(const char *text, size_t len)
{
	uint8_t pdu[MODEM_PDU_MAX];
	size_t n = 0;

	if (at_parse_pdu(text, len, pdu, &n))
		check(n > 0 && n <= MODEM_PDU_MAX && n * 2 == len);
}

static void try_rest(const char *text, size_t len)
{
	enum at_final final;
	uint16_t code;
	struct at_reg reg;
	enum modem_sim_state sim;
	struct at_cnmi_ranges ranges;
	struct at_cpms_list list;
	uint8_t mr;
	int dbm;

	if (at_parse_final(text, len, &final, &code))
		check(final <= AT_FINAL_CMS);
	if (at_parse_reg(text, len, &reg))
		check(reg.stat <= MODEM_REG_ROAMING);
	if (at_parse_csq(text, len, &dbm))
		check(dbm <= 0 && dbm >= -116);
	if (at_parse_cpin(text, len, &sim))
		check(sim <= MODEM_SIM_FAILED);
	if (at_parse_cnmi_ranges(text, len, &ranges))
		check(ranges.mode != 0 && ranges.mt != 0);
	if (at_parse_cpms_list(text, len, &list))
		check((list.read | list.receive) < 1 << MODEM_STORE_NONE);
	(void)at_parse_cmgs(text, len, &mr); /* any octet is a reference */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	try_texts(text, size);
	try_headers(text, size);
	try_pdu(text, size);
	try_cusd(text, size);
	try_rest(text, size);
	return 0;
}
