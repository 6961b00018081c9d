/*
 * Real serial ports through libserialport 0.1.1. It waits in none of the calls used here;
 * the loop watches its descriptor, which it opens without blocking and closes on exec.
 */
#include "drivers/port/port_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <libserialport.h>

#include "drivers/port/port_lock.h"

#define LOG_MODULE "port"
#include "firmware/base/log.h"

/* sp_set_flowcontrol() last, as it looks at the port's present setting. */
static bool configure(struct sp_port *sp, int speed)
{
	return sp_set_baudrate(sp, speed) == SP_OK && sp_set_bits(sp, 8) == SP_OK &&
	       sp_set_parity(sp, SP_PARITY_NONE) == SP_OK &&
	       sp_set_stopbits(sp, 1) == SP_OK &&
	       sp_set_flowcontrol(sp, SP_FLOWCONTROL_NONE) == SP_OK &&
	       sp_flush(sp, SP_BUF_BOTH) == SP_OK;
}

static enum err lock(int fd, const char *device)
{
	enum err err = port_lock(fd, device);

	if (err != ERR_OK)
		return err;
	return ioctl(fd, TIOCEXCL) < 0 ? ERR_SYS : ERR_OK;
}

/* SP_ERR_FAIL leaves errno as the failing call set it. */
static enum err open_error(enum sp_return r, const char *device)
{
	if (r == SP_ERR_ARG || errno == ENOENT || errno == ENXIO || errno == ENODEV)
		return ERR_NOTFOUND;
	if (errno == EBUSY || errno == EWOULDBLOCK) {
		log_warn("port=%s is held by another program", device); /* TIOCEXCL */
		return ERR_BUSY;
	}
	log_warn("port=%s %s", device, strerror(errno));
	return ERR_SYS;
}

static void give_up(struct sp_port *sp, bool is_open)
{
	if (is_open)
		(void)sp_close(sp); /* nothing was written to it */
	sp_free_port(sp);
}

/* libserialport opens no port whose lines DTR and RTS it cannot set. A USB modem's ports
 * do without: its firmware may refuse (EPIPE), the driver not ask it (EINVAL; Linux:
 * qcserial beside the modem port, option where NCTRL() stands) or have no lines (ENOTTY;
 * usb-serial-simple). */
static bool lacks_lines(enum sp_return r, int error)
{
	return r == SP_ERR_FAIL && (error == EPIPE || error == EINVAL || error == ENOTTY);
}

static int open_without_lines(const char *device, enum err *why)
{
	int fd = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	*why = ERR_NOTFOUND; /* it was there just now */
	if (fd < 0)
		return -1;
	*why = lock(fd, device);
	if (*why == ERR_OK && !port_fd_make_raw(fd))
		*why = ERR_SYS;
	if (*why != ERR_OK) {
		(void)close(fd); /* nothing was written to it */
		return -1;
	}
	return fd;
}

static int open_way(struct port_stream *s, const struct port_way *way, enum err *why)
{
	struct sp_port *sp = NULL;
	char device[PATH_MAX]; /* libserialport follows no links, as of /dev/serial */
	int fd = -1;

	s->way = *way;
	*why = ERR_NOTFOUND;
	if (!realpath(way->device, device) || sp_get_port_by_name(device, &sp) != SP_OK)
		return -1;
	enum sp_return r = sp_open(sp, SP_MODE_READ_WRITE);
	if (r != SP_OK) {
		bool again = lacks_lines(r, errno);
		*why = again ? ERR_OK : open_error(r, way->device);
		give_up(sp, false);
		return again ? open_without_lines(device, why) : -1;
	}
	*why = ERR_SYS;
	if (sp_get_port_handle(sp, &fd) == SP_OK)
		*why = lock(fd, device);
	if (*why == ERR_OK && !configure(sp, way->speed))
		*why = ERR_SYS;
	if (*why != ERR_OK) {
		log_info("port=%s device=%s cannot be set up: %s", s->name, way->device,
			err_name(*why));
		give_up(sp, true);
		return -1;
	}
	s->handle = sp;
	return fd;
}

static int serial_open(struct port_stream *s, bool *connecting, enum err *why)
{
	struct port_name name;
	int fd = -1;
	(void)connecting;

	*why = ERR_ARG;
	if (!port_name_parse(s->name, &name))
		return -1;
	*why = ERR_MEM;
	struct port_ways *ways = calloc(1, sizeof(*ways)); /* large for a stack */
	if (!ways)
		return -1;
	port_ways_find(&name, ways);
	s->ways = ways->n;
	*why = ERR_NOTFOUND;
	const struct port_way *way = port_choice_pick(&s->choice, ways);
	if (way)
		fd = open_way(s, way, why);
	free(ways);
	return fd;
}

static void serial_close(struct port_stream *s)
{
	(void)ioctl(s->fd, TIOCNXCL); /* fails on a port that is gone, which is well */
	if (s->handle)
		give_up(s->handle, true);
	else
		(void)close(s->fd); /* unsent output was counted before */
	s->handle = NULL;
}

static enum err serial_set_flow(struct port_stream *s, bool on)
{
	enum sp_flowcontrol flow = on ? SP_FLOWCONTROL_RTSCTS : SP_FLOWCONTROL_NONE;

	if (!s->handle)
		return ERR_UNSUPPORTED;
	return sp_set_flowcontrol(s->handle, flow) == SP_OK ? ERR_OK : ERR_SYS;
}

const struct port_backend port_serial_backend = {
	.name = "serial",
	.open = serial_open,
	.close = serial_close,
	.set_flow = serial_set_flow,
};
