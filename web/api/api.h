/*
 * The API as one object: what all calls share, and the steps of a call. A transport makes
 * a call, fills in what was asked, lets a worker admit it, takes in the body, lets a
 * worker run it, and sends the answer. Everything here may be used by any thread.
 */
#ifndef WEB_API_API_H
#define WEB_API_API_H

#include "firmware/base/clock.h"
#include "firmware/office/hub.h"
#include "web/api/assets.h"
#include "web/api/call.h"

/* Of the interface, as OpenAPI tells it; the program has its own, version.h. */
#define API_VERSION "0.1.0"

struct limiter;
struct events;
struct counters;

struct api_options { /* borrowed for the api's life */
	struct hub *hub;
	const char *store_path; /* for the free space of its disk */
	const char *spool_dir;	/* uploads wait here */
	const struct clock *clock;
	const struct http_asset *assets; /* ended by a NULL path; NULL: none */
	uint32_t key_rate;		 /* requests a second a key; 0: API_KEY_RATE */
};
#define API_KEY_RATE 1000

struct api {
	struct api_options options;
	struct limiter *limiter;
	struct events *events;
	struct counters *counters;
	char hostname[64];
};

enum err api_create(struct api **out, const struct api_options *options);
void api_destroy(struct api *api); /* accepts NULL */

/* raw: the request target. Finds the route and checks host, caller and rate; answers the
 * call if it ends here. Needs c->office. */
void api_admit(struct call *c, const char *raw);
/* A piece of the body. Answers the call if it is too much. */
void api_body(struct call *c, const void *data, size_t len);
/* Body complete: reads it by the policy and runs the handler. Always answered after.
 * Needs c->office. */
void api_run(struct call *c);
/* The answer is on its way: counts it. */
void api_done(struct call *c);

#endif
