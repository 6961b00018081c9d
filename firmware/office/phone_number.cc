#include "firmware/office/phone_number.h"

#include <cstring>
#include <list>
#include <string>

#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

static const char *const reason_names[PHONE_REASON_COUNT] = { "ok", "no_number",
	"not_a_number", "formula", "too_short", "too_long", "invalid_for_country",
	"landline" };

static const char *const reason_texts[PHONE_REASON_COUNT] = {
	"",
	"There is no number in this row.",
	"This is not a telephone number.",
	"This is a spreadsheet formula, not a telephone number.",
	"The number has too few digits.",
	"The number has too many digits.",
	"No such number exists in its country. A number of another country needs + and "
	"the country's code.",
	"This is a landline or service number, which cannot receive texts.",
};

const char *phone_reason_name(enum phone_reason reason)
{
	return reason < PHONE_REASON_COUNT ? reason_names[reason] : "not_a_number";
}

const char *phone_reason_text(enum phone_reason reason)
{
	return reason < PHONE_REASON_COUNT ? reason_texts[reason] : reason_texts[2];
}

bool phone_country_is_known(const char *country)
{
	return country && std::strlen(country) == 2 &&
	       PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(country) > 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What is wrong before libphonenumber looks; it would read letters as vanity digits. */
static enum phone_reason look(const char *text, size_t len)
{
	if (len == 0)
		return PHONE_NO_NUMBER;
	if (text[0] == '=' || text[0] == '@')
		return PHONE_FORMULA;
	if (len > 250)
		return PHONE_NOT_A_NUMBER;
	for (size_t i = 0; i < len; i++) {
		char c = static_cast<char>(text[i] | 0x20);
		if (c >= 'a' && c <= 'z')
			return PHONE_NOT_A_NUMBER;
	}
	return PHONE_OK;
}

static enum phone_reason why_not_parsed(PhoneNumberUtil::ErrorType error)
{
	switch (error) {
	case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
	case PhoneNumberUtil::TOO_SHORT_NSN:
		return PHONE_TOO_SHORT;
	case PhoneNumberUtil::TOO_LONG_NSN:
		return PHONE_TOO_LONG;
	case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
		return PHONE_INVALID_FOR_COUNTRY;
	default:
		return PHONE_NOT_A_NUMBER;
	}
}

static enum phone_reason why_invalid(const PhoneNumber &number)
{
	switch (PhoneNumberUtil::GetInstance()->IsPossibleNumberWithReason(number)) {
	case PhoneNumberUtil::TOO_SHORT:
	case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
		return PHONE_TOO_SHORT;
	case PhoneNumberUtil::TOO_LONG:
		return PHONE_TOO_LONG;
	default:
		return PHONE_INVALID_FOR_COUNTRY;
	}
}

static bool can_be_texted(PhoneNumberUtil::PhoneNumberType type)
{
	return type == PhoneNumberUtil::MOBILE ||
	       type == PhoneNumberUtil::FIXED_LINE_OR_MOBILE ||
	       type == PhoneNumberUtil::VOIP || type == PhoneNumberUtil::PERSONAL_NUMBER;
}

static void put(char *dst, size_t size, const std::string &src)
{
	size_t n = src.size() < size ? src.size() : size - 1;
	std::memcpy(dst, src.data(), n);
	dst[n] = '\0';
}

/* The tables were made in some year and a box lives for many: a number as long as the
 * country's mobile numbers, and beginning like them, may be of a range given out since.
 * To refuse it would lose a customer, to take it costs one undelivered text. Not for +1,
 * where mobile numbers begin like all others. */
static bool may_be_newer(const PhoneNumber &number)
{
	const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
	std::string region, given, known;
	PhoneNumber example;
	util->GetRegionCodeForCountryCode(number.country_code(), &region);
	if (number.country_code() == 1 ||
		!util->GetExampleNumberForType(region, PhoneNumberUtil::MOBILE, &example))
		return false;
	util->GetNationalSignificantNumber(number, &given);
	util->GetNationalSignificantNumber(example, &known);
	return given.size() == known.size() && given[0] == known[0];
}

/* GetRegionCodeForNumber() is slow where countries share a code, thus only then. */
static std::string region_of(const PhoneNumber &number)
{
	const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
	std::list<std::string> regions;
	std::string region;
	util->GetRegionCodesForCountryCallingCode(number.country_code(), &regions);
	if (regions.size() == 1)
		return regions.front();
	util->GetRegionCodeForNumber(number, &region);
	if (region.size() != 2 ||
		region == "ZZ") /* unlisted: the country's main region */
		util->GetRegionCodeForCountryCode(number.country_code(), &region);
	return region;
}

static enum phone_reason parse(
	const std::string &text, const char *country, struct phone_number *out)
{
	const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
	PhoneNumber number;
	PhoneNumberUtil::ErrorType error = util->Parse(text, country, &number);
	if (error != PhoneNumberUtil::NO_PARSING_ERROR)
		return why_not_parsed(error);
	PhoneNumberUtil::PhoneNumberType type = util->GetNumberType(number);
	/* UNKNOWN is what "not valid" means there. */
	bool unlisted = type == PhoneNumberUtil::UNKNOWN;
	if (unlisted && !may_be_newer(number))
		return why_invalid(number);
	if (!unlisted && !can_be_texted(type))
		return PHONE_IS_LANDLINE;
	std::string e164, region = region_of(number);
	util->Format(number, PhoneNumberUtil::E164, &e164);
	if (e164.size() >= sizeof(out->e164))
		return PHONE_TOO_LONG;
	put(out->e164, sizeof(out->e164), e164);
	put(out->country, sizeof(out->country), region.size() == 2 ? region : "");
	out->type = type == PhoneNumberUtil::MOBILE ? PHONE_MOBILE : PHONE_UNKNOWN;
	return PHONE_OK;
}

enum phone_reason phone_number_parse(
	const char *text, size_t len, const char *country, struct phone_number *out)
{
	while (len && is_blank(text[len - 1]))
		len--;
	while (len && is_blank(text[0])) {
		text++;
		len--;
	}
	enum phone_reason reason = look(text, len);
	if (reason != PHONE_OK)
		return reason;
	try {
		/* ZZ: libphonenumber's "no country", for which only + works. */
		const char *region = country && *country ? country : "ZZ";
		std::string number(text, len);
		reason = parse(number, region, out);
		/* People write 00 also where the country's own prefix is another. */
		if (reason != PHONE_OK && number.compare(0, 2, "00") == 0) {
			number.replace(0, 2, "+");
			enum phone_reason again = parse(number, region, out);
			reason = again == PHONE_OK ? again : reason;
		}
		return reason;
	} catch (...) { /* nothing may leave through C */
		return PHONE_NOT_A_NUMBER;
	}
}
