/*
 * What the files of the bank call of each other. Nobody else includes this.
 */
#ifndef RADIO_RADIO_PARTS_H
#define RADIO_RADIO_PARTS_H

#include "firmware/radio/dispatch.h"
#include "firmware/radio/radio.h"
#include "firmware/radio/slot.h"

struct radio_fetch { /* a new window on the queue */
	struct store_job job;
	struct radio *radio;
	struct queue_fetch fetch;
	struct queue_item items[DISPATCH_ITEMS_MAX];
	int64_t skip[DISPATCH_ITEMS_MAX];
	int64_t next_expiry;
	size_t n_expired;
	int64_t disabled[RADIO_SLOTS_MAX]; /* SIMs switched off in the panel */
	size_t n_disabled;
	bool posted, is_wanted, is_full; /* is_full: there was more than it could hold */
	uint64_t at_ms;
	int64_t due_at; /* UTC ms: the next one, 0: none planned */
	struct loop_timer timer;
};

struct radio_start { /* what the last run left */
	struct store_job job;
	struct radio *radio;
	size_t n_unknown;
	bool done;
};

struct radio_asker { /* of a question to a slot's operator */
	uint64_t peer;
	int64_t seq;
};

struct radio_hints {
	struct bus_server *bus;
	char list[BUS_LINE_MAX / 2];
	unsigned n;
	bool dirty[RADIO_SLOTS_MAX];
	struct loop_timer timer;
};

struct radio {
	struct loop *loop;
	struct front *front; /* NULL: none */
	struct slot_host host;
	struct slot *slots[RADIO_SLOTS_MAX]; /* owned; a port keeps its slot */
	size_t n_slots, first;		     /* first: whose turn it is to choose first */
	bool is_moved; /* something changed: look for work at the end of this turn */
	bool is_stopping;
	loop_fn stopped;
	void *stopped_user;
	struct dispatch dispatch;
	struct radio_fetch fetch;
	struct radio_start start;
	struct radio_hints hints;
	struct radio_asker askers[RADIO_SLOTS_MAX]; /* by slot.index */
	struct loop_timer tick;
};

/* radio_fetch.c */
void radio_fetch_init(struct radio *radio);
/* As soon as may be. */
void radio_fetch_want(struct radio *radio);
/* At a UTC ms. */
void radio_fetch_plan(struct radio *radio, int64_t due_at);
/* At the end of a turn: posts what is wanted. */
void radio_fetch_turn(struct radio *radio);

/* radio_hints.c */
void radio_hint_message(struct radio *radio, int64_t id, enum message_state state);
void radio_hint_inbound(struct radio *radio, int64_t id);
void radio_hint_slot(struct radio *radio, const struct slot *slot);
void radio_hints_flush(struct radio *radio); /* of messages: one line a commit */
void radio_hint_all(struct radio *radio, struct bus_peer *peer);

/* radio_command.c */
void radio_command(struct radio *radio, struct bus_peer *peer, const char *line);
/* slot_host.ussd_ended */
void radio_command_ussd_ended(
	void *user, struct slot *slot, const struct slot_ussd_end *end);

#endif
