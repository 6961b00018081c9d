/*
 * Tells that something changed where ports appear: directories by inotify, and what udev
 * finished with by sd-device. Says no more than "look again". Private to ports.
 */
#ifndef DRIVERS_PORTS_WATCH_H
#define DRIVERS_PORTS_WATCH_H

#include <stdbool.h>

#include "firmware/base/err.h"
#include "firmware/base/loop.h"

struct ports_watch {
	struct loop *loop;
	loop_fn changed;
	void *user;
	int inotify_fd;
	struct loop_io *inotify_io, *udev_io; /* udev_io: NULL where there is no udev */
	struct sd_device_monitor *monitor;
	struct sd_event *udev_events;
	bool has_udev_told;
};

/* ERR_SYS: no inotify. Missing udev is no error: directories are watched anyway. */
enum err ports_watch_init(
	struct ports_watch *w, struct loop *loop, loop_fn changed, void *user);
void ports_watch_fini(struct ports_watch *w);
/* Watches the directory of path, or the nearest parent that exists. Can be repeated. */
void ports_watch_add(struct ports_watch *w, const char *path);
/* Is udev through with a tty ("ttyUSB0"), so that it has its owner, mode and links? True
 * where no udev runs, and of what the kernel does not know. */
bool ports_watch_is_released(const char *tty);

#endif
