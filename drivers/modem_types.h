/*
 * What a modem tells the radio side: the types of modem.h.
 */
#ifndef DRIVERS_MODEM_TYPES_H
#define DRIVERS_MODEM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/modem_net_types.h"
#include "drivers/modem_ussd_types.h"
#include "firmware/base/err.h"

#define MODEM_PDU_MAX 176 /* SMSC address (12) and TPDU (164), octets */

struct modem;

struct modem_info { /* "" where the modem does not tell */
	char manufacturer[48], model[48], revision[64], imei[20];
	char family[24]; /* the driver that took it, modem_ops.name */
};

struct modem_way {     /* to it, where there are several */
	int interface; /* of USB; -1: none */
	int speed;     /* bits a second */
};

enum modem_sim_state {
	MODEM_SIM_READY,
	MODEM_SIM_PIN,
	MODEM_SIM_PUK,
	MODEM_SIM_ABSENT,
	MODEM_SIM_BUSY, /* not yet: ask again */
	MODEM_SIM_FAILED,
};

struct modem_sim_info {
	enum modem_sim_state state;
	char iccid[24], imsi[20], msisdn[20]; /* msisdn: E.164 with +, often "" */
	int8_t pin_tries, puk_tries; /* left; -1: not told. Asked for while locked */
};

enum modem_submit_kind {
	MODEM_SUBMIT_ACCEPTED, /* +CMGS: mr is the TP-MR */
	MODEM_SUBMIT_REFUSED,  /* +CMS/+CME ERROR: code, is_cme */
	MODEM_SUBMIT_NOT_SENT, /* certainly not on air: no prompt, aborted, gone before */
	MODEM_SUBMIT_LOST,     /* Ctrl-Z was written and no answer came */
};

struct modem_submit_result {
	enum modem_submit_kind kind;
	uint8_t mr;
	uint16_t code; /* CMS or CME error number; 0xFFFF: a bare ERROR */
	bool is_cme;
	bool text_left; /* the PDU and Ctrl-Z had been written before this answer */
};

enum modem_store {
	MODEM_STORE_SM,
	MODEM_STORE_ME,
	MODEM_STORE_SR,
	MODEM_STORE_NONE
};

struct modem_stored { /* a message found on or sent up by the modem */
	enum modem_store
		store;	       /* NONE: routed directly (+CMT, +CDS), wants modem_ack() */
	uint16_t index;	       /* in store */
	bool is_status_report; /* as the modem labelled it; decode to be sure */
	const uint8_t *pdu;    /* SMSC address and TPDU; borrowed */
	size_t octets;
};

enum modem_event_kind {
	MODEM_EVENT_GONE,     /* the port failed or hung up; only destroy or reopen now */
	MODEM_EVENT_MESSAGE,  /* stored: a text or report that came unasked */
	MODEM_EVENT_NET,      /* net: registration changed */
	MODEM_EVENT_REBOOTED, /* the modem started anew: all settings are lost */
	MODEM_EVENT_STUCK,    /* several commands in a row had no answer of their own */
	MODEM_EVENT_SIM,      /* the SIM came, went or locked: ask again */
	MODEM_EVENT_FULL,     /* its message memory is full */
	MODEM_EVENT_UNREAD, /* a message came that could not be read: only a sweep can */
	MODEM_EVENT_DOUBT,  /* the last sweep may have taken other answers for its own */
	MODEM_EVENT_CALL,   /* caller: somebody rang, and rings no more */
};

struct modem_event {
	enum modem_event_kind kind;
	const struct modem_stored *stored;
	enum modem_reg reg;
	const char *caller; /* E.164 with +, or as told; "": withheld or not told */
};

typedef void (*modem_event_fn)(void *user, const struct modem_event *event);
typedef void (*modem_done_fn)(void *user, enum err err);
typedef void (*modem_info_fn)(void *user, enum err err, const struct modem_info *info);
typedef void (*modem_sim_fn)(void *user, enum err err, const struct modem_sim_info *sim);
typedef void (*modem_net_fn)(void *user, enum err err, const struct modem_net_info *net);
typedef void (*modem_submit_fn)(void *user, const struct modem_submit_result *result);
typedef void (*modem_stored_fn)(void *user, const struct modem_stored *stored);

#endif
