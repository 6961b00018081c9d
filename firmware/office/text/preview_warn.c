/*
 * What an author should know of a text before it goes out: of the text itself, and of the
 * values that come into it.
 */
#include "firmware/office/text/preview_internal.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/sms/warning.h"

/* A name of a length that some people of any list have. */
#define LONG_NAME "Maximilian-Alexander"
#define MANY 5 /* one in so many without a value is worth a word */

/* NULL: there are as many already as anybody reads. */
static struct preview_warning *warn(struct preview *p, const char *code)
{
	if (p->n_warnings == PREVIEW_WARNINGS_MAX)
		return NULL;
	struct preview_warning *out = &p->warnings[p->n_warnings++];
	*out = (struct preview_warning){ .offset = 0 };
	(void)str_copy(out->code, sizeof(out->code), code); /* literals of ours */
	return out;
}

void preview_warnings_find(struct preview *p, const struct split_plan *plan)
{
	struct warning_list list;
	struct preview_warning *out;
	if (warning_find(p->filled, strlen(p->filled), plan, &list) != ERR_OK)
		return;
	for (uint8_t i = 0; i < list.len; i++) {
		const struct warning *w = &list.at[i];
		if ((out = warn(p, warning_kind_name(w->kind))) == NULL)
			return;
		out->offset = (uint32_t)text_utf16_len(p->filled, w->offset);
		out->length = (uint32_t)text_utf16_len(p->filled + w->offset, w->len);
		out->at = (uint32_t)text_utf16_len(p->filled, w->at);
		out->code_point = w->code_point;
	}
}

static const char *long_value(void *user, const char *name)
{
	const char *given = preview_value(user, name);
	return given ? given : LONG_NAME;
}

/* Without a list: what it takes where every open placeholder gets a long name. */
static void warn_long_sample(struct preview_work *w)
{
	struct preview_size size;
	struct preview_warning *out;
	struct buf filled;
	size_t missing;
	char mem[TEMPLATE_TEXT_MAX + 1];
	buf_init_fixed(&filled, mem, sizeof(mem));
	if (template_render(&w->t, long_value, w, &filled, &missing) !=
			TEMPLATE_RENDERED ||
		!preview_measure(
			filled.data, filled.len, w->p->national_allowed, 0, &size) ||
		size.parts <= w->p->parts || (out = warn(w->p, "long_names")) == NULL)
		return;
	out->parts = size.parts;
}

/* With one: how many need more parts than most. */
static void warn_long_members(struct preview *p)
{
	const struct preview_list *l = p->list;
	struct preview_warning *out;
	int64_t more = 0;
	for (size_t i = l->parts_median + 1u; i <= MESSAGES_PARTS_MAX; i++)
		more += l->spread[i];
	if (more == 0 || (out = warn(p, "long_names")) == NULL)
		return;
	out->recipients = more;
	out->parts = l->parts_max;
}

/* A placeholder that stays empty, or falls back, for all or for many. */
static void warn_empty(struct preview *p, size_t i)
{
	const struct preview_placeholder *placeholder = &p->placeholders[i];
	int64_t empty = p->list ? p->list->empty[i] : 0;
	int64_t of = p->list ? p->list->members : 0;
	bool never = !placeholder->is_known || (of > 0 && empty >= of);
	struct preview_warning *out;
	if (!never && (empty == 0 || empty * MANY < of))
		return;
	if ((out = warn(p, never ? "never_filled" : "rarely_filled")) == NULL)
		return;
	(void)str_copy(out->name, sizeof(out->name), placeholder->name); /* one size */
	out->recipients = empty;
}

void preview_warnings_values(struct preview_work *w)
{
	if (w->t.placeholders == 0)
		return;
	if (w->p->list && w->p->list->recipients > 0)
		warn_long_members(w->p);
	else
		warn_long_sample(w);
	for (size_t i = 0; i < w->p->n_placeholders; i++)
		warn_empty(w->p, i);
}
