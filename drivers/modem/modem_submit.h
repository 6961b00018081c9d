/*
 * The state of a submission, and what is remembered of those before. Private to modem*.c.
 */
#ifndef DRIVERS_MODEM_SUBMIT_H
#define DRIVERS_MODEM_SUBMIT_H

#include "drivers/at/at_result.h"
#include "drivers/modem.h"

struct modem_request;

struct modem_submission {
	char text[2 * MODEM_PDU_MAX + 1]; /* the PDU in hex */
	size_t tpdu_octets;
	bool is_released, is_aborted;
	uint8_t mr;
	uint64_t left_ms; /* when the text was written */
};

/* How long this modem and its network take to accept a text. Where they were always quick
 * silence means a lost answer, and the full minute would idle the SIM. */
struct modem_pace {
	char imei[20], sim[24]; /* whose it is; "" where not told */
	uint32_t mean_ms;	/* moving mean */
	uint32_t seen;		/* answers in it */
};

/* Does a refused text use a reference up? Modems do not agree. */
enum modem_refusals {
	REFUSALS_UNSEEN,
	REFUSALS_FREE,
	REFUSALS_COUNT
};

struct modem_count {		      /* of references, to tell a late answer by */
	unsigned steps;		      /* times in a row that it went up by one */
	uint8_t mr;		      /* of the last accepted */
	unsigned lost, refused;	      /* since then */
	enum modem_refusals refusals; /* as seen where nothing was lost */
};

/* The port was opened: it may be another modem, with another SIM and network. */
void modem_pace_doubt(struct modem *m);
/* Modem and SIM were read: what was learnt of the same ones holds, of others it does not.
 */
void modem_pace_own(struct modem *m);
enum err modem_submit_start(struct modem *m);
void modem_submit_ended(
	struct modem *m, const struct modem_request *q, const struct at_result *r);

#endif
