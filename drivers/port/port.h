/*
 * A byte stream to a modem: a serial port, a pseudo-terminal or a TCP connection. Writes
 * are queued whole in a bounded buffer and never block. Two backends lie behind it, and a
 * test brings its own.
 *
 * Threading: the loop's thread only. The gone callback comes from the loop, never from
 * inside a call below, and not after port_close(). A callback may close the port; it must
 * not destroy it.
 */
#ifndef DRIVERS_PORT_H
#define DRIVERS_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/base/loop.h"

struct port;

typedef void (*port_data_fn)(void *user, const uint8_t *data, size_t len);
typedef void (*port_gone_fn)(void *user); /* the port closed itself before this */

struct port_ops {
	enum err (*open)(struct port *p);
	void (*close)(struct port *p);
	enum err (*write)(struct port *p, const void *data, size_t len);
	size_t (*unsent)(const struct port *p);
	size_t (*discard)(struct port *p);
	/* NULL: there is one way alone, without flow control */
	size_t (*ways)(const struct port *p);
	bool (*try_other)(struct port *p);
	void (*way_works)(struct port *p);
	bool (*known_way)(const struct port *p, int *interface, int *speed);
	void (*prefer_way)(struct port *p, int interface, int speed);
	bool (*wants_flow)(const struct port *p);
	enum err (*set_flow)(struct port *p, bool on);
	/* NULL: it is no USB device */
	bool (*is_makers)(const struct port *p);
	bool (*can_reset)(const struct port *p);
	enum err (*reset)(struct port *p);
	void (*destroy)(struct port *p);
};

/* The head of every backend's own struct. */
struct port {
	const struct port_ops *ops;
	port_data_fn data;
	port_gone_fn gone;
	void *user;
};

/* Picks the backend: "tcp:host:port" (host: an address or localhost), a pseudo-terminal,
 * else a serial port, 8N1. "usb:1-1.4" is the modem at that place on USB, by whichever of
 * its ports takes commands. A UART's speed is found; "/dev/ttyS1:9600" sets it, and
 * ":rtscts" asks for hardware flow control. ERR_NOTFOUND: no such device. ERR_ARG: a
 * malformed name. */
enum err port_create(struct port **out, struct loop *loop, const char *name);
void port_destroy(struct port *p); /* accepts NULL; closes without calling back */
void port_set_handler(struct port *p, port_data_fn data, port_gone_fn gone, void *user);

/* ERR_NOTFOUND, ERR_BUSY (locked by another program), ERR_SYS. */
enum err port_open(struct port *p);
void port_close(struct port *p);
/* Queues all of data or nothing. ERR_MEM: the buffer is full; ERR_SYS: not open. */
enum err port_write(struct port *p, const void *data, size_t len);
/* Octets queued that the kernel did not take yet. Still valid in the gone callback. */
size_t port_unsent(const struct port *p);
/* How many ways to the modem may still be tried (ports of a USB modem, speeds of a UART);
 * 1: the way is known. Known while open. */
size_t port_ways(const struct port *p);
/* Nobody answered. True: open again, and it is another way that was not tried yet. */
bool port_try_other(struct port *p);
/* port_open() over the ways that can still be tried, until one can be opened. */
enum err port_open_some(struct port *p);
void port_way_works(struct port *p); /* somebody answered: this way from now on */
/* That way, where there are several. False: nobody has answered. */
bool port_known_way(const struct port *p, int *interface, int *speed);
/* While closed: this way first, and once. */
void port_prefer_way(struct port *p, int interface, int speed);
/* Hardware flow control: asked for by the name, off after every opening. */
bool port_wants_flow(const struct port *p);
enum err port_set_flow(struct port *p, bool on);
/* Whether the ids of its USB device are those of a modem, not of a cable or a chip that
 * anything may be behind. */
bool port_is_makers(const struct port *p);
/* Whether it is a USB device of its own that may be reset; see usb_reset.h. */
bool port_can_reset(const struct port *p);
/* While closed. Returns at once. ERR_UNSUPPORTED; ERR_BUSY: the last one goes on. */
enum err port_reset(struct port *p);
/* Drops those octets; returns how many there were. They will certainly not be sent. */
size_t port_discard(struct port *p);

#endif
