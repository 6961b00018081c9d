/*
 * Proves, on files that stand for a USB device, that a reset does not keep its caller,
 * that one runs at a time, and that one without permission is refused. That the kernel
 * does it, the tests on the emulated board show.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drivers/port/usb_reset.h"
#include "firmware/base/str.h"
#include "tests/unit/scratch.h"

static char dir[SCRATCH_SIZE], node[SCRATCH_SIZE + 8];

static int set_up(void **state)
{
	(void)state;
	scratch_make(dir);
	assert_true(str_format(node, sizeof(node), "%s/012", dir));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_drop(dir);
	return 0;
}

static void it_is_refused_where_it_cannot_be(void **state)
{
	struct usb_reset *reset = NULL;
	(void)state;

	assert_false(usb_reset_is_permitted(node));
	assert_int_equal(usb_reset_start(&reset, node), ERR_UNSUPPORTED);
	assert_null(reset);
	usb_reset_free(reset);
}

/* Until the thread is through. */
static enum err start_again(struct usb_reset **reset)
{
	enum err err = usb_reset_start(reset, node);

	for (int i = 0; i < 1000 && err == ERR_BUSY; i++) {
		(void)usleep(5000);
		err = usb_reset_start(reset, node);
	}
	return err;
}

static void a_device_that_holds_the_kernel_does_not_hold_us(void **state)
{
	struct usb_reset *reset = NULL;
	(void)state;

	/* opening it waits for a reader, as the kernel may wait for a device */
	assert_int_equal(mkfifo(node, 0600), 0);
	assert_true(usb_reset_is_permitted(node));
	assert_int_equal(usb_reset_start(&reset, node), ERR_OK);
	assert_int_equal(usb_reset_start(&reset, node), ERR_BUSY);
	int reader = open(node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_int_equal(start_again(&reset), ERR_OK); /* it failed, and another may be */
	usb_reset_free(reset);			       /* while it runs, or after */
	assert_int_equal(close(reader), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			it_is_refused_where_it_cannot_be, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_device_that_holds_the_kernel_does_not_hold_us, set_up,
			tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
