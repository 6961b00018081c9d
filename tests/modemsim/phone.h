/*
 * The phones of the world: they put parts together and remember their conversations.
 */
#ifndef MODEMSIM_PHONE_H
#define MODEMSIM_PHONE_H

#include "tests/modemsim/world.h"

/* A part from a SIM arrives at message->to. Returns the whole text if it is complete now
 * (valid until the next call), else NULL. */
const char *phone_receive(
	struct world *world, const char *sim, const struct simpdu_submit *message);
/* The phone's owner wrote. */
void phone_said(struct world *world, const char *number, const char *sim,
	const char *text, unsigned parts);
/* Frees a phone and takes it out of the world. */
void phone_forget(struct world *world, struct phone *phone);

#endif
