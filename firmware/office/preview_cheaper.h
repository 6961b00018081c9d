/*
 * The same text with fewer parts, where other characters would do, and what an author
 * should know of it.
 */
#ifndef OFFICE_PREVIEW_CHEAPER_H
#define OFFICE_PREVIEW_CHEAPER_H

#include "firmware/office/preview.h"
#include "firmware/sms/split.h"

/* Fills p->cheaper from p->filled and p->parts, the lightest change first. What cannot be
 * had is left out. */
void preview_cheaper_find(struct preview *p);
/* Fills p->warnings from p->filled, which plan is about. */
void preview_warnings_find(struct preview *p, const struct split_plan *plan);

#endif
