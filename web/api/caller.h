/*
 * Who calls, and may they: host name, credentials, scope, rate.
 */
#ifndef WEB_API_CALLER_H
#define WEB_API_CALLER_H

#include <stdbool.h>

struct call;

/* Guards against DNS rebinding: a page of another name must not reach the box through a
 * browser. Addresses, localhost, the box's own name (with .local) are ours; so is a
 * request without the header, which no browser sends. */
bool caller_host_is_ours(const struct call *c);

/* Checks the caller against c->route and fills c->who; answers the call if refused. */
void caller_check(struct call *c);

/* A login or set-up failed or worked: for the growing delay. */
void caller_login_failed(struct call *c);
void caller_login_worked(struct call *c);
/* Milliseconds before another login from there is heard; answers the call if any. */
bool caller_login_must_wait(struct call *c);

#endif
