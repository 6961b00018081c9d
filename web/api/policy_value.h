/*
 * Values that JSON has no type for, read and written: money and times of day. Pure.
 */
#ifndef WEB_API_POLICY_VALUE_H
#define WEB_API_POLICY_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* "HH:MM", 00:00 to 24:00, to minutes after midnight. */
bool policy_minute(const char *text, int64_t *out);
/* amount of a currency, to its millionths, the nearest one. False: not finite, or beyond
 * ten thousand million. */
bool policy_millionths(double amount, int64_t *out);

/* An array of texts as "GR,CY". False: too long, or a comma inside one. */
bool policy_join(const json_t *texts, char *dst, size_t size);

#define POLICY_VALUE_SIZE 32
/* "0.045", "12", "-3.5": as few digits as say it. */
const char *policy_amount_text(int64_t millionths, char dst[POLICY_VALUE_SIZE]);
const char *policy_minute_text(int64_t minute, char dst[POLICY_VALUE_SIZE]);

#endif
