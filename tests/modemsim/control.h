/*
 * The control socket: Unix stream, one command a line, one JSON line back.
 */
#ifndef MODEMSIM_CONTROL_H
#define MODEMSIM_CONTROL_H

#include "firmware/base/err.h"
#include "tests/modemsim/bank.h"

enum {
	CONTROL_CLIENTS_MAX = 8,
};

struct control_client {
	struct control *control;
	struct watch watch;
	struct buf in, out;
};

struct control {
	struct bank *bank;
	char path[108];
	struct watch listener;
	struct control_client clients[CONTROL_CLIENTS_MAX];
};

/* Listens on path (mode 0600); an old socket there is replaced. */
enum err control_open(struct control *control, struct bank *bank, const char *path);
/* Also on a zeroed struct. */
void control_close(struct control *control);

#endif
