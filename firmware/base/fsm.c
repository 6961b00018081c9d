#include "firmware/base/fsm.h"

#include <assert.h>
#include <stddef.h>

#define LOG_MODULE "fsm"
#include "firmware/base/log.h"

void fsm_init(struct fsm *fsm, const struct fsm_def *def, const char *id, void *user,
	unsigned state)
{
	assert(state < def->n_states);
	*fsm = (struct fsm){ .def = def, .id = id, .user = user, .state = state };
}

bool fsm_event(struct fsm *fsm, unsigned event, const void *data)
{
	const struct fsm_def *def = fsm->def;

	assert(event < def->n_events);
	fsm_fn fn = def->cells[event * def->n_states + fsm->state];
	if (!fn) {
		fsm->n_dropped++;
		log_warn("%s=%s state=%s event=%s dropped=%u", def->name, fsm->id,
			def->states[fsm->state], def->events[event], fsm->n_dropped);
		return false;
	}
	fn(fsm->user, data);
	return true;
}

void fsm_go(struct fsm *fsm, unsigned state)
{
	unsigned from = fsm->state;

	assert(state < fsm->def->n_states);
	if (from == state)
		return;
	fsm->state = state;
	if (fsm->def->entered)
		fsm->def->entered(fsm->user, from, state);
}

const char *fsm_state_name(const struct fsm *fsm)
{
	return fsm->def->states[fsm->state];
}

void fsm_ignore(void *user, const void *data)
{
	(void)user;
	(void)data;
}
