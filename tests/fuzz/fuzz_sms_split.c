/*
 * The first octet chooses options, the rest is a text. It is refused, or its parts are
 * within the limits and, read back, are the text.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void part_check(const struct split_plan *plan, const char *text, unsigned index)
{
	struct sms_ud ud;
	struct sms_content content;
	must(split_part_encode(plan, text, index, 0x1234, &ud) == ERR_OK);
	must(content_decode(&ud, split_dcs(plan, SMS_CLASS_NONE), &content) == ERR_OK);
	uint32_t start = plan->start[index];
	must(content.text_len == plan->start[index + 1] - start);
	must(memcmp(content.text, text + start, content.text_len) == 0);
	must(content.udh.concat.total == (plan->parts > 1 ? plan->parts : 0));
	must(plan->parts == 1 || content.udh.concat.seq == index + 1);
	must(plan->parts == 1 || content.text_len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0)
		return 0;
	struct split_options opts = {
		.parts_max = data[0] >> 2,
		.ref16 = (data[0] & 1) != 0,
		.force_ucs2 = (data[0] & 2) != 0,
	};
	const char *text = (const char *)data + 1;
	struct split_plan plan;
	enum err err = split_plan(text, len - 1, &opts, &plan);
	bool is_text =
		str_is_utf8(text, len - 1, NULL) && memchr(text, '\0', len - 1) == NULL;
	must(is_text ? err == ERR_OK || err == ERR_MEM : err != ERR_OK);
	if (err != ERR_OK)
		return 0;
	must(plan.parts >= 1 && (opts.parts_max == 0 || plan.parts <= opts.parts_max));
	must(plan.start[plan.parts] == len - 1);
	must((plan.alphabet == SMS_ALPHABET_UCS2) ==
		(opts.force_ucs2 || plan.because_len > 0));
	for (unsigned i = 0; i < plan.parts; i++)
		part_check(&plan, text, i);
	return 0;
}
