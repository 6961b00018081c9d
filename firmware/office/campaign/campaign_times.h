/*
 * Inside campaigns: when one may send, and how fast.
 */
#ifndef OFFICE_CAMPAIGN_TIMES_H
#define OFFICE_CAMPAIGN_TIMES_H

#include "firmware/office/campaign/campaigns.h"

/* Checks what the draft says of both and puts the schedule into c. Refusals as in
 * campaigns_create(). */
enum err campaign_times_take(
	struct office *o, const struct campaign_draft *d, struct campaign *c);
/* In the transaction, once the campaign has its id. */
enum err campaign_times_put_limits(
	struct office *o, int64_t id, const struct campaign_limits *limits);
enum err campaign_times_get_limits(
	struct office *o, int64_t id, struct campaign_limits *out);
struct campaign_schedule campaign_times_schedule(const struct campaign *c);
/* invalid_time: its end has come already. */
enum err campaign_times_check_start(struct office *o, const struct campaign *c);

#endif
