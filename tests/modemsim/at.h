/*
 * AT commands as tables: V.250 lines, TS 27.007 and TS 27.005 (release 17) commands.
 */
#ifndef MODEMSIM_AT_H
#define MODEMSIM_AT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/modemsim/modem.h"

/* Results of a command. Error codes are added to the bases. */
enum {
	AT_OK = 0,
	AT_FAIL = -1,	 /* ERROR */
	AT_TAKEN = -2,	 /* the command answers later, by itself */
	AT_QUIET = -3,	 /* never an answer */
	AT_UNKNOWN = -4, /* no such command */
	AT_BARE = -5,	 /* its lines, and no OK after them */
	AT_CME = 1000,
	AT_CMS = 2000,
};

enum {
	AT_ARGS_MAX = 512,
};

enum at_op {
	AT_OP_RUN,  /* +X */
	AT_OP_READ, /* +X? */
	AT_OP_TEST, /* +X=? */
	AT_OP_SET,  /* +X=... */
};

/* What a command must have before it is looked at. */
enum at_need {
	AT_NEED_NOTHING,
	AT_NEED_CARD, /* a SIM, if locked; else +CME ERROR */
	AT_NEED_SIM,  /* one that is open */
	AT_NEED_SMS,  /* else +CMS ERROR */
};

struct at_call {
	struct modem *modem;
	const struct at_command *command;
	enum at_op op;
	const char *text; /* the command as it was written */
	size_t text_len;
	char args[AT_ARGS_MAX]; /* of AT_OP_SET; "" otherwise */
	struct buf *out;
	uint64_t first_ms; /* when the line's first byte came */
};

struct at_command {
	const char *name;
	int (*run)(struct at_call *call);
	const char *test; /* answer of =?; NULL: plain OK */
	enum at_need need;
	enum reg reg; /* for at_register() */
	int max;
};

struct at_table {
	const struct at_command *rows;
	size_t count;
};

extern const struct at_table at_table_general;
extern const struct at_table at_table_net;
extern const struct at_table at_table_sms;
extern const struct at_table at_table_store;

/* Runs the commands of a line (without "AT"); the result of the last, or of the first
 * that failed. */
int at_run(struct modem *modem, const char *line);

/* An information line. */
void at_say(struct at_call *call, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* "+X=n" and "+X?" of a register. */
int at_register(struct at_call *call);
/* +COPS=?: what networks there are, which takes its time. */
int at_search(struct at_call *call);
/* A byte came: a search ends (V.250 5.6.1). False: there is none. */
bool at_search_cut(struct modem *modem);
/* Accepted and forgotten. */
int at_ignore(struct at_call *call);
/* The next comma-separated argument without its quotes. False if there is none or it is
 * too long. */
bool at_arg(const char **args, char *dst, size_t size);
/* The same as a number; an empty one leaves *out alone. False if it is no number. */
bool at_arg_int(const char **args, int low, int high, int *out);

#endif
