/*
 * Inside the front: outputs that are switched by text, one text at a time. What its job
 * does next is decided on the loop (front_switch.c), each step runs on the store's
 * thread.
 */
#ifndef RADIO_FRONT_COMMAND_H
#define RADIO_FRONT_COMMAND_H

#include "drivers/board_profile.h"
#include "firmware/radio/store_thread.h"

enum {
	FRONT_CHANGES = 64 /* remembered of an output */
};

struct front_output {
	int64_t changed_ms[FRONT_CHANGES]; /* by messages, a ring; below 0: before start
					    */
	uint32_t n_changed;
	struct loop_timer timer; /* it goes off by itself */
	struct front *front;
};

enum front_step {    /* what the job of the switches does */
	FRONT_BEGIN, /* reads what the last run left */
	FRONT_LOOK,  /* for the next text that is a command */
	FRONT_TAKE,  /* it is going to be done: never again */
	FRONT_TELL,  /* what came of it */
};

struct front_switch {
	struct store_job job; /* while it is posted, the fields down to `on` are its */
	enum front_step step;
	int64_t looked_id;		       /* texts up to it were looked at */
	int64_t past_id;		       /* those up to it came before this run */
	int64_t seen_id;		       /* by this look */
	bool is_found, is_all;		       /* a command; nothing came after seen_id */
	int64_t inbound_id, scts, received_at; /* the command */
	char from[64];
	unsigned output;
	const char *outcome; /* for the audit */
	bool is_taken;	     /* and its audit written */
	bool on;
	bool has_told; /* by the first step */

	bool posted, is_new; /* is_new: more came in */
	uint64_t decided_ms;
	struct front *front;
	struct loop_timer timer;
	struct front_output outputs[BOARD_OUTPUTS_MAX];
};

/* The job's run(): its step. The store's errors. */
enum err front_command_run(struct store *s, struct store_job *job);

#endif
