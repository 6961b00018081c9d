/*
 * A text with placeholders: {{first_name}}, {{first_name|friend}}. Spaces inside the
 * braces do not matter. Braces that are no placeholder stand for themselves; `{{{{` is a
 * literal `{{`. Names: phone, first_name, last_name, full_name, language, country and
 * the fields of the contacts (folded: {{Last visit}} is last_visit).
 *
 * Pure: text in, struct out. A template borrows the text that it was parsed from.
 */
#ifndef OFFICE_TEMPLATE_H
#define OFFICE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"
#include "firmware/base/err.h"

#define TEMPLATE_PIECES_MAX 64
#define TEMPLATE_NAME_SIZE 64
#define TEMPLATE_TEXT_MAX 8000 /* octets, of the text and of what it becomes */

struct template_piece {
	const char *text; /* literal, or the fallback */
	uint32_t len;
	uint32_t offset; /* bytes into the text, of its first brace */
	bool is_placeholder;
	bool has_fallback;
	char name[TEMPLATE_NAME_SIZE]; /* lower case, as in contact.fields */
};

struct template
{
	size_t n;
	size_t placeholders;
	struct template_piece pieces[TEMPLATE_PIECES_MAX];
};

enum template_problem {
	TEMPLATE_OK,
	TEMPLATE_OPEN,	   /* {{ without }} */
	TEMPLATE_NAME,	   /* an empty or impossible name */
	TEMPLATE_TOO_MANY, /* placeholders */
	TEMPLATE_TOO_LONG,
	TEMPLATE_NOT_UTF8,
};
struct template_fault {
	enum template_problem problem;
	uint32_t offset; /* bytes into the text */
};

/* ERR_INPUT with *fault filled. text[len] is borrowed by *out. */
enum err template_parse(
	const char *text, size_t len, struct template *out, struct template_fault *fault);

/* The value of a name for one contact; NULL or "": none. Borrowed until render ends. */
typedef const char *(*template_value_fn)(void *user, const char *name);

enum template_rendered {
	TEMPLATE_RENDERED,
	TEMPLATE_NO_VALUE, /* *missing: the piece without value and fallback */
	TEMPLATE_EMPTY,	   /* nothing but white space came out */
	TEMPLATE_OVERFLOW, /* over TEMPLATE_TEXT_MAX */
};
/* Appends NFC UTF-8 to out (its content is kept on failure up to where it was). */
enum template_rendered template_render(const struct template *t, template_value_fn value,
	void *user, struct buf *out, size_t *missing);

/* Turns what people write into a placeholder's name, also by the words of the six
 * languages ("Όνομα" is first_name, see columns.h). False if nothing is left. */
bool template_field_name(const char *s, size_t len, char *dst, size_t size);

#endif
