/*
 * Which serial ports hang on USB, and whose they are: vendor, product, bus and address,
 * from libserialport.
 *
 * Threading: any; nothing is kept.
 */
#ifndef DRIVERS_PORT_LIST_H
#define DRIVERS_PORT_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/base/err.h"

struct port_usb;

/* All of them, in no order, without their places; those beyond max are left out.
 * ERR_SYS: it is not known now, for they come and go just then; *n is 0. */
enum err port_list_usb(struct port_usb *out, size_t max, size_t *n);
/* tty: "ttyUSB2". False: it is no port on USB. */
bool port_list_read(const char *tty, struct port_usb *out);

#endif
