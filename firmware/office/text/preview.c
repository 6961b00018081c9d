#include "firmware/office/text/preview.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/office/people/contact_values.h"
#include "firmware/office/message/messages.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"
#include "firmware/office/text/preview_internal.h"
#include "firmware/office/settings.h"

static void add_error(
	struct preview *p, const char *code, const char *detail, uint32_t offset)
{
	if (p->n_errors == PREVIEW_ERRORS_MAX)
		return;
	struct preview_error *e = &p->errors[p->n_errors++];
	(void)str_copy(e->code, sizeof(e->code), code);	      /* literals of ours; the */
	(void)str_copy(e->detail, sizeof(e->detail), detail); /* sentence may be cut */
	e->offset = offset;
}

const char *preview_value(void *user, const char *name)
{
	const struct preview_request *r = ((struct preview_work *)user)->request;
	for (size_t i = 0; i < r->n_fields; i++) {
		char field[TEMPLATE_NAME_SIZE];
		if (template_field_name(r->fields[i].name, strlen(r->fields[i].name),
			    field, sizeof(field)) &&
			str_eq(field, name))
			return r->fields[i].value;
	}
	return NULL;
}

/* A placeholder that would stay empty shows its own name instead. */
static void show_names(struct template *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct template_piece *p = &t->pieces[i];
		if (!p->is_placeholder || p->has_fallback)
			continue;
		p->text = p->name;
		p->len = (uint32_t)strlen(p->name);
		p->has_fallback = true;
	}
}

enum template_rendered preview_fill(
	struct preview_work *w, struct template *t, struct buf *out)
{
	size_t missing;
	show_names(t);
	return template_render(t, preview_value, w, out, &missing);
}

static enum err take_placeholder(
	struct preview_work *w, const struct template_piece *piece)
{
	struct preview *p = w->p;
	char nearest[TEMPLATE_NAME_SIZE], detail[200];
	struct preview_placeholder *out = &p->placeholders[p->n_placeholders++];
	(void)str_copy(out->name, sizeof(out->name), piece->name); /* one size */
	out->has_fallback = piece->has_fallback;
	out->fallback[0] = '\0';
	if (piece->has_fallback)
		(void)str_copy_n(out->fallback, sizeof(out->fallback), piece->text,
			piece->len); /* shown: may be cut */
	enum err err = contact_values_know(w->o, piece->name, &out->is_known, nearest);
	if (err)
		return err;
	if (!out->is_known && preview_value(w, piece->name))
		out->is_known = true;
	if (out->is_known)
		return ERR_OK;
	(void)str_format(detail, sizeof(detail), "No contact has a field {{%s}}.%s%s%s",
		piece->name, *nearest ? " Was {{" : "", nearest,
		*nearest ? "}} meant?" : "");
	add_error(p, "unknown_placeholder", detail,
		(uint32_t)text_utf16_len(w->request->text, piece->offset));
	return ERR_OK;
}

/* written: the text as it was written, for offsets into it. */
static enum err take_placeholders(struct preview_work *w, const struct template *written)
{
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < written->n; i++) {
		if (written->pieces[i].is_placeholder)
			err = take_placeholder(w, &written->pieces[i]);
	}
	return err;
}

/* ERR_INPUT: it cannot be measured; the errors say why. */
static enum err measure(struct preview_work *w, struct split_plan *plan)
{
	struct preview *p = w->p;
	const struct split_options options = preview_options(p->national_allowed);
	size_t len = strlen(p->filled);
	enum err err = split_plan(p->filled, len, &options, plan);
	if (err == ERR_MEM)
		add_error(p, "too_many_parts", "The text is too long to be sent.", 0);
	if (err)
		return ERR_INPUT; /* a NUL cannot be here; the errors say the rest */
	p->encoding = plan->alphabet == SMS_ALPHABET_UCS2 ? MESSAGE_UCS2 : MESSAGE_GSM7;
	p->national = preview_national_of(plan);
	p->parts = len ? plan->parts : 0;
	p->units = plan->units;
	p->units_left = plan->units_left;
	p->units_per_part = plan->part_units;
	if (plan->parts > MESSAGES_PARTS_MAX)
		add_error(p, "too_many_parts",
			"The text needs more than 10 parts. Make it shorter.", 0);
	if (p->encoding == MESSAGE_UCS2)
		preview_because_find(w);
	return ERR_OK;
}

