/*
 * One request on its way through the box, free of any transport: what was asked, by whom,
 * and the answer as it grows. A call belongs to one thread at a time; a handler touches
 * its call and the office of its thread, and nothing else.
 */
#ifndef WEB_API_CALL_H
#define WEB_API_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "firmware/base/buf.h"
#include "firmware/office/auth.h"
#include "firmware/office/import/import.h"
#include "web/api/json_out.h"
#include "web/api/problem.h"
#include "web/api/endpoint.h"

struct api;

#define CALL_INPUT_OCTETS 256
#define CALL_HEADERS_MAX 8
#define CALL_ANSWER_MAX (64u << 20)

struct call_headers { /* borrowed for the call's life; NULL: not sent */
	const char *authorization, *cookie, *host, *panel, *idempotency_key;
	const char *last_event_id, *content_type, *content_encoding, *if_none_match;
};

enum answer_kind {
	ANSWER_NONE,
	ANSWER_BUFFER, /* body */
	ANSWER_STATIC, /* data[size], static storage */
	ANSWER_FILE,   /* fd, handed over to the transport */
	ANSWER_EVENTS, /* server-sent events after events_after */
};

struct answer {
	enum answer_kind kind;
	int status;
	const char *type; /* static */
	struct buf body;
	const unsigned char *data;
	size_t size;
	int fd;
	uint64_t events_after;
	size_t n_headers;
	struct {
		const char *name; /* static */
		char value[512];
	} headers[CALL_HEADERS_MAX];
};

struct call {
	struct api *api;
	struct office *office; /* of the thread that works on it now */
	const char *method;
	struct call_headers headers;
	char address[48];    /* of the client, as text */
	bool is_loopback;    /* ::1 or 127.0.0.0/8 */
	int64_t body_octets; /* Content-Length; -1: not said */

	struct target target;
	struct endpoint_params params;
	const struct endpoint *route;  /* NULL: none fits */
	struct auth_who who;	       /* scope AUTH_NONE: nobody */
	char session[AUTH_TOKEN_SIZE]; /* of the cookie; "" if none */
	struct buf body;
	json_t *json;
	_Alignas(max_align_t) unsigned char input[CALL_INPUT_OCTETS];
	_Alignas(max_align_t) unsigned char query[CALL_INPUT_OCTETS];
	struct import_upload upload; /* ROUTE_STREAM */
	bool is_uploading;
	struct answer answer;
	uint64_t started_ms;
};

void call_init(struct call *c, struct api *api);
void call_fini(struct call *c);
static inline bool call_is_answered(const struct call *c)
{
	return c->answer.kind != ANSWER_NONE;
}

/* Starts a JSON answer with the route's status; the caller writes one value. */
struct json_out call_json(struct call *c);
/* One object of the route's shape. */
void call_answer_shape(struct call *c, const struct shape *shape, const void *object);
/* Starts {items: […]} of a short list; the caller writes each item, and ends it with how
 * that went. */
struct json_out call_items(struct call *c);
void call_items_end(struct call *c, struct json_out *j, enum err err);
void call_no_content(struct call *c); /* 204 */
/* Any answer so far is dropped for a problem document. */
void call_problem(struct call *c, const struct problem *p);
void call_refuse(struct call *c, int status, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* If err: the refusal of the office becomes the answer, and true. */
bool call_failed(struct call *c, enum err err);
/* name static. False: no room. */
bool call_header(struct call *c, const char *name, const char *value);

#endif
