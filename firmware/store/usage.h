/*
 * What each SIM did, hour by hour, counted in the transaction of the deed; and how long
 * its submits take.
 */
#ifndef STORE_USAGE_H
#define STORE_USAGE_H

#include "firmware/store/db.h"

enum usage_kind {
	USAGE_SENT,
	USAGE_DELIVERED,
	USAGE_UNDELIVERED,
	USAGE_FAILED,
	USAGE_UNKNOWN,
	USAGE_RECEIVED,
};

enum err usage_add(struct store *s, int64_t sim_id, enum usage_kind kind);
/* Moving mean of submit_ms, written when it has changed by a tenth, or every 16th time:
 * nobody needs it fresher, and flash wears. */
enum err usage_submit(struct store *s, int64_t sim_id, uint32_t submit_ms);

#endif
