/*
 * Lines of a modem, as many as the input has. Oracle: every parser takes a line or leaves
 * its output untouched, and what it writes is terminated, bounded and in range; a masked
 * line shows no long run of digits. Its seeds are made of the
 * transcripts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/at/at_parse.h"
#include "drivers/at/at_parse_clock.h"
#include "drivers/at/at_parse_health.h"
#include "drivers/at/at_parse_net.h"
#include "drivers/at/at_trace.h"
#include "firmware/base/str.h"

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
	at_parse_cnum, at_parse_csca, at_parse_words, at_parse_clip, at_parse_ceer };
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
	struct at_cnmi route;
	uint16_t fun, service;
	struct at_cpms_list list;
	uint8_t mr;
	int dbm;

	if (at_parse_final(text, len, &final, &code))
		check(final <= AT_FINAL_CMS);
	if (at_parse_reg(text, len, &reg))
		check(reg.stat <= MODEM_REG_ROAMING);
	if (at_parse_cfun(text, len, &fun))
		check(fun <= 255);
	if (at_parse_csq(text, len, &dbm))
		check(dbm <= 0 && dbm >= -116);
	if (at_parse_cpin(text, len, &sim))
		check(sim <= MODEM_SIM_FAILED);
	if (at_parse_cnmi_ranges(text, len, &ranges))
		check(ranges.mode != 0 && ranges.mt != 0);
	if (at_parse_csms(text, len, &service))
		check(service <= 255);
	if (at_parse_cnmi(text, len, &route))
		check(route.mode >= 0 && route.mt >= 0 && route.ds >= AT_CNMI_UNTOLD);
	if (at_parse_cpms_list(text, len, &list))
		check((list.read | list.receive) < 1 << MODEM_STORE_NONE);
	(void)at_parse_cmgs(text, len, &mr); /* any octet is a reference */
	if (at_parse_is_text_mode(text, len))
		check(len > strlen("+CMT:"));
}

static void try_net(const char *text, size_t len)
{
	struct modem_networks all;
	enum modem_ims ims;
	uint8_t act;

	if (at_parse_cops_act(text, len, &act))
		check(at_tech_of_act(act, false) < MODEM_TECHS);
	if (at_parse_cireg(text, len, &ims))
		check(ims != MODEM_IMS_UNKNOWN);
	memset(&all, 0, sizeof(all));
	bool is_list = at_parse_cops_list(text, len, &all);
	check(all.is_known == is_list && all.n <= MODEM_NETWORKS_MAX);
	for (size_t i = 0; i < all.n; i++) {
		const struct modem_network *network = &all.list[i];
		check(network->status < MODEM_NETWORK_STATUSES && network->plmn[0]);
		check(memchr(network->name, '\0', sizeof(network->name)) != NULL);
		check(str_is_utf8(network->name, strlen(network->name), NULL));
	}
}

static void try_health(const char *text, size_t len)
{
	struct at_pin_tries tries;
	struct modem_fill fill;
	int64_t utc_s;
	int value;

	if (at_parse_temperature(text, len, &value))
		check(value >= -60 && value <= 150);
	if (at_parse_supply(text, len, &value))
		check(value >= 1500 && value <= 60000);
	if (at_parse_clock(text, len, &utc_s)) /* 2024 to 2069, and a zone */
		check(utc_s > 1704000000 - 86400 && utc_s < 3155760000 + 86400);
	if (at_parse_nitz(text, len, &utc_s))
		check(utc_s > 1704000000 - 86400 && utc_s < 3155760000 + 86400);
	if (at_parse_pin_tries(text, len, &tries))
		check(tries.pin >= -1 && tries.puk >= -1 &&
			(tries.pin >= 0 || tries.puk >= 0));
	memset(&fill, UNTOUCHED, sizeof(fill));
	if (!at_parse_cpms_fill(text, len, &fill))
		check(is_untouched(&fill, sizeof(fill)));
}

/* It is given terminated lines. */
static void try_mask(const char *text, size_t len)
{
	char line[256], masked[64];
	size_t run = 0;

	if (len >= sizeof(line))
		len = sizeof(line) - 1;
	memcpy(line, text, len);
	line[len] = '\0';
	memset(masked, UNTOUCHED, sizeof(masked));
	at_trace_mask(line, masked, sizeof(masked));
	check(memchr(masked, '\0', sizeof(masked)) != NULL);
	for (const char *c = masked; *c; c++) {
		run = *c >= '0' && *c <= '9' ? run + 1 : 0;
		check(run < 7 && *c >= ' ' && *c <= '~');
	}
}

static void try_line(const char *text, size_t len)
{
	try_texts(text, len);
	try_headers(text, len);
	try_pdu(text, len);
	try_cusd(text, len);
	try_rest(text, len);
	try_net(text, len);
	try_health(text, len);
	try_mask(text, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	for (;;) {
		const char *end = memchr(text, '\n', size);
		size_t len = end ? (size_t)(end - text) : size;
		char *copy = malloc(len ? len : 1); /* exact: the sanitizer sees more */
		if (!copy)
			abort();
		memcpy(copy, text, len);
		try_line(copy, len);
		free(copy);
		if (!end)
			return 0;
		size -= len + 1;
		text = end + 1;
	}
}
