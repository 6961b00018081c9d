/*
 * The first octets choose kinds, the rest is a text. Changes come in order and inside it,
 * the changed text is text and fits the size that is promised, every row of savings is
 * cheaper, warnings are inside the text.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/advice.h"
#include "firmware/sms/warning.h"

#define TEXT_MAX 1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void walk_check(const char *text, size_t len, uint32_t kinds)
{
	struct advice_walk walk =
		advice_walk_start(&(struct advice_text){ text, len, NULL, 0 }, kinds);
	struct advice_change change;
	size_t pos = 0;
	while (advice_next(&walk, &change)) {
		must(change.offset >= pos && change.len > 0);
		pos = (size_t)change.offset + change.len;
		must(pos <= len && (kinds & ADVICE_BIT(change.kind)) != 0);
	}
}

/* Whole characters somewhere in a text. */
static struct advice_span span_of(const char *text, size_t len, uint8_t seed)
{
	struct advice_span span = { (uint32_t)(len * (seed >> 4) / 16),
		(uint32_t)(len * (seed & 15) / 16) };
	while (span.from > 0 && ((unsigned char)text[span.from] & 0xC0) == 0x80)
		span.from--;
	while (span.to < len && ((unsigned char)text[span.to] & 0xC0) == 0x80)
		span.to++;
	return span;
}

/* No change touches what is kept. */
static void keep_check(const char *text, size_t len, uint32_t kinds, uint8_t seed)
{
	const struct advice_span keep = span_of(text, len, seed);
	const struct advice_text kept = { text, len, &keep, 1 };
	struct advice_change change;
	if (keep.from >= keep.to)
		return;
	struct advice_walk walk = advice_walk_start(&kept, kinds);
	while (advice_next(&walk, &change))
		must(change.len > 0 && (change.offset + change.len <= keep.from ||
					       change.offset >= keep.to));
	must(walk.pos == len);
}

static void apply_check(const char *text, size_t len, uint32_t kinds, bool is_text)
{
	char out[ADVICE_SIZE(TEXT_MAX)];
	size_t out_len = 0;
	enum err err = advice_apply(&(struct advice_text){ text, len, NULL, 0 }, kinds,
		out, ADVICE_SIZE(len), &out_len);
	must(err == (is_text ? ERR_OK : ERR_INPUT));
	must(!is_text || str_is_utf8(out, out_len, NULL));
}

static void savings_check(const char *text, size_t len, uint8_t parts_max)
{
	char scratch[ADVICE_SIZE(TEXT_MAX)];
	struct split_options opts = { .parts_max = parts_max };
	struct advice_list list;
	const struct advice_meter meter = { .opts = &opts };
	if (advice_find(&(struct advice_text){ text, len, NULL, 0 }, &meter, scratch,
		    ADVICE_SIZE(len), &list) != ERR_OK)
		return;
	must(list.count <= ADVICE_MAX);
	for (uint8_t i = 0; i < list.count; i++) {
		const struct advice *a = &list.at[i];
		must(a->changes > 0 && a->kinds != 0 && a->parts <= list.now.parts);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < 3 || len > TEXT_MAX)
		return 0;
	uint32_t kinds = data[0] | (uint32_t)data[1] << 8;
	const char *text = (const char *)data + 3;
	len -= 3;
	bool is_text = str_is_utf8(text, len, NULL);
	walk_check(text, len, kinds);
	apply_check(text, len, kinds, is_text);
	if (is_text)
		keep_check(text, len, kinds, data[2]);
	savings_check(text, len, data[2]);
	struct split_plan plan;
	struct warning_list list;
	bool has_plan = split_plan(text, len, NULL, &plan) == ERR_OK;
	must((warning_find(text, len, has_plan ? &plan : NULL, &list) == ERR_OK) ==
		is_text);
	for (uint8_t i = 0; is_text && i < list.len; i++) {
		const struct warning *w = &list.at[i];
		must(w->len > 0 && (size_t)w->offset + w->len <= len);
		must(w->at >= w->offset && w->at < w->offset + w->len);
	}
	return 0;
}
