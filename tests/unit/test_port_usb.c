/*
 * Proves, with libserialport on a made-up /sys/class, that USB ports are known by their
 * place, that the likeliest of a modem's ports goes first, which speeds a UART is tried
 * with, that "usb:*" tells each modem once however its ports come and go, and not before
 * udev is through with them, that none is lost when they cannot be listed, and who holds
 * a lock.
 */
#define _GNU_SOURCE /* unshare(), RTLD_NEXT */
#include "tests/unit/usb_world.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <systemd/sd-device.h>

#include "drivers/deadline.h"
#include "drivers/port/port.h"
#include "drivers/port/port_list.h"
#include "drivers/port/port_lock.h"
#include "drivers/port/port_usb.h"
#include "drivers/port/port_way.h"

static bool has_udev;	       /* runs, as ports_watch.c sees it */
static const char *unfinished; /* the tty that it is not through with */

int access(const char *path, int mode)
{
	if (!str_eq(path, "/run/udev/control"))
		return faccessat(AT_FDCWD, path, mode, 0);
	return has_udev ? 0 : -1;
}

int sd_device_new_from_subsystem_sysname(
	sd_device **out, const char *subsystem, const char *name)
{
	assert_string_equal(subsystem, "tty");
	*out = (sd_device *)strdup(name);
	return *out ? 0 : -ENOMEM;
}

int sd_device_get_is_initialized(sd_device *device)
{
	return !unfinished || !str_eq((const char *)device, unfinished);
}

sd_device *sd_device_unref(sd_device *device)
{
	free(device);
	return NULL;
}

static void known_by_place(void **state)
{
	struct world *w = *state;
	struct port_usb usb;

	plug(w, "1-1.4", 2, "ttyUSB7", "12d1:1001");
	run("mkdir -p %s/devices/platform/uart0/tty/ttyAMA0", w->dir);
	run("ln -s %s/devices/platform/uart0/tty/ttyAMA0 %s/class/tty", w->dir, w->dir);
	assert_true(port_usb_read("/dev/ttyUSB7", &usb));
	assert_string_equal(usb.path, "1-1.4");
	assert_string_equal(usb.tty, "ttyUSB7");
	assert_int_equal(usb.interface, 2);
	assert_int_equal(usb.vendor, 0x12D1);
	assert_int_equal(usb.product, 0x1001);
	assert_int_equal(usb.bus, 3);
	assert_int_equal(usb.address, 12);
	assert_false(port_usb_is_adapter(&usb));
	assert_false(port_usb_read("/dev/ttyAMA0", &usb));
	assert_false(port_usb_read("/dev/ttyUSB8", &usb));
	assert_false(port_usb_read("", &usb));
}

static void names(void **state)
{
	static const struct {
		const char *name, *path, *options;
		bool rtscts;
		int speed;
	} cases[] = {
		{ "/dev/ttyS1", "/dev/ttyS1", "", false, 0 },
		{ "/dev/ttyS1:rtscts", "/dev/ttyS1", ":rtscts", true, 0 },
		{ "/dev/ttyS1:9600", "/dev/ttyS1", ":9600", false, 9600 },
		{ "/dev/ttyS1:9600:rtscts", "/dev/ttyS1", ":9600:rtscts", true, 9600 },
		{ "/dev/ttyS1:rtscts:9600", "/dev/ttyS1", ":rtscts:9600", true, 9600 },
		{ "/dev/ttyS1:fast", "/dev/ttyS1:fast", "", false, 0 },
		{ "/dev/ttyS1:", "/dev/ttyS1:", "", false, 0 },
		{ "/dev/ttyS1:99999999", "/dev/ttyS1:99999999", "", false, 0 },
		{ "usb:1-1.4", "usb:1-1.4", "", false, 0 },
		{ "usb:*:rtscts", "usb:*", ":rtscts", true, 0 },
		{ "tcp:127.0.0.1:7001", "tcp:127.0.0.1:7001", "", false, 0 },
		{ "/dev/serial/by-path/pci-0:1-port0",
			"/dev/serial/by-path/pci-0:1-port0", "", false, 0 },
		{ "", "", "", false, 0 },
	};
	struct port_name name;
	char long_name[PORT_NAME_MAX + 1];
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(port_name_parse(cases[i].name, &name));
		assert_string_equal(name.path, cases[i].path);
		assert_string_equal(name.options, cases[i].options);
		assert_int_equal(name.rtscts, cases[i].rtscts);
		assert_int_equal(name.speed, cases[i].speed);
	}
	memset(long_name, 'x', PORT_NAME_MAX);
	long_name[PORT_NAME_MAX] = '\0';
	assert_false(port_name_parse(long_name, &name));
}

