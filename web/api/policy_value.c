#include "web/api/policy_value.h"

#include <math.h>
#include <string.h>

#include "firmware/base/str.h"

#define AMOUNT_MAX 1e10

bool policy_minute(const char *text, int64_t *out)
{
	int64_t hour, minute;

	if (strlen(text) != 5 || text[2] != ':' || strchr(text, '-') ||
		!str_to_i64(text, 2, &hour) || !str_to_i64(text + 3, 2, &minute))
		return false;
	int64_t at = hour * 60 + minute;
	if (minute > 59 || at > 24 * 60)
		return false;
	*out = at;
	return true;
}

bool policy_millionths(double amount, int64_t *out)
{
	if (!isfinite(amount) || amount > AMOUNT_MAX || amount < -AMOUNT_MAX)
		return false;
	*out = (int64_t)(amount * 1e6 + (amount < 0 ? -0.5 : 0.5));
	return true;
}

bool policy_join(const json_t *texts, char *dst, size_t size)
{
	size_t i;
	json_t *element;

	dst[0] = '\0';
	json_array_foreach(texts, i, element)
	{
		const char *text = json_string_value(element);
		if (strchr(text, ',') || (i > 0 && !str_append(dst, size, ",")) ||
			!str_append(dst, size, text))
			return false;
	}
	return true;
}

const char *policy_amount_text(int64_t millionths, char dst[POLICY_VALUE_SIZE])
{
	uint64_t amount = millionths < 0 ? -(uint64_t)millionths : (uint64_t)millionths;

	(void)str_format(dst, POLICY_VALUE_SIZE, "%s%llu.%06llu",
		millionths < 0 ? "-" : "", (unsigned long long)(amount / 1000000),
		(unsigned long long)(amount % 1000000));
	size_t len = strlen(dst);
	while (dst[len - 1] == '0')
		len--;
	if (dst[len - 1] == '.')
		len--;
	dst[len] = '\0';
	return dst;
}

const char *policy_minute_text(int64_t minute, char dst[POLICY_VALUE_SIZE])
{
	(void)str_format(dst, POLICY_VALUE_SIZE, "%02d:%02d", (int)(minute / 60),
		(int)(minute % 60));
	return dst;
}
