/*
 * Which column of a file is what: by the user's map, or by its header in six languages.
 * The same words name the placeholders of a text. Pure.
 */
#ifndef OFFICE_COLUMNS_H
#define OFFICE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/base/err.h"
#include "firmware/office/import/csv.h"

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
	COLUMN_COUNT,
};

#define COLUMN_NAME_SIZE 64

struct columns {
	size_t n;
	struct column_target {
		enum column column;
		char name[COLUMN_NAME_SIZE]; /* "phone", or the field's; "" if ignored */
		char header[128];	     /* as in the file, cut to size */
	} at[CSV_COLUMNS_MAX];
};

struct columns_fault {
	char code[24];	/* no_phone_column, invalid_map, unknown_column, same_column_twice
			 */
	char what[128]; /* the header or target at fault */
};

/* map NULL or "": by headers; every other named column becomes a field. Otherwise
 * "target:Header,target:Header": only what is named; a header may also be "#3", the third
 * column; targets may be fields. ERR_INPUT with *fault. */
enum err columns_find(const struct csv_row *header, const char *map, struct columns *out,
	struct columns_fault *fault);

/* What people call a column or placeholder, folded (see text_fold()), and the name that
 * it has here: "phone" … or a field's ("city"). The end: folded NULL. */
struct column_word {
	const char *folded, *name;
};
extern const struct column_word column_words[];

/* The name for s[len]: by the words above, else folded with _ for spaces; "" if nothing
 * is left. False if it is longer than size. */
bool column_name(const char *s, size_t len, char *dst, size_t size);

#endif