static void expect_ways(const char *text, const char *want)
{
	struct port_ways ways;
	struct port_name name;
	char got[1024] = "";

	assert_true(port_name_parse(text, &name));
	port_ways_find(&name, &ways);
	for (size_t i = 0; i < ways.n; i++)
		assert_true(str_append_format(got, sizeof(got), "%s@%d ",
			ways.list[i].device, ways.list[i].speed));
	assert_string_equal(got, want);
}

static void ways_in_order(void **state)
{
	struct world *w = *state;

	/* a stick, whose port for commands is known by its ids */
	plug(w, "1-1.1", 0, "ttyUSB0", "12d1:1001");
	plug(w, "1-1.1", 1, "ttyUSB1", "12d1:1001");
	plug(w, "1-1.1", 2, "ttyUSB2", "12d1:1001");
	/* one that nobody knows, its names not in the order of its ports */
	plug(w, "1-1.2", 10, "ttyUSB3", "abcd:0001");
	plug(w, "1-1.2", 2, "ttyUSB10", "abcd:0001");
	/* a cable with a UART behind it */
	plug(w, "1-2", 0, "ttyUSB11", "0403:6001");
	expect_ways("usb:1-1.1",
		"/dev/ttyUSB2@115200 /dev/ttyUSB0@115200 /dev/ttyUSB1@115200 ");
	expect_ways("usb:1-1.2", "/dev/ttyUSB10@115200 /dev/ttyUSB3@115200 ");
	expect_ways("usb:1-2",
		"/dev/ttyUSB11@115200 /dev/ttyUSB11@9600 /dev/ttyUSB11@57600 "
		"/dev/ttyUSB11@38400 /dev/ttyUSB11@19200 /dev/ttyUSB11@230400 "
		"/dev/ttyUSB11@460800 /dev/ttyUSB11@921600 ");
	expect_ways("usb:1-2:9600", "/dev/ttyUSB11@9600 ");
	expect_ways("usb:1-9", "");
	expect_ways("usb:1-2/0:9600", "/dev/ttyUSB11@9600 ");
	expect_ways("usb:1-2/1", "");
	expect_ways("usb:1-2/x", "");
	expect_ways("usb:1-1.1/2", ""); /* a modem is one, with all its ports */
	expect_ways("/dev/ttyUSB1", "/dev/ttyUSB1@115200 ");
	expect_ways("/dev/ttyUSB1:57600", "/dev/ttyUSB1@57600 ");
	expect_ways("/dev/ttyS3:19200:rtscts", "/dev/ttyS3@19200 ");
	expect_ways("/dev/ttyS3",
		"/dev/ttyS3@115200 /dev/ttyS3@9600 /dev/ttyS3@57600 /dev/ttyS3@38400 "
		"/dev/ttyS3@19200 /dev/ttyS3@230400 /dev/ttyS3@460800 /dev/ttyS3@921600 ");
}

/* From an earlier run: first, and doubted at the first silence, as the modem may be
 * another by now. */
static void what_worked_before_is_tried_first(void **state)
{
	struct port_choice c = { 0 };
	struct port_ways ways;
	struct port_name name;

	(void)state;
	assert_true(port_name_parse("/dev/ttyS3", &name));
	port_ways_find(&name, &ways);
	port_choice_guess(&c, -1, 38400);
	assert_int_equal(port_choice_pick(&c, &ways)->speed, 38400);
	assert_true(port_choice_fail(&c, ways.n));
	assert_int_equal(port_choice_pick(&c, &ways)->speed, 115200);
	for (size_t i = 1; i < ways.n; i++)
		assert_true(port_choice_fail(&c, ways.n)); /* all of them */
	assert_false(port_choice_fail(&c, ways.n));
	port_choice_guess(&c, 7, 38400); /* a port that is not there any more */
	assert_int_equal(port_choice_pick(&c, &ways)->speed, 115200);
}

