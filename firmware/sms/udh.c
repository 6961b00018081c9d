#include "firmware/sms/udh.h"

#include <string.h>

#define UDHL_MAX 139 /* 9.2.3.24: of 140 octets of user data the first is the length */

/* An element's data into the header; an element that breaks its clause changes nothing.
 */
typedef void (*ie_read_fn)(const struct udh_ie *ie, struct udh *out);

static uint16_t u16_at(const uint8_t *data)
{
	return (uint16_t)(data[0] << 8 | data[1]);
}

/* 9.2.3.24.1: a total of 0, a number of 0 or above the total: the element is ignored. */
static void concat_set(struct udh *out, struct udh_concat concat)
{
	if (concat.total != 0 && concat.seq != 0 && concat.seq <= concat.total)
		out->concat = concat;
}

static void concat8_read(const struct udh_ie *ie, struct udh *out)
{
	const uint8_t *d = ie->data;
	concat_set(out, (struct udh_concat){ .ref = d[0], .total = d[1], .seq = d[2] });
}

static void concat16_read(const struct udh_ie *ie, struct udh *out)
{
	const uint8_t *d = ie->data;
	concat_set(out,
		(struct udh_concat){
			.ref = u16_at(d), .ref16 = true, .total = d[2], .seq = d[3] });
}

static void ports8_read(const struct udh_ie *ie, struct udh *out)
{
	out->has_ports = true;
	out->ports16 = false;
	out->port_dst = ie->data[0];
	out->port_src = ie->data[1];
}

static void ports16_read(const struct udh_ie *ie, struct udh *out)
{
	out->has_ports = true;
	out->ports16 = true;
	out->port_dst = u16_at(ie->data);
	out->port_src = u16_at(ie->data + 2);
}

static void single_shift_read(const struct udh_ie *ie, struct udh *out)
{
	out->single = ie->data[0];
}

static void locking_shift_read(const struct udh_ie *ie, struct udh *out)
{
	out->locking = ie->data[0];
}

static const struct {
	uint8_t id;
	uint8_t len_octets;
	ie_read_fn read;
} known[] = {
	{ UDH_IE_CONCAT8, 3, concat8_read },
	{ UDH_IE_PORTS8, 2, ports8_read },
	{ UDH_IE_PORTS16, 4, ports16_read },
	{ UDH_IE_CONCAT16, 4, concat16_read },
	{ UDH_IE_SINGLE_SHIFT, 1, single_shift_read },
	{ UDH_IE_LOCKING_SHIFT, 1, locking_shift_read },
};

static void ie_read(const struct udh_ie *ie, struct udh *out)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].id == ie->id && known[i].len_octets == ie->len_octets)
			known[i].read(ie, out);
	}
}

/* The element at data[*pos]; false at the end, and with *pos left if it is cut short. */
static bool ie_take(const uint8_t *data, size_t len, size_t *pos, struct udh_ie *out)
{
	if (len - *pos < 2 || data[*pos + 1] > len - *pos - 2)
		return false;
	*out = (struct udh_ie){
		.id = data[*pos],
		.len_octets = data[*pos + 1],
		.data = data + *pos + 2,
	};
	*pos += 2 + (size_t)out->len_octets;
	return true;
}

enum err udh_decode(const uint8_t *ud, size_t len, struct udh *out)
{
	if (len < 1 || ud[0] > len - 1 || ud[0] > UDHL_MAX)
		return ERR_INPUT;
	struct udh udh = { .len_octets = (uint8_t)(1 + ud[0]) };
	struct udh_ie ie;
	size_t pos = 1;
	while (ie_take(ud, udh.len_octets, &pos, &ie))
		ie_read(&ie, &udh);
	/* 9.2.3.24: too few or too many octets in the final element: ignore them all */
	if (pos != udh.len_octets)
		udh = (struct udh){ .len_octets = udh.len_octets, .malformed = true };
	*out = udh;
	return ERR_OK;
}

