/*
 * Rows of a CSV file as a stream of UTF-8, over libcsv (this is the one file that knows
 * it). Strict: a quote that is never closed, or text after a closing quote, is an error
 * with its line. Fields are trimmed of white space. One owner, one thread.
 */
#ifndef OFFICE_CSV_H
#define OFFICE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"
#include "firmware/base/err.h"

#define CSV_FIELD_MAX (64 * 1024) /* octets */
#define CSV_COLUMNS_MAX 256

struct csv_cell {
	const char *text; /* NUL-terminated, borrowed until the callback returns */
	size_t len;
};
struct csv_row {
	const struct csv_cell *cells;
	size_t n;	   /* at most CSV_COLUMNS_MAX; more: has_too_many */
	bool has_too_many; /* the rest was dropped */
	uint64_t line;	   /* 1-based, where the row starts */
};
/* Called for every row but empty lines. False: stop (csv_feed gives ERR_BUSY). */
typedef bool (*csv_row_fn)(void *user, const struct csv_row *row);

enum csv_problem {
	CSV_OK,
	CSV_QUOTE_OPEN,	 /* line: where the quote was opened */
	CSV_QUOTE_STRAY, /* text after a closing quote, or a quote inside a bare field */
	CSV_FIELD_TOO_LONG,
	CSV_HAS_NUL,
};

struct csv;
enum err csv_open(struct csv **out, char delimiter, csv_row_fn fn, void *user);
void csv_close(struct csv *csv); /* accepts NULL */
/* ERR_INPUT: csv_fault() says what and where. */
enum err csv_feed(struct csv *csv, const char *data, size_t len);
enum err csv_finish(struct csv *csv); /* the last row, if no line end came */
enum csv_problem csv_fault(const struct csv *csv, uint64_t *out_line);

/* ',' ';' tab or '|': the one that splits the first lines best; ',' if none does. */
char csv_guess_delimiter(const char *data, size_t len);

/* Appends a cell, quoted where needed, so that no spreadsheet takes it for a formula. */
void csv_put(struct buf *out, const char *text, size_t len);

#endif
