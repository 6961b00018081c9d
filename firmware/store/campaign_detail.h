/*
 * What a campaign's report shows beyond its sums: over time, by SIM, by cause.
 */
#ifndef STORE_CAMPAIGN_DETAIL_H
#define STORE_CAMPAIGN_DETAIL_H

#include "firmware/store/store.h"

/* What came of it in steps of time from `from` on, empty ones left out: parts accepted,
 * delivered, and not delivered or refused. A walk over all its messages. */
struct campaign_timeline {
	int64_t campaign_id;
	int64_t from, step_ms; /* UTC ms */
};
struct campaign_bucket {
	int64_t at; /* its start, UTC ms */
	int64_t sent, delivered, failed;
};
typedef bool (*campaign_bucket_fn)(void *user, const struct campaign_bucket *bucket);
enum err campaign_timeline(struct store *s, const struct campaign_timeline *timeline,
	campaign_bucket_fn fn, void *user);
/* By SIM, in parts; then why messages did not arrive, the most frequent first. */
struct campaign_sim {
	int64_t sim_id, parts, delivered, failed;
	int64_t money; /* millionths, of the parts that were not refused */
};
typedef bool (*campaign_sim_fn)(void *user, const struct campaign_sim *sim);
enum err campaign_by_sim(struct store *s, int64_t id, campaign_sim_fn fn, void *user);
struct campaign_cause {
	const char *cause; /* message.cause */
	int64_t n;
};
typedef bool (*campaign_cause_fn)(void *user, const struct campaign_cause *cause);
enum err campaign_causes(struct store *s, int64_t id, campaign_cause_fn fn, void *user);

#endif
