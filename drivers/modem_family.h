/*
 * What differs between modem families, as data. A new family is one file (copy
 * modem_skel.c), one line in modem_registry.c and one transcript in tests/transcripts/.
 */
#ifndef DRIVERS_MODEM_FAMILY_H
#define DRIVERS_MODEM_FAMILY_H

#include <stdbool.h>

#include "drivers/at_dialog.h"
#include "drivers/modem.h"

/* What an unsolicited line means to us: at_urc.what. */
enum modem_urc {
	MODEM_URC_NOISE,   /* known, and of no interest */
	MODEM_URC_STORED,  /* +CMTI, +CDSI: a message lies in a memory */
	MODEM_URC_DIRECT,  /* +CMT, +CDS: it is here, its PDU on the next line */
	MODEM_URC_REG,	   /* +CREG and its kin */
	MODEM_URC_SIM,	   /* the SIM came, went or locked */
	MODEM_URC_STARTED, /* printed only at power-on: all settings are lost */
	MODEM_URC_FULL,	   /* message memory full */
	MODEM_URC_USSD,	   /* +CUSD: the operator's words */
};

struct modem_quirks {
	uint32_t prompt_ms;	 /* 0: DEADLINE_PROMPT */
	uint32_t cmgs_answer_ms; /* 0: DEADLINE_CMGS_ANSWER */
	const char *iccid_cmd;	 /* NULL: the usual ones are tried in turn */
	const char *cnmi;	 /* "2,1,0,1,0"; NULL: chosen from +CNMI=? */
	const char *restart_cmd; /* NULL: AT+CFUN=1,1 */
	const char *vendor_cmd;	 /* harder reset; NULL: it has none */
	bool needs_ack;		 /* reports come only with CSMS=1 and want +CNMA */
};

struct modem_ops {
	const char *name; /* as shown in the panel: modem_info.family */
	/* Is it one of ours? info is filled but for family. NULL: any modem. */
	bool (*match)(const struct modem_info *info);
	struct modem_quirks quirks;
	struct at_script setup;	   /* after the common set-up; n 0: nothing. ctx NULL */
	const struct at_urc *urcs; /* before the common ones; what: enum modem_urc */
};

extern const struct modem_ops modem_generic, modem_skel;

/* The first family that matches; the generic one takes what nobody wants. */
const struct modem_ops *modem_registry_find(const struct modem_info *info);

#endif
