#include "firmware/store/types.h"

#include <stddef.h>

const struct vstr inbound_kind_names[] = {
	{ INBOUND_TEXT, "text" },
	{ INBOUND_CALL, "call" },
	{ INBOUND_VOICEMAIL, "voicemail" },
	{ INBOUND_MMS, "mms" },
	{ INBOUND_FLASH, "flash" },
	{ 0, NULL },
};

const struct vstr message_state_names[] = {
	{ MESSAGE_HELD, "held" },
	{ MESSAGE_QUEUED, "queued" },
	{ MESSAGE_SENDING, "sending" },
	{ MESSAGE_SENT, "sent" },
	{ MESSAGE_DELIVERED, "delivered" },
	{ MESSAGE_UNDELIVERED, "undelivered" },
	{ MESSAGE_FAILED, "failed" },
	{ MESSAGE_EXPIRED, "expired" },
	{ MESSAGE_CANCELLED, "cancelled" },
	{ MESSAGE_UNKNOWN, "unknown" },
	{ 0, NULL },
};

const struct vstr message_class_names[] = {
	{ CLASS_OTP, "otp" },
	{ CLASS_ALERT, "alert" },
	{ CLASS_TRANSACTIONAL, "transactional" },
	{ CLASS_CONVERSATION, "conversation" },
	{ CLASS_PROMOTIONAL, "promotional" },
	{ 0, NULL },
};

const struct vstr message_encoding_names[] = {
	{ MESSAGE_GSM7, "gsm7" },
	{ MESSAGE_UCS2, "ucs2" },
	{ 0, NULL },
};

const struct vstr part_state_names[] = {
	{ PART_SENDING, "sending" },
	{ PART_SENT, "sent" },
	{ PART_UNKNOWN, "unknown" },
	{ PART_DELIVERED, "delivered" },
	{ PART_UNDELIVERED, "undelivered" },
	{ PART_FAILED, "failed" },
	{ 0, NULL },
};

const struct vstr campaign_state_names[] = {
	{ CAMPAIGN_DRAFT, "draft" },
	{ CAMPAIGN_RUNNING, "running" },
	{ CAMPAIGN_PAUSED, "paused" },
	{ CAMPAIGN_CANCELLED, "cancelled" },
	{ CAMPAIGN_DONE, "done" },
	{ 0, NULL },
};

const struct vstr skip_reason_names[] = {
	{ SKIP_NO_CONSENT, "no_consent" },
	{ SKIP_SUPPRESSED, "suppressed" },
	{ SKIP_OPTED_OUT, "opted_out" },
	{ SKIP_TOO_LONG, "too_long" },
	{ SKIP_NO_VALUE, "no_value" },
	{ SKIP_EMPTY, "empty" },
	{ SKIP_LEFT, "left" },
	{ SKIP_COUNTRY, "country" },
	{ SKIP_TOO_LATE, "too_late" },
	{ 0, NULL },
};

const struct vstr inbound_state_names[] = {
	{ INBOUND_NEW, "new" },
	{ INBOUND_READ, "read" },
	{ INBOUND_UNDECODED, "undecoded" },
	{ INBOUND_INCOMPLETE, "incomplete" },
	{ 0, NULL },
};

const struct vstr sim_role_names[] = {
	{ SIM_ROLE_BOTH, "both" },
	{ SIM_ROLE_PROMOTIONAL, "promotional" },
	{ SIM_ROLE_SERVICE, "service" },
	{ 0, NULL },
};

const struct vstr sim_choice_names[] = {
	{ CHOICE_NONE, "none" },
	{ CHOICE_ONLY_ONE, "only_one" },
	{ CHOICE_ASKED_FOR, "asked_for" },
	{ CHOICE_KNOWN, "known_to_contact" },
	{ CHOICE_CHEAPEST, "cheapest" },
	{ CHOICE_BUNDLE, "bundle" },
	{ CHOICE_MOVED, "moved" },
	{ CHOICE_ANY, "any" },
	{ CHOICE_PROBE, "probe" },
	{ 0, NULL },
};
