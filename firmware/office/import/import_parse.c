#include "firmware/office/import/import_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"

#define CHUNK_TEXT_MAX (1024 * 1024)
#define FEED_MAX (64 * 1024)

/* A sentence that does not fit is cut at a character's edge. */
static void put_text(struct import_fault *fault, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));
static void put_text(struct import_fault *fault, const char *fmt, va_list args)
{
	size_t bad;
	(void)vsnprintf(fault->text, sizeof(fault->text), fmt, args);
	if (!str_is_utf8(fault->text, strlen(fault->text), &bad))
		fault->text[bad] = '\0';
}

void import_fault_set(
	struct import_fault *fault, const char *code, uint64_t line, const char *fmt, ...)
{
	va_list args;
	(void)str_copy(fault->code, sizeof(fault->code), code); /* a literal of ours */
	va_start(args, fmt);
	put_text(fault, fmt, args);
	va_end(args);
	fault->line = line;
}

static void columns_failed(struct import_parse *p, const struct columns_fault *f)
{
	if (str_eq(f->code, "no_phone_column"))
		import_fault_set(&p->fault, f->code, 1,
			"No column looks like a telephone number. Say which one it is "
			"(map=phone:Header), or check that the first row is a header.");
	else if (str_eq(f->code, "unknown_column"))
		import_fault_set(&p->fault, f->code, 1,
			"The file has no column “%s”, which the map names.", f->what);
	else if (str_eq(f->code, "same_column_twice"))
		import_fault_set(&p->fault, f->code, 1,
			"The map uses the column “%s”, or its target, twice.", f->what);
	else
		import_fault_set(&p->fault, f->code, 0,
			"The map is written target:Header,target:Header; “%s” is not.",
			f->what);
}

static bool on_row(void *user, const struct csv_row *row)
{
	struct import_parse *p = user;
	struct columns_fault fault;
	if (p->has_header) {
		p->rows++;
		p->is_stopped = p->fn && !p->fn(p->user, p->rows, row);
		return !p->is_stopped;
	}
	if (columns_find(row, p->map, &p->columns, &fault)) {
		columns_failed(p, &fault);
		return false;
	}
	p->has_header = true;
	return true;
}

static enum err find_charset(struct import_parse *p, const struct import_sample *sample,
	const struct import_format *format, enum charset *out)
{
	struct charset_sample s = { sample->data, sample->len, sample->is_whole,
		format->country };
	enum charset_guess guess = charset_guess(&s, out, &p->bom);
	if (guess == CHARSET_GUESS_BINARY) {
		const char *what = charset_binary_name(sample->data, sample->len);
		import_fault_set(&p->fault, "binary_file", 0,
			"This is %s, not a CSV file. Save the contacts as CSV (UTF-8) "
			"and "
			"import that.",
			what ? what : "no text file");
		return ERR_INPUT;
	}
	if (!format->encoding || !*format->encoding)
		return ERR_OK;
	if (charset_find(format->encoding, out))
		return ERR_OK;
	import_fault_set(&p->fault, "unknown_encoding", 0,
		"The encoding “%s” is not known. Known are utf-8, utf-16le, utf-16be and "
		"windows-1252, -1253, -1255, -1256, -1258.",
		format->encoding);
	return ERR_INPUT;
}

static void find_delimiter(struct import_parse *p, const struct import_sample *sample)
{
	struct charset_stream c;
	struct buf text;
	size_t len = sample->len - p->bom;
	if (len > FEED_MAX)
		len = FEED_MAX;
	buf_init(&text, CHUNK_TEXT_MAX);
	/* What does not decode is found again, and told, when the file is read. */
	if (!charset_open(&c, p->charset.charset)) {
		(void)charset_feed(&c, sample->data + p->bom, len, &text);
		charset_close(&c);
	}
	p->delimiter = csv_guess_delimiter(buf_str(&text), text.len);
	buf_fini(&text);
}

