#include "firmware/sms/ucs2.h"

#include <stdbool.h>
#include <string.h>

#include "firmware/base/str.h"

#define REPLACEMENT 0xFFFD

static bool is_high(uint32_t unit)
{
	return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(uint32_t unit)
{
	return unit >= 0xDC00 && unit <= 0xDFFF;
}

unsigned ucs2_cost(uint32_t code_point)
{
	return code_point > 0xFFFF ? 2 : 1;
}

static size_t code_point_write(uint32_t code_point, uint8_t out[4])
{
	if (ucs2_cost(code_point) == 1) {
		out[0] = (uint8_t)(code_point >> 8);
		out[1] = (uint8_t)code_point;
		return 2;
	}
	uint32_t rest = code_point - 0x10000;
	uint32_t high = 0xD800 | rest >> 10;
	uint32_t low = 0xDC00 | (rest & 0x3FF);
	out[0] = (uint8_t)(high >> 8);
	out[1] = (uint8_t)high;
	out[2] = (uint8_t)(low >> 8);
	out[3] = (uint8_t)low;
	return 4;
}

enum err ucs2_from_utf8(
	const char *text, size_t len, uint8_t *out, size_t size, size_t *out_octets)
{
	size_t used = 0;
	for (size_t pos = 0; pos < len;) {
		uint32_t code_point = 0;
		int n = str_utf8_next(text + pos, len - pos, &code_point);
		if (n <= 0 || code_point == 0)
			return ERR_INPUT;
		uint8_t units[4];
		size_t octets = code_point_write(code_point, units);
		if (octets > size - used)
			return ERR_MEM;
		memcpy(out + used, units, octets);
		used += octets;
		pos += (size_t)n;
	}
	*out_octets = used;
	return ERR_OK;
}

static uint32_t unit_at(const uint8_t *in, size_t pos)
{
	return (uint32_t)in[pos] << 8 | in[pos + 1];
}

static uint32_t code_point_read(const uint8_t *in, size_t octets, size_t *pos)
{
	if (octets - *pos < 2) {
		*pos = octets;
		return REPLACEMENT;
	}
	uint32_t unit = unit_at(in, *pos);
	*pos += 2;
	if (is_high(unit) && octets - *pos >= 2 && is_low(unit_at(in, *pos))) {
		uint32_t low = unit_at(in, *pos);
		*pos += 2;
		return 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
	}
	return is_high(unit) || is_low(unit) || unit == 0 ? REPLACEMENT : unit;
}

/* Most units are characters of one or two bytes: from pos on, while they are and dst has
 * room for them and a NUL. */
static size_t short_units(
	const uint8_t *in, size_t octets, size_t *pos, char *dst, size_t size)
{
	size_t len = 0;
	for (; octets - *pos >= 2 && size - len > 2; *pos += 2) {
		uint32_t unit = unit_at(in, *pos);
		if (unit == 0 || unit >= 0x800)
			break;
		if (unit < 0x80) {
			dst[len++] = (char)unit;
			continue;
		}
		dst[len++] = (char)(0xC0 | unit >> 6);
		dst[len++] = (char)(0x80 | (unit & 0x3F));
	}
	return len;
}

enum err ucs2_to_utf8(const uint8_t *in, size_t octets, char *dst, size_t size)
{
	size_t len = 0;
	for (size_t pos = 0; pos < octets;) {
		char utf8[4];
		len += short_units(in, octets, &pos, dst + len, size - len);
		if (pos == octets)
			break;
		size_t n = str_utf8_put(code_point_read(in, octets, &pos), utf8);
		if (n >= size - len)
			return ERR_MEM;
		memcpy(dst + len, utf8, n);
		len += n;
	}
	if (len >= size)
		return ERR_MEM;
	dst[len] = '\0';
	return ERR_OK;
}
