/*
 * The text of AT answers into structs: pure functions of one line (no CR, LF), which
 * accept a whole line or reject it. TS 27.005 and TS 27.007 (release 16), as modems of
 * the last twenty years really print them.
 *
 * Every function: text[len] need not be terminated; false: not this answer, or malformed;
 * out is then untouched.
 */
#ifndef DRIVERS_AT_PARSE_H
#define DRIVERS_AT_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/modem_types.h"

enum at_final {
	AT_FINAL_OK,
	AT_FINAL_ERROR, /* bare, or a vendor's words: no code */
	AT_FINAL_CME,	/* 27.007 9.2 */
	AT_FINAL_CMS,	/* 27.005 3.2.5 */
};

#define AT_CODE_NONE 0xFFFF
#define AT_ACT_NONE 0xFF

/* out_code: the number, also where the modem answered in words; else AT_CODE_NONE. */
bool at_parse_final(const char *text, size_t len, enum at_final *out, uint16_t *out_code);

struct at_reg {
	enum modem_reg stat;
	bool is_answer;	      /* <n> came first: the answer to +CREG?, not news */
	uint8_t n;	      /* of an answer: 0, no news are told; else 0 */
	uint8_t act;	      /* <AcT> (at_parse_net.h), or AT_ACT_NONE */
	uint8_t reject_cause; /* after +CREG=3, where the network refused; else 0 */
};
/* +CREG, +CGREG, +CEREG, +C5GREG; 27.007 7.2, 10.1.20, 10.1.22. */
bool at_parse_reg(const char *text, size_t len, struct at_reg *out);
/* 27.007 8.5. 0: not known. */
bool at_parse_csq(const char *text, size_t len, int *out_rssi_dbm);
/* 27.007 8.2, the answer to +CFUN?: 1 is full functionality. */
bool at_parse_cfun(const char *text, size_t len, uint16_t *out_fun);
bool at_parse_cpin(const char *text, size_t len, enum modem_sim_state *out);
struct at_cusd {
	uint8_t m;	  /* 0 to 5 */
	const char *text; /* borrowed from the line; quotes taken off */
	size_t text_len;  /* 0: none */
	bool has_dcs;
	uint8_t dcs;
};
/* 27.007 7.15. Quotes may stand inside the text; its end may lack. */
bool at_parse_cusd(const char *text, size_t len, struct at_cusd *out);
/* What a +CME/+CMS error code says about the SIM; false: nothing. */
bool at_parse_sim_error(
	enum at_final kind, uint16_t code, enum modem_sim_state *out_state);

/* +CCID, +ICCID, ^ICCID, +QCCID, +CRSM of EF-ICCID (TS 31.102 4.2.2), or bare: digits. */
bool at_parse_iccid(const char *text, size_t len, char *dst, size_t size);
/* 14 to 16 digits alone, or after a prefix: IMSI and IMEI. */
bool at_parse_identity(const char *text, size_t len, char *dst, size_t size);
/* Numbers come with + where the type says international; UCS2 in hex is understood. */
bool at_parse_cnum(const char *text, size_t len, char *dst, size_t size);
bool at_parse_csca(const char *text, size_t len, char *dst, size_t size);
/* The manufacturer, model or revision line without its prefix and quotes. */
bool at_parse_words(const char *text, size_t len, char *dst, size_t size);

struct at_stored {		/* one message as its header line describes it */
	enum modem_store store; /* +CMTI and +CDSI only */
	uint16_t index;		/* not in +CMGR, +CMT, +CDS */
	uint8_t stat;		/* 27.005 3.1 <stat>, in +CMGL and +CMGR */
	uint16_t tpdu_octets;	/* without the service centre address */
};
bool at_parse_cmti(const char *text, size_t len, struct at_stored *out); /* and +CDSI */
bool at_parse_cmgl(const char *text, size_t len, struct at_stored *out);
bool at_parse_cmgr(const char *text, size_t len, struct at_stored *out);
bool at_parse_cmt(const char *text, size_t len, struct at_stored *out); /* and +CDS */
/* Such a header as text mode has it (27.005 3): AT+CMGF=0 is forgotten. */
bool at_parse_is_text_mode(const char *text, size_t len);
/* The line after such a header. */
bool at_parse_pdu(
	const char *text, size_t len, uint8_t out[MODEM_PDU_MAX], size_t *out_octets);
bool at_parse_cmgs(const char *text, size_t len, uint8_t *out_mr);

/* 27.005 3.4.1: bit v of each is set if the modem takes value v (0 to 15). */
struct at_cnmi_ranges {
	uint16_t mode, mt, bm, ds, bfr;
};
bool at_parse_cnmi_ranges(const char *text, size_t len, struct at_cnmi_ranges *out);
#define AT_CNMI_UNTOLD (-1)
struct at_cnmi { /* AT_CNMI_UNTOLD: the line ended before it */
	int mode, mt, ds;
};
/* The answer to +CNMI?, or the command that sets it; 27.005 3.4.1. */
bool at_parse_cnmi(const char *text, size_t len, struct at_cnmi *out);
/* The answer to +CSMS?: <service>; 27.005 3.2.1. */
bool at_parse_csms(const char *text, size_t len, uint16_t *out_service);
/* +CPMS=?: bit s of each is set if enum modem_store s can be used; 27.005 3.2.2. */
struct at_cpms_list {
	uint8_t read, receive; /* <mem1>, <mem3> */
};
bool at_parse_cpms_list(const char *text, size_t len, struct at_cpms_list *out);

#endif
