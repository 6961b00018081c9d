/*
 * Between the files of the HTTP server: a request on the wire, and the workers' queue.
 */
#ifndef WEB_API_HTTP_INTERNAL_H
#define WEB_API_HTTP_INTERNAL_H

#include <pthread.h>
#include <stdbool.h>

#include <microhttpd.h>

#include "web/api/api.h"

enum http_stage {
	HTTP_NEW,
	HTTP_HEADED,	/* and no body will */
	HTTP_ADMITTING, /* with a worker */
	HTTP_ADMITTED,
	HTTP_BODY,    /* taking in the body */
	HTTP_RUNNING, /* with a worker */
	HTTP_RAN,
	HTTP_ANSWERED, /* the answer is queued */
};

struct http_request {
	struct call call;
	enum http_stage stage;
	bool has_body;
	uint64_t drained; /* octets of a body that nobody wants any more */
	char *target;	  /* owned: the raw request target */
	struct MHD_Connection *connection;
	struct http_request *next; /* in the queue */
};

/* ---- workers ---- */
struct http_workers;
enum err http_workers_start(struct http_workers **out, unsigned n, struct api *api,
	const char *store_path, struct refusal *why);
/* Suspends the request's connection and lets a worker go on with it. False: ending. */
bool http_workers_submit(struct http_workers *w, struct http_request *request);
/* Finishes what is queued, and turns away what still comes. NULL: fine. */
void http_workers_stop(struct http_workers *w);
/* After stop, once nobody can come any more. NULL: fine. */
void http_workers_destroy(struct http_workers *w);

/* ---- answers ---- */
/* Queues the call's answer. */
enum MHD_Result http_answer_queue(struct http_request *request);

#endif
