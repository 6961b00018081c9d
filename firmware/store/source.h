/*
 * Who sends: message.source, the unit of fairness and of quotas, is one number: 0 the
 * box; a campaign its id; an API key minus its id; a user of the panel SOURCE_USER_BASE
 * and the id.
 */
#ifndef STORE_SOURCE_H
#define STORE_SOURCE_H

#include <stdint.h>

#include "firmware/base/vstr.h"

#define SOURCE_USER_BASE (INT64_C(1) << 40)
#define SOURCE_BOX INT64_C(0)
enum source_kind {
	SOURCE_IS_BOX,
	SOURCE_IS_CAMPAIGN,
	SOURCE_IS_KEY,
	SOURCE_IS_USER,
};
int64_t source_of_campaign(int64_t campaign_id);
int64_t source_of_key(int64_t key_id);
int64_t source_of_user(int64_t user_id);
int64_t source_of_kind(enum source_kind kind, int64_t id); /* SOURCE_BOX is of no id */
enum source_kind source_kind(int64_t source);
int64_t source_id(int64_t source); /* of the campaign, key or user; 0 the box */
extern const struct vstr source_kind_names[]; /* "box", "campaign", "key", "user" */

#endif
