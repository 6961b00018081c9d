/*
 * Rows of JSON, one a line, for the vector tests: each goes through one check, and the
 * rows that fail are all named before the test fails.
 */
#ifndef TESTS_SMS_ROWS_H
#define TESTS_SMS_ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"

#define ROWS_OWN "tests/vectors/"
#define ROWS_FOREIGN "../shared/vectors/"

struct rows_tally {
	unsigned passed;
	unsigned failed;
	unsigned skipped;   /* of what is not built */
	unsigned deviating; /* the source contradicts the specification */
};

/* A row that we read otherwise on purpose. */
struct rows_deviation {
	const char *
		piece; /* a value of the row: "pdu", "hex", "packed", "septets", "lang" */
	const char *field; /* its "field" or "kind" */
	const char *why;   /* the clause */
};

enum rows_verdict {
	ROWS_PASS,
	ROWS_FAIL,
	ROWS_SKIP,
};

typedef enum rows_verdict (*rows_check_fn)(json_t *row);

static inline const char *rows_text(json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));
	return text != NULL ? text : "";
}

static inline bool rows_is(json_t *row, const char *key, const char *value)
{
	return strcmp(rows_text(row, key), value) == 0;
}

/* The octets of a hex field; their number, or -1 if it is not hex. */
static inline long rows_hex(json_t *row, const char *key, uint8_t *out, size_t size)
{
	const char *hex = rows_text(row, key);
	size_t len = 0;
	return str_from_hex(hex, strlen(hex), out, size, &len) ? (long)len : -1;
}

static inline bool rows_deviates(const struct rows_deviation *d, json_t *row)
{
	static const char *const keys[] = { "pdu", "hex", "packed", "septets", "lang" };
	bool same_kind =
		rows_is(row, "field", d->field) || rows_is(row, "kind", d->field);
	for (size_t i = 0; same_kind && i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (rows_is(row, keys[i], d->piece))
			return true;
	}
	return false;
}

static inline void rows_one(const char *path, unsigned line, json_t *row,
	rows_check_fn check, const struct rows_deviation *d, struct rows_tally *tally)
{
	enum rows_verdict verdict = check(row);
	while (d->piece != NULL && !rows_deviates(d, row))
		d++;
	if (d->piece != NULL && verdict == ROWS_FAIL) {
		tally->deviating++;
		printf("  %s:%u deviates: %s\n", path, line, d->why);
	} else if (verdict == ROWS_FAIL) {
		tally->failed++;
		printf("  %s:%u FAILS (%s%s)\n", path, line, rows_text(row, "source"),
			rows_text(row, "clause"));
	} else if (verdict == ROWS_SKIP) {
		tally->skipped++;
	} else {
		tally->passed++;
	}
}

/* False if there is no such file. d ends with a row of NULL. */
static inline bool rows_each(const char *path, rows_check_fn check,
	const struct rows_deviation *d, struct rows_tally *tally)
{
	*tally = (struct rows_tally){ 0 };
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return false;
	char *line = NULL;
	size_t size = 0;
	for (unsigned number = 1; getline(&line, &size, file) > 0; number++) {
		json_t *row = json_loads(line, JSON_ALLOW_NUL, NULL);
		if (row != NULL)
			rows_one(path, number, row, check, d, tally);
		else
			tally->failed++;
		json_decref(row);
	}
	free(line);
	(void)fclose(file); /* only read */
	printf("  %s: %u pass, %u fail, %u deviate, %u skipped\n", path, tally->passed,
		tally->failed, tally->deviating, tally->skipped);
	return true;
}

#endif
