/*
 * Which message over which SIM, and why not: pure functions of a snapshot and a time.
 *
 * Classes are strict: otp, alert, transactional and conversation alike, promotional. In a
 * class the source (campaign, API key, user) that has had the fewest parts goes first,
 * then what is due longest. Then the SIM: the one that the message is for or its number
 * knows, the cheapest, the one with most left of its bundle, the one that rested longest.
 *
 * One thread, no heap. struct dispatch is big: on the heap or static, dispatch_init().
 */
#ifndef RADIO_DISPATCH_H
#define RADIO_DISPATCH_H

#include "firmware/radio/dispatch/dispatch_snapshot.h"
#include "firmware/radio/dispatch/dispatch_why.h"

struct dispatch_choice {
	int item, place;
	enum sim_choice choice;
	struct limits_sum cost;
};

unsigned dispatch_rank(enum message_class class); /* 0: goes first */

void dispatch_init(struct dispatch *d);
/* config and quotas (one for each of config->quotas, its rule and what is used filled in)
 * are borrowed until the next call. All that waits is dropped: fetch it again. */
void dispatch_set_config(
	struct dispatch *d, const struct dispatch_config *config, struct limits *quotas);

/* SIMs. A place is an index in sims; DISPATCH_NONE: no such SIM, or no room. */
int dispatch_sim_find(const struct dispatch *d, int64_t sim_id);
int dispatch_sim_add(struct dispatch *d, int64_t sim_id);
void dispatch_sim_set(struct dispatch *d, int place,
	const struct dispatch_sim_state *state, uint64_t now_ms);

/* The window. What is taken or aside stays so. */
void dispatch_drop_waiting(struct dispatch *d);
/* What waits of a group is now items[n], in order; more: the store has more of it. False:
 * there was no room for all. */
bool dispatch_put_group(struct dispatch *d, const struct queue_group *key,
	const struct queue_item *items, size_t n, bool more);
/* Between these two every group that is not put loses what waits of it. */
void dispatch_refill_begin(struct dispatch *d);
void dispatch_refill_keep(struct dispatch *d, const struct queue_group *key);
void dispatch_refill_end(struct dispatch *d);
/* For a fetch: the groups of what is taken or aside, one for each, into
 * out[DISPATCH_ITEMS_MAX]; those of which the store has more and at least low wait, into
 * out[DISPATCH_GROUPS_MAX]; is there one of which less waits? */
size_t dispatch_marked(const struct dispatch *d, struct queue_group *out);
size_t dispatch_full_groups(
	const struct dispatch *d, size_t low, struct queue_group *out);
bool dispatch_is_low(const struct dispatch *d, size_t low);
void dispatch_wake_aside(struct dispatch *d);

/* The best message for any idle SIM, and the SIM. Changes nothing. */
bool dispatch_choose(const struct dispatch *d, const struct limits_now *now,
	struct dispatch_choice *out);
void dispatch_take(struct dispatch *d, const struct dispatch_choice *choice,
	const struct limits_now *now);

/* What stops the SIM whatever the message: a limit, or DISPATCH_READY. */
struct dispatch_verdict dispatch_sim_limit(
	const struct dispatch *d, int place, const struct limits_now *now);

/* Of the message that the SIM at place has in hand: may its next part go, what it costs,
 * whether it went (or may have), the whole message's end. */
struct dispatch_verdict dispatch_part_fit(
	const struct dispatch *d, int place, const struct limits_now *now);
struct limits_sum dispatch_part_cost(const struct dispatch *d, int place);
void dispatch_part_went(struct dispatch *d, int place, const struct limits_now *now);
void dispatch_hand_over(struct dispatch *d, int place);

/* What became of a taken message: done with; for later; not claimed after all. */
void dispatch_forget(struct dispatch *d, int64_t message_id);
void dispatch_set_aside(struct dispatch *d, int64_t message_id);
void dispatch_put_back(struct dispatch *d, int64_t message_id);
/* This SIM refused it; or may not have it, as a new recipient. For the next time. */
void dispatch_note_refusal(struct dispatch *d, int64_t message_id, int place);
void dispatch_note_barred(struct dispatch *d, int64_t message_id, int place);

/* Why it is not on air. mark: of the snapshot's item, or DISPATCH_WAITING. */
struct dispatch_verdict dispatch_explain(const struct dispatch *d,
	const struct dispatch_item *item, const struct limits_now *now);
const struct dispatch_item *dispatch_item_find(const struct dispatch *d, int64_t id);
/* How many wait for this SIM alone; all that wait, for sim_id 0. */
size_t dispatch_waiting(const struct dispatch *d, int64_t sim_id);

#endif
