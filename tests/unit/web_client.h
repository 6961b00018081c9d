/*
 * A small HTTP client for tests: one request a connection, blocking, bytes as given, so
 * that requests can be as wrong as they like.
 */
#ifndef TESTS_WEB_CLIENT_H
#define TESTS_WEB_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>

#include "firmware/base/buf.h"
#include "firmware/base/str.h"

struct web_ask {
	const char *method, *path;
	const char *key;     /* Authorization: Bearer */
	const char *headers; /* further lines, each with its \r\n */
	const char *body;
	size_t body_len; /* 0: strlen(body) */
};

struct web_reply {
	int status; /* 0: no answer */
	struct buf all;
	const char *body; /* in all */
	json_t *json;	  /* NULL: not JSON */
};

static inline int web_connect(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	struct timeval limit = { .tv_sec = 20 };
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static inline void web_send(int fd, const void *data, size_t len)
{
	/* A server that refuses early may close: its answer is what counts. */
	for (size_t done = 0; done < len;) {
		ssize_t n = send(fd, (const char *)data + done, len - done, MSG_NOSIGNAL);
		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

/* Reads to the end of the connection. */
static inline struct web_reply web_read(int fd)
{
	struct web_reply r = { 0 };
	char piece[16384];
	ssize_t n;

	buf_init(&r.all, 64u << 20);
	while ((n = recv(fd, piece, sizeof(piece), 0)) > 0)
		buf_put(&r.all, piece, (size_t)n);
	const char *text = buf_str(&r.all);
	if (str_starts(text, "HTTP/1.1 "))
		r.status = (int)strtol(text + 9, NULL, 10);
	const char *end = strstr(text, "\r\n\r\n");
	r.body = end ? end + 4 : "";
	r.json = json_loads(r.body, JSON_DECODE_ANY, NULL);
	return r;
}

static inline void web_ask_send(int fd, const struct web_ask *ask)
{
	struct buf head;
	size_t len = ask->body_len > 0 ? ask->body_len
		     : ask->body       ? strlen(ask->body)
				       : 0;

	buf_init(&head, 65536);
	buf_printf(&head, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n",
		ask->method, ask->path);
	if (ask->key)
		buf_printf(&head, "Authorization: Bearer %s\r\n", ask->key);
	if (ask->headers)
		buf_puts(&head, ask->headers);
	if (ask->body)
		buf_printf(&head, "Content-Length: %zu\r\n", len);
	buf_puts(&head, "\r\n");
	web_send(fd, head.data, head.len);
	if (ask->body)
		web_send(fd, ask->body, len);
	buf_fini(&head);
}

static inline struct web_reply web_ask(uint16_t port, const struct web_ask *ask)
{
	int fd = web_connect(port);

	web_ask_send(fd, ask);
	struct web_reply r = web_read(fd);
	(void)close(fd);
	return r;
}

static inline void web_reply_fini(struct web_reply *r)
{
	json_decref(r->json);
	buf_fini(&r->all);
}

#endif
