/*
 * What the files of the bank call of each other. Nobody else includes this.
 */
#ifndef RADIO_RADIO_PARTS_H
#define RADIO_RADIO_PARTS_H

#include "firmware/radio/radio.h"
#include "firmware/radio/radio_jobs.h"
#include "firmware/radio/radio_times.h"
#include "firmware/radio/slot/slot.h"

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
	size_t n_slots;
	uint64_t started_ms, seed;
	bool is_moved; /* something changed: look for work at the end of this turn */
	bool is_stopping;
	loop_fn stopped;
	void *stopped_user;
	struct dispatch dispatch;
	struct radio_sim sims[DISPATCH_SIMS_MAX]; /* by place */
	int places[RADIO_SLOTS_MAX];		  /* by slot.index: see radio_place() */
	struct radio_config config;
	struct radio_fetch fetch;
	struct radio_explain explain;
	struct radio_times times;
	struct radio_start start;
	struct radio_hints hints;
	struct radio_asker askers[RADIO_SLOTS_MAX];  /* by slot.index */
	struct radio_asker testers[RADIO_SLOTS_MAX]; /* the same, of self-tests */
	struct loop_timer tick, part_timer;
};

/* radio_fetch.c */
void radio_fetch_init(struct radio *radio);
/* As soon as may be. */
void radio_fetch_want(struct radio *radio);
/* At a UTC ms. */
void radio_fetch_plan(struct radio *radio, int64_t due_at);
/* At the end of a turn: posts what is wanted. */
void radio_fetch_turn(struct radio *radio);

/* radio_config.c */
void radio_config_init(struct radio *radio);
void radio_config_fini(struct radio *radio);
/* Read anew, as soon as may be. */
void radio_config_want(struct radio *radio);
void radio_config_turn(struct radio *radio); /* at the end of a turn */
/* A part went: counted, whether or not the configuration is being read. */
void radio_config_went(struct radio *radio, int place);

/* radio_sims.c */
struct limits_now radio_now(const struct radio *radio);
/* Tells the dispatcher of all slots. */
void radio_sims_tell(struct radio *radio);
int radio_place(const struct radio *radio, const struct slot *slot);
/* Slots that a limit stops for long are held, with its reason; none if it is over. */
void radio_sims_hold(struct radio *radio);
void radio_sims_release(struct radio *radio);
/* Why an idle slot takes nothing, for a while: a limit; or DISPATCH_READY. */
struct dispatch_verdict radio_sim_limit(const struct radio *radio, int place);
/* slot_host */
bool radio_may_go_on(void *user, struct slot *slot, int64_t *out_price);
uint32_t radio_draw(void *user);
void radio_claimed(void *user, struct slot *slot, const struct queue_claim *claim);
void radio_part_ended(void *user, struct slot *slot, const struct slot_part_end *end);

/* radio_explain.c */
void radio_explain_init(struct radio *radio);
/* ERR_BUSY: another question is being answered. */
enum err radio_explain(
	struct radio *radio, uint64_t peer, int64_t seq, int64_t message_id);

/* radio_hints.c */
void radio_hint_message(struct radio *radio, int64_t id, enum message_state state);
void radio_hint_inbound(struct radio *radio, int64_t id);
void radio_hint_slot(struct radio *radio, const struct slot *slot);
void radio_hints_flush(struct radio *radio); /* of messages: one line a commit */
void radio_hint_times(struct radio *radio);  /* what was measured is written down */
void radio_hint_all(struct radio *radio, struct bus_peer *peer);

/* radio_command.c */
void radio_command(struct radio *radio, struct bus_peer *peer, const char *line);
/* slot_host.ussd_ended */
void radio_command_ussd_ended(
	void *user, struct slot *slot, const struct slot_ussd_end *end);
/* slot_host.test_ended */
void radio_command_test_ended(
	void *user, struct slot *slot, const struct slot_test_end *end);
struct radio_reply {
	uint64_t peer;
	int64_t seq, until, n;
	const char *code, *text;
};
void radio_command_reply(struct radio *radio, const struct radio_reply *reply);

#endif
