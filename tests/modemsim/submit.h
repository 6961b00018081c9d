/*
 * Sending: the prompt, the body, the air, the answer. TS 27.005 3.5.1.
 */
#ifndef MODEMSIM_SUBMIT_H
#define MODEMSIM_SUBMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/modemsim/fault.h"
#include "tests/modemsim/simpdu.h"

struct modem;

/* AT+CMGS under way. */
struct submit {
	size_t tpdu_len;
	bool text_mode;
	char to[SIMPDU_NUMBER_MAX]; /* text mode */
	uint64_t cmd_ms, body_ms;
	uint8_t pdu[SIMPDU_MAX];
	size_t pdu_len;
	struct simpdu_submit message;
	bool has_fault;
	struct fault_rule fault; /* a copy: rules may change meanwhile */
	bool running;		 /* between the body and the answer */
	uint8_t mr;
};

/* Shows the prompt for modem->submit. */
void submit_prompt(struct modem *modem);
/* A late answer is due. */
void submit_late_due(void *modem);
/* A body or ESC after the prompt. */
void submit_body(struct modem *modem, const char *text, size_t len);
void submit_abort(struct modem *modem);
/* The modem was reset or unplugged while a message was under way. */
void submit_interrupted(struct modem *modem);

#endif
