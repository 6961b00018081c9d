/*
 * Documentation/ABI/testing/sysfs-bus-usb of Linux 6.0: /sys/bus/usb/devices/…/
 * <hub_interface>/<usbX-portY>/disable, and peer, the same socket's port of the other
 * speed: a socket is without power when both are off.
 */
#include "drivers/board/usb_supply.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firmware/base/str.h"

#define LOG_MODULE "power"
#include "firmware/base/log.h"

enum {
	FOLDER_SIZE = 160,
	USB_SIZE = 64,
};

struct supply {
	char folder[FOLDER_SIZE], usb[USB_SIZE];
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t moved;
	bool on, is_new, ends;
};

/* "1-1.2" is port 2 of the hub 1-1, whose interface is 1-1:1.0; "1-2" is port 2 of bus
 * 1's own hub, usb1, whose interface is 1-0:1.0. */
bool usb_supply_port(const char *sysfs, const char *usb, char *dst, size_t size)
{
	char hub[USB_SIZE];
	const char *dot = strrchr(usb, '.'), *dash = strchr(usb, '-');
	const char *last = dot ? dot : dash;

	if (!last || !dash || last[1] == '\0' ||
		!str_copy_n(hub, sizeof(hub), usb, (size_t)(last - usb)))
		return false;
	if (dot)
		return str_format(dst, size, "%s/bus/usb/devices/%s:1.0/%s-port%s", sysfs,
			hub, hub, last + 1);
	return str_format(dst, size, "%s/bus/usb/devices/%s-0:1.0/usb%s-port%s", sysfs,
		hub, hub, last + 1);
}

/* 0, or errno. name: in the port's folder. */
static int write_disable(const struct supply *s, const char *name, bool on)
{
	char path[FOLDER_SIZE + 16];

	(void)str_format(path, sizeof(path), "%s/%s", s->folder, name); /* fits */
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	int code = write(fd, on ? "0\n" : "1\n", 2) < 0 ? errno : 0;
	(void)close(fd); /* what write() said counts */
	return code;
}

static void do_switch(const struct supply *s, bool on)
{
	int code = write_disable(s, "disable", on);
	int peer = write_disable(s, "peer/disable", on);

	if (code == 0 && peer != 0 && peer != ENOENT)
		code = peer;
	if (code != 0)
		log_error("usb=%s cannot be switched %s: %s", s->usb, on ? "on" : "off",
			strerror(code));
}

static void *run(void *user)
{
	struct supply *s = user;

	(void)pthread_mutex_lock(&s->lock);
	while (s->is_new || !s->ends) {
		if (!s->is_new) {
			(void)pthread_cond_wait(&s->moved, &s->lock);
			continue;
		}
		bool on = s->on;
		s->is_new = false;
		(void)pthread_mutex_unlock(&s->lock);
		do_switch(s, on);
		(void)pthread_mutex_lock(&s->lock);
	}
	(void)pthread_mutex_unlock(&s->lock);
	return NULL;
}

static enum err set(void *line, bool on)
{
	struct supply *s = line;

	(void)pthread_mutex_lock(&s->lock);
	s->on = on;
	s->is_new = true;
	(void)pthread_cond_signal(&s->moved);
	(void)pthread_mutex_unlock(&s->lock);
	return ERR_OK;
}

static void release(void *line)
{
	struct supply *s = line;

	if (!s)
		return;
	(void)pthread_mutex_lock(&s->lock);
	s->ends = true;
	(void)pthread_cond_signal(&s->moved);
	(void)pthread_mutex_unlock(&s->lock);
	(void)pthread_join(s->thread, NULL);
	(void)pthread_cond_destroy(&s->moved);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

static enum err check(const struct supply *s)
{
	char path[FOLDER_SIZE + 16];

	(void)str_format(path, sizeof(path), "%s/disable", s->folder); /* fits */
	if (access(s->folder, F_OK) < 0 || access(path, W_OK) == 0)
		return ERR_OK;
	log_info("usb=%s its port: %s", s->usb, strerror(errno));
	return errno == ENOENT ? ERR_NOTFOUND : ERR_SYS;
}

enum err usb_supply_take(void **out, const char *sysfs, const char *usb, bool on)
{
	struct supply *s = calloc(1, sizeof(*s));

	if (!s)
		return ERR_MEM;
	s->on = on;
	s->is_new = true;
	enum err err =
		str_copy(s->usb, sizeof(s->usb), usb) &&
				usb_supply_port(sysfs, usb, s->folder, sizeof(s->folder))
			? check(s)
			: ERR_ARG;
	if (err == ERR_OK && (pthread_mutex_init(&s->lock, NULL) != 0 ||
				     pthread_cond_init(&s->moved, NULL) != 0 ||
				     pthread_create(&s->thread, NULL, run, s) != 0))
		err = ERR_SYS;
	if (err == ERR_OK)
		*out = s;
	else
		free(s);
	return err;
}

static enum err take_output(void **out, const struct gpio_spec *spec, bool on)
{
	return usb_supply_take(out, "/sys", spec->line, on);
}

const struct gpio_backend usb_supply = {
	.take_output = take_output,
	.set = set,
	.release = release,
};
