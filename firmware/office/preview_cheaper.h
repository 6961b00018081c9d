/*
 * The same text with fewer parts, where other characters would do.
 */
#ifndef OFFICE_PREVIEW_CHEAPER_H
#define OFFICE_PREVIEW_CHEAPER_H

#include "firmware/office/preview.h"

/* Fills p->cheaper from p->filled and p->parts. What cannot be had is left out. */
void preview_cheaper_find(struct preview *p);

#endif
