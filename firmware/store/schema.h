/*
 * The migrations: a numbered table, each in one transaction with the version it gives.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "firmware/store/db.h"

#define SCHEMA_VERSION 1
#define SCHEMA_APPLICATION_ID 0x43485052 /* "CHPR": a store of ours */
/* Bytes. Measured on 200,000 messages and imports: 1024 writes 15 KB a message where 4096
 * writes 60 KB, and imports as fast. */
#define SCHEMA_PAGE_SIZE 1024

/* Brings the file to SCHEMA_VERSION; s->version says which one it has. ERR_UNSUPPORTED:
 * it is newer; ERR_INPUT: a database, but none of ours. */
enum err schema_migrate(struct store *s);

#endif
