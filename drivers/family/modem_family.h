/*
 * What differs between modem families, as data. A new family is one file (copy
 * modem_skel.c), one line in modem_registry.c and one transcript in tests/transcripts/;
 * README.md in this folder tells how.
 */
#ifndef DRIVERS_MODEM_FAMILY_H
#define DRIVERS_MODEM_FAMILY_H

#include <stdbool.h>

#include "drivers/at/at_dialog.h"
#include "drivers/modem.h"

/* What an unsolicited line means to us: at_urc.what. */
enum modem_urc {
	MODEM_URC_NOISE,     /* known, and of no interest */
	MODEM_URC_STORED,    /* +CMTI, +CDSI: a message lies in a memory */
	MODEM_URC_DIRECT,    /* +CMT, +CDS: it is here, its PDU on the next line */
	MODEM_URC_REG,	     /* +CREG and its kin */
	MODEM_URC_SIM,	     /* the SIM came, went or locked */
	MODEM_URC_SIM_READY, /* the same, and a start prints it, too */
	MODEM_URC_STARTED,   /* printed only at power-on: all settings are lost */
	MODEM_URC_STARTING,  /* printed in the seconds after that */
	MODEM_URC_FULL,	     /* message memory full */
	MODEM_URC_USSD,	     /* +CUSD: the operator's words */
	MODEM_URC_RING,	     /* somebody calls */
	MODEM_URC_CALLER,    /* +CLIP: who */
	MODEM_URC_CALL_ENDED,
	MODEM_URC_CLOCK, /* what time the network says it is */
};

struct modem_quirks {
	uint32_t prompt_ms;	     /* 0: DEADLINE_PROMPT */
	uint32_t cmgs_answer_ms;     /* 0: DEADLINE_CMGS_ANSWER */
	const char *iccid_cmd;	     /* NULL: the usual ones are tried in turn */
	const char *pin_tries_cmd;   /* NULL: AT+CPINR alone */
	const char *cnmi;	     /* "2,1,0,1,0"; NULL: chosen from +CNMI=? */
	const char *restart_cmd;     /* NULL: AT+CFUN=1,1 */
	const char *vendor_cmd;	     /* harder reset; NULL: it has none */
	const char *temperature_cmd; /* NULL: it does not tell */
	const char *supply_cmd;	     /* NULL: AT+CBC */
	const char *clock_cmd;	     /* asked before AT+CCLK?; NULL: it has none */
	bool act8_is_lte; /* +COPS? tells LTE-M as <AcT> 8, EC-GSM-IoT elsewhere */
	bool packs_ussd;  /* AT+CUSD takes and gives packed octets as hexadecimal */
};

struct modem_id {	   /* a table of them ends with both NULL */
	const char *maker; /* how AT+CGMI begins, letters without case; NULL: any */
	const char *model; /* stands somewhere in AT+CGMM; NULL: any */
};

/* Which of the ports of a USB modem takes commands and tells news: a hint, as it is tried
 * before the others. A table of them ends with vendor 0. */
struct modem_usb {
	uint16_t vendor, product; /* product 0: any */
	uint8_t interface;
};

struct modem_ops {
	const char *name;	     /* as shown in the panel: modem_info.family */
	const struct modem_id *ids;  /* NULL: any modem */
	const struct modem_usb *usb; /* NULL: nothing is known */
	struct modem_quirks quirks;
	struct at_script setup;	   /* after the common set-up; n 0: nothing. ctx NULL */
	const struct at_urc *urcs; /* before the common ones; what: enum modem_urc */
};

extern const struct modem_ops modem_generic, modem_skel;
extern const struct modem_ops modem_simcom, modem_simcom_lte, modem_quectel,
	modem_quectel_lte, modem_huawei, modem_zte, modem_ublox, modem_telit,
	modem_sierra, modem_wavecom, modem_cinterion;

/* Some family's modems say such a line unasked. */
bool modem_registry_is_urc(const char *text);
/* The first family that matches; the generic one takes what nobody wants. */
const struct modem_ops *modem_registry_find(const struct modem_info *info);
/* The interface to try first for the modem with these USB ids; -1: nothing is known. */
int modem_registry_usb_interface(uint16_t vendor, uint16_t product);

#endif
