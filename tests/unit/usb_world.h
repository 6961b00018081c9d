/*
 * A /sys/class of the test's own, with libserialport on it: USB ports are plugged and
 * pulled, and a listing fails when told to. It lies in a mount namespace; where the
 * kernel gives none (a container without the right to), what plugs a port is skipped.
 */
#ifndef TESTS_USB_WORLD_H
#define TESTS_USB_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <libserialport.h>

#include "drivers/ports.h"
#include "firmware/base/str.h"
#include "tests/unit/scratch.h"

struct world {
	struct loop *loop;
	struct ports *ports;
	char dir[SCRATCH_SIZE];
	char told[1024];
};

static inline void run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static inline void run(const char *fmt, ...)
{
	char command[1024];
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	assert_true(n > 0 && (size_t)n < sizeof(command));
	assert_int_equal(system(command), 0);
}

static bool has_own_sys; /* a mount namespace of our own */
static int failing;	 /* the next so many listings fail */

/* As libserialport 0.1.1 fails when a port goes just while it looks at it. */
enum sp_return sp_list_ports(struct sp_port ***out)
{
	enum sp_return (*list)(struct sp_port ***);

	*(void **)&list = dlsym(RTLD_NEXT, "sp_list_ports");
	if (failing == 0)
		return list(out);
	failing--;
	*out = NULL;
	return SP_ERR_MEM;
}

static inline bool write_to(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	return f && fputs(text, f) >= 0 && fclose(f) == 0;
}

/* Who is not root becomes it, in a user namespace; its files stay his. */
static inline bool own_namespace(void)
{
	unsigned uid = geteuid(), gid = getegid();
	char map[32];

	if (uid == 0)
		return unshare(CLONE_NEWNS) == 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 ||
		!write_to("/proc/self/setgroups", "deny"))
		return false;
	(void)str_format(map, sizeof(map), "0 %u 1", uid); /* fits */
	if (!write_to("/proc/self/uid_map", map))
		return false;
	(void)str_format(map, sizeof(map), "0 %u 1", gid); /* fits */
	return write_to("/proc/self/gid_map", map);
}

static inline int group_set_up(void **state)
{
	(void)state;
	/* /sys, not /: in a chroot that is no mount point */
	has_own_sys = own_namespace() &&
		      mount("none", "/sys", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
	if (!has_own_sys)
		print_message("no mount namespace here: %s\n", strerror(errno));
	return 0;
}

static inline int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	scratch_make(w->dir);
	run("mkdir -p %s/class/tty", w->dir);
	if (has_own_sys) {
		char class[SCRATCH_SIZE + 16];
		(void)str_format(class, sizeof(class), "%s/class", w->dir); /* fits */
		assert_int_equal(mount(class, "/sys/class", NULL, MS_BIND, NULL), 0);
	}
	failing = 0;
	*state = w;
	return 0;
}

static inline int tear_down(void **state)
{
	struct world *w = *state;

	ports_destroy(w->ports);
	if (w->loop)
		loop_destroy(w->loop);
	if (has_own_sys)
		assert_int_equal(umount2("/sys/class", MNT_DETACH), 0);
	scratch_drop(w->dir);
	free(w);
	return 0;
}

/* A port as the kernel's drivers make it: usb-serial has a device of its own below the
 * interface, cdc-acm has not. "device" leads to it, as /sys/class/tty's entry to the tty.
 */
static inline void plug(struct world *w, const char *path, int interface, const char *tty,
	const char *ids)
{
	char device[192], owner[256];

	if (!has_own_sys)
		skip();
	assert_true(str_format(
		device, sizeof(device), "%s/devices/pci0/usb1/%s", w->dir, path));
	assert_true(str_format(owner, sizeof(owner), "%s/%s:1.%d%s%s", device, path,
		interface, str_starts(tty, "ttyACM") ? "" : "/",
		str_starts(tty, "ttyACM") ? "" : tty));
	run("mkdir -p %s/tty/%s", owner, tty);
	run("echo %.4s >%s/idVendor; echo %s >%s/idProduct; echo 3 >%s/busnum; "
	    "echo 12 >%s/devnum",
		ids, device, ids + 5, device, device, device);
	run("ln -s %s %s/tty/%s/device; ln -s %s/tty/%s %s/class/tty/%s", owner, owner,
		tty, owner, tty, w->dir, tty);
}

static inline void pull(struct world *w, const char *tty)
{
	run("rm -r $(readlink -f %s/class/tty/%s/device) %s/class/tty/%s", w->dir, tty,
		w->dir, tty);
}

#endif
