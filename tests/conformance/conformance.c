/*
 * firmware/sms against libosmocore and gammu's library, over random texts, septets and
 * headers: `conformance [rounds] [seed]`. Each check names what it found first and how
 * much; where the others fall short of the specification the difference is counted as
 * such, by a rule that says which clause they miss.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/pdu.h"
#include "firmware/sms/split.h"
#include "firmware/sms/ucs2.h"
#include "firmware/sms/ussd.h"
#include "tests/conformance/peers.h"
#include "tests/unit/sms_random.h"

#define TEXT_BYTES 2000

struct check {
	const char *name;
	uint64_t compared;
	uint64_t excused; /* the other side misses a clause */
	uint64_t different;
	const char *input; /* of the comparison at hand, for the report */
};

static struct gsm7_alphabet gsm7;
/* Latin-1 characters on which libosmocore agrees with itself there and back. */
static uint8_t osmo_has[256];
static size_t osmo_has_len;

static void compare(struct check *c, bool same, const char *what)
{
	c->compared++;
	if (same)
		return;
	if (c->different++ >= 5)
		return;
	printf("  %s: %s:", c->name, what);
	for (const char *p = c->input != NULL ? c->input : ""; *p != '\0'; p++)
		printf(*p > ' ' && *p <= '~' ? "%c" : "\\x%02X", (uint8_t)*p);
	printf("\n");
}

static size_t latin_to_utf8(const char *latin, char *utf8)
{
	size_t len = 0;
	for (; *latin != '\0'; latin++)
		len += str_utf8_put((uint8_t)*latin, utf8 + len);
	utf8[len] = '\0';
	return len;
}

static void osmo_probe(struct check *c)
{
	unsigned lacking = 0;
	for (unsigned ch = 1; ch < 256; ch++) {
		char latin[2] = { (char)ch, '\0' }, back[8] = "", utf8[4];
		uint8_t octets[16];
		struct gsm7_septets s;
		size_t septets = 0;
		(void)osmo_encode(latin, octets, sizeof(octets), &septets);
		(void)osmo_decode(octets, (uint8_t)septets, back, sizeof(back));
		if (back[0] != latin[0] || back[1] != '\0') {
			lacking++;
			continue;
		}
		size_t n = str_utf8_put(ch, utf8), len = 0;
		uint8_t ours[16];
		bool same = gsm7_from_utf8(&gsm7, utf8, n, &s, NULL) == ERR_OK &&
			    gsm7_pack(&s, 0, ours, sizeof(ours), &len) == ERR_OK &&
			    s.count == septets && memcmp(ours, octets, len) == 0;
		if (same)
			osmo_has[osmo_has_len++] = (uint8_t)ch;
		else
			c->excused++; /* it makes up a place in Latin-1 for a letter */
		c->compared++;
	}
	printf("  libosmocore has %zu of 255 Latin-1 characters as TS 23.038 has them, "
	       "lacks %u, misplaces %" PRIu64 "\n",
		osmo_has_len, lacking, c->excused);
}

static void osmo_latin(struct random *r, char *latin, size_t count)
{
	for (size_t i = 0; i < count; i++)
		latin[i] = (char)osmo_has[random_below(r, (uint32_t)osmo_has_len)];
	latin[count] = '\0';
}

static void check_pack(struct check *c, struct random *r)
{
	struct gsm7_septets s = { .count = random_below(r, 161) }, back;
	uint8_t ours[200] = { 0 }, osmo[200] = { 0 }, gammu[200] = { 0 }, septets[200];
	unsigned fill = random_below(r, 7);
	size_t len = 0;
	for (size_t i = 0; i < s.count; i++)
		s.at[i] = (uint8_t)random_below(r, 128);
	bool ok = gsm7_pack(&s, fill, ours, sizeof(ours), &len) == ERR_OK;
	if (s.count > 0) {
		size_t osmo_len = osmo_pack(s.at, s.count, fill, osmo);
		compare(c, ok && osmo_len == len && memcmp(ours, osmo, len) == 0,
			"libosmocore packs otherwise");
		(void)gammu_pack(s.at, s.count, fill, gammu);
		compare(c, memcmp(ours, gammu, len) == 0, "gammu packs otherwise");
		(void)gsm7_pack(&s, 0, ours, sizeof(ours), &len); /* the same septets */
		(void)gammu_unpack(ours, len, s.count, septets);
		compare(c,
			gsm7_unpack(ours, len, 0, s.count, &back) == ERR_OK &&
				memcmp(back.at, septets, s.count) == 0,
			"gammu unpacks otherwise");
	}
}

