/*
 * What went wrong on opening a store, in words that say what to do.
 */
#ifndef STORE_OPENING_H
#define STORE_OPENING_H

#include "firmware/store/db.h"

/* Before SQLite sees the path: false and why filled where it cannot work. Opens nothing:
 * closing any descriptor of a database drops this process's locks on it. */
bool opening_look(const char *path, struct store_opening *why);
/* err: what opening gave; rc: SQLite's last code. */
void opening_explain(const char *path, enum err err, int rc, struct store_opening *out);

#endif
