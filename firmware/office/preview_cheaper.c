#include "firmware/office/preview_cheaper.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/sms/advice.h"
#include "firmware/sms/warning.h"

/* What a reader notices most of several changes gives them their name. */
static const struct {
	uint32_t kinds;
	const char *how;
} names[] = {
	{ ADVICE_BIT(ADVICE_GREEK), "greek_capitals" },
	{ ADVICE_BIT(ADVICE_VIETNAMESE) | ADVICE_BIT(ADVICE_LATIN), "no_marks" },
	{ ADVICE_BIT(ADVICE_EMOJI), "no_emoji" },
	{ ADVICE_BIT(ADVICE_ZWNJ) | ADVICE_BIT(ADVICE_ZWNJ_IDLE) |
			ADVICE_BIT(ADVICE_TATWEEL),
		"joined_letters" },
	{ ADVICE_BIT(ADVICE_DOUBLE_SPACES), "single_spaces" },
	{ ~0u, "plain_punctuation" },
};

static const char *name_of(uint32_t kinds)
{
	size_t i = 0;
	while ((names[i].kinds & kinds) == 0)
		i++; /* the last one takes all */
	return names[i].how;
}

static void offer(struct preview *p, const struct advice *a, const char *text, size_t len)
{
	struct preview_cheaper *c = &p->cheaper[p->n_cheaper];
	c->text = strndup(text, len);
	if (c->text == NULL)
		return;
	(void)str_copy(c->how, sizeof(c->how), name_of(a->kinds)); /* literals of ours */
	c->kinds = a->kinds;
	c->changes = a->changes;
	c->encoding = a->alphabet == SMS_ALPHABET_UCS2 ? MESSAGE_UCS2 : MESSAGE_GSM7;
	c->parts = a->parts;
	c->parts_saved = (uint16_t)(p->parts - a->parts);
	c->units_left = a->units_left;
	p->n_cheaper++;
}

void preview_cheaper_find(struct preview *p)
{
	struct advice_list list;
	size_t len = strlen(p->filled), changed = 0, size = ADVICE_SIZE(len);
	char *scratch = malloc(size);
	if (scratch == NULL ||
		advice_find(p->filled, len, NULL, scratch, size, &list) != ERR_OK)
		list.count = 0; /* advice is a courtesy: the preview stands without it */
	for (uint8_t i = 0; i < list.count && p->n_cheaper < PREVIEW_CHEAPER_MAX; i++) {
		const struct advice *a = &list.at[i];
		if (a->parts < p->parts && advice_apply(p->filled, len, a->kinds, scratch,
						   size, &changed) == ERR_OK)
			offer(p, a, scratch, changed);
	}
	free(scratch);
}

void preview_warnings_find(struct preview *p, const struct split_plan *plan)
{
	struct warning_list list;
	if (warning_find(p->filled, strlen(p->filled), plan, &list) != ERR_OK)
		return;
	for (uint8_t i = 0; i < list.len && p->n_warnings < PREVIEW_WARNINGS_MAX; i++) {
		const struct warning *w = &list.at[i];
		struct preview_warning *out = &p->warnings[p->n_warnings++];
		(void)str_copy(out->code, sizeof(out->code),
			warning_kind_name(w->kind)); /* literals of ours */
		out->offset = (uint32_t)text_utf16_len(p->filled, w->offset);
		out->length = (uint32_t)text_utf16_len(p->filled + w->offset, w->len);
		out->at = (uint32_t)text_utf16_len(p->filled, w->at);
		out->code_point = w->code_point;
	}
}

const char *preview_kind_name(unsigned kind)
{
	return kind < ADVICE_KINDS ? advice_kind_name((enum advice_kind)kind) : NULL;
}
