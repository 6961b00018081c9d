/*
 * A set of telephone numbers, to find a row that repeats one. Bounded: beyond its limit
 * new numbers are not remembered (a file of a million rows has no such luxury).
 */
#ifndef OFFICE_NUMBER_SET_H
#define OFFICE_NUMBER_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBER_SET_MAX (1024 * 1024) /* numbers: 16 MB */

struct number_set {
	uint64_t *slots; /* owned; 0: free */
	size_t n, size;	 /* size: a power of two */
};
/* On a zeroed struct. True if e164 ("+3069…") was there before; adds it otherwise. */
bool number_set_add(struct number_set *set, const char *e164);
void number_set_fini(struct number_set *set);

#endif
