/*
 * The states of a slot and the events that move it; the table is in slot.c.
 */
#ifndef RADIO_SLOT_STATES_H
#define RADIO_SLOT_STATES_H

enum slot_state {
	SLOT_ABSENT,	  /* no port, or none that opens */
	SLOT_POWERING,	  /* a moment before the port is opened */
	SLOT_PROBING,	  /* who answers? */
	SLOT_SIM_WAIT,	  /* reading the SIM, or waiting for one */
	SLOT_PIN,	  /* it is locked */
	SLOT_REGISTERING, /* known to the store, set up, looking for its network */
	SLOT_READY,
	SLOT_SENDING, /* from the claim to the answer */
	SLOT_HELD,    /* works, but must not send now */
	SLOT_RECOVERING,
	SLOT_FAULT,
	SLOT_STATES
};

enum slot_event {
	SLOT_EV_PLUGGED,
	SLOT_EV_UNPLUGGED,
	SLOT_EV_GONE,	  /* the port failed */
	SLOT_EV_REBOOTED, /* the modem started anew by itself */
	SLOT_EV_STUCK,	  /* it does not answer any more */
	SLOT_EV_SICK,	  /* enum reason: it answers, and does not do its work */
	SLOT_EV_SIM_NEWS, /* the modem says that the SIM came, went or locked */
	SLOT_EV_SIM,	  /* it did */
	SLOT_EV_NET,	  /* registration changed */
	SLOT_EV_TIMER,
	SLOT_EV_PROBED,	  /* struct modem_info */
	SLOT_EV_SIM_READ, /* struct modem_sim_info */
	SLOT_EV_KNOWN,	  /* the store has the SIM's row */
	SLOT_EV_SET_UP,
	SLOT_EV_NET_READ,   /* struct modem_net_info */
	SLOT_EV_FAILED,	    /* enum err: a request of the start failed */
	SLOT_EV_RESET_DONE, /* enum err: of a rung of the ladder */
	SLOT_EV_SEND,	    /* a message was claimed for it */
	SLOT_EV_SENT,	    /* its answer is known, or there will be none */
	SLOT_EV_HOLD,	    /* struct slot_hold */
	SLOT_EV_RELEASE,
	SLOT_EV_RESET, /* somebody asked for it */
	SLOT_EVENTS
};

#endif
