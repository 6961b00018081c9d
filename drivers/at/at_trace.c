#include "drivers/at/at_trace.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "firmware/base/str.h"

enum {
	PDU_LEAST = 28,	  /* hex digits in a row that may be a PDU or its end */
	NUMBER_LEAST = 7, /* digits in a row that may be a number or an identity */
	SHOWN_FIRST = 4,
	SHOWN_LAST = 2,
};

/* All that follows is secret. */
static const char *const secrets[] = {
	"AT+CPIN=", "AT+CUSD=", "+CUSD:", "AT^CPIN=", "AT+CLCK=", "AT+CPWD=", NULL
};

/* Where one begins: an echo may come behind something else. Looked for in each line of a
 * flood, so only where one can begin. */
static const char *find_secret(const char *text, const char **out)
{
	*out = NULL;
	for (text += strcspn(text, "Aa+"); *text; text += 1 + strcspn(text + 1, "Aa+"))
		for (const char *const *s = secrets; *s; s++) {
			if (strncasecmp(text, *s, strlen(*s)) != 0)
				continue;
			*out = *s;
			return text;
		}
	return text;
}

static bool put(char *dst, size_t size, size_t *at, char c)
{
	if (*at + 1 >= size)
		return false;
	dst[(*at)++] = c;
	return true;
}

static void mask_digits(const char *text, size_t n, char *dst, size_t size, size_t *at)
{
	for (size_t i = 0; i < n; i++) {
		bool is_shown =
			n < NUMBER_LEAST || i < SHOWN_FIRST || i + SHOWN_LAST >= n;
		if (!put(dst, size, at, is_shown ? text[i] : '*'))
			return;
	}
}

void at_trace_mask(const char *text, char *dst, size_t size)
{
	const char *secret, *end = find_secret(text, &secret);
	size_t at = 0;

	while (text < end && at + 1 < size) {
		size_t hex = strspn(text, "0123456789ABCDEFabcdef");
		size_t digits = strspn(text, "0123456789");
		if (hex >= PDU_LEAST) {
			dst[at] = '\0';
			(void)str_append_format(dst, size, "(%zu hex digits)", hex);
			at = strlen(dst);
			text += hex;
		} else if (digits > 0) {
			mask_digits(text, digits, dst, size, &at);
			text += digits;
		} else {
			(void)put(dst, size, &at,
				isprint((unsigned char)*text) ? *text : '.');
			text++;
		}
	}
	dst[at] = '\0';
	if (secret) /* cut where small */
		(void)str_append_format(dst, size, "%s(secret)", secret);
}
