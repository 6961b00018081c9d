/*
 * The parsing thread of an import: it reads the file and hands over batches of records,
 * a few ahead of the writer.
 */
#ifndef OFFICE_IMPORT_READER_H
#define OFFICE_IMPORT_READER_H

#include "firmware/office/import/import_record.h"

struct import_reader;

struct import_source {
	const char *path;
	struct import_format format; /* its strings must outlive the reader */
};
/* ERR_INPUT: *fault says why. ERR_NOTFOUND: no such file. */
enum err import_reader_open(struct import_reader **out,
	const struct import_source *source, struct import_fault *fault);
/* The header, once the first batch (or the end) came. */
const struct columns *import_reader_columns(const struct import_reader *r);
/* The next batch, the reader's until the next call; NULL: the end. */
struct import_batch *import_reader_next(struct import_reader *r);
/* After the end: ERR_OK, or ERR_INPUT with *fault, or ERR_SYS, ERR_MEM. */
enum err import_reader_result(const struct import_reader *r, struct import_fault *fault);
void import_reader_close(struct import_reader *r); /* stops it; accepts NULL */

#endif
