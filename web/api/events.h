/*
 * The ring of server-sent events: what happened lately, for all who listen. Writers never
 * wait for readers; a reader that fell behind, or comes back with an id that the ring no
 * longer has, is told to reload (`event: reset`). Ids grow across restarts. Any thread.
 */
#ifndef WEB_API_EVENTS_H
#define WEB_API_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"
#include "firmware/base/clock.h"
#include "firmware/base/err.h"

#define EVENTS_RING 1024
#define EVENTS_LISTENERS_MAX 128

struct events;
struct events_listener;

/* The first id follows from the wall clock, so that one from before a restart is old. */
enum err events_create(struct events **out, const struct clock *clock);
void events_destroy(struct events *events); /* accepts NULL; nobody may listen any more */

/* name: static, "campaign". data: one JSON value without line breaks, copied. */
void events_publish(struct events *events, const char *name, const char *data);
/* A comment line to all, which keeps connections open through proxies. */
void events_ping(struct events *events);
bool events_has_listeners(struct events *events);

/* wake is called, with the ring locked, when there is something to read for a listener
 * that found nothing: it must return at once and not call events_*. after: the last id
 * seen; 0: none, from now on. NULL: too many listen already. */
typedef void (*events_wake_fn)(void *user);
struct events_listener *events_listen(
	struct events *events, uint64_t after, events_wake_fn wake, void *user);
void events_leave(struct events_listener *listener); /* accepts NULL */

/* Appends what is new, up to what fits dst[size], as event-stream text; octets written.
 * 0: nothing new; sleep is then called with the ring still locked, so that no wake can be
 * lost between the two. */
typedef void (*events_sleep_fn)(void *user);
size_t events_read(
	struct events_listener *listener, char *dst, size_t size, events_sleep_fn sleep);

/* Wakes everyone for good: events_is_closed() from now on, and reads give nothing. */
void events_close(struct events *events);
bool events_is_closed(struct events *events);

#endif
