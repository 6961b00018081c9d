/*
 * Ports that libserialport refuses: pseudo-terminals and TCP (ser2net and the like).
 */
#include "drivers/port/port_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "drivers/port/port_lock.h"
#include "firmware/base/str.h"

#define LOG_MODULE "port"
#include "firmware/base/log.h"

static int give_up(int fd, enum err err, enum err *why)
{
	if (fd >= 0)
		(void)close(fd); /* nothing was written to it */
	*why = err;
	return -1;
}

bool port_fd_make_raw(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return false;
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	t.c_cflag &= ~(tcflag_t)CRTSCTS;
	return tcsetattr(fd, TCSANOW, &t) == 0 && tcflush(fd, TCIOFLUSH) == 0;
}

static int open_pty(const char *name, enum err *why)
{
	struct port_name parsed;

	if (!port_name_parse(name, &parsed))
		return give_up(-1, ERR_ARG, why);
	int fd = open(parsed.path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return give_up(-1, errno == ENOENT ? ERR_NOTFOUND : ERR_SYS, why);
	/* No TIOCEXCL: on a pty it would outlive us, as the other end stays open. */
	if (port_lock(fd, parsed.path) != ERR_OK)
		return give_up(fd, ERR_BUSY, why);
	if (!port_fd_make_raw(fd))
		return give_up(fd, ERR_SYS, why);
	return fd;
}

/* "tcp:host:port" or "tcp:[::1]:port" into its two halves. */
static bool split_address(const char *name, char host[64], char service[8])
{
	const char *start = name + sizeof("tcp:") - 1;
	const char *colon = strrchr(start, ':');

	if (!colon || colon == start)
		return false;
	size_t len = (size_t)(colon - start);
	if (start[0] == '[' && len > 2 && start[len - 1] == ']') {
		start++;
		len -= 2;
	}
	uint64_t port;
	return str_copy_n(host, 64, start, len) && str_copy(service, 8, colon + 1) &&
	       str_to_u64(service, strlen(service), 65535, &port);
}

/* Numeric addresses only: a name would be looked up by a blocking call on the loop. */
static struct addrinfo *resolve(const char *name)
{
	char host[64], service[8];
	struct addrinfo *list = NULL;
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	};

	if (!split_address(name, host, service))
		return NULL;
	if (str_eq(host, "localhost"))
		(void)str_copy(host, sizeof(host), "127.0.0.1"); /* fits */
	return getaddrinfo(host, service, &hints, &list) == 0 ? list : NULL;
}

static int open_tcp(const char *name, bool *connecting, enum err *why)
{
	struct addrinfo *a = resolve(name);
	int one = 1;

	if (!a) {
		log_error("port=%s not tcp:address:port", name);
		return give_up(-1, ERR_ARG, why);
	}
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int r = fd < 0 ? -1 : connect(fd, a->ai_addr, a->ai_addrlen);
	int error = errno;
	freeaddrinfo(a);
	if (r < 0 && (fd < 0 || error != EINPROGRESS)) {
		log_info("port=%s %s", name, strerror(error));
		return give_up(fd, error == ECONNREFUSED ? ERR_NOTFOUND : ERR_SYS, why);
	}
	/* One command a packet, at once; and notice a peer that vanished. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	*connecting = true;
	return fd;
}

static int fd_open(struct port_stream *s, bool *connecting, enum err *why)
{
	if (str_starts(s->name, "tcp:"))
		return open_tcp(s->name, connecting, why);
	return open_pty(s->name, why);
}

static void fd_close(struct port_stream *s)
{
	(void)close(s->fd); /* unsent output was counted before */
}

const struct port_backend port_fd_backend = {
	.name = "fd",
	.open = fd_open,
	.close = fd_close,
};
