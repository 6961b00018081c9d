/*
 * SUBMIT-REPORT, TS 23.040 (Release 17) 9.2.2.2a: what a service centre says to a SUBMIT
 * beyond yes and no. Modems show the one of an RP-ACK as <ackpdu> of +CMGS: after
 * AT+CSMS=1 (TS 27.005 4.3), without a service centre address. As pdu.h otherwise.
 */
#ifndef SMS_PDU_ACK_H
#define SMS_PDU_ACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/sms/content.h"
#include "firmware/sms/scts.h"

struct sms_submit_report {
	bool is_error;	  /* of an RP-ERROR: with TP-FCS */
	uint8_t fcs;	  /* 0x80 to 0xFF, see cause_fcs_text() */
	struct scts sent; /* TP-SCTS, when the service centre took the SUBMIT */
	bool has_pid, has_dcs, has_ud; /* TP-PI */
	uint8_t pid;
	uint8_t dcs;
	struct sms_ud ud;	    /* at most 140 octets, though the clause has 152 */
	struct sms_content content; /* set if has_ud */
};

/* The kind of RP message is not in the TPDU: the caller knows it. ERR_INPUT: not such a
 * TPDU. */
enum err pdu_submit_report_decode(
	const uint8_t *tpdu, size_t len, bool is_error, struct sms_submit_report *out);
/* ERR_ARG: a field that would not decode; ERR_MEM: size (PDU_TPDU_OCTETS_MAX always
 * does). */
enum err pdu_submit_report_encode(const struct sms_submit_report *in, uint8_t *out,
	size_t size, size_t *out_octets);

#endif
