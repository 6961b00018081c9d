#include "firmware/office/dispatch/countries.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"

#define SEPARATORS ", ;\t\r\n"

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static enum err add(
	struct office *o, const char *field, const char word[3], char *dst, size_t size)
{
	size_t len = strlen(dst);
	if (!phone_country_is_known(word))
		return office_refuse_field(o, field, "invalid_country",
			"There is no country %s; a country is two letters, such as GR.",
			word);
	if (len && countries_have(dst, word))
		return ERR_OK;
	if (!str_format(dst + len, size - len, "%s%s", len ? "," : "", word))
		return office_refuse_field(
			o, field, "text_too_long", "These are too many countries.");
	return ERR_OK;
}

enum err countries_read(
	struct office *o, const char *field, const char *text, char *dst, size_t size)
{
	dst[0] = '\0';
	for (const char *s = text + strspn(text, SEPARATORS); *s;
		s += strspn(s, SEPARATORS)) {
		size_t len = strcspn(s, SEPARATORS);
		char word[3] = { upper(s[0]), len > 1 ? upper(s[1]) : '\0', '\0' };
		if (len != 2)
			return office_refuse_field(o, field, "invalid_country",
				"Countries are two letters each, such as GR, CY.");
		enum err err = add(o, field, word, dst, size);
		if (err)
			return err;
		s += len;
	}
	return ERR_OK;
}

bool countries_have(const char *set, const char *country)
{
	size_t len = strlen(country);
	if (!*set)
		return true;
	for (const char *s = set; *s; s += strspn(s, ",")) {
		size_t n = strcspn(s, ",");
		if (len && n == len && memcmp(s, country, n) == 0)
			return true;
		s += n;
	}
	return false;
}
