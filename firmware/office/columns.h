/*
 * Which column of a file is what: by the user's map, or by its header in six languages.
 * Pure.
 */
#ifndef OFFICE_COLUMNS_H
#define OFFICE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/base/err.h"
#include "firmware/office/csv.h"

enum column {
	COLUMN_IGNORED,
	COLUMN_PHONE,
	COLUMN_FIRST_NAME,
	COLUMN_LAST_NAME,
	COLUMN_LANGUAGE,
	COLUMN_CONSENT_SOURCE,
	COLUMN_CONSENT_DATE,
	COLUMN_CONSENT_TEXT,
	COLUMN_FIELD, /* a custom field */
};

#define COLUMN_NAME_SIZE 64

struct columns {
	size_t n;
	struct column_target {
		enum column column;
		char name[COLUMN_NAME_SIZE]; /* "phone", or the field's */
		char header[128];	     /* as in the file, cut to size */
	} at[CSV_COLUMNS_MAX];
};

struct columns_fault {
	char code[24]; /* no_phone_column, invalid_map, unknown_column, same_column_twice
			*/
	char what[128];
};

/* map NULL or "": by headers; every other named column becomes a field. Otherwise
 * "target:Header,target:Header": only what is named; a header may also be "#3", the third
 * column; targets may be fields. ERR_INPUT with *fault. */
enum err columns_find(const struct csv_row *header, const char *map, struct columns *out,
	struct columns_fault *fault);
/* "phone" …; NULL for COLUMN_IGNORED and COLUMN_FIELD. */
const char *column_name(enum column column);

#endif
