/*
 * From a call's answer to a response on the wire. The response owns what it needs: the
 * body is handed over, an event listener leaves when its response is destroyed.
 */
#include "web/api/http_internal.h"

#include <stdlib.h>

#include "firmware/base/str.h"
#include "web/api/events.h"

#define EVENT_BLOCK 16384

struct header {
	const char *name, *value;
};

/* On every answer. The panel loads nothing from anywhere else, and nobody frames it. */
static const struct header safety[] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "X-Frame-Options", "DENY" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Content-Security-Policy",
		"default-src 'self'; img-src 'self' "
		"data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
		"frame-ancestors 'none'" },
};

struct stream {
	struct events_listener *listener;
	struct events *events;
	struct MHD_Connection *connection;
};

static void stream_wake(void *user)
{
	struct stream *s = user;

	MHD_resume_connection(s->connection);
}

static void stream_sleep(void *user)
{
	struct stream *s = user;

	MHD_suspend_connection(s->connection);
}

static ssize_t stream_read(void *user, uint64_t position, char *dst, size_t size)
{
	struct stream *s = user;

	(void)position;
	if (events_is_closed(s->events))
		return MHD_CONTENT_READER_END_OF_STREAM;
	return (ssize_t)events_read(s->listener, dst, size, stream_sleep);
}

static void stream_free(void *user)
{
	struct stream *s = user;

	events_leave(s->listener);
	free(s);
}

static struct MHD_Response *stream_response(struct http_request *request)
{
	struct call *c = &request->call;
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	*s = (struct stream){
		.events = c->api->events,
		.connection = request->connection,
	};
	s->listener = events_listen(s->events, c->answer.events_after, stream_wake, s);
	if (!s->listener) {
		free(s);
		return NULL;
	}
	struct MHD_Response *response = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, EVENT_BLOCK, stream_read, s, stream_free);
	if (!response)
		stream_free(s);
	return response;
}

static struct MHD_Response *buffer_response(struct buf *body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		body->len, body->data, MHD_RESPMEM_MUST_FREE);

	if (response)
		*body = (struct buf){ 0 }; /* handed over */
	return response;
}

static struct MHD_Response *file_response(struct answer *a)
{
	struct MHD_Response *response = MHD_create_response_from_fd64(a->size, a->fd);

	if (response)
		a->fd = -1; /* handed over */
	return response;
}

static struct MHD_Response *make_response(struct http_request *request)
{
	struct answer *a = &request->call.answer;

	switch (a->kind) {
	case ANSWER_NONE:
		return NULL;
	case ANSWER_BUFFER:
		return buffer_response(&a->body);
	case ANSWER_STATIC:
		/* MHD only reads what is persistent; its parameter is not const. */
		return MHD_create_response_from_buffer(
			a->size, (void *)(uintptr_t)a->data, MHD_RESPMEM_PERSISTENT);
	case ANSWER_FILE:
		return file_response(a);
	case ANSWER_EVENTS:
		return stream_response(request);
	}
	return NULL;
}

static bool add_headers(struct MHD_Response *response, const struct answer *a)
{
	bool ok = true;
	bool has_cache = false;

	for (size_t i = 0; i < sizeof(safety) / sizeof(safety[0]); i++)
		ok = ok && MHD_add_response_header(
				   response, safety[i].name, safety[i].value) == MHD_YES;
	for (size_t i = 0; i < a->n_headers; i++) {
		has_cache = has_cache || str_eq(a->headers[i].name, "Cache-Control");
		ok = ok && MHD_add_response_header(response, a->headers[i].name,
				   a->headers[i].value) == MHD_YES;
	}
	if (!has_cache)
		ok = ok && MHD_add_response_header(
				   response, "Cache-Control", "no-store") == MHD_YES;
	if (a->type)
		ok = ok && MHD_add_response_header(response, "Content-Type", a->type) ==
				   MHD_YES;
	return ok;
}

enum MHD_Result http_answer_queue(struct http_request *request)
{
	const struct answer *a = &request->call.answer;
	struct MHD_Response *response = make_response(request);
	enum MHD_Result result = MHD_NO;

	if (!response && a->kind == ANSWER_EVENTS) {
		call_refuse(&request->call, 503, "too_many",
			"Too many listen to events already.");
		response = make_response(request);
	}
	request->stage = HTTP_ANSWERED;
	if (!response)
		return MHD_NO;
	if (add_headers(response, a))
		result = MHD_queue_response(
			request->connection, (unsigned)a->status, response);
	MHD_destroy_response(response);
	return result;
}
