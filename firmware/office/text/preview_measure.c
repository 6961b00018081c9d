#include "firmware/office/text/preview_internal.h"

#include "firmware/base/str.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/split.h"

struct split_options preview_options(uint32_t national)
{
	return (struct split_options){ .locking_allowed = (uint16_t)(national >> 16),
		.single_allowed = (uint16_t)national };
}

uint32_t preview_national_of(const struct split_plan *plan)
{
	const struct udh *h = &plan->header;
	uint32_t locking = h->locking ? SPLIT_LANGUAGE(h->locking) : 0;
	uint32_t single = h->single ? SPLIT_LANGUAGE(h->single) : 0;
	return locking << 16 | single;
}

bool preview_measure(const char *text, size_t len, uint32_t national, unsigned max,
	struct preview_size *out)
{
	struct split_options options = preview_options(national);
	struct split_plan plan;
	options.parts_max = (uint8_t)(max < 255 ? max : 255);
	if (split_plan(text, len, &options, &plan))
		return false;
	out->encoding = plan.alphabet == SMS_ALPHABET_UCS2 ? MESSAGE_UCS2 : MESSAGE_GSM7;
	out->parts = plan.parts;
	out->national = preview_national_of(&plan);
	return true;
}

/* The name of the lowest bit. */
static const char *name_of(uint32_t bits)
{
	unsigned language = 0;
	while (bits >> language > 1 && !(bits >> language & 1))
		language++;
	return bits ? gsm7_language_name(language) : "";
}

void preview_national_name(uint32_t national, char dst[PREVIEW_NATIONAL_SIZE])
{
	const char *locking = name_of(national >> 16),
		   *single = name_of(national & 0xFFFF);
	bool both = *locking && *single && !str_eq(locking, single);
	(void)str_format(dst, PREVIEW_NATIONAL_SIZE, "%s%s%s", /* names of ours fit */
		*locking ? locking : single, both ? "+" : "", both ? single : "");
}
