/*
 * What of a dialogue may be kept and shown: PINs, PDUs and USSD texts not at all, numbers
 * by their ends. Pure.
 */
#ifndef DRIVERS_AT_TRACE_H
#define DRIVERS_AT_TRACE_H

#include <stddef.h>

/* text, masked, into dst[size]; what does not fit is cut. size >= 1. */
void at_trace_mask(const char *text, char *dst, size_t size);

#endif
