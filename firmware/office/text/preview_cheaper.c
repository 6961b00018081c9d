#include "firmware/office/text/preview_internal.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/advice.h"

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

/* What of a template is no text: braces and names, up to a fallback and behind it. */
static size_t spans_of(
	const struct template *t, const struct buf *text, struct advice_span *out)
{
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++) {
		const struct template_piece *p = &t->pieces[i];
		uint32_t end =
			i + 1 < t->n ? t->pieces[i + 1].offset : (uint32_t)text->len;
		if (!p->is_placeholder)
			continue;
		uint32_t from = p->offset;
		if (p->has_fallback && p->len) {
			uint32_t fallback = (uint32_t)(p->text - text->data);
			out[n++] = (struct advice_span){ from, fallback };
			from = fallback + p->len;
		}
		out[n++] = (struct advice_span){ from, end };
	}
	return n;
}

static bool same_names(const struct template *a, const struct template *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (a->pieces[i].is_placeholder != b->pieces[i].is_placeholder ||
			!str_eq(a->pieces[i].name, b->pieces[i].name))
			return false;
	}
	return true;
}

/* What a changed text becomes; an advice_measure_fn. Braces that come together where
 * something between them went are a placeholder that nobody wrote: no advice then. */
static enum err measure_changed(
	void *user, const char *text, size_t len, struct split_plan *out)
{
	struct preview_work *w = user;
	struct template t;
	struct template_fault fault;
	struct buf filled;
	char mem[TEMPLATE_TEXT_MAX + 1];
	buf_init_fixed(&filled, mem, sizeof(mem));
	if (template_parse(text, len, &t, &fault) || !same_names(&t, &w->t) ||
		preview_fill(w, &t, &filled) == TEMPLATE_OVERFLOW)
		return ERR_INPUT;
	const struct split_options options = preview_options(w->p->national_allowed);
	return split_plan(filled.data, filled.len, &options, out);
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

void preview_cheaper_find(struct preview_work *w)
{
	struct preview *p = w->p;
	struct advice_span keep[2 * TEMPLATE_PIECES_MAX];
	const struct advice_text text = { .text = buf_str(&w->text),
		.len = w->text.len,
		.keep = keep,
		.n_keep = spans_of(&w->t, &w->text, keep) };
	const struct advice_meter meter = { .measure = measure_changed, .user = w };
	struct advice_list list;
	size_t size = ADVICE_SIZE(text.len), changed = 0;
	char *scratch = malloc(size);
	if (scratch == NULL || advice_find(&text, &meter, scratch, size, &list) != ERR_OK)
		list.count = 0; /* advice is a courtesy: the preview stands without it */
	for (uint8_t i = 0; i < list.count && p->n_cheaper < PREVIEW_CHEAPER_MAX; i++) {
		const struct advice *a = &list.at[i];
		/* what saves nothing here may save for others of a list */
		if ((w->request->list_id || a->parts < p->parts) &&
			advice_apply(&text, a->kinds, scratch, size, &changed) == ERR_OK)
			offer(p, a, scratch, changed);
	}
	free(scratch);
}

void preview_cheaper_sift(struct preview *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n_cheaper; i++) {
		struct preview_cheaper *c = &p->cheaper[i];
		if (p->list ? c->list_saved > 0 : c->parts_saved > 0)
			p->cheaper[n++] = *c;
		else
			free(c->text);
	}
	p->n_cheaper = n;
}

const char *preview_kind_name(unsigned kind)
{
	return kind < ADVICE_KINDS ? advice_kind_name((enum advice_kind)kind) : NULL;
}
