/*
 * The world outside: the network that carries messages and the phones that get them.
 * Bounded: the phones used least recently and the oldest texts are forgotten.
 */
#ifndef MODEMSIM_WORLD_H
#define MODEMSIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"
#include "tests/modemsim/modem.h"

enum {
	WORLD_PHONES_MAX = 1000,
	PHONE_TEXTS_MAX = 40,
	PHONE_PARTIAL_MAX = 4,
	PHONE_HASH = 1024,
	REPLY_TEXT_MAX = 160,
};

struct phone_text {
	uint64_t id; /* rises through the whole world */
	int64_t wall_ms;
	bool from_phone;
	unsigned parts;
	char sim[SIMPDU_NUMBER_MAX]; /* the other end */
	char *text;		     /* owned, UTF-8 */
};

/* A message of which parts are missing. */
struct phone_partial {
	char sim[SIMPDU_NUMBER_MAX];
	uint16_t ref;
	uint8_t total, have;
	char **parts; /* owned [total]; NULL where missing */
};

struct phone {
	char number[SIMPDU_NUMBER_MAX];
	struct phone *chain;			  /* of the hash */
	struct phone *newer, *older;		  /* by last use */
	struct phone_text texts[PHONE_TEXTS_MAX]; /* a ring */
	size_t first, count;
	struct phone_partial partial[PHONE_PARTIAL_MAX];
	size_t next_partial;
};

/* Phones answer by themselves: a share p of the texts, after a delay. */
struct world_robot {
	double p;
	struct spread delay_ms;
	char text[REPLY_TEXT_MAX];
};

struct world_events {
	/* The SIM with this number, or NULL. */
	struct sim *(*find_sim)(void *user, const char *msisdn);
	/* Something waits for the SIM. */
	void (*offer)(void *user, struct sim *sim);
	void *user;
};

struct world {
	struct loop *loop;
	struct simlog *log;
	struct world_events events;
	struct rng rng;
	struct phone *hash[PHONE_HASH];
	struct phone *newest, *oldest;
	size_t phones;
	uint64_t last_id;
	uint16_t next_ref;
	struct report *reports; /* under way; owned */
	struct world_robot robot;
};

/* How a text to a SIM is cut and sent. */
struct inbound_options {
	bool reverse, twice, ref16, ucs2;
	unsigned skip; /* this part (from 1) never comes; 0: all come */
	int zone_min;
};

void world_init(struct world *world, struct loop *loop, struct simlog *log,
	const struct world_events *events);
void world_fini(struct world *world);

/* A modem's message is on the air: delivers it and schedules its status report. */
void world_accept(struct world *world, struct modem *modem,
	const struct simpdu_submit *message, uint8_t mr);
/* A text from a phone (or a name) to a SIM. Returns the parts sent, 0 if it cannot be
 * written as messages. */
unsigned world_send(struct world *world, const char *from, struct sim *sim,
	const char *text, const struct inbound_options *options);

/* The phone, or NULL. */
struct phone *world_find(struct world *world, const char *number);
/* Text i of a phone, 0 the oldest. */
const struct phone_text *phone_text(const struct phone *phone, size_t i);

#endif
