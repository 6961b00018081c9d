/*
 * The ways to reach a modem by one name: the ports that a USB modem shows, the speeds
 * that a UART may have. One is tried after the other until the modem answers; that one is
 * kept. Private to drivers/port*.
 */
#ifndef DRIVERS_PORT_WAY_H
#define DRIVERS_PORT_WAY_H

#include <stdbool.h>
#include <stddef.h>

#define PORT_WAYS_MAX 32
#define PORT_NAME_MAX 256

/* "/dev/ttyS1:9600:rtscts", "usb:1-1.4", "usb:1-1.4:rtscts" taken apart. */
struct port_name {
	char path[PORT_NAME_MAX]; /* "/dev/ttyS1", "usb:1-1.4" */
	const char *options;	  /* what followed, in the name given: ":9600:rtscts" */
	bool rtscts;
	int speed; /* 0: not given */
};

struct port_way {
	char device[PORT_NAME_MAX];
	int interface; /* of USB; -1: none */
	int speed;
};

struct port_ways {
	size_t n;
	struct port_way list[PORT_WAYS_MAX];
};

struct port_choice { /* zeroed: the first way is next */
	size_t next, tried;
	bool works;	/* interface and speed are of the way that was answered */
	bool is_guess;	/* that was in an earlier run: doubted at the first silence */
	unsigned fails; /* since then */
	int interface, speed;
};

/* False: too long. */
bool port_name_parse(const char *name, struct port_name *out);
/* What there is now, the likeliest first. n 0: no such port. */
void port_ways_find(const struct port_name *name, struct port_ways *out);
/* NULL: ways is empty. */
const struct port_way *port_choice_pick(
	const struct port_choice *c, const struct port_ways *ways);
/* The way picked was not answered. True: pick gives another that was not tried since the
 * last answer. n: how many ways there were. */
bool port_choice_fail(struct port_choice *c, size_t n);
void port_choice_guess(struct port_choice *c, int interface, int speed);
void port_choice_works(struct port_choice *c, const struct port_way *way);

#endif
