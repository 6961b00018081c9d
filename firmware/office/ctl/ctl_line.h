/*
 * Lines in, a line of JSON out for each: for chaparctl's commands that anyone may pipe
 * millions of lines through. Output goes through one buffer; nothing is formatted twice.
 */
#ifndef OFFICE_CTL_LINE_H
#define OFFICE_CTL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"
#include "firmware/office/ctl/ctl.h"

/* Appends to the object or array that is open. key NULL: an element of an array. */
void line_text(struct buf *b, const char *key, const char *text, size_t len);
void line_name(struct buf *b, const char *key, const char *name); /* NUL-terminated */
void line_number(struct buf *b, const char *key, int64_t number);
void line_bool(struct buf *b, const char *key, bool value);
void line_null(struct buf *b, const char *key);
void line_hex(struct buf *b, const char *key, const uint8_t *data, size_t len);
void line_open(struct buf *b, const char *key, char bracket); /* '{' or '[' */
void line_close(struct buf *b, char bracket);		      /* '}' or ']' */

/* One line without its end, NUL-terminated; appends its answer, which on failure is empty
 * and *why says why. */
typedef bool (*line_fn)(
	struct ctl *c, const char *line, struct buf *out, const char **why);
/* Every word of the command line, or every line of standard input if there is none. An
 * empty line is passed over. A line that fails answers {"error": why}. */
int line_each(struct ctl *c, line_fn fn);

#endif
