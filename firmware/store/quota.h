/*
 * Limits of who sends: campaigns, API keys and panel users, named by their source
 * (source.h). Parts count, and money, from when they may have gone on air.
 */
#ifndef STORE_QUOTA_H
#define STORE_QUOTA_H

#include "firmware/store/source.h"
#include "firmware/store/store.h"

struct quota {
	int64_t source;
	int64_t per_minute; /* parts: the pace; 0: none */
	int64_t per_day;    /* parts, in the box's time zone; 0: no limit */
	int64_t budget; /* millionths: of a campaign in all, else a month; 0: no limit */
	char group[64]; /* goes over this group's SIMs alone; "" over those of none */
};
typedef bool (*quota_fn)(void *user, const struct quota *quota); /* false: stop */

/* Sets all of it; one without any limit or group is removed. ERR_ARG: below 0. */
enum err quota_put(struct store *s, const struct quota *in);
/* ERR_NOTFOUND: no limits. */
enum err quota_get(struct store *s, int64_t source, struct quota *out);
enum err quota_each(struct store *s, quota_fn fn, void *user);

/* What a source with a day or money limit has sent since then (UTC ms, to the quarter of
 * an hour; 0: ever). What went before it had one is not known. */
struct quota_usage {
	int64_t parts, money;
};
enum err quota_usage_read(
	struct store *s, int64_t source, int64_t since, struct quota_usage *out);
/* Removes up to max quarters from before then, but of campaigns. */
enum err quota_usage_sweep(struct store *s, int64_t before, size_t max, size_t *out_n);

#endif
