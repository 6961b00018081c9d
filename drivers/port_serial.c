/*
 * Real serial ports through libserialport. It waits in none of the calls used here; the
 * loop watches its descriptor.
 */
#include "drivers/port_stream.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <libserialport.h>

#define LOG_MODULE "port"
#include "firmware/base/log.h"

enum {
	BAUD_RATE = 115200 /* 27.010 asks for no rate; every USB modem ignores it */
};

static bool configure(struct sp_port *sp, bool rtscts)
{
	return sp_set_baudrate(sp, BAUD_RATE) == SP_OK && sp_set_bits(sp, 8) == SP_OK &&
	       sp_set_parity(sp, SP_PARITY_NONE) == SP_OK &&
	       sp_set_stopbits(sp, 1) == SP_OK &&
	       sp_set_flowcontrol(sp,
		       rtscts ? SP_FLOWCONTROL_RTSCTS : SP_FLOWCONTROL_NONE) == SP_OK &&
	       sp_flush(sp, SP_BUF_BOTH) == SP_OK;
}

static enum err lock(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return ERR_BUSY;
	return ioctl(fd, TIOCEXCL) < 0 ? ERR_SYS : ERR_OK;
}

static enum err open_error(enum sp_return r)
{
	if (r == SP_ERR_ARG || errno == ENOENT || errno == ENXIO || errno == ENODEV)
		return ERR_NOTFOUND;
	return errno == EBUSY ? ERR_BUSY : ERR_SYS;
}

static void give_up(struct sp_port *sp, bool is_open)
{
	if (is_open)
		(void)sp_close(sp); /* nothing was written to it */
	sp_free_port(sp);
}

static int serial_open(struct port_stream *s, bool *connecting, enum err *why)
{
	char path[PATH_MAX];
	struct sp_port *sp = NULL;
	bool rtscts;
	int fd = -1;
	(void)connecting;

	*why = ERR_ARG;
	if (!port_stream_path(s->name, path, sizeof(path), &rtscts))
		return -1;
	*why = ERR_NOTFOUND;
	if (access(path, F_OK) < 0 || sp_get_port_by_name(path, &sp) != SP_OK)
		return -1;
	enum sp_return r = sp_open(sp, SP_MODE_READ_WRITE);
	if (r != SP_OK) {
		*why = open_error(r);
		give_up(sp, false);
		return -1;
	}
	*why = ERR_SYS;
	if (sp_get_port_handle(sp, &fd) == SP_OK)
		*why = lock(fd);
	if (*why == ERR_OK && !configure(sp, rtscts))
		*why = ERR_SYS;
	if (*why != ERR_OK) {
		log_info("port=%s cannot be set up: %s", s->name, err_name(*why));
		give_up(sp, true);
		return -1;
	}
	s->handle = sp;
	return fd;
}

static void serial_close(struct port_stream *s)
{
	(void)ioctl(s->fd, TIOCNXCL); /* fails on a port that is gone, which is well */
	give_up(s->handle, true);
	s->handle = NULL;
}

const struct port_backend port_serial_backend = {
	.name = "serial",
	.open = serial_open,
	.close = serial_close,
};
