/*
 * Requests by route and answer, and how long they took. Any thread.
 */
#ifndef WEB_API_COUNTERS_H
#define WEB_API_COUNTERS_H

#include <stdint.h>

#include "firmware/base/buf.h"
#include "firmware/base/err.h"
#include "web/api/endpoint.h"

struct counters;

enum err counters_create(struct counters **out);
void counters_destroy(struct counters *counters);
/* route NULL: none fitted. */
void counters_count(struct counters *counters, const struct endpoint *route, int status,
	uint64_t took_ms);
/* Prometheus text: chapar_http_requests_total, chapar_http_request_seconds. */
void counters_write(struct counters *counters, struct buf *out);

#endif
