/*
 * The record of what really happened: JSON lines, appended and written at once, one
 * object an event. The fields are in README.md. Judges read nothing else.
 */
#ifndef MODEMSIM_SIMLOG_H
#define MODEMSIM_SIMLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"
#include "firmware/base/err.h"

struct simlog {
	int fd; /* -1: nothing is kept */
	bool trace;
	struct buf line;
};

/* path NULL: no log. Appends to an existing file. */
enum err simlog_open(struct simlog *log, const char *path, bool trace);
void simlog_close(struct simlog *log);

/* One event: begin, any fields, end. modem < 0: about no modem. */
void simlog_begin(struct simlog *log, const char *event, int modem);
void simlog_text(struct simlog *log, const char *key, const char *value);
void simlog_number(struct simlog *log, const char *key, int64_t value);
void simlog_bool(struct simlog *log, const char *key, bool value);
void simlog_hex(struct simlog *log, const char *key, const uint8_t *data, size_t len);
void simlog_end(struct simlog *log);

/* Appends value as a JSON string with its quotes; bytes that are no UTF-8 as '?'. */
void simlog_json_string(struct buf *dst, const char *value, size_t len);

#endif
