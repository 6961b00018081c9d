#include "tests/modemsim/http.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "tests/modemsim/page.h"
#include "tests/modemsim/world_json.h"
#define LOG_MODULE "http"
#include "firmware/base/log.h"

enum {
	BODY_MAX_OCTETS = 16 * 1024,
	ANSWER_MAX_OCTETS = 8 * 1024 * 1024,
	CONNECTIONS_MAX = 32,
	CONNECTION_TIMEOUT_S = 30,
};

struct http {
	struct bank *bank;
	struct MHD_Daemon *daemon;
	struct watch watch;
	struct timer timer;
	char host[40];	/* the only Host headers there may be */
	char alias[40]; /* the same port by the other name */
};

static void http_run(struct http *http)
{
	MHD_UNSIGNED_LONG_LONG wait;

	(void)MHD_run(http->daemon); /* its failures end single connections */
	if (MHD_get_timeout(http->daemon, &wait) == MHD_YES)
		loop_after(&http->bank->loop, &http->timer, wait);
	else
		timers_stop(&http->bank->loop.timers, &http->timer);
}

static void http_ready(void *user, uint32_t events)
{
	(void)events;
	http_run(user);
}

static void http_timer(void *user)
{
	http_run(user);
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status,
	const char *type, struct buf *body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		body->len, body->data, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	if (MHD_add_response_header(response, "Content-Type", type) == MHD_NO ||
		MHD_add_response_header(response, "Cache-Control", "no-store") ==
			MHD_NO ||
		MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") ==
			MHD_NO ||
		MHD_add_response_header(response, "Content-Security-Policy",
			"default-src 'none'; connect-src 'self'; style-src "
			"'unsafe-inline'; "
			"script-src 'unsafe-inline'; frame-ancestors 'none'") == MHD_NO) {
		MHD_destroy_response(response);
		return MHD_NO;
	}
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_json(
	struct MHD_Connection *connection, unsigned status, struct buf *body)
{
	enum MHD_Result result = MHD_NO;

	if (buf_ok(body))
		result = answer(connection, status, "application/json", body);
	buf_fini(body);
	return result;
}

static enum MHD_Result answer_error(
	struct MHD_Connection *connection, unsigned status, const char *what)
{
	struct buf body;

	buf_init(&body, ANSWER_MAX_OCTETS);
	buf_printf(&body, "{\"error\":\"%s\"}", what);
	return answer_json(connection, status, &body);
}

static enum MHD_Result get_page(struct MHD_Connection *connection)
{
	struct buf body;
	enum MHD_Result result;

	buf_init(&body, ANSWER_MAX_OCTETS);
	buf_put(&body, page_html, page_html_len);
	result = answer(connection, MHD_HTTP_OK, "text/html; charset=utf-8", &body);
	buf_fini(&body);
	return result;
}

static enum MHD_Result get_phones(struct http *http, struct MHD_Connection *connection)
{
	const struct world *world = &http->bank->world;
	const char *last =
		MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "last");
	uint64_t known;
	struct buf body;

	buf_init(&body, ANSWER_MAX_OCTETS);
	if (last && str_to_u64(last, strlen(last), UINT64_MAX, &known) &&
		known == world->last_id)
		return answer_json(connection, MHD_HTTP_NO_CONTENT, &body);
	buf_printf(
		&body, "{\"last\":%llu,\"phones\":", (unsigned long long)world->last_id);
	world_json_phones(world, &body);
	buf_putc(&body, '}');
	return answer_json(connection, MHD_HTTP_OK, &body);
}

static enum MHD_Result get_phone(
	struct http *http, struct MHD_Connection *connection, const char *number)
{
	const struct phone *phone = world_find(&http->bank->world, number);
	struct buf body;

	if (!phone)
		return answer_error(connection, MHD_HTTP_NOT_FOUND, "no such phone");
	buf_init(&body, ANSWER_MAX_OCTETS);
	world_json_phone(phone, &body);
	return answer_json(connection, MHD_HTTP_OK, &body);
}

/* The SIM that wrote to this phone last. */
static const char *last_sim(const struct phone *phone)
{
	for (size_t i = phone->count; i > 0; i--) {
		const struct phone_text *text = phone_text(phone, i - 1);

		if (!text->from_phone)
			return text->sim;
	}
	return "";
}

static enum MHD_Result reply_send(struct http *http, struct MHD_Connection *connection,
	const char *number, const json_t *request)
{
	struct world *world = &http->bank->world;
	const struct phone *phone = world_find(world, number);
	const char *text = json_string_value(json_object_get(request, "text"));
	const char *from = json_string_value(json_object_get(request, "sim"));
	struct inbound_options options = { .zone_min = 120 };
	struct sim *sim;
	struct buf body;
	unsigned parts;

	if (!from && phone)
		from = last_sim(phone);
	sim = from ? world->events.find_sim(world->events.user, from) : NULL;
	if (!sim)
		return answer_error(
			connection, MHD_HTTP_NOT_FOUND, "no such phone or SIM");
	if (!text || *text == '\0')
		return answer_error(connection, MHD_HTTP_BAD_REQUEST, "no text");
	parts = world_send(world, number, sim, text, &options);
	if (parts == 0)
		return answer_error(
			connection, MHD_HTTP_BAD_REQUEST, "text not sendable");
	buf_init(&body, ANSWER_MAX_OCTETS);
	buf_printf(&body, "{\"parts\":%u}", parts);
	return answer_json(connection, MHD_HTTP_OK, &body);
}

