/*
 * Where serial ports hang on USB: by the path of hub ports, which stays as long as nobody
 * moves the plug, while names, numbers and bus addresses change. Which ports there are
 * and whose, libserialport tells (port_list.h); the path and the interface, sysfs.
 */
#ifndef DRIVERS_PORT_USB_H
#define DRIVERS_PORT_USB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"

#define PORT_USB_PATH_MAX 40
#define PORT_USB_TTYS_MAX 16 /* of one device */

struct port_usb {
	char path[PORT_USB_PATH_MAX]; /* "1-1.4": bus 1, port 1 of its hub, port 4 of that
				       */
	int interface;		      /* bInterfaceNumber */
	uint16_t vendor, product;     /* 0: not told */
	uint16_t bus, address;	      /* of this plugging; 0: not told */
	char tty[32];		      /* "ttyUSB2" */
};

/* device: a path below /dev, or a link to one. False: it is no USB port. */
bool port_usb_read(const char *device, struct port_usb *out);
/* What a modem is known by: "1-1.4" is all ports of the device there. A chip with several
 * UARTs has a modem behind each: its first port is "1-1.4", the one of interface 2
 * "1-1.4/2". */
#define PORT_USB_PLACE_MAX (PORT_USB_PATH_MAX + 5)
/* The ports at a place, by rising interface. Returns how many. */
size_t port_usb_list(const char *place, struct port_usb out[PORT_USB_TTYS_MAX]);
/* The device of a port ("usb:1-1.4", "/dev/ttyUSB2"), by its first one, if all its ports
 * are what that name means: what is done to it hits nobody else. False: it is no such. */
bool port_usb_own(const char *path, struct port_usb *out);
#define PORT_USB_NODE_MAX 32
/* Its file, "/dev/bus/usb/003/012". False: where it is on the bus was not told. */
bool port_usb_node(const struct port_usb *usb, char dst[PORT_USB_NODE_MAX]);
/* Calls fn with each place that has a serial port, in their order, and its n ports; how
 * tells one plugging from the next, and changes as ports come and go. kind: only devices
 * that have a port whose name begins so ("ttyUSB"); "": all. ERR_SYS, ERR_MEM: it is not
 * known now. */
typedef void (*port_usb_fn)(void *user, const char *place, uint64_t how,
	const struct port_usb *ports, size_t n);
enum err port_usb_each(const char *kind, port_usb_fn fn, void *user);
/* A cable or a chip with a UART behind it, not a modem: its speed matters. */
bool port_usb_is_adapter(const struct port_usb *usb);

#endif
