/*
 * A state machine as one table: a row an event, a column a state, a handler in each cell.
 * An empty cell means that the event cannot happen there: it is logged and dropped, here
 * and nowhere else. States and events have names, used in every log line.
 */
#ifndef BASE_FSM_H
#define BASE_FSM_H

#include <stdbool.h>
#include <stdint.h>

/* data: what came with the event, borrowed until return; may be NULL. */
typedef void (*fsm_fn)(void *user, const void *data);

struct fsm_def {
	const char *name; /* of the machine, in logs: "slot" */
	unsigned n_states, n_events;
	const char *const *states; /* names */
	const char *const *events;
	const fsm_fn *cells; /* [event * n_states + state]; NULL: cannot happen */
	/* After every change of state, also by fsm_go(). May be NULL. */
	void (*entered)(void *user, unsigned from, unsigned to);
};

struct fsm {
	const struct fsm_def *def; /* borrowed, static */
	const char *id;		   /* which of them, in logs; borrowed */
	void *user;
	unsigned state;
	uint32_t n_dropped;
};

void fsm_init(struct fsm *fsm, const struct fsm_def *def, const char *id, void *user,
	unsigned state);
/* False: dropped. */
bool fsm_event(struct fsm *fsm, unsigned event, const void *data);
/* To a state; nothing happens where it is there already. */
void fsm_go(struct fsm *fsm, unsigned state);
const char *fsm_state_name(const struct fsm *fsm);

/* A cell for events that may happen and mean nothing there. */
void fsm_ignore(void *user, const void *data);

#endif
