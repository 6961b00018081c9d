/*
 * Which message over which SIM: a pure function of a snapshot and a time. The snapshot is
 * a bounded window on the queue: ids and what choosing needs; the store has the rest and
 * is the truth, so that every fetch replaces the window.
 *
 * Classes are strict: otp, alert, transactional and conversation alike, promotional. In a
 * class the source (campaign, API key) that has had the fewest parts goes first. A
 * message for one SIM goes nowhere else and blocks nobody; one that a SIM refused goes
 * over another while there is one.
 *
 * On the caller's memory, no heap, one thread.
 */
#ifndef RADIO_DISPATCH_H
#define RADIO_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/store/queue.h"

enum {
	DISPATCH_ITEMS_MAX = 512,
	DISPATCH_SOURCES_MAX = 128,
	DISPATCH_REFUSALS_MAX = 128,
	DISPATCH_RANKS = 4,
	DISPATCH_ASIDE_MAX = DISPATCH_ITEMS_MAX / 4,
};

enum dispatch_mark {
	DISPATCH_WAITING,
	DISPATCH_TAKEN, /* on its way over a SIM */
	DISPATCH_ASIDE, /* an inbound text of its number is unread: until the next hint */
};

struct dispatch_item {
	struct queue_item item;
	enum dispatch_mark mark;
	uint16_t source; /* in sources */
};

/* A source's share of a class: the parts it has had, counted from the least served one.
 */
struct dispatch_source {
	int64_t source;
	uint8_t rank;
	uint64_t served, used; /* used: when it was last seen, for eviction */
};

struct dispatch_refusal {
	int64_t message_id, sim_id;
};

struct dispatch {
	struct dispatch_item items[DISPATCH_ITEMS_MAX];
	size_t n;
	struct dispatch_source sources[DISPATCH_SOURCES_MAX];
	size_t n_sources;
	uint64_t
		floor[DISPATCH_RANKS]; /* virtual time by rank: where a newcomer starts */
	uint64_t used;
	struct dispatch_refusal refusals[DISPATCH_REFUSALS_MAX]; /* a ring: only a hint */
	size_t next_refusal;
};

/* Zeroed memory is an empty snapshot. */

/* Replaces all that is not taken by items[n] (taken ones among them are skipped). Those
 * aside stay aside. False: some were left out for want of room, and must be fetched
 * again.
 */
bool dispatch_refill(struct dispatch *d, const struct queue_item *items, size_t n);
/* Ids that a fetch shall skip (taken and aside), sorted, into ids[DISPATCH_ITEMS_MAX]. */
size_t dispatch_skip_ids(const struct dispatch *d, int64_t *ids);
/* The next work hint came: what was aside may be tried again. */
void dispatch_wake_aside(struct dispatch *d);

/* The best message for sims[which], an index in items, or -1. sims[n_sims]: all that
 * work, busy or not. Changes nothing. */
int dispatch_pick(const struct dispatch *d, const int64_t *sims, size_t n_sims,
	size_t which, int64_t now);
/* Marks it taken and charges its source. */
void dispatch_take(struct dispatch *d, int index);
/* A taken message is done with, whatever became of it: out of the snapshot. */
void dispatch_forget(struct dispatch *d, int64_t message_id);
/* Beyond DISPATCH_ASIDE_MAX it is forgotten, and found again by a fetch. */
void dispatch_set_aside(struct dispatch *d, int64_t message_id);
/* It was not claimed after all: it waits on. */
void dispatch_put_back(struct dispatch *d, int64_t message_id);
/* This SIM refused it: for the next time it comes by. */
void dispatch_note_refusal(struct dispatch *d, int64_t message_id, int64_t sim_id);

/* How many wait for this SIM alone; all that wait for any, for sim_id 0. */
size_t dispatch_waiting(const struct dispatch *d, int64_t sim_id);
/* 0: goes first. */
unsigned dispatch_rank(enum message_class class);

#endif
