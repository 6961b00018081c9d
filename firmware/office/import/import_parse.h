/*
 * A contact file as rows: encoding, delimiter, header, columns; the stage that inspecting
 * and importing share. Fed in chunks of any size. One owner, one thread.
 */
#ifndef OFFICE_IMPORT_PARSE_H
#define OFFICE_IMPORT_PARSE_H

#include "firmware/office/import/charset.h"
#include "firmware/office/import/columns.h"
#include "firmware/office/import/csv.h"

struct import_fault {
	char code[32]; /* "" : none */
	char text[300];
	uint64_t line; /* 0: none */
};

struct import_format { /* what is known before reading; NULL, "", 0: find out */
	const char *country, *encoding, *map;
	char delimiter;
};

/* row 1-based, the header not counted. False: stop. */
typedef bool (*import_row_fn)(void *user, uint64_t row, const struct csv_row *cells);

struct import_parse {
	struct charset_stream charset;
	struct csv *csv;
	struct columns columns;
	char delimiter;
	size_t bom;	 /* octets of the file to leave out before feeding */
	bool has_header; /* columns are valid */
	bool is_stopped; /* by the callback */
	uint64_t rows;	 /* given so far */
	char *map;	 /* owned */
	import_row_fn fn;
	void *user;
	struct buf text; /* one chunk in UTF-8 */
	struct import_fault fault;
};

/* sample: the first octets of the file (256 KB or all of it). ERR_INPUT: p->fault says
 * why it cannot be read: empty_file, binary_file, unknown_encoding. */
struct import_sample {
	const uint8_t *data;
	size_t len;
	bool is_whole;
};
enum err import_parse_open(struct import_parse *p, const struct import_sample *sample,
	const struct import_format *format);
void import_parse_on_row(struct import_parse *p, import_row_fn fn, void *user);
/* The file from p->bom on. ERR_INPUT: p->fault; ERR_BUSY: the callback stopped it. */
enum err import_parse_feed(struct import_parse *p, const void *data, size_t len);
/* The end of the file: also empty_file, header_only. */
enum err import_parse_finish(struct import_parse *p);
void import_parse_close(struct import_parse *p); /* accepts a zeroed struct */

void import_fault_set(struct import_fault *fault, const char *code, uint64_t line,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
