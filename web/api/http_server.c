#include "web/api/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/base/config.h"
#include "firmware/base/str.h"
#include "web/api/events.h"
#include "web/api/http_internal.h"

#define LOG_MODULE "http"
#include "firmware/base/log.h"

enum {
	DAEMONS_MAX = 4,
	IO_THREADS = 2,
	CONNECTIONS_MAX = 768,
	CONNECTIONS_PER_ADDRESS = 256,
	CONNECTION_OCTETS = 48 * 1024, /* headers, then the window of the body */
	IDLE_TIMEOUT_S = 60,
	/* Of a refused body, so that its sender comes to read why: of anyone, of a
	 * caller. */
	DRAIN_MAX = 1024 * 1024,
	DRAIN_KNOWN_MAX = 64 * 1024 * 1024,
	BACKLOG = 256,
};

struct http_server {
	struct http_options options;
	struct http_workers *workers;
	struct MHD_Daemon *daemons[DAEMONS_MAX];
	unsigned n_daemons;
	uint16_t port;
};

/* ---- a request ---- */

static const char *header_get(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void read_headers(struct http_request *r)
{
	struct MHD_Connection *connection = r->connection;
	const char *length = header_get(connection, "Content-Length");
	const char *encoding = header_get(connection, "Transfer-Encoding");
	int64_t octets = 0;

	r->call.headers = (struct call_headers){
		.authorization = header_get(connection, "Authorization"),
		.cookie = header_get(connection, "Cookie"),
		.host = header_get(connection, "Host"),
		.panel = header_get(connection, "X-Chapar-Panel"),
		.idempotency_key = header_get(connection, "Idempotency-Key"),
		.last_event_id = header_get(connection, "Last-Event-ID"),
		.content_type = header_get(connection, "Content-Type"),
		.content_encoding = header_get(connection, "Content-Encoding"),
		.if_none_match = header_get(connection, "If-None-Match"),
	};
	if (length && str_to_i64(length, strlen(length), &octets))
		r->call.body_octets = octets;
	r->has_body = encoding != NULL || octets > 0;
}

static void read_address(struct http_request *r)
{
	struct call *c = &r->call;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		r->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	if (!info)
		return;
	const struct sockaddr *any = info->client_addr;
	if (any->sa_family == AF_INET) {
		const struct sockaddr_in *in =
			(const struct sockaddr_in *)(const void *)any;
		(void)inet_ntop(AF_INET, &in->sin_addr, c->address, sizeof(c->address));
		c->is_loopback = ntohl(in->sin_addr.s_addr) >> 24 == 127;
	} else if (any->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 =
			(const struct sockaddr_in6 *)(const void *)any;
		(void)inet_ntop(
			AF_INET6, &in6->sin6_addr, c->address, sizeof(c->address));
		c->is_loopback = IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
	}
}

static enum MHD_Result to_worker(
	struct http_server *server, struct http_request *r, enum http_stage stage)
{
	r->stage = stage;
	return http_workers_submit(server->workers, r) ? MHD_YES : MHD_NO;
}

static enum MHD_Result begin(
	struct http_server *server, struct http_request *r, const char *method)
{
	r->call.method = method;
	read_headers(r);
	read_address(r);
	if (r->has_body)
		return to_worker(server, r, HTTP_ADMITTING);
	/* MHD takes a client that half-closes now for one that has gone away. */
	r->stage = HTTP_HEADED;
	return MHD_YES;
}

static uint64_t drain_max(const struct http_request *r)
{
	return r->call.who.scope == AUTH_NONE ? DRAIN_MAX : DRAIN_KNOWN_MAX;
}

static bool is_worth_draining(const struct http_request *r)
{
	int64_t octets = r->call.body_octets;

	return octets >= 0 && (uint64_t)octets <= drain_max(r);
}

static enum MHD_Result take_body(struct http_server *server, struct http_request *r,
	const char *data, size_t *size)
{
	if (*size > 0) {
		if (call_is_answered(&r->call))
			r->drained += *size;
		else
			api_body(&r->call, data, *size);
		*size = 0;
		return r->drained > drain_max(r) ? MHD_NO : MHD_YES;
	}
	if (call_is_answered(&r->call))
		return http_answer_queue(r);
	return to_worker(server, r, HTTP_RUNNING);
}

/* MHD calls this when the headers are there, with each piece of the body, at its end, and
 * again after each resume; the stage says which. */
static enum MHD_Result handle(void *user, struct MHD_Connection *connection,
	const char *url, const char *method, const char *version, const char *data,
	size_t *size, void **state)
{
	struct http_server *server = user;
	struct http_request *r = *state;

	(void)url; /* r->target has it undecoded */
	(void)version;
	if (!r)
		return MHD_NO;
	r->connection = connection;
	switch (r->stage) {
	case HTTP_NEW:
		return begin(server, r, method);
	case HTTP_HEADED:
		return to_worker(server, r, HTTP_RUNNING);
	case HTTP_ADMITTED:
		r->stage = HTTP_BODY;
		if (call_is_answered(&r->call) && !is_worth_draining(r))
			return http_answer_queue(r);
		return MHD_YES;
	case HTTP_BODY:
		return take_body(server, r, data, size);
	case HTTP_RAN:
		return http_answer_queue(r);
	case HTTP_ANSWERED:
		return MHD_YES;
	case HTTP_ADMITTING:
	case HTTP_RUNNING:
		break; /* suspended: MHD does not call */
	}
	return MHD_NO;
}

/* The first that MHD tells of a request; what is returned becomes its state. */
static void *start(void *user, const char *target, struct MHD_Connection *connection)
{
	struct http_server *server = user;
	struct http_request *r = calloc(1, sizeof(*r));

	(void)connection;
	if (!r)
		return NULL;
	call_init(&r->call, server->options.api);
	r->target = strdup(target);
	if (!r->target) {
		call_fini(&r->call);
		free(r);
		return NULL;
	}
	return r;
}

static void finish(void *user, struct MHD_Connection *connection, void **state,
	enum MHD_RequestTerminationCode code)
{
	struct http_request *r = *state;

	(void)user;
	(void)connection;
	(void)code;
	if (!r)
		return;
	if (r->stage == HTTP_ANSWERED)
		api_done(&r->call);
	call_fini(&r->call);
	free(r->target);
	free(r);
	*state = NULL;
}

/* Escapes stay: target_parse() decodes, after taking the path apart. */
static size_t keep_escapes(void *user, struct MHD_Connection *connection, char *s)
{
	(void)user;
	(void)connection;
	return strlen(s);
}

static void log_mhd(void *user, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
static void log_mhd(void *user, const char *fmt, va_list ap)
{
	char line[256];

	(void)user;
	(void)vsnprintf(line, sizeof(line), fmt, ap); /* cut if long: for debugging */
	log_debug("mhd=\"%s\"", str_trim(line));
}

/* ---- addresses ---- */

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} socket;
	socklen_t len;
};

