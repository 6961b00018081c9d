#include "tests/modemsim/simpdu.h"

#include <string.h>
#include <time.h>

#include "firmware/base/str.h"
#include "tests/modemsim/simtext.h"

/* TS 23.040 9.2.3.1 to .23: bits of the first octet. */
enum {
	MTI_MASK = 0x03,
	MTI_DELIVER = 0x00,
	MTI_SUBMIT = 0x01,
	MTI_STATUS_REPORT = 0x02,
	FLAG_NO_MORE = 0x04,
	FLAG_SRR = 0x20,
	FLAG_UDHI = 0x40,
	VPF_SHIFT = 3,
};

enum {
	TON_INTERNATIONAL = 0x91,
	TON_UNKNOWN = 0x81,
	TON_NAME = 0xd0,
};

enum alphabet {
	ALPHABET_GSM7,
	ALPHABET_OCTETS,
	ALPHABET_UCS2,
};

/* A reader that remembers having run out. */
struct reader {
	const uint8_t *at;
	size_t left;
	bool failed;
};

static const uint8_t *read_take(struct reader *r, size_t count)
{
	const uint8_t *at = r->at;

	if (count > r->left) {
		r->failed = true;
		return NULL;
	}
	r->at += count;
	r->left -= count;
	return at;
}

static uint8_t read_octet(struct reader *r)
{
	const uint8_t *at = read_take(r, 1);

	return at ? *at : 0;
}

/* TS 23.040 9.1.2.5: length in digits, type, BCD. */
static void read_address(struct reader *r, char out[SIMPDU_NUMBER_MAX])
{
	static const char digits[] = "0123456789*#abc";
	uint8_t count = read_octet(r);
	uint8_t type = read_octet(r);
	const uint8_t *bcd = count <= 20 ? read_take(r, (count + 1U) / 2) : NULL;
	size_t len = 0;

	if (!bcd || count == 0) {
		r->failed = true;
		return;
	}
	if ((type & 0x70) == 0x10)
		out[len++] = '+';
	for (size_t i = 0; i < count; i++) {
		unsigned digit = i % 2 ? bcd[i / 2] >> 4 : bcd[i / 2] & 0x0f;

		if (digit == 0x0f)
			r->failed = true;
		else
			out[len++] = digits[digit];
	}
	if (count % 2 && bcd[count / 2] >> 4 != 0x0f)
		r->failed = true;
	out[len] = '\0';
}

/* TS 23.038 4. */
static enum alphabet dcs_alphabet(uint8_t dcs)
{
	unsigned group = dcs >> 4;
	unsigned bits = dcs >> 2 & 3;

	if (group == 0x0f)
		return dcs & 0x04 ? ALPHABET_OCTETS : ALPHABET_GSM7;
	if (group == 0x0e)
		return ALPHABET_UCS2;
	if (group >= 0x08)
		return ALPHABET_GSM7;
	if (bits == 1)
		return ALPHABET_OCTETS;
	return bits == 2 ? ALPHABET_UCS2 : ALPHABET_GSM7;
}

/* TS 23.040 9.2.3.24: elements fill the header exactly. */
static bool header_read(const uint8_t *udh, size_t len, struct simpdu_concat *concat)
{
	size_t i = 0;

	while (i < len) {
		size_t size;

		if (i + 2 > len)
			return false;
		size = udh[i + 1];
		if (i + 2 + size > len)
			return false;
		if (udh[i] == 0x00 && size == 3)
			*concat = (struct simpdu_concat){ udh[i + 2], udh[i + 3],
				udh[i + 4] };
		if (udh[i] == 0x08 && size == 4)
			*concat = (struct simpdu_concat){ (uint16_t)(udh[i + 2] << 8 |
								     udh[i + 3]),
				udh[i + 4], udh[i + 5] };
		i += 2 + size;
	}
	return concat->seq >= 1 && concat->seq <= concat->total;
}

static void text_from_gsm7(const uint8_t *ud, size_t udl, size_t header, struct buf *text)
{
	uint8_t septets[160];
	size_t skip = (header * 8 + 6) / 7; /* the header and its fill bits, in septets */
	size_t count = udl > skip ? udl - skip : 0;

	simtext_unpack(ud, (unsigned)(skip * 7), septets, count);
	simtext_from_gsm7(text, septets, count);
}