static void check_osmo_text(struct check *c, struct random *r)
{
	char latin[200], utf8[400], back[400], ours_text[GSM7_UTF8_SIZE];
	uint8_t ours[200], osmo[200];
	struct gsm7_septets s;
	size_t septets = 0, len = 0;
	osmo_latin(r, latin, 1 + random_below(r, 80));
	c->input = latin;
	size_t utf8_len = latin_to_utf8(latin, utf8);
	size_t osmo_len = osmo_encode(latin, osmo, sizeof(osmo), &septets);
	bool ok = gsm7_from_utf8(&gsm7, utf8, utf8_len, &s, NULL) == ERR_OK &&
		  gsm7_pack(&s, 0, ours, sizeof(ours), &len) == ERR_OK;
	compare(c,
		ok && s.count == septets && len == osmo_len &&
			memcmp(ours, osmo, len) == 0,
		"libosmocore encodes otherwise");
	(void)osmo_decode(osmo, (uint8_t)septets, back, sizeof(back));
	ok = gsm7_unpack(osmo, osmo_len, 0, septets, &s) == ERR_OK &&
	     gsm7_to_utf8(&gsm7, &s, ours_text, sizeof(ours_text)) == ERR_OK;
	(void)latin_to_utf8(back, utf8);
	compare(c, ok && strcmp(ours_text, utf8) == 0, "libosmocore decodes otherwise");
}

static struct udh random_header(struct random *r)
{
	struct udh udh = { 0 };
	if (random_below(r, 2) == 0)
		udh.concat = (struct udh_concat){ .ref = (uint16_t)random_below(r, 256),
			.ref16 = random_below(r, 2) == 0,
			.total = (uint8_t)(2 + random_below(r, 200)),
			.seq = 1 };
	if (udh.concat.total == 0 || random_below(r, 3) == 0) {
		udh.has_ports = true;
		udh.ports16 = random_below(r, 2) == 0;
		udh.port_dst = (uint16_t)random_below(r, udh.ports16 ? 65536 : 256);
		udh.port_src = (uint16_t)random_below(r, 256);
	}
	return udh;
}

static void check_osmo_header(struct check *c, struct random *r)
{
	char latin[200], utf8[400], back[400];
	struct udh udh = random_header(r);
	struct sms_ud ud;
	struct sms_content content;
	osmo_latin(r, latin, 1 + random_below(r, 60));
	c->input = latin;
	size_t len = latin_to_utf8(latin, utf8);
	bool ok = content_encode(&udh, 0, utf8, len, &ud) == ERR_OK &&
		  content_decode(&ud, 0, &content) == ERR_OK;
	(void)osmo_decode_header(ud.octets, ud.udl, back, sizeof(back));
	(void)latin_to_utf8(back, utf8);
	compare(c, ok && strcmp(content.text, utf8) == 0,
		"libosmocore reads a text behind a header otherwise");
}

static void check_osmo_ussd(struct check *c, struct random *r)
{
	char latin[200], utf8[400], back[400];
	uint8_t ours[200], osmo[200], dcs = 0;
	struct ussd_string u;
	size_t len = 0;
	osmo_latin(r, latin, 1 + random_below(r, 90));
	c->input = latin;
	size_t utf8_len = latin_to_utf8(latin, utf8);
	size_t osmo_len = osmo_encode_ussd(latin, osmo, sizeof(osmo));
	bool ok = ussd_encode(utf8, utf8_len, ours, 160, &len, &dcs) == ERR_OK;
	/* 6.1.2.3.1: a CR that ends on an octet boundary is doubled; it does not */
	bool ends_cr = latin[strlen(latin) - 1] == '\r';
	if (ends_cr) {
		c->excused++;
		return;
	}
	compare(c, ok && len == osmo_len && memcmp(ours, osmo, len) == 0,
		"libosmocore encodes USSD otherwise");
	/* It takes an octet 1A or 1B at the end for a CR wherever that octet's bits
	 * belong, and then drops the last letter; 6.1.2.3.1 has a whole septet. */
	if (osmo[osmo_len - 1] >> 1 == '\r' && osmo_len % 7 != 0) {
		c->excused++;
		return;
	}
	(void)osmo_decode_ussd(osmo, (uint8_t)(osmo_len * 8 / 7), back, sizeof(back));
	(void)latin_to_utf8(back, utf8);
	ok = ussd_decode(osmo, osmo_len, 0x0F, &u) == ERR_OK;
	compare(c, ok && strcmp(u.text, utf8) == 0, "libosmocore reads USSD otherwise");
}

