#include "firmware/sms/validity.h"

#include <string.h>

#define MINUTE_S 60u
#define HOUR_S (60 * MINUTE_S)
#define DAY_S (24 * HOUR_S)
#define WEEK_S (7 * DAY_S)

/* 9.2.3.12.1: octets from first on mean base + (octet - first) * step seconds. */
static const struct {
	uint8_t first;
	uint32_t base_s;
	uint32_t step_s;
} ranges[] = {
	{ 0, 5 * MINUTE_S, 5 * MINUTE_S },
	{ 144, 12 * HOUR_S + 30 * MINUTE_S, 30 * MINUTE_S },
	{ 168, 2 * DAY_S, DAY_S },
	{ 197, 5 * WEEK_S, WEEK_S },
};
#define RANGES (sizeof(ranges) / sizeof(ranges[0]))

size_t validity_octets(enum validity_format format)
{
	static const size_t octets[] = {
		[VALIDITY_NONE] = 0,
		[VALIDITY_ENHANCED] = SCTS_OCTETS,
		[VALIDITY_RELATIVE] = 1,
		[VALIDITY_ABSOLUTE] = SCTS_OCTETS,
	};
	return octets[format];
}

uint32_t validity_relative_seconds(uint8_t octet)
{
	size_t i = RANGES - 1;
	while (octet < ranges[i].first)
		i--;
	return ranges[i].base_s + (uint32_t)(octet - ranges[i].first) * ranges[i].step_s;
}

static uint8_t relative_octet(uint32_t seconds)
{
	size_t i = RANGES - 1;
	while (i > 0 && seconds < ranges[i].base_s)
		i--;
	if (seconds < ranges[i].base_s)
		return 0;
	uint32_t steps = (seconds - ranges[i].base_s) / ranges[i].step_s;
	uint32_t last =
		(i + 1 < RANGES ? ranges[i + 1].first - 1u : 255u) - ranges[i].first;
	return (uint8_t)(ranges[i].first + (steps < last ? steps : last));
}

struct validity validity_from_seconds(uint32_t seconds)
{
	uint8_t octet = relative_octet(seconds);
	return (struct validity){
		.format = VALIDITY_RELATIVE,
		.raw = { octet },
		.valid = true,
		.period_s = validity_relative_seconds(octet),
	};
}

/* Two digits with the tens in the low semi-octet, below limit. */
static bool digits_read(uint8_t octet, unsigned limit, uint32_t *out)
{
	unsigned tens = octet & 0xF, ones = octet >> 4;
	*out = tens * 10 + ones;
	return tens <= 9 && ones <= 9 && *out < limit;
}

static bool hms_read(const uint8_t *in, uint32_t *out_s)
{
	uint32_t hours = 0, minutes = 0, seconds = 0;
	if (!digits_read(in[0], 24, &hours) || !digits_read(in[1], 60, &minutes) ||
		!digits_read(in[2], 60, &seconds))
		return false;
	*out_s = hours * HOUR_S + minutes * MINUTE_S + seconds;
	return true;
}

/* 9.2.3.12.3, the value of format octet & 7 in in[3]. False: reserved. */
static bool enhanced_value_read(uint8_t octet, const uint8_t *in, uint32_t *out_s)
{
	switch (octet & 7) {
	case 0: /* none stated */
		*out_s = 0;
		return true;
	case 1:
		*out_s = validity_relative_seconds(in[0]);
		return true;
	case 2: /* seconds; 0 is reserved */
		*out_s = in[0];
		return in[0] != 0;
	case 3:
		return hms_read(in, out_s);
	default:
		return false;
	}
}

static void enhanced_read(struct validity *v)
{
	/* bit 7: a further indicator octet, none of which is defined, comes before the
	 * value */
	size_t pos = 0;
	while (pos < SCTS_OCTETS - 4 && (v->raw[pos] & 0x80) != 0)
		pos++;
	uint8_t indicator = v->raw[0];
	bool reserved = (indicator & 0x38) != 0 || (v->raw[pos] & 0x80) != 0;
	v->single_shot = (indicator & 0x40) != 0;
	v->valid = !reserved &&
		   enhanced_value_read(indicator, v->raw + pos + 1, &v->period_s);
	if (!v->valid)
		v->period_s = 0;
}

enum err validity_decode(
	enum validity_format format, const uint8_t *in, size_t len, struct validity *out)
{
	size_t octets = validity_octets(format);
	if (octets > len)
		return ERR_INPUT;
	struct validity v = { .format = format, .valid = true };
	if (octets > 0)
		memcpy(v.raw, in, octets);
	switch (format) {
	case VALIDITY_NONE:
		break;
	case VALIDITY_RELATIVE:
		v.period_s = validity_relative_seconds(v.raw[0]);
		break;
	case VALIDITY_ABSOLUTE:
		v.until = scts_decode(v.raw);
		v.valid = v.until.valid;
		break;
	case VALIDITY_ENHANCED:
		enhanced_read(&v);
		break;
	}
	*out = v;
	return ERR_OK;
}

static uint8_t digits_write(uint32_t value)
{
	return (uint8_t)(value % 10 << 4 | value / 10);
}

#define ENHANCED_SINGLE_SHOT 0x40
#define ENHANCED_RELATIVE 1
#define ENHANCED_SECONDS 2
#define ENHANCED_HMS 3

struct validity validity_enhanced(uint32_t seconds, bool single_shot)
{
	struct validity v = { .format = VALIDITY_ENHANCED,
		.valid = true,
		.period_s = seconds,
		.single_shot = single_shot };
	uint8_t form = 0;
	if (seconds >= DAY_S) {
		form = ENHANCED_RELATIVE;
		v.raw[1] = relative_octet(seconds);
		v.period_s = validity_relative_seconds(v.raw[1]);
	} else if (seconds > 0xFF) {
		form = ENHANCED_HMS;
		v.raw[1] = digits_write(seconds / HOUR_S);
		v.raw[2] = digits_write(seconds / MINUTE_S % 60);
		v.raw[3] = digits_write(seconds % 60);
	} else if (seconds > 0) {
		form = ENHANCED_SECONDS;
		v.raw[1] = (uint8_t)seconds;
	}
	v.raw[0] = (uint8_t)(form | (single_shot ? ENHANCED_SINGLE_SHOT : 0));
	return v;
}

enum err validity_until(int64_t utc_s, int zone_minutes, struct validity *out)
{
	struct scts until;
	enum err err = scts_from_time(utc_s, zone_minutes, &until);
	if (err != ERR_OK)
		return err;
	*out = (struct validity){
		.format = VALIDITY_ABSOLUTE, .valid = true, .until = until
	};
	memcpy(out->raw, until.raw, SCTS_OCTETS);
	return ERR_OK;
}
