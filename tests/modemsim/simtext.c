#include "tests/modemsim/simtext.h"

#include <string.h>

#include "firmware/base/str.h"

/* TS 23.038 6.2.1, code 0x00 to 0x7f; 0x1b is the escape. */
static const uint16_t gsm7_default[128] = { '@', 0xa3, '$', 0xa5, 0xe8, 0xe9, 0xf9, 0xec,
	0xf2, 0xc7, '\n', 0xd8, 0xf8, '\r', 0xc5, 0xe5, 0x394, '_', 0x3a6, 0x393, 0x39b,
	0x3a9, 0x3a0, 0x3a8, 0x3a3, 0x398, 0x39e, 0x1b, 0xc6, 0xe6, 0xdf, 0xc9, ' ', '!',
	'"', '#', 0xa4, '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', '0', '1',
	'2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', 0xa1, 'A',
	'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q',
	'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 0xc4, 0xd6, 0xd1, 0xdc, 0xa7, 0xbf,
	'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p',
	'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 0xe4, 0xf6, 0xf1, 0xfc, 0xe0 };

/* TS 23.038 6.2.1.1. */
static const struct {
	uint8_t code;
	uint16_t point;
} gsm7_extension[] = {
	{ 0x0a, 0x0c },
	{ 0x14, '^' },
	{ 0x28, '{' },
	{ 0x29, '}' },
	{ 0x2f, '\\' },
	{ 0x3c, '[' },
	{ 0x3d, '~' },
	{ 0x3e, ']' },
	{ 0x40, '|' },
	{ 0x65, 0x20ac },
};

enum {
	ESCAPE = 0x1b,
	EXTENSION_COUNT = sizeof(gsm7_extension) / sizeof(gsm7_extension[0]),
};

/* Septets of one character into out[2]; 0 if it has none. */
static size_t gsm7_find(uint32_t point, uint8_t out[2])
{
	if (point < 0x80 && gsm7_default[point] == point && point != ESCAPE) {
		out[0] = (uint8_t)point;
		return 1;
	}
	for (size_t i = 0; i < 128; i++) {
		if (gsm7_default[i] == point && i != ESCAPE) {
			out[0] = (uint8_t)i;
			return 1;
		}
	}
	for (size_t i = 0; i < EXTENSION_COUNT; i++) {
		if (gsm7_extension[i].point == point) {
			out[0] = ESCAPE;
			out[1] = gsm7_extension[i].code;
			return 2;
		}
	}
	return 0;
}

bool simtext_to_gsm7(const char *text, uint8_t *out, size_t size, size_t *out_count)
{
	size_t left = strlen(text);
	size_t count = 0;

	while (left > 0) {
		uint32_t point;
		uint8_t pair[2];
		int used = str_utf8_next(text, left, &point);
		size_t n = used > 0 ? gsm7_find(point, pair) : 0;

		if (n == 0 || n > size - count)
			return false;
		memcpy(out + count, pair, n);
		count += n;
		text += used;
		left -= (size_t)used;
	}
	*out_count = count;
	return true;
}

static void unit_put(uint8_t *out, uint32_t unit)
{
	out[0] = (uint8_t)(unit >> 8);
	out[1] = (uint8_t)unit;
}

bool simtext_to_ucs2(const char *text, uint8_t *out, size_t size, size_t *out_count)
{
	size_t left = strlen(text);
	size_t count = 0;

	while (left > 0) {
		uint32_t point;
		int used = str_utf8_next(text, left, &point);
		size_t n = point > 0xffff ? 4 : 2;

		if (used <= 0 || n > size - count)
			return false;
		if (n == 4) {
			unit_put(out + count, 0xd800 + ((point - 0x10000) >> 10));
			unit_put(out + count + 2, 0xdc00 + ((point - 0x10000) & 0x3ff));
		} else {
			unit_put(out + count, point);
		}
		count += n;
		text += used;
		left -= (size_t)used;
	}
	*out_count = count;
	return true;
}

static void point_put(struct buf *dst, uint32_t point)
{
	char utf8[4];
	size_t len = str_utf8_put(point, utf8);

	if (len == 0)
		buf_putc(dst, '?');
	else
		buf_put(dst, utf8, len);
}

static uint32_t extension_point(uint8_t code)
{
	for (size_t i = 0; i < EXTENSION_COUNT; i++) {
		if (gsm7_extension[i].code == code)
			return gsm7_extension[i].point;
	}
	/* TS 23.038 6.2.1.1: an unknown extension shows the default character. */
	return gsm7_default[code];
}

void simtext_from_gsm7(struct buf *dst, const uint8_t *septets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (septets[i] != ESCAPE)
			point_put(dst, gsm7_default[septets[i] & 0x7f]);
		else if (i + 1 < count)
			point_put(dst, extension_point(septets[++i] & 0x7f));
	}
}

void simtext_from_ucs2(struct buf *dst, const uint8_t *octets, size_t count)
{
	for (size_t i = 0; i + 1 < count; i += 2) {
		uint32_t unit = (uint32_t)octets[i] << 8 | octets[i + 1];

		if ((unit & 0xfc00) == 0xd800 && i + 3 < count &&
			(octets[i + 2] & 0xfc) == 0xdc) {
			uint32_t low = (uint32_t)octets[i + 2] << 8 | octets[i + 3];

			unit = 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
			i += 2;
		}
		point_put(dst, unit);
	}
}

size_t simtext_pack(
	const uint8_t *septets, size_t count, unsigned skip_bits, uint8_t *out)
{
	size_t bit = skip_bits;

	for (size_t i = 0; i < count; i++, bit += 7) {
		unsigned wide = (unsigned)(septets[i] & 0x7f) << (bit % 8);

		out[bit / 8] = (uint8_t)(out[bit / 8] | wide);
		if (bit % 8 > 1)
			out[bit / 8 + 1] = (uint8_t)(wide >> 8);
	}
	return (bit + 7) / 8;
}

void simtext_unpack(const uint8_t *octets, unsigned skip_bits, uint8_t *out, size_t count)
{
	size_t bit = skip_bits;

	for (size_t i = 0; i < count; i++, bit += 7) {
		unsigned wide = octets[bit / 8];

		if (bit % 8 > 1)
			wide |= (unsigned)octets[bit / 8 + 1] << 8;
		out[i] = (uint8_t)(wide >> (bit % 8) & 0x7f);
	}
}