static void what_worked_is_kept(void **state)
{
	struct world *w = *state;
	struct port_choice c = { 0 };
	struct port_ways ways;
	struct port_name name;

	plug(w, "1-1", 0, "ttyUSB0", "abcd:0001");
	plug(w, "1-1", 1, "ttyUSB1", "abcd:0001");
	plug(w, "1-1", 2, "ttyUSB2", "abcd:0001");
	assert_true(port_name_parse("usb:1-1", &name));
	port_ways_find(&name, &ways);
	assert_string_equal(port_choice_pick(&c, &ways)->device, "/dev/ttyUSB0");
	assert_true(port_choice_fail(&c, ways.n));
	assert_string_equal(port_choice_pick(&c, &ways)->device, "/dev/ttyUSB1");
	assert_true(port_choice_fail(&c, ways.n));
	assert_string_equal(port_choice_pick(&c, &ways)->device, "/dev/ttyUSB2");
	assert_false(port_choice_fail(&c, ways.n)); /* all were tried: begins anew */
	assert_string_equal(port_choice_pick(&c, &ways)->device, "/dev/ttyUSB0");
	assert_true(port_choice_fail(&c, ways.n));
	port_choice_works(&c, port_choice_pick(&c, &ways));
	/* pulled and returned under other names: the same interface */
	pull(w, "ttyUSB0");
	pull(w, "ttyUSB1");
	pull(w, "ttyUSB2");
	port_ways_find(&name, &ways);
	assert_null(port_choice_pick(&c, &ways));
	plug(w, "1-1", 0, "ttyUSB5", "abcd:0001");
	plug(w, "1-1", 1, "ttyUSB4", "abcd:0001");
	port_ways_find(&name, &ways);
	assert_string_equal(port_choice_pick(&c, &ways)->device, "/dev/ttyUSB4");
	/* one silence is a hung modem; three, and the others are tried again */
	assert_false(port_choice_fail(&c, ways.n));
	assert_false(port_choice_fail(&c, ways.n));
	assert_string_equal(port_choice_pick(&c, &ways)->device, "/dev/ttyUSB4");
	assert_true(port_choice_fail(&c, ways.n));
	assert_string_equal(port_choice_pick(&c, &ways)->device, "/dev/ttyUSB5");
}

static void on_added(void *user, const char *name)
{
	struct world *w = user;
	assert_true(str_append_format(w->told, sizeof(w->told), "+%s ", name));
}

static void on_removed(void *user, const char *name)
{
	struct world *w = user;
	assert_true(str_append_format(w->told, sizeof(w->told), "-%s ", name));
}

/* A device that the kernel makes or takes is noticed below /dev; here by a new listing.
 */
static void expect(struct world *w, const char *told)
{
	for (int i = 0; i < 100 && !str_eq(w->told, told); i++)
		loop_step(w->loop, 20);
	assert_string_equal(w->told, told);
	w->told[0] = '\0';
}

static void restart(struct world *w, const char *patterns)
{
	const struct ports_handler handler = {
		.added = on_added, .removed = on_removed, .user = w
	};

	ports_destroy(w->ports);
	w->ports = NULL;
	if (!w->loop)
		assert_int_equal(loop_create(&w->loop, clock_system()), ERR_OK);
	assert_int_equal(ports_create(&w->ports, w->loop, patterns, &handler), ERR_OK);
}

static void one_name_for_each_modem(void **state)
{
	struct world *w = *state;

	plug(w, "1-1.1", 0, "ttyUSB0", "12d1:1001");
	plug(w, "1-1.1", 1, "ttyUSB1", "12d1:1001");
	plug(w, "1-1.2", 0, "ttyUSB2", "12d1:1001");
	plug(w, "2-1", 0, "ttyACM0", "1546:1102");
	restart(w, "usb:1-1.*:rtscts");
	loop_step(w->loop, 0);
	assert_string_equal(w->told, ""); /* perhaps more of its ports come */
	expect(w, "+usb:1-1.1:rtscts +usb:1-1.2:rtscts ");
	restart(w, "usb:2-1");
	expect(w, "+usb:2-1 ");
	restart(w, "usb:3-*");
	for (int i = 0; i < 20; i++)
		loop_step(w->loop, 20);
	expect(w, "");
}

