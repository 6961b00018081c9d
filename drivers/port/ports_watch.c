#include "drivers/port/ports_watch.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <systemd/sd-device.h>
#include <systemd/sd-event.h>

#include "firmware/base/str.h"

#define LOG_MODULE "ports"
#include "firmware/base/log.h"

static void on_inotify(void *user, int fd, unsigned events)
{
	struct ports_watch *w = user;
	_Alignas(struct inotify_event) char buf[4096];
	(void)events;

	/* What exactly happened does not matter: all is listed again. */
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	w->changed(w->user);
}

/* That udev is heard at all is said once, each of its words at debug only: a modem that
 * comes and goes all day has lines enough. */
static void note_word(struct ports_watch *w, sd_device *device)
{
	const char *tty = "?", *action = "?";

	(void)sd_device_get_sysname(device, &tty); /* what is not told stays "?" */
	(void)sd_device_get_property_value(device, "ACTION", &action);
	if (!w->has_udev_told)
		log_info("udev tells of ports: first tty=%s action=%s", tty, action);
	else
		log_debug("udev: tty=%s action=%s", tty, action);
	w->has_udev_told = true;
}

static int on_device(sd_device_monitor *monitor, sd_device *device, void *user)
{
	struct ports_watch *w = user;
	(void)monitor;
	note_word(w, device);
	w->changed(w->user);
	return 0;
}

static void on_udev(void *user, int fd, unsigned events)
{
	struct ports_watch *w = user;
	(void)fd;
	(void)events;
	while (sd_event_run(w->udev_events, 0) > 0)
		;
}

/* udev's word comes by netlink, in the network namespace that it runs in; the unit keeps
 * the radio side there for that alone. Where none comes (a container; PrivateNetwork=yes
 * in somebody's drop-in; links to pseudo-terminals), what inotify sees is enough: a
 * port's file comes and goes, and its mode changes when udev is through.
 *
 * The monitor wants an sd-event loop; ours is not visible, so it gets a small one, whose
 * descriptor lies on ours. */
static int start_udev(struct ports_watch *w)
{
	int r = sd_event_new(&w->udev_events);
	if (r >= 0)
		r = sd_device_monitor_new(&w->monitor);
	if (r >= 0)
		r = sd_device_monitor_filter_add_match_subsystem_devtype(
			w->monitor, "tty", NULL);
	if (r >= 0)
		r = sd_device_monitor_attach_event(w->monitor, w->udev_events);
	if (r >= 0)
		r = sd_device_monitor_start(w->monitor, on_device, w);
	if (r >= 0)
		r = sd_event_run(w->udev_events, 0); /* arms its descriptor */
	if (r >= 0)
		r = -(int)loop_io_add(w->loop, &w->udev_io,
			sd_event_get_fd(w->udev_events), LOOP_READ, on_udev, w);
	return r;
}

static void stop_udev(struct ports_watch *w)
{
	loop_io_remove(w->udev_io);
	w->udev_io = NULL;
	w->monitor = sd_device_monitor_unref(w->monitor);
	w->udev_events = sd_event_unref(w->udev_events);
}

enum err ports_watch_init(
	struct ports_watch *w, struct loop *loop, loop_fn changed, void *user)
{
	*w = (struct ports_watch){ .loop = loop, .changed = changed, .user = user };
	w->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->inotify_fd < 0 || loop_io_add(loop, &w->inotify_io, w->inotify_fd,
					 LOOP_READ, on_inotify, w) != ERR_OK) {
		log_error("cannot watch for ports: %s", strerror(errno));
		ports_watch_fini(w);
		return ERR_SYS;
	}
	if (start_udev(w) < 0) {
		log_info("no udev: ports are noticed by their names alone");
		stop_udev(w);
	}
	return ERR_OK;
}

void ports_watch_fini(struct ports_watch *w)
{
	stop_udev(w);
	loop_io_remove(w->inotify_io);
	w->inotify_io = NULL;
	if (w->inotify_fd >= 0)
		(void)close(w->inotify_fd); /* read only */
	w->inotify_fd = -1;
}

/* Cuts the last part of path off; "." and "/" are the ends. False: nothing is left. */
static bool to_parent(char *path)
{
	if (str_eq(path, ".") || str_eq(path, "/"))
		return false;
	char *slash = strrchr(path, '/');
	if (!slash)
		return str_copy(path, 2, ".");
	slash[slash == path ? 1 : 0] = '\0';
	return true;
}

void ports_watch_add(struct ports_watch *w, const char *path)
{
	char dir[PATH_MAX];

	if (!str_copy(dir, sizeof(dir), path))
		return;
	while (to_parent(dir))
		if (inotify_add_watch(w->inotify_fd, dir,
			    IN_CREATE | IN_DELETE | IN_ATTRIB | IN_MOVE | IN_DELETE_SELF |
				    IN_MOVE_SELF | IN_ONLYDIR) >= 0)
			return;
	log_warn("cannot watch %s: %s", path, strerror(errno));
}

bool ports_watch_is_released(const char *tty)
{
	sd_device *device = NULL;

	if (access("/run/udev/control", F_OK) < 0 ||
		sd_device_new_from_subsystem_sysname(&device, "tty", tty) < 0)
		return true;
	int is_through = sd_device_get_is_initialized(device);
	(void)sd_device_unref(device); /* gives NULL */
	return is_through != 0;
}
