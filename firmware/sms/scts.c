#include "firmware/sms/scts.h"

#include <string.h>

#define DAY_S 86400
#define QUARTER_MINUTES 15
#define ZONE_QUARTERS_MAX 79 /* 9.2.3.11: two digits, the first of three bits */
#define YEAR_FIRST 1990	     /* no GSM network before */
#define YEAR_LAST 2089

struct civil {
	int year, month, day, hour, minute, second;
};

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return days[month - 1] + (month == 2 && is_leap(year));
}

static int days_before_year(int year)
{
	int y = year - 1;
	return y * 365 + y / 4 - y / 100 + y / 400;
}

static int64_t civil_to_seconds(const struct civil *c)
{
	int64_t days = days_before_year(c->year) - days_before_year(1970) + c->day - 1;
	for (int month = 1; month < c->month; month++)
		days += month_days(c->year, month);
	return days * DAY_S + c->hour * 3600 + c->minute * 60 + c->second;
}

/* From YEAR_FIRST on. */
static struct civil civil_from_seconds(int64_t seconds)
{
	int64_t days = seconds / DAY_S;
	int rest = (int)(seconds % DAY_S);
	struct civil c = { .year = 1970,
		.month = 1,
		.hour = rest / 3600,
		.minute = rest / 60 % 60,
		.second = rest % 60 };
	for (; days >= 365 + is_leap(c.year); c.year++)
		days -= 365 + is_leap(c.year);
	for (; days >= month_days(c.year, c.month); c.month++)
		days -= month_days(c.year, c.month);
	c.day = (int)days + 1;
	return c;
}

/* Tens are in the low semi-octet. -1: not two digits. */
static int digits_read(uint8_t octet)
{
	int tens = octet & 0xF, ones = octet >> 4;
	return tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
}

static uint8_t digits_write(int value)
{
	return (uint8_t)(value % 10 << 4 | value / 10 % 10);
}

/* 9.2.3.11: quarters of an hour, bit 3 of the octet is the sign. */
static bool zone_read(uint8_t octet, int *out_minutes)
{
	int quarters = digits_read(octet & 0xF7);
	if (quarters < 0)
		return false;
	*out_minutes = QUARTER_MINUTES * ((octet & 8) != 0 ? -quarters : quarters);
	return true;
}

static bool civil_read(const uint8_t *in, struct civil *out)
{
	int field[6];
	for (size_t i = 0; i < 6; i++) {
		field[i] = digits_read(in[i]);
		if (field[i] < 0)
			return false;
	}
	int century = field[0] >= YEAR_FIRST % 100 ? 1900 : 2000;
	*out = (struct civil){ century + field[0], field[1], field[2], field[3], field[4],
		field[5] };
	return out->month >= 1 && out->month <= 12 && out->day >= 1 &&
	       out->day <= month_days(out->year, out->month) && out->hour <= 23 &&
	       out->minute <= 59 && out->second <= 59;
}

struct scts scts_decode(const uint8_t in[SCTS_OCTETS])
{
	struct scts out = { 0 };
	memcpy(out.raw, in, SCTS_OCTETS);
	struct civil local;
	int zone_minutes = 0;
	if (!civil_read(in, &local) || !zone_read(in[6], &zone_minutes))
		return out;
	out.valid = true;
	out.zone_minutes = (int16_t)zone_minutes;
	out.utc_s = civil_to_seconds(&local) - zone_minutes * 60;
	return out;
}

enum err scts_from_time(int64_t utc_s, int zone_minutes, struct scts *out)
{
	const struct civil first = { .year = YEAR_FIRST, .month = 1, .day = 1 };
	const struct civil end = { .year = YEAR_LAST + 1, .month = 1, .day = 1 };
	int quarters = zone_minutes / QUARTER_MINUTES;
	if (zone_minutes % QUARTER_MINUTES != 0 || quarters > ZONE_QUARTERS_MAX ||
		quarters < -ZONE_QUARTERS_MAX)
		return ERR_ARG;
	int64_t zone_s = (int64_t)zone_minutes * 60;
	if (utc_s < civil_to_seconds(&first) - zone_s ||
		utc_s >= civil_to_seconds(&end) - zone_s)
		return ERR_ARG;
	struct civil c = civil_from_seconds(utc_s + zone_s);
	uint8_t zone = digits_write(quarters < 0 ? -quarters : quarters);
	*out = (struct scts){
		.valid = true,
		.utc_s = utc_s,
		.zone_minutes = (int16_t)zone_minutes,
		.raw = { digits_write(c.year), digits_write(c.month), digits_write(c.day),
			digits_write(c.hour), digits_write(c.minute),
			digits_write(c.second),
			(uint8_t)(quarters < 0 ? zone | 8 : zone) },
	};
	return ERR_OK;
}