/* Sixteen of a kind on hubs behind a hub, in the order of their sockets. */
static void a_hub_full_of_modems(void **state)
{
	struct world *w = *state;
	char path[32], tty[16], want[1024] = "";

	for (int i = 0; i < 48; i++) { /* numbered as they happened to come up */
		(void)str_format(
			path, sizeof(path), "1-1.%d.%d", 1 + i / 3 / 8, 1 + i / 3 % 8);
		(void)str_format(tty, sizeof(tty), "ttyUSB%d", (i * 11) % 48);
		plug(w, path, i % 3, tty, "1e0e:9001");
		if (i % 3 == 0)
			assert_true(
				str_append_format(want, sizeof(want), "+usb:%s ", path));
	}
	restart(w, "usb:*");
	expect(w, want);
}

/* Modems that are ACM devices, and both kinds of a modem at once. */
static void modems_of_acm(void **state)
{
	struct world *w = *state;

	plug(w, "1-1.10", 0, "ttyACM0", "1546:1102"); /* u-blox: two control interfaces */
	plug(w, "1-1.10", 2, "ttyACM1", "1546:1102");
	plug(w, "1-1.9", 0, "ttyACM2", "1bc7:0021");
	plug(w, "1-1.9", 6, "ttyUSB0", "1bc7:0021");
	restart(w, "usb:*");
	expect(w, "+usb:1-1.9 +usb:1-1.10 ");
	expect_ways("usb:1-1.10", "/dev/ttyACM0@115200 /dev/ttyACM1@115200 ");
}

/* A chip with four UARTs and a module on each, beside cables with one: CH340, CP210x. */
static void a_uart_has_its_own_modem(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 4; i++) {
		char tty[16];
		(void)str_format(tty, sizeof(tty), "ttyUSB%d", 7 - i);
		plug(w, "1-1.4", i, tty, "0403:6011");
	}
	plug(w, "1-1.5", 0, "ttyUSB8", "1a86:7523");
	plug(w, "1-1.6", 0, "ttyUSB9", "10c4:ea60");
	restart(w, "usb:*");
	expect(w, "+usb:1-1.4 +usb:1-1.4/1 +usb:1-1.4/2 +usb:1-1.4/3 +usb:1-1.5 "
		  "+usb:1-1.6 ");
	expect_ways("usb:1-1.4:9600", "/dev/ttyUSB7@9600 ");
	expect_ways("usb:1-1.4/2:9600", "/dev/ttyUSB5@9600 ");
	expect_ways("usb:1-1.5",
		"/dev/ttyUSB8@115200 /dev/ttyUSB8@9600 /dev/ttyUSB8@57600 "
		"/dev/ttyUSB8@38400 /dev/ttyUSB8@19200 /dev/ttyUSB8@230400 "
		"/dev/ttyUSB8@460800 /dev/ttyUSB8@921600 ");
}

/* What a box of before was told means its modems by their places, too. */
static void patterns_of_before(void **state)
{
	struct world *w = *state;

	plug(w, "1-1.1", 0, "ttyUSB4", "12d1:1001");
	plug(w, "1-1.1", 1, "ttyUSB0", "12d1:1001");
	plug(w, "1-1.2", 0, "ttyACM0", "1546:1102");
	plug(w, "1-1.3", 0, "ttyUSB2", "0403:6001");
	restart(w, "/dev/ttyUSB*");
	expect(w, "+usb:1-1.1 +usb:1-1.3 ");
	restart(w, "/dev/ttyUSB*:rtscts, /dev/ttyACM*");
	expect(w, "+usb:1-1.1:rtscts +usb:1-1.3:rtscts +usb:1-1.2 ");
}

/* One modem, one bay: two patterns that fit it do not make it two. */
static void the_first_pattern_has_it(void **state)
{
	struct world *w = *state;

	plug(w, "1-1.1", 0, "null", "12d1:1001"); /* names that are in /dev here */
	plug(w, "1-1.1", 1, "zero", "12d1:1001");
	plug(w, "1-1.2", 0, "full", "0403:6011");
	plug(w, "1-1.2", 1, "tty", "0403:6011");
	restart(w, "usb:*, /dev/zero");
	expect(w, "+usb:1-1.1 +usb:1-1.2 +usb:1-1.2/1 ");
	restart(w, "/dev/zero, usb:*");
	expect(w, "+/dev/zero +usb:1-1.2 +usb:1-1.2/1 ");
	restart(w, "usb:1-1.2/1:9600, usb:*");
	expect(w, "+usb:1-1.2/1:9600 +usb:1-1.1 +usb:1-1.2 ");
	restart(w, "/dev/full:19200, usb:*"); /* its neighbour is another modem's */
	expect(w, "+/dev/full:19200 +usb:1-1.1 +usb:1-1.2/1 ");
}

