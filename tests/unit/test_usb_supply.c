/* A USB socket's supply, switched in a kernel's folder that the test makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drivers/board/usb_supply.h"
#include "drivers/board_profile.h"
#include "firmware/base/str.h"
#include "tests/unit/scratch.h"

static char sysfs[SCRATCH_SIZE];

static void make(const char *name, bool is_folder)
{
	char path[192];

	assert_true(str_format(path, sizeof(path), "%s%s", sysfs, name));
	if (is_folder) {
		assert_int_equal(mkdir(path, 0700), 0);
		return;
	}
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "?\n", 2), 2);
	assert_int_equal(close(fd), 0);
}

/* "0": switched on, "1": off, "?": not touched. */
static char disable(const char *name)
{
	char path[192], c = ' ';

	assert_true(str_format(path, sizeof(path), "%s%s", sysfs, name));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, &c, 1), 1);
	assert_int_equal(close(fd), 0);
	return c;
}

#define HUB "/bus/usb/devices/1-1:1.0"
#define PORT HUB "/1-1-port2"

static void make_hub(bool kernel_can)
{
	static const char *const folders[] = { "/bus", "/bus/usb", "/bus/usb/devices",
		HUB, PORT, PORT "/peer" };

	scratch_make(sysfs);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		make(folders[i], true);
	if (!kernel_can)
		return;
	make(PORT "/disable", false);
	make(PORT "/peer/disable", false);
}

static void a_socket_is_switched_by_its_hub(void **state)
{
	void *line = NULL;
	(void)state;
	make_hub(true);
	assert_int_equal(usb_supply_take(&line, sysfs, "1-1.2", true), ERR_OK);
	usb_supply.release(line); /* which waits for the last order */
	assert_int_equal(disable(PORT "/disable"), '0');
	assert_int_equal(disable(PORT "/peer/disable"), '0');
	assert_int_equal(usb_supply_take(&line, sysfs, "1-1.2", true), ERR_OK);
	assert_int_equal(usb_supply.set(line, false), ERR_OK);
	usb_supply.release(line);
	assert_int_equal(disable(PORT "/disable"), '1');
	assert_int_equal(disable(PORT "/peer/disable"), '1');
	scratch_drop(sysfs);
}

static void a_kernel_that_cannot_is_no_supply(void **state)
{
	void *line = NULL;
	(void)state;
	make_hub(false);
	assert_int_equal(usb_supply_take(&line, sysfs, "1-1.2", true), ERR_NOTFOUND);
	assert_int_equal(usb_supply_take(&line, sysfs, "1", true), ERR_ARG);
	/* Another hub may come yet. */
	assert_int_equal(usb_supply_take(&line, sysfs, "1-3.2", true), ERR_OK);
	usb_supply.release(line);
	scratch_drop(sysfs);
}

static void sockets_are_ports_of_hubs(void **state)
{
	static const struct {
		const char *usb, *port;
	} rows[] = {
		{ "1-2", "/sys/bus/usb/devices/1-0:1.0/usb1-port2" },
		{ "1-1.2", "/sys/bus/usb/devices/1-1:1.0/1-1-port2" },
		{ "12-1.4.10", "/sys/bus/usb/devices/12-1.4:1.0/12-1.4-port10" },
	};
	char path[128];
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(usb_supply_port("/sys", rows[i].usb, path, sizeof(path)));
		assert_string_equal(path, rows[i].port);
	}
	assert_false(usb_supply_port("/sys", "usb1", path, sizeof(path)));
	assert_false(usb_supply_port("/sys", "1-1.2", path, 20));
}

static void a_profile_names_it_as_a_supply(void **state)
{
	static struct board_profile profile;
	static const char text[] = "[bay 1]\nsupply = usb-port\nusb = 1-1.2\nled = 4\n";
	const struct board_text in = { "x", text, strlen(text) };
	char why[256];
	(void)state;
	assert_int_equal(board_profile_parse(&profile, &in, why, sizeof(why)), ERR_OK);
	assert_true(board_is_usb_port(&profile.bays[0].lines[BOARD_SUPPLY]));
	assert_false(board_is_usb_port(&profile.bays[0].lines[BOARD_LED]));
	assert_string_equal(profile.bays[0].lines[BOARD_SUPPLY].line, "1-1.2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_socket_is_switched_by_its_hub),
		cmocka_unit_test(a_kernel_that_cannot_is_no_supply),
		cmocka_unit_test(sockets_are_ports_of_hubs),
		cmocka_unit_test(a_profile_names_it_as_a_supply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
