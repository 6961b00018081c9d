/*
 * A header and its PDU as a message.
 */
#include "drivers/at/at_sms.h"

#include <string.h>

enum {
	MTI_MASK = 3,
	MTI_STATUS_REPORT = 2, /* TS 23.040 9.2.3.1, towards the mobile */
	ODD_MOST = 4	       /* a line that loses octets has good ones in between */
};

/* Where texts take turns none is the one that was doubted last. */
static bool is_doubted(
	struct at_sms *sms, const struct at_stored *head, const uint8_t *octets, size_t n)
{
	bool is_odd =
		sms->needs_ack && at_lengths_doubt(&sms->direct_lengths, head, octets, n);

	sms->odd_direct = is_odd ? sms->odd_direct + 1 : 0;
	return is_odd && sms->odd_direct < ODD_MOST;
}

static bool is_report(const uint8_t *pdu, size_t octets)
{
	size_t first = 1u + pdu[0];
	return first < octets && (pdu[first] & MTI_MASK) == MTI_STATUS_REPORT;
}

void at_sms_emit_pdu(const struct at_stored *head, const uint8_t *pdu, size_t octets,
	modem_stored_fn each, void *user)
{
	const struct modem_stored stored = {
		.store = head->store,
		.index = head->index,
		.is_status_report = is_report(pdu, octets),
		.pdu = pdu,
		.octets = octets,
	};
	each(user, &stored);
}

bool at_sms_emit(struct at_sms *sms, const struct at_stored *head, const char *pdu,
	modem_stored_fn each, void *user)
{
	uint8_t octets[MODEM_PDU_MAX];
	size_t n;

	if (!at_parse_pdu(pdu, strlen(pdu), octets, &n))
		return false;
	at_lengths_begin(&sms->direct_lengths);
	if (is_doubted(sms, head, octets, n))
		return false;
	at_sms_emit_pdu(head, octets, n, each, user);
	return true;
}
