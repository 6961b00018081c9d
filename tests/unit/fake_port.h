/*
 * A port for tests: keeps what was written, hands over what the test feeds. Can be
 * blocked, so that writes stay in the out-buffer, and can fail.
 */
#ifndef TESTS_FAKE_PORT_H
#define TESTS_FAKE_PORT_H

#include <stdlib.h>
#include <string.h>

#include "drivers/port/port.h"

struct fake_port {
	struct port base;
	bool is_open, is_blocked, refuses;
	size_t ways, way; /* to the same modem; 0: one */
	bool way_works, wants_flow, has_flow;
	unsigned fails; /* so many openings more */
	size_t len, sent,
		seen; /* octets written, taken by the "kernel", read by the test */
	uint8_t out[16384];
};

static inline enum err fake_open(struct port *p)
{
	struct fake_port *f = (struct fake_port *)p;
	if (f->fails > 0) {
		f->fails--;
		return ERR_BUSY;
	}
	f->is_open = true;
	f->is_blocked = f->has_flow = false;
	f->len = f->sent = f->seen = 0;
	return ERR_OK;
}

static inline void fake_close(struct port *p)
{
	((struct fake_port *)p)->is_open = false;
}

static inline enum err fake_write(struct port *p, const void *data, size_t len)
{
	struct fake_port *f = (struct fake_port *)p;
	if (!f->is_open || f->refuses)
		return ERR_SYS;
	if (f->seen == f->len && !f->is_blocked)
		f->len = f->sent = f->seen = 0;
	if (len > sizeof(f->out) - f->len)
		return ERR_MEM;
	memcpy(f->out + f->len, data, len);
	f->len += len;
	if (!f->is_blocked)
		f->sent = f->len;
	return ERR_OK;
}

static inline size_t fake_unsent(const struct port *p)
{
	const struct fake_port *f = (const struct fake_port *)p;
	return f->len - f->sent;
}

static inline size_t fake_discard(struct port *p)
{
	struct fake_port *f = (struct fake_port *)p;
	size_t n = f->len - f->sent;
	f->len = f->sent;
	f->seen = f->seen < f->len ? f->seen : f->len;
	return n;
}

static inline size_t fake_ways(const struct port *p)
{
	const struct fake_port *f = (const struct fake_port *)p;
	return f->way_works || f->ways == 0 ? 1 : f->ways;
}

static inline bool fake_try_other(struct port *p)
{
	struct fake_port *f = (struct fake_port *)p;
	if (f->way_works || f->way + 1 >= f->ways)
		return false;
	f->way++;
	return true;
}

static inline void fake_way_works(struct port *p)
{
	((struct fake_port *)p)->way_works = true;
}

static inline bool fake_wants_flow(const struct port *p)
{
	return ((const struct fake_port *)p)->wants_flow;
}

static inline enum err fake_set_flow(struct port *p, bool on)
{
	((struct fake_port *)p)->has_flow = on;
	return ERR_OK;
}

static inline void fake_destroy(struct port *p)
{
	free(p);
}

static inline struct fake_port *fake_port_create(void)
{
	static const struct port_ops ops = {
		.open = fake_open,
		.close = fake_close,
		.write = fake_write,
		.unsent = fake_unsent,
		.discard = fake_discard,
		.ways = fake_ways,
		.try_other = fake_try_other,
		.way_works = fake_way_works,
		.wants_flow = fake_wants_flow,
		.set_flow = fake_set_flow,
		.destroy = fake_destroy,
	};
	struct fake_port *f = calloc(1, sizeof(*f));
	if (!f)
		abort();
	f->base.ops = &ops;
	return f;
}

/* Hands text to the port's owner, chunk octets at a time. */
static inline void fake_port_feed(
	struct fake_port *f, const char *text, size_t len, size_t chunk)
{
	for (size_t at = 0; at < len && f->is_open; at += chunk) {
		/* on the heap: reading past the chunk is seen by the sanitizer */
		size_t n = len - at < chunk ? len - at : chunk;
		uint8_t *copy = malloc(n);
		if (!copy)
			abort();
		memcpy(copy, text + at, n);
		f->base.data(f->base.user, copy, n);
		free(copy);
	}
}

static inline void fake_port_hang_up(struct fake_port *f)
{
	f->is_open = false;
	f->base.gone(f->base.user);
}

#endif
