/*
 * From what happens in the box (the hub's events) to server-sent events: collected,
 * merged, and told at a rate that a browser can follow: changed messages ten times a
 * second, counters twice, each campaign, bay and job at most twice. Has a thread and a
 * store connection of its own; without listeners it reads nothing.
 */
#ifndef WEB_API_PUMP_H
#define WEB_API_PUMP_H

#include "firmware/office/hub.h"
#include "firmware/office/office.h"
#include "web/api/events.h"

struct pump;

/* The hub is made with pump_take as its fn, and the pump before it. */
enum err pump_create(struct pump **out, const struct clock *clock);
void pump_take(void *pump, const struct hub_event *event);

struct pump_options { /* borrowed for the pump's life */
	struct events *events;
	struct hub *hub;
	const char *store_path;
};
/* On failure why (may be NULL) says it in words. */
enum err pump_start(
	struct pump *pump, const struct pump_options *options, struct refusal *why);
void pump_stop(struct pump *pump);
void pump_destroy(struct pump *pump); /* after the hub; accepts NULL */

#endif
