#include "firmware/office/preview.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/office/contact_values.h"
#include "firmware/office/messages.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/preview_cheaper.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/split.h"
#include "firmware/store/list.h"
#include "firmware/store/suppression.h"

#define SAMPLES 3
#define SAMPLE_LOOK 2000 /* members that are looked at for them */

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

static void add_because(
	struct preview *p, const char *text, size_t at, size_t len, uint32_t cp)
{
	for (size_t i = 0; i < p->n_because; i++) {
		if (p->because[i].code_point == cp) {
			p->because[i].count++;
			return;
		}
	}
	if (p->n_because == PREVIEW_BECAUSE_MAX)
		return;
	struct preview_because *b = &p->because[p->n_because++];
	(void)str_copy_n(b->character, sizeof(b->character), text + at, len); /* <= 4 */
	b->code_point = cp;
	b->offset = (uint32_t)text_utf16_len(text, at);
	b->count = 1;
}

/* The characters of the text as written that 7 bit cannot do, even with a national table.
 * Those that come out of a placeholder are nowhere in it. */
static void find_because(struct preview *p, const char *text)
{
	struct gsm7_alphabet plain;
	size_t len = strlen(text);
	uint32_t cp;
	(void)gsm7_alphabet_get(0, 0, &plain); /* the default always is */
	for (size_t at = 0; at < len;) {
		int n = str_utf8_next(text + at, len - at, &cp);
		if (n <= 0)
			return;
		if (gsm7_cost(&plain, cp) == 0)
			add_because(p, text, at, (size_t)n, cp);
		at += (size_t)n;
	}
}

static const char *sample_value(void *user, const char *name)
{
	const struct preview_request *r = user;
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

static enum err take_placeholders(struct office *o, struct preview *p,
	const struct template *t, const struct preview_request *r)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct template_piece *piece = &t->pieces[i];
		char nearest[TEMPLATE_NAME_SIZE], detail[200];
		if (!piece->is_placeholder)
			continue;
		struct preview_placeholder *out = &p->placeholders[p->n_placeholders++];
		(void)str_copy(out->name, sizeof(out->name), piece->name); /* one size */
		out->has_fallback = piece->has_fallback;
		out->fallback[0] = '\0';
		if (piece->has_fallback)
			(void)str_copy_n(out->fallback, sizeof(out->fallback),
				piece->text, piece->len); /* shown: may be cut */
		enum err err =
			contact_values_know(o, piece->name, &out->is_known, nearest);
		if (err)
			return err;
		if (!out->is_known && sample_value((void *)(uintptr_t)r, piece->name))
			out->is_known = true;
		if (out->is_known)
			continue;
		(void)str_format(detail, sizeof(detail),
			"No contact has a field {{%s}}.%s%s%s", piece->name,
			*nearest ? " Was {{" : "", nearest, *nearest ? "}} meant?" : "");
		add_error(p, "unknown_placeholder", detail,
			(uint32_t)text_utf16_len(r->text, piece->offset));
	}
	return ERR_OK;
}

static enum err measure(struct preview *p, const char *written)
{
	struct split_plan plan;
	size_t len = strlen(p->filled);
	enum err err = split_plan(p->filled, len, NULL, &plan);
	if (err == ERR_INPUT)
		return ERR_OK; /* a NUL cannot be here; the errors say the rest */
	if (err) {
		add_error(p, "too_many_parts", "The text is too long to be sent.", 0);
		return ERR_OK;
	}
	p->encoding = plan.alphabet == SMS_ALPHABET_UCS2 ? MESSAGE_UCS2 : MESSAGE_GSM7;
	p->parts = len ? plan.parts : 0;
	p->units = plan.units;
	p->units_left = plan.units_left;
	p->units_per_part = plan.part_units;
	if (plan.parts > MESSAGES_PARTS_MAX)
		add_error(p, "too_many_parts",
			"The text needs more than 10 parts. Make it shorter.", 0);
	if (p->encoding == MESSAGE_UCS2)
		find_because(p, written);
	preview_cheaper_find(p);
	preview_warnings_find(p, &plan);
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

enum err preview_make(
	struct office *o, const struct preview_request *request, struct preview *out)
{
	struct template t;
	struct template_fault fault;
	struct buf filled;
	size_t missing;
	enum err err = ERR_OK;
	memset(out, 0, sizeof(*out));
	buf_init(&filled, TEMPLATE_TEXT_MAX + 1);
	if (template_parse(request->text, strlen(request->text), &t, &fault)) {
		explain(out, request->text, &fault);
		if (fault.problem != TEMPLATE_NOT_UTF8)
			(void)text_nfc(request->text,
				strnlen(request->text, TEMPLATE_TEXT_MAX), &filled);
	} else {
		err = take_placeholders(o, out, &t, request);
		show_names(&t);
		if (template_render(&t, sample_value, (void *)(uintptr_t)request, &filled,
			    &missing) == TEMPLATE_OVERFLOW)
			add_error(out, "text_too_long", "The text is too long.", 0);
	}
	out->filled = strdup(buf_str(&filled));
	buf_fini(&filled);
	if (!err && !out->filled) {
		(void)office_fail(o, ERR_MEM, "preview");
		err = ERR_MEM;
	}
	if (!err)
		err = measure(out, request->text);
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
}

struct sampling {
	struct office *o;
	const struct template *t;
	preview_sample_fn fn;
	void *user;
	size_t left;
};

static bool on_member(
	void *user, const struct contact *contact, const struct list_member *member)
{
	struct sampling *s = user;
	char name[260];
	bool suppressed = false;
	size_t missing;
	struct contact_values values;
	struct preview_size size;
	struct buf text;
	if (member->consent == CONSENT_OUT ||
		suppression_check(s->o->store, contact->msisdn, &suppressed) ||
		suppressed)
		return true;
	buf_init(&text, TEMPLATE_TEXT_MAX);
	contact_values_init(&values, contact);
	office_full_name(contact->first_name, contact->last_name, name, sizeof(name));
	if (template_render(s->t, contact_values_get, &values, &text, &missing) ==
			TEMPLATE_RENDERED &&
		preview_measure(text.data, text.len, MESSAGES_PARTS_MAX, &size)) {
		struct preview_sample sample = { name, contact->msisdn, buf_str(&text),
			size.parts, size.encoding };
		s->left = s->fn(s->user, &sample) ? s->left - 1 : 0;
	}
	contact_values_fini(&values);
	buf_fini(&text);
	return s->left > 0;
}

enum err preview_samples(struct office *o, int64_t list_id, const char *text,
	preview_sample_fn fn, void *user)
{
	struct template t;
	struct template_fault fault;
	struct sampling s = { o, &t, fn, user, SAMPLES };
	struct contact_query query = { .list_id = list_id, .max = SAMPLE_LOOK };
	if (template_parse(text, strlen(text), &t, &fault))
		return contact_values_parse(o, text, &t);
	enum err err = list_members(o->store, &query, on_member, &s);
	return err ? office_fail(o, err, "such list") : ERR_OK;
}
