/*
 * The supply of a USB socket, switched by the hub that it is a port of: no wire, no line.
 * Linux 6.0 and later. A hub that switches its ports' power one by one cuts it; any other
 * only lets go of the modem and takes it anew.
 *
 * The kernel may take seconds for it, so a thread of each socket's own does it: set()
 * returns at once, what fails is logged, and release() waits for the last order.
 */
#ifndef DRIVERS_BOARD_USB_SUPPLY_H
#define DRIVERS_BOARD_USB_SUPPLY_H

#include "drivers/board/gpio.h"

/* For outputs alone: of a spec its line is read, the socket's path ("1-1.2"). Taking
 * fails with ERR_NOTFOUND: this kernel cannot; ERR_SYS: it is not permitted, or no
 * thread. A hub that is not there yet is no failure. */
extern const struct gpio_backend usb_supply;

/* The port's folder below sysfs ("/sys"). False: usb is no socket's path. */
bool usb_supply_port(const char *sysfs, const char *usb, char *dst, size_t size);
/* As take_output() of the backend, with a sysfs of one's own. */
enum err usb_supply_take(void **out, const char *sysfs, const char *usb, bool on);

#endif
