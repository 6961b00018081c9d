/*
 * Which characters make a text dear: those that 7 bit cannot do without a national table,
 * in the text, in its fallbacks, and in the values that come into it.
 */
#include "firmware/office/text/preview_internal.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/sms/gsm7.h"

/* The row of a character, new if need be; NULL: as many are known as anybody reads. */
static struct preview_because *row_of(
	struct preview_because *rows, size_t *n, uint32_t code_point)
{
	for (size_t i = 0; i < *n; i++) {
		if (rows[i].code_point == code_point)
			return &rows[i];
	}
	if (*n == PREVIEW_BECAUSE_MAX)
		return NULL;
	struct preview_because *row = &rows[(*n)++];
	*row = (struct preview_because){ .code_point = code_point };
	row->character[str_utf8_put(code_point, row->character)] = '\0';
	return row;
}

/* The next such character of s[len] from *at on, which moves behind it; 0: none. */
static uint32_t next_dear(const char *s, size_t len, size_t *at)
{
	struct gsm7_alphabet plain;
	uint32_t code_point;
	(void)gsm7_alphabet_get(0, 0, &plain); /* the default always is */
	while (*at < len) {
		int n = str_utf8_next(s + *at, len - *at, &code_point);
		*at += n > 0 ? (size_t)n : len;
		if (n > 0 && gsm7_cost(&plain, code_point) == 0)
			return code_point;
	}
	return 0;
}

/* s[len]: what stands for a piece, its own text or a value. */
static void scan(struct preview_work *w, const char *s, size_t len,
	const struct template_piece *from)
{
	struct preview *p = w->p;
	uint32_t code_point;
	bool is_written = s == from->text;
	for (size_t at = 0; (code_point = next_dear(s, len, &at)) != 0;) {
		struct preview_because *row =
			row_of(p->because, &p->n_because, code_point);
		if (row == NULL || row->count++ > 0)
			continue;
		size_t offset = is_written ? (size_t)(s - w->text.data) + at -
						     strlen(row->character)
					   : from->offset;
		row->offset = (uint32_t)text_utf16_len(w->text.data, offset);
		if (!is_written)
			(void)str_copy(
				row->name, sizeof(row->name), from->name); /* one size */
	}
}

void preview_because_find(struct preview_work *w)
{
	for (size_t i = 0; i < w->t.n; i++) {
		const struct template_piece *piece = &w->t.pieces[i];
		const char *value =
			piece->is_placeholder ? preview_value(w, piece->name) : NULL;
		if (value != NULL && *value)
			scan(w, value, strlen(value), piece);
		else if (piece->is_placeholder && !piece->has_fallback)
			scan(w, piece->name, strlen(piece->name), piece);
		else
			scan(w, piece->text, piece->len, piece);
	}
}

void preview_because_count(struct preview_list *l, const char *text, size_t len)
{
	uint32_t code_point, seen[PREVIEW_BECAUSE_MAX];
	size_t n_seen = 0;
	for (size_t at = 0; (code_point = next_dear(text, len, &at)) != 0;) {
		size_t i = 0;
		while (i < n_seen && seen[i] != code_point)
			i++;
		struct preview_because *row =
			i == n_seen ? row_of(l->because, &l->n_because, code_point)
				    : NULL;
		if (row == NULL)
			continue;
		row->count++;
		seen[n_seen++] = code_point; /* no more than there are rows */
	}
}
