/*
 * What `pdu encode` and `text preview` take alike.
 */
#ifndef OFFICE_CTL_SMS_H
#define OFFICE_CTL_SMS_H

#include <jansson.h>

#include "firmware/sms/split.h"

/* "ref16", "ucs2", "parts_max" and the languages of "locking" and "single", by name or
 * identifier. NULL, or what is wrong. */
const char *ctl_sms_options(json_t *row, struct split_options *out);

#endif
