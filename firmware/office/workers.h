/*
 * The named threads of the office side beside the HTTP pool: the link (bus client), the
 * feeder, the rules, the importer and the keeper (checkpoints, expired sessions, old
 * idempotency answers). Each has its own struct office. paneld starts and stops them.
 */
#ifndef OFFICE_WORKERS_H
#define OFFICE_WORKERS_H

#include "firmware/base/clock.h"
#include "firmware/base/err.h"

struct hub;
struct workers;

struct workers_options {
	const char *store_path; /* borrowed for the workers' life, as are all of these */
	const char *run_dir;	/* bus.sock is looked for here */
	const struct clock *clock;
	/* Somebody at the box opened the set-up again: its new token. From a thread of
	 * the workers'. */
	void (*reopened)(void *user, const char *token);
	void *user;
};

enum err workers_start(
	struct workers **out, struct hub *hub, const struct workers_options *options);
/* Ends them: each finishes its transaction, imports go on after the next start. Accepts
 * NULL. The hub is stopped by this call and still belongs to the caller. */
void workers_stop(struct workers *workers);

#endif
