#include "drivers/port/port_list.h"

#include <string.h>

#include <libserialport.h>

#include "drivers/port/port_usb.h"
#include "firmware/base/str.h"

#define LOG_MODULE "ports"
#include "firmware/base/log.h"

enum {
	/* libserialport 0.1.1 gives up the whole list when a port goes while it looks. */
	LIST_TRIES = 5
};

static uint16_t id_of(int value)
{
	return value > 0 && value <= UINT16_MAX ? (uint16_t)value : 0;
}

static bool describe(const struct sp_port *sp, struct port_usb *out)
{
	const char *name = sp_get_port_name(sp);
	int vendor = 0, product = 0, bus = 0, address = 0;

	*out = (struct port_usb){ 0 };
	if (sp_get_port_transport(sp) != SP_TRANSPORT_USB || !name ||
		!str_starts(name, "/dev/") ||
		!str_copy(out->tty, sizeof(out->tty), name + sizeof("/dev/") - 1))
		return false;
	if (sp_get_port_usb_vid_pid(sp, &vendor, &product) == SP_OK) {
		out->vendor = id_of(vendor);
		out->product = id_of(product);
	}
	if (sp_get_port_usb_bus_address(sp, &bus, &address) == SP_OK) {
		out->bus = id_of(bus);
		out->address = id_of(address);
	}
	return true;
}

static struct sp_port **list_ports(void)
{
	struct sp_port **list = NULL;

	for (int i = 0; i < LIST_TRIES; i++)
		if (sp_list_ports(&list) == SP_OK && list)
			return list;
	return NULL;
}

enum err port_list_usb(struct port_usb *out, size_t max, size_t *n)
{
	struct sp_port **list = list_ports();

	*n = 0;
	if (!list) {
		log_warn("the serial ports cannot be listed now");
		return ERR_SYS;
	}
	for (struct sp_port **sp = list; *sp && *n < max; sp++)
		if (describe(*sp, &out[*n]))
			++*n;
	sp_free_port_list(list);
	return ERR_OK;
}

bool port_list_read(const char *tty, struct port_usb *out)
{
	char device[64];
	struct sp_port *sp = NULL;

	if (!str_format(device, sizeof(device), "/dev/%s", tty) ||
		sp_get_port_by_name(device, &sp) != SP_OK)
		return false;
	bool is_usb = describe(sp, out);
	sp_free_port(sp);
	return is_usb;
}
