#include "firmware/office/preview.h"
#include "firmware/sms/split.h"

bool preview_measure(const char *text, size_t len, unsigned max, struct preview_size *out)
{
	struct split_options options = { .parts_max = (uint8_t)(max < 255 ? max : 255) };
	struct split_plan plan;
	if (split_plan(text, len, &options, &plan))
		return false;
	out->encoding = plan.alphabet == SMS_ALPHABET_UCS2 ? MESSAGE_UCS2 : MESSAGE_GSM7;
	out->parts = plan.parts;
	return true;
}
