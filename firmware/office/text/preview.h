/*
 * What a text becomes: filled in, in which alphabet, how many parts and why.
 */
#ifndef OFFICE_PREVIEW_H
#define OFFICE_PREVIEW_H

#include "firmware/office/office.h"
#include "firmware/office/text/preview_price.h"
#include "firmware/office/text/template.h"
#include "firmware/store/contact.h"

#define PREVIEW_BECAUSE_MAX 16
#define PREVIEW_CHEAPER_MAX 8
#define PREVIEW_ERRORS_MAX 8
#define PREVIEW_WARNINGS_MAX 16

struct preview_because {
	char character[8]; /* UTF-8 */
	uint32_t code_point;
	uint32_t offset; /* UTF-16 units into the text as written, in NFC, not as filled;
			    of the placeholder where it comes in with its value */
	uint32_t count;
	char name[TEMPLATE_NAME_SIZE]; /* of that placeholder, else "" */
};
struct preview_cheaper {
	char *text; /* owned: as written, placeholders and all, with the changes */
	enum message_encoding encoding;
	uint16_t parts, parts_saved; /* of the text as filled */
	uint32_t units_left;
	uint32_t changes;   /* places */
	uint32_t kinds;	    /* bits: see preview_kind_name() */
	char how[48];	    /* machine name: "plain_punctuation", "greek_capitals" */
	int64_t list_saved; /* parts, of the whole list; see preview_list.measured */
};
struct preview_warning {
	char code[24]; /* mixed_script, arabic_letter, invisible, bidi, link_cut; of
			  values that come in: long_names, never_filled, rarely_filled */
	uint32_t offset,
		length;	     /* UTF-16 units of the text as filled: the word, the link */
	uint32_t at;	     /* the letter, the cut */
	uint32_t code_point; /* at that place */
	char name[TEMPLATE_NAME_SIZE]; /* of the placeholder, "" elsewhere */
	int64_t recipients;	       /* of the list, who are meant; 0 without one */
	uint16_t parts;		       /* long_names: what their text takes */
};
struct preview_placeholder {
	char name[TEMPLATE_NAME_SIZE];
	char fallback[128]; /* "" and has_fallback false: none */
	bool is_known, has_fallback;
};
struct preview_error {
	char code[32]; /* unknown_placeholder, bad_placeholder, too_many_parts … */
	char detail[200];
	uint32_t offset; /* UTF-16 units */
};
struct preview_list;
struct preview {
	enum message_encoding encoding;
	/* Tables that it may take, and those it takes; as in preview_size. */
	uint32_t national_allowed, national;
	uint16_t parts;
	uint32_t units, units_left, units_per_part;
	size_t n_because, n_cheaper, n_placeholders, n_errors, n_warnings;
	struct preview_because because[PREVIEW_BECAUSE_MAX];
	struct preview_cheaper cheaper[PREVIEW_CHEAPER_MAX];
	struct preview_placeholder placeholders[TEMPLATE_PIECES_MAX];
	struct preview_error errors[PREVIEW_ERRORS_MAX];
	struct preview_warning warnings[PREVIEW_WARNINGS_MAX];
	char *filled;		      /* owned: the text as it would be sent */
	struct preview_list *list;    /* owned; NULL: none was asked for */
	struct destinations *where;   /* owned: what prices refer to */
	struct preview_prices prices; /* of the list, else of the one text */
};

/* One value for a placeholder, by name. */
struct preview_field {
	const char *name, *value;
};
struct preview_request {
	const char *text;
	const struct preview_field *fields; /* sample values; NULL: fallbacks, names */
	size_t n_fields;
	const char *to;	 /* the number it goes to, as written; NULL or none: not known */
	int64_t list_id; /* to be measured over its members; 0: none */
	enum message_class class; /* that of the message: who of the list gets it */
};
/* Faults of the text are data (errors), not failures; it is filled in as far as it goes.
 * not_found: no such list.
 * On ERR_OK out is the caller's to preview_fini(). out: about 30 KB, not for the stack of
 * a small thread. */
enum err preview_make(
	struct office *o, const struct preview_request *request, struct preview *out);
void preview_fini(struct preview *p); /* accepts a zeroed struct */
/* The kind of change of a bit of kinds, from 0: "quotes", "emoji" …; NULL: no more. */
const char *preview_kind_name(unsigned kind);

/* The rule by which a text is measured, shared by previews, estimates and sending: false
 * if it has more than max parts (0: 255) or is not text. */
struct preview_size {
	enum message_encoding encoding;
	uint16_t parts;
	const struct destination *to; /* of recipient_decide() alone; NULL: no route */
	uint32_t national; /* tables it takes: locking bits << 16 | single bits, see
			      gsm7.h */
};
/* national: the tables that it may take, in the same form. */
bool preview_measure(const char *text, size_t len, uint32_t national, unsigned max,
	struct preview_size *out);
#define PREVIEW_NATIONAL_SIZE 32
/* "turkish", "hindi+urdu"; "" for 0. */
void preview_national_name(uint32_t national, char dst[PREVIEW_NATIONAL_SIZE]);

#endif
