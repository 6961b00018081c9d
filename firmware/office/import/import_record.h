/*
 * One row of a contact file as the store takes it, or why it does not. Batches carry
 * them from the thread that parses to the one that writes.
 */
#ifndef OFFICE_IMPORT_RECORD_H
#define OFFICE_IMPORT_RECORD_H

#include "firmware/office/import/import_parse.h"
#include "firmware/office/people/number_set.h"
#include "firmware/office/phone_number.h"

#define IMPORT_BATCH_ROWS 512
#define IMPORT_BATCH_OCTETS (32 * 1024 * 1024) /* a row is 16 MB at most */

enum import_reason { /* beyond enum phone_reason, whose numbers come first */
	IMPORT_OK = PHONE_OK,
	IMPORT_DUPLICATE = PHONE_REASON_COUNT,
	IMPORT_INVALID_TEXT,
	IMPORT_TOO_MANY_COLUMNS,
};
/* "landline", "duplicate_in_file" …; the sentence. Static. */
const char *import_reason_name(int reason);
const char *import_reason_text(int reason);

/* Texts are offsets into the batch's text, each with its NUL. */
struct import_record {
	uint64_t row;
	int reason;
	bool has_consent;
	char msisdn[PHONE_NUMBER_SIZE], country[4];
	size_t first_name, last_name, language, fields;
	size_t consent_source, consent_date, consent_text;
	size_t raw; /* of a row that is not imported: its cells as CSV */
};

struct import_batch {
	size_t n;
	struct buf text;
	int64_t offset; /* octets of the file read when it was filled */
	struct import_record at[IMPORT_BATCH_ROWS];
};

/* Reads one row into the next record of the batch. country: for national numbers. seen:
 * numbers of the rows before. False: no memory. */
struct import_context {
	const struct columns *columns;
	const char *country;
	struct number_set *seen;
};
bool import_record_add(struct import_batch *batch, const struct import_context *context,
	uint64_t row, const struct csv_row *cells);

#endif
