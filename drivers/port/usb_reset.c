#include "drivers/port/usb_reset.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/usbdevice_fs.h>

#include "firmware/base/str.h"

#define LOG_MODULE "port"
#include "firmware/base/log.h"

enum {
	NODE_SIZE = 64
};

struct usb_reset {
	char node[NODE_SIZE];
	atomic_int holders; /* its owner, and the thread while it runs */
};

static void let_go(struct usb_reset *r)
{
	if (atomic_fetch_sub(&r->holders, 1) == 1)
		free(r);
}

static void *run(void *user)
{
	struct usb_reset *r = user;
	int fd = open(r->node, O_WRONLY | O_CLOEXEC);

	/* ENODEV: it came back as another device, which is what a reset may do. */
	if (fd < 0 || (ioctl(fd, USBDEVFS_RESET) < 0 && errno != ENODEV))
		log_error("device=%s cannot be reset: %s", r->node, strerror(errno));
	else
		log_info("device=%s was reset", r->node);
	if (fd >= 0)
		(void)close(fd); /* nothing was written */
	let_go(r);
	return NULL;
}

bool usb_reset_is_permitted(const char *node)
{
	return access(node, W_OK) == 0;
}

static enum err start_thread(struct usb_reset *r)
{
	pthread_attr_t attr;
	pthread_t thread;

	if (pthread_attr_init(&attr) != 0)
		return ERR_SYS;
	atomic_fetch_add(&r->holders, 1);
	int code = pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (code == 0)
		code = pthread_create(&thread, &attr, run, r);
	(void)pthread_attr_destroy(&attr); /* on Linux it cannot fail */
	if (code == 0)
		return ERR_OK;
	let_go(r);
	return ERR_SYS;
}

enum err usb_reset_start(struct usb_reset **reset, const char *node)
{
	struct usb_reset *r = *reset;

	if (r && atomic_load(&r->holders) > 1)
		return ERR_BUSY;
	if (!usb_reset_is_permitted(node))
		return ERR_UNSUPPORTED;
	if (!r) {
		r = calloc(1, sizeof(*r));
		if (!r)
			return ERR_MEM;
		atomic_init(&r->holders, 1);
		*reset = r;
	}
	if (!str_copy(r->node, sizeof(r->node), node))
		return ERR_UNSUPPORTED;
	return start_thread(r);
}

void usb_reset_free(struct usb_reset *reset)
{
	if (reset)
		let_go(reset);
}
