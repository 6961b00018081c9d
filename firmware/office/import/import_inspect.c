#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/import/import.h"
#include "firmware/office/import/import_options.h"
#include "firmware/office/import/import_record.h"
#include "firmware/office/office_internal.h"

#define LOOK_ROWS 200 /* of which numbers are tried */

struct inspecting {
	struct import_inspection *out;
	const struct columns *columns;
	const char *country;
	size_t seen, good;
	bool failed;
};

static char **copy_cells(const struct csv_row *row, size_t n)
{
	char **cells = calloc(n ? n : 1, sizeof(*cells));
	for (size_t i = 0; cells && i < n; i++) {
		cells[i] = strdup(i < row->n ? row->cells[i].text : "");
		if (cells[i])
			continue;
		while (i > 0)
			free(cells[--i]);
		free(cells);
		return NULL;
	}
	return cells;
}

static bool has_good_number(const struct inspecting *x, const struct csv_row *row)
{
	struct phone_number number;
	for (size_t i = 0; i < x->columns->n && i < row->n; i++) {
		if (x->columns->at[i].column == COLUMN_PHONE)
			return phone_number_parse(row->cells[i].text, row->cells[i].len,
				       x->country, &number) == PHONE_OK;
	}
	return false;
}

static bool on_row(void *user, uint64_t row, const struct csv_row *cells)
{
	struct inspecting *x = user;
	struct import_inspection *out = x->out;
	(void)row;
	x->seen++;
	x->good += has_good_number(x, cells);
	if (out->n_rows < IMPORT_ROWS_SHOWN) {
		out->cells[out->n_rows] = copy_cells(cells, x->columns->n);
		out->n_cells = x->columns->n;
		x->failed = !out->cells[out->n_rows];
		out->n_rows += !x->failed;
	}
	return !x->failed && x->seen < LOOK_ROWS;
}

static void warn(struct import_inspection *out, const char *text)
{
	size_t max = sizeof(out->warnings) / sizeof(out->warnings[0]);
	if (out->n_warnings < max)
		(void)str_copy(out->warnings[out->n_warnings++], sizeof(out->warnings[0]),
			text); /* literals of ours */
}

static bool has_column(const struct columns *columns, enum column column)
{
	for (size_t i = 0; i < columns->n; i++) {
		if (columns->at[i].column == column)
			return true;
	}
	return false;
}

static void find_warnings(const struct inspecting *x)
{
	if (!has_column(x->columns, COLUMN_CONSENT_SOURCE) ||
		!has_column(x->columns, COLUMN_CONSENT_DATE))
		warn(x->out,
			"no_consent_columns: There are no columns consent_source and consent_date: the "
			"contacts are kept, yet get no promotional messages.");
	if (x->seen && x->good * 2 < x->seen)
		warn(x->out,
			"most_invalid: Most numbers are not valid. Is the country right, and the "
			"column of the numbers?");
}

static bool take_header(const struct columns *columns, struct import_inspection *out)
{
	out->header = calloc(columns->n ? columns->n : 1, sizeof(*out->header));
	out->target_names = calloc(columns->n ? columns->n : 1, COLUMN_NAME_SIZE);
	if (!out->header || !out->target_names)
		return false;
	for (size_t i = 0; i < columns->n; i++) {
		const struct column_target *c = &columns->at[i];
		out->header[i] = strdup(c->header);
		if (!out->header[i])
			return false;
		out->n_columns++;
		char *name = out->target_names + i * COLUMN_NAME_SIZE;
		(void)str_copy(name, COLUMN_NAME_SIZE, c->name); /* the same size */
		out->target[i] = c->column == COLUMN_IGNORED ? NULL : name;
	}
	return true;
}

static enum err refuse(struct office *o, const struct import_fault *fault)
{
	enum err err = office_refuse(o, REFUSAL_INVALID, fault->code, "%s", fault->text);
	o->why.line = (int64_t)fault->line;
	return err;
}

/* The sample may end anywhere, so that only a file that fits is held to its end. */
static enum err read_rows(struct import_parse *p, const struct import_sample *s)
{
	enum err err = import_parse_feed(p, s->data + p->bom, s->len - p->bom);
	if (err == ERR_BUSY)
		return ERR_OK;
	if (!err && s->is_whole)
		err = import_parse_finish(p);
	return err == ERR_BUSY ? ERR_OK : err;
}

static enum err inspect(struct office *o, struct import_parse *p,
	const struct import_sample *sample, const struct import_format *format,
	struct import_inspection *out)
{
	struct inspecting x = { out, &p->columns, format->country, 0, 0, false };
	import_parse_on_row(p, on_row, &x);
	enum err err = read_rows(p, sample);
	if (err == ERR_INPUT)
		return refuse(o, &p->fault);
	if (err || x.failed || !take_header(&p->columns, out))
		return office_fail(o, ERR_MEM, "file");
	/* A name of ours is shorter. */
	(void)str_copy(
		out->encoding, sizeof(out->encoding), charset_name(p->charset.charset));
	out->delimiter = p->delimiter;
	find_warnings(&x);
	return ERR_OK;
}

enum err import_inspect(struct office *o, const struct import_options *options,
	const void *data, size_t len, struct import_inspection *out)
{
	char country[4];
	struct import_parse parse;
	struct import_sample sample = { data,
		len < IMPORT_INSPECT_MAX ? len : IMPORT_INSPECT_MAX,
		len < IMPORT_INSPECT_MAX };
	memset(out, 0, sizeof(*out));
	enum err err = import_options_check(o, options, country);
	if (err)
		return err;
	struct import_format format = { country, options->encoding, options->map,
		options->delimiter ? import_delimiter(options->delimiter) : '\0' };
	err = import_parse_open(&parse, &sample, &format);
	if (!err)
		err = inspect(o, &parse, &sample, &format, out);
	else if (err == ERR_INPUT)
		err = refuse(o, &parse.fault);
	else
		(void)office_fail(o, err, "file");
	import_parse_close(&parse);
	if (err)
		import_inspection_fini(out);
	return err;
}

void import_inspection_fini(struct import_inspection *i)
{
	for (size_t r = 0; r < i->n_rows; r++) {
		for (size_t c = 0; c < i->n_cells; c++)
			free(i->cells[r][c]);
		free(i->cells[r]);
	}
	for (size_t c = 0; c < i->n_columns; c++)
		free(i->header[c]);
	free(i->header);
	free(i->target_names);
	memset(i, 0, sizeof(*i));
}
