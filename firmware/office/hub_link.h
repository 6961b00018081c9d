/*
 * The hub's side towards the link thread, which alone owns the bus connection.
 */
#ifndef OFFICE_HUB_LINK_H
#define OFFICE_HUB_LINK_H

#include "firmware/base/bus.h"
#include "firmware/office/hub.h"

/* Readable while there is something to send, or the hub stops. */
int hub_link_fd(const struct hub *hub);
/* The next line to send; false: none. Also empties hub_link_fd(). */
bool hub_link_take(struct hub *hub, char line[BUS_LINE_MAX]);
/* A line from modemd. */
void hub_link_line(struct hub *hub, const char *line);
/* The connection came up or went. */
void hub_link_set(struct hub *hub, bool linked);

/* The thread's function: connects, and again after a while, until the hub stops. */
void link_run(struct hub *hub, const char *bus_path);

#endif
