/*
 * One part after the other through one modem. The order that makes power cuts decidable:
 * claim (part in `sending`) → commit → Ctrl-Z → answer → recorded together with the next
 * claim. AT+CMGS and its prompt overlap the commit; PDU and Ctrl-Z wait for both.
 */
#ifndef RADIO_SLOT_SEND_H
#define RADIO_SLOT_SEND_H

#include "drivers/modem.h"
#include "firmware/radio/slot/outcome.h"
#include "firmware/radio/store_thread.h"
#include "firmware/store/queue.h"

struct slot;

enum slot_end_kind {
	SLOT_END_DONE,	  /* accepted, unknown, failed: the store knows */
	SLOT_END_RETRY,	  /* it waits again, not before due_at */
	SLOT_END_GONE,	  /* not to be sent after all */
	SLOT_END_UNREAD,  /* an inbound text of its number comes first */
	SLOT_END_LATER,	  /* its number has had enough: the store has put it off */
	SLOT_END_BARRED,  /* its number would be one too many for the SIM */
	SLOT_END_UNSTORED /* the store took nothing: as if never claimed */
};

struct slot_end {
	enum slot_end_kind kind;
	int64_t message_id, due_at;
	bool sim_refused;
};

struct slot_part_end { /* what became of one part */
	int64_t message_id;
	const char *msisdn; /* borrowed */
	bool went;	    /* it is on air, or may be */
	bool is_accepted, blames_sim;
};

struct slot_claim {
	struct store_job job;
	struct slot *slot;
	struct queue_claim claim; /* of the message that the slot works on */
	struct queue_take take;	  /* what was decided; price: of this part */
	int64_t id, sim_id;
	uint16_t seq; /* 0: not claimed yet, claim it; else its next part */
	enum queue_claim_result result;
	bool posted;
};

struct slot_result {
	struct store_job job;
	struct slot *slot;
	int64_t id;
	uint16_t seq, parts;
	struct outcome outcome;
	uint8_t mr;
	uint32_t submit_ms;
	int64_t due_at;
	enum message_state state; /* of the message then */
	bool posted;
};

struct slot_leave { /* parts not yet on air go back to the queue */
	struct store_job job;
	struct slot *slot;
	int64_t id, due_at;
	uint16_t seq;
	bool posted;
};

/* Where the part in hand is. */
enum slot_phase {
	SLOT_PHASE_NONE,
	SLOT_PHASE_CLAIMING, /* the store has been asked */
	SLOT_PHASE_PROMPT,   /* AT+CMGS runs, Ctrl-Z is not allowed yet */
	SLOT_PHASE_AIR,	     /* Ctrl-Z is allowed: it may be on air */
};

struct slot_send {
	enum slot_phase phase;
	bool is_built, is_committed, is_aborted;
	uint16_t seq; /* of the part in hand */
	uint8_t pdu[MODEM_PDU_MAX];
	size_t octets;
	uint64_t air_ms;     /* when it was released */
	uint16_t resume_seq; /* the next part of the message in claim; 0: none */
	uint16_t refused, lost, not_sent; /* in a row */
	struct slot_claim claim;
	struct slot_result result;
	struct slot_leave leave;
};

void slot_send_init(struct slot *slot);
/* Claims a message, or the next part of the one in hand. take->sim_id is the slot's. */
void slot_send_claim(struct slot *slot, const struct queue_take *take);
void slot_send_resume(struct slot *slot);
/* The modem became free: the submit that waited for it goes now. */
void slot_send_go(struct slot *slot);
/* The slot cannot send now: remaining parts go back to the queue, for the same SIM. */
void slot_send_leave(struct slot *slot);
/* Nothing in hand, and what was is on its way to the store, at the latest together with
 * the next claim. */
bool slot_send_is_ready(const struct slot *slot);
bool slot_send_is_busy(const struct slot *slot);

#endif
