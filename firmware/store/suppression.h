/*
 * Numbers that are never written to, by keyed hash, so that an erased number stays known
 * without being kept. otp, alert and one STOP confirmation are exempt (see queue.h).
 */
#ifndef STORE_SUPPRESSION_H
#define STORE_SUPPRESSION_H

#include <stddef.h>

#include "firmware/store/store.h"

struct suppression {
	int64_t id, inbound_id, created_at;
	const char *msisdn; /* NULL: erased */
	const char *reason; /* stop, manual, import, erasure */
	const char *source;
};
typedef bool (*suppression_fn)(void *user, const struct suppression *suppression);

/* Adds, and cancels what waits (as STOP does, see consent.h). A number there already
 * keeps its first entry. out_cancelled may be NULL. */
enum err suppression_add(struct store *s, const char *msisdn,
	const struct suppression *in, size_t *out_cancelled);
/* ERR_NOTFOUND. Consents stay as they are. */
enum err suppression_remove(struct store *s, const char *msisdn);
enum err suppression_check(struct store *s, const char *msisdn, bool *out);
/* ERR_NOTFOUND: not suppressed. fn is called once. */
enum err suppression_get(
	struct store *s, const char *msisdn, suppression_fn fn, void *user);
struct suppression_query {
	const char *search; /* start of the number; NULL: all */
	int64_t before;	    /* id, 0: from the newest */
	size_t max;
};
/* Newest first. */
enum err suppression_find(struct store *s, const struct suppression_query *query,
	suppression_fn fn, void *user);
enum err suppression_count(struct store *s, int64_t *out);

#endif
