/*
 * The shape of our configuration files: [section] lines and `key = value` lines, `#` and
 * `;` start a comment line, values are taken as they stand. What the sections and keys
 * mean is the handler's; what is wrong is said with the file and the line.
 */
#ifndef BASE_INI_H
#define BASE_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/base/err.h"

struct ini {
	const char *file; /* only named in sentences */
	/* False: what[size] says what is wrong, for people. */
	bool (*section)(struct ini *ini, const char *name, char *what, size_t size);
	bool (*key)(struct ini *ini, const char *name, const char *value, char *what,
		size_t size);
	void *user;
	unsigned line; /* where the parser is, from 1 on */
};

/* Calls the handler line by line; a key is only given to it inside a section. On failure
 * why[size] has one sentence: ERR_INPUT, a line is wrong. */
enum err ini_parse(struct ini *ini, const char *text, size_t len, char *why, size_t size);
/* The same from the file itself. ERR_NOTFOUND, ERR_SYS: it cannot be read. */
enum err ini_load(struct ini *ini, char *why, size_t size);

/* How many letters to change, add or drop to make one word the other, for "the nearest
 * is"; only the first 47 letters count. */
size_t ini_distance(const char *a, const char *b);

#endif