static uint32_t gsm_code_point(struct random *r)
{
	uint16_t cp = 0;
	while (cp == 0 || cp == '\f') /* gammu has no form feed */
		cp = (random_below(r, 5) == 0 ? gsm7.single
					      : gsm7.locking)[random_below(r, 128)];
	return cp;
}

static void check_gammu_text(struct check *c, struct random *r)
{
	char text[TEXT_BYTES], ours_text[GSM7_UTF8_SIZE], theirs[TEXT_BYTES];
	uint8_t units[800] = { 0 }, ours_units[800], septets[400];
	struct gsm7_septets s;
	size_t len = 0, count = 1 + random_below(r, 80), octets = 0;
	for (size_t i = 0; i < count; i++)
		len += str_utf8_put(gsm_code_point(r), text + len);
	text[len] = '\0';
	c->input = text;
	gammu_units_from_utf8(text, len, units);
	bool ok = ucs2_from_utf8(text, len, ours_units, sizeof(ours_units), &octets) ==
		  ERR_OK;
	compare(c, ok && memcmp(units, ours_units, octets) == 0,
		"gammu makes other UTF-16 of UTF-8");
	size_t gammu_len = gammu_septets(units, count, septets);
	ok = gsm7_from_utf8(&gsm7, text, len, &s, NULL) == ERR_OK;
	compare(c, ok && s.count == gammu_len && memcmp(s.at, septets, gammu_len) == 0,
		"gammu encodes otherwise");
	gammu_text(s.at, s.count, units);
	gammu_utf8_from_units(units, theirs);
	ok = gsm7_to_utf8(&gsm7, &s, ours_text, sizeof(ours_text)) == ERR_OK;
	compare(c, ok && strcmp(theirs, ours_text) == 0, "gammu decodes otherwise");
}

/* Any text, surrogate pairs included. */
static void check_gammu_units(struct check *c, struct random *r)
{
	char text[TEXT_BYTES], theirs[TEXT_BYTES], ours_text[TEXT_BYTES];
	uint8_t units[2000] = { 0 }, ours[2000];
	size_t octets = 0;
	size_t len =
		random_text(r, 1 + (int)random_below(r, 2), random_below(r, 100), text);
	c->input = text;
	gammu_units_from_utf8(text, len, units);
	bool ok = ucs2_from_utf8(text, len, ours, sizeof(ours), &octets) == ERR_OK;
	compare(c, ok && memcmp(units, ours, octets) == 0, "gammu makes other UTF-16");
	gammu_utf8_from_units(units, theirs);
	ok = ucs2_to_utf8(ours, octets, ours_text, sizeof(ours_text)) == ERR_OK;
	compare(c, ok && strcmp(theirs, ours_text) == 0, "gammu makes other UTF-8");
}

static void random_number(struct random *r, char *number)
{
	size_t len = 0, digits = 4 + random_below(r, 12);
	if (random_below(r, 2) == 0)
		number[len++] = '+';
	for (size_t i = 0; i < digits; i++)
		number[len++] = (char)('0' + random_below(r, 10));
	number[len] = '\0';
}

