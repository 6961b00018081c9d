/*
 * What dispatch*.c and choose.c call of each other. Nobody else includes this.
 */
#ifndef RADIO_DISPATCH_PARTS_H
#define RADIO_DISPATCH_PARTS_H

#include "firmware/radio/dispatch/dispatch.h"

/* dispatch_order.c: a lane's groups by (served, due_at, id), as a treap. What is compared
 * must not change while a group is in. */
bool dispatch_order_before(const struct queue_item *a, uint64_t served_a,
	const struct queue_item *b, uint64_t served_b);
void dispatch_order_add(struct dispatch *d, struct dispatch_lane *lane, int16_t group);
void dispatch_order_remove(struct dispatch *d, struct dispatch_lane *lane, int16_t group);

/* dispatch_sims.c */
static inline bool dispatch_set_has(const struct dispatch_set *set, int place)
{
	return set->bits[place / 64] >> (place % 64) & 1;
}
void dispatch_sims_look_up(struct dispatch *d); /* the configuration is a new one */
/* The first place in the set from `from` on, or DISPATCH_NONE. */
int dispatch_set_next(const struct dispatch_set *set, int from);
void dispatch_set_put(struct dispatch_set *set, int place, bool is_in);
int16_t dispatch_sim_group(const struct dispatch *d, const char *group);
const struct plan_price *dispatch_tariff(
	const struct dispatch *d, const struct plan *plan, int64_t route_id);
void dispatch_refresh_lane(const struct dispatch *d, struct dispatch_lane *lane);
/* Role, group, plan and lane: what does not change from message to message. */
enum dispatch_why dispatch_may_ever(
	const struct dispatch *d, const struct dispatch_lane *lane, int place);

/* dispatch_judge.c */
struct dispatch_ask { /* a message, looked at from all SIMs */
	const struct queue_item *item;
	unsigned rank;
	const struct dispatch_lane *lane;
	bool is_quick;		/* lane->may is right: choosing. Else why not is asked. */
	int quota, owner_quota; /* indexes in config->quotas, or DISPATCH_NONE */
	const struct dispatch_refusal *refusal; /* NULL: none */
	const struct limits_now *now;
};
struct limits_ask dispatch_limits_ask(
	const struct dispatch *d, const struct dispatch_ask *ask, int place);
struct dispatch_verdict dispatch_judge_time(
	const struct queue_item *item, const struct limits_now *now);
/* quota: index in config->quotas, or DISPATCH_NONE. */
struct dispatch_verdict dispatch_judge_quota(const struct dispatch *d, int quota,
	const struct queue_item *item, const struct limits_now *now);
struct dispatch_verdict dispatch_judge_sim(
	const struct dispatch *d, const struct dispatch_ask *ask, int place);
bool dispatch_is_reserved(const struct dispatch *d, unsigned rank);

/* dispatch_window.c */
int16_t dispatch_item_at(const struct dispatch *d, int64_t id);
void dispatch_item_free(struct dispatch *d, int16_t item);
void dispatch_item_take(struct dispatch *d, int16_t item); /* charges its source */
void dispatch_item_put_back(struct dispatch *d, int16_t item);
void dispatch_groups_moved(struct dispatch *d); /* SIMs have changed for all lanes */
int dispatch_quota_find(const struct dispatch *d, int64_t source);

/* dispatch.c */
const struct dispatch_refusal *dispatch_refusal_find(
	const struct dispatch *d, int64_t message_id);

#endif
