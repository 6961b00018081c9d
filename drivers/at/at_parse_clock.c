#include "drivers/at/at_parse_clock.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "drivers/at/at_field.h"
#include "firmware/base/str.h"

enum {
	YEAR_LEAST = 124, /* since 1900; clocks never set start in 1970, 1980, 2004 */
	YEAR_MOST = 169,
	QUARTER_S = 15 * 60,
	ZONE_MAX = 56,
	NUMBERS_MAX = 10,
};

static bool two_digits(const char *text, int *out)
{
	if (!isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1]))
		return false;
	*out = (text[0] - '0') * 10 + (text[1] - '0');
	return true;
}

/* "yy/MM/dd,hh:mm:ss" at text; separators are where they belong. */
static bool take_time(const char *text, struct tm *out)
{
	static const char shape[] = "00/00/00,00:00:00";
	int v[6];

	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] != '0' && text[i] != shape[i])
			return false;
	for (size_t i = 0; i < 6; i++)
		if (!two_digits(text + 3 * i, &v[i]))
			return false;
	if (v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > 31 || v[3] > 23 || v[4] > 59 ||
		v[5] > 60)
		return false;
	*out = (struct tm){ .tm_year = v[0] + 100,
		.tm_mon = v[1] - 1,
		.tm_mday = v[2],
		.tm_hour = v[3],
		.tm_min = v[4],
		.tm_sec = v[5] };
	return true;
}

bool at_parse_clock(const char *text, size_t len, int64_t *out_utc_s)
{
	enum {
		TIME_LEN = 17
	};
	char stamp[24];
	struct tm tm;
	size_t from;
	int zone = 0;

	if (!at_field_prefix(text, len, "+CCLK:", &from))
		return false;
	while (from < len && text[from] == '"')
		from++;
	while (len > from && (text[len - 1] == '"' || text[len - 1] == ' '))
		len--;
	if (!str_copy_n(stamp, sizeof(stamp), text + from, len - from) ||
		len - from < TIME_LEN || !take_time(stamp, &tm) ||
		tm.tm_year < YEAR_LEAST || tm.tm_year > YEAR_MOST)
		return false;
	const char *tail = stamp + TIME_LEN; /* the zone, or nothing: then it is UTC */
	if (*tail && (!strchr("+-", *tail) || strlen(tail) != 3 ||
			     !two_digits(tail + 1, &zone) || zone > ZONE_MAX))
		return false;
	*out_utc_s =
		(int64_t)timegm(&tm) - (int64_t)(*tail == '-' ? -zone : zone) * QUARTER_S;
	return true;
}

/* Each form is a row of numbers; which of them are year, month, … and which the zone. */
static const struct nitz {
	const char *prefix;
	uint8_t year, zone;
	bool is_universal; /* the zone is for information */
} nitzes[] = {
	{ "+CTZE:", 2, 0, false },	    /* "+08",0,"2026/11/21,22:41:03" */
	{ "+CTZEU:", 2, 0, true },	    /* the same */
	{ "+CTZV:", 1, 0, false },	    /* u-blox: +8[,"26/11/21,22:41:03"] */
	{ "*PSUTTZ:", 0, 6, true },	    /* SIMCom: 2026,11,21,20,41,3,"+8",0 */
	{ "^NWTIME:", 0, 6, false },	    /* Huawei: 26/11/21,22:41:03+08,00 */
	{ "#NITZ:", 0, 6, false },	    /* Telit: "26/11/21,22:41:03+08,0" */
	{ "+QLTS:", 0, 6, true },	    /* Quectel =1: "2026/11/21,20:41:03+08,0" */
	{ "+CIEV: nitz,", 0, 6, true },	    /* Cinterion: "26/11/21,20:41:03",+8,0 */
	{ "+CIEV: \"nitz\",", 0, 6, true }, /* the same */
	{ 0 },
};

/* Numbers with or without a sign, between quotes, commas, slashes and colons. False:
 * anything else. */
static bool split_numbers(
	const char *text, size_t len, int numbers[NUMBERS_MAX], size_t *out_n)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		if (strchr("\",/: ", text[i])) {
			i++;
			continue;
		}
		bool is_negative = text[i] == '-';
		size_t digits = 0;
		int value = 0;
		for (i += text[i] == '-' || text[i] == '+';
			i < len && isdigit((unsigned char)text[i]) && digits < 5; i++)
			value = value * 10 + (text[i] - '0'), digits++;
		if (digits == 0 || n == NUMBERS_MAX)
			return false;
		numbers[n++] = is_negative ? -value : value;
	}
	*out_n = n;
	return true;
}

static bool is_within(int value, int low, int high)
{
	return value >= low && value <= high;
}

/* v: year, month, day, hour, minute, second. */
static bool take_numbers(const int *v, struct tm *out)
{
	int year = v[0] < 100 ? v[0] + 100 : v[0] - 1900;

	*out = (struct tm){ .tm_year = year,
		.tm_mon = v[1] - 1,
		.tm_mday = v[2],
		.tm_hour = v[3],
		.tm_min = v[4],
		.tm_sec = v[5] };
	return is_within(year, YEAR_LEAST, YEAR_MOST) && is_within(v[1], 1, 12) &&
	       is_within(v[2], 1, 31) && is_within(v[3], 0, 23) &&
	       is_within(v[4], 0, 59) && is_within(v[5], 0, 60);
}

bool at_parse_nitz(const char *text, size_t len, int64_t *out_utc_s)
{
	int v[NUMBERS_MAX] = { 0 };
	struct tm tm;
	size_t n;

	for (const struct nitz *z = nitzes; z->prefix; z++) {
		size_t from = strlen(z->prefix);
		if (len < from || memcmp(text, z->prefix, from) != 0)
			continue;
		if (!split_numbers(text + from, len - from, v, &n) || n < 7 ||
			!take_numbers(v + z->year, &tm) ||
			!is_within(v[z->zone], -ZONE_MAX, ZONE_MAX))
			return false;
		*out_utc_s = (int64_t)timegm(&tm) -
			     (z->is_universal ? 0 : (int64_t)v[z->zone] * QUARTER_S);
		return true;
	}
	return false;
}
