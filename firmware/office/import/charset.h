/*
 * The encoding of a text file: found out or given, and turned into UTF-8 as a stream.
 * One owner, one thread.
 */
#ifndef OFFICE_CHARSET_H
#define OFFICE_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"
#include "firmware/base/err.h"

enum charset {
	CHARSET_UTF8,
	CHARSET_UTF16LE,
	CHARSET_UTF16BE,
	CHARSET_WINDOWS_1252, /* Western */
	CHARSET_WINDOWS_1253, /* Greek */
	CHARSET_WINDOWS_1255, /* Hebrew */
	CHARSET_WINDOWS_1256, /* Arabic and Persian */
	CHARSET_WINDOWS_1258, /* Vietnamese */
	CHARSET_COUNT,
};

/* "utf-8", "windows-1253"; static. */
const char *charset_name(enum charset charset);
/* By name, without regard to case, hyphens and usual aliases ("cp1253", "iso-8859-7"). */
bool charset_find(const char *name, enum charset *out);

enum charset_guess {
	CHARSET_GUESS_SURE,   /* a byte order mark, or valid UTF-8 that is not plain ASCII
			       */
	CHARSET_GUESS_LIKELY, /* plain ASCII, or a code page by country and content */
	CHARSET_GUESS_BINARY, /* a spreadsheet, a picture …: no text at all */
};
/* From the first octets of a file. country: alpha-2 or NULL. bom: octets to leave out.
 * is_whole: data is all of the file (else it may end inside a character). */
struct charset_sample {
	const uint8_t *data;
	size_t len;
	bool is_whole;
	const char *country;
};
enum charset_guess charset_guess(
	const struct charset_sample *sample, enum charset *out, size_t *bom);
/* What a binary file is, for the sentence: "an Excel workbook (.xlsx)"; NULL: no idea.
 * Static. */
const char *charset_binary_name(const uint8_t *data, size_t len);

/* A stream into UTF-8. */
struct charset_stream {
	enum charset charset;
	void *cd;	 /* iconv_t, NULL for UTF-8 */
	uint8_t tail[8]; /* octets of an unfinished character */
	size_t tail_len;
	uint64_t octets; /* read so far */
	uint64_t bad_at; /* after ERR_INPUT: the octet that does not fit */
};
enum err charset_open(struct charset_stream *c, enum charset charset);
void charset_close(struct charset_stream *c); /* accepts a zeroed struct */
/* Appends what data[len] is in UTF-8. ERR_INPUT: it is not in this encoding (bad_at). */
enum err charset_feed(
	struct charset_stream *c, const void *data, size_t len, struct buf *out);
/* Appends what was held back. ERR_INPUT: the file ends inside a character. */
enum err charset_end(struct charset_stream *c, struct buf *out);

#endif
