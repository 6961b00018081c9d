/*
 * The HTTP server: libmicrohttpd moves the octets on two threads, and hands each request
 * to one of a few workers, which have a store connection each; so that a slow disk or a
 * password hash delays nobody's octets. A request waits suspended meanwhile.
 */
#ifndef WEB_API_HTTP_SERVER_H
#define WEB_API_HTTP_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include "web/api/api.h"

struct http_server;

struct http_options {	    /* borrowed until http_server_stop() */
	const char *listen; /* "0.0.0.0:8080, [::]:8080"; port 0: any */
	const char *store_path;
	struct api *api;
	unsigned workers; /* 0: HTTP_WORKERS */
};
#define HTTP_WORKERS 4

/* ERR_BUSY: the port is in use. On failure why[size] is a sentence for the user. */
enum err http_server_start(struct http_server **out, const struct http_options *options,
	char *why, size_t size);
/* The port of the first address. */
uint16_t http_server_port(const struct http_server *server);
/* Answers what is being worked on, then ends; the api's events are closed. NULL: fine. */
void http_server_stop(struct http_server *server);

#endif