/* A text for one part in the alphabet of dcs. */
static size_t part_text(struct random *r, uint8_t dcs, char *text)
{
	bool ucs2 = dcs_decode(dcs).alphabet == SMS_ALPHABET_UCS2;
	size_t count = random_below(r, ucs2 ? 60 : 140), len = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t cp = ucs2 ? random_code_point(r, 1) : gsm_code_point(r);
		if (ucs2 && (cp < ' ' || cp == '~')) /* gammu's own marks in UTF-16 */
			continue;
		if (!ucs2 && gsm7_cost(&gsm7, cp) == 2)
			i++;
		len += str_utf8_put(cp, text + len);
	}
	text[len] = '\0';
	return len;
}

static bool same_time(const struct gammu_message *g, const uint8_t raw[SCTS_OCTETS])
{
	const int have[] = { g->year % 100, g->month, g->day, g->hour, g->minute,
		g->second };
	for (size_t i = 0; i < 6; i++) {
		if ((raw[i] & 15) * 10 + (raw[i] >> 4) != have[i])
			return false;
	}
	return true;
}

static void check_gammu_deliver(struct check *c, struct random *r)
{
	static const uint8_t codings[] = { 0x00, 0x08, 0x11, 0x10, 0x18, 0x04, 0xF1 };
	struct sms_deliver d = { .dcs = codings[random_below(r, sizeof(codings))] }, back;
	char text[TEXT_BYTES], number[32];
	uint8_t pdu[PDU_OCTETS_MAX];
	size_t pdu_len = 0, len = part_text(r, d.dcs, text);
	struct udh udh = random_header(r);
	bool with_header = random_below(r, 2) == 0, is_data = d.dcs == 0x04;
	udh.has_ports = with_header && udh.concat.total == 0;
	random_number(r, number);
	c->input = text;
	bool ok = address_from_number(number, &d.from) == ERR_OK &&
		  address_from_number("+306940000000", &d.smsc) == ERR_OK &&
		  scts_from_time(1000000000 + (int64_t)random_below(r, 1000000000),
			  ((int)random_below(r, 96) - 48) * 15, &d.sent) == ERR_OK;
	enum err err = is_data ? content_encode_data(with_header ? &udh : NULL,
					 (const uint8_t *)text, len % 100, &d.ud)
			       : content_encode(with_header ? &udh : NULL, d.dcs, text,
					 len, &d.ud);
	if (err == ERR_MEM)
		return; /* header and text together are too long */
	ok = ok && err == ERR_OK &&
	     pdu_deliver_encode(&d, PDU_FRAME_SMSC, pdu, sizeof(pdu), &pdu_len) ==
		     ERR_OK &&
	     pdu_deliver_decode(pdu, pdu_len, PDU_FRAME_SMSC, &back) == ERR_OK;
	struct gammu_message g;
	compare(c, ok && gammu_decode(pdu, pdu_len, &g), "gammu refuses our DELIVER");
	compare(c, strcmp(g.number, number) == 0 && strcmp(g.smsc, d.smsc.text) == 0,
		"gammu reads other numbers");
	compare(c, same_time(&g, d.sent.raw), "gammu reads another time");
	compare(c, g.alphabet == (int)back.content.dcs.alphabet,
		"gammu reads another alphabet");
	compare(c, is_data || strcmp(g.text, back.content.text) == 0,
		"gammu reads another text");
	bool is_concat = with_header && udh.concat.total > 0 && !udh.has_ports;
	if (is_concat)
		compare(c,
			g.parts == udh.concat.total && g.part == udh.concat.seq &&
				g.ref == udh.concat.ref,
			"gammu reads another part");
}