/* TP-UDL, TP-UD, and the end of the message. */
static bool user_data_read(struct reader *r, bool has_header, struct simpdu_submit *out)
{
	enum alphabet alphabet = dcs_alphabet(out->dcs);
	uint8_t udl = read_octet(r);
	size_t octets = alphabet == ALPHABET_GSM7 ? (udl * 7U + 7) / 8 : udl;
	size_t header = 0;
	const uint8_t *ud = read_take(r, octets);
	struct buf text;

	if (!ud || r->left > 0 || octets > SIMPDU_UD_MAX)
		return false;
	if (has_header) {
		header = octets > 0 ? ud[0] + 1U : octets + 1;
		if (header > octets || !header_read(ud + 1, header - 1, &out->concat))
			return false;
	}
	buf_init_fixed(&text, out->text, sizeof(out->text));
	if (alphabet == ALPHABET_GSM7)
		text_from_gsm7(ud, udl, header, &text);
	else if (alphabet == ALPHABET_UCS2)
		simtext_from_ucs2(&text, ud + header, octets - header);
	else
		buf_printf(&text, "[%zu octets]", octets - header);
	return alphabet != ALPHABET_UCS2 || (octets - header) % 2 == 0;
}

bool simpdu_submit_decode(
	const uint8_t *data, size_t len, size_t tpdu_len, struct simpdu_submit *out)
{
	static const uint8_t validity_octets[] = { 0, 7, 1, 7 }; /* TS 23.040 9.2.3.3 */
	struct reader r = { data, len, false };
	uint8_t first;

	*out = (struct simpdu_submit){ .concat = { 0, 1, 1 } };
	(void)read_take(&r, read_octet(&r)); /* a bad length shows in failed */
	if (r.failed || r.left != tpdu_len)
		return false;
	first = read_octet(&r);
	out->mr = read_octet(&r);
	read_address(&r, out->to);
	out->pid = read_octet(&r);
	out->dcs = read_octet(&r);
	(void)read_take(&r, validity_octets[first >> VPF_SHIFT & 3]);
	out->wants_status = (first & FLAG_SRR) != 0;
	if (r.failed || (first & MTI_MASK) != MTI_SUBMIT)
		return false;
	return user_data_read(&r, (first & FLAG_UDHI) != 0, out) && !r.failed;
}

/* A name as address: packed septets, its length in useful half octets. */
static void put_name(struct buf *b, const char *name)
{
	uint8_t septets[11];
	uint8_t packed[10] = { 0 };
	size_t count;

	if (!simtext_to_gsm7(name, septets, sizeof(septets), &count))
		count = 0;
	buf_putc(b, (char)((count * 7 + 3) / 4));
	buf_putc(b, (char)TON_NAME);
	buf_put(b, packed, simtext_pack(septets, count, 0, packed));
}

static void put_bcd(struct buf *b, const char *digits, size_t count)
{
	for (size_t i = 0; i < count; i += 2) {
		unsigned low = (unsigned)(digits[i] - '0');
		unsigned high = i + 1 < count ? (unsigned)(digits[i + 1] - '0') : 0x0f;

		buf_putc(b, (char)(high << 4 | low));
	}
}

static void put_address(struct buf *b, const char *number)
{
	bool international = *number == '+';
	const char *digits = number + international;
	size_t count = strlen(digits);

	if (count == 0 || count > 20 || strspn(digits, "0123456789") != count) {
		put_name(b, number);
		return;
	}
	buf_putc(b, (char)count);
	buf_putc(b, (char)(international ? TON_INTERNATIONAL : TON_UNKNOWN));
	put_bcd(b, digits, count);
}

static char bcd_swapped(int value)
{
	return (char)((value % 10) << 4 | value / 10 % 10);
}

/* TS 23.040 9.2.3.11: local time and the zone in quarters of an hour. */
static void put_time(struct buf *b, int64_t wall_ms, int zone_min)
{
	time_t local = (time_t)(wall_ms / 1000 + (int64_t)zone_min * 60);
	int quarters = zone_min / 15;
	char zone = bcd_swapped(quarters < 0 ? -quarters : quarters);
	struct tm tm = { 0 };

	(void)gmtime_r(&local, &tm); /* cannot fail in this millennium */
	buf_putc(b, bcd_swapped(tm.tm_year % 100));
	buf_putc(b, bcd_swapped(tm.tm_mon + 1));
	buf_putc(b, bcd_swapped(tm.tm_mday));
	buf_putc(b, bcd_swapped(tm.tm_hour));
	buf_putc(b, bcd_swapped(tm.tm_min));
	buf_putc(b, bcd_swapped(tm.tm_sec));
	buf_putc(b, (char)(quarters < 0 ? zone | 0x08 : zone));
}