static void explain(
	struct preview *p, const char *text, const struct template_fault *fault)
{
	static const char *const said[] = {
		[TEMPLATE_OPEN] = "A placeholder is opened with {{ and never closed with "
				  "}}.",
		[TEMPLATE_NAME] = "The name between {{ and }} is missing or too long.",
		[TEMPLATE_TOO_MANY] = "The text has too many placeholders.",
		[TEMPLATE_TOO_LONG] = "The text is too long.",
		[TEMPLATE_NOT_UTF8] = "The text is not UTF-8.",
		[TEMPLATE_OK] = "",
	};
	add_error(p,
		fault->problem == TEMPLATE_TOO_LONG   ? "text_too_long"
		: fault->problem == TEMPLATE_NOT_UTF8 ? "invalid_utf8"
						      : "bad_placeholder",
		said[fault->problem], (uint32_t)text_utf16_len(text, fault->offset));
}

/* The text into w->text and w->t, and as filled into p->filled. */
static enum err fill(struct preview_work *w, bool *out_has_template)
{
	const char *text = w->request->text;
	struct template_fault fault;
	struct template t;
	struct buf filled;
	enum err err = ERR_OK;
	(void)text_nfc(text, strnlen(text, TEMPLATE_TEXT_MAX + 1), &w->text);
	*out_has_template =
		!template_parse(text, strlen(text), &t, &fault) &&
		!template_parse(buf_str(&w->text), w->text.len, &w->t, &fault);
	buf_init(&filled, TEMPLATE_TEXT_MAX + 1);
	if (*out_has_template) {
		err = take_placeholders(w, &t);
		t = w->t;
		if (preview_fill(w, &t, &filled) == TEMPLATE_OVERFLOW)
			add_error(w->p, "text_too_long", "The text is too long.", 0);
	} else {
		explain(w->p, text, &fault);
		if (fault.problem != TEMPLATE_NOT_UTF8)
			buf_put(&filled, w->text.data, w->text.len);
	}
	w->p->filled = strdup(buf_str(&filled));
	buf_fini(&filled);
	return err || w->p->filled ? err : office_fail(w->o, ERR_MEM, "preview");
}

static enum err make(struct preview_work *w)
{
	struct split_plan plan;
	bool has_template = false, is_measured = false;
	enum err err = fill(w, &has_template);
	if (!err)
		is_measured = measure(w, &plan) == ERR_OK;
	if (err || !has_template)
		return err;
	if (is_measured)
		preview_cheaper_find(w);
	if (w->request->list_id)
		err = preview_list_read(w);
	preview_cheaper_sift(w->p);
	if (is_measured)
		preview_warnings_find(w->p, &plan);
	if (is_measured)
		preview_warnings_values(w);
	return err;
}

/* The routes, and where the one number goes that is asked about. A number that is none,
 * yet or at all, goes nowhere. */
static enum err find_where(struct preview_work *w)
{
	const char *to = w->request->to ? w->request->to : "";
	struct phone_number number;
	char country[4] = "";
	enum err err = destinations_load(w->o, &w->p->where);
	if (!err && *to)
		err = settings_country(w->o, country);
	if (err)
		return err;
	if (*to && phone_number_parse(to, strlen(to), country, &number) == PHONE_OK)
		w->to = destinations_find(w->p->where, number.e164, number.country);
	w->p->national_allowed = w->to ? w->to->national : 0;
	w->counts = calloc(destinations_count(w->p->where) + 1, sizeof(*w->counts));
	return w->counts ? ERR_OK : office_fail(w->o, ERR_MEM, "preview");
}

static enum err find_prices(struct preview_work *w)
{
	size_t all = destinations_count(w->p->where) + 1, n = 0;
	if (!w->p->list)
		w->counts[0] = (struct preview_destination){ w->to, 1, w->p->parts };
	for (size_t i = 0; i < all; i++) {
		if (w->counts[i].parts > 0)
			w->counts[n++] = w->counts[i];
	}
	return preview_prices_find(w->o, w->counts, n, &w->p->prices);
}

enum err preview_make(
	struct office *o, const struct preview_request *request, struct preview *out)
{
	struct preview_work *w = malloc(sizeof(*w));
	memset(out, 0, sizeof(*out));
	if (!w)
		return office_fail(o, ERR_MEM, "preview");
	*w = (struct preview_work){ .o = o, .request = request, .p = out };
	buf_init(&w->text, 3 * TEMPLATE_TEXT_MAX);
	enum err err = find_where(w);
	if (!err)
		err = make(w);
	if (!err)
		err = find_prices(w);
	buf_fini(&w->text);
	free(w->counts);
	free(w);
	if (err)
		preview_fini(out);
	return err;
}

void preview_fini(struct preview *p)
{
	for (size_t i = 0; i < p->n_cheaper; i++)
		free(p->cheaper[i].text);
	p->n_cheaper = 0;
	free(p->filled);
	p->filled = NULL;
	preview_list_free(p->list);
	p->list = NULL;
	preview_prices_fini(&p->prices);
	destinations_free(p->where);
	p->where = NULL;
}
