/*
 * What a reader sees as one character: a letter with its marks, an emoji with its joiners
 * and skin tone, a flag, a Persian letter with the ZWNJ after it. A small rule of our own
 * in the manner of Unicode's UAX #29, so that texts are not cut in the midst of one; it
 * is not a full implementation. Pure functions.
 */
#ifndef SMS_CLUSTER_H
#define SMS_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/sms/cluster_tables.h"

/* Whether text[len], which is UTF-8, may be cut before the character at byte pos. True at
 * both ends. */
bool cluster_is_boundary(const char *text, size_t len, size_t pos);
/* The last place to cut in text[len] that is above start and not above pos, both starts
 * of characters; pos itself if there is none. */
size_t cluster_floor(const char *text, size_t len, size_t start, size_t pos);
/* The end of the cluster that starts at byte pos of text[len]; pos < len. */
size_t cluster_next(const char *text, size_t len, size_t pos);

enum cluster_class cluster_class_of(uint32_t code_point);

#endif
