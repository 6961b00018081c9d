/*
 * The dialogues of TS 27.007 that a message gateway needs: who the modem is, its SIM, its
 * network. Tables for at_dialog; the context is struct at_net.
 */
#ifndef DRIVERS_AT_NET_H
#define DRIVERS_AT_NET_H

#include "drivers/at/at_dialog.h"
#include "drivers/modem.h"

enum {
	AT_DOMAIN_CS,
	AT_DOMAIN_PS,
	AT_DOMAIN_EPS,
	AT_DOMAIN_5GS,
	AT_DOMAIN_COUNT
};

struct at_net {
	struct modem_info info;
	struct modem_sim_info sim;
	struct modem_net_info net;
	enum modem_reg regs[AT_DOMAIN_COUNT];
	bool act8_is_lte; /* modem_quirks */
	bool was_lost;	  /* in no network the last time either */
	bool asks_why;	  /* it is in none now: this dialogue asks for the reason */
	struct {	  /* the last refusal; of this SIM alone */
		uint8_t cause;
		char words[64], sim[24];
	} refused;
	struct modem_networks networks;
	bool is_search_moot;		   /* nobody wants to know any more */
	uint8_t ims_vain;		   /* AT+CIREG? asked in vain, since the probe */
	bool is_radio_off, is_off_network; /* AT+CFUN?, AT+COPS? said so */
	/* that was changed, and no network found since */
	bool is_radio_changed, is_selection_changed;
	unsigned answered; /* bit d: domain d told its state in this dialogue */
	struct {	   /* the service centre, as told last, and of which SIM */
		char number[24], sim[24];
		bool is_gone, is_restored;
	} centre;
	const char *iccid_cmd;	   /* the family's own, tried first; NULL: none */
	const char *pin_tries_cmd; /* likewise, before AT+CPINR */
	const char *reset_cmd;
	char pin[12], puk[12]; /* puk: "" unless it is what the SIM asks for */
};

extern const struct at_script at_net_identify; /* fills info */
extern const struct at_script at_net_sim;      /* fills sim */
extern const struct at_script at_net_pin;      /* enters pin, or puk and pin */
extern const struct at_script at_net_status;   /* fills net and regs */
extern const struct at_script at_net_search;   /* fills networks */
extern const struct at_script at_net_reset;    /* sends reset_cmd */
extern const struct at_script at_net_ping;     /* AT: is the line clean? */

/* A +CREG line that came unasked. True: the registration as a whole changed. */
bool at_net_take_reg(struct at_net *net, const char *text);
/* After at_net_status: a domain that did not answer is none of this modem's. */
void at_net_settle(struct at_net *net);
/* Messages pass over any domain, so any registration will do. */
enum modem_reg at_net_reg(const struct at_net *net);

#endif
