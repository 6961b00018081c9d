/*
 * What the port backends share: a non-blocking file descriptor on the loop with a bounded
 * out-buffer. A backend only opens and closes the descriptor. Private to drivers/port*.
 */
#ifndef DRIVERS_PORT_STREAM_H
#define DRIVERS_PORT_STREAM_H

#include <stdbool.h>

#include "drivers/port/port.h"
#include "drivers/port/port_way.h"

#define PORT_OUT_MAX 2048 /* a PDU with its Ctrl-Z is 353 octets */

struct port_stream;

struct port_backend {
	const char *name;
	/* The descriptor, non-blocking; -1 with *why set. *connecting: it becomes usable
	 * when it becomes writable. */
	int (*open)(struct port_stream *s, bool *connecting, enum err *why);
	void (*close)(struct port_stream *s); /* the descriptor is s->fd */
	enum err (*set_flow)(struct port_stream *s, bool on); /* NULL: has none */
};

struct port_stream {
	struct port base;
	const struct port_backend *backend;
	struct loop *loop;
	struct loop_io *io; /* NULL: closed */
	struct loop_timer timer;
	void *handle; /* the backend's own, NULL while closed */
	int fd;
	bool connecting, has_failed, is_socket;
	unsigned generation;	 /* counts closings: a callback may close the port */
	struct usb_reset *reset; /* NULL: there was none yet */
	size_t out_len;
	struct port_choice choice;
	struct port_way way; /* the one that is open */
	size_t ways;	     /* that there were; 0: the backend has one alone */
	char name[PORT_NAME_MAX];
	uint8_t out[PORT_OUT_MAX];
};

extern const struct port_backend port_serial_backend, port_fd_backend;

/* A terminal that takes and gives bytes as they are, with nothing left over in it. */
bool port_fd_make_raw(int fd);

/* Nothing is opened. ERR_ARG: the name is too long. */
enum err port_stream_create(struct port **out, struct loop *loop, const char *name);

#endif
