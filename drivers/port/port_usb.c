#include "drivers/port/port_usb.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "drivers/port/port_list.h"
#include "firmware/base/str.h"

enum {
	TTYS_MAX = 512 /* of the whole bank */
};

/* Makers of such chips: FTDI, Silicon Labs, Prolific, WCH (twice), Exar, MosChip, TI. */
static const uint16_t adapters[] = { 0x0403, 0x10C4, 0x067B, 0x1A86, 0x4348, 0x04E2,
	0x9710, 0x0451 };

bool port_usb_is_adapter(const struct port_usb *usb)
{
	for (size_t i = 0; i < sizeof(adapters) / sizeof(adapters[0]); i++)
		if (usb->vendor == adapters[i])
			return true;
	return false;
}

/* "1-1.4:1.2" as sysfs names an interface: path, ':', configuration, '.', number. */
static bool parse_interface(const char *name, size_t len, struct port_usb *out)
{
	const char *colon = memchr(name, ':', len);
	size_t path_len = colon ? (size_t)(colon - name) : 0;
	uint64_t number;

	if (path_len == 0 || !isdigit((unsigned char)name[0]) ||
		strspn(name, "0123456789-.") < path_len || !memchr(name, '-', path_len))
		return false;
	const char *dot = memchr(colon, '.', len - path_len);
	if (!dot || !str_to_u64(dot + 1, len - (size_t)(dot + 1 - name), 255, &number) ||
		!str_copy_n(out->path, sizeof(out->path), name, path_len))
		return false;
	out->interface = (int)number;
	return true;
}

/* Where a port is, which libserialport does not tell: the path of its folder in sysfs
 * holds the interface, and that the device. */
static bool find_place(struct port_usb *usb)
{
	char link[PATH_MAX], path[PATH_MAX];

	if (!str_format(link, sizeof(link), "/sys/class/tty/%s/device", usb->tty) ||
		!realpath(link, path))
		return false;
	for (char *slash = strrchr(path, '/'); slash && slash != path;
		slash = strrchr(path, '/')) {
		if (parse_interface(slash + 1, strlen(slash + 1), usb))
			return true;
		*slash = '\0';
	}
	return false;
}

bool port_usb_read(const char *device, struct port_usb *out)
{
	char path[PATH_MAX];
	struct port_usb usb;

	if (!realpath(device, path) && !str_copy(path, sizeof(path), device))
		return false;
	const char *slash = strrchr(path, '/');
	if (!port_list_read(slash ? slash + 1 : path, &usb) || !find_place(&usb))
		return false;
	*out = usb;
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct port_usb *x = a, *y = b;
	int order = str_compare_natural(x->path, y->path);

	if (order != 0)
		return order;
	if (x->interface != y->interface)
		return x->interface < y->interface ? -1 : 1;
	return str_compare_natural(x->tty, y->tty);
}

/* All ports of all devices in the order of their places; NULL: none, or not known. To be
 * freed. */
static struct port_usb *list_all(size_t *n, enum err *err)
{
	struct port_usb *list = calloc(TTYS_MAX, sizeof(list[0]));
	size_t all = 0;

	*n = 0;
	*err = list ? port_list_usb(list, TTYS_MAX, &all) : ERR_MEM;
	for (size_t i = 0; i < all; i++)
		if (find_place(&list[i]))
			list[(*n)++] = list[i];
	if (*n > 0)
		qsort(list, *n, sizeof(list[0]), by_place);
	return list;
}

/* "1-1.4/2". False: it is none. out_interface -1: not named. */
static bool parse_place(
	const char *place, char path[PORT_USB_PATH_MAX], int *out_interface)
{
	size_t len = strcspn(place, "/");
	uint64_t number;

	*out_interface = -1;
	if (!str_copy_n(path, PORT_USB_PATH_MAX, place, len))
		return false;
	if (place[len] == '\0')
		return true;
	if (!str_to_u64(place + len + 1, strlen(place + len + 1), 255, &number))
		return false;
	*out_interface = (int)number;
	return true;
}

