/* What each kind of change saves, alone and with others: see advice.h. */
#include "firmware/sms/advice.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define PLAIN                                                                            \
	(ADVICE_BIT(ADVICE_QUOTES) | ADVICE_BIT(ADVICE_DASHES) |                         \
		ADVICE_BIT(ADVICE_ELLIPSIS) | ADVICE_BIT(ADVICE_SPACES) |                \
		ADVICE_BIT(ADVICE_SYMBOLS) | ADVICE_BIT(ADVICE_INVISIBLE))
#define LETTERS                                                                          \
	(ADVICE_BIT(ADVICE_GREEK) | ADVICE_BIT(ADVICE_VIETNAMESE) |                      \
		ADVICE_BIT(ADVICE_LATIN))
#define TRIMS                                                                            \
	(ADVICE_BIT(ADVICE_DOUBLE_SPACES) | ADVICE_BIT(ADVICE_TATWEEL) |                 \
		ADVICE_BIT(ADVICE_ZWNJ_IDLE))

/* Kinds that go together, from what nobody would notice to what everybody does. */
static const uint32_t together[] = {
	PLAIN,
	PLAIN | TRIMS,
	PLAIN | ADVICE_BIT(ADVICE_EMOJI),
	PLAIN | LETTERS,
	PLAIN | LETTERS | ADVICE_BIT(ADVICE_EMOJI),
	PLAIN | LETTERS | TRIMS | ADVICE_BIT(ADVICE_EMOJI) | ADVICE_BIT(ADVICE_ZWNJ),
};

struct finder {
	const struct advice_text *text;
	struct advice_meter meter;
	char *scratch;
	size_t scratch_size;
	uint32_t present; /* kinds that change something */
	struct advice_list *list;
	struct split_plan plan;
};

enum err advice_apply(const struct advice_text *text, uint32_t kinds, char *dst,
	size_t size, size_t *out_len)
{
	struct advice_walk walk = advice_walk_start(text, kinds);
	struct advice_change change;
	size_t pos = 0, used = 0;
	for (;;) {
		bool more = advice_next(&walk, &change);
		size_t keep = (more ? change.offset : text->len) - pos;
		size_t add = more ? change.to_len : 0;
		if (size - used <= keep + add)
			return ERR_MEM;
		memcpy(dst + used, text->text + pos, keep);
		used += keep;
		if (!more)
			break;
		memcpy(dst + used, change.to, add);
		used += add;
		pos = (size_t)change.offset + change.len;
	}
	dst[used] = '\0';
	*out_len = used;
	return walk.pos < walk.len ? ERR_INPUT : ERR_OK;
}

static struct advice measured(const struct split_plan *plan, uint32_t kinds)
{
	return (struct advice){ .kinds = kinds,
		.alphabet = plan->alphabet,
		.parts = plan->parts,
		.units_left = plan->units_left,
		.units = plan->units };
}

static bool is_cheaper(const struct advice *a, const struct advice *than)
{
	if (a->parts != than->parts)
		return a->parts < than->parts;
	if (a->alphabet != than->alphabet)
		return a->alphabet == SMS_ALPHABET_GSM7;
	return a->units < than->units;
}

/* Kinds together are worth a row if each row of fewer of them needs more parts. */
static bool is_worth(const struct advice_list *list, const struct advice *a)
{
	for (uint8_t i = 0; i < list->count; i++) {
		const struct advice *other = &list->at[i];
		bool is_part = (other->kinds & ~a->kinds) == 0;
		bool saves_more =
			a->parts < other->parts ||
			(a->parts == other->parts && a->alphabet == SMS_ALPHABET_GSM7 &&
				other->alphabet != SMS_ALPHABET_GSM7);
		if (is_part && !saves_more)
			return false;
	}
	return true;
}

static uint32_t changes_count(const struct finder *f, uint32_t kinds)
{
	struct advice_walk walk = advice_walk_start(f->text, kinds);
	struct advice_change change;
	uint32_t count = 0;
	while (advice_next(&walk, &change))
		count++;
	return count;
}

static enum err measure(struct finder *f, const char *text, size_t len)
{
	if (f->meter.measure != NULL)
		return f->meter.measure(f->meter.user, text, len, &f->plan);
	return split_plan(text, len, f->meter.opts, &f->plan);
}

static enum err kinds_try(struct finder *f, uint32_t kinds, bool alone)
{
	struct advice_list *list = f->list;
	size_t len = 0;
	if (list->count == ADVICE_MAX)
		return ERR_OK;
	enum err err = advice_apply(f->text, kinds, f->scratch, f->scratch_size, &len);
	if (err != ERR_OK)
		return err;
	if (measure(f, f->scratch, len) != ERR_OK)
		return ERR_OK; /* three dots for one: more parts than allowed */
	struct advice a = measured(&f->plan, kinds);
	if (!is_cheaper(&a, &list->now) || (!alone && !is_worth(list, &a)))
		return ERR_OK;
	a.changes = changes_count(f, kinds);
	list->at[list->count++] = a;
	return ERR_OK;
}

static uint32_t kinds_present(const struct advice_text *text)
{
	/* rules that take the same places are asked one after the other */
	static const uint32_t asked[] = { PLAIN | TRIMS | ADVICE_BIT(ADVICE_GREEK),
		ADVICE_BIT(ADVICE_EMOJI) | ADVICE_BIT(ADVICE_ZWNJ),
		ADVICE_BIT(ADVICE_VIETNAMESE), ADVICE_BIT(ADVICE_LATIN) };
	uint32_t present = 0;
	for (size_t i = 0; i < COUNT(asked); i++) {
		struct advice_walk walk = advice_walk_start(text, asked[i]);
		struct advice_change change;
		while (advice_next(&walk, &change))
			present |= ADVICE_BIT(change.kind);
	}
	return present;
}

enum err advice_find(const struct advice_text *text, const struct advice_meter *meter,
	char *scratch, size_t scratch_size, struct advice_list *out)
{
	struct finder f = {
		.text = text, .scratch = scratch, .scratch_size = scratch_size
	};
	if (meter != NULL)
		f.meter = *meter;
	enum err err = measure(&f, text->text, text->len);
	if (err != ERR_OK)
		return err;
	struct advice_list list = { .now = measured(&f.plan, 0) };
	f.list = &list;
	f.present = kinds_present(text);
	for (unsigned kind = 0; err == ERR_OK && kind < ADVICE_KINDS; kind++) {
		if ((f.present & ADVICE_BIT(kind)) != 0)
			err = kinds_try(&f, ADVICE_BIT(kind), true);
	}
	for (size_t i = 0; err == ERR_OK && i < COUNT(together); i++) {
		uint32_t kinds = together[i] & f.present;
		if ((kinds & (kinds - 1)) != 0)
			err = kinds_try(&f, kinds, false);
	}
	if (err == ERR_OK)
		*out = list;
	return err;
}
