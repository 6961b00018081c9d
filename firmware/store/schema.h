/*
 * The migrations: a numbered table, each in one transaction with the version it gives.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "firmware/store/db.h"

#define SCHEMA_VERSION 5
#define SCHEMA_APPLICATION_ID 0x43485052 /* "CHPR": a store of ours */
/* Octets. Measured with 200,000 contacts, written for one message in three transactions
 * (claim, answer, report): 8.0 KB with pages of 512, 15.3 of 1024, 29.7 of 2048, 58.4 of
 * 4096; with a bank of 16 SIMs and group commit 2.6, 3.3, 5.4 and 9.1 KB. Imports are as
 * fast with any. A text longer than some 400 octets takes a page more. */
#define SCHEMA_PAGE_SIZE 512

/* Brings the file to SCHEMA_VERSION; s->version says which one it has. ERR_UNSUPPORTED:
 * it is newer; ERR_INPUT: a database, but none of ours. */
enum err schema_migrate(struct store *s);

#endif
