/*
 * Small work between messages, one at a time: texts are read, acknowledged and deleted,
 * the network asked, a SIM that came or went looked at.
 *
 * Loop thread. Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_CHORE_H
#define RADIO_SLOT_CHORE_H

#include <stdbool.h>
#include <stdint.h>

struct inbox_entry;
struct modem_sim_info;
struct slot;

struct slot_chore {
	bool runs;
	struct inbox_entry *entry; /* being deleted; NULL: not that */
	bool sweep_due;		   /* its memory is full */
	bool is_unread;	       /* a text is on the SIM that was not read when it came */
	bool is_sim_news;      /* it is to be read: the modem says that it came or went */
	bool is_doubted;       /* the set-up, as it may have gone with the SIM */
	bool is_route_doubted; /* texts may be stored without a word */
	bool is_parked;	       /* told that we end */
	bool first_sweep;      /* before anything is sent: a STOP may wait on the SIM */
	uint64_t swept_ms, set_up_ms, net_ms, sim_ms, checked_ms; /* when last */
	unsigned sweep_fails, vain_acks;			  /* in a row */
	uint64_t sweep_again_ms;				  /* not before */
	uint64_t sweep_anew_ms; /* the last one is doubted; 0: it is not */
	unsigned doubts;	/* so many before it as well, up to DOUBTS_MAX */
};

void slot_chore_init(struct slot *slot);
/* may_rest: no message waits for it. */
bool slot_chore_is_due(struct slot *slot, bool may_rest);
void slot_chore_start(struct slot *slot, bool may_rest);
void slot_chore_reset(struct slot *slot);
void slot_chore_ended(struct slot *slot);
/* The modem says that a SIM came or went. */
void slot_chore_sim_news(struct slot *slot);
/* The last sweep may have missed a text: another one within a minute. */
void slot_chore_sweep_anew(struct slot *slot);
/* It may have started anew. */
void slot_chore_check_soon(struct slot *slot);
/* Its SIM is looked at next. */
bool slot_chore_doubts_sim(const struct slot *slot);
/* The set-up runs, or just ran. */
bool slot_chore_is_set_up_fresh(const struct slot *slot);
/* Was the SIM that was read the one that it had? */
bool slot_is_its_sim(const struct slot *slot, const struct modem_sim_info *sim);

#endif
