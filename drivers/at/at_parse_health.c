/*
 * Temperature, supply, PIN tries: TS 27.007 where it has them, else the vendors'
 * manuals that the family files name.
 */
#include "drivers/at/at_parse_health.h"

#include <ctype.h>
#include <string.h>

#include "drivers/at/at_field.h"
#include "firmware/base/str.h"

enum {
	FIELDS_MAX = 12,
	HOTTEST = FIELDS_MAX, /* reading.field: the largest of all that are numbers */
	MILLI = 1000,
};

struct reading {
	const char *prefix;
	unsigned field;
	int times, per; /* from the modem's unit to ours */
};

struct limits {
	int low, high;
};

static const struct reading temperatures[] = {
	{ "+CMTE:", 1, 1, 1 },		  /* SIMCom 2G: <mode>,<C> */
	{ "+CPMUTEMP:", 0, 1, 1 },	  /* SIMCom LTE */
	{ "+QTEMP:", HOTTEST, 1, 1 },	  /* Quectel: three places, or "name","C" */
	{ "^CHIPTEMP:", HOTTEST, 1, 10 }, /* Huawei: 0.1 C, 65535 where it has none */
	{ "#TEMPMEAS:", 1, 1, 1 },	  /* Telit: <level>,<C> */
	{ "^SCTM:", 2, 1, 1 },		  /* Cinterion: <urc>,<level>,<C> */
	{ "+UTEMP:", HOTTEST, 1, 1 },	  /* u-blox: [<unit>,]<C>, some in 0.1 C */
	{ "Temperature:", 0, 1, 1 },	  /* Sierra */
	{ 0 },
};

static const struct reading supplies[] = {
	{ "+CBC:", 2, 1, 1 },		      /* 27.007 8.4 and <mV>: SIMCom, Quectel */
	{ "+CBC:", 0, MILLI, 1 },	      /* SIMCom LTE: 3.886V */
	{ "#CBC:", 1, 10, 1 },		      /* Telit: 10 mV */
	{ "^SBV:", 0, 1, 1 },		      /* Cinterion */
	{ "Power supply voltage:", 0, 1, 1 }, /* Sierra: 3820 mV (127 cnt) */
	{ 0 },
};

static bool split_after(const char *text, size_t len, const char *prefix,
	struct at_field f[FIELDS_MAX], size_t *out_n)
{
	size_t from;

	return at_field_prefix(text, len, prefix, &from) &&
	       at_field_split(text + from, len - from, f, FIELDS_MAX, out_n);
}

/* "-3", "27.74", "3.886V", "3820 mV (127 cnt)" in thousandths; a unit may follow. */
static bool take_milli(const struct at_field *f, int *out)
{
	size_t i = f->len > 0 && f->text[0] == '-';
	bool is_negative = i > 0;
	int value = 0, scale = MILLI;
	size_t digits = 0;

	for (; i < f->len && isdigit((unsigned char)f->text[i]) && digits < 6; i++)
		value = value * 10 + (f->text[i] - '0'), digits++;
	if (digits == 0)
		return false;
	value *= MILLI;
	if (i < f->len && f->text[i] == '.')
		for (i++; i < f->len && isdigit((unsigned char)f->text[i]); i++)
			value += (f->text[i] - '0') * (scale /= 10);
	if (i < f->len && !isalpha((unsigned char)f->text[i]) && f->text[i] != ' ')
		return false;
	*out = is_negative ? -value : value;
	return true;
}

static bool convert(const struct at_field *f, const struct reading *r,
	const struct limits *limits, int *out)
{
	int milli;

	if (!take_milli(f, &milli))
		return false;
	if (r->times == MILLI && f->text[f->len - 1] != 'V')
		return false; /* no volts: the <bcs> of +CBC: <bcs>,<bcl> */
	int64_t value = (int64_t)milli * r->times / r->per / MILLI;
	if (value < limits->low || value > limits->high)
		return false;
	*out = (int)value;
	return true;
}

static bool pick(const struct at_field *f, size_t n, const struct reading *r,
	const struct limits *limits, int *out)
{
	bool found = false;
	int value;

	if (r->field != HOTTEST)
		return r->field < n && convert(&f[r->field], r, limits, out);
	for (size_t i = 0; i < n; i++) {
		if (!convert(&f[i], r, limits, &value))
			continue;
		if (!found || value > *out)
			*out = value;
		found = true;
	}
	return found;
}

static bool read_with(const char *text, size_t len, const struct reading *table,
	const struct limits *limits, int *out)
{
	struct at_field f[FIELDS_MAX];
	size_t n;

	for (const struct reading *r = table; r->prefix; r++)
		if (split_after(text, len, r->prefix, f, &n) &&
			pick(f, n, r, limits, out))
			return true;
	return false;
}

bool at_parse_temperature(const char *text, size_t len, int *out_c)
{
	static const struct limits limits = { -60, 150 };
	return read_with(text, len, temperatures, &limits, out_c);
}

bool at_parse_supply(const char *text, size_t len, int *out_mv)
{
	static const struct limits limits = { 1500, 60000 };
	return read_with(text, len, supplies, &limits, out_mv);
}

