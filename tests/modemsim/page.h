/*
 * The page itself, one document without a single outside reference.
 */
#ifndef MODEMSIM_PAGE_H
#define MODEMSIM_PAGE_H

#include <stddef.h>
#include <stdint.h>

/* UTF-8 HTML. Static storage. */
extern const uint8_t page_html[];
extern const size_t page_html_len;

#endif
