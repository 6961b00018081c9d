#include "drivers/port/port.h"

#include "drivers/port/port_stream.h"

void port_destroy(struct port *p)
{
	if (p)
		p->ops->destroy(p);
}

void port_set_handler(struct port *p, port_data_fn data, port_gone_fn gone, void *user)
{
	p->data = data;
	p->gone = gone;
	p->user = user;
}

enum err port_open(struct port *p)
{
	return p->ops->open(p);
}

void port_close(struct port *p)
{
	p->ops->close(p);
}

enum err port_write(struct port *p, const void *data, size_t len)
{
	return p->ops->write(p, data, len);
}

size_t port_unsent(const struct port *p)
{
	return p->ops->unsent(p);
}

size_t port_discard(struct port *p)
{
	return p->ops->discard(p);
}

size_t port_ways(const struct port *p)
{
	return p->ops->ways ? p->ops->ways(p) : 1;
}

bool port_try_other(struct port *p)
{
	return p->ops->try_other && p->ops->try_other(p);
}

enum err port_open_some(struct port *p)
{
	enum err err = port_open(p);

	while (err != ERR_OK && err != ERR_NOTFOUND && port_try_other(p))
		err = port_open(p);
	return err;
}

void port_way_works(struct port *p)
{
	if (p->ops->way_works)
		p->ops->way_works(p);
}

bool port_known_way(const struct port *p, int *interface, int *speed)
{
	return p->ops->known_way && p->ops->known_way(p, interface, speed);
}

void port_prefer_way(struct port *p, int interface, int speed)
{
	if (p->ops->prefer_way)
		p->ops->prefer_way(p, interface, speed);
}

bool port_wants_flow(const struct port *p)
{
	return p->ops->wants_flow && p->ops->wants_flow(p);
}

enum err port_set_flow(struct port *p, bool on)
{
	return p->ops->set_flow ? p->ops->set_flow(p, on) : ERR_UNSUPPORTED;
}

bool port_is_makers(const struct port *p)
{
	return p->ops->is_makers && p->ops->is_makers(p);
}

bool port_can_reset(const struct port *p)
{
	return p->ops->can_reset && p->ops->can_reset(p);
}

enum err port_reset(struct port *p)
{
	return p->ops->reset ? p->ops->reset(p) : ERR_UNSUPPORTED;
}

enum err port_create(struct port **out, struct loop *loop, const char *name)
{
	return port_stream_create(out, loop, name);
}
