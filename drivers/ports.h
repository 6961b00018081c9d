/*
 * Which ports there are: expands the configured patterns and tells when a port comes or
 * goes. A name can come again after it went; a device that was changed for another under
 * the same name goes and comes.
 *
 * Threading: the loop's thread; callbacks come from the loop, never from inside a call.
 * They must not destroy the ports.
 */
#ifndef DRIVERS_PORTS_H
#define DRIVERS_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/base/err.h"
#include "firmware/base/loop.h"

#define PORTS_MAX 64

struct ports;

/* name: as modem_create() takes it; borrowed until return. */
typedef void (*ports_fn)(void *user, const char *name);

struct ports_handler {
	ports_fn added, removed;
	void *user;
};

/* patterns: names or globs, comma separated: "usb:*, /dev/ttyS1:9600, run/bank/modem*,
 * tcp:127.0.0.1:7001". "usb:*" is every USB modem by its place ("usb:1-1.4"), one name
 * each however many ports it shows, and the same name after it was pulled and returned; a
 * chip with several UARTs has a modem behind each ("usb:1-1.4", "usb:1-1.4/1").
 * "/dev/ttyUSB*" and "/dev/ttyACM*" are told so, too; what hangs on no USB by its name.
 * A modem that two patterns fit is the first one's.
 * ":9600" and ":rtscts" after one are as port.h says. A tcp name is there from the start
 * and stays. The first listing comes with the loop's next turn.
 * ERR_ARG: no pattern, too many (16) or too long. ERR_SYS: the kernel tells no changes.
 */
enum err ports_create(struct ports **out, struct loop *loop, const char *patterns,
	const struct ports_handler *handler);
void ports_destroy(struct ports *p); /* accepts NULL; nothing is reported removed */

#endif