/* Leaves one port of a chip that has several: the first, or the one of that interface. */
static size_t pick_uart(struct port_usb *list, size_t n, int interface)
{
	for (size_t i = 0; i < n; i++)
		if (interface < 0 || list[i].interface == interface) {
			list[0] = list[i];
			return 1;
		}
	return 0;
}

static size_t list_of(const char *path, struct port_usb out[PORT_USB_TTYS_MAX])
{
	size_t all, n = 0;
	enum err err; /* not known is none: the caller comes again */
	struct port_usb *list = list_all(&all, &err);

	for (size_t i = 0; i < all && n < PORT_USB_TTYS_MAX; i++)
		if (str_eq(list[i].path, path))
			out[n++] = list[i];
	free(list);
	return n;
}

size_t port_usb_list(const char *place, struct port_usb out[PORT_USB_TTYS_MAX])
{
	char path[PORT_USB_PATH_MAX];
	int interface;

	if (!parse_place(place, path, &interface))
		return 0;
	size_t n = list_of(path, out);
	if (n && port_usb_is_adapter(&out[0]))
		return pick_uart(out, n, interface);
	return interface < 0 ? n : 0;
}

bool port_usb_own(const char *path, struct port_usb *out)
{
	struct port_usb list[PORT_USB_TTYS_MAX], usb;
	bool by_place = str_starts(path, "usb:");
	int interface;

	if (by_place && !parse_place(path + sizeof("usb:") - 1, usb.path, &interface))
		return false;
	if (!by_place && !port_usb_read(path, &usb))
		return false;
	size_t n = list_of(usb.path, list);
	if (n == 0 || (n > 1 && (!by_place || port_usb_is_adapter(&list[0]))))
		return false;
	*out = list[0];
	return true;
}

bool port_usb_node(const struct port_usb *usb, char dst[PORT_USB_NODE_MAX])
{
	return usb->bus && usb->address &&
	       str_format(dst, PORT_USB_NODE_MAX, "/dev/bus/usb/%03u/%03u", usb->bus,
		       usb->address);
}

/* The inode of a tty's folder in sysfs is new with every plugging. */
static uint64_t inode_of(const char *tty)
{
	char path[PATH_MAX];
	struct stat st;

	if (!str_format(path, sizeof(path), "/sys/class/tty/%s/device", tty) ||
		stat(path, &st) < 0)
		return 0;
	return (uint64_t)st.st_ino;
}

static uint64_t how_of(const struct port_usb *list, size_t n)
{
	uint64_t how = 0;

	for (size_t i = 0; i < n; i++)
		how += inode_of(list[i].tty) * 0x9E3779B97F4A7C15u + 1;
	return how;
}

static bool has_kind(const struct port_usb *list, size_t n, const char *kind)
{
	size_t i = 0;

	while (i < n && !str_starts(list[i].tty, kind))
		i++;
	return i < n;
}

struct each {
	port_usb_fn fn;
	void *user;
};

/* list: the ports of one device. */
static void tell_device(const struct each *e, const struct port_usb *list, size_t n)
{
	char place[PORT_USB_PLACE_MAX];

	if (!port_usb_is_adapter(&list[0])) {
		e->fn(e->user, list[0].path, how_of(list, n), list, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		(void)str_copy(place, sizeof(place), list[i].path); /* both fit */
		if (i > 0)
			(void)str_append_format(
				place, sizeof(place), "/%d", list[i].interface);
		e->fn(e->user, place, how_of(&list[i], 1), &list[i], 1);
	}
}

enum err port_usb_each(const char *kind, port_usb_fn fn, void *user)
{
	const struct each each = { fn, user };
	size_t all;
	enum err err;
	struct port_usb *list = list_all(&all, &err);

	for (size_t i = 0, n; i < all; i += n) {
		n = 1;
		while (i + n < all && str_eq(list[i + n].path, list[i].path))
			n++;
		if (has_kind(&list[i], n, kind))
			tell_device(&each, &list[i], n);
	}
	free(list);
	return err;
}
