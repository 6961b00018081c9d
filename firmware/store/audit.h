/*
 * Who did what, in order; nothing is ever changed here.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include <stddef.h>

#include "firmware/store/store.h"

struct audit {
	int64_t id, at;
	const char *actor;  /* "user:3 maria", "key:2 shop", "box" */
	const char *action; /* campaign.start */
	const char *object; /* "campaign:7" */
	const char *detail;
};
typedef bool (*audit_fn)(void *user, const struct audit *entry);

enum err audit_add(struct store *s, const struct audit *in);
/* Newest first, id < before (0: from the newest). */
enum err audit_each(struct store *s, int64_t before, size_t max, audit_fn fn, void *user);

#endif
