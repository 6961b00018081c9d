/*
 * What the files of the preview share.
 */
#ifndef OFFICE_PREVIEW_INTERNAL_H
#define OFFICE_PREVIEW_INTERNAL_H

#include "firmware/office/dispatch/destinations.h"
#include "firmware/office/text/preview.h"
#include "firmware/office/text/preview_list.h"
#include "firmware/sms/split.h"

/* A text at work. */
struct preview_work {
	struct office *o;
	const struct preview_request *request;
	const struct destination *to; /* of the request's number; NULL: none */
	/* By index of a destination; those that no route fits come last. */
	struct preview_destination *counts;
	struct template t; /* of `text` */
	struct buf text;   /* as written, in NFC */
	struct preview *p;
};

/* How a text is split that may use these tables. */
struct split_options preview_options(uint32_t national);
uint32_t preview_national_of(const struct split_plan *plan);
/* The value that the request gives to a name: a template_value_fn, user is the work. */
const char *preview_value(void *user, const char *name);
/* t filled with the request's values, fallbacks and names. */
enum template_rendered preview_fill(
	struct preview_work *w, struct template *t, struct buf *out);

/* Fills p->because. */
void preview_because_find(struct preview_work *w);
/* Adds one recipient's text to l->because. */
void preview_because_count(struct preview_list *l, const char *text, size_t len);

/* Fills p->cheaper: the same text with fewer parts, or cheaper for some, where other
 * characters would do; the lightest change first. What cannot be had is left out. */
void preview_cheaper_find(struct preview_work *w);
/* Leaves only those that save parts of the text as filled, or of the list's. */
void preview_cheaper_sift(struct preview *p);

/* Fills p->list, and list_saved of p->cheaper. */
enum err preview_list_read(struct preview_work *w);
void preview_list_free(struct preview_list *list); /* accepts NULL */

/* Fills p->warnings: of the text as filled, which plan is about; then of the values that
 * come in. */
void preview_warnings_find(struct preview *p, const struct split_plan *plan);
void preview_warnings_values(struct preview_work *w);

#endif
