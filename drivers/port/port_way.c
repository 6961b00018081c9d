#include "drivers/port/port_way.h"

#include <ctype.h>
#include <string.h>

#include "drivers/family/modem_family.h"
#include "drivers/port/port_usb.h"
#include "firmware/base/str.h"

enum {
	SPEED_USB = 115200, /* a USB modem takes any and means none */
	SPEED_MAX = 4000000,
	FAILS_TO_DOUBT = 3, /* in a row, until the way that worked is doubted */
};

/* The likeliest first: what modules leave the factory with, or find by themselves. */
static const int speeds[] = { 115200, 9600, 57600, 38400, 19200, 230400, 460800, 921600 };

static const char *last_option(const char *name, size_t len)
{
	while (len > 0 && name[len - 1] != ':')
		len--;
	return len > 0 ? name + len - 1 : NULL;
}

/* Takes the option at text[len], ':' first. False: it is none. */
static bool take_option(const char *text, size_t len, struct port_name *out)
{
	static const char rtscts[] = ":rtscts";
	uint64_t speed;

	if (len == sizeof(rtscts) - 1 && memcmp(text, rtscts, len) == 0) {
		out->rtscts = true;
		return true;
	}
	if (len < 5 || !str_to_u64(text + 1, len - 1, SPEED_MAX, &speed))
		return false;
	out->speed = (int)speed;
	return true;
}

bool port_name_parse(const char *name, struct port_name *out)
{
	size_t len = strlen(name);

	*out = (struct port_name){ 0 };
	while (!str_starts(name, "tcp:")) {
		const char *option = last_option(name, len);
		if (!option || !take_option(option, (size_t)(name + len - option), out))
			break;
		len = (size_t)(option - name);
	}
	out->options = name + len;
	return str_copy_n(out->path, sizeof(out->path), name, len);
}

static void add_way(struct port_ways *ways, const char *device, int interface, int speed)
{
	if (ways->n == PORT_WAYS_MAX)
		return;
	struct port_way *way = &ways->list[ways->n++];
	(void)str_copy(
		way->device, sizeof(way->device), device); /* a name of /dev fits */
	way->interface = interface;
	way->speed = speed;
}

static void add_speeds(struct port_ways *ways, const char *device, int interface,
	const struct port_name *name)
{
	if (name->speed) {
		add_way(ways, device, interface, name->speed);
		return;
	}
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		add_way(ways, device, interface, speeds[i]);
}

static void add_usb(
	struct port_ways *ways, const struct port_usb *usb, const struct port_name *name)
{
	char device[64];

	(void)str_format(device, sizeof(device), "/dev/%s", usb->tty); /* fits */
	if (port_usb_is_adapter(usb))
		add_speeds(ways, device, usb->interface, name);
	else
		add_way(ways, device, usb->interface,
			name->speed ? name->speed : SPEED_USB);
}

/* The interface that the family's table names goes first, the others by number. */
static void find_usb(const struct port_name *name, struct port_ways *out)
{
	struct port_usb list[PORT_USB_TTYS_MAX];
	size_t n = port_usb_list(name->path + sizeof("usb:") - 1, list);
	int best = n ? modem_registry_usb_interface(list[0].vendor, list[0].product) : -1;

	for (size_t i = 0; i < n; i++)
		if (list[i].interface == best)
			add_usb(out, &list[i], name);
	for (size_t i = 0; i < n; i++)
		if (list[i].interface != best)
			add_usb(out, &list[i], name);
}

void port_ways_find(const struct port_name *name, struct port_ways *out)
{
	struct port_usb usb;

	out->n = 0;
	if (str_starts(name->path, "usb:")) {
		find_usb(name, out);
		return;
	}
	bool is_modem = port_usb_read(name->path, &usb) && !port_usb_is_adapter(&usb);
	if (is_modem)
		add_way(out, name->path, usb.interface,
			name->speed ? name->speed : SPEED_USB);
	else
		add_speeds(out, name->path, -1, name);
}

const struct port_way *port_choice_pick(
	const struct port_choice *c, const struct port_ways *ways)
{
	for (size_t i = 0; c->works && i < ways->n; i++)
		if (ways->list[i].interface == c->interface &&
			ways->list[i].speed == c->speed)
			return &ways->list[i];
	return ways->n ? &ways->list[c->next % ways->n] : NULL;
}

bool port_choice_fail(struct port_choice *c, size_t n)
{
	if (c->works) {
		if (++c->fails < FAILS_TO_DOUBT && !c->is_guess)
			return false;
		c->works = c->is_guess =
			false; /* its other ports or speeds, from the first on */
		c->next = c->tried = 0;
		return n > 1;
	}
	c->next++;
	c->tried++;
	if (c->tried < n)
		return true;
	c->next = c->tried = 0;
	return false;
}

void port_choice_guess(struct port_choice *c, int interface, int speed)
{
	*c = (struct port_choice){
		.works = true, .is_guess = true, .interface = interface, .speed = speed
	};
}

void port_choice_works(struct port_choice *c, const struct port_way *way)
{
	*c = (struct port_choice){
		.works = true, .interface = way->interface, .speed = way->speed
	};
}
