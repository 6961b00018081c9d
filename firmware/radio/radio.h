/*
 * The bank: all slots, the window on the queue, and who sends what. The rest of modemd
 * tells it of ports and bus lines; it tells the bus what changed.
 *
 * Loop thread.
 */
#ifndef RADIO_RADIO_H
#define RADIO_RADIO_H

#include "firmware/base/bus.h"
#include "firmware/base/loop.h"
#include "firmware/radio/store_thread.h"

enum {
	RADIO_SLOTS_MAX = 128
};

struct front;
struct radio;

struct radio_env { /* all borrowed until radio_destroy() */
	struct loop *loop;
	struct store_thread *store;
	struct power *power;		       /* NULL: this board switches nothing */
	struct front *front;		       /* NULL: it has none */
	const struct crypto_seal_key *pin_key; /* NULL: PINs cannot be read */
	const struct slot_ways *ways;	       /* to the modems, from earlier runs */
	uint64_t seed;			       /* of the spread of back-offs */
};

/* Asks the store at once what the last run left; nothing is sent before it answers. Uses
 * loop_before_wait(). */
enum err radio_create(struct radio **out, const struct radio_env *env);
void radio_destroy(struct radio *radio); /* accepts NULL */
/* Where hints go; NULL: nowhere. */
void radio_set_bus(struct radio *radio, struct bus_server *bus);

void radio_port_added(struct radio *radio, const char *port);
void radio_port_removed(struct radio *radio, const char *port);

/* bus_fn and bus_joined_fn. */
void radio_on_line(void *user, struct bus_peer *peer, const char *line);
void radio_on_join(void *user, struct bus_peer *peer);

/* Something new waits in the store. */
void radio_look(struct radio *radio);
/* A line in the log for each slot. */
void radio_log_status(const struct radio *radio);

/* Finishes the parts on air, writes all down, then calls fn. */
void radio_stop(struct radio *radio, loop_fn fn, void *user);

#endif
