/*
 * One modem and the SIM in it: a state machine from the port's appearance to sending, and
 * back through every failure. Struct and parts are shared by slot*.c; others use the
 * functions at the end.
 *
 * Loop thread. Nothing is allocated after slot_init() but by the modem behind it.
 */
#ifndef RADIO_SLOT_H
#define RADIO_SLOT_H

#include "drivers/modem.h"
#include "firmware/base/fsm.h"
#include "firmware/radio/slot/inbox.h"
#include "firmware/radio/slot/ladder.h"
#include "firmware/radio/slot/outcome.h"
#include "firmware/radio/dispatch/rate.h"
#include "firmware/radio/slot/slot_balance.h"
#include "firmware/radio/slot/slot_call.h"
#include "firmware/radio/slot/slot_care.h"
#include "firmware/radio/slot/slot_chore.h"
#include "firmware/radio/slot/slot_log.h"
#include "firmware/radio/slot/slot_pin.h"
#include "firmware/radio/slot/slot_puk.h"
#include "firmware/radio/slot/slot_scan.h"
#include "firmware/radio/slot/slot_host.h"
#include "firmware/radio/slot/slot_rows.h"
#include "firmware/radio/slot/slot_send.h"
#include "firmware/radio/slot/slot_states.h"
#include "firmware/radio/slot/slot_time.h"
#include "firmware/radio/slot/slot_ussd.h"
#include "firmware/radio/slot/slot_way.h"

struct slot_hold {
	enum reason reason;
	uint64_t hold_ms; /* 0: until released */
};

struct slot {
	const struct slot_host *host;
	unsigned index; /* 0-based */
	char port[128], name[8];
	int board_bay; /* of the board's profile, POWER_NO_BAY: none */
	struct fsm fsm;
	struct modem *modem;
	bool is_open, is_known, is_set_up; /* is_known: a modem has answered here */
	bool is_awaited; /* restarted by us: its ports may go and come, once */
	struct modem_info info;
	struct modem_sim_info sim;
	struct modem_net_info net;
	int64_t sim_id;			     /* 0: none, or not yet in the store */
	bool is_enabled, is_new, stays_home; /* of its SIM; is_new: not admitted */
	enum reason reason;
	uint64_t since_ms; /* in this state */
	struct loop_timer timer;
	struct ladder ladder;
	unsigned refusals; /* of its port to open, since it was plugged in or opened */
	enum rung rung;
	uint64_t worked_ms; /* last accepted part, or READY reached; 0: not since */
	bool reset_asked, power_asked, is_stopping; /* power_asked: by its supply */
	struct slot_hold hold; /* to be taken on the way out of SENDING */
	struct slot_chore chore;
	struct slot_ussd ussd;
	struct slot_pin pin;
	struct slot_puk puk;
	struct slot_balance balance;
	struct slot_care care;
	struct slot_scan scan;
	struct slot_calls calls;
	struct slot_log log;
	struct slot_time time;
	struct slot_send send;
	struct inbox_host inbox_host;
	struct inbox inbox;
	struct rate rate;
	struct slot_way way;
	struct slot_bay bay;
	struct slot_row row;
};

/* host: borrowed. ERR_MEM: the modem. */
enum err slot_init(struct slot *slot, const struct slot_host *host, unsigned index,
	const char *port);
void slot_fini(struct slot *slot);
void slot_plug(struct slot *slot);
void slot_unplug(struct slot *slot);

/* Of two that were read; iccid is the imsi where a modem does not tell it. */
bool slot_is_same_sim(const struct modem_sim_info *a, const struct modem_sim_info *b);
bool slot_is_registered(const struct slot *slot);
/* The network said no, and it is in none since. */
bool slot_is_refused(const struct slot *slot);
bool slot_is_live(const struct slot *slot); /* READY or SENDING */
bool slot_can_send(const struct slot *slot);
/* Only if slot_can_send(). sim_id in take does not matter. */
void slot_send(struct slot *slot, const struct queue_take *take);
/* At the end of each turn of the loop: goes on with a message's next part, does chores.
 * may_rest: no message waits for it. */
void slot_turn(struct slot *slot, bool may_rest);
/* A PIN was entered for the SIM in it: if it waits for one, it is read again. */
void slot_look_again(struct slot *slot);
/* What the store says of its SIM now. */
void slot_apply_sim(struct slot *slot, const struct sim *sim);
/* The store takes nothing (or does again). */
void slot_hold(struct slot *slot, enum reason reason, uint64_t hold_ms);
void slot_release(struct slot *slot, enum reason reason);
void slot_reset(struct slot *slot);
/* The same by switching its supply off and on. Only where power_has_line(). */
void slot_power(struct slot *slot);
/* No new part; false from slot_is_busy() when the one on air is through and the modem
 * keeps what comes in. */
void slot_stop(struct slot *slot);
bool slot_is_busy(const struct slot *slot);
const char *slot_state_name(const struct slot *slot);

#endif
