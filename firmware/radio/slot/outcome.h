/*
 * What became of a part, and what to do next: the only place that turns the network's and
 * the modem's answers into retry, give up, hold the SIM, or unknown. Pure: a table and a
 * back-off, no clock.
 */
#ifndef RADIO_OUTCOME_H
#define RADIO_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/radio/slot/reason.h"
#include "firmware/store/types.h"

#define OUTCOME_BARE_ERROR 0xFFFF /* an ERROR without a number */

enum outcome_kind {
	OUTCOME_ACCEPTED,
	OUTCOME_RETRY,		 /* later, over any SIM */
	OUTCOME_RETRY_ELSEWHERE, /* preferably over another SIM */
	OUTCOME_FAIL,
	OUTCOME_UNKNOWN, /* it may be on air: never again by us */
};

enum outcome_answer {
	OUTCOME_ANSWER_ACCEPTED,
	OUTCOME_ANSWER_CMS, /* code */
	OUTCOME_ANSWER_CME, /* code */
	OUTCOME_ANSWER_NOT_SENT,
	OUTCOME_ANSWER_LOST,
};

struct outcome_in {
	enum outcome_answer answer;
	uint16_t code;
	bool text_left; /* PDU and Ctrl-Z had been written: an answer may be about them */
	enum message_class class;
	uint16_t attempts;    /* refused before this one */
	uint16_t sim_refused; /* blames_sim in a row before this one */
	uint32_t draw;	      /* random: a wait is up to a quarter longer */
};

struct outcome {
	enum outcome_kind kind;
	bool counts;	   /* adds to the message's attempts */
	bool blames_sim;   /* one more that this SIM did not get through */
	uint64_t retry_ms; /* wait before the next attempt */
	uint64_t hold_ms;  /* this SIM pauses so long; 0: it goes on */
	enum reason hold_reason;
	char cause[24]; /* machine name: "cms 38", "lost_answer", "not_sent" */
};

struct outcome outcome_decide(const struct outcome_in *in);

/* How long the attempt after `attempts` refused ones waits: base * 2^attempts, capped. */
uint64_t outcome_backoff_ms(enum message_class class, uint16_t attempts);
/* Refusals after which a message of this class fails. */
uint16_t outcome_attempts_max(enum message_class class);

#endif