bool udh_ie_next(const uint8_t *ud, size_t len, size_t *pos, struct udh_ie *out)
{
	if (*pos == 0) {
		struct udh udh;
		if (udh_decode(ud, len, &udh) != ERR_OK || udh.malformed)
			return false;
		*pos = 1;
	}
	return ie_take(ud, 1 + (size_t)ud[0], pos, out);
}

bool udh_waiting_next(const uint8_t *ud, size_t len, size_t *pos, struct udh_waiting *out)
{
	struct udh_ie ie;
	while (udh_ie_next(ud, len, pos, &ie)) {
		if (ie.id != UDH_IE_WAITING || ie.len_octets != 2)
			continue;
		*out = (struct udh_waiting){
			.kind = ie.data[0] & 3,
			.extended = ie.data[0] >> 2 & 7,
			.profile = ie.data[0] >> 5 & 3,
			.store = (ie.data[0] & 0x80) != 0,
			.count = ie.data[1],
		};
		return true;
	}
	return false;
}

unsigned udh_fill_bits(size_t header_octets)
{
	return (unsigned)((7 - header_octets * 8 % 7) % 7);
}

static bool is_encodable(const struct udh *in)
{
	const struct udh_concat *c = &in->concat;
	if (c->total != 0 && (c->seq == 0 || c->seq > c->total))
		return false;
	if (c->total != 0 && !c->ref16 && c->ref > 0xFF)
		return false;
	return !in->has_ports || in->ports16 ||
	       (in->port_dst <= 0xFF && in->port_src <= 0xFF);
}

static size_t ie_put(uint8_t *out, uint8_t id, const uint8_t *data, uint8_t len)
{
	out[0] = id;
	out[1] = len;
	memcpy(out + 2, data, len);
	return 2 + (size_t)len;
}

static size_t concat_put(const struct udh_concat *c, uint8_t *out)
{
	uint8_t high = (uint8_t)(c->ref >> 8), low = (uint8_t)c->ref;
	if (c->ref16)
		return ie_put(out, UDH_IE_CONCAT16,
			(const uint8_t[]){ high, low, c->total, c->seq }, 4);
	return ie_put(out, UDH_IE_CONCAT8, (const uint8_t[]){ low, c->total, c->seq }, 3);
}

static size_t ports_put(const struct udh *in, uint8_t *out)
{
	uint8_t dst = (uint8_t)in->port_dst, src = (uint8_t)in->port_src;
	if (!in->ports16)
		return ie_put(out, UDH_IE_PORTS8, (const uint8_t[]){ dst, src }, 2);
	uint8_t dst_high = (uint8_t)(in->port_dst >> 8);
	uint8_t src_high = (uint8_t)(in->port_src >> 8);
	return ie_put(out, UDH_IE_PORTS16,
		(const uint8_t[]){ dst_high, dst, src_high, src }, 4);
}

enum err udh_encode(const struct udh *in, uint8_t *out, size_t size, size_t *out_octets)
{
	if (!is_encodable(in))
		return ERR_ARG;
	uint8_t header[1 + 6 + 6 + 3 + 3]; /* the longest of each element */
	size_t len = 1;
	if (in->concat.total != 0 && !in->concat.ref16)
		len += concat_put(&in->concat, header + len);
	if (in->has_ports)
		len += ports_put(in, header + len);
	if (in->concat.total != 0 && in->concat.ref16)
		len += concat_put(&in->concat, header + len);
	if (in->single != 0)
		len += ie_put(header + len, UDH_IE_SINGLE_SHIFT, &in->single, 1);
	if (in->locking != 0)
		len += ie_put(header + len, UDH_IE_LOCKING_SHIFT, &in->locking, 1);
	if (len == 1)
		len = 0;
	if (len > size)
		return ERR_MEM;
	if (len > 0) {
		header[0] = (uint8_t)(len - 1);
		memcpy(out, header, len);
	}
	*out_octets = len;
	return ERR_OK;
}
