#include "drivers/port_usb.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "firmware/base/str.h"

enum {
	DEVICES_MAX = 64
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

static int by_interface(const void *a, const void *b)
{
	const struct port_usb *x = a, *y = b;

	if (x->interface != y->interface)
		return x->interface < y->interface ? -1 : 1;
	return str_compare_natural(x->tty, y->tty);
}

typedef void (*tty_fn)(void *user, const struct port_usb *usb);

static void each_tty(const char *sysfs, tty_fn fn, void *user)
{
	char dir[PATH_MAX];
	struct port_usb usb;

	if (!str_format(dir, sizeof(dir), "%s/class/tty", sysfs))
		return;
	DIR *d = opendir(dir);
	if (!d)
		return;
	for (const struct dirent *e = readdir(d); e; e = readdir(d))
		if (e->d_name[0] != '.' && read_tty(sysfs, e->d_name, &usb))
			fn(user, &usb);
	(void)closedir(d); /* it was read only */
}

struct list {
	const char *path;
	struct port_usb *out;
	size_t n;
};

static void list_one(void *user, const struct port_usb *usb)
{
	struct list *l = user;

	if (str_eq(usb->path, l->path) && l->n < PORT_USB_TTYS_MAX)
		l->out[l->n++] = *usb;
}

size_t port_usb_list(
	const char *sysfs, const char *path, struct port_usb out[PORT_USB_TTYS_MAX])
{
	struct list list = { .path = path, .out = out };

	each_tty(sysfs, list_one, &list);
	qsort(out, list.n, sizeof(out[0]), by_interface);
	return list.n;
}

struct devices {
	const char *sysfs;
	size_t n;
	struct {
		char path[PORT_USB_PATH_MAX];
		uint64_t how;
	} list[DEVICES_MAX];
};

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

static void add_device(void *user, const struct port_usb *usb)
{
	struct devices *d = user;
	size_t i = 0;

	while (i < d->n && !str_eq(d->list[i].path, usb->path))
		i++;
	if (i == DEVICES_MAX)
		return;
	if (i == d->n) {
		d->n++;
		d->list[i].how = 0;
		(void)str_copy(d->list[i].path, sizeof(d->list[i].path), usb->path);
	}
	/* without order, as a folder is read in any */
	d->list[i].how += inode_of(d->sysfs, usb->tty) * 0x9E3779B97F4A7C15u + 1;
}

void port_usb_each(const char *sysfs, port_usb_fn fn, void *user)
{
	struct devices *d = calloc(1, sizeof(*d));

	if (!d)
		return;
	d->sysfs = sysfs;
	each_tty(sysfs, add_device, d);
	for (size_t i = 0; i < d->n; i++)
		fn(user, d->list[i].path, d->list[i].how);
	free(d);
}