enum err import_parse_open(struct import_parse *p, const struct import_sample *sample,
	const struct import_format *format)
{
	enum charset charset = CHARSET_UTF8;
	memset(p, 0, sizeof(*p));
	buf_init(&p->text, CHUNK_TEXT_MAX);
	if (sample->len == 0) {
		import_fault_set(&p->fault, "empty_file", 0, "The file is empty.");
		return ERR_INPUT;
	}
	enum err err = find_charset(p, sample, format, &charset);
	if (err)
		return err;
	err = charset_open(&p->charset, charset);
	if (err)
		return err;
	p->delimiter = format->delimiter;
	if (!p->delimiter)
		find_delimiter(p, sample);
	p->map = strdup(format->map ? format->map : "");
	if (!p->map)
		return ERR_MEM;
	return csv_open(&p->csv, p->delimiter, on_row, p);
}

void import_parse_on_row(struct import_parse *p, import_row_fn fn, void *user)
{
	p->fn = fn;
	p->user = user;
}

static enum err csv_failed(struct import_parse *p, enum err err)
{
	uint64_t line;
	if (p->fault.code[0])
		return ERR_INPUT;
	if (err != ERR_INPUT)
		return err;
	switch (csv_fault(p->csv, &line)) {
	case CSV_QUOTE_OPEN:
		import_fault_set(&p->fault, "quote_open", line,
			"The quote that is opened in line %llu is never closed.",
			(unsigned long long)line);
		break;
	case CSV_QUOTE_STRAY:
		import_fault_set(&p->fault, "quote_stray", line,
			"Line %llu has a quote in the middle of a field. A quote inside "
			"a quoted field is written twice.",
			(unsigned long long)line);
		break;
	case CSV_FIELD_TOO_LONG:
		import_fault_set(&p->fault, "field_too_long", line,
			"A field in line %llu is longer than %d KB.",
			(unsigned long long)line, CSV_FIELD_MAX / 1024);
		break;
	case CSV_HAS_NUL:
	case CSV_OK:
		import_fault_set(&p->fault, "binary_file", line,
			"The file is not a text file: it has a zero character.");
		break;
	}
	return ERR_INPUT;
}

static enum err charset_failed(struct import_parse *p, enum err err)
{
	if (err != ERR_INPUT)
		return err;
	import_fault_set(&p->fault, "wrong_encoding", 0,
		"The file is not %s: octet %llu (after row %llu) does not fit. Choose "
		"another encoding, or save the file as UTF-8.",
		charset_name(p->charset.charset),
		(unsigned long long)(p->charset.bad_at + p->bom + 1),
		(unsigned long long)p->rows);
	return ERR_INPUT;
}

enum err import_parse_feed(struct import_parse *p, const void *data, size_t len)
{
	const uint8_t *s = data;
	while (len) {
		size_t n = len < FEED_MAX ? len : FEED_MAX;
		buf_reset(&p->text);
		enum err bad = charset_feed(&p->charset, s, n, &p->text);
		/* The rows before the octet that does not fit are read all the same. */
		enum err err = csv_feed(p->csv, buf_str(&p->text), p->text.len);
		if (err)
			return csv_failed(p, err);
		if (bad)
			return charset_failed(p, bad);
		s += n;
		len -= n;
	}
	return ERR_OK;
}

enum err import_parse_finish(struct import_parse *p)
{
	buf_reset(&p->text);
	enum err bad = charset_end(&p->charset, &p->text);
	if (bad)
		return charset_failed(p, bad);
	enum err err = csv_feed(p->csv, buf_str(&p->text), p->text.len);
	if (!err)
		err = csv_finish(p->csv);
	if (err)
		return csv_failed(p, err);
	if (!p->has_header)
		import_fault_set(&p->fault, "empty_file", 0, "The file is empty.");
	else if (p->rows == 0)
		import_fault_set(&p->fault, "header_only", 0,
			"The file has a header and no rows below it.");
	return p->fault.code[0] ? ERR_INPUT : ERR_OK;
}

void import_parse_close(struct import_parse *p)
{
	charset_close(&p->charset);
	csv_close(p->csv);
	buf_fini(&p->text);
	free(p->map);
	p->csv = NULL;
	p->map = NULL;
}
