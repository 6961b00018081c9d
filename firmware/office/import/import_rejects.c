#include "firmware/office/import/import_rejects.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/import/csv.h"

#define LINE_MAX_OCTETS (40 * 1024 * 1024) /* a row of 16 MB whose quotes are doubled */

bool import_rejects_path(const char *spool_path, char *dst, size_t size)
{
	return str_format(dst, size, "%s.rejected.csv", spool_path);
}

enum err import_rejects_open(struct import_rejects *r, const char *spool_path)
{
	char path[420];
	*r = (struct import_rejects){ .file = NULL };
	if (!import_rejects_path(spool_path, path, sizeof(path)))
		return ERR_ARG;
	r->file = fopen(path, "we");
	if (!r->file)
		return ERR_SYS;
	buf_init(&r->line, LINE_MAX_OCTETS);
	return ERR_OK;
}

static void write_line(struct import_rejects *r)
{
	buf_puts(&r->line, "\r\n");
	if (!buf_ok(&r->line) ||
		fwrite(r->line.data, 1, r->line.len, r->file) != r->line.len)
		r->has_failed = true;
	buf_reset(&r->line);
}

void import_rejects_header(struct import_rejects *r, const struct columns *columns)
{
	if (r->has_header)
		return;
	r->has_header = true;
	buf_puts(&r->line, "\xEF\xBB\xBF"
			   "row,reason,detail");
	for (size_t i = 0; i < columns->n; i++) {
		buf_putc(&r->line, ',');
		csv_put(&r->line, columns->at[i].header, strlen(columns->at[i].header));
	}
	write_line(r);
}

void import_rejects_put(struct import_rejects *r, const struct rejected_row *row)
{
	buf_printf(&r->line, "%lld,%s,", (long long)row->row, row->reason);
	csv_put(&r->line, row->detail, strlen(row->detail));
	buf_putc(&r->line, ',');
	buf_puts(&r->line, row->raw); /* CSV already */
	write_line(r);
}

bool import_rejects_close(struct import_rejects *r)
{
	if (!r->file)
		return !r->has_failed;
	if (fclose(r->file))
		r->has_failed = true;
	r->file = NULL;
	buf_fini(&r->line);
	return !r->has_failed;
}
