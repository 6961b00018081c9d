/*
 * The file of rows that were not imported: CSV in UTF-8 with a byte order mark, so that a
 * spreadsheet opens it right, `row,reason,detail,` and the row's own cells. After a
 * restart it is written anew from the first row on.
 */
#ifndef OFFICE_IMPORT_REJECTS_H
#define OFFICE_IMPORT_REJECTS_H

#include <stdio.h>

#include "firmware/office/import/columns.h"
#include "firmware/office/import/import.h"

struct import_rejects {
	FILE *file; /* NULL: closed */
	bool has_header, has_failed;
	struct buf line;
};
/* "SPOOL.rejected.csv" */
bool import_rejects_path(const char *spool_path, char *dst, size_t size);
enum err import_rejects_open(struct import_rejects *r, const char *spool_path);
/* Once; again is harmless. */
void import_rejects_header(struct import_rejects *r, const struct columns *columns);
void import_rejects_put(struct import_rejects *r, const struct rejected_row *row);
/* False: something could not be written. Harmless on a closed one. */
bool import_rejects_close(struct import_rejects *r);

#endif
