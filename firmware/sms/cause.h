/*
 * What networks and modems answer, in words: one plain sentence for each code. Static
 * storage, never NULL; a code that no specification names has a sentence too.
 */
#ifndef SMS_CAUSE_H
#define SMS_CAUSE_H

#include <stdbool.h>
#include <stdint.h>

/* What TP-ST says of the message. */
enum cause_status_class {
	CAUSE_STATUS_DELIVERED = 0, /* the phone has it: 00 */
	CAUSE_STATUS_TRYING = 1,    /* temporary, the service centre tries on: 20 to 3F */
	CAUSE_STATUS_FAILED = 2,    /* permanent, no more tries: 40 to 5F */
	CAUSE_STATUS_GAVE_UP = 3,   /* temporary, yet no more tries: 60 to 7F */
	/* done with, but not known to be delivered: 01, 02 (replaced by a later message)
	 * and 10 to 1F, a service centre's own */
	CAUSE_STATUS_UNCONFIRMED = 4,
};

/* TP-ST, TS 23.040 9.2.3.15. Reserved values count as 63 hex, service rejected, as the
 * clause asks, thus GAVE_UP; those that it leaves to service centres keep their class. */
enum cause_status_class cause_status_class(uint8_t tp_status);
const char *cause_status_text(uint8_t tp_status);

/* TP-FCS, TS 23.040 9.2.3.22. */
const char *cause_fcs_text(uint8_t tp_fcs);

/* +CMS ERROR, TS 27.005 3.2.5. 0 to 127 are RP causes of TS 24.011 E.2, 128 to 255 are
 * TP-FCS. */
const char *cause_cms_text(unsigned code);
bool cause_cms_is_known(unsigned code);

/* +CME ERROR, TS 27.007 9.2. */
const char *cause_cme_text(unsigned code);
bool cause_cme_is_known(unsigned code);

#endif
