/*
 * The dispatcher written a second time, slow and plainly: the whole world in arrays,
 * every limit counted anew from the log of all parts, every message tried on every SIM.
 * It shares nothing with firmware/radio but the words (struct queue_item, struct plan …).
 */
#ifndef TESTS_DISPATCH_MODEL_H
#define TESTS_DISPATCH_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/store/dispatch_config.h"
#include "firmware/store/queue_read.h"

enum {
	MODEL_SIMS = 8,
	MODEL_MESSAGES = 48,
	MODEL_LOG = 512,
	MODEL_QUOTAS = 4,
	MODEL_DAY_MS = 3600000, /* its days are hours, its months three of them */
	MODEL_MONTH_MS = 3 * MODEL_DAY_MS,
};

enum model_state {
	MODEL_WAITING,
	MODEL_TAKEN,
	MODEL_ASIDE,
	MODEL_OVER
};

struct model_message {
	struct queue_item item;
	int64_t owner;
	unsigned number; /* who gets it */
	enum model_state state;
	uint8_t refused, barred; /* by place, a bit each */
};

struct model_sim {
	int64_t id;
	bool is_present, is_live, is_idle, is_gone;
	bool is_out;	    /* its breaker opened, and no probe has closed it */
	uint64_t out_until; /* monotonic */
	uint64_t idle_ms;
	int hand;	       /* index of a message; -1: none */
	unsigned left, bundle; /* of its parts: not ended yet; paid by the bundle */
	int64_t price;
};

struct model_part { /* went on air, or may have */
	int sim;
	int64_t source, owner, wall_ms, money;
	uint64_t air_ms, ended_ms; /* monotonic: on air, its end known */
	bool by_bundle;
	unsigned number, parts; /* parts: of its message */
};

struct model_used { /* counted from the log and from what is in hand */
	int64_t minute, hour, day, month, bundle, money;
};

struct model_served {
	int64_t source;
	unsigned rank;
	uint64_t parts;
};

struct model {
	uint64_t mono_ms;
	int64_t wall_ms;
	bool is_wall_sane;
	bool went_back; /* the clock: what was on its way may end in a day that was full
			 */
	struct dispatch_config config;
	struct model_sim sims[MODEL_SIMS];
	int n_sims;
	struct model_message messages[MODEL_MESSAGES];
	int n_messages;
	struct model_part log[MODEL_LOG];
	int n_log;
	struct model_served served[MODEL_MESSAGES];
	int n_served;
	uint64_t floor[4];
	struct model_used used[MODEL_SIMS]; /* model_count()'s */
};

struct model_choice {
	int message, sim;
	enum sim_choice choice;
	int64_t money;
};

/* Counts what every SIM has used: again after each change of the log, of hands, of time.
 */
void model_count(struct model *m);
unsigned model_rank(enum message_class class);
bool model_choose(const struct model *m, struct model_choice *out);
/* Is there an idle SIM that may take it now? */
bool model_may_go(const struct model *m, int message);
/* Has the number had anything of this SIM this month? */
bool model_knows(const struct model *m, int sim, unsigned number);
int64_t model_recipients(const struct model *m, int sim);
/* Before a message begins to wait: where its source starts, if nothing of it waits. */
void model_joins(struct model *m, int64_t source, unsigned rank);
void model_serves(struct model *m, int64_t source, unsigned rank, int64_t parts);
void model_takes(struct model *m, const struct model_choice *choice);
/* One part of what the SIM has in hand went; all of it ended. */
void model_part_went(struct model *m, int sim, uint64_t air_ms);
void model_hand_over(struct model *m, int sim);
/* By the log alone: "" or what was exceeded. */
const char *model_audit(const struct model *m);

#endif
