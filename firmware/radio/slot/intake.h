/*
 * A PDU that came in, decoded and put into the store: a text, a status report, or what
 * cannot be read (kept as it is). Runs on the store's thread, inside a transaction.
 */
#ifndef RADIO_INTAKE_H
#define RADIO_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/store/inbound.h"
#include "firmware/store/queue.h"

enum intake_kind {
	INTAKE_TEXT,
	INTAKE_REPORT,
	INTAKE_UNREADABLE, /* kept raw, shown */
	INTAKE_OURS,	   /* a draft somebody left on the SIM: not for us, stays there */
};

struct intake_result {
	enum intake_kind kind;
	int64_t inbound_id; /* INTAKE_TEXT, _UNREADABLE: complete now; else 0 */
	bool duplicate;
	int64_t message_id;	  /* INTAKE_REPORT: whose; 0: nobody's yet */
	enum message_state state; /* of that message now */
};

enum intake_kind intake_kind_of(const uint8_t *pdu, size_t octets);
enum err intake_store(struct store *s, int64_t sim_id, const uint8_t *pdu, size_t octets,
	struct intake_result *out);

#endif
