#include "firmware/office/import/columns.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"

#define FOLDED_MAX 512

static const char *const fixed_names[COLUMN_COUNT] = {
	[COLUMN_PHONE] = "phone",
	[COLUMN_FIRST_NAME] = "first_name",
	[COLUMN_LAST_NAME] = "last_name",
	[COLUMN_LANGUAGE] = "language",
	[COLUMN_CONSENT_SOURCE] = "consent_source",
	[COLUMN_CONSENT_DATE] = "consent_date",
	[COLUMN_CONSENT_TEXT] = "consent_text",
};

/* COLUMN_FIELD for any name that is not one of the fixed ones. */
static enum column column_of(const char *name)
{
	for (int i = 0; i < COLUMN_COUNT; i++) {
		if (fixed_names[i] && str_eq(fixed_names[i], name))
			return (enum column)i;
	}
	return COLUMN_FIELD;
}

bool column_name(const char *s, size_t len, char *dst, size_t size)
{
	char mem[FOLDED_MAX];
	struct buf folded;
	buf_init_fixed(&folded, mem, sizeof(mem));
	dst[0] = '\0';
	if (text_fold(s, len, &folded))
		return false;
	const char *name = buf_str(&folded);
	for (const struct column_word *w = column_words; w->folded; w++) {
		if (str_eq(name, w->folded))
			return str_copy(dst, size, w->name);
	}
	if (!str_copy(dst, size, name))
		return false;
	for (char *p = dst; *p; p++) {
		if (*p == ' ')
			*p = '_';
	}
	return true;
}

static enum err fail(
	struct columns_fault *fault, const char *code, const char *what, size_t len)
{
	(void)str_copy(fault->code, sizeof(fault->code), code);
	/* Only shown: what is too long may be cut. */
	(void)str_copy_n(fault->what, sizeof(fault->what), what, len);
	return ERR_INPUT;
}

static struct column_target *find_name(struct columns *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->at[i].column != COLUMN_IGNORED && str_eq(c->at[i].name, name))
			return &c->at[i];
	}
	return NULL;
}

static void read_headers(const struct csv_row *header, struct columns *out)
{
	out->n = header->n;
	for (size_t i = 0; i < header->n; i++) {
		struct column_target *t = &out->at[i];
		t->column = COLUMN_IGNORED;
		t->name[0] = '\0';
		/* A header is cut for showing, at a character's edge. */
		size_t len = header->cells[i].len, at = 0;
		while (len >= sizeof(t->header)) {
			len = sizeof(t->header) - 1;
			if (!str_is_utf8(header->cells[i].text, len, &at))
				len = at;
		}
		(void)str_copy_n(
			t->header, sizeof(t->header), header->cells[i].text, len);
	}
}

/* The first column of a name has it; a second "Name" gets a number. */
static void name_by_header(struct columns *c, size_t i, const struct csv_cell *cell)
{
	char name[COLUMN_NAME_SIZE], numbered[COLUMN_NAME_SIZE];
	if (!column_name(cell->text, cell->len, name, sizeof(name)) || !name[0])
		return;
	(void)str_copy(numbered, sizeof(numbered), name); /* as long as name */
	for (unsigned n = 2; find_name(c, numbered); n++) {
		if (!str_format(numbered, sizeof(numbered), "%s_%u", name, n))
			return;
	}
	(void)str_copy(c->at[i].name, sizeof(c->at[i].name), numbered); /* same size */
	c->at[i].column = column_of(numbered);
}

static size_t find_header(const struct csv_row *header, const char *s, size_t len)
{
	uint64_t number;
	if (len > 1 && s[0] == '#' && str_to_u64(s + 1, len - 1, header->n, &number) &&
		number > 0)
		return (size_t)number - 1;
	char want[FOLDED_MAX], have[FOLDED_MAX];
	struct buf w, h;
	buf_init_fixed(&w, want, sizeof(want));
	if (text_fold(s, len, &w))
		return header->n;
	for (size_t i = 0; i < header->n; i++) {
		buf_init_fixed(&h, have, sizeof(have));
		if (header->cells[i].len == len &&
			memcmp(header->cells[i].text, s, len) == 0)
			return i;
		if (!text_fold(header->cells[i].text, header->cells[i].len, &h) &&
			w.len && str_eq(buf_str(&w), buf_str(&h)))
			return i;
	}
	return header->n;
}

/* One "target:Header" of the map. */
static enum err name_by_map(const struct csv_row *header, const char *pair, size_t len,
	struct columns *c, struct columns_fault *fault)
{
	const char *colon = memchr(pair, ':', len);
	char name[COLUMN_NAME_SIZE];
	if (!colon || !column_name(pair, (size_t)(colon - pair), name, sizeof(name)) ||
		!name[0])
		return fail(fault, "invalid_map", pair, len);
	const char *title = colon + 1;
	size_t title_len = len - (size_t)(title - pair);
	size_t i = find_header(header, title, title_len);
	if (i == header->n)
		return fail(fault, "unknown_column", title, title_len);
	if (find_name(c, name) || c->at[i].column != COLUMN_IGNORED)
		return fail(fault, "same_column_twice", title, title_len);
	(void)str_copy(c->at[i].name, sizeof(c->at[i].name), name); /* same size */
	c->at[i].column = column_of(name);
	return ERR_OK;
}

static enum err read_map(const struct csv_row *header, const char *map, struct columns *c,
	struct columns_fault *fault)
{
	while (*map) {
		size_t len = strcspn(map, ",");
		enum err err = len ? name_by_map(header, map, len, c, fault) : ERR_OK;
		if (err)
			return err;
		map += len + (map[len] == ',');
	}
	return ERR_OK;
}

enum err columns_find(const struct csv_row *header, const char *map, struct columns *out,
	struct columns_fault *fault)
{
	read_headers(header, out);
	if (map && *map) {
		enum err err = read_map(header, map, out, fault);
		if (err)
			return err;
	} else {
		for (size_t i = 0; i < header->n; i++)
			name_by_header(out, i, &header->cells[i]);
	}
	if (!find_name(out, "phone"))
		return fail(fault, "no_phone_column", "", 0);
	return ERR_OK;
}
