#include "drivers/port/port_stream.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/deadline.h"
#include "drivers/family/modem_family.h"
#include "drivers/port/port_usb.h"
#include "drivers/port/usb_reset.h"
#include "firmware/base/str.h"

#define LOG_MODULE "port"
#include "firmware/base/log.h"

enum {
	READ_CHUNK = 1024,
	READS_PER_TURN = 8 /* a flooding modem must not hold the loop */
};

static struct port_stream *stream_of(struct port *p)
{
	return (struct port_stream *)(void *)p; /* base is its first member */
}

static void stream_close(struct port *p)
{
	struct port_stream *s = stream_of(p);

	loop_timer_cancel(&s->timer);
	if (!s->io)
		return;
	loop_io_remove(s->io);
	s->io = NULL;
	s->backend->close(s);
	s->fd = -1;
	s->generation++;
}

static void on_failed(void *user)
{
	struct port_stream *s = user;

	stream_close(&s->base);
	if (s->base.gone)
		s->base.gone(s->base.user);
}

/* Never from inside a call of the owner: the timer brings the news. */
static void fail(struct port_stream *s, const char *what)
{
	if (s->has_failed)
		return;
	s->has_failed = true;
	log_info("port=%s %s", s->name, what);
	loop_timer_set(s->loop, &s->timer, 0, on_failed, s);
}

static void on_connect_timeout(void *user)
{
	struct port_stream *s = user;

	log_info("port=%s no connection", s->name);
	on_failed(s);
}

