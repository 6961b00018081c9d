#include "firmware/office/import/csv.h"

#include <stdlib.h>
#include <string.h>

#include <csv.h>

#define FEED_OCTETS 4096 /* libcsv's buffer is looked at after so many octets */
#define ROW_OCTETS_MAX (CSV_COLUMNS_MAX * (CSV_FIELD_MAX + 1))
#define GUESS_LINES 10

struct csv {
	struct csv_parser parser;
	csv_row_fn fn;
	void *user;
	uint64_t line, row_line; /* where libcsv is; where the row began */
	struct buf text;	 /* the cells of the row, NUL after each */
	size_t start[CSV_COLUMNS_MAX], len[CSV_COLUMNS_MAX];
	size_t n;
	bool has_too_many, was_cr, is_stopped;
	enum csv_problem problem;
	uint64_t problem_line;
};

static enum err fault(struct csv *csv, enum csv_problem problem)
{
	if (csv->problem == CSV_OK) {
		csv->problem = problem;
		csv->problem_line = csv->line;
	}
	return ERR_INPUT;
}

static uint64_t count_lines(const char *s, size_t len)
{
	uint64_t n = 0;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\n' || (s[i] == '\r' && (i + 1 == len || s[i + 1] != '\n')))
			n++;
	}
	return n;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void on_field(void *data, size_t len, void *user)
{
	struct csv *csv = user;
	const char *s = data ? data : "";
	if (csv->n == 0)
		csv->row_line = csv->line;
	csv->was_cr = false;
	if (memchr(s, '\n', len) || memchr(s, '\r', len))
		csv->line += count_lines(s, len);
	if (csv->n == CSV_COLUMNS_MAX) {
		csv->has_too_many = true;
		return;
	}
	if (len > CSV_FIELD_MAX)
		(void)fault(csv, CSV_FIELD_TOO_LONG); /* csv_feed() looks at it */
	while (len && is_blank(s[len - 1]))
		len--;
	while (len && is_blank(*s)) {
		s++;
		len--;
	}
	csv->start[csv->n] = csv->text.len;
	csv->len[csv->n++] = len;
	buf_put(&csv->text, s, len);
	buf_putc(&csv->text, '\0');
}

static bool row_is_empty(const struct csv *csv)
{
	for (size_t i = 0; i < csv->n; i++) {
		if (csv->len[i])
			return false;
	}
	return true;
}

static void give_row(struct csv *csv)
{
	struct csv_cell cells[CSV_COLUMNS_MAX];
	for (size_t i = 0; i < csv->n; i++)
		cells[i] =
			(struct csv_cell){ csv->text.data + csv->start[i], csv->len[i] };
	struct csv_row row = { .cells = cells,
		.n = csv->n,
		.has_too_many = csv->has_too_many,
		.line = csv->row_line };
	if (!csv->is_stopped && csv->problem == CSV_OK && !csv->fn(csv->user, &row))
		csv->is_stopped = true;
}

/* c: the line end, or -1 at the end of the file. CR LF comes as two of them. */
static void on_line_end(int c, void *user)
{
	struct csv *csv = user;
	if (csv->n && buf_ok(&csv->text) && !row_is_empty(csv))
		give_row(csv);
	csv->n = 0;
	csv->has_too_many = false;
	buf_reset(&csv->text);
	if (c == '\r' || (c == '\n' && !csv->was_cr))
		csv->line++;
	csv->was_cr = c == '\r';
}

enum err csv_open(struct csv **out, char delimiter, csv_row_fn fn, void *user)
{
	struct csv *csv = calloc(1, sizeof(*csv));
	if (!csv)
		return ERR_MEM;
	if (csv_init(&csv->parser,
		    CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_REPALL_NL)) {
		free(csv);
		return ERR_MEM;
	}
	csv_set_delim(&csv->parser, (unsigned char)delimiter);
	buf_init(&csv->text, ROW_OCTETS_MAX);
	csv->fn = fn;
	csv->user = user;
	csv->line = 1;
	*out = csv;
	return ERR_OK;
}

void csv_close(struct csv *csv)
{
	if (!csv)
		return;
	csv_free(&csv->parser);
	buf_fini(&csv->text);
	free(csv);
}

