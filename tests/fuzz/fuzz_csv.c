/*
 * Octets as a contact file: the encoding is found, and the rows are the same whether the
 * file comes at once or octet by octet; what is written as CSV is read back as it was.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/import/import_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define FILE_MAX (32 * 1024)

struct result {
	enum err err;
	uint64_t rows, line;
	char code[32];
	struct buf written;
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool on_row(void *user, uint64_t row, const struct csv_row *cells)
{
	struct result *r = user;
	must(row == ++r->rows);
	must(cells->n <= CSV_COLUMNS_MAX && cells->line > 0);
	for (size_t i = 0; i < cells->n; i++) {
		must(cells->cells[i].text[cells->cells[i].len] == '\0');
		must(str_is_utf8(cells->cells[i].text, cells->cells[i].len, NULL));
		buf_putc(&r->written, i ? ',' : '\n');
		csv_put(&r->written, cells->cells[i].text, cells->cells[i].len);
	}
	return true;
}

static struct result read_file(const uint8_t *data, size_t len, size_t step)
{
	struct result r = { .rows = 0 };
	struct import_parse p;
	struct import_sample sample = { data, len, true };
	struct import_format format = { .country = "GR", .map = "phone:#1" };
	buf_init(&r.written, 64 * FILE_MAX);
	r.err = import_parse_open(&p, &sample, &format);
	if (!r.err) {
		import_parse_on_row(&p, on_row, &r);
		for (size_t at = p.bom; at < len && !r.err; at += step)
			r.err = import_parse_feed(
				&p, data + at, len - at < step ? len - at : step);
		if (!r.err)
			r.err = import_parse_finish(&p);
	}
	must(r.err == ERR_OK || r.err == ERR_INPUT);
	must((r.err == ERR_INPUT) == (p.fault.code[0] != '\0'));
	(void)str_copy(r.code, sizeof(r.code), p.fault.code);
	r.line = p.fault.line;
	import_parse_close(&p);
	return r;
}

struct back {
	const char *text;
	size_t len;
	bool seen;
};

static bool on_back(void *user, const struct csv_row *row)
{
	struct back *b = user;
	must(row->n == 1 && row->cells[0].len == b->len);
	must(memcmp(row->cells[0].text, b->text, b->len) == 0);
	b->seen = true;
	return true;
}

/* A text without blanks at its ends and that no spreadsheet would run. */
static void check_written(const char *text, size_t len)
{
	struct back back = { text, len, false };
	struct buf out;
	struct csv *csv;
	if (!len || strchr("=@-+ \t\r\n", text[0]) || strchr(" \t\r\n", text[len - 1]) ||
		memchr(text, '\0', len))
		return;
	buf_init(&out, 4 * FILE_MAX);
	csv_put(&out, text, len);
	must(csv_open(&csv, ',', on_back, &back) == ERR_OK);
	must(csv_feed(csv, out.data, out.len) == ERR_OK);
	must(csv_finish(csv) == ERR_OK && back.seen);
	csv_close(csv);
	buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len > FILE_MAX)
		return 0;
	struct result whole = read_file(data, len, len ? len : 1);
	struct result octets = read_file(data, len, 1);
	must(whole.err == octets.err && whole.rows == octets.rows);
	must(str_eq(whole.code, octets.code) && whole.line == octets.line);
	must(whole.written.len == octets.written.len);
	must(whole.written.len == 0 ||
		memcmp(whole.written.data, octets.written.data, whole.written.len) == 0);
	buf_fini(&whole.written);
	buf_fini(&octets.written);
	check_written((const char *)data, len);
	return 0;
}
