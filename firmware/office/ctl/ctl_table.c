#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/text.h"
#include "firmware/office/ctl/ctl.h"

#define COLUMNS_MAX 16
#define GAP 2

void ctl_table_add(struct ctl_table *t, const char *text)
{
	if (t->n_cells == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 64;
		char **cells = realloc(t->cells, cap * sizeof(*cells));
		if (!cells) {
			t->failed = true;
			return;
		}
		t->cells = cells;
		t->cap = cap;
	}
	char *copy = strdup(text);
	if (!copy) {
		t->failed = true;
		return;
	}
	/* A line break would break the table. */
	for (char *p = copy; *p; p++) {
		if (*p == '\n' || *p == '\r' || *p == '\t')
			*p = ' ';
	}
	t->cells[t->n_cells++] = copy;
}

void ctl_table_init(struct ctl_table *t, const char *const *heading, size_t n)
{
	*t = (struct ctl_table){ .n_columns = n < COLUMNS_MAX ? n : COLUMNS_MAX };
	for (size_t i = 0; i < t->n_columns; i++)
		ctl_table_add(t, heading[i]);
}

static void print_cell(const struct ctl_table *t, size_t i, const size_t *widths)
{
	size_t column = i % t->n_columns;
	fputs(t->cells[i], stdout);
	if (column + 1 == t->n_columns) {
		putchar('\n');
		return;
	}
	for (size_t w = text_width(t->cells[i]); w < widths[column] + GAP; w++)
		putchar(' ');
}

void ctl_table_print(struct ctl_table *t)
{
	size_t widths[COLUMNS_MAX] = { 0 };
	if (t->failed)
		fputs("chaparctl: out of memory, the table is not complete\n", stderr);
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t w = text_width(t->cells[i]);
		if (w > widths[i % t->n_columns])
			widths[i % t->n_columns] = w;
	}
	for (size_t i = 0; i < t->n_cells; i++) {
		print_cell(t, i, widths);
		free(t->cells[i]);
	}
	free(t->cells);
	*t = (struct ctl_table){ .n_columns = 0 };
}
