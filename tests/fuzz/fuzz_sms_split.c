/*
 * The first octets choose options, the rest is a text. It is refused, or its parts are
 * within the limits, read back are the text, and no cut is inside a character.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/cluster.h"
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

/* Cuts are between characters, and the text can be walked by clusters. */
static void cuts_check(const struct split_plan *plan, const char *text, size_t len)
{
	for (unsigned i = 0; i <= plan->parts; i++) {
		must(i == 0 || plan->start[i] > plan->start[i - 1] || len == 0);
		must(plan->start[i] == len || (text[plan->start[i]] & 0xC0) != 0x80);
	}
	for (size_t pos = 0; pos < len;) {
		size_t next = cluster_next(text, len, pos);
		must(next > pos && next <= len);
		must(cluster_floor(text, len, pos, next) == next);
		pos = next;
	}
}

#define OPTION_OCTETS 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < OPTION_OCTETS)
		return 0;
	struct udh ports = {
		.has_ports = (data[5] & 0x80) != 0,
		.ports16 = (data[5] & 0x40) != 0,
		.port_dst = data[5],
		.port_src = data[0],
	};
	struct split_options opts = {
		.parts_max = data[0] >> 2,
		.ref16 = (data[0] & 1) != 0,
		.force_ucs2 = (data[0] & 2) != 0,
		.locking_allowed = (uint16_t)(data[1] << 8 | data[2]),
		.single_allowed = (uint16_t)(data[3] << 8 | data[4]),
		.ports = &ports,
	};
	const char *text = (const char *)data + OPTION_OCTETS;
	len -= OPTION_OCTETS;
	struct split_plan plan;
	enum err err = split_plan(text, len, &opts, &plan);
	bool is_text = str_is_utf8(text, len, NULL) && memchr(text, '\0', len) == NULL;
	must(is_text ? err == ERR_OK || err == ERR_MEM : err != ERR_OK);
	if (err != ERR_OK)
		return 0;
	must(plan.parts >= 1 && (opts.parts_max == 0 || plan.parts <= opts.parts_max));
	must(plan.start[plan.parts] == len);
	bool is_ucs2 = plan.alphabet == SMS_ALPHABET_UCS2;
	bool is_national = plan.header.locking != 0 || plan.header.single != 0;
	must(!opts.force_ucs2 || is_ucs2);
	must(!is_ucs2 || opts.force_ucs2 || plan.because_len > 0);
	must(is_ucs2 || is_national || plan.because_len == 0);
	must(!is_national ||
		(((opts.locking_allowed | 1) >> plan.header.locking & 1) &&
			((opts.single_allowed | 1) >> plan.header.single & 1)));
	cuts_check(&plan, text, len);
	for (unsigned i = 0; i < plan.parts; i++)
		part_check(&plan, text, i);
	return 0;
}