static void flush(struct port_stream *s)
{
	size_t done = 0;

	while (done < s->out_len) {
		const uint8_t *from = s->out + done;
		size_t len = s->out_len - done;
		/* a vanished TCP peer must not raise SIGPIPE */
		ssize_t n = s->is_socket ? send(s->fd, from, len, MSG_NOSIGNAL)
					 : write(s->fd, from, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			fail(s, strerror(errno));
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	s->out_len -= done;
	memmove(s->out, s->out + done, s->out_len);
	if (!s->has_failed)
		(void)loop_io_set(s->io, /* fails only on a dead loop */
			s->out_len > 0 ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void take_input(struct port_stream *s)
{
	uint8_t chunk[READ_CHUNK];
	unsigned generation = s->generation;

	for (int i = 0; i < READS_PER_TURN; i++) {
		ssize_t n = read(s->fd, chunk, sizeof(chunk));
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			fail(s, n == 0 ? "hung up" : strerror(errno));
			return;
		}
		s->base.data(s->base.user, chunk, (size_t)n);
		if (s->generation != generation || n < READ_CHUNK)
			return;
	}
}

static void end_connecting(struct port_stream *s)
{
	s->connecting = false;
	loop_timer_cancel(&s->timer);
	flush(s); /* a refused connection fails here */
}

static void on_io(void *user, int fd, unsigned events)
{
	struct port_stream *s = user;
	unsigned generation = s->generation;
	(void)fd;

	if (s->has_failed)
		return;
	if (events & LOOP_READ)
		take_input(s);
	if (s->generation != generation || s->has_failed)
		return;
	if (events & LOOP_HANGUP) {
		fail(s, "hung up");
		(void)loop_io_set(s->io, 0); /* the hang-up would spin until we close */
		return;
	}
	if (events & LOOP_WRITE) {
		if (s->connecting)
			end_connecting(s);
		else
			flush(s);
	}
}

static enum err stream_open(struct port *p)
{
	struct port_stream *s = stream_of(p);
	enum err err = ERR_SYS;

	if (s->io)
		return ERR_BUSY;
	struct port_name name;
	char real[PATH_MAX];
	s->is_socket = str_starts(s->name, "tcp:");
	s->backend = &port_serial_backend;
	if (s->is_socket ||
		(port_name_parse(s->name, &name) && realpath(name.path, real) &&
			str_starts(real, "/dev/pts/")))
		s->backend = &port_fd_backend;
	s->ways = 0;
	s->out_len = 0;
	s->has_failed = s->connecting = false;
	s->fd = s->backend->open(s, &s->connecting, &err);
	if (s->fd < 0)
		return err;
	err = loop_io_add(s->loop, &s->io, s->fd,
		s->connecting ? LOOP_READ | LOOP_WRITE : LOOP_READ, on_io, s);
	if (err) {
		s->io = NULL;
		s->backend->close(s);
		return err;
	}
	if (s->connecting)
		loop_timer_set(s->loop, &s->timer, deadline_ms(DEADLINE_CONNECT),
			on_connect_timeout, s);
	return ERR_OK;
}

static enum err stream_write(struct port *p, const void *data, size_t len)
{
	struct port_stream *s = stream_of(p);

	if (!s->io || s->has_failed)
		return ERR_SYS;
	if (len > sizeof(s->out) - s->out_len)
		return ERR_MEM;
	memcpy(s->out + s->out_len, data, len);
	s->out_len += len;
	if (!s->connecting)
		flush(s);
	return ERR_OK;
}

static size_t stream_unsent(const struct port *p)
{
	return ((const struct port_stream *)(const void *)p)->out_len;
}

static size_t stream_discard(struct port *p)
{
	struct port_stream *s = stream_of(p);
	size_t n = s->out_len;

	s->out_len = 0;
	return n;
}

static size_t stream_ways(const struct port *p)
{
	const struct port_stream *s = (const void *)p;

	return s->choice.works && !s->choice.is_guess ? 1 : s->ways;
}

static bool stream_try_other(struct port *p)
{
	struct port_stream *s = stream_of(p);

	return s->ways > 0 && port_choice_fail(&s->choice, s->ways);
}

static void stream_way_works(struct port *p)
{
	struct port_stream *s = stream_of(p);

	if (s->ways == 0)
		return;
	if ((!s->choice.works || s->choice.is_guess) && s->ways > 1)
		log_info("port=%s answers device=%s speed=%d", s->name, s->way.device,
			s->way.speed);
	port_choice_works(&s->choice, &s->way);
}

static bool stream_known_way(const struct port *p, int *interface, int *speed)
{
	const struct port_stream *s = (const void *)p;

	if (!s->choice.works || s->choice.is_guess || s->ways < 2)
		return false;
	*interface = s->choice.interface;
	*speed = s->choice.speed;
	return true;
}

static void stream_prefer_way(struct port *p, int interface, int speed)
{
	port_choice_guess(&stream_of(p)->choice, interface, speed);
}

static bool stream_wants_flow(const struct port *p)
{
	struct port_name name;

	return port_name_parse(
		       ((const struct port_stream *)(const void *)p)->name, &name) &&
	       name.rtscts;
}

static enum err stream_set_flow(struct port *p, bool on)
{
	struct port_stream *s = stream_of(p);

	if (!s->io || !s->backend->set_flow)
		return ERR_UNSUPPORTED;
	return s->backend->set_flow(s, on);
}

static bool find_device(const struct port *p, struct port_usb *out)
{
	struct port_name name;

	return port_name_parse(
		       ((const struct port_stream *)(const void *)p)->name, &name) &&
	       port_usb_own(name.path, out);
}

static bool stream_is_makers(const struct port *p)
{
	struct port_usb usb;

	return find_device(p, &usb) &&
	       modem_registry_usb_interface(usb.vendor, usb.product) >= 0;
}

static bool stream_can_reset(const struct port *p)
{
	struct port_usb usb;
	char node[PORT_USB_NODE_MAX];

	return find_device(p, &usb) && port_usb_node(&usb, node) &&
	       usb_reset_is_permitted(node);
}

static enum err stream_reset(struct port *p)
{
	struct port_usb usb;
	char node[PORT_USB_NODE_MAX];

	if (!find_device(p, &usb) || !port_usb_node(&usb, node))
		return ERR_UNSUPPORTED;
	return usb_reset_start(&stream_of(p)->reset, node);
}

static void stream_destroy(struct port *p)
{
	stream_close(p);
	usb_reset_free(stream_of(p)->reset);
	free(p);
}

static const struct port_ops stream_ops = {
	.open = stream_open,
	.close = stream_close,
	.write = stream_write,
	.unsent = stream_unsent,
	.discard = stream_discard,
	.ways = stream_ways,
	.try_other = stream_try_other,
	.way_works = stream_way_works,
	.known_way = stream_known_way,
	.prefer_way = stream_prefer_way,
	.wants_flow = stream_wants_flow,
	.set_flow = stream_set_flow,
	.is_makers = stream_is_makers,
	.can_reset = stream_can_reset,
	.reset = stream_reset,
	.destroy = stream_destroy,
};

enum err port_stream_create(struct port **out, struct loop *loop, const char *name)
{
	struct port_stream *s = calloc(1, sizeof(*s));

	if (!s)
		return ERR_MEM;
	if (!str_copy(s->name, sizeof(s->name), name)) {
		free(s);
		return ERR_ARG;
	}
	s->base.ops = &stream_ops;
	s->loop = loop;
	s->fd = -1;
	*out = &s->base;
	return ERR_OK;
}
