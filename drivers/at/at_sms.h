/*
 * The dialogues of TS 27.005 in PDU mode: set-up, listing, reading, deleting. Tables for
 * at_dialog; the context is struct at_sms. Sending is in modem_submit.c, as it waits for
 * its caller in the middle.
 */
#ifndef DRIVERS_AT_SMS_H
#define DRIVERS_AT_SMS_H

#include "drivers/at/at_dialog.h"
#include "drivers/at/at_length.h"
#include "drivers/modem.h"

enum {
	AT_CNMI_MAX = 32 /* octets of a command that sets the routing */
};

enum at_service { /* 27.005 3.2.1 */
	AT_SERVICE_UNTOLD,
	AT_SERVICE_PLAIN, /* 0: the modem acknowledges to the network itself */
	AT_SERVICE_ACKED, /* 1: we do, by +CNMA */
};

enum at_ack {
	AT_ACK_TAKEN,
	AT_ACK_LATE, /* nobody waits for it: the text will come again */
	AT_ACK_REFUSED,
	AT_ACK_SILENT
};

struct at_sms {
	/* quirks; set by the owner before a set-up */
	const char *cnmi; /* the family's own routing, tried first; NULL: none */
	bool is_ack_vain; /* +CNMA is refused, whatever +CSMS=1 said */
	bool wants_flow;  /* RTS and CTS are wired: has_flow tells if the modem agreed */
	/* what set-up found */
	struct at_cpms_list memories;
	struct at_cnmi_ranges ranges;
	bool has_ranges, is_routed, has_flow, lacks_ira;
	unsigned routes_tried;
	char wanted[AT_CNMI_MAX];
	bool has_wanted;
	struct at_cnmi route;	   /* the one tried last: if is_routed, the one taken */
	enum at_service service;   /* asked for last */
	bool needs_ack;		   /* it was granted: direct messages want +CNMA */
	bool wants_ack_n;	   /* ... and that wants <n> */
	enum at_ack ack;	   /* how the last one ended; while needs_ack */
	enum modem_store selected; /* <mem1> now; NONE: not known */
	bool wants_three; /* it selects a memory only with all of <mem1> to <mem3> */
	struct modem_fill fill[MODEM_MEMORIES]; /* by enum modem_store, as told last */
	/* the running dialogue */
	enum modem_store store;
	uint16_t index;
	bool has_head, has_odd; /* has_odd: something that is no message was logged */
	bool is_refused;	/* the list that ended last */
	bool is_cut;		/* it had a line that did not come whole */
	struct at_lengths lengths, direct_lengths;
	unsigned odd_direct; /* in a row: not as long as their headers say */
	unsigned unlisted;   /* bit s: memory s of a sweep may hold what was not seen */
	struct at_stored head;
	modem_stored_fn each;
	void *user;
};

/* The modem started; sms is zeroed, or of the same modem, whose habits are kept. */
void at_sms_init(struct at_sms *sms);

extern const struct at_script at_sms_setup;
extern const struct at_script at_sms_park;
extern const struct at_script at_sms_sweep;  /* each for every received message */
extern const struct at_script at_sms_fetch;  /* each for store, index */
extern const struct at_script at_sms_delete; /* store, index */
extern const struct at_script at_sms_ack;

/* A header and its PDU line that came unasked, as a message given to each. False: it is
 * no PDU, or not all of one, that comes again as long as nobody acknowledges it. */
bool at_sms_emit(struct at_sms *sms, const struct at_stored *head, const char *pdu,
	modem_stored_fn each, void *user);
void at_sms_emit_pdu(const struct at_stored *head, const uint8_t *pdu, size_t octets,
	modem_stored_fn each, void *user);

#endif
