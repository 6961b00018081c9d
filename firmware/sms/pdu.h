/*
 * The transfer PDUs of TS 23.040 (Release 17) 9.2.2: SUBMIT, DELIVER, STATUS-REPORT, as
 * modems give and take them in PDU mode (TS 27.005 3.1 "pdu"). Octets, not hex: see
 * str_from_hex(). Decoders take or reject the whole input and never read past it. After a
 * PDU octets FF are a SIM record's padding (TS 51.011 10.5.3); after a DELIVER some
 * modems show what an older, longer record left, which is ignored so that no text is
 * lost. What is encoded always decodes. Pure functions, safe from any thread.
 */
#ifndef SMS_PDU_H
#define SMS_PDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/sms/address.h"
#include "firmware/sms/content.h"
#include "firmware/sms/scts.h"
#include "firmware/sms/validity.h"

#define PDU_TPDU_OCTETS_MAX                                                              \
	164 /* SUBMIT with 12 of address, 7 of validity, 140 of data */
#define PDU_OCTETS_MAX (ADDRESS_OCTETS_MAX + PDU_TPDU_OCTETS_MAX)
#define PDU_HEX_SIZE (2 * PDU_OCTETS_MAX + 1)

enum pdu_frame {
	PDU_FRAME_SMSC =
		0, /* a service centre address in front: +CMGS, +CMGR, +CMT, +CDS */
	PDU_FRAME_TPDU = 1, /* the TPDU alone */
};

enum pdu_kind { /* TP-MTI, 9.2.3.1, of the three that a modem shows us */
	PDU_KIND_DELIVER = 0,
	PDU_KIND_SUBMIT = 1,
	PDU_KIND_STATUS_REPORT = 2,
};

/* In all three: smsc is read and written in PDU_FRAME_SMSC only; encoding takes ud and
 * dcs, and never looks at content, which decoding fills from them. */

struct sms_submit {		 /* 9.2.2.2 */
	struct sms_address smsc; /* text "": the SIM's own */
	bool reject_duplicates;	 /* TP-RD */
	bool report_request;	 /* TP-SRR */
	bool reply_path;	 /* TP-RP */
	uint8_t mr;		 /* TP-MR; modems put in their own and tell it in +CMGS */
	struct sms_address to;	 /* TP-DA */
	uint8_t pid;		 /* TP-PID, 0 for text */
	uint8_t dcs;		 /* TP-DCS */
	struct validity validity;
	struct sms_ud ud;
	struct sms_content content;
};

struct sms_deliver { /* 9.2.2.1 */
	struct sms_address smsc;
	bool more_messages;	 /* TP-MMS, as a meaning and not as the inverted bit */
	bool loop_prevention;	 /* TP-LP */
	bool report_indication;	 /* TP-SRI */
	bool reply_path;	 /* TP-RP */
	struct sms_address from; /* TP-OA */
	uint8_t pid;
	uint8_t dcs;
	struct scts sent; /* TP-SCTS */
	struct sms_ud ud;
	struct sms_content content;
};

struct sms_status_report { /* 9.2.2.3 */
	struct sms_address smsc;
	bool more_messages;
	bool loop_prevention;
	bool of_command;	       /* TP-SRQ: answers a COMMAND, not a SUBMIT */
	uint8_t mr;		       /* TP-MR of the SUBMIT that it is about */
	struct sms_address to;	       /* TP-RA */
	struct scts sent;	       /* TP-SCTS */
	struct scts discharged;	       /* TP-DT */
	uint8_t status;		       /* TP-ST, see cause_status_class() */
	bool has_pid, has_dcs, has_ud; /* TP-PI */
	uint8_t pid;
	uint8_t dcs;
	struct sms_ud ud;	    /* at most 131 octets */
	struct sms_content content; /* set if has_ud */
};

/* ERR_INPUT: too short to say, a bad service centre address, or a reserved TP-MTI. */
enum err pdu_kind_get(
	const uint8_t *pdu, size_t len, enum pdu_frame frame, enum pdu_kind *out);
/* Octets after the service centre: the number in AT+CMGS= and +CMT:. ERR_INPUT as above.
 */
enum err pdu_tpdu_len(const uint8_t *pdu, size_t len, size_t *out_octets);

/* ERR_INPUT: not such a PDU. */
enum err pdu_submit_decode(
	const uint8_t *pdu, size_t len, enum pdu_frame frame, struct sms_submit *out);
enum err pdu_deliver_decode(
	const uint8_t *pdu, size_t len, enum pdu_frame frame, struct sms_deliver *out);
enum err pdu_status_report_decode(const uint8_t *pdu, size_t len, enum pdu_frame frame,
	struct sms_status_report *out);

/* ERR_ARG: a field that would not decode; ERR_MEM: size (PDU_OCTETS_MAX always does). */
enum err pdu_submit_encode(const struct sms_submit *in, enum pdu_frame frame,
	uint8_t *out, size_t size, size_t *out_octets);
enum err pdu_deliver_encode(const struct sms_deliver *in, enum pdu_frame frame,
	uint8_t *out, size_t size, size_t *out_octets);
enum err pdu_status_report_encode(const struct sms_status_report *in,
	enum pdu_frame frame, uint8_t *out, size_t size, size_t *out_octets);

#endif