/* What may be reset: a device that is one modem's, and is known as a whole. */
static void whose_device_it_is(void **state)
{
	static const struct {
		const char *path;
		bool is_own;
	} cases[] = {
		{ "usb:1-1.1", true },
		{ "/dev/ttyUSB1", false }, /* one of its two ports: the other may work */
		{ "usb:1-1.2", true },
		{ "/dev/ttyUSB2", true },
		{ "usb:1-1.3", false }, /* its neighbours are other modems */
		{ "usb:1-1.3/1", false },
		{ "usb:1-1.9", false },
		{ "usb:x/y", false },
		{ "/dev/ttyUSB9", false },
		{ "tcp:127.0.0.1:7001", false },
	};
	struct world *w = *state;
	struct port_usb usb;
	char node[PORT_USB_NODE_MAX];

	plug(w, "1-1.1", 0, "ttyUSB0", "12d1:1001");
	plug(w, "1-1.1", 1, "ttyUSB1", "12d1:1001");
	plug(w, "1-1.2", 0, "ttyUSB2", "0403:6001");
	plug(w, "1-1.3", 0, "ttyUSB3", "0403:6011");
	plug(w, "1-1.3", 1, "ttyUSB4", "0403:6011");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(port_usb_own(cases[i].path, &usb), cases[i].is_own);
	assert_true(port_usb_own("usb:1-1.1", &usb));
	assert_string_equal(usb.tty, "ttyUSB0");
	assert_true(port_usb_node(&usb, node));
	assert_string_equal(node, "/dev/bus/usb/003/012");
	usb.address = 0;
	assert_false(port_usb_node(&usb, node));
}

/* That nothing ever answered there does not make a cable a modem, nor a modem a cable. */
static void a_modem_by_its_ids(void **state)
{
	static const struct {
		const char *name;
		bool is_makers;
	} cases[] = {
		{ "usb:1-1.1", true },
		{ "usb:1-1.1:9600", true },
		{ "usb:1-1.2", false },
		{ "/dev/ttyUSB2", false },
		{ "tcp:127.0.0.1:7001", false },
	};
	struct world *w = *state;

	plug(w, "1-1.1", 0, "ttyUSB0", "12d1:1001");
	plug(w, "1-1.2", 0, "ttyUSB2", "0403:6001");
	assert_int_equal(loop_create(&w->loop, clock_system()), ERR_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct port *port;
		assert_int_equal(port_create(&port, w->loop, cases[i].name), ERR_OK);
		assert_int_equal(port_is_makers(port), cases[i].is_makers);
		port_destroy(port);
	}
}

/* A list that fails says nothing about the modems: none is gone, no other name of theirs
 * is new, and it is read again. */
static void none_is_lost_when_they_cannot_be_listed(void **state)
{
	struct world *w = *state;
	struct port_usb list[8];
	size_t n;

	plug(w, "1-1.1", 0, "null", "12d1:1001");
	plug(w, "1-1.2", 0, "ttyUSB1", "12d1:1001");
	char patterns[128];
	assert_true(str_format(
		patterns, sizeof(patterns), "usb:*, /dev/null, %s/tty*", w->dir));
	restart(w, patterns);
	expect(w, "+usb:1-1.1 +usb:1-1.2 ");
	failing = 1000;
	assert_int_equal(port_list_usb(list, 8, &n), ERR_SYS);
	pull(w, "ttyUSB1");
	plug(w, "1-1.3", 0, "ttyUSB2", "12d1:1001");
	run("touch %s/noticed", w->dir);
	for (int i = 0; i < 50; i++)
		loop_step(w->loop, 20);
	assert_string_equal(w->told, "");
	assert_true(failing < 990); /* it was tried */
	failing = 3;		    /* one listing survives so many */
	expect(w, "-usb:1-1.2 +usb:1-1.3 ");
	assert_int_equal(failing, 0);
}

