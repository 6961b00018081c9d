/*
 * What AT commands set and a reset clears.
 */
#ifndef MODEMSIM_REGS_H
#define MODEMSIM_REGS_H

#include <stdbool.h>

#include "tests/modemsim/simpdu.h"

/* Number registers that plain "+X=n" commands set. */
enum reg {
	REG_NONE,
	REG_CMEE,
	REG_CMGF,
	REG_CSMS,
	REG_CMMS,
	REG_CREG,
	REG_CGREG,
	REG_CEREG,
	REG_CFUN,
	REG_CGSMS,
	REG_CSDH,
	REG_CLIP,
	REG_COPS_MODE, /* 0: automatic, 2: told to leave the network */
	REG_COPS_FORMAT,
	REG_COUNT,
};

enum memory_kind {
	MEMORY_SM,
	MEMORY_ME,
	MEMORY_SR,
	MEMORY_COUNT,
};

/* What an answered command leaves to be done. */
enum modem_after {
	MODEM_AFTER_RESET = 1,
	MODEM_AFTER_USSD = 2,
	MODEM_AFTER_OFFER = 4,
};

struct modem_regs {
	bool echo, words, quiet; /* V.250 6.2.4 to 6.2.6: E, V, Q */
	int number[REG_COUNT];
	int cnmi[5]; /* mode, mt, bm, ds, bfr */
	enum memory_kind mem[3];
	char cscs[12];
	char csca[SIMPDU_NUMBER_MAX];
};

#endif
