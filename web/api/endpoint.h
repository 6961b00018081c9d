/*
 * The route table: every way into the box is one row of it, an endpoint. It says who may
 * call it, what it takes and what it gives; the OpenAPI document is made from the same
 * rows.
 */
#ifndef WEB_API_ENDPOINT_H
#define WEB_API_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/office/auth.h"
#include "web/api/policy.h"
#include "web/api/shape.h"
#include "web/api/target.h"

struct call;

enum route_body {
	ROUTE_NO_BODY,
	ROUTE_JSON,	     /* policy says what; read into the input struct */
	ROUTE_OPTIONAL_JSON, /* may be left out */
	ROUTE_BYTES,	     /* kept whole, up to body_max */
	ROUTE_STREAM,	     /* handed on piece by piece */
};

enum route_form { /* what an answer with a shape looks like */
	ROUTE_ONE,
	ROUTE_PAGE,  /* {items, next} */
	ROUTE_ITEMS, /* {items} */
};

enum route_flag {
	ROUTE_PERSON = 1,     /* only for a signed-in person, not for a key */
	ROUTE_LOOPBACK = 2,   /* open to this machine itself */
	ROUTE_IDEMPOTENT = 4, /* takes Idempotency-Key */
};

struct endpoint {
	const char *method, *path; /* path: {id} a positive number, {name} any text */
	enum auth_scope scope;	   /* AUTH_NONE: open to all */
	unsigned flags;
	enum route_body body;
	size_t body_max; /* octets; 0: ROUTE_BODY_MAX */
	const struct policy *policy, *query;
	void (*run)(struct call *c);
	/* ROUTE_STREAM: begin before the body comes, write with each piece of it; run
	 * when all is there; end in any case. They answer the call to stop. */
	void (*begin)(struct call *c);
	void (*write)(struct call *c, const void *data, size_t len);
	void (*end)(struct call *c);
	const char *summary;
	int status; /* of success; 0: 200 */
	const struct shape *answer;
	const struct shape *or_answer; /* NULL, or the other form that it may have */
	enum route_form form;
};
#define ROUTE_BODY_MAX 65536

/* Every row of every resource's table; the panel's files come last. */
size_t endpoint_count(void);
const struct endpoint *endpoint_at(size_t i); /* i < endpoint_count() */
size_t endpoint_index(const struct endpoint *route);

#define ROUTE_PARAMS_MAX 2
struct endpoint_params {
	int64_t id;	  /* of {id} */
	const char *name; /* of the first other, borrowed from the target */
	const char *more; /* of the one after it */
};

enum route_found {
	ROUTE_FOUND,
	ROUTE_NOT_FOUND,
	ROUTE_WRONG_METHOD
};
/* HEAD is answered as GET. allow[size]: on ROUTE_WRONG_METHOD what is allowed. */
enum route_found endpoint_find(const char *method, const struct target *target,
	const struct endpoint **out, struct endpoint_params *params, char *allow,
	size_t size);
/* Methods allowed at a target, "GET, HEAD"; "" if nothing is there. */
void endpoint_allow(const struct target *target, char *allow, size_t size);

#endif