static void put_centre(struct buf *b)
{
	static const uint8_t centre[] = { 0x07, 0x91, 0x03, 0x96, 0x00, 0x90, 0x09,
		0x00 };

	buf_put(b, centre, sizeof(centre));
}

static size_t put_header(uint8_t *ud, const struct simpdu_concat *concat)
{
	bool wide = concat->ref > 0xff;
	size_t n = 0;

	if (concat->total <= 1)
		return 0;
	ud[n++] = wide ? 6 : 5;
	ud[n++] = wide ? 8 : 0;
	ud[n++] = wide ? 4 : 3;
	if (wide)
		ud[n++] = (uint8_t)(concat->ref >> 8);
	ud[n++] = (uint8_t)concat->ref;
	ud[n++] = concat->total;
	ud[n++] = concat->seq;
	return n;
}

/* TP-UDL and TP-UD. False if too long. */
static bool put_user_data(struct buf *b, const struct simpdu_text *text)
{
	uint8_t ud[SIMPDU_UD_MAX + 2] = { 0 };
	size_t header = put_header(ud, &text->concat);
	size_t skip = (header * 8 + 6) / 7;
	size_t octets = header + text->count;

	if (text->dcs == 0) {
		if (skip + text->count > 160)
			return false;
		octets = simtext_pack(text->units, text->count, (unsigned)(skip * 7), ud);
		if (text->count == 0)
			octets = header;
		buf_putc(b, (char)(skip + text->count));
	} else {
		if (octets > SIMPDU_UD_MAX)
			return false;
		if (text->count > 0)
			memcpy(ud + header, text->units, text->count);
		buf_putc(b, (char)octets);
	}
	buf_put(b, ud, octets);
	return true;
}

size_t simpdu_deliver_encode(const struct simpdu_text *text, uint8_t out[SIMPDU_MAX])
{
	char mem[SIMPDU_MAX + 1];
	struct buf b;
	unsigned first = MTI_DELIVER | FLAG_NO_MORE;

	buf_init_fixed(&b, mem, sizeof(mem));
	put_centre(&b);
	buf_putc(&b, (char)(text->concat.total > 1 ? first | FLAG_UDHI : first));
	put_address(&b, text->from);
	buf_putc(&b, 0); /* TP-PID */
	buf_putc(&b, (char)text->dcs);
	put_time(&b, text->wall_ms, text->zone_min);
	if (!put_user_data(&b, text) || !buf_ok(&b))
		return 0;
	memcpy(out, b.data, b.len);
	return b.len;
}

size_t simpdu_status_encode(const struct simpdu_status *status, uint8_t out[SIMPDU_MAX])
{
	char mem[SIMPDU_MAX + 1];
	struct buf b;

	buf_init_fixed(&b, mem, sizeof(mem));
	put_centre(&b);
	buf_putc(&b, MTI_STATUS_REPORT | FLAG_NO_MORE);
	buf_putc(&b, (char)status->mr);
	put_address(&b, status->recipient);
	put_time(&b, status->sent_ms, status->zone_min);
	put_time(&b, status->done_ms, status->zone_min);
	buf_putc(&b, (char)status->tp_st);
	if (!buf_ok(&b))
		return 0;
	memcpy(out, b.data, b.len);
	return b.len;
}

size_t simpdu_submit_encode(const char *to, const char *text, uint8_t out[SIMPDU_MAX])
{
	char mem[SIMPDU_MAX + 1];
	uint8_t units[160];
	struct simpdu_text body = { .units = units, .concat = { 0, 1, 1 } };
	struct buf b;

	if (!simtext_to_gsm7(text, units, sizeof(units), &body.count)) {
		body.dcs = 8;
		if (!simtext_to_ucs2(text, units, SIMPDU_UD_MAX, &body.count))
			return 0;
	}
	buf_init_fixed(&b, mem, sizeof(mem));
	buf_putc(&b, 0); /* the SIM's service centre */
	buf_putc(&b, MTI_SUBMIT | FLAG_SRR);
	buf_putc(&b, 0);
	put_address(&b, to);
	buf_putc(&b, 0);
	buf_putc(&b, (char)body.dcs);
	if (!put_user_data(&b, &body) || !buf_ok(&b))
		return 0;
	memcpy(out, b.data, b.len);
	return b.len;
}

size_t simpdu_tpdu_len(const uint8_t *pdu, size_t len)
{
	return len > pdu[0] ? len - pdu[0] - 1U : 0;
}
