/*
 * What each SIM did, by quarters of an hour, counted in the transaction of the deed; and
 * how long its submits take.
 */
#ifndef STORE_USAGE_H
#define STORE_USAGE_H

#include "firmware/store/db.h"

#define USAGE_QUARTER_MS INT64_C(900000) /* sim_usage.quarter, quota_usage.quarter */

enum usage_kind {
	USAGE_SENT,
	USAGE_DELIVERED,
	USAGE_UNDELIVERED,
	USAGE_FAILED,
	USAGE_UNKNOWN,
	USAGE_RECEIVED,
};

enum err usage_add(struct store *s, int64_t sim_id, enum usage_kind kind);
/* A part that is on air, or may be: USAGE_SENT or USAGE_UNKNOWN, with its price, for the
 * SIM and for those whose message it is. Once for a part. */
struct usage_part {
	int64_t message_id, sim_id, price;
	enum usage_kind kind;
};
enum err usage_add_part(struct store *s, const struct usage_part *part);
/* Moving mean of submit_ms, written when it has changed by a tenth, or every 16th time:
 * nobody needs it fresher, and flash wears. */
enum err usage_submit(struct store *s, int64_t sim_id, uint32_t submit_ms);

#endif
