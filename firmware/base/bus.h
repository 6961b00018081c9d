/*
 * The bus: hints between the daemons over a Unix seqpacket socket. One datagram is one
 * line of text, `topic key=value key="quoted value"`, at most BUS_LINE_MAX octets. Hints
 * only: a lost one costs latency, never a message; whoever (re)connects reads the store.
 *
 * modemd listens (server, on its loop). paneld and chaparctl are clients with a plain
 * descriptor, used by one thread.
 *
 *   radio to office   slot bay= sim= state= reason= until= signal= operator= rate= queue=
 *                     tech= ims= search= networks=STAT:PLMN:NAME|…
 *                     messages n= list=ID:STATE,ID:STATE…   inbound id=   sim id=
 *                     answer seq= ok=0|1 text= code= more=0|1 (explain: until= n=)
 *   office to radio   work (the queue, a suppression or an inbound text changed)
 *                     config (a plan, route, quota, SIM, cap or setting changed)
 *                     command seq= op=reset|power|status bay=, or op=ussd sim= code=,
 *                     or op=explain message=
 */
#ifndef BASE_BUS_H
#define BASE_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/base/loop.h"

#define BUS_LINE_MAX 2048

struct bus_server;
struct bus_peer; /* one connected client */

/* The value of key in line, unquoted, into dst. False if absent or too long. */
bool bus_get(const char *line, const char *key, char *dst, size_t size);
bool bus_get_i64(const char *line, const char *key, int64_t *out);
/* True if line's topic is this. */
bool bus_is(const char *line, const char *topic);
/* Appends ` key="value"`, quoted as needed. False if it did not fit. */
bool bus_add(char *line, size_t size, const char *key, const char *value);
bool bus_add_i64(char *line, size_t size, const char *key, int64_t value);

/* line: borrowed until return. peer: to answer with bus_reply(), valid until return. */
typedef void (*bus_fn)(void *user, struct bus_peer *peer, const char *line);
typedef void (*bus_joined_fn)(void *user, struct bus_peer *peer);

/* Replaces a socket left by a killed daemon; ERR_BUSY: a living one answers on it. */
enum err bus_server_create(struct bus_server **out, struct loop *loop, const char *path,
	bus_fn fn, void *user);
void bus_server_on_join(struct bus_server *server, bus_joined_fn fn);
void bus_server_destroy(struct bus_server *server);
/* To every client; one that does not read is skipped for this line, never waited for. */
void bus_publish(struct bus_server *server, const char *line);
void bus_reply(struct bus_peer *peer, const char *line);
/* For an answer that comes later: never 0, and never another's. */
uint64_t bus_peer_id(const struct bus_peer *peer);
/* Nothing happens where that client has gone. */
void bus_reply_to(struct bus_server *server, uint64_t peer_id, const char *line);

/* Client: a connected descriptor (close() ends it). ERR_NOTFOUND: nobody listens. */
enum err bus_connect(int *out_fd, const char *path);
enum err bus_send(int fd, const char *line); /* ERR_BUSY: full; ERR_SYS: gone */
/* Waits at most timeout_ms (-1: no limit) for a line. ERR_TIMEOUT; ERR_SYS: gone. */
enum err bus_receive(int fd, char *line, size_t size, int timeout_ms);

#endif
