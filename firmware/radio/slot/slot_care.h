/*
 * Looking after a modem while nothing waits: its readings, how full its memories are, and
 * the self-test that somebody asked for.
 *
 * Loop thread. Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_CARE_H
#define RADIO_SLOT_CARE_H

#include "drivers/modem.h"

struct slot;

enum {
	SLOT_CLOCK_OFF_S = 120, /* what the network's clock and ours may differ */
};

struct slot_test_end {	  /* every test that was accepted ends so, once */
	const char *code; /* "": it ran; not_ready: the modem went away before */
	char text[800];	  /* "answers=passed sim=passed signal=failed:+CSQ: 99,99 …" */
};

struct slot_care {
	struct modem_health health; /* as read last */
	bool has_health;
	int64_t clock_off_s;   /* the network's clock is so far ahead; 0: not, or not told
				*/
	uint64_t health_at_ms; /* monotonic: when it is read next */
	bool is_test_asked, is_testing, is_test_cut;
};

void slot_care_init(struct slot *slot);
void slot_care_reset(struct slot *slot); /* the modem starts anew */
/* In percent, of the fullest memory; -1: not known. */
int slot_fill_percent(const struct slot *slot);
/* Runs the self-test after the message in hand; in no network, the networks around are
 * looked for after it (slot_scan.h). ERR_BUSY: one runs. ERR_NOTFOUND: no
 * modem answers here. The end comes through slot_host.test_ended. */
enum err slot_test(struct slot *slot);
/* Somebody has seen enough: it ends after the step that it is at. */
void slot_test_cancel(struct slot *slot);

/* For slot_chore.c. */
bool slot_test_is_due(struct slot *slot, bool may_rest);
enum err slot_test_start(struct slot *slot);
void slot_test_turn(struct slot *slot); /* while it looks for its network */
void slot_test_stop(struct slot *slot); /* it is answered at once, if it waits */
bool slot_health_is_due(struct slot *slot, bool may_rest);
enum err slot_health_start(struct slot *slot);

#endif
