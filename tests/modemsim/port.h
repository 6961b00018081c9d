/*
 * Where a modem meets its client: a pty behind a symbolic link, and a TCP connection if
 * asked for. What is written while nobody has the port open is dropped, as on a USB
 * modem.
 *
 * The slave side is held open here, so that the master never hangs up; inotify tells when
 * a client comes and goes.
 */
#ifndef MODEMSIM_PORT_H
#define MODEMSIM_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"
#include "firmware/base/err.h"
#include "tests/modemsim/loop.h"

enum {
	PORT_PATH_MAX = 256,
};

struct port_events {
	void (*data)(void *user, const char *data, size_t len);
	/* A client came (true) or went. */
	void (*presence)(void *user, bool present);
	/* Called before data is read: brings presence up to date. May be NULL. */
	void (*sync)(void *user);
	void *user;
	void *sync_user;
};

struct port {
	struct loop *loop;
	struct port_events events;
	char link[PORT_PATH_MAX]; /* "" while unplugged */
	char slave_path[64];
	int slave;
	int inotify; /* borrowed; -1 none */
	int watch_id;
	bool present; /* someone has the pty open */
	struct watch pty, listener, tcp;
	struct buf out;
	bool pty_full, tcp_full; /* writing is awaited there */
	unsigned long overruns;	 /* so often the client's buffer was full */
	unsigned corks;
	unsigned split_bytes, split_ms; /* 0: whole writes */
	struct timer split;
};

void port_init(struct port *port, struct loop *loop, const struct port_events *events);
/* Makes a pty and the link to it. */
enum err port_plug(struct port *port, const char *link, int inotify);
/* Closes the pty and removes the link; a client sees a hang-up. */
void port_unplug(struct port *port);
/* Listens on 127.0.0.1:tcp_port; one client at a time. */
enum err port_listen(struct port *port, unsigned tcp_port);
void port_fini(struct port *port);

bool port_is_plugged(const struct port *port);
/* True if a client would read what is written now. */
bool port_has_client(const struct port *port);
/* Queues bytes; drops them if nobody listens or the client does not read. */
void port_write(struct port *port, const char *data, size_t len);
/* Between them writes are gathered; they may nest. */
void port_cork(struct port *port);
void port_uncork(struct port *port);
/* An inotify event for this port's watch_id. */
void port_notified(struct port *port, uint32_t mask);

#endif
