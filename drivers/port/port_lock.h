/*
 * One program at a port: flock(2), and the lock files of older programs (minicom, gammu,
 * pppd) are honoured. Who holds it is told in the log. Private to drivers/port*.
 */
#ifndef DRIVERS_PORT_LOCK_H
#define DRIVERS_PORT_LOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/base/err.h"

/* device: as opened, fd: its descriptor. The lock ends with fd. ERR_BUSY: somebody else
 * holds it. */
enum err port_lock(int fd, const char *device);
/* "ModemManager (pid 512)" for the holder of a flock on fd, by proc (PORT_LOCK_PROC but
 * in tests); false: not to be found. */
#define PORT_LOCK_PROC "/proc"
bool port_lock_holder(const char *proc, int fd, char *dst, size_t size);

#endif