static void check_gammu_submit(struct check *c, struct random *r)
{
	bool ucs2 = random_below(r, 2) == 0;
	char text[TEXT_BYTES], number[32];
	uint8_t tpdu[400];
	struct sms_submit s;
	(void)part_text(r, ucs2 ? 8 : 0, text);
	do /* gammu takes 00 in front for an international number */
		random_number(r, number);
	while (strncmp(number, "00", 2) == 0);
	c->input = number;
	size_t len = gammu_submit(number, text, ucs2, tpdu);
	bool ok = len > 0 && pdu_submit_decode(tpdu, len, PDU_FRAME_TPDU, &s) == ERR_OK;
	compare(c, ok, "we refuse gammu's SUBMIT");
	if (!ok)
		return;
	compare(c, strcmp(s.to.text, number) == 0, "we read another number");
	compare(c, strcmp(s.content.text, text) == 0, "we read another text");
	/* and write the same octets */
	struct sms_submit ours = { .mr = s.mr,
		.pid = s.pid,
		.dcs = s.dcs,
		.reject_duplicates = s.reject_duplicates,
		.reply_path = s.reply_path,
		.report_request = s.report_request,
		.validity = s.validity };
	uint8_t again[PDU_OCTETS_MAX];
	size_t again_len = 0;
	ok = address_from_number(number, &ours.to) == ERR_OK &&
	     content_encode(NULL, ours.dcs, text, strlen(text), &ours.ud) == ERR_OK &&
	     pdu_submit_encode(&ours, PDU_FRAME_TPDU, again, sizeof(again), &again_len) ==
		     ERR_OK;
	compare(c, ok && again_len == len && memcmp(again, tpdu, len) == 0,
		"we write another SUBMIT");
}

/* gammu's parts, which it cuts at characters as we do when clusters are no matter. */
static void check_gammu_parts(struct check *c, struct random *r)
{
	static uint8_t units[4000];
	bool ucs2 = random_below(r, 2) == 0, ref16 = random_below(r, 2) == 0;
	char text[TEXT_BYTES];
	size_t len = 0, count = 1 + random_below(r, 600);
	for (size_t i = 0; i < count; i++)
		len += str_utf8_put(
			ucs2 ? 0x410 + random_below(r, 64) : gsm_code_point(r),
			text + len);
	text[len] = '\0';
	c->input = text;
	struct split_options opts = { .ref16 = ref16 };
	struct split_plan plan;
	bool ok = split_plan(text, len, &opts, &plan) == ERR_OK;
	int ref_bits = plan.parts == 1 ? 0 : ref16 ? 16 : 8;
	compare(c, ok && gammu_parts(text, ucs2, ref_bits, units) == plan.parts,
		"gammu cuts into another number of parts");
}

typedef void (*check_fn)(struct check *c, struct random *r);

static const struct {
	const char *name;
	check_fn fn;
	unsigned share; /* of the rounds, in percent: some of theirs is slow */
} checks[] = {
	{ "packing", check_pack, 100 },
	{ "libosmocore text", check_osmo_text, 100 },
	{ "libosmocore text behind headers", check_osmo_header, 100 },
	{ "libosmocore USSD", check_osmo_ussd, 100 },
	{ "gammu text", check_gammu_text, 100 },
	{ "gammu UTF-16", check_gammu_units, 100 },
	{ "gammu DELIVER", check_gammu_deliver, 50 },
	{ "gammu SUBMIT", check_gammu_submit, 50 },
	{ "gammu parts", check_gammu_parts, 20 },
};

int main(int argc, char **argv)
{
	uint64_t rounds = 1000000, seed = 1, compared = 0, different = 0;
	if ((argc > 1 && !str_to_u64(argv[1], strlen(argv[1]), 1000000000, &rounds)) ||
		(argc > 2 && !str_to_u64(argv[2], strlen(argv[2]), UINT32_MAX, &seed))) {
		(void)fprintf(stderr, "usage: conformance [rounds] [seed]\n");
		return 2;
	}
	(void)gsm7_alphabet_get(GSM7_DEFAULT, GSM7_DEFAULT, &gsm7); /* always exists */
	if (!gammu_start()) {
		(void)fprintf(stderr, "conformance: gammu does not start\n");
		return 1;
	}
	struct check probe = { .name = "libosmocore alphabet" };
	osmo_probe(&probe);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct check c = { .name = checks[i].name };
		struct random r = random_from(seed + i);
		for (uint64_t round = 0; round < rounds * checks[i].share / 100; round++)
			checks[i].fn(&c, &r);
		printf("%-32s %9" PRIu64 " compared %6" PRIu64 " excused %6" PRIu64
		       " different\n",
			c.name, c.compared, c.excused, c.different);
		compared += c.compared;
		different += c.different;
	}
	gammu_stop();
	printf("conformance: %" PRIu64 " compared, %" PRIu64 " different, seed %" PRIu64
	       "\n",
		compared, different, seed);
	return different == 0 && compared > 0 ? 0 : 1;
}
