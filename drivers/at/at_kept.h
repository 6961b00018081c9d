/*
 * Does a modem still know what set-up told it? Not each that starts anew says so, nor has
 * its echo on then; and others may have had it reset. A table for at_dialog; the context
 * is struct at_kept.
 *
 * Asked is what would cost most if it were gone: the routing of messages (27.005 3.4.1),
 * one short question; and, where they come directly, whether they wait for our
 * acknowledgement (3.2.1). Where a modem does not tell its routing, or not as it was
 * told: whether news of the registration are on (27.007 7.2), which every start turns
 * off.
 */
#ifndef DRIVERS_AT_KEPT_H
#define DRIVERS_AT_KEPT_H

#include "drivers/at/at_dialog.h"

struct at_kept {
	/* set by the owner before a dialogue */
	bool is_routed;
	struct at_cnmi route; /* if so, as it was taken */
	bool needs_ack;	      /* direct messages are acknowledged (+CSMS=1) */
	/* what the dialogue found */
	bool is_forgotten;
	bool is_route_sure;
	/* kept from one to the next: a sign that misleads costs one set-up, not more */
	bool is_route_vain;    /* it read otherwise, and not as it was told since */
	bool is_service_vain;  /* the same of +CSMS */
	unsigned reg_news_on;  /* readings in a row */
	bool is_reg_news_vain; /* they were once found off: trusted after a while only */
};

extern const struct at_script at_kept_check;

#endif
