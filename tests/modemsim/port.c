#define _GNU_SOURCE /* accept4, ptsname_r */
#include "tests/modemsim/port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#define LOG_MODULE "port"
#include "firmware/base/log.h"
#include "firmware/base/str.h"

enum {
	OUT_MAX_OCTETS = 256 * 1024,
	READ_OCTETS = 4096,
};

static void port_flush(struct port *port);

static void split_due(void *user)
{
	port_flush(user);
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* nothing buffered behind it */
	*fd = -1;
}

static void port_watch_pty(struct port *port)
{
	if (port->inotify < 0)
		return;
	port->watch_id = inotify_add_watch(port->inotify, port->slave_path,
		IN_OPEN | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE);
	if (port->watch_id < 0)
		log_error("inotify path=%s error=%s", port->slave_path, strerror(errno));
}

/* Opens the slave and makes it raw: the last close had reset it. */
static enum err slave_hold(struct port *port)
{
	struct termios tio;

	port->slave = open(port->slave_path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (port->slave < 0 || tcgetattr(port->slave, &tio) < 0) {
		log_error("open path=%s error=%s", port->slave_path, strerror(errno));
		return ERR_SYS;
	}
	cfmakeraw(&tio);
	(void)tcsetattr(port->slave, TCSANOW, &tio); /* a pty takes any setting */
	return ERR_OK;
}

static void port_set_present(struct port *port, bool present)
{
	if (port->present == present)
		return;
	port->present = present;
	if (!port_has_client(port)) {
		buf_reset(&port->out);
		timers_stop(&port->loop->timers, &port->split);
	}
	port->events.presence(port->events.user, present);
}

/* What the last client did not read is not for the next one. */
static void pty_empty(struct port *port)
{
	(void)tcflush(port->pty.fd, TCOFLUSH); /* on the way to the slave */
	(void)tcflush(port->slave, TCIFLUSH);  /* and there already; neither can fail */
}

/* Lets go of the slave for a moment: the master hangs up if no client holds it. */
static void port_recount(struct port *port)
{
	struct pollfd probe = { .fd = port->pty.fd };

	(void)inotify_rm_watch(port->inotify, port->watch_id); /* else it would see us */
	fd_close(&port->slave);
	if (poll(&probe, 1, 0) >= 0 && (probe.revents & POLLHUP))
		port_set_present(port, false);
	if (slave_hold(port) != ERR_OK)
		return;
	if (!port->present)
		pty_empty(port);
	port_watch_pty(port);
}

void port_notified(struct port *port, uint32_t mask)
{
	if (mask & IN_OPEN)
		port_set_present(port, true);
	if (mask & (IN_CLOSE_WRITE | IN_CLOSE_NOWRITE))
		port_recount(port);
}

static void pty_ready(void *user, uint32_t events)
{
	struct port *port = user;
	char data[READ_OCTETS];
	ssize_t n;

	if (events & EPOLLOUT)
		port_flush(port);
	if (!(events & EPOLLIN))
		return;
	if (port->events.sync)
		port->events.sync(port->events.sync_user);
	n = read(port->pty.fd, data, sizeof(data));
	if (n <= 0)
		return;
	port_set_present(port, true);
	port->events.data(port->events.user, data, (size_t)n);
}

static void tcp_drop(struct port *port)
{
	int fd = port->tcp.fd;

	loop_unwatch(port->loop, &port->tcp);
	port->tcp_full = false;
	fd_close(&fd);
	port->events.presence(port->events.user, false);
}

static void tcp_ready(void *user, uint32_t events)
{
	struct port *port = user;
	char data[READ_OCTETS];
	ssize_t n;

	if (events & EPOLLOUT)
		port_flush(port);
	if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)) || port->tcp.fd < 0)
		return;
	n = read(port->tcp.fd, data, sizeof(data));
	if (n > 0)
		port->events.data(port->events.user, data, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		tcp_drop(port);
}

