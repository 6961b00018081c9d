#include "drivers/port/port_usb.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

static uint16_t read_id(const char *dir, const char *name)
{
	char path[PATH_MAX], text[16] = "";
	unsigned long value = 0;

	if (!str_format(path, sizeof(path), "%s/%s", dir, name))
		return 0;
	FILE *f = fopen(path, "re");
	if (!f)
		return 0;
	if (fgets(text, sizeof(text), f))
		value = strtoul(text, NULL, 16);
	(void)fclose(f); /* it was read only */
	return value <= UINT16_MAX ? (uint16_t)value : 0;
}

/* Finds the interface in a whole sysfs path; the device's folder is before it. */
static bool parse_path(char *path, struct port_usb *out)
{
	for (char *slash = strrchr(path, '/'); slash && slash != path;
		slash = strrchr(path, '/')) {
		if (parse_interface(slash + 1, strlen(slash + 1), out)) {
			*slash = '\0';
			out->vendor = read_id(path, "idVendor");
			out->product = read_id(path, "idProduct");
			return true;
		}
		*slash = '\0';
	}
	return false;
}

static bool read_tty(const char *sysfs, const char *tty, struct port_usb *out)
{
	char link[PATH_MAX], path[PATH_MAX];
	struct port_usb usb = { 0 };

	if (!str_copy(usb.tty, sizeof(usb.tty), tty) ||
		!str_format(link, sizeof(link), "%s/class/tty/%s/device", sysfs, tty) ||
		!realpath(link, path) || !parse_path(path, &usb))
		return false;
	*out = usb;
	return true;
}

bool port_usb_read(const char *sysfs, const char *device, struct port_usb *out)
{
	char path[PATH_MAX];

	if (!realpath(device, path) && !str_copy(path, sizeof(path), device))
		return false;
	const char *slash = strrchr(path, '/');
	return read_tty(sysfs, slash ? slash + 1 : path, out);
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

struct ttys {
	size_t n, max;
	struct port_usb *list;
};

static void add_tty(
	const char *sysfs, const char *tty, const char *path, struct ttys *out)
{
	struct port_usb usb;

	if (out->n < out->max && read_tty(sysfs, tty, &usb) &&
		(!path || str_eq(usb.path, path)))
		out->list[out->n++] = usb;
}

/* path NULL: of all devices. */
static void read_ttys(const char *sysfs, const char *path, struct ttys *out)
{
	char dir[PATH_MAX];

	out->n = 0;
	if (!str_format(dir, sizeof(dir), "%s/class/tty", sysfs))
		return;
	DIR *d = opendir(dir);
	if (!d)
		return;
	for (const struct dirent *e = readdir(d); e; e = readdir(d))
		if (e->d_name[0] != '.')
			add_tty(sysfs, e->d_name, path, out);
	(void)closedir(d); /* it was read only */
	qsort(out->list, out->n, sizeof(out->list[0]), by_place);
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

size_t port_usb_list(
	const char *sysfs, const char *place, struct port_usb out[PORT_USB_TTYS_MAX])
{
	struct ttys ttys = { .max = PORT_USB_TTYS_MAX, .list = out };
	char path[PORT_USB_PATH_MAX];
	int interface;

	if (!parse_place(place, path, &interface))
		return 0;
	read_ttys(sysfs, path, &ttys);
	if (ttys.n && port_usb_is_adapter(&out[0]))
		return pick_uart(out, ttys.n, interface);
	return interface < 0 ? ttys.n : 0;
}

/* The inode of a tty's folder in sysfs is new with every plugging. */
static uint64_t inode_of(const char *sysfs, const char *tty)
{
	char path[PATH_MAX];
	struct stat st;

	if (!str_format(path, sizeof(path), "%s/class/tty/%s/device", sysfs, tty) ||
		stat(path, &st) < 0)
		return 0;
	return (uint64_t)st.st_ino;
}

static uint64_t how_of(const char *sysfs, const struct port_usb *list, size_t n)
{
	uint64_t how = 0;

	for (size_t i = 0; i < n; i++)
		how += inode_of(sysfs, list[i].tty) * 0x9E3779B97F4A7C15u + 1;
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
	const char *sysfs;
	port_usb_fn fn;
	void *user;
};

/* list: the ports of one device. */
static void tell_device(const struct each *e, const struct port_usb *list, size_t n)
{
	char place[PORT_USB_PLACE_MAX];

	if (!port_usb_is_adapter(&list[0])) {
		e->fn(e->user, list[0].path, how_of(e->sysfs, list, n));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		(void)str_copy(place, sizeof(place), list[i].path); /* both fit */
		if (i > 0)
			(void)str_append_format(
				place, sizeof(place), "/%d", list[i].interface);
		e->fn(e->user, place, how_of(e->sysfs, &list[i], 1));
	}
}

void port_usb_each(const char *sysfs, const char *kind, port_usb_fn fn, void *user)
{
	const struct each each = { sysfs, fn, user };
	struct ttys ttys = { .max = TTYS_MAX };

	ttys.list = calloc(TTYS_MAX, sizeof(ttys.list[0]));
	if (!ttys.list)
		return;
	read_ttys(sysfs, NULL, &ttys);
	for (size_t i = 0, n; i < ttys.n; i += n) {
		n = 1;
		while (i + n < ttys.n && str_eq(ttys.list[i + n].path, ttys.list[i].path))
			n++;
		if (has_kind(&ttys.list[i], n, kind))
			tell_device(&each, &ttys.list[i], n);
	}
	free(ttys.list);
}
