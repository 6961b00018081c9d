#include "firmware/office/import/import_record.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"

#define NAME_OCTETS_MAX 200
#define LANGUAGE_OCTETS_MAX 11
#define EVIDENCE_OCTETS_MAX 1000
#define FIELDS_OCTETS_MAX 16384

const char *import_reason_name(int reason)
{
	switch (reason) {
	case IMPORT_DUPLICATE:
		return "duplicate_in_file";
	case IMPORT_INVALID_TEXT:
		return "invalid_text";
	case IMPORT_TOO_MANY_COLUMNS:
		return "too_many_columns";
	default:
		return phone_reason_name((enum phone_reason)reason);
	}
}

const char *import_reason_text(int reason)
{
	switch (reason) {
	case IMPORT_DUPLICATE:
		return "An earlier row of this file has the same number.";
	case IMPORT_INVALID_TEXT:
		return "A text in this row is too long or has characters that no text "
		       "has.";
	case IMPORT_TOO_MANY_COLUMNS:
		return "This row has more columns than the header.";
	default:
		return phone_reason_text((enum phone_reason)reason);
	}
}

/* Control characters other than line breaks and tabs never were typed by anybody. */
static bool has_control(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F)
			return true;
	}
	return false;
}

/* Appends the cell in NFC with a NUL; *out is its offset. */
static bool put_text(struct buf *b, const struct csv_cell *cell, size_t max, size_t *out)
{
	*out = b->len;
	if (cell->len > max || has_control(cell->text, cell->len) ||
		text_nfc(cell->text, cell->len, b))
		return false;
	buf_putc(b, '\0');
	return true;
}

static void put_json_string(struct buf *b, const char *s, size_t len)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c == '"' || c == '\\') {
			buf_putc(b, '\\');
			buf_putc(b, (char)c);
		} else if (c < 0x20) {
			buf_printf(b, "\\u%04x", c);
		} else {
			buf_putc(b, (char)c);
		}
	}
	buf_putc(b, '"');
}

/* A custom field into the JSON object that is open at the end of json. */
static bool put_field(struct buf *json, const char *name, const struct csv_cell *cell)
{
	char mem[4096];
	struct buf nfc;
	if (cell->len >= sizeof(mem) || has_control(cell->text, cell->len))
		return false;
	buf_init_fixed(&nfc, mem, sizeof(mem));
	if (text_nfc(cell->text, cell->len, &nfc))
		return false;
	if (json->len > 1)
		buf_putc(json, ',');
	put_json_string(json, name, strlen(name));
	buf_putc(json, ':');
	put_json_string(json, nfc.data, nfc.len);
	return buf_ok(json);
}

static void put_raw(struct buf *b, const struct csv_row *row, size_t *out)
{
	*out = b->len;
	for (size_t i = 0; i < row->n; i++) {
		if (i)
			buf_putc(b, ',');
		csv_put(b, row->cells[i].text, row->cells[i].len);
	}
	buf_putc(b, '\0');
}

/* Where a cell of this column goes, and how long it may be. */
struct target {
	size_t *offset;
	size_t max;
};

static struct target target_of(struct import_record *r, enum column column)
{
	switch (column) {
	case COLUMN_FIRST_NAME:
		return (struct target){ &r->first_name, NAME_OCTETS_MAX };
	case COLUMN_LAST_NAME:
		return (struct target){ &r->last_name, NAME_OCTETS_MAX };
	case COLUMN_LANGUAGE:
		return (struct target){ &r->language, LANGUAGE_OCTETS_MAX };
	case COLUMN_CONSENT_SOURCE:
		return (struct target){ &r->consent_source, EVIDENCE_OCTETS_MAX };
	case COLUMN_CONSENT_DATE:
		return (struct target){ &r->consent_date, EVIDENCE_OCTETS_MAX };
	case COLUMN_CONSENT_TEXT:
		return (struct target){ &r->consent_text, EVIDENCE_OCTETS_MAX };
	case COLUMN_IGNORED:
	case COLUMN_PHONE:
	case COLUMN_FIELD:
	case COLUMN_COUNT:
		break;
	}
	return (struct target){ NULL, 0 };
}

static bool read_cells(struct import_batch *batch, const struct columns *columns,
	const struct csv_row *row, struct import_record *r)
{
	char mem[FIELDS_OCTETS_MAX];
	struct buf json;
	buf_init_fixed(&json, mem, sizeof(mem));
	buf_putc(&json, '{');
	size_t n = row->n < columns->n ? row->n : columns->n;
	for (size_t i = 0; i < n; i++) {
		const struct column_target *c = &columns->at[i];
		struct target t = target_of(r, c->column);
		if (row->cells[i].len == 0)
			continue;
		if (t.offset && !put_text(&batch->text, &row->cells[i], t.max, t.offset))
			return false;
		if (c->column == COLUMN_FIELD &&
			!put_field(&json, c->name, &row->cells[i]))
			return false;
	}
	buf_putc(&json, '}');
	r->fields = batch->text.len;
	buf_put(&batch->text, json.data, json.len);
	buf_putc(&batch->text, '\0');
	return buf_ok(&json);
}

static bool has_extra(const struct columns *columns, const struct csv_row *row)
{
	if (row->has_too_many)
		return true;
	for (size_t i = columns->n; i < row->n; i++) {
		if (row->cells[i].len)
			return true;
	}
	return false;
}

static const struct csv_cell *phone_cell(
	const struct columns *columns, const struct csv_row *row)
{
	static const struct csv_cell none = { "", 0 };
	for (size_t i = 0; i < columns->n; i++) {
		if (columns->at[i].column == COLUMN_PHONE)
			return i < row->n ? &row->cells[i] : &none;
	}
	return &none;
}

static int read_row(struct import_batch *batch, const struct import_context *context,
	const struct csv_row *row, struct import_record *r)
{
	struct phone_number number;
	const struct csv_cell *cell = phone_cell(context->columns, row);
	if (has_extra(context->columns, row))
		return IMPORT_TOO_MANY_COLUMNS;
	enum phone_reason reason =
		phone_number_parse(cell->text, cell->len, context->country, &number);
	if (reason != PHONE_OK)
		return (int)reason;
	if (!read_cells(batch, context->columns, row, r))
		return IMPORT_INVALID_TEXT;
	if (number_set_add(context->seen, number.e164))
		return IMPORT_DUPLICATE;
	/* The same sizes on both sides. */
	(void)str_copy(r->msisdn, sizeof(r->msisdn), number.e164);
	(void)str_copy(r->country, sizeof(r->country), number.country);
	return IMPORT_OK;
}

bool import_record_add(struct import_batch *batch, const struct import_context *context,
	uint64_t row, const struct csv_row *cells)
{
	struct import_record *r = &batch->at[batch->n];
	/* Offset 0 of every batch is an empty text: what a column leaves out. */
	if (batch->text.len == 0)
		buf_putc(&batch->text, '\0');
	*r = (struct import_record){ .row = row };
	size_t start = batch->text.len;
	r->reason = read_row(batch, context, cells, r);
	if (r->reason != IMPORT_OK) {
		batch->text.len = start;
		put_raw(&batch->text, cells, &r->raw);
	}
	/* Evidence is where and when consent was given; the wording alone proves nothing.
	 */
	r->has_consent = r->consent_source && r->consent_date;
	batch->n++;
	return buf_ok(&batch->text);
}