static void listener_ready(void *user, uint32_t events)
{
	struct port *port = user;
	int fd = accept4(port->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	if (port->tcp.fd >= 0 || !port_is_plugged(port) ||
		loop_watch(port->loop, &port->tcp, fd, EPOLLIN) != ERR_OK) {
		fd_close(&fd);
		return;
	}
	port->events.presence(port->events.user, true);
}

void port_init(struct port *port, struct loop *loop, const struct port_events *events)
{
	*port = (struct port){
		.loop = loop,
		.events = *events,
		.slave = -1,
		.inotify = -1,
		.watch_id = -1,
		.pty = { -1, pty_ready, port },
		.listener = { -1, listener_ready, port },
		.tcp = { -1, tcp_ready, port },
		.split = { .fn = split_due, .user = port },
		.split_ms = 1,
	};
	buf_init(&port->out, OUT_MAX_OCTETS);
}

/* The link appears whole: made beside its place and moved there. */
static enum err link_make(const char *target, const char *link)
{
	char temporary[PORT_PATH_MAX + 8];
	const char *slash = strrchr(link, '/');
	int dir = slash ? (int)(slash - link) + 1 : 0;

	/* hidden: nobody is to take it for a port */
	if (!str_format(temporary, sizeof(temporary), "%.*s.%s", dir, link, link + dir))
		return ERR_MEM;
	(void)unlink(temporary); /* usually not there */
	if (symlink(target, temporary) < 0 || rename(temporary, link) < 0) {
		log_error("link path=%s error=%s", link, strerror(errno));
		return ERR_SYS;
	}
	return ERR_OK;
}

enum err port_plug(struct port *port, const char *link, int inotify)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	enum err err;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
		ptsname_r(master, port->slave_path, sizeof(port->slave_path)) != 0) {
		log_error("pty error=%s", strerror(errno));
		fd_close(&master);
		return ERR_SYS;
	}
	port->inotify = inotify;
	port->present = false;
	err = slave_hold(port);
	if (err == ERR_OK)
		err = loop_watch(port->loop, &port->pty, master, EPOLLIN);
	if (err == ERR_OK)
		err = link_make(port->slave_path, link);
	if (err != ERR_OK) {
		loop_unwatch(port->loop, &port->pty);
		fd_close(&master);
		fd_close(&port->slave);
		return err;
	}
	port_watch_pty(port);
	(void)str_copy(port->link, sizeof(port->link), link); /* symlink(2) took it */
	return ERR_OK;
}

void port_unplug(struct port *port)
{
	int master = port->pty.fd;

	if (!port_is_plugged(port))
		return;
	(void)unlink(port->link); /* somebody may have removed it */
	port->link[0] = '\0';
	timers_stop(&port->loop->timers, &port->split);
	buf_reset(&port->out);
	if (port->inotify >= 0)
		(void)inotify_rm_watch(port->inotify, port->watch_id); /* goes with it */
	port->watch_id = -1;
	loop_unwatch(port->loop, &port->pty);
	port->pty_full = false;
	fd_close(&master);
	fd_close(&port->slave);
	if (port->tcp.fd >= 0)
		tcp_drop(port);
	port->present = false;
}

enum err port_listen(struct port *port, unsigned tcp_port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)tcp_port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) < 0 ||
		bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(fd, 4) < 0) {
		log_error("listen port=%u error=%s", tcp_port, strerror(errno));
		fd_close(&fd);
		return ERR_SYS;
	}
	return loop_watch(port->loop, &port->listener, fd, EPOLLIN);
}

void port_fini(struct port *port)
{
	int fd = port->listener.fd;

	port_unplug(port);
	loop_unwatch(port->loop, &port->listener);
	fd_close(&fd);
	buf_fini(&port->out);
}

bool port_is_plugged(const struct port *port)
{
	return port->link[0] != '\0';
}

bool port_has_client(const struct port *port)
{
	return port->present || port->tcp.fd >= 0;
}

/* The fd that takes output: a TCP client wins over the pty. */
static struct watch *port_target(struct port *port)
{
	return port->tcp.fd >= 0 ? &port->tcp : &port->pty;
}

static void watch_full(struct port *port, struct watch *watch, bool *full, bool wanted)
{
	if (*full == wanted)
		return;
	*full = wanted;
	port->overruns += wanted;
	if (watch->fd >= 0)
		loop_rewatch(port->loop, watch, EPOLLIN | (wanted ? EPOLLOUT : 0U));
}

static void port_want_write(struct port *port, bool wanted)
{
	bool tcp = port_target(port) == &port->tcp;

	watch_full(port, &port->pty, &port->pty_full, wanted && !tcp);
	watch_full(port, &port->tcp, &port->tcp_full, wanted && tcp);
}

static void port_flush(struct port *port)
{
	struct watch *target = port_target(port);
	size_t len = port->out.len;
	ssize_t n;

	if (target->fd < 0 || len == 0) {
		port_want_write(port, false);
		return;
	}
	if (port->split_bytes && len > port->split_bytes)
		len = port->split_bytes;
	n = write(target->fd, port->out.data, len);
	if (n > 0)
		buf_consume(&port->out, (size_t)n);
	if (port->split_bytes && port->out.len > 0)
		loop_after(port->loop, &port->split, port->split_ms);
	else
		port_want_write(port, port->out.len > 0);
}

void port_cork(struct port *port)
{
	port->corks++;
}

void port_uncork(struct port *port)
{
	if (--port->corks > 0 || port->out.len == 0)
		return;
	if (!port->pty_full && !port->tcp_full && !timer_is_set(&port->split))
		port_flush(port);
}

void port_write(struct port *port, const char *data, size_t len)
{
	if (!port_has_client(port))
		return;
	if (len > OUT_MAX_OCTETS - port->out.len) /* a client that does not read */
		return;
	port_cork(port);
	buf_put(&port->out, data, len);
	port_uncork(port);
}
