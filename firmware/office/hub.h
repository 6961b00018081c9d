/*
 * What the threads of paneld share: the live state of the slots (from bus hints), the
 * means to wake a worker, the line to the radio side, and the tap from which web/api
 * feeds its server-sent events. Everything here may be called from any thread; nothing
 * here is the truth: that is in the store.
 */
#ifndef OFFICE_HUB_H
#define OFFICE_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/office/hub_slot.h"
#include "firmware/store/types.h"

#define HUB_SLOTS_MAX 64

struct hub;

enum hub_worker {
	HUB_FEEDER,
	HUB_RULES,
	HUB_IMPORTER,
	HUB_KEEPER,
	HUB_WORKER_COUNT,
};

enum hub_event_kind {
	HUB_MESSAGES, /* changed[n]: message states that changed; n 0: many, reload */
	HUB_CAMPAIGN, /* id */
	HUB_SLOT,     /* id: bay */
	HUB_INBOUND,  /* id; its rules have run */
	HUB_JOB,      /* id */
	HUB_LINK,     /* id 1: modemd answers, 0: it is gone. Reload what is shown. */
};

struct hub_change {
	int64_t id;
	enum message_state state;
};

struct hub_event {
	enum hub_event_kind kind;
	int64_t id;
	const struct hub_change *changed; /* borrowed until the call returns */
	size_t n;
};
/* Called on the thread on which it happened; must return at once and not call hub_*. */
typedef void (*hub_fn)(void *user, const struct hub_event *event);

enum err hub_create(struct hub **out, hub_fn fn, void *user); /* fn may be NULL */
void hub_destroy(struct hub *hub);

/* Sends the event to fn. */
void hub_tell(struct hub *hub, enum hub_event_kind kind, int64_t id);
void hub_tell_messages(struct hub *hub, const struct hub_change *changed, size_t n);

/* Wakes a worker; remembered if it is at work. NULL hub: nothing. */
void hub_wake(struct hub *hub, enum hub_worker worker);
/* Sleeps until woken, stopped or timeout_ms is over (-1: no limit). False: stop. */
bool hub_wait(struct hub *hub, enum hub_worker worker, int64_t timeout_ms);
void hub_stop(struct hub *hub); /* every hub_wait returns false from now on */
bool hub_is_stopping(struct hub *hub);

/* "work" to the radio side, as soon as may be. NULL hub: nothing. */
void hub_work(struct hub *hub);
/* "config": plans, routes, quotas, SIMs, caps or settings changed. NULL hub: nothing. */
void hub_config(struct hub *hub);
struct hub_command { /* what modemd is asked to do */
	/* "reset" or "power" with bay_id, "ussd" with sim_id and code, "explain" with
	 * message_id */
	const char *op;
	int64_t bay_id, sim_id, message_id;
	int64_t timeout_ms; /* 0: that of the command */
	const char *code;   /* borrowed; NULL but for ussd */
};

struct hub_answer {
	char code[24]; /* machine name of what is wrong, "" if nothing is */
	char text[800];
	bool more;
	int64_t until, n; /* of "explain": UTC ms at which it ends, how many before it */
};
/* Asks modemd and waits for its answer: seconds, with ussd up to two minutes, but for one
 * caller at a time. ERR_BUSY: refused, out says why; ERR_TIMEOUT, ERR_NOTFOUND: modemd
 * does not answer. */
enum err hub_ask(
	struct hub *hub, const struct hub_command *command, struct hub_answer *out);

/* Live state. Both return false / 0 where nothing was told since the link came up. */
bool hub_slot_get(struct hub *hub, int64_t bay_id, struct hub_slot *out);
size_t hub_slots(struct hub *hub, struct hub_slot *out, size_t max);
bool hub_is_linked(struct hub *hub); /* modemd is connected */
/* How long it runs by now since it last wrote down what it measured of the bays. */
int64_t hub_unwritten_ms(struct hub *hub);

#endif
