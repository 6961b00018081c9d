/*
 * The reset of a USB device on its bus: to the device as if its plug had been pulled and
 * returned, but that its supply stays. Its ports go and come back.
 *
 * A device that hangs may keep the kernel busy with it for some 20 s, so a thread does
 * it, one for each struct usb_reset at a time; what came of it is logged.
 */
#ifndef DRIVERS_PORT_USB_RESET_H
#define DRIVERS_PORT_USB_RESET_H

#include <stdbool.h>

#include "firmware/base/err.h"

struct usb_reset;

/* node: the device's file, "/dev/bus/usb/003/012". */
bool usb_reset_is_permitted(const char *node);
/* Returns at once. *reset: NULL, or what an earlier call made; the caller's to free.
 * ERR_UNSUPPORTED: not permitted. ERR_BUSY: the last one goes on. ERR_MEM, ERR_SYS: no
 * thread. */
enum err usb_reset_start(struct usb_reset **reset, const char *node);
/* Accepts NULL. One that goes on is left to end by itself. */
void usb_reset_free(struct usb_reset *reset);

#endif