static enum MHD_Result post_reply(struct http *http, struct MHD_Connection *connection,
	const char *number, const struct buf *body)
{
	const char *type =
		MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Type");
	enum MHD_Result result;
	json_t *request;

	/* A page elsewhere can post a form, but not this type without asking first. */
	if (!type || !str_starts(type, "application/json"))
		return answer_error(connection, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
			"send application/json");
	request = json_loadb(body->data, body->len, 0, NULL);
	if (!request)
		return answer_error(connection, MHD_HTTP_BAD_REQUEST, "not JSON");
	result = reply_send(http, connection, number, request);
	json_decref(request);
	return result;
}

/* "/phones/NUMBER" and what follows it. False if url is not under /phones/. */
static bool url_split(const char *url, char number[SIMPDU_NUMBER_MAX], const char **rest)
{
	static const char folder[] = "/phones/";
	size_t len;

	if (!str_starts(url, folder))
		return false;
	url += sizeof(folder) - 1;
	len = strcspn(url, "/");
	*rest = url + len;
	return str_copy_n(number, SIMPDU_NUMBER_MAX, url, len);
}

static enum MHD_Result route(struct http *http, struct MHD_Connection *connection,
	const char *url, const char *method, const struct buf *body)
{
	bool is_get = str_eq(method, "GET");
	char number[SIMPDU_NUMBER_MAX];
	const char *rest;

	if (is_get && str_eq(url, "/"))
		return get_page(connection);
	if (is_get && str_eq(url, "/phones"))
		return get_phones(http, connection);
	if (!url_split(url, number, &rest))
		return answer_error(connection, MHD_HTTP_NOT_FOUND, "no such page");
	if (is_get && *rest == '\0')
		return get_phone(http, connection, number);
	if (str_eq(method, "POST") && str_eq(rest, "/reply"))
		return post_reply(http, connection, number, body);
	return answer_error(connection, MHD_HTTP_NOT_FOUND, "no such page");
}

/* A name that a page elsewhere bound to 127.0.0.1 shows in Host. */
static bool host_is_ours(const struct http *http, struct MHD_Connection *connection)
{
	const char *host =
		MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");

	return host && (str_eq(host, http->host) || str_eq(host, http->alias));
}

static enum MHD_Result http_request(void *user, struct MHD_Connection *connection,
	const char *url, const char *method, const char *version, const char *data,
	size_t *len, void **request)
{
	struct http *http = user;
	struct buf *body = *request;

	(void)version;
	if (!body) {
		body = calloc(1, sizeof(*body));
		if (!body)
			return MHD_NO;
		buf_init(body, BODY_MAX_OCTETS);
		*request = body;
		return MHD_YES;
	}
	if (*len > 0) {
		buf_put(body, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (!host_is_ours(http, connection))
		return answer_error(
			connection, MHD_HTTP_MISDIRECTED_REQUEST, "not this host");
	if (!buf_ok(body))
		return answer_error(connection, MHD_HTTP_CONTENT_TOO_LARGE, "too long");
	return route(http, connection, url, method, body);
}

static void http_done(void *user, struct MHD_Connection *connection, void **request,
	enum MHD_RequestTerminationCode code)
{
	struct buf *body = *request;

	(void)user;
	(void)connection;
	(void)code;
	if (body)
		buf_fini(body);
	free(body);
	*request = NULL;
}

static bool listen_parse(struct http *http, const char *listen, uint16_t *port)
{
	const char *colon = strrchr(listen, ':');
	uint64_t value;

	if (!colon || !str_to_u64(colon + 1, strlen(colon + 1), 65535, &value) ||
		value == 0)
		return false;
	if (!str_starts(listen, "127.0.0.1:") && !str_starts(listen, "localhost:"))
		return false;
	*port = (uint16_t)value;
	return str_format(http->host, sizeof(http->host), "127.0.0.1%s", colon) &&
	       str_format(http->alias, sizeof(http->alias), "localhost%s", colon);
}

static enum err http_start(struct http *http, const char *listen)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const union MHD_DaemonInfo *info;
	uint16_t port;

	if (!listen_parse(http, listen, &port))
		return ERR_ARG;
	address.sin_port = htons(port);
	http->daemon = MHD_start_daemon(MHD_USE_EPOLL, port, NULL, NULL, http_request,
		http, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
		MHD_OPTION_NOTIFY_COMPLETED, http_done, NULL, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)CONNECTION_TIMEOUT_S, MHD_OPTION_END);
	if (!http->daemon) {
		log_error("listen address=%s", listen);
		return ERR_SYS;
	}
	info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return ERR_SYS;
	http->watch = (struct watch){ -1, http_ready, http };
	http->timer = (struct timer){ .fn = http_timer, .user = http };
	return loop_watch(&http->bank->loop, &http->watch, info->epoll_fd, EPOLLIN);
}

enum err http_create(struct http **out, struct bank *bank, const char *listen)
{
	struct http *http = calloc(1, sizeof(*http));
	enum err err;

	if (!http)
		return ERR_MEM;
	http->bank = bank;
	http->watch.fd = -1;
	err = http_start(http, listen);
	if (err != ERR_OK) {
		http_destroy(http);
		return err;
	}
	*out = http;
	return ERR_OK;
}

void http_destroy(struct http *http)
{
	if (!http)
		return;
	loop_unwatch(&http->bank->loop, &http->watch);
	timers_stop(&http->bank->loop.timers, &http->timer);
	if (http->daemon)
		MHD_stop_daemon(http->daemon);
	free(http);
}