/* After a step of libcsv: what it, or a callback, found. */
static enum err check(struct csv *csv, bool is_whole)
{
	if (csv->problem != CSV_OK)
		return ERR_INPUT;
	if (csv->is_stopped)
		return ERR_BUSY;
	if (!is_whole)
		return csv_error(&csv->parser) == CSV_EPARSE ? fault(csv, CSV_QUOTE_STRAY)
							     : ERR_MEM;
	/* A quote that is never closed swallows the file: say where it was opened. */
	if (csv->parser.entry_pos > CSV_FIELD_MAX)
		return fault(
			csv, csv->parser.quoted ? CSV_QUOTE_OPEN : CSV_FIELD_TOO_LONG);
	return ERR_OK;
}

enum err csv_feed(struct csv *csv, const char *data, size_t len)
{
	if (csv->problem != CSV_OK)
		return ERR_INPUT;
	const char *nul = memchr(data, '\0', len);
	if (nul)
		len = (size_t)(nul - data); /* the rows before it are read all the same */
	for (size_t at = 0; at < len;) {
		size_t n = len - at < FEED_OCTETS ? len - at : FEED_OCTETS;
		size_t done =
			csv_parse(&csv->parser, data + at, n, on_field, on_line_end, csv);
		enum err err = check(csv, done == n);
		if (err)
			return err;
		at += n;
	}
	return nul ? fault(csv, CSV_HAS_NUL) : ERR_OK;
}

enum err csv_finish(struct csv *csv)
{
	if (csv->problem != CSV_OK)
		return ERR_INPUT;
	if (csv_fini(&csv->parser, on_field, on_line_end, csv))
		return fault(csv, CSV_QUOTE_OPEN);
	return check(csv, true);
}

enum csv_problem csv_fault(const struct csv *csv, uint64_t *out_line)
{
	*out_line = csv->problem_line;
	return csv->problem;
}

struct count {
	unsigned in_line, first, rows;
	bool is_even;
};

/* How often the delimiter stands in each of the first lines, quoted parts left out. */
static struct count count_delimiter(const char *data, size_t len, char delimiter)
{
	struct count c = { .is_even = true };
	bool is_quoted = false;
	for (size_t i = 0; i < len && c.rows < GUESS_LINES; i++) {
		if (data[i] == '"')
			is_quoted = !is_quoted;
		if (is_quoted)
			continue;
		c.in_line += data[i] == delimiter;
		if (data[i] != '\n' && data[i] != '\r')
			continue;
		if (i && (data[i - 1] == '\n' || data[i - 1] == '\r'))
			continue;
		if (c.rows == 0)
			c.first = c.in_line;
		else if (c.in_line != c.first)
			c.is_even = false;
		c.rows++;
		c.in_line = 0;
	}
	if (c.rows == 0)
		c.first = c.in_line;
	return c;
}

char csv_guess_delimiter(const char *data, size_t len)
{
	static const char candidates[] = { ',', ';', '\t', '|' };
	char best = ',';
	unsigned best_score = 0;
	for (size_t i = 0; i < sizeof(candidates); i++) {
		struct count c = count_delimiter(data, len, candidates[i]);
		unsigned score = c.first * 2 + (c.first && c.is_even ? 1 : 0);
		if (score > best_score) {
			best = candidates[i];
			best_score = score;
		}
	}
	return best;
}

void csv_put(struct buf *out, const char *text, size_t len)
{
	/* OWASP's list of what a spreadsheet may run; a number with + is left alone. */
	bool is_formula = len && strchr("=@-\t\r", text[0]);
	if (len > 1 && text[0] == '+' && strspn(text + 1, "0123456789 ()-./") < len - 1)
		is_formula = true;
	bool needs_quotes = is_formula || memchr(text, ',', len) ||
			    memchr(text, '"', len) || memchr(text, '\n', len) ||
			    memchr(text, '\r', len);
	if (!needs_quotes) {
		buf_put(out, text, len);
		return;
	}
	buf_puts(out, is_formula ? "\"'" : "\"");
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, text[i]);
	}
	buf_putc(out, '"');
}
