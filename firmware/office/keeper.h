/*
 * The keeper's thread: small steps of the store's checkpoint while anything is written,
 * the times of waiting messages whose window has closed or whose rules have changed, and
 * once an hour expired sessions, old answers to repeated requests, and texts that came in
 * without all of their parts.
 */
#ifndef OFFICE_KEEPER_H
#define OFFICE_KEEPER_H

#include "firmware/office/office.h"
#include "firmware/office/workers.h"

/* The hourly work. */
void keeper_sweep(struct office *o);
/* Until the hub stops. */
void keeper_run(struct office *o, struct hub *hub, const struct workers_options *options);

#endif
