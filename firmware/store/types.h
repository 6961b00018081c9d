/*
 * The closed enums of the store, as both daemons and the API name them. The numbers are
 * what stands in the file: never renumber, only add.
 */
#ifndef STORE_TYPES_H
#define STORE_TYPES_H

#include <stdint.h>

#include "firmware/base/vstr.h"
#include "firmware/store/sim_types.h"

enum message_state {
	MESSAGE_HELD = 0, /* waits for a window, an approval, a consent, or is paused */
	MESSAGE_QUEUED = 1,
	MESSAGE_SENDING = 2,
	MESSAGE_SENT = 3,
	MESSAGE_DELIVERED = 4,
	MESSAGE_UNDELIVERED = 5,
	MESSAGE_FAILED = 6,
	MESSAGE_EXPIRED = 7,
	MESSAGE_CANCELLED = 8,
	MESSAGE_UNKNOWN = 9,
};
#define MESSAGE_STATE_COUNT 10

enum message_class { /* in order of priority */
	CLASS_OTP = 1,
	CLASS_ALERT = 2,
	CLASS_TRANSACTIONAL = 3,
	CLASS_CONVERSATION = 4, /* same rank as transactional */
	CLASS_PROMOTIONAL = 5,
};

enum message_flag {
	MESSAGE_FLAG_SIM_FIXED = 1,	    /* only over message.sim_id */
	MESSAGE_FLAG_STOP_CONFIRMATION = 2, /* the one text a STOP is answered with */
	MESSAGE_FLAG_AFFINE = 4, /* rather over message.sim_id: its number knows it */
};

enum message_encoding {
	MESSAGE_GSM7 = 0,
	MESSAGE_UCS2 = 2
};

enum part_state {
	PART_SENDING = 1,
	PART_SENT = 2,	  /* the network accepted it */
	PART_UNKNOWN = 3, /* it may or may not have gone on air; never sent again by us */
	PART_DELIVERED = 4,
	PART_UNDELIVERED = 5,
	PART_FAILED = 6, /* refused for good */
};

enum campaign_state {
	CAMPAIGN_DRAFT = 0,
	CAMPAIGN_RUNNING = 1,
	CAMPAIGN_PAUSED = 2,
	CAMPAIGN_CANCELLED = 3,
	CAMPAIGN_DONE = 4,
};

enum skip_reason {
	SKIP_NONE = 0,
	SKIP_NO_CONSENT = 1,
	SKIP_SUPPRESSED = 2,
	SKIP_OPTED_OUT = 3,
	SKIP_TOO_LONG = 4, /* the text filled in for this contact has too many parts */
	SKIP_NO_VALUE = 5, /* a placeholder without fallback has no value */
	SKIP_EMPTY = 6,
	SKIP_LEFT = 7,	   /* counted, not stored: off the list before their turn came */
	SKIP_COUNTRY = 8,  /* the box does not send to the number's country */
	SKIP_TOO_LATE = 9, /* no window opens before the campaign's end */
};
#define SKIP_REASON_COUNT 10

enum consent {
	CONSENT_NONE = 0,
	CONSENT_IN = 1,
	CONSENT_OUT = 2
};

enum inbound_state {
	INBOUND_NEW = 0,
	INBOUND_READ = 1,
	INBOUND_UNDECODED = 2,
	INBOUND_INCOMPLETE = 3,
};

enum inbound_kind { /* what came in */
	INBOUND_TEXT = 0,
	INBOUND_CALL = 1,      /* somebody rang */
	INBOUND_VOICEMAIL = 2, /* the operator's notice of waiting messages */
	INBOUND_MMS = 3,       /* the notice of a picture message */
	INBOUND_FLASH = 4,     /* class 0: a phone would show it at once */
};

extern const struct vstr inbound_kind_names[];	   /* "text", "call" … */
extern const struct vstr message_state_names[];	   /* "queued" … */
extern const struct vstr message_class_names[];	   /* "otp" … */
extern const struct vstr message_encoding_names[]; /* "gsm7", "ucs2" */
extern const struct vstr part_state_names[];
extern const struct vstr campaign_state_names[];
extern const struct vstr skip_reason_names[];
extern const struct vstr inbound_state_names[];

#endif
