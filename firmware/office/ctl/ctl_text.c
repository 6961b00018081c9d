/* chaparctl text preview: what a text costs, why, what would be cheaper, what to look at.
 */
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/office/ctl/ctl_line.h"
#include "firmware/office/ctl/ctl_sms.h"
#include "firmware/sms/advice.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/warning.h"

#define TEXT_MAX (SPLIT_PARTS_MAX * SMS_UD_SEPTETS_MAX * 3)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool language_of(json_t *value, uint16_t *mask)
{
	for (unsigned i = 1; i < GSM7_LANGUAGES; i++) {
		bool is_name = json_is_string(value) &&
			       str_eq(json_string_value(value), gsm7_language_name(i));
		bool is_id = json_is_integer(value) && json_integer_value(value) == i;
		if (is_name || is_id) {
			*mask |= (uint16_t)SPLIT_LANGUAGE(i);
			return true;
		}
	}
	return false;
}

/* A language, or a list of them. */
static bool languages_of(json_t *row, const char *key, uint16_t *mask)
{
	size_t i = 0;
	json_t *value = NULL, *list = json_object_get(row, key);
	if (list != NULL && language_of(list, mask))
		return true;
	json_array_foreach(list, i, value)
	{
		if (!language_of(value, mask))
			return false;
	}
	return list == NULL || json_is_array(list);
}

const char *ctl_sms_options(json_t *row, struct split_options *out)
{
	json_t *max = json_object_get(row, "parts_max");
	*out = (struct split_options){
		.ref16 = json_is_true(json_object_get(row, "ref16")),
		.force_ucs2 = json_is_true(json_object_get(row, "ucs2")),
	};
	if (max != NULL && (!json_is_integer(max) || json_integer_value(max) < 1 ||
				   json_integer_value(max) > SPLIT_PARTS_MAX))
		return "\"parts_max\" is not from 1 to 255";
	if (max != NULL)
		out->parts_max = (uint8_t)json_integer_value(max);
	/* "national": both tables of a language, as a route that was tested for it */
	if (!languages_of(row, "national", &out->locking_allowed) ||
		!languages_of(row, "national", &out->single_allowed) ||
		!languages_of(row, "locking", &out->locking_allowed) ||
		!languages_of(row, "single", &out->single_allowed))
		return "\"national\", \"locking\" and \"single\" are languages, or lists "
		       "of them";
	return NULL;
}

/* A text at work, in NFC; offsets are told in UTF-16 units, as the API does. */
struct preview_work {
	const char *text;
	size_t len;
	struct split_options opts;
	struct split_plan plan;
};

static const char *encoding_name(enum sms_alphabet alphabet)
{
	return alphabet == SMS_ALPHABET_UCS2 ? "ucs2" : "gsm7";
}

static void put_offset(
	struct buf *b, const char *key, const struct preview_work *w, size_t at)
{
	line_number(b, key, (int64_t)text_utf16_len(w->text, at));
}

static void put_plan(struct buf *b, const struct preview_work *w)
{
	const struct split_plan *p = &w->plan;
	line_name(b, "encoding", encoding_name(p->alphabet));
	line_number(b, "parts", p->parts);
	line_number(b, "units", p->units);
	line_number(b, "units_left", p->units_left);
	line_number(b, "units_per_part", p->part_units);
	if (p->header.locking != 0)
		line_name(b, "locking", gsm7_language_name(p->header.locking));
	if (p->header.single != 0)
		line_name(b, "single", gsm7_language_name(p->header.single));
	line_open(b, "because", '[');
	for (unsigned i = 0; i < p->because_len; i++) {
		char utf8[4];
		line_open(b, NULL, '{');
		line_text(b, "char", utf8, str_utf8_put(p->because[i].code_point, utf8));
		line_number(b, "code_point", p->because[i].code_point);
		put_offset(b, "offset", w, p->because[i].offset);
		line_close(b, '}');
	}
	line_close(b, ']');
	line_open(b, "cuts", '[');
	for (unsigned i = 1; i < p->parts; i++)
		put_offset(b, NULL, w, p->start[i]);
	line_close(b, ']');
}

