/*
 * Writes JSON into a buffer, member by member. key is NULL inside an array. Text that is
 * not UTF-8 comes out with U+FFFD in the place of each bad byte, so that an answer always
 * parses. One writer, one thread.
 */
#ifndef WEB_API_JSON_OUT_H
#define WEB_API_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"

struct json_out {
	struct buf *buf; /* borrowed */
	bool comma;	 /* something stands before the next value at this level */
};

struct json_out json_out_to(struct buf *buf);

void json_out_object(struct json_out *j, const char *key);
void json_out_object_end(struct json_out *j);
void json_out_array(struct json_out *j, const char *key);
void json_out_array_end(struct json_out *j);

void json_out_text(struct json_out *j, const char *key, const char *value);
void json_out_text_n(struct json_out *j, const char *key, const char *value, size_t len);
void json_out_i64(struct json_out *j, const char *key, int64_t value);
/* With one decimal; not finite: null. */
void json_out_double(struct json_out *j, const char *key, double value);
void json_out_bool(struct json_out *j, const char *key, bool value);
void json_out_null(struct json_out *j, const char *key);
/* A number of a currency, exact: 0.045. */
void json_out_money(struct json_out *j, const char *key, int64_t millionths);
/* RFC 3339 in UTC; null for 0. */
void json_out_time(struct json_out *j, const char *key, int64_t wall_ms);
/* json: one JSON value as text, trusted. */
void json_out_raw(struct json_out *j, const char *key, const char *json);

#endif
