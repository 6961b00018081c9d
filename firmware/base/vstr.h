/*
 * Names of closed enums: one table each, used in every log line and API answer.
 */
#ifndef BASE_VSTR_H
#define BASE_VSTR_H

#include <stdbool.h>

struct vstr {
	int value;
	const char *name; /* NULL ends the table */
};

/* The name of value, or "?" where the table has none. Static storage. */
const char *vstr_name(const struct vstr *table, int value);
/* The value of a name (exact match). False if the table has none. */
bool vstr_find(const struct vstr *table, const char *name, int *out);

#endif