static void put_kinds(struct buf *b, uint32_t kinds)
{
	line_open(b, "kinds", '[');
	for (unsigned kind = 0; kind < ADVICE_KINDS; kind++) {
		if ((kinds & ADVICE_BIT(kind)) != 0)
			line_name(b, NULL, advice_kind_name((enum advice_kind)kind));
	}
	line_close(b, ']');
}

static bool put_list(struct buf *b, const struct preview_work *w, char *scratch)
{
	const struct advice_text text = { .text = w->text, .len = w->len };
	const struct advice_meter meter = { .opts = &w->opts };
	struct advice_list list;
	size_t len = 0;
	if (advice_find(&text, &meter, scratch, ADVICE_SIZE(w->len), &list) != ERR_OK)
		return false;
	line_open(b, "cheaper", '[');
	for (unsigned i = 0; i < list.count; i++) {
		const struct advice *a = &list.at[i];
		if (advice_apply(&text, a->kinds, scratch, ADVICE_SIZE(w->len), &len) !=
			ERR_OK)
			return false;
		line_open(b, NULL, '{');
		put_kinds(b, a->kinds);
		line_number(b, "changes", a->changes);
		line_name(b, "encoding", encoding_name(a->alphabet));
		line_number(b, "parts", a->parts);
		line_number(b, "parts_saved", w->plan.parts - a->parts);
		line_number(b, "units", a->units);
		line_number(b, "units_left", a->units_left);
		line_text(b, "text", scratch, len);
		line_close(b, '}');
	}
	line_close(b, ']');
	return true;
}

static bool put_advice(struct buf *b, const struct preview_work *w)
{
	char *scratch = malloc(ADVICE_SIZE(w->len));
	bool done = scratch != NULL && put_list(b, w, scratch);
	free(scratch);
	return done;
}

static bool put_warnings(struct buf *b, const struct preview_work *w)
{
	struct warning_list list;
	if (warning_find(w->text, w->len, &w->plan, &list) != ERR_OK)
		return false;
	line_open(b, "warnings", '[');
	for (unsigned i = 0; i < list.len; i++) {
		const struct warning *at = &list.at[i];
		line_open(b, NULL, '{');
		line_name(b, "kind", warning_kind_name(at->kind));
		put_offset(b, "offset", w, at->offset);
		line_text(b, "text", w->text + at->offset, at->len);
		put_offset(b, "at", w, at->at);
		line_number(b, "code_point", at->code_point);
		line_close(b, '}');
	}
	line_close(b, ']');
	return true;
}

static const char *preview_row(json_t *row, const char *text, struct buf *out)
{
	struct preview_work w = { 0 };
	struct buf nfc;
	const char *why = ctl_sms_options(row, &w.opts);
	if (why != NULL)
		return why;
	buf_init(&nfc, TEXT_MAX);
	enum err err = text_nfc(text, strlen(text), &nfc);
	w.text = buf_str(&nfc);
	w.len = nfc.len;
	if (err == ERR_OK)
		err = split_plan(w.text, w.len, &w.opts, &w.plan);
	if (err == ERR_OK) {
		line_open(out, NULL, '{');
		put_plan(out, &w);
		if (!put_advice(out, &w) || !put_warnings(out, &w))
			err = ERR_INPUT;
		line_close(out, '}');
	}
	buf_fini(&nfc);
	return err == ERR_OK ? NULL : "not a text, or too many parts";
}

static bool preview_line(
	struct ctl *c, const char *line, struct buf *out, const char **why)
{
	(void)c;
	json_t *row = json_loads(line, JSON_DECODE_ANY, NULL);
	json_t *value = json_is_string(row) ? row : json_object_get(row, "text");
	*why = "not a JSON string, nor an object with \"text\"";
	if (json_is_string(value))
		*why = preview_row(row, json_string_value(value), out);
	json_decref(row);
	return *why == NULL;
}

int ctl_text_preview(struct ctl *c)
{
	return line_each(c, preview_line);
}
