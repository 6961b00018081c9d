/*
 * The bank: the modems, their SIMs, the world, and what is to happen by itself.
 */
#ifndef MODEMSIM_BANK_H
#define MODEMSIM_BANK_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/base/err.h"
#include "tests/modemsim/loop.h"
#include "tests/modemsim/modem.h"
#include "tests/modemsim/sim.h"
#include "tests/modemsim/simlog.h"
#include "tests/modemsim/world.h"

enum {
	BANK_MODEMS_MAX = 128,
	BANK_HOOKS_MAX = 32,
	BANK_COMMAND_MAX = 1024,
};

/* A command for later: at a time, or after so many submits. */
struct bank_hook {
	bool armed;
	int modem;	       /* whose submits count; -1: all */
	unsigned long submits; /* 0: by time */
	struct timer timer;
	struct bank *bank;
	char command[BANK_COMMAND_MAX];
};

struct bank {
	struct loop loop;
	struct simlog log;
	struct world world;
	struct modem_env env;
	struct modem *modems; /* owned [count] */
	struct sim *sims;     /* owned [count] */
	unsigned count;
	char dir[160];
	int inotify_fd;
	struct watch inotify;
	unsigned long submits[BANK_MODEMS_MAX];
	unsigned long submits_all;
	struct bank_hook hooks[BANK_HOOKS_MAX];
};

struct bank_options {
	const char *dir; /* links modem0.. are made here; created if missing */
	unsigned count;	 /* 1 to BANK_MODEMS_MAX */
	unsigned calling_code;
	uint64_t seed;
	const char *log_path; /* NULL: no log */
	bool trace;
};

/* Makes the modems, not yet plugged in. bank_fini() also after a failure. */
enum err bank_init(struct bank *bank, const struct bank_options *options);
/* Plugs all in; TCP ports from tcp_base on, 0: none. */
enum err bank_start(struct bank *bank, unsigned tcp_base);
void bank_fini(struct bank *bank);

enum err bank_replug(struct bank *bank, struct modem *modem, const char *name);
/* Exchanges the SIMs of two modems; each is then reset. */
void bank_swap(struct bank *bank, struct modem *a, struct modem *b);
/* Runs command later. False if too many hooks wait. */
bool bank_after_ms(struct bank *bank, uint64_t ms, const char *command);
bool bank_after_submits(
	struct bank *bank, int modem, unsigned long submits, const char *command);

#endif