static void steps(struct world *w, struct clock *clock, uint32_t ms)
{
	for (uint32_t i = 0; i < ms; i += 100) {
		clock->fake_mono_ms += 100;
		loop_step(w->loop, 0);
	}
}

static void expect_within(
	struct world *w, struct clock *clock, uint32_t ms, const char *told)
{
	steps(w, clock, ms);
	assert_string_equal(w->told, told);
	w->told[0] = '\0';
}

static void told_when_udev_is_through(void **state)
{
	static const char *const patterns[] = { "usb:*", "/dev/zero" };
	static const char *const wants[] = { "+usb:1-1.1 ", "+/dev/zero " };
	struct world *w = *state;
	struct clock clock = clock_fake(1000, 0);

	plug(w, "1-1.1", 0, "null", "12d1:1001"); /* names that are in /dev here */
	plug(w, "1-1.1", 1, "zero", "12d1:1001");
	assert_int_equal(loop_create(&w->loop, &clock), ERR_OK);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		has_udev = true;
		unfinished = "zero"; /* the last of its ports */
		restart(w, patterns[i]);
		steps(w, &clock, deadline_ms(DEADLINE_UDEV) / 2);
		assert_string_equal(w->told, "");
		unfinished = NULL;
		expect_within(w, &clock, 400, wants[i]);
		/* It never is: the port is used as it is. */
		unfinished = "zero";
		restart(w, patterns[i]);
		steps(w, &clock, deadline_ms(DEADLINE_UDEV) - 500);
		assert_string_equal(w->told, "");
		expect_within(w, &clock, 1500, wants[i]);
		/* There is none to be through. */
		has_udev = false;
		restart(w, patterns[i]);
		expect_within(w, &clock, 400, wants[i]);
	}
	unfinished = NULL;
}

static void who_holds_a_lock(void **state)
{
	struct world *w = *state;
	char path[128], who[64] = "";
	struct stat st;

	assert_true(str_format(path, sizeof(path), "%s/port", w->dir));
	int mine = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int other = open(path, O_RDWR | O_CLOEXEC);
	assert_true(mine >= 0 && other >= 0);
	assert_int_equal(port_lock(mine, path), ERR_OK);
	assert_int_equal(port_lock(mine, path), ERR_OK); /* the same program */
	assert_int_equal(port_lock(other, path), ERR_BUSY);
	assert_int_equal(fstat(mine, &st), 0);
	run("mkdir %s/512; echo ModemManager >%s/512/comm", w->dir, w->dir);
	run("printf '1: POSIX  ADVISORY  WRITE 7 00:01:%llu 0 EOF\n"
	    "2: -> FLOCK ADVISORY\n\n"
	    "3: FLOCK  ADVISORY  WRITE 512 %02x:%02x:%llu 0 EOF\n' >%s/locks",
		(unsigned long long)st.st_ino, (unsigned)(st.st_dev >> 8 & 0xFFF),
		(unsigned)(st.st_dev & 0xFF), (unsigned long long)st.st_ino, w->dir);
	assert_true(port_lock_holder(w->dir, other, who, sizeof(who)));
	assert_string_equal(who, "ModemManager (pid 512)");
	run(": >%s/locks", w->dir);
	assert_false(port_lock_holder(w->dir, other, who, sizeof(who)));
	assert_int_equal(close(mine), 0);
	assert_int_equal(port_lock(other, path), ERR_OK); /* free again */
	assert_int_equal(close(other), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(known_by_place),
		T(names),
		T(ways_in_order),
		T(what_worked_before_is_tried_first),
		T(what_worked_is_kept),
		T(one_name_for_each_modem),
		T(a_hub_full_of_modems),
		T(modems_of_acm),
		T(a_uart_has_its_own_modem),
		T(patterns_of_before),
		T(the_first_pattern_has_it),
		T(whose_device_it_is),
		T(a_modem_by_its_ids),
		T(none_is_lost_when_they_cannot_be_listed),
		T(told_when_udev_is_through),
		T(who_holds_a_lock),
	};
	return cmocka_run_group_tests(tests, group_set_up, NULL);
}