static const struct tries {
	const char *prefix;
	int8_t pin, puk;   /* fields; puk -1: it tells of the code asked for now */
	int8_t from_right; /* the fields count from the last one */
} tries[] = {
	{ "+SPIC:", 0, 1, 0 },	  /* SIMCom: PIN, PUK, PIN2, PUK2 */
	{ "+QTRPIN:", 0, 2, 0 },  /* Quectel 2G: PIN, PIN2, PUK, PUK2 */
	{ "+QPINC:", 1, 2, 0 },	  /* Quectel: "SC",PIN,PUK */
	{ "^CPIN:", 2, 3, 1 },	  /* Huawei: ..,PUK,PIN,PUK2,PIN2 */
	{ "+ZPINPUK:", 0, 1, 0 }, /* ZTE */
	{ "+UPINCNT:", 0, 2, 0 }, /* u-blox: PIN, PIN2, PUK, PUK2 */
	{ "+CPINC:", 0, 2, 0 },	  /* Wavecom: the same */
	{ "#PCT:", 0, -1, 0 },	  /* Telit */
	{ "^SPIC:", 0, -1, 0 },	  /* Cinterion */
	{ 0 },
};

static int8_t tries_at(const struct at_field *f, size_t n, int field, bool from_right)
{
	uint16_t v;
	int at = from_right ? (int)n - 1 - field : field;

	if (field < 0 || at < 0 || (size_t)at >= n || !at_field_uint(&f[at], 99, &v))
		return -1;
	return (int8_t)v;
}

/* 27.007 8.65: <code>,<retries>[,<default>], a line for each code. */
static bool take_cpinr(const char *text, size_t len, struct at_pin_tries *out)
{
	struct at_field f[FIELDS_MAX];
	size_t n;

	if (!split_after(text, len, "+CPINR:", f, &n) || n < 2)
		return false;
	bool is_pin = at_field_eq(&f[0], "SIM PIN");
	int8_t left = tries_at(f, n, 1, false);
	if (left < 0 || (!is_pin && !at_field_eq(&f[0], "SIM PUK")))
		return false;
	*out = (struct at_pin_tries){ .pin = is_pin ? left : -1,
		.puk = is_pin ? -1 : left };
	return true;
}

bool at_parse_pin_tries(const char *text, size_t len, struct at_pin_tries *out)
{
	struct at_field f[FIELDS_MAX];
	size_t n;

	if (take_cpinr(text, len, out))
		return true;
	for (const struct tries *t = tries; t->prefix; t++) {
		if (!split_after(text, len, t->prefix, f, &n))
			continue;
		if (str_eq(t->prefix, "+QPINC:") && !at_field_eq(&f[0], "SC"))
			return false; /* of PIN2 */
		struct at_pin_tries got = { .pin = tries_at(f, n, t->pin, t->from_right),
			.puk = tries_at(f, n, t->puk, t->from_right),
			.is_current = t->puk < 0 };
		if (got.pin < 0)
			return false;
		*out = got;
		return true;
	}
	return false;
}

bool at_parse_cpms_fill(const char *text, size_t len, struct modem_fill *out)
{
	struct at_field f[FIELDS_MAX];
	struct modem_fill fill;
	size_t n;

	if (!split_after(text, len, "+CPMS:", f, &n))
		return false;
	size_t at = f[0].len > 0 && isalpha((unsigned char)f[0].text[0]);
	if (n < at + 2 || !at_field_uint(&f[at], UINT16_MAX, &fill.used) ||
		!at_field_uint(&f[at + 1], UINT16_MAX, &fill.total))
		return false;
	*out = fill;
	return true;
}

bool at_parse_clip(const char *text, size_t len, char *dst, size_t size)
{
	enum {
		INTERNATIONAL = 145
	};
	struct at_field f[FIELDS_MAX];
	uint16_t type = 0;
	size_t n;

	if (!split_after(text, len, "+CLIP:", f, &n) || n < 2 || f[0].len >= size ||
		(f[1].len > 0 && !at_field_uint(&f[1], 255, &type)))
		return false;
	for (size_t i = 0; i < f[0].len; i++)
		if (!strchr("+0123456789*#", f[0].text[i]))
			return false;
	bool add_plus = type == INTERNATIONAL && f[0].len > 0 && f[0].text[0] != '+';
	return str_format(
		dst, size, "%s%.*s", add_plus ? "+" : "", (int)f[0].len, f[0].text);
}

bool at_parse_ceer(const char *text, size_t len, char *dst, size_t size)
{
	struct at_field f = { 0 };
	size_t from;

	if (!at_field_prefix(text, len, "+CEER:", &from))
		return false;
	f.text = text + from;
	f.len = len - from;
	if (f.len >= 2 && f.text[0] == '"' &&
		memchr(f.text + 1, '"', f.len - 1) == f.text + f.len - 1) {
		f.text++;
		f.len -= 2;
	}
	if (f.len == 0 || !str_is_utf8(f.text, f.len, NULL))
		return false;
	(void)str_copy_n(dst, size, f.text, f.len); /* a long one is shown cut */
	return true;
}