static bool parse_address(const char *text, struct address *out)
{
	char host[64];
	uint64_t port;
	const char *colon = strrchr(text, ':');

	*out = (struct address){ 0 };
	if (!colon || !str_to_u64(colon + 1, strlen(colon + 1), 65535, &port))
		return false;
	bool v6 = text[0] == '[' && colon[-1] == ']';
	if (!str_copy_n(host, sizeof(host), text + v6,
		    (size_t)(colon - text) - 2 * (size_t)v6))
		return false;
	if (v6) {
		out->len = sizeof(out->socket.in6);
		out->socket.in6.sin6_family = AF_INET6;
		out->socket.in6.sin6_port = htons((uint16_t)port);
		return inet_pton(AF_INET6, host, &out->socket.in6.sin6_addr) == 1;
	}
	out->len = sizeof(out->socket.in);
	out->socket.in.sin_family = AF_INET;
	out->socket.in.sin_port = htons((uint16_t)port);
	if (str_eq(host, "localhost"))
		out->socket.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else if (host[0] != '\0' && !str_eq(host, "*"))
		return inet_pton(AF_INET, host, &out->socket.in.sin_addr) == 1;
	return true;
}

static int open_socket(const struct address *address)
{
	int fd = socket(address->socket.any.sa_family,
		SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int one = 1;

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (address->socket.any.sa_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(fd, &address->socket.any, address->len) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

static uint16_t port_of(int fd)
{
	struct address a = { .len = sizeof(a.socket) };

	if (getsockname(fd, &a.socket.any, &a.len) != 0)
		return 0;
	return ntohs(a.socket.any.sa_family == AF_INET6 ? a.socket.in6.sin6_port
							: a.socket.in.sin_port);
}

static enum err listen_on(
	struct http_server *server, const char *text, char *why, size_t size)
{
	struct address address;

	if (server->n_daemons == DAEMONS_MAX || !parse_address(text, &address)) {
		(void)str_format(why, size,
			"[http] listen: \"%s\" is no address:port, such as "
			"0.0.0.0:8080 or [::]:8080 (%d at most).",
			text, DAEMONS_MAX);
		return ERR_INPUT;
	}
	int fd = open_socket(&address);
	if (fd < 0) {
		bool busy = errno == EADDRINUSE;
		(void)str_format(why, size, "Cannot listen on %s: %s. %s", text,
			strerror(errno),
			busy ? "Another program, or another chapar-paneld, uses this "
			       "port; stop it or change [http] listen."
			     : "Change [http] listen.");
		return busy ? ERR_BUSY : ERR_SYS;
	}
	if (server->n_daemons == 0)
		server->port = port_of(fd);
	struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD |
							MHD_ALLOW_SUSPEND_RESUME |
							MHD_USE_ERROR_LOG,
		0, NULL, NULL, handle, server, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_EXTERNAL_LOGGER, log_mhd, NULL, MHD_OPTION_URI_LOG_CALLBACK,
		start, server, MHD_OPTION_NOTIFY_COMPLETED, finish, server,
		MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
		MHD_OPTION_THREAD_POOL_SIZE, (unsigned)IO_THREADS,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)CONNECTIONS_PER_ADDRESS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_OCTETS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S, MHD_OPTION_END);
	if (!d) {
		(void)close(fd);
		(void)str_format(why, size, "The HTTP server did not start on %s.", text);
		return ERR_SYS;
	}
	server->daemons[server->n_daemons++] = d;
	return ERR_OK;
}

static enum err listen_on_all(struct http_server *server, char *why, size_t size)
{
	char text[128];
	enum err err = ERR_OK;

	for (const char *at = server->options.listen;
		err == ERR_OK && config_list_next(&at, text, sizeof(text));)
		err = listen_on(server, text, why, size);
	if (err == ERR_OK && server->n_daemons == 0) {
		(void)str_format(why, size, "[http] listen names no address.");
		err = ERR_INPUT;
	}
	return err;
}

/* ---- life ---- */

enum err http_server_start(struct http_server **out, const struct http_options *options,
	char *why, size_t size)
{
	struct http_server *server = calloc(1, sizeof(*server));
	struct refusal refusal = { .detail = "The HTTP workers did not start." };

	if (!server)
		return ERR_MEM;
	server->options = *options;
	enum err err = http_workers_start(&server->workers,
		options->workers > 0 ? options->workers : HTTP_WORKERS, options->api,
		options->store_path, &refusal);
	if (err)
		(void)str_copy(why, size, refusal.detail);
	else
		err = listen_on_all(server, why, size);
	if (err) {
		http_server_stop(server);
		return err;
	}
	*out = server;
	return ERR_OK;
}

uint16_t http_server_port(const struct http_server *server)
{
	return server->port;
}

void http_server_stop(struct http_server *server)
{
	if (!server)
		return;
	for (unsigned i = 0; i < server->n_daemons; i++) {
		int fd = MHD_quiesce_daemon(server->daemons[i]);
		if (fd >= 0)
			(void)close(fd);
	}
	events_close(server->options.api->events);
	/* Nothing may be suspended when MHD ends. */
	http_workers_stop(server->workers);
	for (unsigned i = 0; i < server->n_daemons; i++)
		MHD_stop_daemon(server->daemons[i]);
	/* Until now its thread may have come with one more request, to be turned away. */
	http_workers_destroy(server->workers);
	free(server);
}
